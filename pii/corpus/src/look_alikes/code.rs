//! What code is made of: names, files, statements.

use super::{Make, filled, keyed, literal};
use crate::words::{HOSTS, WORDS};

pub(super) const KINDS: &[(&str, Make)] = &[
    ("class name", |dice| {
        literal(
            dice,
            &[
                "com.acme.orders.OrderService",
                "org.springframework.web.servlet.DispatcherServlet",
                "io.grpc.internal.ServerImpl$1",
                "java.util.concurrent.ThreadPoolExecutor",
                "System.Collections.Generic.List`1",
                "Acme\\Orders\\Handler",
                "acme.orders.tasks.send_receipt",
                "App.Models.User",
            ],
        )
    }),
    ("file name", |dice| {
        filled(
            dice,
            &[
                "main_test.go",
                "/usr/lib/python3.1#/site-packages/x.py",
                "C:\\Windows\\System32\\kernel32.dll",
                "/var/log/app-#.log",
                "libssl.so.1.1.#",
                "report.final.v#.pdf",
                "/etc/nginx/conf.d/default.conf",
                "app-1.2.#.jar",
                "IMG_2026011#_1234#6.jpg",
                "core.1234#",
                "jquery-3.6.#.min.js",
            ],
        )
    }),
    ("stack frame", |dice| {
        filled(
            dice,
            &[
                "at com.acme.App.main(App.java:11#)",
                "/srv/app/index.js:10:1#",
                "main.go:5# +0x1d",
                "File \"/app/x.py\", line 4#, in <module>",
                "src/lib.rs:12:#",
                "0x00007ff6~~~~ in main ()",
            ],
        )
    }),
    ("sql without values", |dice| {
        literal(
            dice,
            &[
                "SELECT id, name FROM users WHERE id = ?",
                "INSERT INTO orders (id, total) VALUES ($1, $2)",
                "UPDATE users SET email = ? WHERE id = ?",
                "SELECT u.email, u.phone FROM users u JOIN orders o ON o.user_id = u.id",
                "DELETE FROM sessions WHERE expires_at < now()",
                "select count(*) from payments where state = 'open'",
                "CREATE TABLE cards (pan varchar(19), expiry date)",
                "SELECT first_name, last_name FROM customers LIMIT 10",
                "ALTER TABLE users ADD COLUMN password_hash text",
                "BEGIN; COMMIT;",
                "SELECT password FROM accounts WHERE login = :login",
            ],
        )
    }),
    ("code", |dice| {
        literal(
            dice,
            &[
                "if (x > 0) { return y; }",
                "fn main() -> Result<(), Error>",
                "lambda x: x + 1",
                "const a = b ?? c;",
                "SELECT 1",
                "for i in range(10): pass",
                "ssn = None",
                "def get_password(self):",
                "let email = form.email;",
                "user.password = hash(input)",
                "this.token = token;",
                "password = getpass()",
                "var ip = ctx.RemoteIP()",
                "const apiKey = process.env.API_KEY",
                "token = os.environ['TOKEN']",
                "password: String,",
                "private String password;",
            ],
        )
    }),
    ("expression of patterns", |dice| {
        literal(
            dice,
            &[
                "^[0-9]{3}-[0-9]{2}-[0-9]{4}$",
                "\\d{16}",
                "[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+",
                "###-##-####",
                "XXX-XX-XXXX",
                "xxxx-xxxx-xxxx-xxxx",
                "(___) ___-____",
                "+# (###) ###-####",
                "dd.mm.yyyy",
                "YYYY-MM-DD",
                "0000-0000",
            ],
        )
    }),
    ("mask of a card", |dice| {
        literal(
            dice,
            &[
                "**** **** **** 1234",
                "XXXX-XXXX-XXXX-4242",
                "card ending in 4242",
                "last4=4242",
                "visa ****1111",
                "j***@e***.com",
                "***-**-6789",
                "+1 *** *** **71",
            ],
        )
    }),
    ("enumeration", |dice| {
        keyed(
            dice,
            &[
                ("http.request.method", "GET"),
                ("deployment.environment", "production"),
                ("db.system", "postgresql"),
                ("messaging.operation", "publish"),
                ("rpc.grpc.status_code", "14"),
                ("net.transport", "ip_tcp"),
                ("cloud.region", "eu-west-1"),
                ("card.brand", "visa"),
                ("card.type", "credit"),
                ("phone.type", "mobile"),
                ("address.type", "billing"),
                ("user.role", "admin"),
                ("session.state", "active"),
                ("account.type", "checking"),
                ("passport.status", "valid"),
                ("gender.field", "hidden"),
                ("password.policy", "strict"),
                ("ip.version", "4"),
                ("geo.precision", "city"),
                ("license.type", "apache-2.0"),
                ("vin.valid", "true"),
                ("iban.valid", "false"),
                ("token.type", "bearer"),
                ("secret.name", "db-main"),
                ("email.status", "bounced"),
                ("dob.present", "true"),
                ("name.length", "12"),
            ],
        )
    }),
    ("service name", |dice| {
        let (host, word) = (dice.pick(HOSTS), dice.pick(WORDS));
        (
            dice.pick(&[
                Some("service.name"),
                Some("peer.service"),
                Some("k8s.deployment.name"),
                Some("k8s.namespace.name"),
                Some("code.function"),
                Some("faas.name"),
                Some("thread.name"),
                Some("host.name"),
                Some("db.name"),
                Some("messaging.destination.name"),
            ]),
            format!("{host}-{word}"),
        )
    }),
    ("name of no person", |dice| {
        keyed(
            dice,
            &[
                ("file.name", "invoice.pdf"),
                ("queue.name", "orders"),
                ("event.name", "checkout started"),
                ("db.collection.name", "customers"),
                ("feature.name", "New Checkout"),
                ("product.name", "Blue Jeans Slim"),
                ("container.name", "web"),
                ("process.executable.name", "java"),
                ("span.name", "GET /users"),
                ("metric.name", "http.server.duration"),
                ("", "name=orders-queue"),
                ("", "filename=report.csv"),
                ("", "hostname=web-1"),
                ("", "thread_name=main"),
                ("", "{\"name\":\"http.server.duration\"}"),
                ("", "class_name=OrderService"),
                ("", "table_name=users"),
                ("app.display_mode", "Full Screen"),
                ("", "display_name_enabled=true"),
            ],
        )
    }),
    ("postcode-like", |dice| {
        filled(
            dice,
            &[
                "error E1 2AB in lane",
                "status 10###",
                "code 12345 returned",
                "line 9021#",
                "block 1## ABC",
                "A1 steel",
                "ran 12345 iterations",
            ],
        )
    }),
    ("licence-like", |dice| {
        filled(
            dice,
            &[
                "licensed under MIT",
                "driver version 535.12#",
                "license check ok",
                "driver=overlay2",
                "VIN check skipped",
                "plate count 12",
                "passport module loaded",
            ],
        )
    }),
];
