use super::*;
use crate::base::RecordKey;

fn record(system: &str, id: &str, field: Field, value: &str, updated: &str) -> CustomerRecord {
    let mut record = CustomerRecord::new(RecordKey::new(system, id));
    record.set(field, Some(value));
    record.updated_at = Some(updated.to_owned());
    record
}

fn choose(records: &[CustomerRecord], field: Field) -> (String, Rule) {
    let borrowed: Vec<&CustomerRecord> = records.iter().collect();
    let found = survivor(&borrowed, field, &|_, value| value == "shared@x.example", &Rules::default()).expect("a value");
    (found.value, found.rule)
}

#[test]
fn one_value_and_agreement_are_named_as_such() {
    let one = [record("erpnext", "1", Field::City, "Port Ellis", "2024-01-01")];
    assert_eq!(choose(&one, Field::City), ("Port Ellis".into(), Rule::OnlyValue));
    let two = [record("erpnext", "1", Field::City, "A", "2024-01-01"), record("salesforce", "1", Field::City, "A", "2025-01-01")];
    assert_eq!(choose(&two, Field::City), ("A".into(), Rule::AllAgree));
}

#[test]
fn a_shared_email_loses_and_a_full_name_beats_an_initial() {
    let emails = [
        record("erpnext", "1", Field::Email, "shared@x.example", "2026-01-01"),
        record("salesforce", "1", Field::Email, "own@x.example", "2020-01-01"),
    ];
    assert_eq!(choose(&emails, Field::Email), ("own@x.example".into(), Rule::NotShared));
    let names = [
        record("erpnext", "1", Field::FullName, "Marit S", "2026-01-01"),
        record("google_sheets", "1", Field::FullName, "Marit Solvang", "2020-01-01"),
    ];
    assert_eq!(choose(&names, Field::FullName), ("Marit Solvang".into(), Rule::MostComplete));
}

#[test]
fn the_newest_address_and_the_earliest_start_survive() {
    let cities = [record("erpnext", "1", Field::City, "Old", "2020-01-01"), record("salesforce", "1", Field::City, "New", "2025-01-01")];
    assert_eq!(choose(&cities, Field::City), ("New".into(), Rule::MostRecent));
    let since = [
        record("erpnext", "1", Field::CustomerSince, "2015-01-01", "2020-01-01"),
        record("salesforce", "1", Field::CustomerSince, "2011-06-02", "2020-01-01"),
    ];
    assert_eq!(choose(&since, Field::CustomerSince), ("2011-06-02".into(), Rule::Earliest));
}

#[test]
fn the_order_of_records_does_not_matter_and_placeholders_do_not_survive() {
    let mut records = vec![
        record("salesforce", "2", Field::BirthDate, "1984-03-17", "2020-01-01"),
        record("erpnext", "1", Field::BirthDate, "1984-03-18", "2020-01-01"),
        record("google_sheets", "3", Field::BirthDate, "1984-03-17", "2020-01-01"),
    ];
    let wanted = ("1984-03-17".to_owned(), Rule::MostSources);
    assert_eq!(choose(&records, Field::BirthDate), wanted);
    records.reverse();
    assert_eq!(choose(&records, Field::BirthDate), wanted);
    records[0].flag(Field::BirthDate, FlagKind::Placeholder);
    records[2].flag(Field::BirthDate, FlagKind::Placeholder);
    assert_eq!(choose(&records, Field::BirthDate), ("1984-03-18".into(), Rule::OnlyValue));
}
