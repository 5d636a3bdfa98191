//! The standardised columns that an exported model reads, one entry per record in the order of the input.

use rayon::prelude::*;

use crate::base::RunCtx;

use super::super::super::blocking::entries_of;
use super::super::super::comparison::{Comparer, Conflicts};
use super::super::super::error::MatchError;
use super::super::super::fields::{FieldData, Fields, LIST_SEPARATOR, NULL, Value, standardise_records};
use super::super::super::generics::{Sharing, find_shared};
use super::super::super::levels::{difference, organisation};
use super::super::super::model::Model;
use super::super::super::records::{Column, Records};
use super::super::super::settings::{ComparisonKind as Kind, Transform};
use super::super::super::standardise::{address, email, fold, nickname, phonetic::phonetic};
use super::key_column;

/// A column's name and how a value becomes its text.
type Part = (String, fn(&Value) -> Option<String>);

/// All columns of the exported model; ids and sources are added by whoever writes them.
pub fn native_columns(model: &Model, records: &Records, ctx: &RunCtx) -> Result<Vec<Column>, MatchError> {
    let settings = &model.settings;
    let fields = standardise_records(records, settings, ctx)?;
    ctx.check()?;
    let mut comparer = Comparer::new(&fields, settings)?;
    let conflicts = Conflicts::new(settings)?;
    find_shared(&mut comparer, settings, &conflicts, ctx)?;
    ctx.check()?;
    let mut columns: Vec<Column> = Vec::new();
    for (at, comparison) in settings.comparisons.iter().enumerate() {
        let field = &fields.fields[comparer.field_of(at)];
        for (name, text) in parts(comparison.kind, &comparison.output_column_name) {
            columns.push(column(name, &fields, field, comparer.sharing[at].as_ref(), text));
        }
        if matches!(comparison.kind, Kind::Email | Kind::Phone) {
            columns.push(shared_column(&comparison.output_column_name, &fields, field, comparer.sharing[at].as_ref()));
        }
        ctx.check()?;
    }
    for (at, rule) in settings.blocking_rules_to_generate_predictions.iter().enumerate() {
        let explodes = rule.keys.iter().any(|key| key.transform == Transform::Tokens);
        let mut keys: Vec<Vec<String>> = vec![Vec::new(); fields.len()];
        for (key, record) in entries_of(&fields, rule)? {
            keys[fields.row[record as usize] as usize].push(format!("k{key:x}"));
        }
        let values = keys.into_par_iter().map(|keys| written(&keys, explodes)).collect();
        columns.push(Column { name: key_column(at), values });
        ctx.check()?;
    }
    Ok(columns)
}

/// One key, or all of them as a list.
fn written(keys: &[String], explodes: bool) -> Option<Box<str>> {
    match keys {
        [] => None,
        [first, ..] if !explodes => Some(first.as_str().into()),
        all => Some(format!("[{}]", all.join(", ")).into()),
    }
}

/// A column of one entry per input row; a value that says nothing about anybody (generic) has none.
fn column(name: String, fields: &Fields, field: &FieldData, sharing: Option<&Sharing>, text: fn(&Value) -> Option<String>) -> Column {
    let numbers = 0..u32::try_from(field.values.len()).unwrap_or(NULL);
    let texts: Vec<Option<Box<str>>> = numbers
        .into_par_iter()
        .map(|number| {
            if sharing.is_some_and(|sharing| sharing.is_generic(number)) {
                return None;
            }
            text(&field.values[number as usize]).filter(|text| !text.is_empty()).map(Into::into)
        })
        .collect();
    spread(name, fields, field, &texts)
}

/// Whether different people are seen to carry a value.
fn shared_column(name: &str, fields: &Fields, field: &FieldData, sharing: Option<&Sharing>) -> Column {
    let numbers = 0..u32::try_from(field.values.len()).unwrap_or(NULL);
    let texts: Vec<Option<Box<str>>> =
        numbers.map(|number| sharing.is_some_and(|sharing| sharing.is_shared(number)).then(|| "yes".into())).collect();
    spread(format!("{name}_shared"), fields, field, &texts)
}

