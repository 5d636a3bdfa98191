//! One SELECT and what stands around it.

use std::collections::BTreeSet;

use sqlparser::ast::{
    Cte, Distinct, Expr, GroupByExpr, Join, JoinConstraint, JoinOperator, LimitClause, NamedWindowExpr, ObjectName, OrderByKind, Query,
    Select, SelectItem, SelectItemQualifiedWildcardKind, SetExpr, SetOperator, SetQuantifier, TableAlias, TableFactor, TableWithJoins,
    Value,
};

use super::expression::{argument, arguments, name, name_of, order, truth, unknown, value};
use super::function::window;

/// `is_set`: the order of its rows does not matter, unless a limit makes it.
pub(super) fn query(query: &Query, is_set: bool) -> Result<String, String> {
    let mut text = String::new();
    if let Some(with) = &query.with {
        let parts = with.cte_tables.iter().map(common_table).collect::<Result<Vec<_>, _>>()?;
        text.push_str(&format!("with {}{}\n", if with.recursive { "recursive " } else { "" }, parts.join(",\n")));
    }
    text.push_str(&body(&query.body)?);
    let limit = match &query.limit_clause {
        None => None,
        Some(LimitClause::LimitOffset { limit: Some(Expr::Value(limit)), offset: None, limit_by }) if limit_by.is_empty() => {
            match &limit.value {
                Value::Number(number, _) => Some(number),
                _ => return Err("a limit that is no number".to_owned()),
            }
        }
        Some(other) => return Err(format!("the clause{other}")),
    };
    if let (Some(by), true) = (&query.order_by, !is_set || limit.is_some()) {
        let OrderByKind::Expressions(by) = &by.kind else { return Err("ORDER BY ALL".to_owned()) };
        text.push_str(&format!("\norder by {}", order(by)?));
    }
    if let Some(limit) = limit {
        text.push_str(&format!("\nlimit {limit}"));
    }
    Ok(text)
}

fn common_table(cte: &Cte) -> Result<String, String> {
    let columns: Vec<String> = cte.alias.columns.iter().map(|column| name(&column.name)).collect();
    let columns = if columns.is_empty() { String::new() } else { format!(" ({})", columns.join(", ")) };
    Ok(format!("{}{columns} as (\n{}\n)", name(&cte.alias.name), query(&cte.query, true)?))
}

fn body(expr: &SetExpr) -> Result<String, String> {
    match expr {
        SetExpr::Select(one) => select(one),
        SetExpr::Query(inner) => Ok(format!("({})", query(inner, true)?)),
        SetExpr::SetOperation { left, op, set_quantifier, right } => {
            let word = match (op, set_quantifier) {
                (SetOperator::Union, SetQuantifier::All) => "union all",
                (SetOperator::Union, SetQuantifier::None | SetQuantifier::Distinct) => "union",
                (SetOperator::Except, SetQuantifier::None) => "except",
                (SetOperator::Intersect, SetQuantifier::None) => "intersect",
                _ => return Err(format!("{op} {set_quantifier}")),
            };
            Ok(format!("{}\n{word}\n{}", body(left)?, body(right)?))
        }
        _ => Err("VALUES".to_owned()),
    }
}

fn select(select: &Select) -> Result<String, String> {
    let groups = match &select.group_by {
        GroupByExpr::Expressions(groups, more) if more.is_empty() => groups.as_slice(),
        _ => return Err("GROUP BY of another kind".to_owned()),
    };
    let bare = Bare::of(select, groups);
    let mut text = match &select.distinct {
        None => "select ".to_owned(),
        Some(Distinct::Distinct) => "select distinct ".to_owned(),
        Some(_) => return Err("DISTINCT ON".to_owned()),
    };
    let items = select.projection.iter().map(|item| selected(item, &bare)).collect::<Result<Vec<_>, _>>()?;
    text.push_str(&items.join(", "));
    if !select.from.is_empty() {
        text.push_str(&format!("\nfrom {}", from(&select.from)?));
    }
    if let Some(condition) = &select.selection {
        text.push_str(&format!("\nwhere {}", truth(condition)?));
    }
    if !groups.is_empty() {
        let groups = groups.iter().map(|group| if is_place(group).is_some() { Ok(group.to_string()) } else { value(group) });
        text.push_str(&format!("\ngroup by {}", groups.collect::<Result<Vec<_>, _>>()?.join(", ")));
    }
    if let Some(condition) = &select.having {
        text.push_str(&format!("\nhaving {}", truth(condition)?));
    }
    let windows = select.named_window.iter().map(|definition| match &definition.1 {
        NamedWindowExpr::WindowSpec(spec) => Ok(format!("{} as ({})", definition.0, window(spec)?)),
        NamedWindowExpr::NamedWindow(_) => Err("a window of a window".to_owned()),
    });
    let windows = windows.collect::<Result<Vec<String>, String>>()?;
    if !windows.is_empty() {
        text.push_str(&format!("\nwindow {}", windows.join(", ")));
    }
    Ok(text)
}

