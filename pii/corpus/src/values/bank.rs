//! Bank accounts.

use crate::Family::{BankAccount, Iban};
use crate::checksum;
use crate::dice::Dice;
use crate::value::{Cues, Value};

static IBAN_CUES: Cues = Cues {
    keys: &[
        "iban",
        "bank_account",
        "account_iban",
        "beneficiary_iban",
        "kontonummer",
        "cuenta",
        "compte",
        "conto",
        "konto",
    ],
    phrases: &["IBAN", "account", "Konto", "cuenta", "compte bancaire", "to account", "conto"],
};

static ACCOUNT_CUES: Cues = Cues {
    keys: &[
        "acct_number",
        "account_no",
        "beneficiary_account",
        "debit_account",
        "kontonr",
        "rekeningnummer",
        "numer_konta",
        "conto_corrente",
        "cislo_uctu",
        "account_number",
        "bank_account_number",
        "acct_no",
        "bank_account",
        "kontonummer",
        "numero_cuenta",
        "numero_compte",
        "口座番号",
    ],
    phrases: &["account number", "bank account", "acct no.", "Kontonummer", "número de cuenta", "numéro de compte"],
};

static ROUTING_CUES: Cues = Cues {
    keys: &["routing_number", "aba_routing", "routing_no", "aba", "bank_routing_number"],
    phrases: &["routing number", "ABA", "routing no."],
};

static SORT_CUES: Cues = Cues { keys: &["sort_code", "bank_sort_code"], phrases: &["sort code"] };

static SWIFT_CUES: Cues =
    Cues { keys: &["swift", "bic", "swift_code", "bic_code", "swift_bic"], phrases: &["SWIFT", "BIC", "SWIFT code"] };

static CLABE_CUES: Cues = Cues { keys: &["clabe", "cuenta_clabe"], phrases: &["CLABE"] };

/// Countries and their account part as a mask (SWIFT IBAN registry).
const COUNTRIES: &[(&str, &str)] = &[
    ("AD", "########************"),
    ("AE", "###################"),
    ("AL", "########****************"),
    ("AT", "################"),
    ("AZ", "AAAA********************"),
    ("BA", "################"),
    ("BE", "############"),
    ("BG", "AAAA######********"),
    ("BH", "AAAA**************"),
    ("BR", "#######################A*"),
    ("BY", "****####****************"),
    ("CH", "#####************"),
    ("CR", "##################"),
    ("CY", "########****************"),
    ("CZ", "####################"),
    ("DE", "##################"),
    ("DK", "##############"),
    ("DO", "****####################"),
    ("EE", "################"),
    ("EG", "#########################"),
    ("ES", "####################"),
    ("FI", "##############"),
    ("FO", "##############"),
    ("FR", "##########***********##"),
    ("GB", "AAAA##############"),
    ("GE", "AA################"),
    ("GI", "AAAA***************"),
    ("GL", "##############"),
    ("GR", "#######****************"),
    ("GT", "************************"),
    ("HR", "#################"),
    ("HU", "########################"),
    ("IE", "AAAA##############"),
    ("IL", "###################"),
    ("IQ", "AAAA###############"),
    ("IS", "######################"),
    ("IT", "A##########************"),
    ("JO", "AAAA####******************"),
    ("KW", "AAAA**********************"),
    ("KZ", "###*************"),
    ("LB", "####********************"),
    ("LC", "AAAA************************"),
    ("LI", "#####************"),
    ("LT", "################"),
    ("LU", "###*************"),
    ("LV", "AAAA*************"),
    ("LY", "#####################"),
    ("MC", "##########***********##"),
    ("MD", "********************"),
    ("ME", "##################"),
    ("MK", "###**********##"),
    ("MR", "#######################"),
    ("MT", "AAAA#####******************"),
    ("MU", "AAAA###################AAA"),
    ("NL", "AAAA##########"),
    ("NO", "###########"),
    ("PK", "AAAA****************"),
    ("PL", "########################"),
    ("PS", "AAAA*********************"),
    ("PT", "#####################"),
    ("QA", "AAAA*********************"),
    ("RO", "AAAA****************"),
    ("RS", "##################"),
    ("SA", "##******************"),
    ("SC", "AAAA####################AAA"),
    ("SE", "####################"),
    ("SI", "###############"),
    ("SK", "####################"),
    ("SM", "A##########************"),
    ("ST", "#####################"),
    ("SV", "AAAA####################"),
    ("TL", "###################"),
    ("TN", "####################"),
    ("TR", "######****************"),
    ("UA", "######*******************"),
    ("VA", "##################"),
    ("VG", "AAAA################"),
    ("XK", "################"),
];

pub(crate) fn iban(dice: &mut Dice) -> Value {
    let common = dice.percent(50);
    let (country, mask) = dice.pick(COUNTRIES);
    let (country, mask) = match common {
        true => dice.pick(&[
            ("DE", "##################"),
            ("GB", "AAAA##############"),
            ("FR", "##########***********##"),
            ("ES", "####################"),
            ("IT", "A##########************"),
            ("NL", "AAAA##########"),
        ]),
        false => (country, mask),
    };
    let account = dice.mask(mask);
    let text = checksum::iban(country, &account);
    let evident = |text| Value::evident(Iban, country, text, &IBAN_CUES);
    match dice.below(20) {
        0..=9 => evident(text),
        10..=15 => evident(in_fours(&text, " ")),
        16 => evident(in_fours(&text, "-")).hard(),
        17 => evident(text.to_lowercase()).hard(),
        18 => evident(format!("IBAN{}{text}", dice.pick(&[" ", ":", ": "]))).last(text.len()),
        _ => {
            let separator = dice.pick(&["\u{a0}", ".", "\u{2009}"]);
            evident(in_fours(&text, separator)).hard()
        }
    }
}

fn in_fours(text: &str, separator: &str) -> String {
    let groups: Vec<String> =
        text.as_bytes().chunks(4).map(|group| String::from_utf8_lossy(group).into_owned()).collect();
    groups.join(separator)
}

pub(crate) fn account(dice: &mut Dice) -> Value {
    let named = |variant, text, cues| Value::named(BankAccount, variant, text, cues);
    match dice.below(12) {
        0..=5 => {
            let length = dice.between(8, 12) as usize;
            named("account", dice.number(length), &ACCOUNT_CUES)
        }
        6 | 7 => {
            let payload = format!("{}{}", dice.pick(&["01", "02", "07", "11", "12", "21", "26", "31"]), dice.digits(6));
            let sum = checksum::weighted(&payload, &[3, 7, 1, 3, 7, 1, 3, 7]);
            named("aba", format!("{payload}{}", (10 - sum % 10) % 10), &ROUTING_CUES)
        }
        8 => named("sort_code", dice.mask("##-##-##"), &SORT_CUES),
        9 | 10 => {
            let country = dice.pick(&["DE", "GB", "US", "FR", "NL", "CH", "SG", "BR"]);
            let branch = dice.pick(&["", "XXX", "500"]);
            named(
                "swift",
                format!("{}{country}{}{branch}", dice.mask("AAAA"), dice.mask("##").replace('0', "F")),
                &SWIFT_CUES,
            )
        }
        _ => {
            let payload = format!("{}{}", dice.pick(&["002", "012", "014", "021", "072"]), dice.digits(14));
            let weights = [3, 7, 1];
            let sum: u32 = checksum::digits_of(&payload)
                .iter()
                .enumerate()
                .map(|(index, digit)| digit * weights[index % 3] % 10)
                .sum();
            named("clabe", format!("{payload}{}", (10 - sum % 10) % 10), &CLABE_CUES)
        }
    }
}
