//! The `sluice` program.

use std::process::ExitCode;

use sluice::components::Components;
use sluice_component::factory::Program;

/// Batches are allocated on one thread and freed on another all day long, which the system's allocator does not like.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const PROGRAM: Program = Program { name: "sluice", description: "Sluice", version: env!("CARGO_PKG_VERSION") };

fn main() -> ExitCode {
    sluice::run(PROGRAM, Components::built_in())
}
