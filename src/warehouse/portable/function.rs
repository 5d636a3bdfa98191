//! Functions: those that mean the same everywhere, and those that need a macro per adapter.

use sqlparser::ast::{
    DuplicateTreatment, Expr, Function, FunctionArgumentClause, FunctionArguments, OrderByExpr, Value, WindowSpec, WindowType,
};

use super::expression::{arguments, name_of, order, value, values};

/// Names that mean the same in SQLite, DuckDB and Spark.
const SAME: [&str; 19] = [
    "count",
    "sum",
    "avg",
    "coalesce",
    "nullif",
    "abs",
    "length",
    "substr",
    "trim",
    "concat_ws",
    "row_number",
    "rank",
    "dense_rank",
    "ntile",
    "lag",
    "lead",
    "first_value",
    "last_value",
    "ifnull",
];

/// Karat's own functions and SQLite's that the project has a macro for, with how many arguments they take.
const MACROS: [(&str, usize, usize); 12] = [
    ("lower", 1, 1),
    ("upper", 1, 1),
    ("julianday", 1, 1),
    ("clean", 1, 1),
    ("norm_id", 1, 1),
    ("to_date", 1, 2),
    ("to_timestamp", 1, 1),
    ("seconds_between", 2, 2),
    ("from_comma", 1, 1),
    ("to_minor", 2, 2),
    ("to_int", 1, 1),
    ("to_real", 1, 1),
];

pub(super) fn call(call: &Function) -> Result<String, String> {
    if call.filter.is_some() || !call.within_group.is_empty() || call.null_treatment.is_some() {
        return Err(format!("a clause of {}", call.name));
    }
    let text = named(call)?;
    Ok(match &call.over {
        None => text,
        Some(WindowType::NamedWindow(name)) => format!("{text} over {name}"),
        Some(WindowType::WindowSpec(spec)) => format!("{text} over ({})", window(spec)?),
    })
}

fn named(call: &Function) -> Result<String, String> {
    let (name, args) = (name_of(call), arguments(call));
    let list = args.iter().map(|arg| value(arg)).collect::<Result<Vec<_>, _>>()?;
    let joined = list.join(", ");
    match (name.as_str(), args.as_slice()) {
        ("count", []) => Ok("count(*)".to_owned()),
        ("min" | "max", [_]) => Ok(format!("{name}({joined})")),
        ("min", [_, _, ..]) => Ok(format!("karat_least({joined})")),
        ("max", [_, _, ..]) => Ok(format!("karat_greatest({joined})")),
        ("round", [_]) => Ok(format!("karat_round({joined}, 0)")),
        ("round", [_, Expr::Value(digits)]) if matches!(digits.value, Value::Number(..)) => Ok(format!("karat_round({joined})")),
        ("date", [_]) => Ok(format!("karat_day({joined})")),
        ("date", [_, rest @ ..]) => moved(&list[0], rest),
        ("group_concat" | "string_agg", [_, _]) => {
            Ok(format!("karat_text_list({}, {}, {})", list[0], list[1], ordered(call)?.unwrap_or(list[0].clone())))
        }
        ("mode", [_]) => Ok(format!("karat_mode({joined})")),
        ("printf", [Expr::Value(format), _]) => match padding(&format.value) {
            Some(width) => Ok(format!("karat_padded({}, {width})", list[1])),
            None if format.value == Value::SingleQuotedString("%.2f".to_owned()) => Ok(format!("karat_fixed({}, 2)", list[1])),
            None => Err(format!("printf with {format}")),
        },
        ("after_label", [_, Expr::Value(_)]) => Ok(format!("karat_after_label({joined})")),
        _ if SAME.contains(&name.as_str()) => {
            Ok(format!("{}({}{joined})", if name == "ifnull" { "coalesce" } else { &name }, distinct(call)?))
        }
        _ if MACROS.iter().any(|(known, least, most)| *known == name && (*least..=*most).contains(&args.len())) => {
            Ok(format!("karat_{name}({joined})"))
        }
        _ => Err(format!("the function {name}")),
    }
}

fn distinct(call: &Function) -> Result<&'static str, String> {
    let FunctionArguments::List(list) = &call.args else { return Ok("") };
    if !list.clauses.is_empty() {
        return Err(format!("a clause of {}", call.name));
    }
    Ok(if list.duplicate_treatment == Some(DuplicateTreatment::Distinct) { "distinct " } else { "" })
}

/// ORDER BY within an aggregate.
fn ordered(call: &Function) -> Result<Option<String>, String> {
    let FunctionArguments::List(list) = &call.args else { return Ok(None) };
    let by: Vec<&OrderByExpr> = list
        .clauses
        .iter()
        .filter_map(|clause| if let FunctionArgumentClause::OrderBy(by) = clause { Some(by) } else { None })
        .flatten()
        .collect();
    if by.iter().any(|by| by.options.asc == Some(false) || by.options.nulls_first.is_some()) {
        return Err(format!("a falling order within {}", call.name));
    }
    Ok(if by.is_empty() { None } else { Some(values(&by.into_iter().map(|by| by.expr.clone()).collect::<Vec<_>>())?) })
}

/// `date(x, '-90 days')`: each step by itself.
fn moved(from: &str, steps: &[&Expr]) -> Result<String, String> {
    let mut text = from.to_owned();
    let mut at = 0;
    while at < steps.len() {
        let Some(step) = literal(steps[at]) else { return Err(format!("date with {}", steps[at])) };
        if step == "weekday 0" && steps.get(at + 1).and_then(|next| literal(next)) == Some("-6 days") {
            text = format!("karat_week_start({text})");
            at += 2;
            continue;
        }
        let (number, unit) = step.split_once(' ').ok_or_else(|| format!("date with '{step}'"))?;
        let number: i64 = number.parse().map_err(|_| format!("date with '{step}'"))?;
        let unit = match unit.trim_end_matches('s') {
            "day" => "day",
            "month" => "month",
            "year" => "year",
            _ => return Err(format!("date with '{step}'")),
        };
        text = format!("karat_date_add({text}, {number}, '{unit}')");
        at += 1;
    }
    Ok(text)
}

fn literal(expr: &Expr) -> Option<&str> {
    match expr {
        Expr::Value(value) => match &value.value {
            Value::SingleQuotedString(text) => Some(text),
            _ => None,
        },
        _ => None,
    }
}

/// `%24s`
fn padding(format: &Value) -> Option<u32> {
    let Value::SingleQuotedString(text) = format else { return None };
    text.strip_prefix('%')?.strip_suffix('s')?.parse().ok()
}

/// `strftime('%w', x)`: 0 is Sunday. None where it is something else.
pub(super) fn weekday(expr: &Expr) -> Result<Option<String>, String> {
    let Expr::Function(call) = expr else { return Ok(None) };
    match arguments(call).as_slice() {
        [format, day] if name_of(call) == "strftime" && literal(format) == Some("%w") => {
            Ok(Some(format!("karat_weekday({})", value(day)?)))
        }
        _ => Ok(None),
    }
}

pub(super) fn window(spec: &WindowSpec) -> Result<String, String> {
    if spec.window_frame.is_some() || spec.window_name.is_some() {
        return Err("a frame of a window".to_owned());
    }
    let mut parts = Vec::new();
    if !spec.partition_by.is_empty() {
        parts.push(format!("partition by {}", values(&spec.partition_by)?));
    }
    if !spec.order_by.is_empty() {
        parts.push(format!("order by {}", order(&spec.order_by)?));
    }
    Ok(parts.join(" "))
}
