//! Devices and vehicles.

use crate::Family::{DeviceId, Vehicle};
use crate::checksum::luhn;
use crate::dice::Dice;
use crate::value::{Cues, Value};

static IMEI_CUES: Cues = Cues {
    keys: &["imei1", "imei_no", "imei", "device_imei", "imei_number", "handset_imei"],
    phrases: &["IMEI", "imei no.", "device IMEI"],
};

static SIM_CUES: Cues = Cues { keys: &["iccid", "sim_iccid", "sim_serial"], phrases: &["ICCID", "SIM"] };

static IMSI_CUES: Cues = Cues { keys: &["imsi", "subscriber_imsi"], phrases: &["IMSI"] };

static ADVERTISING_CUES: Cues = Cues {
    keys: &["idfv", "adid", "aaid", "idfa", "gaid", "advertising_id", "ad_id"],
    phrases: &["advertising id", "IDFA"],
};

static VIN_CUES: Cues = Cues {
    keys: &["vehicle_identification_number", "chassis_no", "vin", "vehicle_vin", "vin_number", "chassis_number"],
    phrases: &["VIN", "vehicle identification number"],
};

static PLATE_CUES: Cues = Cues {
    keys: &[
        "registration_plate",
        "plate_no",
        "car_plate",
        "nummernschild",
        "kfz_kennzeichen",
        "placa",
        "tablica_rejestracyjna",
        "license_plate",
        "licence_plate",
        "plate_number",
        "number_plate",
        "kennzeichen",
        "matricula",
        "immatriculation",
        "targa",
    ],
    phrases: &["license plate", "plate", "number plate", "Kennzeichen", "matrícula", "immatriculation"],
};

pub(crate) fn device_id(dice: &mut Dice) -> Value {
    match dice.below(8) {
        0..=4 => {
            let payload = format!("{}{}", dice.pick(&["35", "86", "01", "99"]), dice.digits(12));
            let check = luhn(&payload);
            let text = match dice.below(4) {
                0 => format!("{}-{}-{}-{check}", &payload[..2], &payload[2..8], &payload[8..]),
                _ => format!("{payload}{check}"),
            };
            Value::named(DeviceId, "imei", text, &IMEI_CUES)
        }
        5 => {
            let payload = format!("8949{}", dice.digits(14));
            let check = luhn(&payload);
            Value::named(DeviceId, "iccid", format!("{payload}{check}"), &SIM_CUES)
        }
        6 => Value::named(DeviceId, "imsi", dice.mask("26201##########"), &IMSI_CUES),
        _ => {
            let id = dice.mask("xxxxxxxx-xxxx-4xxx-8xxx-xxxxxxxxxxxx");
            let text = if dice.percent(50) { id.to_uppercase() } else { id };
            Value::named(DeviceId, "advertising_id", text, &ADVERTISING_CUES)
        }
    }
}

pub(crate) fn vehicle(dice: &mut Dice) -> Value {
    match dice.below(2) {
        0 => Value::named(Vehicle, "vin", vin(dice), &VIN_CUES),
        _ => {
            let mask = dice.pick(&[
                "A AA ####",
                "AA-###-AA",
                "#### AAA",
                "AA## AAA",
                "###-AAA",
                "AAA ####",
                "#AAA###",
                "B-AA ####",
            ]);
            Value::named(Vehicle, "plate", dice.mask(mask), &PLATE_CUES)
        }
    }
}

/// A number with the check digit of ISO 3779 as North America uses it.
fn vin(dice: &mut Dice) -> String {
    const ALPHABET: &str = "ABCDEFGHJKLMNPRSTUVWXYZ0123456789";
    const WEIGHTS: [u32; 17] = [8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2];
    let maker = dice.pick(&["1HG", "WVW", "JTD", "3VW", "5YJ", "WBA", "KMH", "1FT"]);
    let mut vin =
        format!("{maker}{}0{}{}", dice.string(ALPHABET, 5), dice.string("ABCDEFGHJKLMNPRSTVWXY", 2), dice.digits(6));
    let sum: u32 = vin.chars().zip(WEIGHTS).map(|(c, weight)| transliterated(c) * weight).sum();
    let check = match sum % 11 {
        10 => "X".to_owned(),
        digit => digit.to_string(),
    };
    vin.replace_range(8..9, &check);
    vin
}

fn transliterated(c: char) -> u32 {
    match c {
        'A'..='H' => u32::from(c) - u32::from('A') + 1,
        'J'..='R' => u32::from(c) - u32::from('J') + 1,
        'S'..='Z' => u32::from(c) - u32::from('S') + 2,
        other => other.to_digit(10).unwrap_or(0),
    }
}
