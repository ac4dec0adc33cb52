//! Whole records of programs that everybody runs, with several values in each.

use crate::Difficulty::Plain;
use crate::Family;
use crate::dice::Dice;
use crate::text::Text;
use crate::value::Value;
use crate::values::value;
use crate::words::HANDLES;

/// What stands in braces is a value of that kind; everything else stays as it is.
const SCENES: &[&str] = &[
    "User {email} signed in from {ip}",
    "{ip} - - [10/Mar/2026:13:55:36 +0100] \"GET /index.html HTTP/1.1\" 200 2326 \"-\" \"Mozilla/5.0 (X11; Linux x86_64) Chrome/120.0.0.0\"",
    "Mar 10 13:55:36 web-1 sshd[2314]: Accepted publickey for root from {ip} port 51234 ssh2",
    "Mar 10 13:55:36 web-1 sshd[2314]: Failed password for invalid user from {ip} port 51234 ssh2",
    "sshd[99]: Connection closed by {ip6} port 40022 [preauth]",
    "dhcpd: DHCPACK on {ip} to {mac} via eth0",
    "kernel: [UFW BLOCK] IN=eth0 OUT= SRC={ip} DST={ip} LEN=40 TTL=245 ID=54321 PROTO=TCP SPT=443 DPT=51234",
    "hostapd: wlan0: STA {mac} IEEE 802.11: associated (aid 3)",
    "postfix/smtp[2314]: 7C1A2B: to=<{email}>, relay=mx.example.net[{ip}]:25, delay=1.2, dsn=2.0.0, status=sent (250 OK)",
    "RCPT TO:<{email}> 250 2.1.5 Ok",
    "From: Support <{email}>\nTo: <{email}>\nSubject: Your order\nX-Mailer: acme 1.2",
    "Payment authorized for card {card} amount 42.10 EUR auth 00",
    "charge failed: card {card} exp 04/29 declined (51)",
    "SEPA transfer from {iban} to {iban} over 120.00 EUR scheduled for 2026-04-01",
    "SMS sent to {phone} (2 parts)",
    "OTP delivered to {phone} in 3s",
    "Calling {phone}...",
    "W-2 for {ssn} generated",
    "{{\"id\":17,\"email\":\"{email}\",\"phone\":\"{phone}\",\"active\":true}}",
    "{{\"user\":{{\"full_name\":\"{name}\",\"email\":\"{email}\"}},\"cart\":[{{\"sku\":\"A-1\",\"qty\":2}}]}}",
    "{{\"cardholder_name\":\"{name}\",\"number\":\"{card}\",\"cvc_result\":\"M\"}}",
    "{{\"first_name\":\"{name}\",\"dob\":\"{dob}\",\"ssn\":\"{ssn}\"}}",
    "{{\"event\":\"login\",\"username\":\"{user}\",\"ip\":\"{ip}\",\"ok\":false}}",
    "{{\"body\":\"{{\\\"to\\\":\\\"{email}\\\",\\\"iban\\\":\\\"{iban}\\\"}}\"}}",
    "SELECT id FROM customers WHERE email = '{email}' AND phone = '{phone}' LIMIT 1",
    "INSERT INTO payments (id, pan, amount) VALUES (17, '{card}', 42.10)",
    "ERROR: duplicate key value violates unique constraint \"users_email_key\"\nDETAIL: Key (email)=({email}) already exists.",
    "curl -u {pair} https://api.example.com/v1/items",
    "curl -s -H 'Authorization: Bearer {jwt}' https://api.example.com/v1/items",
    "curl -H \"X-Api-Key: {key}\" https://api.example.com",
    "mysql -h db-1 --password={password} orders",
    "docker login --password {token} ghcr.io",
    "git clone https://{token}@github.com/acme/repo.git",
    "export AWS_SECRET_ACCESS_KEY={key}",
    "DB_HOST=db-1 DB_PASS={password} DB_NAME=orders ./migrate",
    "Server=tcp:db.example.net,1433;Initial Catalog=shop;Password={password};Encrypt=True",
    "host=db-1 port=5432 dbname=shop password={password} sslmode=require",
    "jdbc:sqlserver://db-1:1433;databaseName=shop;password={password};encrypt=true",
    "amqp://{pair}@rabbit-1:5672/vhost unreachable, retrying",
    "POST /oauth/token grant_type=password&username={user}&password={password}&scope=read",
    "GET /reset?token={key}&email={email} HTTP/1.1",
    "https://maps.example.com/pin?lat={latitude}&lng={longitude}&zoom=12",
    "Cookie: theme=dark; sessionid={session}; lang=en",
    "Set-Cookie: JSESSIONID={session}; Path=/; HttpOnly; SameSite=Lax",
    "Authorization: Bearer {key}",
    "X-Forwarded-For: {ip}, {ip}",
    "X-Forwarded-For: {ip6}, {ip}\r\nX-Real-IP: {ip}",
    "Forwarded: for={ip};proto=https;by={ip}",
    "name;email;phone\n;{email};{phone}",
    "id,email,ip\n1,{email},{ip}\n2,{email},{ip}",
    "<Order id=\"17\"><Email>{email}</Email><Card>{card}</Card></Order>",
    "user_email: {email}\ncard_number: '{card}'\nplan: pro\n",
    "config loaded: {{api_key={key}, region=eu-west-1}}",
    "vault: wrote secret, token={token} ttl=3600s",
    "Slack post failed: invalid_auth (token {token})",
    "peer [{ip6}]:4317 disconnected after 3 retries",
    "dial tcp {ip}:5432: connect: connection refused",
    "dial tcp [{ip6}]:5432: i/o timeout",
    "rpc error: code = Unavailable desc = connection error: desc = \"transport: Error while dialing: dial tcp {ip}:4317\"",
    "nf_conntrack: src={ip} dst={ip} sport=5353 dport=5353",
    "ldap bind uid={user},ou=people,dc=example,dc=com from {ip}",
    "user {email} (ip {ip}, mac {mac}) enrolled device",
    "mailto:{email}?subject=Hello and tel:{phone}",
    "audit: actor={email} action=delete target=order/17 source_ip={ip}",
    "Kafka record key=17 value={{\"iban\":\"{iban}\",\"amount\":120}}",
    "[{email}] [{ip}] checkout finished in 120ms",
    "{email},{email};{email}",
    "cc: {email}; {email}, bcc: {email}",
    "customer {email} called from {phone} about order 4711",
    "refund to {card} (was {card}) approved",
    "fraud score 0.87 for {card} from {ip}",
    "deploy key {token} rotated by {email}",
    "login token={jwt} user={email}",
];

