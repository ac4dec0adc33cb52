//! Every field, one a line.

mod logs;
mod metrics;
mod traces;

use std::fmt::{self, Write};

use sluice_pdata::view::{Attributes, Resource, Scope};

pub(super) use logs::logs;
pub(super) use metrics::{bucket_factor, metrics};
pub(super) use traces::traces;

use super::value::Typed;

/// The header of a resource: `title` is the signal's.
fn resource(
    out: &mut String,
    title: &str,
    index: usize,
    schema_url: &str,
    resource: Option<Resource<'_>>,
) -> fmt::Result {
    let resource = resource.unwrap_or_default();
    writeln!(out, "{title} #{index}")?;
    writeln!(out, "Resource SchemaURL: {schema_url}")?;
    attributes(out, "", "Resource attributes", resource.attributes())?;
    entity_refs(out, &resource)
}

fn scope(out: &mut String, title: &str, index: usize, schema_url: &str, scope: Option<Scope<'_>>) -> fmt::Result {
    let scope = scope.unwrap_or_default();
    writeln!(out, "{title} #{index}")?;
    writeln!(out, "{title} SchemaURL: {schema_url}")?;
    writeln!(out, "InstrumentationScope {} {}", scope.name(), scope.version())?;
    attributes(out, "", "InstrumentationScope attributes", scope.attributes())
}

/// A header and a line an attribute, further in than `indent`; nothing where there is none.
fn attributes(out: &mut String, indent: &str, header: &str, attributes: Attributes<'_>) -> fmt::Result {
    for (index, attribute) in attributes.enumerate() {
        if index == 0 {
            let arrow = if indent.is_empty() { "" } else { "-> " };
            writeln!(out, "{indent}{arrow}{header}:")?;
        }
        writeln!(out, "{indent}     -> {}: {}", attribute.key(), Typed(attribute.value()))?;
    }
    Ok(())
}

fn entity_refs(out: &mut String, resource: &Resource<'_>) -> fmt::Result {
    for (index, entity) in resource.entity_refs().enumerate() {
        if index == 0 {
            writeln!(out, "Resource entity refs:")?;
        }
        writeln!(out, "     -> Entity ref #{index}:")?;
        writeln!(out, "          -> Type: {}", entity.kind())?;
        if !entity.schema_url().is_empty() {
            writeln!(out, "          -> Schema URL: {}", entity.schema_url())?;
        }
        for (header, keys) in [("ID keys", entity.id_keys()), ("Description keys", entity.description_keys())] {
            for (index, key) in keys.enumerate() {
                if index == 0 {
                    writeln!(out, "          -> {header}:")?;
                }
                writeln!(out, "               -> {key}")?;
            }
        }
    }
    Ok(())
}
