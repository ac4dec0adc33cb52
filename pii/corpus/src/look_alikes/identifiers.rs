//! Identifiers that machines give: hashes, ids, versions.

use super::{Made, Make, filled};
use crate::dice::{BASE62, Dice, LOWER_ALNUM};
use crate::words::{HOSTS, WORDS};

pub(super) const KINDS: &[(&str, Make)] = &[
    ("md5", |dice| hash(dice, 32)),
    ("sha1", |dice| hash(dice, 40)),
    ("sha256", |dice| hash(dice, 64)),
    ("git short hash", git_short),
    ("upper case hash", |dice| (Some("checksum"), dice.hex(40).to_uppercase())),
    ("uuid", uuid),
    ("uuid without dashes", |dice| (dice.pick(&[Some("request.id"), Some("correlation_id"), None]), dice.hex(32))),
    ("ulid", |dice| {
        (dice.pick(&[Some("request.id"), None]), format!("01{}", dice.string("0123456789ABCDEFGHJKMNPQRSTVWXYZ", 24)))
    }),
    ("trace id", |dice| (dice.pick(&[Some("trace_id"), Some("trace.id"), None]), dice.hex(32))),
    ("trace id of digits", |dice| (dice.pick(&[Some("trace_id"), Some("parent_id")]), dice.digits(32))),
    ("span id", |dice| (dice.pick(&[Some("span_id"), Some("parent_span_id"), None]), dice.hex(16))),
    ("span id of digits", |dice| (Some("span_id"), format!("4{}", dice.digits(15)))),
    ("traceparent", |dice| {
        (
            dice.pick(&[Some("traceparent"), None]),
            super::fill(dice, "00-~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~-~~~~~~~~~~~~~~~~-01"),
        )
    }),
    ("b3 header", |dice| (Some("b3"), super::fill(dice, "~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~-~~~~~~~~~~~~~~~~-1"))),
    ("xray trace id", |dice| {
        (
            dice.pick(&[Some("aws.xray.trace_id"), None]),
            super::fill(dice, "Root=1-~~~~~~~~-~~~~~~~~~~~~~~~~~~~~~~~~;Sampled=1"),
        )
    }),
    ("container id", |dice| (Some("container.id"), dice.hex(64))),
    ("image digest", image),
    ("kubernetes pod", pod),
    ("etag", |dice| (Some("http.response.header.etag"), super::fill(dice, "W/\"~~~~~~~~-~~~~~~~~\""))),
    ("fingerprint", fingerprint),
    ("semantic version", |dice| {
        filled(
            dice,
            &["1.#.#", "v2.##.#", "0.#.#-rc.1", "3.1.4+build.5", "1.2.3-alpha.1+001", "10.0.#", "v1.27.3-gke.100"],
        )
    }),
    ("version of four parts", four_part_version),
    ("user agent", user_agent),
    ("object id", |dice| {
        filled(dice, &["1.3.6.1.4.1.311.##", "1.2.840.113549.1.1.11", "2.16.840.1.101.3.4.2.1", "oid 1.3.6.1.2.1.1.#"])
    }),
    ("amazon resource name", |dice| {
        filled(
            dice,
            &[
                "arn:aws:lambda:eu-west-1:############:function:orders",
                "arn:aws:s3:::logs-prod",
                "arn:aws:iam::############:role/app",
                "arn:aws:sns:us-east-1:############:alerts:~~~~~~~~-~~~~-4~~~-8~~~-~~~~~~~~~~~~",
            ],
        )
    }),
    ("cloud account", |dice| (dice.pick(&[Some("cloud.account.id"), Some("aws.account_id")]), dice.digits(12))),
    ("cloud resource", |dice| {
        filled(
            dice,
            &[
                "i-0~~~~~~~~~~~~~~~~",
                "vpc-0~~~~~~~~~~~~~~~~",
                "subnet-~~~~~~~~",
                "ami-0~~~~~~~~~~~~~~~~",
                "projects/acme-prod/zones/europe-west1-b/instances/web-#",
                "eni-0~~~~~~~~~~~~~~~~",
            ],
        )
    }),
    ("object id of mongo", |dice| (dice.pick(&[Some("document.id"), None]), dice.hex(24))),
    ("short random id", |dice| {
        (dice.pick(&[Some("request.id"), Some("job.id"), Some("message.id")]), dice.string(BASE62, 21))
    }),
    ("amazon request id", |dice| (Some("aws.extended_request_id"), dice.string(BASE62, 75) + "=")),
    ("kafka offsets", |dice| (Some("messaging.kafka.message.offset"), dice.number(10))),
    ("build number", |dice| {
        filled(
            dice,
            &["build ######", "#### (x86_64)", "20260114.#", "Build-20260114-####", "jenkins-app-####", "26.##.######"],
        )
    }),
];

fn hash(dice: &mut Dice, length: usize) -> Made {
    let text = dice.hex(length);
    match dice.below(4) {
        0 => (Some("file.hash"), text),
        1 => (Some("content.digest"), text),
        2 => (None, format!("digest {text} verified")),
        _ => (None, text),
    }
}