/// What SQLite does with columns that are neither grouped nor aggregated: beside one min or max they are those of its row.
struct Bare<'a> {
    keys: BTreeSet<String>,
    is_grouped: bool,
    /// `max` or `min`, and over what.
    of: Option<(String, &'a Expr)>,
}

impl<'a> Bare<'a> {
    fn of(select: &'a Select, groups: &'a [Expr]) -> Self {
        let exprs: Vec<&Expr> = select.projection.iter().filter_map(expr_of).collect();
        let mut keys = BTreeSet::new();
        for group in groups {
            let group = is_place(group).and_then(|place| exprs.get(place.checked_sub(1)?).copied()).unwrap_or(group);
            columns(group, &mut keys);
            keys.insert(group.to_string());
        }
        let mut extremes: Vec<(String, &Expr)> = Vec::new();
        for expr in &exprs {
            extremes_in(expr, &mut extremes);
        }
        let of = if extremes.len() == 1 { extremes.pop() } else { None };
        Self { keys, is_grouped: !groups.is_empty(), of }
    }

    /// Whether an item of the SELECT is such a column, or made of such.
    fn is(&self, expr: &Expr) -> bool {
        let mut used = BTreeSet::new();
        columns(expr, &mut used);
        self.is_grouped
            && !has_aggregate(expr)
            && !self.keys.contains(&expr.to_string())
            && used.iter().any(|column| !self.keys.contains(column))
    }
}

fn selected(item: &SelectItem, bare: &Bare<'_>) -> Result<String, String> {
    let one = |expr: &Expr| -> Result<String, String> {
        let text = value(expr)?;
        if !bare.is(expr) {
            return Ok(text);
        }
        match &bare.of {
            Some((extreme, over)) => Ok(format!("karat_at_{extreme}({text}, {})", value(over)?)),
            None => Err(format!("{} is neither grouped nor aggregated", unknown(expr))),
        }
    };
    Ok(match item {
        // A column that a macro stands for keeps its name: whoever reads this SELECT asks for it by that.
        SelectItem::UnnamedExpr(Expr::Identifier(column)) if bare.is(&Expr::Identifier(column.clone())) => {
            format!("{} as {}", one(&Expr::Identifier(column.clone()))?, name(column))
        }
        SelectItem::UnnamedExpr(expr) => one(expr)?,
        SelectItem::ExprWithAlias { expr, alias } => format!("{} as {}", one(expr)?, name(alias)),
        SelectItem::Wildcard(_) => "*".to_owned(),
        SelectItem::QualifiedWildcard(SelectItemQualifiedWildcardKind::ObjectName(table), _) => format!("{table}.*"),
        other => return Err(format!("`{other}`")),
    })
}

fn expr_of(item: &SelectItem) -> Option<&Expr> {
    match item {
        SelectItem::UnnamedExpr(expr) | SelectItem::ExprWithAlias { expr, .. } => Some(expr),
        _ => None,
    }
}

fn is_place(expr: &Expr) -> Option<usize> {
    expr.to_string().parse().ok()
}

/// The names of the columns that an expression reads, without their tables; subqueries read their own.
fn columns(expr: &Expr, found: &mut BTreeSet<String>) {
    match expr {
        Expr::Identifier(ident) => drop(found.insert(ident.value.clone())),
        Expr::CompoundIdentifier(parts) => found.extend(parts.last().map(|part| part.value.clone())),
        other => parts(other).into_iter().for_each(|part| columns(part, found)),
    }
}

fn has_aggregate(expr: &Expr) -> bool {
    let is_one = |expr: &Expr| match expr {
        Expr::Function(call) => {
            let many = arguments(call).len();
            let is_known = ["count", "sum", "avg", "group_concat", "mode"].contains(&name_of(call).as_str());
            call.over.is_none() && (is_known || many == 1 && ["min", "max"].contains(&name_of(call).as_str()))
        }
        _ => false,
    };
    is_one(expr) || parts(expr).into_iter().any(has_aggregate)
}

