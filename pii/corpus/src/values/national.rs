//! Identity, tax, insurance and health numbers of many countries, with their check digits.
//!
//! The rules are those that the issuing offices publish, as collected by ISO 7064 and the OECD's list of taxpayer numbers.

use crate::Family::NationalId;
use crate::checksum::{digits_of, luhn, mod_11_10, modulo, verhoeff, weighted};
use crate::dice::{Dice, UPPER};
use crate::value::{Cues, Value};

macro_rules! cues {
    ($name:ident, [$($key:literal),*], [$($phrase:literal),*]) => {
        static $name: Cues = Cues { keys: &[$($key),*], phrases: &[$($phrase),*] };
    };
}

cues!(GB_NINO, ["nino", "national_insurance_number", "ni_number"], ["NINO", "National Insurance number", "NI number"]);
cues!(GB_NHS, ["nhs_number", "nhs_no", "patient_nhs"], ["NHS number", "NHS no."]);
cues!(CA_SIN, ["sin", "social_insurance_number", "sin_number"], ["SIN", "Social Insurance Number"]);
cues!(IN_AADHAAR, ["aadhaar", "aadhaar_number", "aadhar_no", "uidai"], ["Aadhaar", "Aadhaar number", "aadhar no."]);
cues!(IN_PAN, ["pan_number", "pan_card", "permanent_account_number"], ["PAN", "PAN card"]);
cues!(BR_CPF, ["cpf", "cpf_cliente", "numero_cpf"], ["CPF", "CPF do cliente"]);
cues!(BR_CNPJ, ["cnpj", "cnpj_empresa"], ["CNPJ"]);
cues!(ES_DNI, ["dni", "nif", "nie", "documento_identidad", "dni_cliente"], ["DNI", "NIF", "NIE", "documento"]);
cues!(IT_CF, ["codice_fiscale", "cf", "cod_fiscale"], ["codice fiscale", "C.F."]);
cues!(
    FR_NIR,
    ["nir", "numero_secu", "insee", "numero_securite_sociale"],
    ["NIR", "n° sécu", "numéro de sécurité sociale"]
);
cues!(DE_TAX, ["steuer_id", "steueridentifikationsnummer", "idnr", "tin_de"], ["Steuer-ID", "IdNr", "Steuer-IdNr."]);
cues!(NL_BSN, ["bsn", "burgerservicenummer", "bsn_nummer"], ["BSN", "burgerservicenummer"]);
cues!(PL_PESEL, ["pesel", "numer_pesel"], ["PESEL", "nr PESEL"]);
cues!(SE_PNR, ["personnummer", "pnr", "personal_number"], ["personnummer", "pnr"]);
cues!(FI_HETU, ["hetu", "henkilotunnus", "henkilötunnus"], ["HETU", "henkilötunnus"]);
cues!(DK_CPR, ["cpr", "cpr_nummer", "cpr_number"], ["CPR", "CPR-nummer"]);
cues!(NO_FNR, ["fodselsnummer", "fødselsnummer", "fnr"], ["fødselsnummer", "fnr"]);
cues!(BE_NRN, ["rijksregisternummer", "nrn", "numero_national"], ["rijksregisternummer", "NRN", "numéro national"]);
cues!(PT_NIF, ["nif", "nif_cliente", "contribuinte"], ["NIF", "contribuinte"]);
cues!(TR_TCKN, ["tckn", "tc_kimlik_no", "kimlik_no"], ["TCKN", "T.C. Kimlik No"]);
cues!(
    CN_ID,
    ["id_card", "sfz", "身份证", "resident_id", "identity_card"],
    ["身份证号", "ID card", "resident identity card"]
);
cues!(KR_RRN, ["rrn", "jumin", "주민등록번호", "resident_registration_number"], ["주민등록번호", "RRN"]);
cues!(
    JP_MY,
    ["my_number", "mynumber", "kojin_bango", "マイナンバー", "個人番号"],
    ["My Number", "マイナンバー", "個人番号"]
);
cues!(AU_TFN, ["tfn", "tax_file_number"], ["TFN", "tax file number"]);
cues!(AU_MEDICARE, ["medicare", "medicare_number", "medicare_no"], ["Medicare", "Medicare number"]);
cues!(SG_NRIC, ["nric", "fin", "nric_fin"], ["NRIC", "FIN", "NRIC No."]);
cues!(ZA_ID, ["sa_id", "id_number", "identity_number", "za_id"], ["ID number", "SA ID", "identity number"]);
cues!(MX_CURP, ["curp", "clave_curp"], ["CURP"]);
cues!(MX_RFC, ["rfc", "rfc_cliente"], ["RFC"]);
cues!(AR_CUIT, ["cuit", "cuil", "cuit_cuil"], ["CUIT", "CUIL"]);
cues!(CL_RUT, ["rut", "rut_cliente", "run"], ["RUT", "RUN"]);
cues!(CH_AHV, ["ahv", "ahv_nummer", "avs", "ahvn13"], ["AHV", "AHV-Nr.", "n° AVS"]);
cues!(CZ_RC, ["rodne_cislo", "rodné_číslo"], ["rodné číslo"]);
cues!(RO_CNP, ["cnp", "cod_numeric_personal"], ["CNP"]);
cues!(RU_SNILS, ["snils", "снилс"], ["СНИЛС", "SNILS"]);
cues!(RU_INN, ["inn", "инн"], ["ИНН", "INN"]);
cues!(IE_PPS, ["pps", "pps_number", "ppsn"], ["PPS number", "PPSN"]);
cues!(IL_ID, ["teudat_zehut", "israeli_id", "mispar_zehut"], ["teudat zehut", "ת.ז."]);
cues!(EE_IK, ["isikukood", "personal_code"], ["isikukood"]);
cues!(LT_AK, ["asmens_kodas"], ["asmens kodas"]);
cues!(BG_EGN, ["egn", "егн"], ["ЕГН", "EGN"]);
cues!(HR_OIB, ["oib"], ["OIB"]);
cues!(HU_TAJ, ["taj", "taj_szam", "tajszam"], ["TAJ", "TAJ szám"]);
cues!(GR_AMKA, ["amka"], ["AMKA", "ΑΜΚΑ"]);
cues!(AT_SVNR, ["svnr", "sozialversicherungsnummer"], ["SVNR", "Sozialversicherungsnummer"]);
cues!(TH_ID, ["thai_id", "thai_national_id"], ["Thai ID", "เลขประจำตัวประชาชน"]);
cues!(UA_IPN, ["ipn", "rnokpp", "іпн"], ["ІПН", "РНОКПП"]);
cues!(ID_NIK, ["nik", "nomor_induk_kependudukan", "no_ktp"], ["NIK", "KTP"]);
cues!(
    ANY_ID,
    ["national_id", "national_id_number", "identity_card_number", "tax_number", "taxpayer_id"],
    ["national ID", "national ID number", "ID card number", "tax number"]
);

