//! The columns of a SELECT and what each is made from. Flow: WITH -> FROM and joins -> what it selects -> filters and groups.

use std::collections::BTreeMap;

use sqlparser::ast::{
    Cte, Expr, GroupByExpr, Ident, Join, JoinConstraint, JoinOperator, NamedWindowExpr, ObjectName, OrderByKind, Query, Select, SelectItem,
    SelectItemQualifiedWildcardKind, SetExpr, TableAlias, TableFactor, TableWithJoins, WindowSpec,
};

use super::expression;
use super::made::{ColumnId, Made, ROWS};

/// Columns of `schema.table`; None where it is not known.
pub(super) type Columns<'a> = &'a dyn Fn(&str) -> Option<Vec<String>>;

/// A table, a subquery or a result: its columns in order.
#[derive(Debug, Clone, Default)]
pub(super) struct Relation {
    pub columns: Vec<(String, Made)>,
    /// The tables whose rows it has, and what decides which.
    pub rows: Made,
    /// Why its columns are not known.
    pub closed: Option<String>,
}

impl Relation {
    fn closed(why: String) -> Self {
        Self { closed: Some(why), ..Self::default() }
    }

    fn find(&self, column: &str) -> Option<&Made> {
        self.columns.iter().find(|(name, _)| name.eq_ignore_ascii_case(column)).map(|(_, made)| made)
    }

    /// Row by row the columns of both (UNION and its like).
    fn union(mut self, other: Self) -> Self {
        if self.columns.len() == other.columns.len() {
            for ((_, made), (_, also)) in self.columns.iter_mut().zip(other.columns) {
                made.take(also);
            }
        } else if self.closed.is_none() {
            self.closed = other.closed.or_else(|| Some("its SELECTs give different numbers of columns".to_owned()));
        }
        self.rows.take(other.rows);
        self
    }

    fn renamed(mut self, names: &[String]) -> Self {
        for ((name, _), new) in self.columns.iter_mut().zip(names) {
            name.clone_from(new);
        }
        self
    }
}

/// What names mean at one place of the SQL.
pub(super) struct Scope<'a> {
    pub known: Columns<'a>,
    pub outer: Option<&'a Scope<'a>>,
    /// Of WITH.
    tables: BTreeMap<String, Relation>,
    /// Of FROM, by alias or name; columns that USING has merged into an earlier one stand in the list.
    from: Vec<(String, Relation, Vec<String>)>,
    /// What has been selected so far, by alias: SQLite lets filters and groups say it.
    aliases: Vec<(String, Made)>,
    windows: BTreeMap<String, WindowSpec>,
}

impl<'a> Scope<'a> {
    pub fn new(known: Columns<'a>, outer: Option<&'a Scope<'a>>) -> Self {
        Self { known, outer, tables: BTreeMap::new(), from: Vec::new(), aliases: Vec::new(), windows: BTreeMap::new() }
    }

    /// The same place without its own FROM: what a subquery in FROM sees.
    fn around(&self) -> Self {
        Self { tables: self.tables.clone(), ..Self::new(self.known, self.outer) }
    }

    fn table(&self, name: &str) -> Option<Relation> {
        self.tables.get(&name.to_ascii_lowercase()).cloned().or_else(|| self.outer.and_then(|outer| outer.table(name)))
    }

    pub fn window(&self, name: &str) -> Option<&WindowSpec> {
        self.windows.get(&name.to_ascii_lowercase())
    }

    /// The rows that this SELECT reads.
    pub fn rows(&self) -> Made {
        let mut rows = Made::default();
        for (_, relation, _) in &self.from {
            rows.take(relation.rows.clone());
        }
        rows
    }

    /// `column`, or `table.column`.
    pub fn column(&self, table: Option<&str>, column: &Ident) -> Made {
        let name = column.value.as_str();
        let mut scope = Some(self);
        while let Some(here) = scope {
            let fits = |alias: &str| table.is_none_or(|table| alias.eq_ignore_ascii_case(table));
            let mut closed = None;
            for (_, relation, merged) in here.from.iter().filter(|(alias, ..)| fits(alias)) {
                let is_merged = table.is_none() && merged.iter().any(|hidden| hidden.eq_ignore_ascii_case(name));
                if let Some(made) = relation.find(name).filter(|_| !is_merged) {
                    return made.clone();
                }
                closed = closed.or_else(|| relation.closed.clone());
            }
            if let Some(why) = closed {
                return Made::unknown(why);
            }
            if table.is_none()
                && let Some((_, made)) = here.aliases.iter().find(|(alias, _)| alias.eq_ignore_ascii_case(name))
            {
                return made.clone();
            }
            scope = here.outer;
        }
        // SQLite takes a name in double quotes that no table has for a text.
        if column.quote_style == Some('"') && table.is_none() {
            return Made::default();
        }
        Made::unknown(format!("no table that it reads has a column {name}"))
    }
}