fn git_short(dice: &mut Dice) -> Made {
    let text = dice.hex(7);
    match dice.below(3) {
        0 => (Some("vcs.ref.head.revision"), text),
        1 => (None, format!("deployed {text} to staging")),
        _ => (None, format!("v1.4.2-12-g{text}")),
    }
}

fn uuid(dice: &mut Dice) -> Made {
    let mask = dice.pick(&[
        "~~~~~~~~-~~~~-4~~~-8~~~-~~~~~~~~~~~~",
        "########-####-4###-8###-############",
        "0190~~~~-~~~~-7~~~-a~~~-~~~~~~~~~~~~",
    ]);
    let text = super::fill(dice, mask);
    match dice.below(6) {
        0 => (Some("service.instance.id"), text),
        1 => (None, format!("/v1/orders/{text}/items")),
        2 => (None, format!("order {text} shipped")),
        3 => (None, format!("urn:uuid:{text}")),
        4 => (Some("messaging.message.id"), text.to_uppercase()),
        _ => (None, text),
    }
}

fn image(dice: &mut Dice) -> Made {
    let digest = dice.hex(64);
    let name = dice.pick(HOSTS);
    match dice.below(3) {
        0 => (Some("container.image.id"), format!("sha256:{digest}")),
        1 => (None, format!("registry.example.com/{name}@sha256:{digest}")),
        _ => (Some("container.image.name"), format!("ghcr.io/acme/{name}:1.{}.{}", dice.below(30), dice.below(9))),
    }
}

fn pod(dice: &mut Dice) -> Made {
    let name = dice.pick(HOSTS);
    let text = format!("{name}-{}-{}", dice.string("0123456789bcdf", 10), dice.string(LOWER_ALNUM, 5));
    match dice.below(3) {
        0 => (None, format!("pod {text} evicted")),
        1 => (None, text),
        _ => (Some("k8s.pod.name"), text),
    }
}

fn fingerprint(dice: &mut Dice) -> Made {
    let pairs = |dice: &mut Dice, count| (0..count).map(|_| dice.hex(2)).collect::<Vec<_>>().join(":");
    match dice.below(4) {
        0 => (Some("tls.server.hash.sha1"), pairs(dice, 20)),
        1 => (Some("tls.server.hash.md5"), pairs(dice, 16)),
        2 => (None, format!("MD5:{}", pairs(dice, 16))),
        _ => (Some("tls.client.hash.sha256"), pairs(dice, 32).to_uppercase()),
    }
}

fn four_part_version(dice: &mut Dice) -> Made {
    let (major, build) = (dice.between(1, 12), dice.between(0, 40));
    let small = format!("{major}.{}.{}.{build}", dice.below(10), dice.below(10));
    let large = format!("10.0.{}.{}", dice.between(10000, 26000), dice.between(1, 4000));
    match dice.below(9) {
        0 => (Some("service.version"), small),
        1 => (Some("os.version"), large),
        2 => (None, format!("v{small}")),
        3 => (None, format!("version {small}")),
        4 => (None, format!("upgrading agent to version={small}")),
        5 => (Some("telemetry.sdk.version"), small),
        6 => (None, format!("Microsoft Windows NT {large}")),
        7 => (Some("app.version"), small),
        _ => (None, format!("{}-{small}.jar", dice.pick(WORDS))),
    }
}

fn user_agent(dice: &mut Dice) -> Made {
    let chrome = dice.between(90, 140);
    let text = match dice.below(7) {
        0 => format!(
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{chrome}.0.0.0 Safari/537.36"
        ),
        1 => format!(
            "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{chrome}.0.{}.{} Safari/537.36",
            dice.between(4000, 7000),
            dice.between(1, 250)
        ),
        2 => format!(
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_{}_1 like Mac OS X) AppleWebKit/605.1.15 Version/17.{} Mobile/15E148",
            dice.below(6),
            dice.below(6)
        ),
        3 => format!(
            "Mozilla/5.0 (iPod; U; CPU iPhone OS 3_{} like Mac OS X; lt-LT) AppleWebKit/53{}.2{}.1 (KHTML, like Gecko) Version/4.0.5 Mobile/8B11{} Safari/65{}.2{}.1",
            dice.below(4),
            dice.below(9),
            dice.below(9),
            dice.below(9),
            dice.between(31, 35),
            dice.below(9)
        ),
        4 => format!(
            "Opera/9.{}.(X11; Linux i686; en-US) Presto/2.9.{} Version/1{}.00",
            dice.between(10, 99),
            dice.between(160, 190),
            dice.below(3)
        ),
        5 => format!("grpc-java-netty/1.{}.0", dice.between(40, 70)),
        _ => {
            format!("okhttp/4.{}.0 edge/{chrome}.0.2{}.{}", dice.below(12), dice.between(100, 999), dice.between(1, 99))
        }
    };
    (dice.pick(&[Some("user_agent.original"), Some("http.user_agent"), None]), text)
}
