//! The configuration as it holds, defaults filled in: what `print-config` prints.

/// An effective value.
#[derive(Clone, Debug, PartialEq)]
pub enum Effective {
    /// Off, or not set.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// Another number.
    Float(f64),
    /// A text.
    Text(String),
    /// A secret: printed only on demand.
    Secret(super::Secret),
    /// A list.
    List(Vec<Effective>),
    /// A map, in the order in which it was read.
    Map(Vec<(String, Effective)>),
}
