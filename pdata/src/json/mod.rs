//! OTLP/JSON to protobuf and back.
//!
//! Both follow the one table of OTLP messages. Source: the JSON mapping of proto3, with the differences that the OTLP
//! specification makes ("JSON Protobuf Encoding"): ids are hexadecimal, enums are numbers, names are lowerCamelCase,
//! unknown members are ignored. Reading takes more than is written: see [`Batch::check_json`](crate::Batch::check_json).

mod number;
mod read;
#[cfg(test)]
mod tests;
mod write;

pub(crate) use read::read;
pub(crate) use write::write;
