//! SQL that finds the rows that one row was made from. Flow: a SELECT + values of its columns -> per table that it reads the same FROM
//! and WHERE, held to these values, asking for that table's key.

use sqlparser::ast::{Cte, Expr, Ident, Query, Select, SelectItem, SetExpr, TableFactor, Value, With};

use super::query::text_of;
use super::read;

/// CTEs within CTEs that are gone into.
const DEEPEST: usize = 12;

/// A table that was read, and the statement that gives the keys of its rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Origin {
    pub table: String,
    pub sql: String,
}

/// A column, as an expression over the tables of one SELECT, and the value it has.
type Held = (Expr, Value);

/// The tables that `sql` reads for rows whose columns (by place) have these values. `key_of` names the columns to ask of a table.
/// The error says why it cannot be followed.
pub(super) fn origins(sql: &str, wanted: &[(usize, Value)], key_of: &dyn Fn(&str) -> Vec<String>) -> Result<Vec<Origin>, String> {
    let query = read::query(sql)?;
    let mut search = Search { key_of, found: Vec::new() };
    search.query(
        &query,
        &With { with_token: no_token(), recursive: false, cte_tables: Vec::new() },
        &|select| wanted.iter().map(|(place, value)| Some((expression(select, *place)?, value.clone()))).collect(),
        0,
    );
    Ok(search.found)
}

fn no_token() -> sqlparser::ast::helpers::attached_token::AttachedToken {
    sqlparser::ast::helpers::attached_token::AttachedToken::empty()
}

struct Search<'a> {
    key_of: &'a dyn Fn(&str) -> Vec<String>,
    found: Vec<Origin>,
}

impl Search<'_> {
    /// `held` gives a SELECT's conditions; None: they cannot be said in it.
    fn query(&mut self, query: &Query, outer: &With, held: &dyn Fn(&Select) -> Option<Vec<Held>>, depth: usize) {
        let mut with = outer.clone();
        if let Some(own) = &query.with {
            with.recursive |= own.recursive;
            with.cte_tables.extend(own.cte_tables.iter().cloned());
        }
        for select in selects(&query.body) {
            if let Some(held) = held(select).filter(|_| depth < DEEPEST) {
                self.select(select, &with, &held, depth);
            }
        }
    }

    fn select(&mut self, select: &Select, with: &With, held: &[Held], depth: usize) {
        // A branch that says 'erpnext' has no row of 'salesforce'.
        let is_other = |(expr, value): &Held| match (expr, value) {
            (Expr::Value(said), Value::SingleQuotedString(wanted)) => {
                matches!(&said.value, Value::SingleQuotedString(said) if said != wanted)
            }
            _ => false,
        };
        if held.iter().any(is_other) {
            return;
        }
        let tables =
            select.from.iter().flat_map(|from| std::iter::once(&from.relation).chain(from.joins.iter().map(|join| &join.relation)));
        for table in tables {
            match table {
                TableFactor::Table { name, alias, .. } => {
                    let text = text_of(name);
                    let alias = alias.as_ref().map_or_else(|| read_as(&text), |alias| alias.name.value.clone());
                    match with.cte_tables.iter().rev().find(|cte| !text.contains('.') && cte.alias.name.value.eq_ignore_ascii_case(&text)) {
                        Some(cte) => self.within(&cte.query, &names_of(cte), &alias, with, held, depth),
                        None => self.table(select, with, held, &text, &alias),
                    }
                }
                TableFactor::Derived { subquery, alias, .. } => {
                    let alias = alias.as_ref().map(|alias| alias.name.value.clone()).unwrap_or_default();
                    self.within(subquery, &[], &alias, with, held, depth);
                }
                _ => {}
            }
        }
    }

    fn table(&mut self, select: &Select, with: &With, held: &[Held], table: &str, alias: &str) {
        let key: Vec<String> = (self.key_of)(table).iter().map(|column| format!("{alias}.\"{column}\"")).collect();
        let Some(first) = key.first() else { return };
        let from: Vec<String> = select.from.iter().map(ToString::to_string).collect();
        let old = select.selection.iter().map(|expr| format!("({expr})"));
        let conditions = held.iter().map(|(expr, value)| format!("({expr}) IS ({value})"));
        let all: Vec<String> = old.chain(conditions).chain([format!("{first} IS NOT NULL")]).collect();
        let with = if with.cte_tables.is_empty() { String::new() } else { format!("{with} ") };
        let sql = format!("{with}SELECT DISTINCT {} FROM {} WHERE {}", key.join(", "), from.join(", "), all.join(" AND "));
        let origin = Origin { table: table.to_owned(), sql };
        if !self.found.contains(&origin) {
            self.found.push(origin);
        }
    }

    /// Goes into a subquery with those conditions that speak of its columns.
    fn within(&mut self, query: &Query, names: &[String], alias: &str, with: &With, held: &[Held], depth: usize) {
        let spoken: Vec<(&Ident, &Value)> = held.iter().filter_map(|(expr, value)| Some((column_of(expr, alias)?, value))).collect();
        let first = selects(&query.body).into_iter().next();
        // By place in the first SELECT: the others of a UNION give theirs in the same order.
        let places: Vec<(Option<usize>, &Ident, &Value)> = spoken
            .into_iter()
            .filter_map(|(column, value)| {
                let place = names
                    .iter()
                    .position(|name| name.eq_ignore_ascii_case(&column.value))
                    .or_else(|| first.and_then(|select| place_of(select, &column.value)));
                let passes = names.is_empty() && first.is_some_and(has_wildcard);
                (place.is_some() || passes).then_some((place, column, value))
            })
            .collect();
        if places.is_empty() && !held.is_empty() {
            return;
        }
        self.query(
            query,
            with,
            &|select| {
                let held = places.iter().map(|(place, column, value)| {
                    let expr = place.map_or_else(|| Some(Expr::Identifier((*column).clone())), |place| expression(select, place))?;
                    Some((expr, (*value).clone()))
                });
                held.collect()
            },
            depth + 1,
        );
    }
}

