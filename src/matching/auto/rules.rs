//! Fields -> blocking rules: a union of many keys, so that a record with any two things right is found.

use crate::matching::settings::{BlockingRule, Field, FieldKind, Key, Transform};

/// Tables up to this size are compared whole.
const COMPARED_WHOLE: usize = 1_500;

/// Rules in order of how cheap and how telling they are.
pub(super) fn blocking_rules(fields: &[Field], records: usize) -> Vec<BlockingRule> {
    if records <= COMPARED_WHOLE {
        return vec![BlockingRule { blocking_rule: "every pair".to_owned(), keys: Vec::new() }];
    }
    let names = |kind: FieldKind| fields.iter().filter(move |f| f.kind == kind).map(|f| f.name.clone());
    let first = |kind: FieldKind| names(kind).next();
    let mut rules = Rules::default();
    for id in names(FieldKind::Id) {
        rules.add(&[(Some(&id), Transform::Whole)]);
    }
    let (email, phone, date) = (first(FieldKind::Email), first(FieldKind::Phone), first(FieldKind::Date));
    let (given, family) = (first(FieldKind::GivenName), first(FieldKind::FamilyName));
    let (street, city, postcode) = (first(FieldKind::Street), first(FieldKind::City), first(FieldKind::Postcode));
    let whole_name = fields.iter().find(|f| f.name == "whole_name").map(|f| f.name.clone());
    let (e, p, d, g, f) = (email.as_ref(), phone.as_ref(), date.as_ref(), given.as_ref(), family.as_ref());
    let (s, c, z, w) = (street.as_ref(), city.as_ref(), postcode.as_ref(), whole_name.as_ref());
    rules.add(&[(e, Transform::Whole)]);
    rules.add(&[(p, Transform::Whole)]);
    rules.add(&[(g, Transform::Whole), (f, Transform::Whole)]);
    rules.add(&[(d, Transform::Whole)]);
    rules.add(&[(w, Transform::SortedTokens)]);
    rules.add(&[(g, Transform::FullForm), (f, Transform::Phonetic)]);
    rules.add(&[(s, Transform::Whole)]);
    rules.add(&[(z, Transform::Whole), (g, Transform::Prefix(1))]);
    rules.add(&[(z, Transform::Whole), (f, Transform::Prefix(2))]);
    rules.add(&[(z, Transform::Whole), (d, Transform::MonthDay)]);
    rules.add(&[(e, Transform::LocalPart)]);
    rules.add(&[(p, Transform::Last(7))]);
    rules.add(&[(f, Transform::Whole), (d, Transform::Year)]);
    rules.add(&[(f, Transform::Phonetic), (d, Transform::MonthDay)]);
    rules.add(&[(g, Transform::FullForm), (d, Transform::MonthDay)]);
    rules.add(&[(g, Transform::FullForm), (d, Transform::YearMonth)]);
    rules.add(&[(g, Transform::Prefix(3)), (d, Transform::YearMonth)]);
    rules.add(&[(f, Transform::Prefix(3)), (d, Transform::YearMonth)]);
    rules.add(&[(g, Transform::FullForm), (z, Transform::Prefix(4))]);
    rules.add(&[(f, Transform::Whole), (z, Transform::Prefix(4))]);
    rules.add(&[(g, Transform::FullForm), (c, Transform::Whole)]);
    rules.add(&[(f, Transform::Phonetic), (c, Transform::Whole)]);
    rules.add(&[(s, Transform::StreetName), (s, Transform::HouseNumber)]);
    rules.add(&[(s, Transform::StreetName), (g, Transform::Prefix(2))]);
    rules.add(&[(s, Transform::StreetName), (d, Transform::Year)]);
    rules.add(&[(d, Transform::Year), (z, Transform::Prefix(4))]);
    rules.add(&[(d, Transform::YearMonth), (c, Transform::Whole)]);
    rules.add(&[(e, Transform::Prefix(10))]);
    rules.add(&[(g, Transform::Prefix(4)), (f, Transform::Prefix(4))]);
    for name in names(FieldKind::Organisation) {
        let name = Some(&name);
        rules.add(&[(name, Transform::Whole)]);
        rules.add(&[(name, Transform::SortedTokens)]);
        rules.add(&[(name, Transform::Prefix(6))]);
        rules.add(&[(name, Transform::Tokens)]);
    }
    for name in names(FieldKind::Text).filter(|n| n != "whole_name") {
        rules.add(&[(Some(&name), Transform::Whole), (g, Transform::Prefix(2))]);
        rules.add(&[(Some(&name), Transform::Whole), (d, Transform::Year)]);
    }
    for name in names(FieldKind::List) {
        rules.add(&[(Some(&name), Transform::Tokens), (g.or(w), Transform::Prefix(2))]);
    }
    if rules.0.is_empty() {
        // Nothing of the kinds above: whatever there is must agree.
        for field in fields.iter().filter(|field| field.kind != FieldKind::Gender) {
            let transform = if matches!(field.kind, FieldKind::List | FieldKind::Text) { Transform::Tokens } else { Transform::Whole };
            rules.add(&[(Some(&field.name), transform)]);
        }
    }
    rules.0
}

#[derive(Debug, Default)]
pub(super) struct Rules(pub Vec<BlockingRule>);

impl Rules {
    /// Adds a rule unless one of its fields is not there.
    pub fn add(&mut self, keys: &[(Option<&String>, Transform)]) {
        let named: Option<Vec<Key>> =
            keys.iter().map(|(field, transform)| field.map(|f| Key { field: f.clone(), transform: *transform })).collect();
        let Some(keys) = named else { return };
        let blocking_rule = keys.iter().map(describe).collect::<Vec<_>>().join(" and ");
        if self.0.iter().all(|rule| rule.keys != keys) {
            self.0.push(BlockingRule { blocking_rule, keys });
        }
    }
}

/// A key in words: "first 4 of last_name".
pub fn describe(key: &Key) -> String {
    let field = &key.field;
    match key.transform {
        Transform::Whole => field.clone(),
        Transform::Prefix(count) => format!("first {count} of {field}"),
        Transform::Last(count) => format!("last {count} of {field}"),
        Transform::Phonetic => format!("sound of {field}"),
        Transform::FullForm => format!("full form of {field}"),
        Transform::SortedTokens => format!("words of {field} in any order"),
        Transform::Year => format!("year of {field}"),
        Transform::YearMonth => format!("year and month of {field}"),
        Transform::MonthDay => format!("month and day of {field}"),
        Transform::LocalPart => format!("{field} before the @"),
        Transform::HouseNumber => format!("number of {field}"),
        Transform::StreetName => format!("name of {field}"),
        Transform::Tokens => format!("each word of {field}"),
    }
}