/// The result of a query.
pub(super) fn query(query: &Query, known: Columns<'_>, outer: Option<&Scope<'_>>) -> Relation {
    let mut scope = Scope::new(known, outer);
    if let Some(with) = &query.with {
        for cte in &with.cte_tables {
            let relation = common_table(cte, with.recursive, &scope);
            scope.tables.insert(cte.alias.name.value.to_ascii_lowercase(), relation);
        }
    }
    let mut found = body(&query.body, &scope);
    if let (Some(_), Some(order)) = (&query.limit_clause, &query.order_by)
        && let OrderByKind::Expressions(by) = &order.kind
    {
        // With a limit the order decides which rows there are. It may speak of the SELECT's tables: read it in that SELECT's scope.
        if let SetExpr::Select(select) = query.body.as_ref() {
            let inner = select_scope(select, &scope);
            for expr in by {
                found.rows.decide_by(place_or(&expr.expr, &found.columns, &inner));
            }
            for (_, made) in &mut found.columns {
                made.deciding.extend(found.rows.deciding.iter().cloned());
            }
        }
    }
    found
}

fn common_table(cte: &Cte, recursive: bool, scope: &Scope<'_>) -> Relation {
    let name = cte.alias.name.value.to_ascii_lowercase();
    let names: Vec<String> = cte.alias.columns.iter().map(|column| column.name.value.clone()).collect();
    let mut inner = Scope::new(scope.known, scope.outer);
    inner.tables.clone_from(&scope.tables);
    if recursive && let SetExpr::SetOperation { left, .. } = cte.query.body.as_ref() {
        // Its first part alone, then with itself: whatever the second round reads stands in the first by then.
        let first = query_of(left, cte, &inner).renamed(&names);
        inner.tables.insert(name.clone(), first);
        let second = query(&cte.query, inner.known, Some(&inner)).renamed(&names);
        inner.tables.insert(name, second);
    }
    query(&cte.query, inner.known, Some(&inner)).renamed(&names)
}

/// One part of a query with the tables that its WITH names.
fn query_of(part: &SetExpr, cte: &Cte, scope: &Scope<'_>) -> Relation {
    let mut alone = (*cte.query).clone();
    *alone.body = part.clone();
    query(&alone, scope.known, Some(scope))
}

fn body(expr: &SetExpr, scope: &Scope<'_>) -> Relation {
    match expr {
        SetExpr::Select(one) => select(one, scope),
        SetExpr::Query(inner) => query(inner, scope.known, Some(scope)),
        SetExpr::SetOperation { left, right, .. } => body(left, scope).union(body(right, scope)),
        SetExpr::Values(values) => {
            let mut rows = values.rows.iter().map(|row| {
                let columns = row.content.iter().enumerate();
                let columns = columns.map(|(at, expr)| (format!("column{}", at + 1), expression::made(expr, scope))).collect();
                Relation { columns, ..Relation::default() }
            });
            let first = rows.next().unwrap_or_default();
            rows.fold(first, Relation::union)
        }
        _ => Relation::closed("it is not a SELECT".to_owned()),
    }
}

/// What names mean inside a SELECT.
fn select_scope<'a>(select: &Select, outer: &'a Scope<'a>) -> Scope<'a> {
    let mut scope = Scope::new(outer.known, Some(outer));
    for definition in &select.named_window {
        if let NamedWindowExpr::WindowSpec(spec) = &definition.1 {
            scope.windows.insert(definition.0.value.to_ascii_lowercase(), spec.clone());
        }
    }
    for table in &select.from {
        add_tables(table, &mut scope);
    }
    scope
}

fn select(select: &Select, outer: &Scope<'_>) -> Relation {
    let mut scope = select_scope(select, outer);
    let mut found = Relation { rows: scope.rows(), ..Relation::default() };
    for item in &select.projection {
        selected(item, &scope, &mut found);
    }
    scope.aliases = found.columns.iter().filter(|(name, _)| !name.is_empty()).cloned().collect();
    for expr in select.selection.iter().chain(&select.having) {
        found.rows.decide_by(expression::made(expr, &scope));
    }
    if let GroupByExpr::Expressions(groups, _) = &select.group_by {
        for expr in groups {
            found.rows.decide_by(place_or(expr, &found.columns, &scope));
        }
    }
    for (_, made) in &mut found.columns {
        made.deciding.extend(found.rows.deciding.iter().cloned());
    }
    found
}

/// An expression of GROUP BY or ORDER BY: a number is a place in the SELECT.
fn place_or(expr: &Expr, columns: &[(String, Made)], scope: &Scope<'_>) -> Made {
    let place = expr.to_string().parse::<usize>().ok().and_then(|place| columns.get(place.checked_sub(1)?));
    place.map_or_else(|| expression::made(expr, scope), |(_, made)| made.clone())
}

