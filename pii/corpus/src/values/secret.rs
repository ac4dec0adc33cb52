//! Secrets without an issuer: passwords, keys by name, web tokens, private keys, credentials, sessions.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};

use crate::Family::{ApiKey, HttpAuth, Jwt, Password, PrivateKey, Session, UrlCredentials};
use crate::dice::{BASE62, BASE64, BASE64_URL, Dice, LOWER_ALNUM};
use crate::value::{Cues, Value};
use crate::words::{HANDLES, HOSTS, WORDS};

static PASSWORD_CUES: Cues = Cues {
    keys: &[
        "passcode",
        "pswd",
        "admin_pass",
        "keystore_password",
        "truststore_password",
        "wifi_password",
        "otp_code",
        "one_time_password",
        "mfa_code",
        "security_answer",
        "lösenord",
        "adgangskode",
        "passord",
        "salasana",
        "heslo",
        "jelszo",
        "şifre",
        "kata_sandi",
        "κωδικός",
        "סיסמה",
        "password",
        "passwd",
        "pwd",
        "pass",
        "user_password",
        "db_password",
        "passphrase",
        "db_pass",
        "smtp_password",
        "root_password",
        "new_password",
        "old_password",
        "password_confirmation",
        "login_pwd",
        "pin_code",
        "secret",
        "pgpassword",
        "mysql_pwd",
        "contraseña",
        "contrasena",
        "clave",
        "passwort",
        "kennwort",
        "mot_de_passe",
        "mdp",
        "senha",
        "wachtwoord",
        "haslo",
        "parola",
        "пароль",
        "密码",
        "パスワード",
        "비밀번호",
    ],
    phrases: &[
        "password",
        "passwd",
        "pwd",
        "passphrase",
        "Passwort",
        "contraseña",
        "mot de passe",
        "senha",
        "пароль",
        "パスワード",
    ],
};

static KEY_CUES: Cues = Cues {
    keys: &[
        "app_key",
        "consumer_secret",
        "oauth_token",
        "oauth_token_secret",
        "service_token",
        "bot_token",
        "personal_access_token",
        "sas_token",
        "subscription_key",
        "x_goog_api_key",
        "x_amz_security_token",
        "x_vault_token",
        "hmac_key",
        "jwt_secret",
        "session_secret",
        "secret_key_base",
        "license_key",
        "security_token",
        "push_token",
        "registration_token",
        "api_key",
        "apikey",
        "x_api_key",
        "access_token",
        "auth_token",
        "refresh_token",
        "client_secret",
        "secret_key",
        "access_key",
        "token",
        "private_token",
        "api_token",
        "app_secret",
        "signing_secret",
        "webhook_secret",
        "encryption_key",
        "id_token",
        "api_secret",
        "credentials",
        "bearer_token",
        "shared_secret",
        "x_auth_token",
        "csrf_token",
        "reset_token",
        "secret_access_key",
    ],
    phrases: &["api key", "token", "access token", "client secret", "API-Key", "secret key", "auth token"],
};

static JWT_CUES: Cues = Cues {
    keys: &["jwt", "id_token", "access_token", "assertion", "token"],
    phrases: &["token", "JWT", "assertion", "id token"],
};

static PEM_CUES: Cues = Cues {
    keys: &["private_key", "tls_key", "ssh_key", "pem", "key_material"],
    phrases: &["private key", "key", "loaded"],
};

static AUTH_CUES: Cues = Cues {
    keys: &[
        "authorization",
        "http.request.header.authorization",
        "proxy_authorization",
        "x_authorization",
        "auth_header",
        "auth",
    ],
    phrases: &["Authorization", "authorization header", "Proxy-Authorization"],
};

static URL_CUES: Cues = Cues {
    keys: &[
        "database_url",
        "dsn",
        "connection_string",
        "redis_url",
        "amqp_url",
        "jdbc_url",
        "repository",
        "proxy",
        "server_url",
        "url",
    ],
    phrases: &["connecting to", "DSN", "database", "proxy", "clone from"],
};

static SESSION_CUES: Cues = Cues {
    keys: &[
        "sess_id",
        "session_key",
        "laravel_session",
        "user_session",
        "auth_cookie",
        "remember_token",
        "sessid",
        "session_id",
        "sessionid",
        "sid",
        "session",
        "phpsessid",
        "jsessionid",
        "connect.sid",
        "session_token",
        "cookie",
        "http.request.header.cookie",
        "set_cookie",
        "xsrf_token",
        "asp.net_sessionid",
    ],
    phrases: &["session", "session id", "cookie", "sid"],
};

