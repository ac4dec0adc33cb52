//! Which records a processor is for: `include` and `exclude`.
//!
//! Source: the Collector's `internal/filter/filterconfig`, `filterspan`, `filterlog`, `filtermetric`, and what the running
//! Collector does.

mod attributes;
mod config;
mod properties;
mod select;
#[cfg(test)]
mod tests;
mod texts;

use std::sync::Arc;

use properties::Properties;

/// What `include` and `exclude` say. A record is meant if it has the properties to include, where there are some, and
/// not those to exclude.
#[derive(Clone, Default)]
pub(crate) struct Matching {
    include: Option<Arc<Properties>>,
    exclude: Option<Arc<Properties>>,
}
