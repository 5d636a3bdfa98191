//! Expressions against a table of DuckDB's answers (made by `benches/peers/duckdb_values.py`), and what is refused.

use super::kinds::{Kind, resolve};
use super::tree::Node;
use super::{Dialect, Frame, Naming, Side, Value, eval::Source, evaluate, parse, time};

/// A pair of which no column is read.
struct Nothing;

impl Source for Nothing {
    fn value(&self, _: usize, _: Side) -> &Value {
        &Value::Null
    }
}

fn computed(sql: &str) -> Value {
    // Kinds are told for conditions; the value is made one.
    let mut node = parse(&format!("({sql}) IS NULL"), Dialect::DuckDb, Naming::Suffix, &mut Vec::new()).unwrap();
    resolve(&mut [&mut node], &[], Dialect::DuckDb).unwrap();
    let Node::IsNull(inner) = &node else { panic!("{sql}") };
    let value = evaluate(inner, &mut Frame::new(&Nothing, Dialect::DuckDb)).unwrap_or_else(|fault| panic!("{sql}: {fault:?}"));
    value.into_owned()
}

fn is_as_told(value: &Value, kind: &str, text: &str) -> bool {
    match value {
        Value::Null => kind == "null",
        Value::Bool(found) => kind == "bool" && found.to_string() == text,
        // DuckDB's decimals and Python's floats print alike; sines may differ in the last bit.
        Value::Number(found) => {
            let told: f64 = text.parse().unwrap_or(f64::NAN);
            kind == "number" && (*found == told || (found - told).abs() <= 4.0 * f64::EPSILON * told.abs())
        }
        Value::Text(found) => kind == "text" && **found == *text,
        Value::Date(_) | Value::Time(_) => {
            let at = |value: &Value| if let Value::Date(at) | Value::Time(at) = value { Some(*at) } else { None };
            kind == "time" && time::read(text).as_ref().and_then(at) == at(value)
        }
        Value::List(items) => {
            let parts: Vec<&str> = text.split('|').collect();
            kind == "list"
                && items.len() == parts.len()
                && items.iter().zip(parts).all(|(item, part)| is_as_told(item, part_kind(item), part))
        }
        Value::Fault(_) => false,
    }
}

fn part_kind(item: &Value) -> &'static str {
    if matches!(item, Value::Number(_)) { "number" } else { "text" }
}

#[test]
fn every_expression_is_what_duckdb_says() {
    let mut wrong = Vec::new();
    for line in include_str!("duckdb_values.tsv").lines() {
        let [sql, kind, text] = line.splitn(3, '\t').collect::<Vec<_>>()[..] else { panic!("{line}") };
        let value = computed(sql);
        if !is_as_told(&value, kind, text) {
            wrong.push(format!("{sql}: DuckDB {kind} {text}, here {value:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn kinds_of(sql: &str, dialect: Dialect) -> Result<Vec<(String, Kind)>, String> {
    let mut names = Vec::new();
    let mut node = parse(sql, dialect, Naming::Suffix, &mut names)?;
    let kinds = resolve(&mut [&mut node], &names, dialect).map_err(|(_, reason)| reason)?;
    Ok(names.into_iter().zip(kinds).collect())
}

#[test]
fn the_use_of_a_column_tells_its_kind() {
    let kind = |sql: &str| kinds_of(sql, Dialect::DuckDb).unwrap()[0].1;
    assert_eq!(kind("\"a_l\" = \"a_r\""), Kind::Unknown);
    assert_eq!(kind("levenshtein(\"a_l\", \"a_r\") <= 1"), Kind::Text);
    assert_eq!(kind("ABS(\"n_l\" - \"n_r\") <= 3"), Kind::Number);
    assert_eq!(kind("ABS(EPOCH(\"t_l\") - EPOCH(\"t_r\")) <= 86400"), Kind::Time);
    assert_eq!(kind("array_length(list_intersect(\"x_l\", \"x_r\")) >= 1"), Kind::List);
    assert_eq!(kind("\"d_l\" = CAST('2000-01-01' AS DATE)"), Kind::Time);
    let percent = "(ABS(\"n_l\" - \"n_r\") / (CASE WHEN \"n_r\" > \"n_l\" THEN \"n_r\" ELSE \"n_l\" END)) < 0.2";
    assert_eq!(kind(percent), Kind::Number);
}

#[test]
fn what_is_not_known_is_refused_with_its_name() {
    let refused = |sql: &str| kinds_of(sql, Dialect::DuckDb).unwrap_err();
    assert!(refused("soundex(a_l) = soundex(a_r)").contains("soundex()"));
    assert!(refused("a_l = b").contains("\"b\" is not a column of one side"));
    assert!(refused("a_l < a_r").contains("cast them"));
    assert!(refused("levenshtein(a_l, a_r) < 2 and abs(a_l - a_r) < 2").contains("is used as"));
    assert!(refused("a_l = 'x").contains("quote"));
    assert!(refused("a_l = a_r)").contains("not expected"));
    assert!(refused("st_l['lat'] = st_r['lat']").contains("struct"));
    assert!(refused("regexp_extract(a_l, '(?=x)', 0) = 'x'").contains("regular expression"));
    assert!(refused("try_strptime(a_l, '%Q') = try_strptime(a_r, '%Q')").contains("%Q"));
    assert!(refused("(select 1) = a_l").contains("select"));
    assert!(kinds_of("n_l / n_r < 2", Dialect::Sqlite).unwrap_err().contains("fractions"));
}

#[test]
fn each_dialect_has_its_quotes_and_names() {
    let names = |sql: &str, dialect| kinds_of(sql, dialect).unwrap().into_iter().map(|(name, _)| name).collect::<Vec<_>>();
    assert_eq!(names("`first name_l` = `first name_r`", Dialect::Spark), ["first name"]);
    assert_eq!(names("`a_l` = 'O\\'Neil'", Dialect::Spark), ["a"]);
    assert_eq!(names("jaro_winkler(`a_l`, `a_r`) >= 0.9", Dialect::Spark), ["a"]);
    let spark = "abs(datediff(date(try_to_timestamp(`t_l`, 'yyyy-MM-dd')), date(try_to_timestamp(`t_r`, 'yyyy-MM-dd')))) <= floor(2629800.0 / 86400)";
    assert_eq!(names(spark, Dialect::Spark), ["t"]);
    let pairwise = "list_min(list_transform(flatten(list_transform(\"x_l\", x -> list_transform(\"x_r\", y -> [x, y]))), pair -> levenshtein(pair[1], pair[2]))) <= 1";
    assert_eq!(names(pairwise, Dialect::DuckDb), ["x"]);
    let cosine = "(aggregate(zip_with(`e_l`, `e_r`, (x, y) -> x * y), CAST(0.0 AS DOUBLE), (acc, x) -> acc + x)) >= 0.9";
    assert_eq!(names(cosine, Dialect::Spark), ["e"]);
}

#[test]
fn lambdas_reach_what_stands_around_them() {
    assert_eq!(computed("list_transform([1, 2], x -> list_transform([10], y -> x + y)[1])"), computed("[11, 12]"));
    assert_eq!(computed("list_filter([1, 2, 3], lambda x: x > 1)"), computed("[2, 3]"));
}
