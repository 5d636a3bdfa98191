//! Settings for `silver.customer_record`: the customers of a bank in four systems.

use crate::matching::settings::{Field, FieldKind, Input, LinkType, Part, Settings};

use super::choose::{comparisons_for, conflict};
use super::rules::blocking_rules;

/// A wrong merge in a bank shows one customer the accounts of another: a tenth of what `karat match` takes in stride.
const PRECISION_AT_LEAST: f64 = 0.999;

/// Columns of `silver.customer_record` that are compared, and what they mean.
const COLUMNS: &[(&str, FieldKind)] = &[
    ("first_name", FieldKind::GivenName),
    ("last_name", FieldKind::FamilyName),
    ("suffix", FieldKind::Suffix),
    ("email", FieldKind::Email),
    ("phone", FieldKind::Phone),
    ("birth_date", FieldKind::Date),
    ("gender", FieldKind::Gender),
    ("street", FieldKind::Street),
    ("city", FieldKind::City),
    ("postcode", FieldKind::Postcode),
    ("branch_id", FieldKind::Category),
    ("device_id", FieldKind::Id),
];

/// Merges are careful: two people made one is the worst error a bank can make, so what speaks clearly against waits for a person.
pub fn bank_settings() -> Settings {
    let mut settings = Settings::new(LinkType::LinkAndDedupe);
    let input = |column: &str| Input { column: column.to_owned(), part: Part::Whole };
    settings.fields =
        COLUMNS.iter().map(|(name, kind)| Field { name: (*name).to_owned(), kind: *kind, inputs: vec![input(name)] }).collect();
    settings.fields.push(Field {
        name: "whole_name".to_owned(),
        kind: FieldKind::Text,
        inputs: vec![input("first_name"), input("last_name")],
    });
    settings.comparisons = comparisons_for(&settings.fields);
    settings.conflicts = vec![
        conflict("name suffix differs", &[("suffix", 0)]),
        conflict("birth date differs", &[("birth_date", 1)]),
        conflict("given name and birth date differ", &[("first_name", 0), ("birth_date", 4)]),
        conflict("given name and gender differ", &[("first_name", 0), ("gender", 0)]),
        conflict("gender and phone differ", &[("gender", 0), ("phone", 0)]),
    ];
    settings.blocking_rules_to_generate_predictions = blocking_rules(&settings.fields, usize::MAX);
    settings.leave_out_poor_rules = true;
    settings.auto_threshold = 0.98;
    settings.precision_at_least = Some(PRECISION_AT_LEAST);
    settings.review_floor = 0.05;
    settings
}
