//! Databases: from version 1.24 of the semantic conventions and before to the stable ones.
//!
//! Source: the semantic conventions, "Database semantic convention stability migration" and the registry of deprecated
//! attributes. `db.connection_string` and `db.user` are no longer recorded, and stay.

use super::Act::{Convert, Rename, Values};
use super::{EVENTS, Preset, SEMCONV, at};
use crate::label_mapping::convert::Type;

pub(super) static PRESET: Preset = Preset {
    name: "semconv_database",
    group: SEMCONV,
    tables: &[
        at(
            EVENTS,
            Rename(&[
                ("db.system", "db.system.name"),
                ("db.statement", "db.query.text"),
                ("db.operation", "db.operation.name"),
                ("db.name", "db.namespace"),
                ("db.redis.database_index", "db.namespace"),
                ("db.elasticsearch.cluster.name", "db.namespace"),
                ("db.sql.table", "db.collection.name"),
                ("db.cassandra.table", "db.collection.name"),
                ("db.mongodb.collection", "db.collection.name"),
                ("db.cosmosdb.container", "db.collection.name"),
                ("db.cassandra.coordinator.dc", "cassandra.coordinator.dc"),
                ("db.cassandra.coordinator.id", "cassandra.coordinator.id"),
                ("db.cassandra.consistency_level", "cassandra.consistency.level"),
                ("db.cassandra.idempotence", "cassandra.query.idempotent"),
                ("db.cassandra.page_size", "cassandra.page.size"),
                ("db.cassandra.speculative_execution_count", "cassandra.speculative_execution.count"),
                ("db.cosmosdb.client_id", "azure.client.id"),
                ("db.cosmosdb.connection_mode", "azure.cosmosdb.connection.mode"),
                ("db.cosmosdb.request_charge", "azure.cosmosdb.operation.request_charge"),
                ("db.cosmosdb.request_content_length", "azure.cosmosdb.request.body.size"),
                ("db.cosmosdb.sub_status_code", "azure.cosmosdb.response.sub_status_code"),
                ("db.cosmosdb.consistency_level", "azure.cosmosdb.consistency.level"),
                ("db.cosmosdb.regions_contacted", "azure.cosmosdb.operation.contacted_regions"),
                ("db.elasticsearch.node.name", "elasticsearch.node.name"),
                ("db.client.connections.state", "db.client.connection.state"),
                ("db.client.connections.pool.name", "db.client.connection.pool.name"),
            ]),
        ),
        // The number of a Redis database becomes a text.
        at(EVENTS, Convert(&[("db.namespace", Type::String)])),
        at(
            EVENTS,
            Values(
                "db.system.name",
                &[
                    ("adabas", "softwareag.adabas"),
                    ("cache", "intersystems.cache"),
                    ("cloudscape", "other_sql"),
                    ("cosmosdb", "azure.cosmosdb"),
                    ("db2", "ibm.db2"),
                    ("dynamodb", "aws.dynamodb"),
                    ("firebird", "firebirdsql"),
                    ("firstsql", "other_sql"),
                    ("h2", "h2database"),
                    ("hanadb", "sap.hana"),
                    ("informix", "ibm.informix"),
                    ("ingres", "actian.ingres"),
                    ("intersystems_cache", "intersystems.cache"),
                    ("maxdb", "sap.maxdb"),
                    ("mssql", "microsoft.sql_server"),
                    ("mssqlcompact", "other_sql"),
                    ("netezza", "ibm.netezza"),
                    ("oracle", "oracle.db"),
                    ("redshift", "aws.redshift"),
                    ("spanner", "gcp.spanner"),
                ],
            ),
        ),
    ],
};