/// The name under which a table without an alias is read: models see a table of bronze as `src_<table>`.
fn read_as(table: &str) -> String {
    match table.split_once('.') {
        Some(("bronze", name)) => format!("src_{name}"),
        Some((_, name)) => name.to_owned(),
        None => table.to_owned(),
    }
}

/// Every SELECT of a query and of its UNIONs.
fn selects(body: &SetExpr) -> Vec<&Select> {
    match body {
        SetExpr::Select(select) => vec![select],
        SetExpr::Query(query) => selects(&query.body),
        SetExpr::SetOperation { left, right, .. } => selects(left).into_iter().chain(selects(right)).collect(),
        _ => Vec::new(),
    }
}

fn names_of(cte: &Cte) -> Vec<String> {
    cte.alias.columns.iter().map(|column| column.name.value.clone()).collect()
}

/// The expression at a place; None behind a `*`.
fn expression(select: &Select, place: usize) -> Option<Expr> {
    if select.projection.iter().take(place + 1).any(is_wildcard) {
        return None;
    }
    match select.projection.get(place)? {
        SelectItem::UnnamedExpr(expr) | SelectItem::ExprWithAlias { expr, .. } => Some(expr.clone()),
        _ => None,
    }
}

fn place_of(select: &Select, name: &str) -> Option<usize> {
    select.projection.iter().position(|item| match item {
        SelectItem::ExprWithAlias { alias, .. } => alias.value.eq_ignore_ascii_case(name),
        SelectItem::UnnamedExpr(Expr::Identifier(column)) => column.value.eq_ignore_ascii_case(name),
        SelectItem::UnnamedExpr(Expr::CompoundIdentifier(names)) => {
            names.last().is_some_and(|column| column.value.eq_ignore_ascii_case(name))
        }
        _ => false,
    })
}

fn is_wildcard(item: &SelectItem) -> bool {
    matches!(item, SelectItem::Wildcard(_) | SelectItem::QualifiedWildcard(..))
}

fn has_wildcard(select: &Select) -> bool {
    select.projection.iter().any(is_wildcard)
}

/// The column that an expression is, where it may be one of this table.
fn column_of<'a>(expr: &'a Expr, alias: &str) -> Option<&'a Ident> {
    match expr {
        Expr::Nested(inner) => column_of(inner, alias),
        Expr::Identifier(column) => Some(column),
        Expr::CompoundIdentifier(names) => match names.as_slice() {
            [table, column] if table.value.eq_ignore_ascii_case(alias) => Some(column),
            _ => None,
        },
        _ => None,
    }
}
