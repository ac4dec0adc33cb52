//! Messaging: from version 1.24 of the semantic conventions and before to those of today.
//!
//! Source: the semantic conventions' registry of deprecated attributes, and for names older than it their changelog.

use super::Act::{Convert, Rename, Values};
use super::{CONSUMER, EVENTS, Preset, SEMCONV, at, spans};
use crate::label_mapping::convert::Type;

pub(super) static PRESET: Preset = Preset {
    name: "semconv_messaging",
    group: SEMCONV,
    tables: &[
        at(
            EVENTS,
            Rename(&[
                ("messaging.operation", "messaging.operation.type"),
                ("messaging.client_id", "messaging.client.id"),
                ("messaging.consumer.id", "messaging.client.id"),
                ("messaging.destination", "messaging.destination.name"),
                ("messaging.temp_destination", "messaging.destination.temporary"),
                ("messaging.message_id", "messaging.message.id"),
                ("messaging.conversation_id", "messaging.message.conversation_id"),
                ("messaging.message_payload_size_bytes", "messaging.message.body.size"),
                ("messaging.message.payload_size_bytes", "messaging.message.body.size"),
                ("messaging.kafka.message_key", "messaging.kafka.message.key"),
                ("messaging.kafka.consumer_group", "messaging.consumer.group.name"),
                ("messaging.kafka.consumer.group", "messaging.consumer.group.name"),
                ("messaging.eventhubs.consumer.group", "messaging.consumer.group.name"),
                ("messaging.kafka.partition", "messaging.destination.partition.id"),
                ("messaging.kafka.destination.partition", "messaging.destination.partition.id"),
                ("messaging.kafka.message.offset", "messaging.kafka.offset"),
                ("messaging.kafka.tombstone", "messaging.kafka.message.tombstone"),
                ("messaging.servicebus.destination.subscription_name", "messaging.destination.subscription.name"),
                ("messaging.rabbitmq.routing_key", "messaging.rabbitmq.destination.routing_key"),
            ]),
        ),
        spans(&[CONSUMER], Rename(&[("messaging.rocketmq.client_group", "messaging.consumer.group.name")])),
        at(EVENTS, Convert(&[("messaging.destination.partition.id", Type::String)])),
        at(EVENTS, Values("messaging.operation.type", &[("publish", "send"), ("deliver", "process")])),
    ],
};
