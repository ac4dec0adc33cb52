//! `zpages`: pages that show the gateway from within.

mod config;
mod extension;
mod factory;
mod html;
mod servicez;
#[cfg(test)]
mod tests;

pub use factory::FACTORY;