pub(crate) fn national_id(dice: &mut Dice) -> Value {
    const MAKERS: &[fn(&mut Dice) -> Value] = &[
        gb_nino,
        gb_nhs,
        ca_sin,
        in_aadhaar,
        in_pan,
        br_cpf,
        br_cnpj,
        es_dni,
        it_codice_fiscale,
        fr_nir,
        de_tax_id,
        nl_bsn,
        pl_pesel,
        se_personnummer,
        fi_hetu,
        dk_cpr,
        no_fnr,
        be_nrn,
        pt_nif,
        tr_tckn,
        cn_resident,
        kr_rrn,
        jp_my_number,
        au_tfn,
        au_medicare,
        sg_nric,
        za_id,
        mx_curp,
        mx_rfc,
        ar_cuit,
        cl_rut,
        ch_ahv,
        cz_rc,
        ro_cnp,
        ru_snils,
        ru_inn,
        ie_pps,
        il_id,
        ee_isikukood,
        lt_asmens_kodas,
        bg_egn,
        hr_oib,
        hu_taj,
        gr_amka,
        at_svnr,
        th_id,
        ua_ipn,
        id_nik,
        any_id,
    ];
    dice.pick(MAKERS)(dice)
}

fn evident(variant: &'static str, text: String, cues: &'static Cues) -> Value {
    Value::evident(NationalId, variant, text, cues)
}

fn named(variant: &'static str, text: String, cues: &'static Cues) -> Value {
    Value::named(NationalId, variant, text, cues)
}

