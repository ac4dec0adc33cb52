//! The `sluice` program, built with these tests: cargo makes the programs of a package before it runs its tests, and
//! knows when they are out of date. It is the same few lines as `gateway/src/main.rs`.

use std::process::ExitCode;

use sluice::components::Components;
use sluice_component::factory::Program;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const PROGRAM: Program = Program { name: "sluice", description: "Sluice", version: env!("CARGO_PKG_VERSION") };

fn main() -> ExitCode {
    sluice::run(PROGRAM, Components::built_in())
}
