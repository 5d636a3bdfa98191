use super::anomaly::{rows_unlike, stale, unlike};
use super::form::has_loose_space;
use super::*;
use crate::base::form::form_of;

fn profile(name: &str, values: &[(&str, u64)]) -> ColumnProfile {
    let mut profiler = Profiler::new(name);
    for (value, rows) in values {
        profiler.add((*value != "NULL").then_some(*value), *rows);
    }
    profiler.finish()
}

#[test]
fn forms_tell_letters_digits_and_marks() {
    assert_eq!(form_of("AB-1042"), "A{2}-9{4}");
    assert_eq!(form_of("Özil 7"), "Aa{3} 9");
    assert_eq!(form_of(&"a1".repeat(20)).chars().filter(|c| *c == 'a').count(), 6);
    assert!(has_loose_space(" a") && has_loose_space("a  b") && !has_loose_space("a b"));
}

#[test]
fn numbers_have_quartiles_outliers_and_text_among_them() {
    let mut values: Vec<(String, u64)> = (1..=100).map(|n| (n.to_string(), 2)).collect();
    values.push(("100000".to_owned(), 1));
    values.push(("ten".to_owned(), 3));
    values.push(("-4.5".to_owned(), 1));
    let values: Vec<(&str, u64)> = values.iter().map(|(value, rows)| (value.as_str(), *rows)).collect();
    let found = profile("amount", &values);
    assert_eq!((found.kind, found.of_another_kind, found.rows), (ColumnKind::Number, 3, 205));
    let numbers = found.numbers.as_ref().unwrap();
    assert_eq!((numbers.min, numbers.q25, numbers.median, numbers.q75, numbers.max), (-4.5, 25.0, 50.0, 76.0, 100_000.0));
    assert_eq!((numbers.outliers, numbers.negative), (1, 1));
    assert_eq!(numbers.histogram.iter().map(|bin| bin.count).sum::<u64>(), 202);
    assert!(numbers.histogram.last().unwrap().is_odd && !numbers.histogram[0].is_odd);
    let told = findings(&[found]);
    assert_eq!(told.iter().map(|f| (f.rows, f.gravity)).collect::<Vec<_>>(), [(3, Gravity::Warn), (1, Gravity::Info)]);
}

#[test]
fn dates_are_read_however_they_are_written() {
    let found = profile("birth_date", &[("1984-03-17", 4), ("25/12/1990", 2), ("03/04/1990", 1), ("1900-01-01", 38), ("", 2), ("NULL", 3)]);
    assert_eq!((found.kind, found.nulls, found.blanks, found.placeholders), (ColumnKind::Date, 3, 2, 38));
    let dates = found.dates.as_ref().unwrap();
    assert_eq!((dates.earliest.as_str(), dates.latest.as_str()), ("1984-03-17", "1990-12-25"));
    assert_eq!((dates.placeholders, dates.ambiguous), (38, 1));
    assert!(found.histogram[0].is_odd && found.histogram[0].label == "1900");
    assert!((found.missing_share() - 0.1).abs() < 1e-9);
    assert_eq!(findings(&[found])[0].title, "38 rows have 1900-01-01 as birth_date");
}

#[test]
fn kinds_top_values_and_case_are_told() {
    let category = profile("gender", &[("F", 700), ("M", 600), ("f", 3)]);
    assert_eq!((category.kind, category.distinct, category.upper_case, category.lower_case), (ColumnKind::Category, 3, 1300, 3));
    assert_eq!(category.top.iter().map(|top| top.rows).collect::<Vec<_>>(), [700, 600, 3]);
    let ids: Vec<String> = (0..50).map(|n| format!("CUST-{n:04}")).collect();
    let key = profile("customer", &ids.iter().map(|id| (id.as_str(), 1)).collect::<Vec<_>>());
    assert_eq!((key.kind, key.forms.clone()), (ColumnKind::Key, vec![("A{4}-9{4}".to_owned(), 50)]));
    assert_eq!(profile("x", &[("NULL", 4)]).kind, ColumnKind::Empty);
    let mails = profile("email", &[("desk@bank.example", 14), ("Zoë@x.example", 1), ("a@x.example ", 1)]);
    assert_eq!((mails.with_diacritics, mails.loose_space), (1, 1));
    assert_eq!(findings(&[mails])[0].title, "One email stands in 14 rows");
}