/// Digits put into a form: `#` takes the next one.
fn form(digits: &str, form: &str) -> String {
    let mut rest = digits.chars();
    form.chars().map(|mark| if mark == '#' { rest.next().unwrap_or('0') } else { mark }).collect()
}

/// Draws until the check is one that is issued.
fn drawn(dice: &mut Dice, mut make: impl FnMut(&mut Dice) -> Option<String>) -> String {
    loop {
        if let Some(text) = make(dice) {
            return text;
        }
    }
}

fn gb_nino(dice: &mut Dice) -> Value {
    let text = format!(
        "{}{}{}{}",
        dice.string("ABCEGHJKLMPRSTWXY", 1),
        dice.string("ABCEHJKLMPRSTWXYZ", 1),
        dice.digits(6),
        dice.string("ABCD", 1)
    );
    let spaced = format!("{} {} {} {} {}", &text[..2], &text[2..4], &text[4..6], &text[6..8], &text[8..]);
    if dice.percent(50) { evident("gb_nino", text, &GB_NINO) } else { evident("gb_nino_spaced", spaced, &GB_NINO) }
}

fn gb_nhs(dice: &mut Dice) -> Value {
    let number = drawn(dice, |dice| {
        let payload = dice.number(9);
        let check = 11 - weighted(&payload, &[10, 9, 8, 7, 6, 5, 4, 3, 2]) % 11;
        (check != 10).then(|| format!("{payload}{}", check % 11))
    });
    let form_of = dice.pick(&["### ### ####", "##########", "###-###-####"]);
    named("gb_nhs", form(&number, form_of), &GB_NHS)
}

fn ca_sin(dice: &mut Dice) -> Value {
    let payload = format!("{}{}", dice.string("1234567", 1), dice.digits(7));
    let number = format!("{payload}{}", luhn(&payload));
    let form_of = dice.pick(&["### ### ###", "###-###-###", "#########"]);
    named("ca_sin", form(&number, form_of), &CA_SIN)
}

fn in_aadhaar(dice: &mut Dice) -> Value {
    let payload = format!("{}{}", dice.string("23456789", 1), dice.digits(10));
    let number = format!("{payload}{}", verhoeff(&payload));
    let form_of = dice.pick(&["#### #### ####", "####-####-####", "############"]);
    named("in_aadhaar", form(&number, form_of), &IN_AADHAAR)
}

fn in_pan(dice: &mut Dice) -> Value {
    let text =
        format!("{}P{}{}{}", dice.string(UPPER, 3), dice.string(UPPER, 1), dice.digits(4), dice.string(UPPER, 1));
    if dice.percent(50) { evident("in_pan", text, &IN_PAN) } else { named("in_pan", text, &IN_PAN) }
}

fn mod11_check(payload: &str, weights: &[u32]) -> u32 {
    match weighted(payload, weights) % 11 {
        rest @ 2.. => 11 - rest,
        _ => 0,
    }
}

fn br_cpf(dice: &mut Dice) -> Value {
    let payload = dice.digits(9);
    let first = mod11_check(&payload, &[10, 9, 8, 7, 6, 5, 4, 3, 2]);
    let with_first = format!("{payload}{first}");
    let second = mod11_check(&with_first, &[11, 10, 9, 8, 7, 6, 5, 4, 3, 2]);
    let number = format!("{with_first}{second}");
    if dice.percent(65) {
        evident("br_cpf", form(&number, "###.###.###-##"), &BR_CPF)
    } else {
        named("br_cpf_bare", number, &BR_CPF)
    }
}

fn br_cnpj(dice: &mut Dice) -> Value {
    let payload = format!("{}0001", dice.digits(8));
    let first = mod11_check(&payload, &[5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2]);
    let with_first = format!("{payload}{first}");
    let second = mod11_check(&with_first, &[6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2]);
    let number = format!("{with_first}{second}");
    if dice.percent(65) {
        evident("br_cnpj", form(&number, "##.###.###/####-##"), &BR_CNPJ)
    } else {
        named("br_cnpj_bare", number, &BR_CNPJ)
    }
}

