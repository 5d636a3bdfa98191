//! Declared tests to checks: one SELECT of failing rows for each kind, after dbt's and Great Expectations' tests of these names.

use std::collections::BTreeMap;

use super::super::error::{Result, WarehouseError};
use super::super::graph::Graph;
use super::super::model::tables_used;
use super::check::{Check, Threshold};
use crate::store::data_test::{DataTest, Scalar, Severity, TestKind};

/// What tests need to know beyond the data.
#[derive(Debug, Clone, Copy)]
pub struct Known<'a> {
    /// ISO date that ages count from.
    pub as_of: &'a str,
    /// Rows of a table in earlier runs of its row-count test, by (table, name of the test).
    pub earlier_rows: &'a BTreeMap<(String, String), Vec<u64>>,
}

const CONFIG: &str = "workspace.toml";

/// Checks of the models' heads, of workspace.toml and of `tests/*.sql` (path, text).
pub fn declared(graph: &Graph, tests: &[DataTest], files: &[(String, String)], known: &Known<'_>) -> Result<Vec<Check>> {
    let mut checks = Vec::new();
    for model in graph.models() {
        for (line, test) in &model.tests {
            checks.push(check_of(test, &model.file, *line, known)?);
        }
    }
    for test in tests {
        checks.push(check_of(test, CONFIG, 1, known)?);
    }
    for (file, text) in files {
        checks.push(of_file(file, text)?);
    }
    Ok(checks)
}

/// A file of `tests/`: its head (`-- table:`, `-- severity:`, `-- error_if:`, `-- warn_if:`, `-- about:`), then one SELECT of failing rows. The
/// test has the name of the file; without a table in its head it is one of the first table that it reads.
fn of_file(file: &str, text: &str) -> Result<Check> {
    let used: Vec<String> = tables_used(text).into_iter().map(|(table, _)| table).collect();
    let wrong = |line: usize, message: String| WarehouseError::Model { file: file.to_owned(), line, message };
    let name = file.rsplit('/').next().unwrap_or(file).trim_end_matches(".sql").trim_end_matches(".SQL");
    let mut test = DataTest::of("", TestKind::Sql, None);
    test.name = Some(name.to_owned());
    let mut about = String::new();
    let mut head_lines = 0;
    for (at, line) in text.lines().enumerate() {
        let Some(comment) = line.strip_prefix("--") else { break };
        head_lines = at + 1;
        let Some((word, value)) = comment.split_once(':') else { continue };
        let value = value.trim().to_owned();
        match word.trim() {
            "table" => test.table = value,
            "severity" => {
                test.severity = Some(match value.as_str() {
                    "error" => Severity::Error,
                    "warn" => Severity::Warn,
                    other => return Err(wrong(at + 1, format!("the severity {other} is none of error, warn"))),
                });
            }
            "error_if" => test.error_if = Some(value),
            "warn_if" => test.warn_if = Some(value),
            "about" => about = value,
            other => return Err(wrong(at + 1, format!("the head has no word {other}; it has table, severity, error_if, warn_if, about"))),
        }
    }
    if test.table.is_empty() {
        test.table = used.first().cloned().ok_or_else(|| wrong(1, "the test reads no table of bronze, silver or gold".to_owned()))?;
    }
    test.sql = Some(text.lines().skip(head_lines).collect::<Vec<_>>().join("\n"));
    let known = Known { as_of: "", earlier_rows: &BTreeMap::new() };
    let mut check = check_of(&test, file, 1, &known)?;
    if !about.is_empty() {
        check.promise = about;
    }
    Ok(check)
}

/// `silver.dim_account` as SQL writes it.
pub(super) fn quoted(table: &str) -> String {
    table.split_once('.').map_or_else(|| column_sql(table), |(schema, name)| format!("{schema}.{}", column_sql(name)))
}

