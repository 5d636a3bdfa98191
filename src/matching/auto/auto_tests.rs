//! What columns are told to be, by name and without one.

use super::recognise::recognise;
use super::*;
use crate::base::RunCtx;
use crate::matching::records::{Column, Records};
use crate::matching::settings::{ComparisonKind, FieldKind, LinkType};

const GIVEN: [&str; 8] = ["anna", "peter", "maria", "john", "julia", "thomas", "laura", "david"];
const FAMILY: [&str; 8] = ["abelson", "brandtner", "cohenberg", "dietzler", "ernstman", "falkner", "grafton", "hahnemann"];

/// Two records of each of 120 people, columns by name and a value of (person, copy).
/// A column's name and its value of (person, copy).
type Made<'a> = (&'a str, &'a dyn Fn(usize, usize) -> String);

fn table(columns: &[Made<'_>]) -> Records {
    let mut records = Records { sources: vec!["a".to_owned()], ..Records::default() };
    let rows: Vec<(usize, usize)> = (0..240).map(|row| (row % 120, row / 120)).collect();
    records.source = vec![0; rows.len()];
    records.ids = (0..rows.len()).map(|row| row.to_string()).collect();
    for (name, value) in columns {
        let values = rows.iter().map(|(person, copy)| Some(value(*person, *copy)).filter(|v| !v.is_empty()).map(Into::into)).collect();
        records.columns.push(Column { name: (*name).to_owned(), values });
    }
    records
}

fn given(person: usize, _: usize) -> String {
    GIVEN[person % 8].to_owned()
}

fn family(person: usize, _: usize) -> String {
    format!("{}{}", FAMILY[person / 8 % 8], ["", "er", "sen"][person / 64])
}

fn birth(person: usize, _: usize) -> String {
    format!("{}-{:02}-{:02}", 1930 + person % 70, person % 12 + 1, person % 28 + 1)
}

fn roles(records: &Records) -> Vec<Role> {
    recognise(records, &RunCtx::default()).unwrap().into_iter().map(|found| found.role).collect()
}

#[test]
fn columns_without_names_are_told_by_their_values() {
    let records = table(&[
        ("column_1", &|person, copy| (copy * 500 + person + 10_000).to_string()),
        ("column_2", &given),
        ("column_3", &family),
        ("column_4", &birth),
        ("column_5", &|person, _| format!("{} Mill Lane", person % 40 + 1)),
        ("column_6", &|person, _| ["Leeds", "York", "Hull"][person % 3].to_owned()),
        ("column_7", &|person, _| format!("{:05}", 1_000 + person % 60)),
        ("column_8", &|person, _| ["M", "F"][person % 2].to_owned()),
        ("column_9", &|person, _| format!("{}.{}", 40 + person % 9, 10_000 + person)),
        ("column_10", &|person, _| format!("-{}.{}", 70 + person % 9, 10_000 + person)),
        ("column_11", &|person, _| format!("p{person}@mail.org")),
        ("column_12", &|person, _| format!("+44 20 7946 {person:04}")),
        ("column_13", &|person, _| format!("chess; {}", ["tea", "golf"][person % 2])),
        ("column_14", &|person, _| format!("{} Trading {}", FAMILY[person % 8], ["Ltd", "GmbH", "Inc"][person % 3])),
    ]);
    use Role as R;
    let wanted = [
        R::Ignored,
        R::GivenName,
        R::FamilyName,
        R::BirthDate,
        R::Street,
        R::City,
        R::Postcode,
        R::Gender,
        R::Latitude,
        R::Longitude,
        R::Email,
        R::Phone,
        R::List,
        R::Organisation,
    ];
    assert_eq!(roles(&records), wanted);
}

#[test]
fn numbers_and_dates_are_evidence_only_where_they_behave_so() {
    let records = table(&[
        ("first_name", &given),
        ("last_name", &family),
        ("birth_date", &birth),
        ("height", &|person, _| (150.0 + (person * 7 % 60) as f64 * 0.7).to_string()),
        ("balance", &|person, copy| (person * 37 % 100 * (copy + 1) + copy * 13).to_string()),
        ("member_since", &|person, _| format!("2019-{:02}-{:02}", person % 12 + 1, person * 5 % 28 + 1)),
        ("seen", &|person, copy| format!("2021-{:02}-{:02}", (person + copy * 5) % 12 + 1, (person * 3 + copy * 11) % 28 + 1)),
        ("ref", &|person, _| format!("K-{}", person * 7919 % 100_003)),
    ]);
    use Role as R;
    assert_eq!(
        roles(&records),
        [R::GivenName, R::FamilyName, R::BirthDate, R::Number, R::Ignored, R::OtherDate, R::Ignored, R::Ignored],
        "what agrees where the rest agrees, and no id"
    );
    let found = recognise(&records, &RunCtx::default()).unwrap();
    assert!(found[7].warning.as_deref().is_some_and(|said| said.contains("\"ref\" agrees almost always")));
    let choice = choose(&records, LinkType::DedupeOnly, &RunCtx::default()).unwrap();
    let kind = |name: &str| choice.settings.comparisons.iter().find(|c| c.output_column_name == name).map(|c| c.kind);
    assert_eq!((kind("height"), kind("member_since")), (Some(ComparisonKind::Number), Some(ComparisonKind::DateDifference)));
    assert_eq!(kind("birth_date"), Some(ComparisonKind::Date));
}

#[test]
fn positions_and_lists_are_chosen_by_name_and_content() {
    let records = table(&[
        ("name", &|person, _| format!("{} bakery", FAMILY[person % 8])),
        ("lat", &|person, _| format!("{}", 40.5 + person as f64 * 0.1)),
        ("lng", &|person, _| format!("{}", -70.5 - person as f64 * 0.1)),
        ("tags", &|person, _| format!("bread|{}", ["cake", "tea"][person % 2])),
        ("entity", &|person, _| person.to_string()),
        ("customer_id", &|person, copy| format!("c{}", person + copy * 3)),
    ]);
    let choice = choose(&records, LinkType::DedupeOnly, &RunCtx::default()).unwrap();
    let fields: Vec<(&str, FieldKind)> = choice.settings.fields.iter().map(|field| (field.name.as_str(), field.kind)).collect();
    assert_eq!(fields, [("organisation", FieldKind::Organisation), ("position", FieldKind::Position), ("tags", FieldKind::List)]);
    assert!(choice.columns[4].warning.as_deref().is_some_and(|said| said.contains("called like an answer")));
    assert!(!choice.columns[5].is_used && choice.columns[5].why.contains("no evidence"), "ids are no evidence");
    assert!(choice.columns.iter().all(|column| !column.why.is_empty()));
}

#[test]
fn a_birth_date_in_three_columns_without_names_is_told_beside_names() {
    let records = table(&[
        ("c1", &given),
        ("c2", &|person, _| (person % 31 + 1).to_string()),
        ("c3", &family),
        ("c4", &|person, _| (person % 12 + 1).to_string()),
        ("c5", &|person, _| (1930 + person % 70).to_string()),
    ]);
    use Role as R;
    assert_eq!(roles(&records), [R::GivenName, R::BirthDay, R::FamilyName, R::BirthMonth, R::BirthYear]);
    let nameless = table(&[
        ("c1", &|person, _| (person % 31 + 1).to_string()),
        ("c2", &|person, _| (person % 12 + 1).to_string()),
        ("c3", &|person, _| (1930 + person % 70).to_string()),
    ]);
    assert!(roles(&nameless).iter().all(|role| *role == R::Ignored), "numbers of things that have no names are no births");
}

#[test]
fn the_words_that_repeat_least_name_a_table_without_other_names() {
    let records = table(&[
        ("c1", &|person, _| ["thai food", "grill bar", "sea food"][person % 3].to_owned()),
        ("c2", &|person, _| format!("{} {} {}", FAMILY[person % 8], FAMILY[person / 8 % 8], ["inn", "bar"][person / 64])),
        ("c3", &|person, _| format!("{} Mill Lane", person + 1)),
    ]);
    assert_eq!(roles(&records)[1], Role::Organisation);
}

#[test]
fn names_of_columns_in_other_languages_are_known() {
    use Role as R;
    let german: [Made<'_>; 6] = [
        ("Name", &family),
        ("Vorname", &given),
        ("Geburtsdatum", &birth),
        ("Straße", &|person, _| format!("{} Lindenweg", person % 40 + 1)),
        ("PLZ", &|person, _| format!("{:05}", 10_000 + person % 60)),
        ("Ort", &|person, _| ["Bremen", "Kassel", "Hagen"][person % 3].to_owned()),
    ];
    assert_eq!(roles(&table(&german)), [R::FamilyName, R::GivenName, R::BirthDate, R::Street, R::Postcode, R::City]);
    let french: [Made<'_>; 3] = [("prénom", &given), ("nom", &family), ("courriel", &|person, _| format!("p{person}@mail.org"))];
    assert_eq!(roles(&table(&french)), [R::GivenName, R::FamilyName, R::Email]);
}

#[test]
fn words_that_other_columns_of_the_row_have_already_are_not_compared() {
    let both = |person: usize, copy: usize| format!("{} {}", family(person, copy), given(person, copy));
    let records = table(&[("first_name", &given), ("last_name", &family), ("remark", &both)]);
    assert_eq!(roles(&records)[2], Role::Ignored);
}

#[test]
fn of_two_columns_of_given_names_the_one_that_most_records_have_is_read() {
    let second = |person: usize, copy: usize| if person.is_multiple_of(20) { given(person + 1, copy) } else { String::new() };
    let records = table(&[("fname_2", &second), ("fname_1", &given), ("lname", &family)]);
    let settings = settings_for(&records, LinkType::DedupeOnly);
    assert_eq!(settings.field("first_name").map(|field| field.inputs[0].column.as_str()), Some("fname_1"));
}
