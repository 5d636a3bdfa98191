//! Karat: from the files of many systems to one true record of every customer.

pub mod base;
pub mod engine;
pub mod stewardship;
pub mod store;
pub mod warehouse;