/// A record with its values labelled.
pub(crate) fn scene(dice: &mut Dice) -> Text {
    let mut rest = dice.pick(SCENES);
    let mut text = Text::default();
    while let Some(at) = rest.find(['{', '}']) {
        text.push(&rest[..at]);
        rest = &rest[at..];
        // A doubled brace is a brace.
        if rest.starts_with("{{") || rest.starts_with("}}") {
            text.push(&rest[..1]);
            rest = &rest[2..];
        } else if let Some((name, behind)) = rest[1..].split_once('}') {
            let value = if name == "pair" { pair(dice) } else { draw(dice, name) };
            text.value(&value, "scene");
            rest = behind;
        } else {
            break;
        }
    }
    text.push(rest);
    text
}

/// A user and the password, of which only the password must go.
fn pair(dice: &mut Dice) -> Value {
    let password = draw(dice, "password");
    let text = format!("{}:{}", dice.pick(HANDLES), password.text);
    Value { family: Family::UrlCredentials, variant: "user_and_password", text, ..password.clone() }
        .last(password.text.len())
}

/// A value of a kind that stands in a record without quotes around it.
fn draw(dice: &mut Dice, name: &str) -> Value {
    let (family, variants): (Family, &[&str]) = match name {
        "email" => (Family::Email, &["plain", "tagged", "digits"]),
        "ip" => (Family::Ipv4, &["bare"]),
        "ip6" => (Family::Ipv6, &["bare"]),
        "mac" => (Family::Mac, &["pairs"]),
        "card" => (Family::Card, &["visa", "mastercard", "amex", "discover", "diners", "jcb"]),
        "iban" => (Family::Iban, &["DE", "FR", "GB", "NL", "ES", "IT"]),
        "phone" => (Family::Phone, &["e164", "international", "us_dashes", "us_brackets"]),
        "ssn" => (Family::UsSsn, &["dashes"]),
        "jwt" => (Family::Jwt, &["signed"]),
        "token" => {
            (Family::VendorToken, &["github_classic", "slack_bot", "gitlab", "stripe_secret", "aws_access_key", "npm"])
        }
        "key" => (Family::ApiKey, &["hex_32", "hex_64", "base62"]),
        "session" => (Family::Session, &["id"]),
        "name" => (Family::PersonName, &["full"]),
        "user" => (Family::UserName, &["login"]),
        "dob" => (Family::BirthDate, &["iso"]),
        "latitude" => (Family::Geo, &["latitude"]),
        "longitude" => (Family::Geo, &["longitude"]),
        _ => (Family::Password, &["password"]),
    };
    loop {
        let value = value(family, dice);
        let whole = value.core == (0..value.text.len()) && value.difficulty == Plain;
        let spaces = matches!(family, Family::Card | Family::Iban | Family::Phone | Family::PersonName);
        // In a connection string or a URL anything else would have been escaped.
        let unescaped = value.text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte));
        let fits = if matches!(family, Family::Password | Family::UserName | Family::Session) {
            unescaped
        } else {
            spaces || value.is_one_word()
        };
        if whole && fits && variants.contains(&value.variant) {
            return value;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_record_is_filled_in() {
        let mut dice = Dice::new(1);

        for _ in 0..2_000 {
            let text = scene(&mut dice);
            assert!(!text.labels.is_empty());
            for kind in ["{email}", "{ip}", "{password}", "{key}", "{{", "}}}}"] {
                assert!(!text.text.contains(kind), "{}", text.text);
            }
        }
    }
}
