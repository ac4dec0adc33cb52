//! People: names, birthdays, where they live, what they log in with.

use crate::Family::{Address, BirthDate, Geo, PersonName, UserName};
use crate::dice::Dice;
use crate::value::{Cues, Value};
use crate::words::{CITIES, FIRST_NAMES, FULL_NAMES, HANDLES, LAST_NAMES};

static NAME_CUES: Cues = Cues {
    keys: &[
        "name_on_card",
        "legal_name",
        "payer_name",
        "beneficiary_name",
        "applicant_name",
        "owner_name",
        "traveler_name",
        "student_name",
        "client_name",
        "buyer_name",
        "signatory_name",
        "driver_name",
        "emergency_contact_name",
        "ad_soyad",
        "nama_lengkap",
        "ho_ten",
        "volledige_naam",
        "full_name",
        "user.full_name",
        "customer_name",
        "cardholder_name",
        "cardholder",
        "patient_name",
        "contact_name",
        "recipient_name",
        "display_name",
        "account_holder",
        "employee_name",
        "passenger_name",
        "real_name",
        "nombre_completo",
        "nom_complet",
        "vollständiger_name",
        "kundenname",
        "nome_completo",
        "imie_i_nazwisko",
        "氏名",
        "姓名",
        "фио",
        "이름",
    ],
    phrases: &[
        "full name",
        "customer name",
        "cardholder",
        "patient name",
        "account holder",
        "nombre completo",
        "ФИО",
        "姓名",
    ],
};

static FIRST_CUES: Cues = Cues {
    keys: &[
        "firstname",
        "voornaam",
        "etunimi",
        "fornavn",
        "förnamn",
        "jméno",
        "prenume",
        "first_nm",
        "first_name",
        "given_name",
        "fname",
        "forename",
        "vorname",
        "nombre",
        "prenom",
        "imie",
        "имя",
        "middle_name",
    ],
    phrases: &["first name", "given name", "Vorname", "prénom"],
};

static LAST_CUES: Cues = Cues {
    keys: &[
        "lastname",
        "achternaam",
        "sukunimi",
        "etternavn",
        "efternamn",
        "příjmení",
        "soyad",
        "second_surname",
        "last_nm",
        "last_name",
        "surname",
        "family_name",
        "lname",
        "nachname",
        "familienname",
        "apellido",
        "apellidos",
        "sobrenome",
        "nazwisko",
        "cognome",
        "фамилия",
        "maiden_name",
    ],
    phrases: &["last name", "surname", "family name", "Nachname", "apellido", "фамилия"],
};

static BIRTH_CUES: Cues = Cues {
    keys: &[
        "birth_day",
        "dateofbirth",
        "date_birth",
        "geboortedatum",
        "födelsedatum",
        "fødselsdato",
        "syntymäaika",
        "datum_narozeni",
        "dogum_tarihi",
        "tanggal_lahir",
        "생년월일",
        "date_of_birth",
        "birth_date",
        "dob",
        "birthday",
        "birthdate",
        "user_dob",
        "geburtsdatum",
        "geburtstag",
        "fecha_nacimiento",
        "fecha_de_nacimiento",
        "date_naissance",
        "date_de_naissance",
        "data_nascimento",
        "data_di_nascita",
        "data_urodzenia",
        "дата_рождения",
        "生年月日",
        "出生日期",
    ],
    phrases: &[
        "date of birth",
        "DOB",
        "born on",
        "born",
        "birthday",
        "geboren am",
        "fecha de nacimiento",
        "né le",
        "дата рождения",
    ],
};

static STREET_CUES: Cues = Cues {
    keys: &[
        "addr",
        "address1",
        "street1",
        "street_name",
        "residential_address",
        "postal_address",
        "pickup_address",
        "consignee_address",
        "adres",
        "adresa",
        "osoite",
        "gatuadress",
        "alamat",
        "주소",
        "address",
        "street_address",
        "street",
        "address_line1",
        "address_line_1",
        "home_address",
        "shipping_address",
        "billing_address",
        "mailing_address",
        "delivery_address",
        "anschrift",
        "strasse",
        "straße",
        "direccion",
        "dirección",
        "domicilio",
        "adresse",
        "endereco",
        "indirizzo",
        "адрес",
        "住所",
        "地址",
    ],
    phrases: &[
        "address",
        "ship to",
        "street address",
        "lives at",
        "Adresse",
        "Anschrift",
        "dirección",
        "adresse",
        "адрес",
    ],
};

