//! Flow: SQL text -> tokens -> tree (parse) -> kinds of columns (kinds) -> value of a pair of records (eval).
//!
//! The expressions of Splink's comparison levels and blocking rules: the forms that its comparison library emits, and what people
//! write by hand beside them. What is not known is refused, with the word it failed at; nothing is approximated.

pub mod eval;
pub mod function;
pub mod kinds;
pub mod lists;
pub mod measures;
pub mod parse;
pub mod pattern;
mod scalar;
pub mod time;
pub mod token;
pub mod tree;
pub mod value;

pub use eval::{Frame, evaluate};
pub use parse::{Naming, parse};
pub use tree::{Node, Side};
pub use value::{Fault, Value};

/// Whose SQL it is. They differ in quoting, in what functions are called, and in small print (see [`eval`]).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Dialect {
    #[default]
    DuckDb,
    Spark,
    Sqlite,
    Postgres,
}

impl Dialect {
    /// By Splink's name of it.
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "duckdb" => Some(Self::DuckDb),
            "spark" | "databricks" => Some(Self::Spark),
            "sqlite" => Some(Self::Sqlite),
            "postgres" => Some(Self::Postgres),
            _ => None,
        }
    }

    pub fn name(self) -> &'static str {
        match self {
            Self::DuckDb => "duckdb",
            Self::Spark => "spark",
            Self::Sqlite => "sqlite",
            Self::Postgres => "postgres",
        }
    }

    /// DuckDB's string measures count bytes, the others' characters.
    pub fn counts_bytes(self) -> bool {
        self == Self::DuckDb
    }
}

#[cfg(test)]
#[path = "sql_tests.rs"]
mod tests;