fn selected(item: &SelectItem, scope: &Scope<'_>, found: &mut Relation) {
    match item {
        SelectItem::UnnamedExpr(expr) => {
            let name = match expr {
                Expr::Identifier(name) => name.value.clone(),
                Expr::CompoundIdentifier(names) => names.last().map(|name| name.value.clone()).unwrap_or_default(),
                _ => String::new(),
            };
            found.columns.push((name, expression::made(expr, scope)));
        }
        SelectItem::ExprWithAlias { expr, alias } => found.columns.push((alias.value.clone(), expression::made(expr, scope))),
        SelectItem::Wildcard(_) => wildcard(None, scope, found),
        SelectItem::QualifiedWildcard(SelectItemQualifiedWildcardKind::ObjectName(name), _) => wildcard(Some(&text_of(name)), scope, found),
        other => found.closed = Some(format!("`{other}` is not followed")),
    }
}

fn wildcard(table: Option<&str>, scope: &Scope<'_>, found: &mut Relation) {
    for (alias, relation, merged) in &scope.from {
        if table.is_some_and(|table| !alias.eq_ignore_ascii_case(table)) {
            continue;
        }
        let shown = relation.columns.iter().filter(|(name, _)| table.is_some() || !merged.contains(name));
        found.columns.extend(shown.cloned());
        if found.closed.is_none() {
            found.closed.clone_from(&relation.closed);
        }
    }
}

fn add_tables(tables: &TableWithJoins, scope: &mut Scope<'_>) {
    add_table(&tables.relation, scope);
    for join in &tables.joins {
        add_table(&join.relation, scope);
        add_join(join, scope);
    }
}

/// What a join compares decides on rows; it is kept with the rows of the joined table.
fn add_join(join: &Join, scope: &mut Scope<'_>) {
    let (JoinOperator::Join(rule)
    | JoinOperator::Inner(rule)
    | JoinOperator::Left(rule)
    | JoinOperator::LeftOuter(rule)
    | JoinOperator::Right(rule)
    | JoinOperator::RightOuter(rule)
    | JoinOperator::FullOuter(rule)
    | JoinOperator::CrossJoin(rule)) = &join.join_operator
    else {
        return;
    };
    let mut deciding = Made::default();
    let mut merged = Vec::new();
    match rule {
        JoinConstraint::On(expr) => deciding.decide_by(expression::made(expr, scope)),
        JoinConstraint::Using(names) => {
            for name in names {
                let column = Ident::new(text_of(name));
                deciding.decide_by(scope.column(None, &column));
                if let Some((_, last, _)) = scope.from.last() {
                    deciding.decide_by(last.find(&column.value).cloned().unwrap_or_default());
                }
                merged.push(column.value);
            }
        }
        JoinConstraint::Natural => deciding.unknown = Some("a NATURAL join is not followed".to_owned()),
        JoinConstraint::None => {}
    }
    if let Some((_, last, hidden)) = scope.from.last_mut() {
        last.rows.take(deciding);
        *hidden = merged;
    }
}

fn add_table(table: &TableFactor, scope: &mut Scope<'_>) {
    let (relation, name, alias): (Relation, String, &Option<TableAlias>) = match table {
        TableFactor::Table { name, alias, args: None, .. } => (named(name, scope), text_of(name), alias),
        // It may read tables of WITH and, where it stands in a SELECT within another, columns of the outer one.
        TableFactor::Derived { subquery, alias, .. } => (query(subquery, scope.known, Some(&scope.around())), String::new(), alias),
        TableFactor::NestedJoin { table_with_joins, .. } => return add_tables(table_with_joins, scope),
        other => (Relation::closed(format!("`{other}` is not followed")), String::new(), &None),
    };
    let name = alias.as_ref().map_or_else(|| name.rsplit('.').next().unwrap_or_default().to_owned(), |alias| alias.name.value.clone());
    scope.from.push((name, relation, Vec::new()));
}

/// A table of WITH or of a schema.
fn named(name: &ObjectName, scope: &Scope<'_>) -> Relation {
    let text = text_of(name);
    if !text.contains('.')
        && let Some(relation) = scope.table(&text)
    {
        return relation;
    }
    let Some(columns) = (scope.known)(&text) else { return Relation::closed(format!("the columns of {text} are not known")) };
    Relation {
        columns: columns.iter().map(|column| (column.clone(), Made::of(ColumnId::new(&text, column)))).collect(),
        rows: Made::of(ColumnId::new(&text, ROWS)),
        closed: None,
    }
}

/// `schema.table` without quotes.
pub(super) fn text_of(name: &ObjectName) -> String {
    name.0.iter().filter_map(|part| part.as_ident()).map(|part| part.value.as_str()).collect::<Vec<_>>().join(".")
}
