//! Keys and tokens in the formats of their issuers, as the issuers or the public rule sets of secret scanners give them.

use crate::Family::VendorToken;
use crate::checksum::github_crc;
use crate::dice::{self, Dice};
use crate::value::{Cues, Value};

use Part::{Base32, Base62, Base64, Digits, Hex, Is, Lower, Upper, Url};

static CUES: Cues = Cues {
    keys: &["api_key", "token", "access_token", "secret", "credential", "auth", "key"],
    phrases: &["token", "api key", "key", "credential", "authenticated with"],
};

static AWS_SECRET_CUES: Cues = Cues {
    keys: &["aws_secret_access_key", "secret_access_key", "aws_secret", "aws_secret_key"],
    phrases: &["secret access key", "AWS secret"],
};

static TWILIO_CUES: Cues = Cues { keys: &["twilio_auth_token", "twilio_token"], phrases: &["twilio auth token"] };

static DATADOG_CUES: Cues = Cues {
    keys: &["dd_api_key", "datadog_api_key", "dd_application_key"],
    phrases: &["datadog api key", "DD_API_KEY"],
};

static HEROKU_CUES: Cues = Cues { keys: &["heroku_api_key", "heroku_token"], phrases: &["heroku api key"] };

/// A piece of a format.
#[derive(Clone, Copy)]
enum Part {
    Is(&'static str),
    Digits(usize),
    Hex(usize),
    Lower(usize),
    Upper(usize),
    Base32(usize),
    Base62(usize),
    Base64(usize),
    Url(usize),
}

type Format = (&'static str, &'static [Part]);

const FORMATS: &[Format] = &[
    ("aws_access_key", &[Is("AKIA"), Base32(16)]),
    ("aws_session_key", &[Is("ASIA"), Base32(16)]),
    ("github_random", &[Is("ghp_"), Base62(36)]),
    ("github_fine_grained", &[Is("github_pat_"), Base62(22), Is("_"), Base62(59)]),
    ("gitlab", &[Is("glpat-"), Url(20)]),
    ("gitlab_routable", &[Is("glpat-"), Url(27), Is(".01."), Lower(9)]),
    ("gitlab_runner", &[Is("glrt-"), Url(20)]),
    ("slack_bot", &[Is("xoxb-"), Digits(12), Is("-"), Digits(13), Is("-"), Base62(24)]),
    ("slack_user", &[Is("xoxp-"), Digits(11), Is("-"), Digits(11), Is("-"), Digits(12), Is("-"), Hex(32)]),
    ("slack_app", &[Is("xapp-1-A"), Upper(10), Is("-"), Digits(13), Is("-"), Hex(64)]),
    ("slack_webhook", &[Is("https://hooks.slack.com/services/T"), Upper(8), Is("/B"), Upper(10), Is("/"), Base62(24)]),
    ("stripe_secret", &[Is("sk_live_"), Base62(24)]),
    ("stripe_long", &[Is("sk_live_51"), Base62(97)]),
    ("stripe_test", &[Is("sk_test_"), Base62(24)]),
    ("stripe_restricted", &[Is("rk_live_"), Base62(24)]),
    ("stripe_webhook", &[Is("whsec_"), Base62(32)]),
    ("google_api_key", &[Is("AIza"), Url(35)]),
    ("google_oauth", &[Is("ya29."), Url(120)]),
    ("google_client_secret", &[Is("GOCSPX-"), Url(28)]),
    ("azure_client_secret", &[Base62(3), Is("8Q~"), Url(34)]),
    ("openai_project", &[Is("sk-proj-"), Url(74), Is("T3BlbkFJ"), Url(74)]),
    ("openai_legacy", &[Is("sk-"), Base62(20), Is("T3BlbkFJ"), Base62(20)]),
    ("anthropic", &[Is("sk-ant-api03-"), Url(93), Is("AA")]),
    ("npm", &[Is("npm_"), Base62(36)]),
    ("pypi", &[Is("pypi-AgEIcHlwaS5vcmc"), Url(140)]),
    ("rubygems", &[Is("rubygems_"), Hex(48)]),
    ("sendgrid", &[Is("SG."), Url(22), Is("."), Url(43)]),
    ("twilio_key", &[Is("SK"), Hex(32)]),
    ("mailgun", &[Is("key-"), Hex(32)]),
    ("mailchimp", &[Hex(32), Is("-us21")]),
    ("telegram", &[Digits(10), Is(":AA"), Url(33)]),
    ("discord_webhook", &[Is("https://discord.com/api/webhooks/"), Digits(18), Is("/"), Url(68)]),
    ("digitalocean", &[Is("dop_v1_"), Hex(64)]),
    ("heroku", &[Is("HRKU-AA"), Url(58)]),
    ("shopify", &[Is("shpat_"), Hex(32)]),
    ("shopify_shared", &[Is("shpss_"), Hex(32)]),
    ("square_access", &[Is("sq0atp-"), Url(22)]),
    ("square_secret", &[Is("sq0csp-"), Url(43)]),
    ("square_production", &[Is("EAAA"), Url(60)]),
    ("vault", &[Is("hvs."), Url(90)]),
    ("terraform", &[Base62(14), Is(".atlasv1."), Url(67)]),
    ("databricks", &[Is("dapi"), Hex(32)]),
    ("new_relic_user", &[Is("NRAK-"), Upper(27)]),
    ("new_relic_licence", &[Hex(36), Is("NRAL")]),
    ("grafana_service", &[Is("glsa_"), Base62(32), Is("_"), Hex(8)]),
    ("grafana_cloud", &[Is("glc_eyJ"), Base64(60)]),
    ("linear", &[Is("lin_api_"), Base62(40)]),
    ("notion", &[Is("ntn_"), Digits(11), Base62(35)]),
    ("airtable", &[Is("pat"), Base62(14), Is("."), Hex(64)]),
    ("figma", &[Is("figd_"), Url(40)]),
    ("atlassian", &[Is("ATATT3xFfGF0"), Url(180)]),
    ("hugging_face", &[Is("hf_"), Base62(34)]),
    ("doppler", &[Is("dp.pt."), Base62(43)]),
    ("planetscale", &[Is("pscale_tkn_"), Url(43)]),
    ("docker", &[Is("dckr_pat_"), Url(27)]),
    ("supabase", &[Is("sbp_"), Hex(40)]),
    ("postman", &[Is("PMAK-"), Hex(24), Is("-"), Hex(34)]),
    ("tailscale", &[Is("tskey-auth-"), Base62(17), Is("-"), Base62(32)]),
    ("buildkite", &[Is("bkua_"), Hex(40)]),
    ("groq", &[Is("gsk_"), Base62(52)]),
    ("pulumi", &[Is("pul-"), Hex(40)]),
    ("sentry", &[Is("sntrys_eyJ"), Base64(120)]),
    ("age", &[Is("AGE-SECRET-KEY-1"), Upper(58)]),
    ("facebook", &[Is("EAACEdEose0cBA"), Base62(80)]),
    ("dropbox", &[Is("sl."), Url(136)]),
    ("netlify", &[Is("nfp_"), Base62(36)]),
    ("azure_devops", &[Base62(76), Is("AZDO"), Base62(4)]),
    ("alibaba", &[Is("LTAI5t"), Base62(18)]),
];

pub(crate) fn token(dice: &mut Dice) -> Value {
    let evident = |variant, text| Value::evident(VendorToken, variant, text, &CUES);
    let named = |variant, text, cues| Value::named(VendorToken, variant, text, cues);
    match dice.below(40) {
        0..=3 => {
            let payload = dice.string(dice::BASE62, 30);
            let kind = dice.pick(&["ghp_", "gho_", "ghu_", "ghs_", "ghr_"]);
            let check = github_crc(&payload);
            evident("github_classic", format!("{kind}{payload}{check}"))
        }
        4 | 5 => evident("aws_access_key", written(dice, FORMATS[0].1)),
        6 | 7 => named("aws_secret_key", dice.string(dice::BASE64, 40), &AWS_SECRET_CUES),
        8 => named("twilio_auth_token", dice.hex(32), &TWILIO_CUES),
        9 => named("datadog", dice.hex(32), &DATADOG_CUES),
        10 => named("heroku_legacy", dice.mask("xxxxxxxx-xxxx-4xxx-9xxx-xxxxxxxxxxxx"), &HEROKU_CUES),
        11 => azure_storage(dice),
        12 => azure_signature(dice),
        13 => service_bus(dice),
        14 => discord_bot(dice),
        _ => {
            let (variant, parts) = dice.pick(FORMATS);
            evident(variant, written(dice, parts))
        }
    }
}

fn written(dice: &mut Dice, parts: &[Part]) -> String {
    parts
        .iter()
        .map(|part| match *part {
            Is(text) => text.to_owned(),
            Digits(length) => dice.number(length),
            Hex(length) => dice.hex(length),
            Lower(length) => dice.string(dice::LOWER_ALNUM, length),
            Upper(length) => dice.string(dice::UPPER_ALNUM, length),
            Base32(length) => dice.string(dice::BASE32, length),
            Base62(length) => dice.string(dice::BASE62, length),
            Base64(length) => dice.string(dice::BASE64, length),
            // A mark at an end would be punctuation of the text around.
            Url(length) => {
                dice.string(dice::BASE62, 1)
                    + &dice.string(dice::BASE64_URL, length - 2)
                    + &dice.string(dice::BASE62, 1)
            }
        })
        .collect()
}

/// A text of which only the secret in the middle must go.
fn around(variant: &'static str, before: &str, secret: &str, after: &str) -> Value {
    let core = before.len()..before.len() + secret.len();
    Value::evident(VendorToken, variant, format!("{before}{secret}{after}"), &CUES).core(core)
}

fn azure_storage(dice: &mut Dice) -> Value {
    let key = dice.string(dice::BASE64, 86) + "==";
    let before = "DefaultEndpointsProtocol=https;AccountName=storeprod;AccountKey=";
    around("azure_storage", before, &key, ";EndpointSuffix=core.windows.net")
}

fn azure_signature(dice: &mut Dice) -> Value {
    let signature = dice.string(dice::BASE62, 20) + "%2B" + &dice.string(dice::BASE62, 22) + "%3D";
    let before = "https://storeprod.blob.core.windows.net/media/a.bin?sv=2022-11-02&sr=b&sp=r&sig=";
    around("azure_sas", before, &signature, "")
}

fn service_bus(dice: &mut Dice) -> Value {
    let key = dice.string(dice::BASE64, 43) + "=";
    let before = "Endpoint=sb://orders.servicebus.windows.net/;SharedAccessKeyName=Root;SharedAccessKey=";
    around("azure_service_bus", before, &key, "")
}

fn discord_bot(dice: &mut Dice) -> Value {
    let user = dice.string("MNO", 1) + &dice.string(dice::BASE62, 23);
    let text = format!("{user}.{}.{}", dice.string(dice::BASE62, 6), dice.string(dice::BASE62, 38));
    Value::evident(VendorToken, "discord_bot", text, &CUES).hard()
}