fn spread(name: String, fields: &Fields, field: &FieldData, texts: &[Option<Box<str>>]) -> Column {
    let mut values = vec![None; fields.len()];
    for (id, row) in field.ids.iter().zip(&fields.row) {
        values[*row as usize] = texts.get(*id as usize).cloned().flatten();
    }
    Column { name, values }
}

/// The columns of a comparison besides whether its value is shared.
fn parts(kind: Kind, name: &str) -> Vec<Part> {
    let whole: Part = (name.to_owned(), |value| Some(value.text.to_string()));
    let part = |ending: &str, text: fn(&Value) -> Option<String>| -> Part { (format!("{name}_{ending}"), text) };
    match kind {
        Kind::GivenName => {
            vec![whole, part("forms", forms), part("sound", |value| Some(phonetic(&run(value))).filter(|key| key.len() >= 2))]
        }
        Kind::FamilyName => vec![
            whole,
            part("parts", |value| Some(value.tokens.iter().filter(|token| token.len() > 2).cloned().collect::<Vec<_>>().join(" "))),
            part("sound", sound),
        ],
        Kind::Organisation => vec![
            whole,
            part("core", |value| Some(organisation::core_words(value).join(" "))),
            part("sorted", |value| {
                let mut words = organisation::core_words(value);
                words.sort_unstable();
                Some(words.join(" "))
            }),
        ],
        Kind::Email => vec![
            whole,
            part("local", |value| value.tokens.first().map(ToString::to_string)),
            part("letters", |value| value.tokens.first().map(|local| local.chars().filter(char::is_ascii_alphabetic).collect())),
            part("digits", |value| value.tokens.first().map(|local| fold::digits_of(local))),
            part("rare_domain", |value| value.tokens.get(1).filter(|domain| !email::is_common_provider(domain)).map(ToString::to_string)),
        ],
        Kind::Phone => vec![(name.to_owned(), |value| Some(value.squeezed().to_owned()))],
        Kind::Date => vec![
            (name.to_owned(), |value| value.date.is_full().then(|| value.date.text().replace('-', ""))),
            part("year", |value| known(value.date.year)),
            part("month", |value| known(u16::from(value.date.month))),
            part("day", |value| known(u16::from(value.date.day))),
        ],
        Kind::Street => vec![
            whole,
            part("number", |value| address::house_number(&value.text).map(str::to_owned)),
            part("words", |value| {
                let words = value.tokens.iter().filter(|token| !token.bytes().any(|b| b.is_ascii_digit()));
                Some(words.cloned().collect::<Vec<_>>().join(" "))
            }),
        ],
        Kind::Postcode => vec![whole, part("district", district)],
        Kind::DateDifference => vec![(name.to_owned(), |value| value.date.is_full().then(|| value.date.text()))],
        Kind::Distance => vec![
            part("lat", |value| difference::position(&value.text).map(|at| at.0.to_string())),
            part("long", |value| difference::position(&value.text).map(|at| at.1.to_string())),
        ],
        Kind::Jaccard | Kind::Cosine => vec![(name.to_owned(), |value| {
            let mut words: Vec<&str> = value.tokens.iter().map(AsRef::as_ref).collect();
            words.sort_unstable();
            words.dedup();
            Some(words.join(LIST_SEPARATOR))
        })],
        Kind::Suffix | Kind::Gender | Kind::Category | Kind::City | Kind::Id | Kind::Text | Kind::Number | Kind::List => vec![whole],
    }
}

fn known(part: u16) -> Option<String> {
    // Two digits, so that the parts of a date compare with each other as text.
    (part != 0).then(|| format!("{part:02}"))
}

/// The numbers of the names of which the first word is a form, as words.
fn forms(value: &Value) -> Option<String> {
    let first = value.tokens.first().filter(|first| first.len() > 1)?;
    Some(nickname::rows(first).iter().map(u16::to_string).collect::<Vec<_>>().join(" "))
}

fn run(value: &Value) -> String {
    value.text.chars().filter(|c| *c != ' ').collect()
}

fn sound(value: &Value) -> Option<String> {
    let run = run(value);
    (run.len() >= 4).then(|| phonetic(&run))
}

fn district(value: &Value) -> Option<String> {
    let digits = if value.text.bytes().all(|b| b.is_ascii_digit()) { 3 } else { 4 };
    (value.text.is_ascii() && value.text.len() > digits).then(|| value.text[..digits].to_owned())
}