pub(crate) fn password(dice: &mut Dice) -> Value {
    let (a, b) = (dice.pick(WORDS), dice.pick(HANDLES));
    let text = match dice.below(9) {
        0 => format!("{}{}!", capital(b), dice.between(1, 9999)),
        1 => dice.string("abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789!#%*+-_.~^", 14),
        2 => format!("{a}-{b}-{}-{}", dice.pick(WORDS), dice.between(10, 99)),
        3 => dice
            .pick(&[
                "hunter2", "letmein", "qwerty", "iloveyou", "Passw0rd", "s3cr3t!", "changeme", "trustno1", "P@ssw0rd",
                "admin123",
            ])
            .to_owned(),
        4 => format!("{}@{}", capital(a), dice.between(10, 9999)),
        5 => dice.string(LOWER_ALNUM, 10),
        6 => {
            let length = dice.between(4, 8) as usize;
            dice.digits(length)
        }
        7 => dice.string(BASE62, 24),
        _ => format!("{}${}{}", capital(a), b, dice.between(1, 99)),
    };
    Value::named(Password, "password", text, &PASSWORD_CUES)
}

fn capital(word: &str) -> String {
    let (first, rest) = word.split_at(1);
    first.to_uppercase() + rest
}

pub(crate) fn api_key(dice: &mut Dice) -> Value {
    let (variant, text) = match dice.below(6) {
        0 => ("hex_32", dice.hex(32)),
        1 => ("hex_64", dice.hex(64)),
        2 => ("base62", dice.string(BASE62, 40)),
        3 => {
            let bytes = dice.bytes(32);
            ("base64", STANDARD.encode(bytes))
        }
        4 => ("uuid", dice.mask("xxxxxxxx-xxxx-4xxx-8xxx-xxxxxxxxxxxx")),
        _ => ("short", dice.string(BASE62, 16)),
    };
    Value::named(ApiKey, variant, text, &KEY_CUES)
}

