//! Words about secrets without a secret, and what stands where a secret was.

use super::{Make, filled, keyed, literal};

pub(super) const KINDS: &[(&str, Make)] = &[
    ("masked secret", |dice| {
        literal(
            dice,
            &[
                "password=***",
                "password=********",
                "token=<redacted>",
                "pwd: [REDACTED]",
                "secret=xxxxx",
                "Authorization: Bearer ***",
                "Authorization: Basic [FILTERED]",
                "api_key=****************",
                "{\"password\":\"[FILTERED]\"}",
                "{\"token\":\"***\"}",
                "postgres://app:***@db:5432/x",
                "card=************",
                "cookie: [masked]",
                "password: <hidden>",
                "passwd=(hidden)",
                "secret=REDACTED",
                "token=[MASKED]",
                "postgresql://user:[REDACTED]@db/x",
            ],
        )
    }),
    ("placeholder", |dice| {
        literal(
            dice,
            &[
                "Bearer ${TOKEN}",
                "password=${DB_PASSWORD}",
                "password: null",
                "token=undefined",
                "api_key={{ api_key }}",
                "secret: ${{ secrets.NPM_TOKEN }}",
                "password=$PASSWORD",
                "PASSWORD=%s",
                "pwd=?",
                "password = :password",
                "where password = $1",
                "token: <your-token>",
                "Authorization: Bearer <token>",
                "--password=<password>",
                "password=\"\"",
                "\"password\":null",
                "\"api_key\":\"\"",
                "secret=None",
                "token: nil",
                "password=#{pass}",
                "vault:secret/data/db#password",
                "password: !vault",
                "client_secret=YOUR_CLIENT_SECRET",
            ],
        )
    }),
    ("word about secrets", |dice| {
        keyed(
            dice,
            &[
                ("", "token_count=12"),
                ("", "password_reset_requested=true"),
                ("", "max_tokens: 4096"),
                ("", "Authorization header missing"),
                ("", "invalid password"),
                ("", "password expired"),
                ("", "wrong password for account"),
                ("", "token expired"),
                ("", "bearer token required"),
                ("", "basic auth disabled"),
                ("", "secret not found"),
                ("", "api key missing"),
                ("", "session expired"),
                ("", "login failed: bad credentials"),
                ("gen_ai.usage.input_tokens", "1532"),
                ("llm.max_tokens", "4096"),
                ("token_type", "Bearer"),
                ("password_strength", "weak"),
                ("", "passwordless login enabled"),
                ("", "private key loaded"),
                ("", "key rotation finished"),
                ("", "secret_name=db-credentials"),
                ("", "token_type=bearer expires_in=3600"),
                ("", "password policy: min 12 characters"),
                ("", "user pressed forgot password"),
                ("", "csrf token mismatch"),
                ("", "JWT validation failed: signature"),
                ("", "X-Api-Key header is required"),
                ("", "Passwort falsch"),
                ("", "mot de passe oublié"),
                ("", "contraseña incorrecta"),
                ("", "password_hash_algorithm=bcrypt"),
                ("", "tokens_used=512 tokens_left=3488"),
                ("", "tokenizer loaded in 12ms"),
                ("", "secretary desk"),
                ("", "passed: 12, failed: 0"),
                ("", "compass=north"),
                ("", "bypass=true"),
                ("pass_count", "12"),
                ("", "keyboard=us"),
                ("", "monkey=7"),
                ("", "author=upstream"),
                ("", "session_count=12"),
                ("", "cookie_consent=true"),
                ("", "sid_enabled=false"),
                ("", "authorized=true"),
                ("auth.method", "password"),
                ("auth.type", "bearer"),
                ("", "password changed successfully"),
                ("", "secret: false"),
                ("", "password: true"),
            ],
        )
    }),
    ("jwt-like", |dice| {
        filled(
            dice,
            &[
                "com.acme.service.handler.v#",
                "a.b.c",
                "eyes.on.you",
                "eyJ is a prefix",
                "org.eclipse.jetty.server.Handler",
                "module.class.method#",
            ],
        )
    }),
    ("public key", |dice| {
        literal(
            dice,
            &[
                "-----BEGIN PUBLIC KEY-----",
                "-----BEGIN CERTIFICATE REQUEST-----",
                "ssh-ed25519 key added",
                "-----END CERTIFICATE-----",
                "expected -----BEGIN header",
            ],
        )
    }),
    ("prefix of tokens alone", |dice| {
        literal(
            dice,
            &[
                "sk-learn",
                "sk_live_ keys are forbidden",
                "ghp_ prefix",
                "xoxb tokens",
                "AKIA prefix",
                "sk-test",
                "npm_config_cache=/tmp",
                "npm_lifecycle_event=build",
                "hf_hub_download failed",
                "SG.com",
                "key-value",
                "pk_index",
                "glpat- is the prefix",
                "dapi endpoint",
                "figd_x",
                "AIzawa",
                "pat.example",
                "sl.example.com",
            ],
        )
    }),
    ("base64 of nothing secret", |dice| {
        let length = dice.pick(&[24, 44, 88]);
        (
            dice.pick(&[
                Some("http.response.header.content-md5"),
                Some("thumbnail"),
                Some("cursor"),
                Some("next_page"),
            ]),
            dice.string(crate::dice::BASE62, length),
        )
    }),
    ("url without credentials", |dice| {
        literal(
            dice,
            &[
                "postgres://db.internal:5432/orders",
                "https://example.com:8443/a@b",
                "redis://cache:6379/0",
                "mysql://localhost/app",
                "amqp://broker:5672",
                "http://user-service:8080/path",
                "https://example.com/?next=a:b@c",
                "postgres://app@db:5432/orders",
                "jdbc:mysql://db:3306/shop?useSSL=false",
                "s3://bucket/key",
                "ssh://build-7/repo",
                "https://unpkg.com/react@18.2.0/umd/react.js",
                "https://medium.com/@handle/title-1a2b3c",
            ],
        )
    }),
    ("header without secret", |dice| {
        literal(
            dice,
            &[
                "WWW-Authenticate: Basic realm=\"x\"",
                "Accept: application/json",
                "X-Request-Id: 17",
                "Access-Control-Allow-Headers: Authorization, Content-Type",
                "Vary: Cookie",
                "authorization: none",
                "Proxy-Authenticate: Negotiate",
                "Cache-Control: max-age=3600",
                "X-RateLimit-Remaining: 42",
                "Content-Security-Policy: default-src 'self'",
            ],
        )
    }),
];