#[test]
fn top_values_are_the_most_frequent_whatever_their_order() {
    let values: Vec<(String, u64)> = (0..200_u64).map(|n| (format!("v{n}"), (n * 37) % 199 + 1)).collect();
    let found = profile("code", &values.iter().map(|(value, rows)| (value.as_str(), *rows)).collect::<Vec<_>>());
    let mut wanted: Vec<u64> = values.iter().map(|(_, rows)| *rows).collect();
    wanted.sort_unstable_by(|a, b| b.cmp(a));
    assert_eq!(found.top.iter().map(|top| top.rows).collect::<Vec<_>>(), wanted[..24]);
}

#[test]
fn a_score_is_the_mean_of_what_can_be_told() {
    let id = profile("id", &[("a", 1), ("b", 1), ("c", 2)]);
    let city = profile("city", &[("Rome", 2), ("unknown", 1), ("NULL", 1)]);
    let found = score(&[id, city], Some(30.0));
    assert!((found.complete.unwrap() - 7.0 / 8.0).abs() < 1e-9);
    assert!((found.valid.unwrap() - 6.0 / 7.0).abs() < 1e-9);
    assert!((found.fresh.unwrap() - 0.5).abs() < 1e-9);
    assert_eq!(found.unique, None, "half of the ids stand twice: no key");
    assert!((found.score - 100.0 * (7.0 / 8.0 + 6.0 / 7.0 + 0.5) / 3.0).abs() < 1e-9);
    assert_eq!(score(&[], None), Score::default());
}

#[test]
fn counts_are_compared_with_what_is_usual() {
    assert_eq!(unlike(&[100, 102, 98, 101], 99), None);
    assert_eq!(unlike(&[100, 102, 98, 101], 50), Some(101));
    // Three are too few to tell; what hardly varies may vary by a fifth; what varies much may vary more.
    assert_eq!(unlike(&[100, 100], 5), None);
    assert_eq!(unlike(&[100, 100, 100], 119), None);
    assert_eq!(unlike(&[100, 100, 100], 121), Some(100));
    assert_eq!(unlike(&[50, 100, 150, 200, 120], 10), None);
    let found = rows_unlike(&[1_500, 1_510, 1_490], 700, "The newest file has", "_batch_id = 4".into()).unwrap();
    assert_eq!((found.title.as_str(), found.rows, found.condition.as_str()), ("Far fewer rows than before", 700, "_batch_id = 4"));
    assert_eq!(found.detail, "The newest file has 700; the 3 before it had 1500 in the middle.");
}

#[test]
fn a_table_that_stopped_is_told_by_its_own_rhythm() {
    let days = |name: &str, step: u64| {
        let mut profiler = Profiler::new(name);
        for at in 0..40 {
            let day = chrono::NaiveDate::from_ymd_opt(2026, 1, 1).unwrap() + chrono::Days::new(at * step);
            profiler.add(Some(&day.to_string()), 3);
        }
        profiler.finish()
    };
    let daily = days("opened_date", 1);
    assert_eq!(daily.dates.as_ref().unwrap().usual_pause_days, Some(1));
    // The last day is 9 February.
    assert_eq!(stale(std::slice::from_ref(&daily), "2026-02-12"), None, "three days are a weekend");
    let found = stale(std::slice::from_ref(&daily), "2026-02-19").unwrap();
    assert_eq!((found.title.as_str(), found.condition.as_str()), ("Nothing new for 10 days", "to_date(\"opened_date\") = '2026-02-09'"));
    assert_eq!(stale(&[days("opened_date", 30)], "2029-04-30"), None, "monthly days pause for a month");
    assert_eq!(stale(&[days("birth_date", 1)], "2030-01-01"), None, "birthdays tell nothing");
    assert_eq!(stale(&[days("opened_date", 1)], "2026-01-05"), None, "days after the as-of date are left out");
}
