//! Names of hosts, addresses that are nobody's, and what has an at sign or colons without being an address.

use super::{Made, Make, filled, keyed, literal};
use crate::dice::Dice;
use crate::words::{HOSTS, WORDS};

pub(super) const KINDS: &[(&str, Make)] = &[
    ("host name", |dice| {
        let name = dice.pick(HOSTS);
        filled_with(
            dice,
            &["{}-0#.eu-west-1.example.com", "{}.default.svc.cluster.local", "{}-#.internal", "{}:8080", "www.{}.io"],
            name,
        )
    }),
    ("loopback", |dice| {
        literal(
            dice,
            &[
                "127.0.0.1",
                "::1",
                "0.0.0.0",
                "127.0.0.1:8080",
                "[::1]:4317",
                "0.0.0.0:4318",
                "http://127.0.0.1:9090/metrics",
                "listening on 0.0.0.0:80",
                "::",
                "[::]:8080",
                "localhost:5432",
                "255.255.255.255",
                "bind 127.0.0.53",
            ],
        )
    }),
    ("netmask", |dice| literal(dice, &["255.255.255.0", "netmask 255.255.0.0", "mask 255.255.255.128"])),
    ("url", |dice| {
        let word = dice.pick(WORDS);
        filled_with(
            dice,
            &[
                "https://example.com/{}/1##",
                "http://api.example.com:8080/v1/{}?page=#&limit=50",
                "/v1/{}/{id}",
                "GET /{}/#### HTTP/1.1",
                "https://docs.example.com/a/b/{}/section-#",
                "/{}?sort=-created&fields=id,total",
            ],
            word,
        )
    }),
    ("npm scope", |dice| {
        filled(
            dice,
            &[
                "@angular/core",
                "@types/node@18.1#.0",
                "@babel/preset-env@7.2#.1",
                "npm i @acme/ui-kit@^2.#.0",
                "lodash@4.17.2#",
                "react@18.#.0 react-dom@18.#.0",
                "node_modules/@scope/pkg/index.js",
            ],
        )
    }),
    ("go module", |dice| {
        filled(
            dice,
            &[
                "github.com/acme/lib@v1.2.#",
                "golang.org/x/net@v0.1#.0/http2/server.go",
                "/go/pkg/mod/google.golang.org/grpc@v1.5#.0/server.go:12",
                "go.opentelemetry.io/otel@v1.2#.0",
            ],
        )
    }),
    ("at sign in code", |dice| {
        literal(
            dice,
            &[
                "@Override",
                "@app.route('/x')",
                "@media (max-width: 600px)",
                "icon@2x.png",
                "logo@3x.jpg",
                "user@",
                "@here deploy done",
                "x@y",
                "a @ b",
                "getty@tty1.service",
                "user@1000.service",
                "actions/checkout@v4",
                "uses: docker/login-action@v3",
                "@Transactional(readOnly = true)",
                "p@ss",
                "decorator @functools.cache",
                "systemd-fsck@dev-sda1.service",
                "@@version",
                "SELECT @@session.sql_mode",
                "kernel@5.15",
            ],
        )
    }),
    ("git remote", |dice| {
        literal(
            dice,
            &[
                "git@github.com:acme/repo.git",
                "cloning git@gitlab.com:group/project.git",
                "git+ssh://git@github.com/acme/repo.git",
                "url = git@bitbucket.org:team/repo.git",
            ],
        )
    }),
    ("erlang node", |dice| {
        literal(
            dice,
            &[
                "rabbit@rabbitmq-0",
                "node rabbit@rabbitmq-1 is up",
                "ejabberd@localhost",
                "emqx@node1",
                "couchdb@127.0.0.1",
            ],
        )
    }),
    ("colons in code", |dice| {
        literal(
            dice,
            &[
                "std::vector<int>",
                "a::b",
                "core::fmt::Display",
                "Foo::Bar::baz",
                "std::io::Error",
                "ActiveRecord::Base",
                "::before",
                "dead::beef",
                "crate::abc::def",
                "Add::add",
                "ns::fe::ed::be",
                "App\\Http::class",
                "method(:call)",
                "a:b:c:d",
                "1:2",
                "key:value:ttl",
                "urn:isbn",
                "c::d::e::f",
                "f::a(b)",
                "cafe::Bar",
                "tokio::time::sleep",
            ],
        )
    }),
    ("colons in keys", |dice| {
        filled(
            dice,
            &[
                "cache:user-list:v#",
                "redis key orders:2026:0#",
                "ad:be:ef",
                "12:34",
                "a1:b2:c3",
                "queue:de:normal",
                "slot 0:1:2:#",
                "abc:123:def:456",
            ],
        )
    }),
    ("email field without address", |dice| {
        keyed(
            dice,
            &[
                ("email", "n/a"),
                ("user.email", ""),
                ("", "email: none"),
                ("", "email=null"),
                ("", "email_verified=true"),
                ("", "\"email\":\"\""),
                ("", "email sent"),
                ("", "E-Mail versendet"),
                ("", "invalid email address"),
                ("", "email_count=12"),
                ("", "SELECT email FROM users WHERE id = ?"),
                ("", "missing @ in address"),
            ],
        )
    }),
    ("phone field without number", |dice| {
        keyed(
            dice,
            &[
                ("phone", "unknown"),
                ("", "phone: n/a"),
                ("", "phone_verified=false"),
                ("", "phone number missing"),
                ("", "phone type: mobile"),
                ("", "tel: -"),
                ("", "call_count=12"),
                ("", "mobile=true"),
                ("", "telephone support queue 3"),
            ],
        )
    }),
];

fn filled_with(dice: &mut Dice, masks: &[&'static str], word: &str) -> Made {
    let mask = dice.pick(masks);
    let parts: Vec<String> = mask.split("{}").map(|part| super::fill(dice, part)).collect();
    (None, parts.join(word))
}
