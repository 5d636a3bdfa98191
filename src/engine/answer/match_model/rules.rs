//! Blocking rules in words, with what they gave and their largest blocks.

use rustc_hash::FxHashMap;

use crate::base::money::group_thousands;
use crate::engine::answer::sqlite;
use crate::engine::answer::words::counted;
use crate::engine::error::EngineError;
use crate::engine::ops::match_desk::Preview;
use crate::engine::pages::{BlockLine, MatchField, MatchRule, RuleCounts};
use crate::engine::session::Session;
use crate::matching::diagnostics::{Diagnostics, RuleReport};
use crate::matching::settings::{BlockingRule, FieldKind, Key, Transform};
use crate::matching::{MatchConfig, Model};
use crate::stewardship::{CustomerRecord, Field};
use crate::store::silver::{has_table, records_by_id};

pub fn rules(
    session: &Session,
    shown: &MatchConfig,
    applied: &MatchConfig,
    last: Option<&Diagnostics>,
    preview: Option<&Preview>,
    trained: Option<&Model>,
) -> Result<Vec<MatchRule>, EngineError> {
    let report = |name: &str| -> Option<&RuleReport> {
        let of = |all: &'_ Diagnostics| all.blocking.rules.iter().position(|rule| rule.blocking_rule == name);
        // What is in force first; a rule that only the preview has used has its counts from there.
        match (last, preview) {
            (Some(last), _) if of(last).is_some() => of(last).and_then(|at| last.blocking.rules.get(at)),
            (_, Some(preview)) => of(&preview.diagnostics).and_then(|at| preview.diagnostics.blocking.rules.get(at)),
            _ => None,
        }
    };
    let all = shown.rules();
    let ids: Vec<i64> = all
        .iter()
        .filter_map(|(rule, _)| report(&rule.blocking_rule))
        .flat_map(|report| report.largest.iter().map(|block| i64::from(block.example) + 1))
        .collect();
    let examples = examples(session, &ids)?;
    let was = applied.rules();
    Ok(all
        .into_iter()
        .map(|(rule, on)| {
            let found = report(&rule.blocking_rule);
            let left_out = trained.is_some_and(|model| shown.is_left_out(&rule.blocking_rule, model));
            let kept = |config: &MatchConfig| config.karat.rules_kept.contains(&rule.blocking_rule);
            MatchRule {
                rule: rule.blocking_rule.clone(),
                title: title(rule),
                code: if rule.keys.is_empty() { "true".to_owned() } else { rule.keys.iter().map(code).collect::<Vec<_>>().join(", ") },
                on: on && !left_out,
                left_out: on && left_out,
                changed: was.iter().all(|(known, was_on)| *known != rule || *was_on != on) || kept(shown) != kept(applied),
                counts: found.map(counts),
                largest: found.map(|found| largest(found, rule, shown, &examples)).unwrap_or_default(),
            }
        })
        .collect())
}

fn counts(report: &RuleReport) -> RuleCounts {
    RuleCounts {
        pairs: report.pairs,
        new_pairs: report.new_pairs,
        expected_new_matches: report.expected_new_matches,
        only_here: report.only_here,
        found: report.found,
        skipped_blocks: report.skipped_blocks,
        skipped_records: report.skipped_records,
        skipped_pairs: report.skipped_pairs,
    }
}

/// Records that stand for blocks, by row.
fn examples(session: &Session, ids: &[i64]) -> Result<FxHashMap<i64, CustomerRecord>, EngineError> {
    let conn = session.reader_of(None)?;
    if ids.is_empty() || !sqlite(has_table(&conn, "silver", "customer_record"))? {
        return Ok(FxHashMap::default());
    }
    let mut wanted = ids.to_vec();
    wanted.sort_unstable();
    wanted.dedup();
    let found = sqlite(records_by_id(&conn, &wanted))?;
    // Ids that are not there are left out: then which is whose cannot be told, and no value is shown rather than a wrong one.
    Ok(if found.len() == wanted.len() { wanted.into_iter().zip(found).collect() } else { FxHashMap::default() })
}

fn largest(report: &RuleReport, rule: &BlockingRule, config: &MatchConfig, examples: &FxHashMap<i64, CustomerRecord>) -> Vec<BlockLine> {
    report
        .largest
        .iter()
        .map(|block| {
            let value = examples.get(&(i64::from(block.example) + 1)).map(|record| key_of(record, rule, config)).unwrap_or_default();
            BlockLine { records: block.records, pairs: block.pairs, skipped: block.skipped, value }
        })
        .collect()
}

/// The values that a record's key is made of.
fn key_of(record: &CustomerRecord, rule: &BlockingRule, config: &MatchConfig) -> String {
    let value = |key: &Key| {
        let columns =
            config.settings.field(&key.field).map(|field| field.inputs.iter().map(|input| input.column.as_str()).collect::<Vec<_>>());
        columns
            .unwrap_or_default()
            .into_iter()
            .filter_map(|column| Field::ALL.iter().find(|field| field.column() == column).and_then(|field| record.get(*field)))
            .collect::<Vec<_>>()
            .join(" ")
    };
    rule.keys.iter().map(value).filter(|text| !text.is_empty()).collect::<Vec<_>>().join(", ")
}