fn es_dni(dice: &mut Dice) -> Value {
    let letter = |number: &str| char::from(b"TRWAGMYFPDXBNJZSQVHLCKE"[modulo(number, 23) as usize]);
    let body = dice.digits(7);
    match dice.below(4) {
        0 => {
            let first = dice.below(3);
            let check = letter(&format!("{first}{body}"));
            evident("es_nie", format!("{}{body}{check}", ["X", "Y", "Z"][first]), &ES_DNI)
        }
        1 => {
            let number = format!("{}{body}", dice.pick(&["1", "4", "5", "7"]));
            evident("es_dni_dash", format!("{number}-{}", letter(&number)), &ES_DNI)
        }
        _ => {
            let number = format!("{}{body}", dice.pick(&["0", "1", "2", "5", "7"]));
            evident("es_dni", format!("{number}{}", letter(&number)), &ES_DNI)
        }
    }
}

fn it_codice_fiscale(dice: &mut Dice) -> Value {
    const ODD: [u32; 26] =
        [1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23];
    let name = dice.string("BCDFGLMNPRSTVZ", 6);
    let (year, month, day) = dice.day(0, 99);
    let month = char::from(b"ABCDEHLMPRST"[month as usize - 1]);
    let town = format!("{}{}", dice.string("ABCDEFGHIL", 1), dice.digits(3));
    let body = format!("{name}{year:02}{month}{:02}{town}", day + if dice.percent(50) { 40 } else { 0 });
    let sum: u32 = body
        .chars()
        .enumerate()
        .map(|(index, c)| {
            let value = c.to_digit(10).unwrap_or_else(|| u32::from(c) - u32::from('A'));
            if index % 2 == 0 { ODD[value as usize] } else { value }
        })
        .sum();
    let text = format!("{body}{}", char::from(b'A' + (sum % 26) as u8));
    let text = if dice.percent(15) { text.to_lowercase() } else { text };
    evident("it_codice_fiscale", text, &IT_CF)
}

fn fr_nir(dice: &mut Dice) -> Value {
    let (year, month, _) = dice.day(0, 99);
    let department = dice.pick(&["01", "13", "33", "59", "69", "75", "92"]);
    let body = format!("{}{year:02}{month:02}{department}{}", dice.pick(&["1", "2"]), dice.digits(6));
    let number = format!("{body}{:02}", 97 - modulo(&body, 97));
    if dice.percent(50) {
        evident("fr_nir", form(&number, "# ## ## ## ### ### ##"), &FR_NIR)
    } else {
        named("fr_nir_bare", number, &FR_NIR)
    }
}

fn de_tax_id(dice: &mut Dice) -> Value {
    // Of the ten digits one is there twice and one not at all.
    let mut digits: Vec<u8> = (0..10).collect();
    for index in (1..10).rev() {
        let other = dice.below(index + 1);
        digits.swap(index, other);
    }
    let (from, to) = (dice.below(10), dice.below(9));
    digits[(from + 1 + to) % 10] = digits[from];
    if digits[0] == 0 {
        digits.reverse();
    }
    if digits[0] == 0 {
        digits.rotate_left(1);
    }
    let payload: String = digits.iter().map(|digit| digit.to_string()).collect();
    let number = format!("{payload}{}", mod_11_10(&payload));
    let form_of = dice.pick(&["###########", "## ### ### ###"]);
    named("de_tax_id", form(&number, form_of), &DE_TAX)
}

fn nl_bsn(dice: &mut Dice) -> Value {
    let number = drawn(dice, |dice| {
        let payload = dice.number(8);
        let rest = weighted(&payload, &[9, 8, 7, 6, 5, 4, 3, 2]) % 11;
        (rest != 10).then(|| format!("{payload}{rest}"))
    });
    named("nl_bsn", number, &NL_BSN)
}

fn pl_pesel(dice: &mut Dice) -> Value {
    let (year, month, day) = dice.day(1940, 2010);
    let month = if year >= 2000 { month + 20 } else { month };
    let payload = format!("{:02}{month:02}{day:02}{}", year % 100, dice.digits(4));
    let check = (10 - weighted(&payload, &[1, 3, 7, 9, 1, 3, 7, 9, 1, 3]) % 10) % 10;
    named("pl_pesel", format!("{payload}{check}"), &PL_PESEL)
}

