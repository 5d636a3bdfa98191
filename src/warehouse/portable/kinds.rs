//! What an expression gives, as far as its SQL tells: a truth value, a whole number, a number with a fraction.

use sqlparser::ast::{BinaryOperator, DataType, Expr, UnaryOperator, Value};

use super::expression::{argument, arguments, name_of};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// True or false; SQLite has 1 and 0 for them.
    Truth,
    Whole,
    Real,
    /// A column, or what the SQL does not tell.
    Unknown,
}

pub(super) fn kind(expr: &Expr) -> Kind {
    match expr {
        Expr::Nested(inner) => kind(inner),
        Expr::Value(value) => match &value.value {
            Value::Number(number, _) if number.contains(['.', 'e', 'E']) => Kind::Real,
            Value::Number(..) => Kind::Whole,
            Value::Boolean(_) => Kind::Truth,
            _ => Kind::Unknown,
        },
        Expr::UnaryOp { op: UnaryOperator::Not, .. }
        | Expr::IsNull(_)
        | Expr::IsNotNull(_)
        | Expr::IsDistinctFrom(..)
        | Expr::IsNotDistinctFrom(..)
        | Expr::InList { .. }
        | Expr::InSubquery { .. }
        | Expr::Between { .. }
        | Expr::Exists { .. } => Kind::Truth,
        Expr::UnaryOp { expr, .. } => number(kind(expr)),
        Expr::BinaryOp { left, op, right } => match op {
            BinaryOperator::Eq
            | BinaryOperator::NotEq
            | BinaryOperator::Lt
            | BinaryOperator::LtEq
            | BinaryOperator::Gt
            | BinaryOperator::GtEq
            | BinaryOperator::And
            | BinaryOperator::Or => Kind::Truth,
            BinaryOperator::Plus | BinaryOperator::Minus | BinaryOperator::Multiply | BinaryOperator::Divide => {
                of_both(number(kind(left)), number(kind(right)))
            }
            BinaryOperator::Modulo => Kind::Whole,
            _ => Kind::Unknown,
        },
        Expr::Cast { data_type, .. } => match data_type {
            DataType::Integer(_) => Kind::Whole,
            DataType::Real => Kind::Real,
            _ => Kind::Unknown,
        },
        Expr::Function(call) => match name_of(call).as_str() {
            "round" | "avg" | "julianday" | "to_real" => Kind::Real,
            "count" | "row_number" | "dense_rank" | "ntile" | "length" | "to_int" | "to_minor" | "seconds_between" => Kind::Whole,
            "sum" | "abs" | "nullif" => argument(call, 0).map_or(Kind::Unknown, |first| number(kind(first))),
            "coalesce" | "min" | "max" => {
                arguments(call).into_iter().map(|each| number(kind(each))).reduce(of_both).unwrap_or(Kind::Unknown)
            }
            _ => Kind::Unknown,
        },
        _ => Kind::Unknown,
    }
}

/// A truth value in arithmetic is 1 or 0.
fn number(kind: Kind) -> Kind {
    if kind == Kind::Truth { Kind::Whole } else { kind }
}

/// What a sum or a product of both is: a fraction in either is one in the result.
fn of_both(left: Kind, right: Kind) -> Kind {
    match (left, right) {
        (Kind::Real, _) | (_, Kind::Real) => Kind::Real,
        (Kind::Whole, Kind::Whole) => Kind::Whole,
        _ => Kind::Unknown,
    }
}
