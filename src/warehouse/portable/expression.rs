//! One expression. SQLite has no truth values: where one meets a number it becomes 1 or 0, and where a number decides it is compared with 0.

use sqlparser::ast::{
    BinaryOperator, DataType, Expr, Function, FunctionArg, FunctionArgExpr, FunctionArguments, Ident, OrderByExpr, UnaryOperator, Value,
};

use super::function;
use super::kinds::{Kind, kind};
use super::query::query;

/// Words that one of the two keeps for itself; as names they are quoted by the adapter.
const KEPT: [&str; 8] = ["from", "to", "order", "group", "table", "end", "column", "select"];

/// As a value: a column of a result, an argument, a number to add.
pub(super) fn value(expr: &Expr) -> Result<String, String> {
    let text = plain(expr)?;
    Ok(if kind(expr) == Kind::Truth { format!("cast({} as int)", bare(&text)) } else { text })
}

/// As a condition: of WHERE, ON, HAVING, WHEN, AND, OR, NOT.
pub(super) fn truth(expr: &Expr) -> Result<String, String> {
    let text = plain(expr)?;
    Ok(if kind(expr) == Kind::Truth { text } else { format!("{text} <> 0") })
}

fn bare(text: &str) -> &str {
    text.strip_prefix('(').and_then(|inner| inner.strip_suffix(')')).filter(|inner| !inner.contains(['(', ')'])).unwrap_or(text)
}

pub(super) fn values(list: &[Expr]) -> Result<String, String> {
    Ok(list.iter().map(value).collect::<Result<Vec<_>, _>>()?.join(", "))
}

/// A name, quoted where it must be.
pub(super) fn name(ident: &Ident) -> String {
    if KEPT.contains(&ident.value.to_ascii_lowercase().as_str()) { format!("karat_quoted__{}", ident.value) } else { ident.value.clone() }
}

fn plain(expr: &Expr) -> Result<String, String> {
    Ok(match expr {
        Expr::Identifier(ident) => name(ident),
        Expr::CompoundIdentifier(parts) => match parts.as_slice() {
            [table, column] | [_, table, column] => format!("{}.{}", name(table), name(column)),
            _ => return Err(unknown(expr)),
        },
        Expr::Value(literal) => return literal_of(&literal.value).ok_or_else(|| unknown(expr)),
        Expr::Nested(inner) => format!("({})", plain(inner)?),
        Expr::UnaryOp { op: UnaryOperator::Not, expr } => format!("not {}", nested(truth(expr)?)),
        Expr::UnaryOp { op: UnaryOperator::Minus, expr } => format!("-{}", value(expr)?),
        Expr::BinaryOp { left, op, right } => return binary(left, op, right),
        Expr::IsNull(inner) => format!("{} is null", value(inner)?),
        Expr::IsNotNull(inner) => format!("{} is not null", value(inner)?),
        Expr::IsDistinctFrom(left, right) => format!("{} is distinct from {}", value(left)?, value(right)?),
        Expr::IsNotDistinctFrom(left, right) => format!("{} is not distinct from {}", value(left)?, value(right)?),
        Expr::Between { expr, negated, low, high } => {
            format!("{}{} between {} and {}", value(expr)?, not(*negated), value(low)?, value(high)?)
        }
        Expr::InList { expr, list, negated } => format!("{}{} in ({})", value(expr)?, not(*negated), values(list)?),
        Expr::InSubquery { expr, subquery, negated } => format!("{}{} in ({})", value(expr)?, not(*negated), query(subquery, true)?),
        Expr::Exists { subquery, negated } => format!("{}exists ({})", if *negated { "not " } else { "" }, query(subquery, true)?),
        Expr::Subquery(inner) => format!("({})", query(inner, false)?),
        Expr::Tuple(list) => format!("({})", values(list)?),
        Expr::Case { operand, conditions, else_result, .. } => {
            let mut text = "case".to_owned();
            if let Some(operand) = operand {
                text.push_str(&format!(" {}", value(operand)?));
            }
            for when in conditions {
                let condition = if operand.is_some() { value(&when.condition)? } else { truth(&when.condition)? };
                text.push_str(&format!(" when {condition} then {}", value(&when.result)?));
            }
            if let Some(other) = else_result {
                text.push_str(&format!(" else {}", value(other)?));
            }
            text + " end"
        }
        Expr::Cast { expr, data_type, .. } => return cast(expr, data_type),
        Expr::Trim { expr, trim_where: None, trim_what: None, trim_characters: None } => format!("trim({})", value(expr)?),
        Expr::Substring { expr, substring_from: Some(from), substring_for, .. } => match substring_for {
            Some(length) => format!("substr({}, {}, {})", value(expr)?, value(from)?, value(length)?),
            None => format!("substr({}, {})", value(expr)?, value(from)?),
        },
        Expr::Function(call) => return function::call(call),
        other => return Err(unknown(other)),
    })
}

fn not(negated: bool) -> &'static str {
    if negated { " not" } else { "" }
}

