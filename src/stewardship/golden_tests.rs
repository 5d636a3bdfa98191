use super::*;
use crate::base::RecordKey;
use crate::stewardship::fixture;

fn record(id: &str, values: &[(Field, &str)]) -> CustomerRecord {
    let mut record = CustomerRecord::new(RecordKey::new("erpnext", id));
    for (field, value) in values {
        record.set(*field, Some(*value));
    }
    record
}

fn entry(field: Field, word: Word) -> Override {
    fixture::override_of(1, vec![RecordKey::new("erpnext", "a"), RecordKey::new("erpnext", "b")], field, word)
}

fn golden(records: &[CustomerRecord], entries: &[Override]) -> GoldenRecord {
    let borrowed: Vec<&CustomerRecord> = records.iter().collect();
    let words: BTreeMap<Field, &Override> = entries.iter().map(|entry| (entry.field, entry)).collect();
    golden_record(&borrowed, &|_, _| false, &Rules::default(), Some(&words))
}

fn two() -> [CustomerRecord; 2] {
    let name = |full, first, last| [(Field::FullName, full), (Field::FirstName, first), (Field::LastName, last)];
    let mut a = name("Marit Solvang", "Marit", "Solvang").to_vec();
    a.extend([(Field::City, "Port Ellis"), (Field::Street, "1 Quay")]);
    let mut b = name("Marit Anna Solveng", "Marit", "Solveng").to_vec();
    b.extend([(Field::City, "Upton"), (Field::Street, "2 Hill")]);
    [record("a", &a), record("b", &b)]
}

#[test]
fn a_name_that_is_taken_brings_its_parts() {
    let records = two();
    assert_eq!(golden(&records, &[]).value(Field::LastName), Some("Solveng"), "the most complete name without a word");
    let taken = golden(&records, &[entry(Field::FullName, Word::Take(records[0].key.clone()))]);
    assert_eq!(taken.value(Field::FullName), Some("Marit Solvang"));
    assert_eq!(taken.value(Field::LastName), Some("Solvang"));
    assert_eq!(taken.get(Field::FullName).map(|survivor| survivor.rule), Some(Rule::Taken));
}

#[test]
fn a_typed_name_is_taken_apart_and_a_word_on_a_part_is_said_last() {
    let typed = [entry(Field::FullName, Word::Type("Marit Holm".into())), entry(Field::LastName, Word::Type("Holmes".into()))];
    let found = golden(&two(), &typed[..1]);
    assert_eq!((found.value(Field::FirstName), found.value(Field::LastName)), (Some("Marit"), Some("Holm")));
    assert_eq!(found.get(Field::FullName).map(|survivor| survivor.record), Some(None));
    assert_eq!(golden(&two(), &typed).value(Field::LastName), Some("Holmes"));
}

#[test]
fn what_is_pinned_stays_when_no_record_has_it_and_a_record_that_is_gone_leaves_the_rules() {
    let pinned = golden(&two(), &[entry(Field::City, Word::Pin("Old Town".into()))]);
    assert_eq!(pinned.value(Field::City), Some("Old Town"));
    let gone = golden(&two(), &[entry(Field::City, Word::Take(RecordKey::new("erpnext", "gone")))]);
    assert_eq!(gone, golden(&two(), &[]));
}
