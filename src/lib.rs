//! Karat.
pub mod base;
