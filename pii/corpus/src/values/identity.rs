//! Papers: US social security and taxpayer numbers, passports, driving licences.

use crate::Family::{DriverLicence, Passport, UsSsn};
use crate::dice::Dice;
use crate::value::{Cues, Value};

static SSN_CUES: Cues = Cues {
    keys: &[
        "soc_sec_no",
        "employee_ssn",
        "spouse_ssn",
        "member_ssn",
        "ssn",
        "social_security_number",
        "social_security",
        "ssn_number",
        "tax_id",
        "us_ssn",
        "taxpayer_ssn",
    ],
    phrases: &["SSN", "social security number", "Social Security No.", "social security #", "ssn"],
};

static ITIN_CUES: Cues = Cues { keys: &["itin", "taxpayer_id", "us_itin"], phrases: &["ITIN", "taxpayer id"] };

static EIN_CUES: Cues =
    Cues { keys: &["ein", "employer_id", "federal_tax_id"], phrases: &["EIN", "employer identification number"] };

static PASSPORT_CUES: Cues = Cues {
    keys: &[
        "passport_num",
        "travel_document_number",
        "passnummer",
        "paspoort",
        "paszport",
        "旅券番号",
        "여권번호",
        "passport",
        "passport_number",
        "passport_no",
        "travel_document",
        "reisepass",
        "reisepassnummer",
        "pasaporte",
        "numero_pasaporte",
        "numero_passeport",
        "passaporto",
        "passaporte",
        "паспорт",
        "护照号码",
    ],
    phrases: &["passport", "passport number", "passport no.", "Reisepass", "pasaporte", "passeport n°", "паспорт"],
};

static LICENCE_CUES: Cues = Cues {
    keys: &[
        "dl_no",
        "driver_license_no",
        "rijbewijs",
        "körkort",
        "patente_guida",
        "cnh",
        "driver_license",
        "drivers_license",
        "driving_licence",
        "driver_licence_number",
        "license_no_driver",
        "dl_number",
        "fuehrerschein",
        "führerscheinnummer",
        "permis_de_conduire",
        "licencia_conducir",
        "prawo_jazdy",
    ],
    phrases: &[
        "driver's license",
        "driver license",
        "driving licence",
        "DL number",
        "Führerschein",
        "permis de conduire",
    ],
};

pub(crate) fn us_ssn(dice: &mut Dice) -> Value {
    let area = match dice.between(1, 898) {
        666 => 667,
        area => area,
    };
    let (group, serial) = (dice.between(1, 99), dice.between(1, 9999));
    let evident = |variant, text| Value::evident(UsSsn, variant, text, &SSN_CUES);
    match dice.below(32) {
        0..=15 => evident("dashes", format!("{area:03}-{group:02}-{serial:04}")),
        16..=19 => Value::named(UsSsn, "spaces", format!("{area:03} {group:02} {serial:04}"), &SSN_CUES),
        20..=25 => Value::named(UsSsn, "bare", format!("{area:03}{group:02}{serial:04}"), &SSN_CUES),
        26 | 27 => Value::named(UsSsn, "dots", format!("{area:03}.{group:02}.{serial:04}"), &SSN_CUES).hard(),
        28 | 29 => Value::named(
            UsSsn,
            "itin",
            format!("9{:02}-{}-{serial:04}", dice.between(0, 99), dice.between(70, 88)),
            &ITIN_CUES,
        ),
        30 => Value::named(
            UsSsn,
            "ein",
            format!("{}-{}", dice.pick(&["12", "20", "36", "47", "81", "95"]), dice.number(7)),
            &EIN_CUES,
        ),
        _ => evident("odd_hyphen", format!("{area:03}\u{2011}{group:02}\u{2011}{serial:04}")).hard(),
    }
}

pub(crate) fn passport(dice: &mut Dice) -> Value {
    const MASKS: &[(&str, &str)] = &[
        ("us", "#########"),
        ("us_next_generation", "A########"),
        ("gb", "#########"),
        ("de", "C01X00T##"),
        ("fr", "##AA#####"),
        ("es", "AAA######"),
        ("it", "AA#######"),
        ("in", "A#######"),
        ("jp", "AA#######"),
        ("cn", "E########"),
        ("kr", "M########"),
        ("ca", "AA######"),
        ("au", "PA#######"),
        ("ru", "## ## ######"),
    ];
    let (country, mask) = dice.pick(MASKS);
    Value::named(Passport, country, dice.mask(mask), &PASSPORT_CUES)
}

pub(crate) fn driver_licence(dice: &mut Dice) -> Value {
    const MASKS: &[(&str, &str)] = &[
        ("us_california", "A#######"),
        ("us_new_york", "### ### ###"),
        ("us_florida", "A###-###-##-###-0"),
        ("us_illinois", "A###-####-####"),
        ("us_texas", "########"),
        ("gb", "AAAAA#0101#AA9AA"),
        ("de", "B072RRE2I5#"),
        ("fr", "############"),
        ("it", "AA#######A"),
        ("in", "MH14 20110062###"),
        ("ca_ontario", "A####-#####-#####"),
    ];
    let (country, mask) = dice.pick(MASKS);
    Value::named(DriverLicence, country, dice.mask(mask), &LICENCE_CUES)
}
