//! What one expression is made from: every column that it reads, through subqueries and windows.

use sqlparser::ast::{
    Expr, Function, FunctionArg, FunctionArgExpr, FunctionArgumentClause, FunctionArguments, ObjectName, OrderByExpr, Query, WindowSpec,
    WindowType,
};

use super::made::Made;
use super::query::{Relation, Scope, query};

/// Functions that look at many rows: over a constant they tell of the rows themselves.
const AGGREGATES: [&str; 9] = ["count", "sum", "total", "avg", "min", "max", "group_concat", "string_agg", "mode"];

pub(super) fn made(expr: &Expr, scope: &Scope<'_>) -> Made {
    let mut found = Made::default();
    add(expr, scope, &mut found);
    found
}

fn add(expr: &Expr, scope: &Scope<'_>, found: &mut Made) {
    // A long chain of operators leans to the left: it is walked, not descended.
    let mut expr = expr;
    while let Expr::BinaryOp { left, right, .. } = expr {
        add(right, scope, found);
        expr = left;
    }
    match expr {
        Expr::Identifier(name) => found.take(scope.column(None, name)),
        Expr::CompoundIdentifier(names) => match names.as_slice() {
            [table, column] | [_, table, column] => found.take(scope.column(Some(&table.value), column)),
            _ => found.take(Made::unknown(format!("`{expr}` is not followed"))),
        },
        Expr::Value(_) | Expr::TypedString(_) => {}
        Expr::Subquery(inner) => found.take(scalar(inner, scope)),
        Expr::Exists { subquery, .. } => found.take(rows_of(subquery, scope)),
        Expr::InSubquery { expr, subquery, .. } => {
            add(expr, scope, found);
            found.take(scalar(subquery, scope));
        }
        Expr::Function(function) => found.take(call(function, scope)),
        Expr::Case { operand, conditions, else_result, .. } => {
            for part in operand.iter().chain(else_result) {
                add(part, scope, found);
            }
            for when in conditions {
                add(&when.condition, scope, found);
                add(&when.result, scope, found);
            }
        }
        other => match parts(other) {
            Some(parts) => parts.into_iter().for_each(|part| add(part, scope, found)),
            None => found.take(Made::unknown(format!("`{other}` is not followed"))),
        },
    }
}

/// The expressions that a plain expression is put together from; None where it is of a kind that is not known.
fn parts(expr: &Expr) -> Option<Vec<&Expr>> {
    Some(match expr {
        Expr::Nested(inner)
        | Expr::UnaryOp { expr: inner, .. }
        | Expr::Cast { expr: inner, .. }
        | Expr::Collate { expr: inner, .. }
        | Expr::Extract { expr: inner, .. }
        | Expr::Ceil { expr: inner, .. }
        | Expr::Floor { expr: inner, .. }
        | Expr::IsNull(inner)
        | Expr::IsNotNull(inner)
        | Expr::IsTrue(inner)
        | Expr::IsNotTrue(inner)
        | Expr::IsFalse(inner)
        | Expr::IsNotFalse(inner) => vec![inner],
        Expr::IsDistinctFrom(left, right) | Expr::IsNotDistinctFrom(left, right) => vec![left, right],
        Expr::Like { expr, pattern, .. } | Expr::ILike { expr, pattern, .. } | Expr::RLike { expr, pattern, .. } => vec![expr, pattern],
        Expr::Position { expr, r#in } => vec![expr, r#in],
        Expr::Between { expr, low, high, .. } => vec![expr, low, high],
        Expr::InList { expr, list, .. } => std::iter::once(expr.as_ref()).chain(list).collect(),
        Expr::Tuple(list) => list.iter().collect(),
        Expr::Substring { expr, substring_from, substring_for, .. } => {
            [Some(expr), substring_from.as_ref(), substring_for.as_ref()].into_iter().flatten().map(AsRef::as_ref).collect()
        }
        Expr::Trim { expr, trim_what, trim_characters, .. } => {
            std::iter::once(expr.as_ref()).chain(trim_what.as_deref()).chain(trim_characters.iter().flatten()).collect()
        }
        _ => return None,
    })
}

/// The value of a subquery: its first column.
fn scalar(inner: &Query, scope: &Scope<'_>) -> Made {
    let Relation { columns, rows, closed } = query(inner, scope.known, Some(scope));
    match (columns.into_iter().next(), closed) {
        (Some((_, mut made)), _) => {
            made.unknown = made.unknown.or(rows.unknown);
            made
        }
        (None, closed) => Made::unknown(closed.unwrap_or_else(|| "a subquery without columns".to_owned())),
    }
}

/// Whether a subquery has rows: its tables' rows, and every column that chooses among them.
fn rows_of(inner: &Query, scope: &Scope<'_>) -> Made {
    let mut rows = query(inner, scope.known, Some(scope)).rows;
    rows.columns.append(&mut rows.deciding);
    rows
}

fn call(function: &Function, scope: &Scope<'_>) -> Made {
    let mut found = Made::default();
    let mut many = 0;
    match &function.args {
        FunctionArguments::None => {}
        FunctionArguments::Subquery(inner) => found.take(scalar(inner, scope)),
        FunctionArguments::List(list) => {
            many = list.args.len();
            for arg in &list.args {
                let (FunctionArg::Unnamed(arg) | FunctionArg::Named { arg, .. } | FunctionArg::ExprNamed { arg, .. }) = arg;
                if let FunctionArgExpr::Expr(expr) = arg {
                    add(expr, scope, &mut found);
                }
            }
            for clause in &list.clauses {
                if let FunctionArgumentClause::OrderBy(order) = clause {
                    order_by(order, scope, &mut found);
                }
            }
        }
    }
    if let Some(filter) = &function.filter {
        add(filter, scope, &mut found);
    }
    match &function.over {
        Some(WindowType::WindowSpec(spec)) => window(spec, scope, &mut found),
        Some(WindowType::NamedWindow(name)) => match scope.window(&name.value) {
            Some(spec) => window(spec, scope, &mut found),
            None => found.take(Made::unknown(format!("no window is called {name}"))),
        },
        None => {}
    }
    if found.columns.is_empty() && found.unknown.is_none() && (function.over.is_some() || is_aggregate(&function.name, many)) {
        found.columns = scope.rows().columns;
    }
    found
}

/// `min` and `max` of several arguments look at one row.
fn is_aggregate(name: &ObjectName, arguments: usize) -> bool {
    let name = name.to_string().to_ascii_lowercase();
    AGGREGATES.contains(&name.as_str()) && (arguments < 2 || !matches!(name.as_str(), "min" | "max"))
}

/// A window, and the named one that it begins with.
fn window(spec: &WindowSpec, scope: &Scope<'_>, found: &mut Made) {
    let base = spec.window_name.as_ref().and_then(|name| scope.window(&name.value));
    for spec in std::iter::once(spec).chain(base) {
        for expr in &spec.partition_by {
            add(expr, scope, found);
        }
        order_by(&spec.order_by, scope, found);
    }
}

fn order_by(order: &[OrderByExpr], scope: &Scope<'_>, found: &mut Made) {
    for by in order {
        add(&by.expr, scope, found);
    }
}