fn column_sql(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// `schema.table.column` -> (`schema.table`, `column`)
fn other_side(to: &str) -> Option<(&str, &str)> {
    let (table, column) = to.rsplit_once('.')?;
    is_table(table).then_some((table, column))
}

fn is_table(table: &str) -> bool {
    matches!(table.split_once('.'), Some(("bronze" | "silver" | "gold", name)) if !name.is_empty() && !name.contains('.'))
}

/// A declared test as a check. `place`, `line`: where it is declared, for errors.
pub fn check_of(test: &DataTest, place: &str, line: usize, known: &Known<'_>) -> Result<Check> {
    let wrong = |message: &str| WarehouseError::Model {
        file: place.to_owned(),
        line,
        message: format!("the test {} of {}: {message}", test.own_name(), test.table),
    };
    if !is_table(&test.table) {
        return Err(wrong("`table` names a table of bronze, silver or gold: table = \"silver.dim_account\""));
    }
    let threshold = |text: &Option<String>| match text {
        None => Ok(None),
        Some(text) => Threshold::parse(text).map(Some).ok_or_else(|| wrong("a threshold reads `> 10` or `>= 1 %`")),
    };
    let said = Said::of(test, known).map_err(|message| wrong(&message))?;
    let scope = test.condition.as_ref().map(|condition| format!("SELECT count(*) FROM {} WHERE ({condition})", quoted(&test.table)));
    Ok(Check {
        name: test.own_name(),
        kind: test.kind.name().to_owned(),
        column: test.column.clone().or_else(|| (!test.columns.is_empty()).then(|| test.columns.join(", "))),
        table: test.table.clone(),
        severity: test.gravity(),
        error_if: threshold(&test.error_if)?,
        warn_if: threshold(&test.warn_if)?,
        needs: said.needs,
        sql: said.sql,
        checked_sql: scope,
        promise: said.promise,
        finding: said.finding,
        place: place.to_owned(),
    })
}

/// What a kind comes to.
struct Said {
    sql: String,
    needs: Vec<String>,
    promise: String,
    finding: String,
}

impl Said {
    fn of(test: &DataTest, known: &Known<'_>) -> std::result::Result<Self, String> {
        let table = quoted(&test.table);
        let scope = test.condition.as_ref().map_or_else(|| "1".to_owned(), |condition| format!("({condition})"));
        let own = |sql: String, promise: String, finding: String| Self { sql, needs: Vec::new(), promise, finding };
        let column = || test.column.as_deref().ok_or_else(|| "it needs `column`".to_owned());
        Ok(match test.kind {
            TestKind::Unique => {
                let key = test.key();
                if key.is_empty() {
                    return Err("it needs `column` or `columns`".to_owned());
                }
                let list = key.iter().map(|name| column_sql(name)).collect::<Vec<_>>().join(", ");
                let filled = key.iter().map(|name| filled_sql(name)).collect::<Vec<_>>().join(" AND ");
                own(
                    format!("SELECT {list}, count(*) AS rows FROM {table} WHERE {scope} AND {filled} GROUP BY {list} HAVING count(*) > 1"),
                    format!("Every {} stands once.", key.join(", ")),
                    format!("values of {} stand more than once", key.join(", ")),
                )
            }
            TestKind::NotNull => {
                let column = column()?;
                own(
                    format!("SELECT * FROM {table} WHERE {scope} AND NOT ({})", filled_sql(column)),
                    format!("Every row has {column}."),
                    format!("rows have no {column}"),
                )
            }
            TestKind::AcceptedValues => Self::accepted_values(test, column()?, &table, &scope)?,
            TestKind::Relationships => Self::relationships(test, column()?, &table, &scope)?,
            TestKind::Range => Self::range(test, column()?, &table, &scope)?,
            TestKind::Regex => Self::regex(test, column()?, &table, &scope)?,
            TestKind::Length => {
                let column = column()?;
                let outside = outside_sql(&format!("length({})", column_sql(column)), test)?;
                own(
                    format!("SELECT * FROM {table} WHERE {scope} AND {} AND ({outside})", filled_sql(column)),
                    format!("Every {column} is {} characters long.", bounds(test)),
                    format!("rows have a {column} that is not {} characters long", bounds(test)),
                )
            }
            TestKind::Freshness => {
                let column = column()?;
                let days = test.max_age_days.ok_or("it needs `max_age_days`")?;
                let as_of = Scalar::Text(known.as_of.to_owned()).literal_sql();
                own(
                    format!(
                        "SELECT newest, {as_of} AS as_of FROM (SELECT max(to_date({})) AS newest FROM {table} WHERE {scope})
                         WHERE newest IS NULL OR julianday({as_of}) - julianday(newest) > {days:?}",
                        column_sql(column)
                    ),
                    format!("The newest {column} is at most {days} days before the as-of date."),
                    format!("newest {column} is more than {days} days before the as-of date, or missing"),
                )
            }
            TestKind::RowCount => Self::row_count(test, &table, &scope, known)?,
            TestKind::Sum | TestKind::Ratio => Self::sums(test, column()?, &table, &scope)?,
            TestKind::Sql => {
                let sql = test.sql.as_ref().ok_or("it needs `sql`")?.trim().trim_end_matches(';').to_owned();
                let needs = tables_used(&sql).into_iter().map(|(used, _)| used).filter(|used| *used != test.table).collect();
                Self { sql, needs, promise: "No row is returned.".to_owned(), finding: "rows are returned".to_owned() }
            }
        })
    }

    fn accepted_values(test: &DataTest, column: &str, table: &str, scope: &str) -> std::result::Result<Self, String> {
        if test.values.is_empty() {
            return Err("it needs `values`".to_owned());
        }
        // Sources hold text, models numbers: both are compared as text.
        let list = test.values.iter().map(|value| Scalar::Text(value.plain()).literal_sql()).collect::<Vec<_>>().join(", ");
        let (filled, name) = (filled_sql(column), column_sql(column));
        Ok(Self {
            sql: format!("SELECT * FROM {table} WHERE {scope} AND {filled} AND CAST({name} AS TEXT) NOT IN ({list})"),
            needs: Vec::new(),
            promise: format!("Every {column} is one of {}.", test.values.len()),
            finding: format!("rows have a {column} that is none of the {} accepted values", test.values.len()),
        })
    }

    fn regex(test: &DataTest, column: &str, table: &str, scope: &str) -> std::result::Result<Self, String> {
        let pattern = test.pattern.as_ref().ok_or("it needs `pattern`")?;
        regex::Regex::new(pattern).map_err(|error| format!("`pattern` is no regular expression: {error}"))?;
        let literal = Scalar::Text(pattern.clone()).literal_sql();
        Ok(Self {
            sql: format!(
                "SELECT * FROM {table} WHERE {scope} AND {} AND NOT regexp({literal}, {})",
                filled_sql(column),
                column_sql(column)
            ),
            needs: Vec::new(),
            promise: format!("Every {column} has the form {pattern}."),
            finding: format!("rows have a {column} of another form than {pattern}"),
        })
    }

    fn relationships(test: &DataTest, column: &str, table: &str, scope: &str) -> std::result::Result<Self, String> {
        let to = test.to.as_deref().ok_or("it needs `to`: to = \"silver.dim_branch.branch_id\"")?;
        let (other, key) = other_side(to).ok_or("`to` reads schema.table.column")?;
        let key_sql = column_sql(key);
        Ok(Self {
            sql: format!(
                "SELECT * FROM {table} WHERE {scope} AND {} AND CAST({} AS TEXT) NOT IN (SELECT CAST({key_sql} AS TEXT) FROM {} WHERE {key_sql} IS NOT NULL)",
                filled_sql(column),
                column_sql(column),
                quoted(other)
            ),
            needs: vec![other.to_owned()],
            promise: format!("Every {column} is a {key} of {other}."),
            finding: format!("rows have a {column} that is no {key} of {other}"),
        })
    }

    fn range(test: &DataTest, column: &str, table: &str, scope: &str) -> std::result::Result<Self, String> {
        let is_date = [&test.min, &test.max].iter().any(|bound| matches!(bound, Some(Scalar::Text(_))));
        let name = column_sql(column);
        let value = if is_date {
            format!("to_date({name})")
        } else {
            format!("CASE typeof({name}) WHEN 'text' THEN to_real({name}) ELSE {name} END")
        };
        let outside = outside_sql(&value, test)?;
        Ok(Self {
            sql: format!("SELECT * FROM {table} WHERE {scope} AND {} AND ({value} IS NULL OR {outside})", filled_sql(column)),
            needs: Vec::new(),
            promise: format!("Every {column} is {}.", bounds(test)),
            finding: format!("rows have a {column} that is not {}", bounds(test)),
        })
    }

    fn row_count(test: &DataTest, table: &str, scope: &str, known: &Known<'_>) -> std::result::Result<Self, String> {
        let name = (test.table.clone(), test.own_name());
        let earlier = known.earlier_rows.get(&name).map(Vec::as_slice).unwrap_or_default();
        let mut outside = Vec::new();
        if test.min.is_some() || test.max.is_some() {
            outside.push(outside_sql("rows", test)?);
        }
        let change = test.max_change.unwrap_or(0.5);
        let mut promise = format!("The number of rows is {}.", bounds(test));
        if outside.is_empty() || test.max_change.is_some() {
            promise = format!("The number of rows is within {} % of the mean of earlier runs.", change * 100.0);
            if !earlier.is_empty() {
                #[expect(clippy::cast_precision_loss, reason = "a mean of row counts")]
                let mean = earlier.iter().map(|rows| *rows as f64).sum::<f64>() / earlier.len() as f64;
                outside.push(format!("abs(rows - {mean:?}) > {:?}", change * mean));
            }
        }
        let outside = if outside.is_empty() { "0".to_owned() } else { outside.join(" OR ") };
        Ok(Self {
            sql: format!("SELECT rows FROM (SELECT count(*) AS rows FROM {table} WHERE {scope}) WHERE {outside}"),
            needs: Vec::new(),
            promise,
            finding: "number of rows is unlike what is expected".to_owned(),
        })
    }

    fn sums(test: &DataTest, column: &str, table: &str, scope: &str) -> std::result::Result<Self, String> {
        let to = test.to.as_deref().ok_or("it needs `to`: to = \"silver.fct_ledger_entries.amount_minor\"")?;
        let (other, there) = other_side(to).ok_or("`to` reads schema.table.column")?;
        let by = test.by.as_ref().map_or_else(|| "'all'".to_owned(), |by| column_sql(by));
        let to_scope = test.to_where.as_ref().map_or_else(|| "1".to_owned(), |condition| format!("({condition})"));
        let sums = format!(
            "SELECT group_value, coalesce(sum(l), 0) AS here, coalesce(sum(r), 0) AS there FROM (
             SELECT {by} AS group_value, {} AS l, NULL AS r FROM {table} WHERE {scope}
             UNION ALL SELECT {by}, NULL, {} FROM {} WHERE {to_scope}) GROUP BY group_value",
            column_sql(column),
            column_sql(there),
            quoted(other)
        );
        let (outside, promise, finding) = if test.kind == TestKind::Sum {
            let tolerance = test.tolerance.unwrap_or(0.0);
            (
                // Sums of decimals written as text carry the dust of binary fractions.
                format!("round(abs(here - there), 6) > {tolerance:?}"),
                format!("The sums of {column} and of {to} are equal."),
                format!("sums of {column} are not those of {to}"),
            )
        } else {
            (
                format!("there = 0 OR {}", outside_sql("(1.0 * here / there)", test)?),
                format!("The ratio of the sums of {column} and {to} is {}.", bounds(test)),
                format!("ratios of the sums of {column} and {to} are not {}", bounds(test)),
            )
        };
        Ok(Self {
            sql: format!("SELECT * FROM ({sums}) WHERE {outside}"),
            needs: if other == test.table { Vec::new() } else { vec![other.to_owned()] },
            promise,
            finding,
        })
    }
}

/// A blank is as good as nothing, whatever layer it is in.
fn filled_sql(column: &str) -> String {
    format!("coalesce(trim({}), '') <> ''", column_sql(column))
}

fn outside_sql(value: &str, test: &DataTest) -> std::result::Result<String, String> {
    let below = test.min.as_ref().map(|min| format!("{value} < {}", min.literal_sql()));
    let above = test.max.as_ref().map(|max| format!("{value} > {}", max.literal_sql()));
    let parts: Vec<String> = below.into_iter().chain(above).collect();
    if parts.is_empty() { Err("it needs `min` or `max`".to_owned()) } else { Ok(parts.join(" OR ")) }
}

fn bounds(test: &DataTest) -> String {
    match (&test.min, &test.max) {
        (Some(min), Some(max)) => format!("{} to {}", min.plain(), max.plain()),
        (Some(min), None) => format!("{} or more", min.plain()),
        (None, Some(max)) => format!("{} or less", max.plain()),
        (None, None) => "as before".to_owned(),
    }
}