/// What the guard left out, most pairs first.
pub fn notes(diagnostics: &Diagnostics) -> Vec<String> {
    let mut skipped: Vec<&RuleReport> = diagnostics.blocking.rules.iter().filter(|rule| rule.skipped_blocks > 0).collect();
    skipped.sort_by_key(|rule| std::cmp::Reverse(rule.skipped_pairs));
    skipped
        .into_iter()
        .map(|rule| {
            format!(
                "\u{201c}{}\u{201d} left out {} of {}, which would make {} pairs: too many to compare.",
                rule.blocking_rule,
                counted(rule.skipped_blocks, "block"),
                counted(rule.skipped_records, "record"),
                group_thousands(rule.skipped_pairs)
            )
        })
        .collect()
}

/// "Birth date" for `birth_date`: as the customer pages call it where they know it.
pub fn field_title(name: &str) -> String {
    let known = Field::ALL.iter().find(|field| field.column() == name).map(|field| field.label());
    if name == "whole_name" {
        return "Whole name".to_owned();
    }
    known.map_or_else(|| super::super::review::capitalised(&name.replace('_', " ")), str::to_owned)
}

/// "Same postcode and first 2 of surname"
fn title(rule: &BlockingRule) -> String {
    if rule.keys.is_empty() {
        return "Every pair".to_owned();
    }
    let words = rule.keys.iter().map(|key| way(key.transform, &field_title(&key.field).to_lowercase())).collect::<Vec<_>>();
    format!("Same {}", words.join(" and "))
}

fn way(transform: Transform, field: &str) -> String {
    let field = field.replace("e-mail", "e\u{2011}mail");
    match transform {
        Transform::Whole => field,
        Transform::Prefix(count) => format!("first {count} of {field}"),
        Transform::Last(count) => format!("last {count} of {field}"),
        Transform::Phonetic => format!("{field} sound"),
        Transform::FullForm => format!("full form of {field}"),
        Transform::SortedTokens => format!("words of {field}"),
        Transform::Year => format!("year of {field}"),
        Transform::YearMonth => format!("month and year of {field}"),
        Transform::MonthDay => format!("day and month of {field}"),
        Transform::LocalPart => format!("{field} before the @"),
        Transform::HouseNumber => format!("number of {field}"),
        Transform::StreetName => format!("name of {field}"),
        Transform::Tokens => format!("any word of {field}"),
    }
}

/// `left(last_name, 4)`
fn code(key: &Key) -> String {
    let field = &key.field;
    match key.transform {
        Transform::Whole => field.clone(),
        Transform::Prefix(count) => format!("left({field}, {count})"),
        Transform::Last(count) => format!("right({field}, {count})"),
        Transform::Phonetic => format!("sound({field})"),
        Transform::FullForm => format!("full_form({field})"),
        Transform::SortedTokens => format!("sorted({field})"),
        Transform::Year => format!("year({field})"),
        Transform::YearMonth => format!("month({field})"),
        Transform::MonthDay => format!("day_month({field})"),
        Transform::LocalPart => format!("local({field})"),
        Transform::HouseNumber => format!("number({field})"),
        Transform::StreetName => format!("name({field})"),
        Transform::Tokens => format!("words({field})"),
    }
}

/// Fields with the keys that can be made of them.
pub fn fields(config: &MatchConfig) -> Vec<MatchField> {
    config
        .settings
        .fields
        .iter()
        .map(|field| {
            let title = field_title(&field.name);
            let ways = transforms(field.kind).into_iter().map(|transform| (transform, way(transform, &title.to_lowercase()))).collect();
            MatchField { field: field.name.clone(), title, ways }
        })
        .collect()
}

fn transforms(kind: FieldKind) -> Vec<Transform> {
    use Transform::{
        FullForm, HouseNumber, Last, LocalPart, MonthDay, Phonetic, Prefix, SortedTokens, StreetName, Tokens, Whole, Year, YearMonth,
    };
    match kind {
        FieldKind::GivenName => vec![Whole, FullForm, Phonetic, Prefix(1), Prefix(3), Prefix(4)],
        FieldKind::FamilyName => vec![Whole, Phonetic, Prefix(2), Prefix(3), Prefix(4)],
        FieldKind::Email => vec![Whole, LocalPart, Prefix(10)],
        FieldKind::Phone => vec![Whole, Last(7), Last(4)],
        FieldKind::Date => vec![Whole, Year, YearMonth, MonthDay],
        FieldKind::Street => vec![Whole, StreetName, HouseNumber, Prefix(5)],
        FieldKind::Postcode => vec![Whole, Prefix(4), Prefix(3)],
        FieldKind::City => vec![Whole, Phonetic, Prefix(4)],
        FieldKind::Text | FieldKind::Organisation => vec![Whole, SortedTokens, Tokens, Prefix(6)],
        FieldKind::Suffix | FieldKind::Gender | FieldKind::Id | FieldKind::Category | FieldKind::Number | FieldKind::Position => {
            vec![Whole]
        }
        FieldKind::List => vec![Whole, Tokens],
    }
}