static POSTCODE_CUES: Cues = Cues {
    keys: &[
        "post_code",
        "pin_code",
        "pincode",
        "eircode",
        "kod_pocztowy",
        "postnummer",
        "psc",
        "postinumero",
        "우편번호",
        "郵便番号",
        "postal_code",
        "postcode",
        "zip",
        "zip_code",
        "zipcode",
        "plz",
        "postleitzahl",
        "codigo_postal",
        "code_postal",
        "cep",
        "индекс",
    ],
    phrases: &["postcode", "zip code", "postal code", "PLZ", "código postal", "code postal"],
};

static GEO_CUES: Cues = Cues {
    keys: &[
        "last_known_location",
        "geolocation",
        "geo_coordinates",
        "latlong",
        "location",
        "coordinates",
        "gps",
        "geo",
        "position",
        "latlng",
        "lat_lon",
        "geo_point",
        "user_location",
    ],
    phrases: &["location", "coordinates", "GPS", "position"],
};

static LATITUDE_CUES: Cues = Cues {
    keys: &["start_lat", "pickup_latitude", "home_lat", "gps_latitude", "latitude", "lat", "geo.latitude", "gps_lat"],
    phrases: &["latitude", "lat"],
};

static LONGITUDE_CUES: Cues = Cues {
    keys: &[
        "dest_lng",
        "pickup_longitude",
        "home_lon",
        "gps_longitude",
        "longitude",
        "lon",
        "lng",
        "geo.longitude",
        "gps_lon",
    ],
    phrases: &["longitude", "lon"],
};

static USER_CUES: Cues = Cues {
    keys: &[
        "uname",
        "logon",
        "logon_name",
        "samaccountname",
        "user_principal",
        "github_login",
        "kullanici_adi",
        "gebruikersnaam",
        "användarnamn",
        "brukernavn",
        "nazwa_uzytkownika",
        "user.name",
        "username",
        "user_name",
        "enduser.id",
        "login",
        "login_name",
        "account_name",
        "nickname",
        "screen_name",
        "db.user",
        "owner_login",
        "benutzername",
        "usuario",
        "nom_utilisateur",
        "utilisateur",
        "имя_пользователя",
        "用户名",
        "ユーザー名",
    ],
    phrases: &[
        "username",
        "user name",
        "login",
        "Benutzername",
        "nombre de usuario",
        "nom d'utilisateur",
        "имя пользователя",
    ],
};

pub(crate) fn name(dice: &mut Dice) -> Value {
    let (first, last) = (dice.pick(FIRST_NAMES), dice.pick(LAST_NAMES));
    let named = |variant, text, cues| Value::named(PersonName, variant, text, cues);
    match dice.below(10) {
        0..=3 => named("full", format!("{first} {last}"), &NAME_CUES),
        4 => named("full_comma", format!("{last}, {first}"), &NAME_CUES),
        5 => named(
            "full_title",
            format!("{} {first} {last}", dice.pick(&["Dr.", "Mrs.", "Mr", "Herr", "Sra.", "Prof."])),
            &NAME_CUES,
        ),
        6 => named("full_script", dice.pick(FULL_NAMES).to_owned(), &NAME_CUES),
        7 | 8 => named("first", first.to_owned(), &FIRST_CUES),
        _ => named("last", last.to_owned(), &LAST_CUES),
    }
}

pub(crate) fn birth_date(dice: &mut Dice) -> Value {
    let (year, month, day) = dice.day(1935, 2012);
    let name = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ][month as usize - 1];
    let (variant, text) = match dice.below(9) {
        0..=3 => ("iso", format!("{year}-{month:02}-{day:02}")),
        4 => ("slashes", format!("{month:02}/{day:02}/{year}")),
        5 => ("dots", format!("{day:02}.{month:02}.{year}")),
        6 => ("words", format!("{day} {name} {year}")),
        7 => ("words_us", format!("{} {day}, {year}", &name[..3])),
        _ => ("compact", format!("{year}{month:02}{day:02}")),
    };
    Value::named(BirthDate, variant, text, &BIRTH_CUES)
}