fn se_personnummer(dice: &mut Dice) -> Value {
    let (year, month, day) = dice.day(1940, 2010);
    let serial = dice.digits(3);
    let short = format!("{:02}{month:02}{day:02}", year % 100);
    let check = luhn(&format!("{short}{serial}"));
    match dice.below(3) {
        0 => named("se_personnummer", format!("{short}-{serial}{check}"), &SE_PNR),
        1 => named("se_personnummer_long", format!("{}{short}-{serial}{check}", year / 100), &SE_PNR),
        _ => named("se_personnummer_bare", format!("{}{short}{serial}{check}", year / 100), &SE_PNR),
    }
}

fn fi_hetu(dice: &mut Dice) -> Value {
    let (year, month, day) = dice.day(1930, 2012);
    let sign = if year >= 2000 { 'A' } else { '-' };
    let date = format!("{day:02}{month:02}{:02}", year % 100);
    let serial = format!("{:03}", dice.between(2, 899));
    let check = char::from(b"0123456789ABCDEFHJKLMNPRSTUVWXY"[modulo(&format!("{date}{serial}"), 31) as usize]);
    let text = format!("{date}{sign}{serial}{check}");
    if check.is_ascii_digit() { named("fi_hetu", text, &FI_HETU) } else { evident("fi_hetu", text, &FI_HETU) }
}

fn dk_cpr(dice: &mut Dice) -> Value {
    let (year, month, day) = dice.day(1930, 1999);
    named("dk_cpr", format!("{day:02}{month:02}{:02}-{}", year % 100, dice.digits(4)), &DK_CPR)
}