/// The three parts of a web token, in compact form.
pub(crate) fn web_token(dice: &mut Dice) -> String {
    let algorithm = dice.pick(&["HS256", "RS256", "ES256", "EdDSA"]);
    let header = match dice.below(3) {
        0 => format!(r#"{{"alg":"{algorithm}","typ":"JWT"}}"#),
        1 => format!(r#"{{"typ":"JWT","alg":"{algorithm}"}}"#),
        _ => format!(r#"{{"alg":"{algorithm}","kid":"{}"}}"#, dice.hex(8)),
    };
    let claims = format!(
        r#"{{"sub":"{}","iat":17{},"iss":"https://{}.example.com"}}"#,
        dice.hex(12),
        dice.digits(8),
        dice.pick(HOSTS)
    );
    let length = if algorithm == "RS256" { 342 } else { 43 };
    format!("{}.{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(claims), dice.string(BASE64_URL, length))
}

pub(crate) fn jwt(dice: &mut Dice) -> Value {
    let token = web_token(dice);
    let evident = |variant, text: String| Value::evident(Jwt, variant, text, &JWT_CUES);
    match dice.below(20) {
        0..=15 => evident("signed", token),
        16 | 17 => {
            let text = format!("Bearer {token}");
            evident("bearer", text).last(token.len())
        }
        18 => {
            let unsigned = token.rsplit_once('.').map_or(token.as_str(), |(unsigned, _)| unsigned);
            let length = unsigned.len();
            evident("unsigned", format!("{unsigned}.")).core(0..length).hard()
        }
        _ => {
            let header = URL_SAFE_NO_PAD.encode(r#"{"alg":"RSA-OAEP","enc":"A256GCM"}"#);
            let text = format!(
                "{header}.{}.{}.{}.{}",
                dice.string(BASE64_URL, 342),
                dice.string(BASE64_URL, 16),
                dice.string(BASE64_URL, 80),
                dice.string(BASE64_URL, 22)
            );
            evident("encrypted", text).hard()
        }
    }
}

pub(crate) fn private_key(dice: &mut Dice) -> Value {
    let kind = dice.pick(&[
        "RSA PRIVATE KEY",
        "PRIVATE KEY",
        "EC PRIVATE KEY",
        "OPENSSH PRIVATE KEY",
        "ENCRYPTED PRIVATE KEY",
        "PGP PRIVATE KEY BLOCK",
        "DSA PRIVATE KEY",
    ]);
    let (variant, newline) = dice.weighted(&[
        (6, ("lines", "\n")),
        (3, ("escaped_lines", "\\n")),
        (2, ("one_line", " ")),
        (1, ("windows_lines", "\r\n")),
        (1, ("double_escaped", "\\\\n")),
    ]);
    let lines = dice.between(3, 12);
    let mut body: Vec<String> = (0..lines).map(|_| dice.string(BASE64, 64)).collect();
    body.push(dice.string(BASE64, 22) + "==");
    let body = body.join(newline);
    let cut = dice.percent(6);
    let (start, text) = if cut {
        let head = format!("-----BEGIN {kind}-----{newline}");
        (head.len(), format!("{head}{body}"))
    } else {
        let head = format!("-----BEGIN {kind}-----{newline}");
        (head.len(), format!("{head}{body}{newline}-----END {kind}-----"))
    };
    let core = start..start + body.len();
    let value = Value::evident(PrivateKey, variant, text, &PEM_CUES).core(core);
    if cut { Value { variant: "cut_off", ..value.hard() } } else { value }
}

pub(crate) fn http_auth(dice: &mut Dice) -> Value {
    let credentials = STANDARD.encode(format!("{}:{}", dice.pick(HANDLES), dice.string(BASE62, 10)));
    let (variant, scheme, secret) = match dice.below(10) {
        0..=3 => ("basic", "Basic ", credentials),
        4..=6 => ("bearer_opaque", "Bearer ", dice.string(BASE64_URL, 43)),
        7 => ("bearer_hex", "Bearer ", dice.hex(40)),
        8 => ("token", "Token ", dice.hex(40)),
        _ => ("api_key", dice.pick(&["ApiKey ", "Api-Key ", "SSWS ", "Splunk "]), dice.string(BASE62, 40)),
    };
    let text = format!("{scheme}{secret}");
    let value = match variant {
        "basic" | "bearer_opaque" | "bearer_hex" => Value::evident(HttpAuth, variant, text, &AUTH_CUES),
        _ => Value::named(HttpAuth, variant, text, &AUTH_CUES),
    };
    value.last(secret.len())
}

pub(crate) fn url_credentials(dice: &mut Dice) -> Value {
    let user = dice.pick(&["app", "svc_orders", "admin", "root", "postgres", "deploy", "anna"]);
    let host = format!("{}.{}", dice.pick(HOSTS), dice.pick(&["internal", "example.com", "svc.cluster.local"]));
    let password = match dice.below(4) {
        0 => dice.string(BASE62, 16),
        1 => dice.pick(&["s3cret", "hunter2", "Winter2024", "p%40ssw0rd", "pa$$word", "changeme"]).to_owned(),
        2 => dice.string("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.!~*$", 14),
        _ => dice.hex(24),
    };
    let (scheme, port, tail) = dice.pick(&[
        ("postgres", ":5432", "/orders?sslmode=require"),
        ("postgresql", "", "/app"),
        ("mysql", ":3306", "/shop"),
        ("mongodb+srv", "", "/?retryWrites=true"),
        ("mongodb", ":27017", "/admin"),
        ("amqp", ":5672", "/vhost"),
        ("redis", ":6379", "/0"),
        ("https", "", "/org/repo.git"),
        ("http", ":3128", ""),
        ("ftp", "", "/pub/"),
        ("jdbc:postgresql", ":5432", "/db"),
        ("smtp", ":587", ""),
        ("clickhouse", ":9000", "/default"),
        ("ldap", ":389", "/dc=example"),
    ]);
    let user = if scheme == "redis" && dice.percent(60) { "" } else { user };
    let text = format!("{scheme}://{user}:{password}@{host}{port}{tail}");
    let start = scheme.len() + 3 + user.len() + 1;
    let value = Value::evident(UrlCredentials, "user_info", text, &URL_CUES).core(start..start + password.len());
    if password.contains('%') { value.hard() } else { value }
}

pub(crate) fn session(dice: &mut Dice) -> Value {
    let id = match dice.below(4) {
        0 => dice.hex(32),
        1 => dice.string(LOWER_ALNUM, 26),
        2 => dice.string(BASE62, 32),
        _ => format!("s%3A{}.{}", dice.string(BASE64_URL, 32), dice.string(BASE62, 43)),
    };
    match dice.below(5) {
        0 => {
            let text = format!(
                "{}={id}; Path=/; HttpOnly",
                dice.pick(&["sessionid", "PHPSESSID", "JSESSIONID", "connect.sid", "_session_id", "laravel_session"])
            );
            let start = text.find('=').map_or(0, |at| at + 1);
            Value::evident(Session, "cookie", text, &SESSION_CUES).core(start..start + id.len())
        }
        1 => {
            let text = format!(
                "theme=dark; {}={id}; lang=en",
                dice.pick(&["sessionid", "PHPSESSID", "JSESSIONID", "auth_session", "sid"])
            );
            let start = text.find(&id).unwrap_or(0);
            Value::evident(Session, "cookies", text, &SESSION_CUES).core(start..start + id.len())
        }
        _ => Value::named(Session, "id", id, &SESSION_CUES),
    }
}