/// In brackets where it is more than one word or call.
fn nested(text: String) -> String {
    if text.starts_with('(') || !text.contains(' ') { text } else { format!("({text})") }
}

fn literal_of(literal: &Value) -> Option<String> {
    Some(match literal {
        Value::Number(number, _) if number.contains('.') => format!("{number}e0"),
        Value::Number(number, _) => number.clone(),
        // A backslash is a letter to DuckDB and begins something to Spark.
        Value::SingleQuotedString(text) if !text.contains('\\') => format!("'{}'", text.replace('\'', "''")),
        Value::Null => "null".to_owned(),
        Value::Placeholder(word) if word == ":as_of" => "karat_as_of".to_owned(),
        Value::Placeholder(word) if word == ":since" => "karat_since".to_owned(),
        _ => return None,
    })
}

fn binary(left: &Expr, op: &BinaryOperator, right: &Expr) -> Result<String, String> {
    let sign = match op {
        BinaryOperator::And => return Ok(format!("{} and {}", part(left, op)?, part(right, op)?)),
        BinaryOperator::Or => return Ok(format!("{} or {}", part(left, op)?, part(right, op)?)),
        BinaryOperator::Divide => return division(left, right),
        BinaryOperator::Eq => "=",
        BinaryOperator::NotEq => "<>",
        BinaryOperator::Lt => "<",
        BinaryOperator::LtEq => "<=",
        BinaryOperator::Gt => ">",
        BinaryOperator::GtEq => ">=",
        BinaryOperator::Plus => "+",
        BinaryOperator::Minus => "-",
        BinaryOperator::Multiply => "*",
        BinaryOperator::Modulo => "%",
        BinaryOperator::StringConcat => "||",
        other => return Err(format!("the operator {other}")),
    };
    Ok(format!("{} {sign} {}", value(left)?, value(right)?))
}

/// A side of AND or OR. The tree has kept the brackets that were written; those that a comparison with 0 needs come with it.
fn part(expr: &Expr, op: &BinaryOperator) -> Result<String, String> {
    let text = truth(expr)?;
    let is_looser = matches!((expr, op), (Expr::BinaryOp { op: BinaryOperator::Or, .. }, BinaryOperator::And));
    Ok(if is_looser { format!("({text})") } else { text })
}

/// SQLite cuts the fraction off where both sides are whole.
fn division(left: &Expr, right: &Expr) -> Result<String, String> {
    match (kind(left), kind(right)) {
        (Kind::Real, _) | (_, Kind::Real) => Ok(format!("{} / {}", value(left)?, value(right)?)),
        (Kind::Whole, Kind::Whole) => Ok(format!("karat_whole_division({}, {})", value(left)?, value(right)?)),
        _ => Err(format!("a division of which the SQL does not tell whether it is whole: {left} / {right}")),
    }
}

fn cast(expr: &Expr, data_type: &DataType) -> Result<String, String> {
    if let Some(day) = function::weekday(expr)? {
        return Ok(day);
    }
    let inner = value(expr)?;
    Ok(match data_type {
        DataType::Integer(_) if kind(expr) == Kind::Real => format!("karat_truncated({inner})"),
        DataType::Integer(_) => format!("cast({inner} as bigint)"),
        DataType::Real => format!("cast({inner} as double)"),
        DataType::Text => format!("cast({inner} as string)"),
        other => return Err(format!("a cast to {other}")),
    })
}

/// NULL is the least of all in SQLite.
pub(super) fn order(by: &[OrderByExpr]) -> Result<String, String> {
    let one = |by: &OrderByExpr| {
        let is_down = by.options.asc == Some(false);
        let nulls_first = by.options.nulls_first.unwrap_or(!is_down);
        let text = if matches!(&by.expr, Expr::Value(_)) { by.expr.to_string() } else { value(&by.expr)? };
        Ok(format!("{text}{} nulls {}", if is_down { " desc" } else { "" }, if nulls_first { "first" } else { "last" }))
    };
    Ok(by.iter().map(one).collect::<Result<Vec<String>, String>>()?.join(", "))
}

pub(super) fn unknown(expr: &Expr) -> String {
    let text = expr.to_string();
    let short: String = text.chars().take(60).collect();
    format!("`{short}`")
}

/// Lower-case name of a function.
pub(super) fn name_of(call: &Function) -> String {
    call.name.to_string().to_ascii_lowercase()
}

/// Its arguments; `*` and named ones are none.
pub(super) fn arguments(call: &Function) -> Vec<&Expr> {
    let FunctionArguments::List(list) = &call.args else { return Vec::new() };
    let each = list.args.iter().filter_map(|arg| match arg {
        FunctionArg::Unnamed(FunctionArgExpr::Expr(expr)) => Some(expr),
        _ => None,
    });
    each.collect()
}

pub(super) fn argument(call: &Function, at: usize) -> Option<&Expr> {
    arguments(call).get(at).copied()
}