fn no_fnr(dice: &mut Dice) -> Value {
    let number = drawn(dice, |dice| {
        let (year, month, day) = dice.day(1940, 1999);
        let payload = format!("{day:02}{month:02}{:02}{:03}", year % 100, dice.between(0, 499));
        let first = 11 - weighted(&payload, &[3, 7, 6, 1, 8, 9, 4, 5, 2]) % 11;
        let with_first = format!("{payload}{}", first % 11);
        let second = 11 - weighted(&with_first, &[5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11;
        (first != 10 && second != 10).then(|| format!("{with_first}{}", second % 11))
    });
    let form_of = dice.pick(&["###########", "###### #####"]);
    named("no_fodselsnummer", form(&number, form_of), &NO_FNR)
}

fn be_nrn(dice: &mut Dice) -> Value {
    let (year, month, day) = dice.day(1940, 2010);
    let body = format!("{:02}{month:02}{day:02}{:03}", year % 100, dice.between(1, 997));
    let counted = if year >= 2000 { format!("2{body}") } else { body.clone() };
    let number = format!("{body}{:02}", 97 - modulo(&counted, 97));
    if dice.percent(65) {
        evident("be_nrn", form(&number, "##.##.##-###.##"), &BE_NRN)
    } else {
        named("be_nrn_bare", number, &BE_NRN)
    }
}

fn pt_nif(dice: &mut Dice) -> Value {
    let payload = format!("{}{}", dice.string("1235", 1), dice.digits(7));
    let number = format!("{payload}{}", mod11_check(&payload, &[9, 8, 7, 6, 5, 4, 3, 2]));
    let form_of = dice.pick(&["#########", "### ### ###"]);
    named("pt_nif", form(&number, form_of), &PT_NIF)
}

fn tr_tckn(dice: &mut Dice) -> Value {
    let payload = dice.number(9);
    let digits = digits_of(&payload);
    let odd: u32 = digits.iter().step_by(2).sum();
    let even: u32 = digits.iter().skip(1).step_by(2).sum();
    let tenth = (odd * 7 + 100 - even) % 10;
    let eleventh = (odd + even + tenth) % 10;
    named("tr_tckn", format!("{payload}{tenth}{eleventh}"), &TR_TCKN)
}

fn cn_resident(dice: &mut Dice) -> Value {
    let (year, month, day) = dice.day(1950, 2010);
    let region = dice.pick(&["110101", "310104", "440305", "510107", "330106"]);
    let payload = format!("{region}{year}{month:02}{day:02}{}", dice.digits(3));
    let sum = weighted(&payload, &[7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]);
    let check = ["1", "0", "X", "9", "8", "7", "6", "5", "4", "3", "2"][sum as usize % 11];
    let text = format!("{payload}{check}");
    if dice.percent(50) { evident("cn_resident_id", text, &CN_ID) } else { named("cn_resident_id", text, &CN_ID) }
}

fn kr_rrn(dice: &mut Dice) -> Value {
    let (year, month, day) = dice.day(1950, 1999);
    let payload = format!("{:02}{month:02}{day:02}{}{}", year % 100, dice.pick(&["1", "2"]), dice.digits(5));
    let check = (11 - weighted(&payload, &[2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5]) % 11) % 10;
    let number = format!("{payload}{check}");
    if dice.percent(70) {
        evident("kr_rrn", form(&number, "######-#######"), &KR_RRN)
    } else {
        named("kr_rrn_bare", number, &KR_RRN)
    }
}

fn jp_my_number(dice: &mut Dice) -> Value {
    let payload = dice.digits(11);
    let rest = weighted(&payload, &[6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11;
    let number = format!("{payload}{}", if rest <= 1 { 0 } else { 11 - rest });
    let form_of = dice.pick(&["############", "#### #### ####", "####-####-####"]);
    named("jp_my_number", form(&number, form_of), &JP_MY)
}

fn au_tfn(dice: &mut Dice) -> Value {
    let number = drawn(dice, |dice| {
        let number = dice.number(9);
        weighted(&number, &[1, 4, 3, 7, 5, 8, 6, 9, 10]).is_multiple_of(11).then_some(number)
    });
    let form_of = dice.pick(&["### ### ###", "#########"]);
    named("au_tfn", form(&number, form_of), &AU_TFN)
}

fn au_medicare(dice: &mut Dice) -> Value {
    let payload = format!("{}{}", dice.string("23456", 1), dice.digits(7));
    let check = weighted(&payload, &[1, 3, 7, 9, 1, 3, 7, 9]) % 10;
    let number = format!("{payload}{check}{}", dice.between(1, 9));
    let form_of = dice.pick(&["#### ##### #", "##########"]);
    named("au_medicare", form(&number, form_of), &AU_MEDICARE)
}

fn sg_nric(dice: &mut Dice) -> Value {
    let kind = dice.pick(&["S", "T", "F", "G"]);
    let digits = dice.digits(7);
    let offset = if matches!(kind, "T" | "G") { 4 } else { 0 };
    let sum = (weighted(&digits, &[2, 7, 6, 5, 4, 3, 2]) + offset) % 11;
    let letters: &[u8; 11] = if matches!(kind, "S" | "T") { b"JZIHGFEDCBA" } else { b"XWUTRQPNMLK" };
    evident("sg_nric", format!("{kind}{digits}{}", char::from(letters[sum as usize])), &SG_NRIC)
}

fn za_id(dice: &mut Dice) -> Value {
    let (year, month, day) = dice.day(1950, 2005);
    let payload = format!("{:02}{month:02}{day:02}{}0{}", year % 100, dice.digits(4), dice.pick(&["8", "9"]));
    named("za_id", format!("{payload}{}", luhn(&payload)), &ZA_ID)
}

fn mx_curp(dice: &mut Dice) -> Value {
    const ALPHABET: &str = "0123456789ABCDEFGHIJKLMNÑOPQRSTUVWXYZ";
    let (year, month, day) = dice.day(1950, 1999);
    let state = dice.pick(&["DF", "JC", "NL", "PL", "VZ"]);
    let payload = format!(
        "{}{}{}{:02}{month:02}{day:02}{}{state}{}{}",
        dice.string(UPPER, 1),
        dice.string("AEIOU", 1),
        dice.string(UPPER, 2),
        year % 100,
        dice.pick(&["H", "M"]),
        dice.string("BCDFGLMNPRSTVZ", 3),
        dice.digits(1)
    );
    let sum: usize = payload
        .chars()
        .enumerate()
        .map(|(index, c)| ALPHABET.chars().position(|other| other == c).unwrap_or(0) * (18 - index))
        .sum();
    evident("mx_curp", format!("{payload}{}", (10 - sum % 10) % 10), &MX_CURP)
}

fn mx_rfc(dice: &mut Dice) -> Value {
    let (year, month, day) = dice.day(1950, 1999);
    let text =
        format!("{}{:02}{month:02}{day:02}{}", dice.string("ABCDEFGHJKLMNPRSTUVZ", 4), year % 100, dice.mask("A#A"));
    named("mx_rfc", text, &MX_RFC)
}

fn ar_cuit(dice: &mut Dice) -> Value {
    let number = drawn(dice, |dice| {
        let payload = format!("{}{}", dice.pick(&["20", "23", "27", "30"]), dice.digits(8));
        let check = 11 - weighted(&payload, &[5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11;
        (check != 10).then(|| format!("{payload}{}", check % 11))
    });
    if dice.percent(65) {
        evident("ar_cuit", form(&number, "##-########-#"), &AR_CUIT)
    } else {
        named("ar_cuit_bare", number, &AR_CUIT)
    }
}

fn cl_rut(dice: &mut Dice) -> Value {
    let payload = format!("{}{}", dice.string("12", 1), dice.digits(7));
    let reversed: String = payload.chars().rev().collect();
    let check = match 11 - weighted(&reversed, &[2, 3, 4, 5, 6, 7, 2, 3]) % 11 {
        10 => "K".to_owned(),
        rest => (rest % 11).to_string(),
    };
    if dice.percent(65) {
        evident("cl_rut", format!("{}-{check}", form(&payload, "##.###.###")), &CL_RUT)
    } else {
        named("cl_rut_bare", format!("{payload}-{check}"), &CL_RUT)
    }
}

fn ch_ahv(dice: &mut Dice) -> Value {
    let payload = format!("756{}", dice.digits(9));
    let check = (10 - weighted(&payload, &[1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3]) % 10) % 10;
    let number = format!("{payload}{check}");
    if dice.percent(75) {
        evident("ch_ahv", form(&number, "###.####.####.##"), &CH_AHV)
    } else {
        named("ch_ahv_bare", number, &CH_AHV)
    }
}

fn cz_rc(dice: &mut Dice) -> Value {
    let number = drawn(dice, |dice| {
        let (year, month, day) = dice.day(1955, 2003);
        let month = if dice.percent(50) { month + 50 } else { month };
        let payload = format!("{:02}{month:02}{day:02}{}", year % 100, dice.digits(3));
        let rest = modulo(&payload, 11);
        (rest != 10).then(|| format!("{payload}{rest}"))
    });
    named("cz_rodne_cislo", form(&number, "######/####"), &CZ_RC)
}

fn ro_cnp(dice: &mut Dice) -> Value {
    let (year, month, day) = dice.day(1950, 1999);
    let payload = format!(
        "{}{:02}{month:02}{day:02}{}{:03}",
        dice.pick(&["1", "2"]),
        year % 100,
        dice.pick(&["01", "12", "40", "22"]),
        dice.between(1, 999)
    );
    let rest = weighted(&payload, &[2, 7, 9, 1, 4, 6, 3, 5, 8, 2, 7, 9]) % 11;
    named("ro_cnp", format!("{payload}{}", if rest == 10 { 1 } else { rest }), &RO_CNP)
}

fn ru_snils(dice: &mut Dice) -> Value {
    let payload = dice.number(9);
    let check = weighted(&payload, &[9, 8, 7, 6, 5, 4, 3, 2, 1]) % 101 % 100;
    evident("ru_snils", form(&format!("{payload}{check:02}"), "###-###-### ##"), &RU_SNILS)
}

fn ru_inn(dice: &mut Dice) -> Value {
    let payload = dice.number(10);
    let first = weighted(&payload, &[7, 2, 4, 10, 3, 5, 9, 4, 6, 8]) % 11 % 10;
    let with_first = format!("{payload}{first}");
    let second = weighted(&with_first, &[3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8]) % 11 % 10;
    named("ru_inn", format!("{with_first}{second}"), &RU_INN)
}

fn ie_pps(dice: &mut Dice) -> Value {
    let digits = dice.number(7);
    let second = dice.string("ABCDEFGHI", 1);
    let letter = u32::from(second.as_bytes()[0] - b'A') + 1;
    let sum = (weighted(&digits, &[8, 7, 6, 5, 4, 3, 2]) + letter * 9) % 23;
    let check = char::from(b"WABCDEFGHIJKLMNOPQRSTUV"[sum as usize]);
    named("ie_pps", format!("{digits}{check}{second}"), &IE_PPS)
}

fn il_id(dice: &mut Dice) -> Value {
    let payload = format!("{}{}", dice.string("0123", 1), dice.digits(7));
    named("il_id", format!("{payload}{}", luhn(&payload)), &IL_ID)
}

/// The check digit of the Estonian and the Lithuanian code: two rounds of weights.
fn baltic_check(payload: &str) -> u32 {
    match weighted(payload, &[1, 2, 3, 4, 5, 6, 7, 8, 9, 1]) % 11 {
        10 => weighted(payload, &[3, 4, 5, 6, 7, 8, 9, 1, 2, 3]) % 11 % 10,
        rest => rest,
    }
}

fn baltic(dice: &mut Dice) -> String {
    let (year, month, day) = dice.day(1940, 1999);
    let payload = format!("{}{:02}{month:02}{day:02}{}", dice.pick(&["3", "4"]), year % 100, dice.digits(3));
    let check = baltic_check(&payload);
    format!("{payload}{check}")
}

fn ee_isikukood(dice: &mut Dice) -> Value {
    named("ee_isikukood", baltic(dice), &EE_IK)
}

fn lt_asmens_kodas(dice: &mut Dice) -> Value {
    named("lt_asmens_kodas", baltic(dice), &LT_AK)
}

fn bg_egn(dice: &mut Dice) -> Value {
    let (year, month, day) = dice.day(1940, 1999);
    let payload = format!("{:02}{month:02}{day:02}{}", year % 100, dice.digits(3));
    let check = weighted(&payload, &[2, 4, 8, 5, 10, 9, 7, 3, 6]) % 11 % 10;
    named("bg_egn", format!("{payload}{check}"), &BG_EGN)
}

fn hr_oib(dice: &mut Dice) -> Value {
    let payload = dice.number(10);
    named("hr_oib", format!("{payload}{}", mod_11_10(&payload)), &HR_OIB)
}

fn hu_taj(dice: &mut Dice) -> Value {
    let payload = dice.number(8);
    let check = weighted(&payload, &[3, 7, 3, 7, 3, 7, 3, 7]) % 10;
    let form_of = dice.pick(&["#########", "### ### ###", "###-###-###"]);
    named("hu_taj", form(&format!("{payload}{check}"), form_of), &HU_TAJ)
}

fn gr_amka(dice: &mut Dice) -> Value {
    let (year, month, day) = dice.day(1940, 1999);
    let payload = format!("{day:02}{month:02}{:02}{}", year % 100, dice.digits(4));
    named("gr_amka", format!("{payload}{}", luhn(&payload)), &GR_AMKA)
}

fn at_svnr(dice: &mut Dice) -> Value {
    let number = drawn(dice, |dice| {
        let (year, month, day) = dice.day(1940, 1999);
        let serial = dice.number(3);
        let date = format!("{day:02}{month:02}{:02}", year % 100);
        let check = weighted(&format!("{serial}{date}"), &[3, 7, 9, 5, 8, 4, 2, 1, 6]) % 11;
        (check != 10).then(|| format!("{serial}{check}{date}"))
    });
    let form_of = dice.pick(&["##########", "#### ######"]);
    named("at_svnr", form(&number, form_of), &AT_SVNR)
}

fn th_id(dice: &mut Dice) -> Value {
    let payload = dice.number(12);
    let check = (11 - weighted(&payload, &[13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2]) % 11) % 10;
    let form_of = dice.pick(&["#############", "#-####-#####-##-#"]);
    named("th_id", form(&format!("{payload}{check}"), form_of), &TH_ID)
}

fn ua_ipn(dice: &mut Dice) -> Value {
    // Minus one for the first weight, as ten modulo eleven.
    let payload = dice.number(9);
    let check = weighted(&payload, &[10, 5, 7, 9, 4, 6, 10, 5, 7]) % 11 % 10;
    named("ua_ipn", format!("{payload}{check}"), &UA_IPN)
}

fn id_nik(dice: &mut Dice) -> Value {
    let (year, month, day) = dice.day(1950, 1999);
    let region = dice.pick(&["317101", "327305", "357820", "517103"]);
    named("id_nik", format!("{region}{day:02}{month:02}{:02}{:04}", year % 100, dice.between(1, 99)), &ID_NIK)
}

/// A number of a country that nobody has a rule for, under a name that says enough.
fn any_id(dice: &mut Dice) -> Value {
    let mask = dice.pick(&[
        "##########",
        "###-####-####",
        "AA######",
        "A-#######",
        "########-#",
        "#### ###### #",
        "############",
    ]);
    named("any", dice.mask(mask), &ANY_ID)
}
