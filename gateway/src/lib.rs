//! Sluice, an OpenTelemetry gateway, as a library: for the `sluice` program, and for distributions of others.
//!
//! A distribution is a `main` that adds its factories to the built-in ones:
//!
//! ```no_run
//! use sluice::components::Components;
//! use sluice_component::factory::Program;
//!
//! const PROGRAM: Program = Program { name: "my-gateway", description: "My gateway", version: "1.0.0" };
//!
//! fn main() -> std::process::ExitCode {
//!     let mut components = Components::built_in();
//!     components.processors.extend_from_slice(&[/* my::FACTORY */]);
//!     sluice::run(PROGRAM, components)
//! }
//! ```

mod cli;
pub mod components;
pub mod config;
mod demo;
pub mod gates;
pub mod graph;
pub mod plan;
pub mod service;
pub mod telemetry;

pub use cli::run;
