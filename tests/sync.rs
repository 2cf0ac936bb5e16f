//! The protocol, lived by the thousand: one thread, a seed, and everything that can go wrong.

pub mod county;
pub mod courier;
pub mod disk;
#[cfg(test)]
mod many;
pub mod paid;
#[cfg(test)]
mod replayed;
#[cfg(test)]
mod restored;
pub mod road;
pub mod service;
#[cfg(test)]
mod several;
pub mod simulation;
pub mod truth;