fn extremes_in<'a>(expr: &'a Expr, found: &mut Vec<(String, &'a Expr)>) {
    if let Expr::Function(call) = expr
        && call.over.is_none()
        && ["min", "max"].contains(&name_of(call).as_str())
        && let (Some(over), None) = (argument(call, 0), argument(call, 1))
    {
        found.push((name_of(call), over));
    }
    for part in parts(expr) {
        extremes_in(part, found);
    }
}

fn parts(expr: &Expr) -> Vec<&Expr> {
    match expr {
        Expr::Nested(inner)
        | Expr::UnaryOp { expr: inner, .. }
        | Expr::Cast { expr: inner, .. }
        | Expr::IsNull(inner)
        | Expr::IsNotNull(inner)
        | Expr::Trim { expr: inner, .. }
        | Expr::InSubquery { expr: inner, .. } => vec![inner],
        Expr::BinaryOp { left, right, .. } | Expr::IsDistinctFrom(left, right) | Expr::IsNotDistinctFrom(left, right) => vec![left, right],
        Expr::Between { expr, low, high, .. } => vec![expr, low, high],
        Expr::InList { expr, list, .. } => std::iter::once(expr.as_ref()).chain(list).collect(),
        Expr::Tuple(list) => list.iter().collect(),
        Expr::Substring { expr, .. } => vec![expr],
        Expr::Function(call) => arguments(call),
        Expr::Case { operand, conditions, else_result, .. } => {
            let whens = conditions.iter().flat_map(|when| [&when.condition, &when.result]);
            operand.iter().chain(else_result).map(AsRef::as_ref).chain(whens).collect()
        }
        _ => Vec::new(),
    }
}

/// A comma joins as tightly as JOIN does in SQLite, and more loosely elsewhere: all become one chain.
fn from(tables: &[TableWithJoins]) -> Result<String, String> {
    let mut text = String::new();
    for (at, table) in tables.iter().enumerate() {
        if at > 0 {
            text.push_str("\ncross join ");
        }
        text.push_str(&factor(&table.relation)?);
        for join in &table.joins {
            text.push_str(&joined(join)?);
        }
    }
    Ok(text)
}

fn joined(join: &Join) -> Result<String, String> {
    let (word, constraint) = match &join.join_operator {
        JoinOperator::Join(constraint) | JoinOperator::Inner(constraint) => ("join", constraint),
        JoinOperator::Left(constraint) | JoinOperator::LeftOuter(constraint) => ("left join", constraint),
        JoinOperator::CrossJoin(constraint) => ("cross join", constraint),
        _ => return Err(format!("`{join}`")),
    };
    let condition = match constraint {
        JoinConstraint::On(expr) => format!(" on {}", truth(expr)?),
        JoinConstraint::Using(names) => format!(" using ({})", names.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")),
        JoinConstraint::None => String::new(),
        JoinConstraint::Natural => return Err("a natural join".to_owned()),
    };
    // A join without a condition is a product, whatever it is called.
    let word = if condition.is_empty() { "cross join" } else { word };
    Ok(format!("\n{word} {}{condition}", factor(&join.relation)?))
}

fn factor(table: &TableFactor) -> Result<String, String> {
    Ok(match table {
        TableFactor::Table { name, alias, args: None, .. } => named(name, alias.as_ref()),
        TableFactor::Derived { lateral: false, subquery, alias, .. } => {
            let alias = alias.as_ref().map_or_else(String::new, |alias| format!(" {}", name(&alias.name)));
            format!("(\n{}\n){alias}", query(subquery, true)?)
        }
        other => return Err(format!("`{other}`")),
    })
}

/// A table of a schema becomes a mark that dbt's ref or source stands for; one of WITH keeps its name.
fn named(table: &ObjectName, alias: Option<&TableAlias>) -> String {
    let parts: Vec<&str> = table.0.iter().filter_map(|part| part.as_ident()).map(|part| part.value.as_str()).collect();
    let text = match parts.as_slice() {
        [schema, table] => format!("karat_table__{schema}__{table}"),
        _ => parts.join("."),
    };
    match (alias, parts.as_slice()) {
        (Some(alias), _) => format!("{text} {}", name(&alias.name)),
        (None, [_, table]) => format!("{text} {table}"),
        (None, _) => text,
    }
}