pub(crate) fn address(dice: &mut Dice) -> Value {
    let number = dice.between(1, 1999);
    let last = dice.pick(LAST_NAMES);
    let city = dice.pick(CITIES);
    let named = |variant, text| Value::named(Address, variant, text, &STREET_CUES);
    match dice.below(12) {
        0 | 1 => named(
            "us",
            format!(
                "{number} {} {}",
                dice.pick(&["Maple", "Oak", "Main", "Lincoln", "2nd"]),
                dice.pick(&["St", "Street", "Ave", "Road", "Blvd", "Lane"])
            ),
        ),
        2 => named(
            "us_full",
            format!(
                "{number} Elm St Apt {}, {city}, {} {}",
                dice.between(1, 40),
                dice.pick(&["IL", "TX", "OR", "NY"]),
                dice.number(5)
            ),
        ),
        3 => named("gb", format!("{} {last} Road, Leeds {}", number % 200 + 1, dice.mask("LS# #AA"))),
        4 => named(
            "de",
            format!(
                "{}straße {}, {} {city}",
                dice.pick(&["Haupt", "Bahnhof", "Garten", "Schiller"]),
                number % 200 + 1,
                dice.number(5)
            ),
        ),
        5 => named(
            "fr",
            format!(
                "{} rue {} {}, {} Lyon",
                number % 200 + 1,
                dice.pick(&["Victor", "de la", "du"]),
                last,
                dice.mask("690##")
            ),
        ),
        6 => named(
            "es",
            format!(
                "Calle {} {}, {}º B",
                dice.pick(&["Mayor", "de Alcalá", "Gran Vía"]),
                number % 200 + 1,
                dice.between(1, 9)
            ),
        ),
        7 => named(
            "script",
            dice.pick(&[
                "東京都千代田区丸の内1-9-1",
                "北京市朝阳区建国路88号",
                "ул. Ленина, д. 12, кв. 5",
                "서울특별시 강남구 테헤란로 152",
            ])
            .to_owned(),
        ),
        8 => named("br", format!("Rua {} {}, {number}", dice.pick(&["das Flores", "Augusta", "XV de Novembro"]), last)),
        _ => {
            let mask = dice.pick(&[
                "#####",
                "#####-####",
                "AA# #AA",
                "A#A #A#",
                "#### AA",
                "###-####",
                "#####-###",
                "##-###",
                "SW1A #AA",
            ]);
            Value::named(Address, "postcode", dice.mask(mask), &POSTCODE_CUES)
        }
    }
}

pub(crate) fn geo(dice: &mut Dice) -> Value {
    let latitude = format!("{}{}.{}", dice.pick(&["", "-"]), dice.between(1, 68), dice.number(5));
    let longitude = format!("{}{}.{}", dice.pick(&["", "-"]), dice.between(1, 170), dice.number(5));
    let named = |variant, text, cues| Value::named(Geo, variant, text, cues);
    match dice.below(30) {
        0..=8 => named("latitude", latitude, &LATITUDE_CUES),
        9..=17 => named("longitude", longitude, &LONGITUDE_CUES),
        18..=24 => named("pair", format!("{latitude},{longitude}"), &GEO_CUES),
        25..=28 => named("pair_spaced", format!("{latitude}, {longitude}"), &GEO_CUES),
        _ => {
            let text = format!(
                "{}°{}'{}\"N {}°{}'{}\"W",
                dice.between(1, 68),
                dice.between(10, 59),
                dice.between(10, 59),
                dice.between(1, 170),
                dice.between(10, 59),
                dice.between(10, 59)
            );
            Value::evident(Geo, "degrees", text, &GEO_CUES).hard()
        }
    }
}

pub(crate) fn user_name(dice: &mut Dice) -> Value {
    let (first, last) = (dice.pick(HANDLES), dice.pick(HANDLES));
    let text = match dice.below(6) {
        0 => format!("{first}.{last}"),
        1 => format!("{first}{}", dice.between(1, 999)),
        2 => format!("{}{last}", &first[..1]),
        3 => format!("CORP\\{first}"),
        4 => format!("{first}_{last}"),
        _ => first.to_owned(),
    };
    Value::named(UserName, "login", text, &USER_CUES)
}
