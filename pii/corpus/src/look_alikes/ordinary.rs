//! Ordinary telemetry, most of what a gateway sees.

use super::{Make, filled, literal};
use crate::words::{HOSTS, WORDS};

pub(super) const KINDS: &[(&str, Make)] = &[
    ("ordinary log line", |dice| (None, crate::speed::log_sentence_of(dice))),
    ("ordinary log line", |dice| (None, crate::speed::log_sentence_of(dice))),
    ("ordinary message", |dice| {
        let (host, word) = (dice.pick(HOSTS), dice.pick(WORDS));
        let number = dice.between(1, 5000);
        let text = match dice.below(8) {
            0 => format!("{host}: {word} finished in {number}ms"),
            1 => format!("{word} {number} not found"),
            2 => format!("connection to {host}-{} refused", number % 10),
            3 => format!("{{\"{word}\":{number},\"host\":\"{host}\",\"ok\":true}}"),
            4 => format!("level=info component={host} {word}={number} took=1.{number}s"),
            5 => format!("GET /api/{word}/{number} 200 {number}"),
            6 => format!("[{host}] retry {} of 5 for {word}", number % 5 + 1),
            _ => format!("{host}.{word}.{number}"),
        };
        (None, text)
    }),
    ("ordinary phrase in other languages", |dice| {
        literal(
            dice,
            &[
                "Bestellung wurde versandt",
                "La commande a été expédiée",
                "El pedido fue enviado",
                "注文が発送されました",
                "订单已发货",
                "Заказ отправлен",
                "L'ordine è stato spedito",
                "Zamówienie zostało wysłane",
                "O pedido foi enviado",
                "주문이 발송되었습니다",
                "Siparis gönderildi",
                "تم شحن الطلب",
            ],
        )
    }),
    ("query language", |dice| {
        filled(
            dice,
            &[
                "sum(rate(http_requests_total{code!=\"200\"}[5m])) by (job)",
                "{app=\"web\"} |= \"error\" | json",
                "status:50# AND service:web",
                "$.items[?(@.price<1#)]",
                "//book[@id='1#']",
                "GET orders/_search?size=1#0",
            ],
        )
    }),
];
