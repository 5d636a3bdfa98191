use super::*;
use crate::matching::fields::standardise_records;
use crate::matching::{Column, Records, auto};

/// 1,600 people with 800 birth dates and 40 given names, so that two in 800 pairs share a date: more pairs than are counted whole.
fn people(sources: u16) -> Records {
    let mut records = Records { sources: (0..sources).map(|n| format!("s{n}")).collect(), ..Records::default() };
    let column = |name: &str, value: &dyn Fn(usize) -> String| Column {
        name: name.to_owned(),
        values: (0..1600).map(|at| Some(value(at).into())).collect(),
    };
    let date = |at: usize| format!("{}-{:02}-{:02}", 1930 + at % 80, 1 + at / 80 % 10, 5);
    let letters = |n: usize| char::from(b'a' + u8::try_from(n % 26).unwrap_or(0));
    let name = |at: usize| format!("{}o{}al{}", letters(at % 40), letters(at % 40 / 3), letters(at % 40 / 7));
    records.columns = vec![column("birth_date", &date), column("first_name", &name)];
    records.source = (0..1600_u16).map(|at| (at / 400) % sources).collect();
    records.ids = (0..1600).map(|at| at.to_string()).collect();
    records
}

fn counted(link: LinkType, sources: u16) -> (Settings, LevelCounts) {
    let records = people(sources);
    let settings = auto::settings_for(&records, link);
    let ctx = RunCtx::default();
    let fields = standardise_records(&records, &settings, &ctx).unwrap();
    let comparer = Comparer::new(&fields, &settings).unwrap();
    let counts = count_levels(&comparer, &settings, &ctx).unwrap();
    (settings, counts)
}

fn share_of_same_dates(settings: &Settings, counts: &LevelCounts) -> f64 {
    let at = settings.comparisons.iter().position(|c| c.field == "birth_date").unwrap();
    counts[at].last().unwrap() / counts[at].iter().sum::<f64>()
}

#[test]
fn pairs_of_one_value_are_counted_over_the_table() {
    // 800 dates of two records each: 800 of 1600 * 1599 / 2 pairs, however few are drawn.
    let (settings, counts) = counted(LinkType::DedupeOnly, 1);
    let expected = 800.0 / (1600.0 * 1599.0 / 2.0);
    assert!((share_of_same_dates(&settings, &counts) - expected).abs() < 1e-12);
}

#[test]
fn only_pairs_between_sources_count_where_only_those_are_linked() {
    // Records 0 to 399 and 800 to 1199 are of one source, and a date's two records lie 800 apart: none lies between sources.
    let (settings, counts) = counted(LinkType::LinkOnly, 2);
    assert!(share_of_same_dates(&settings, &counts).abs() < 1e-12);
    let (settings, counts) = counted(LinkType::LinkOnly, 4);
    let expected = 800.0 / (6.0 * 400.0 * 400.0);
    assert!((share_of_same_dates(&settings, &counts) - expected).abs() < 1e-12);
}

#[test]
fn a_level_that_was_hardly_seen_lies_near_what_is_usual_and_one_seen_often_is_what_was_seen() {
    let (settings, mut counts) = counted(LinkType::DedupeOnly, 1);
    let at = settings.comparisons.iter().position(|c| c.field == "birth_date").unwrap();
    let top = counts[at].len() - 1;
    let usual = levels_of(settings.comparisons[at].kind)[top].u;
    let mut u_of = |seen: f64| {
        counts[at] = vec![0.0; top + 1];
        counts[at][0] = 100_000.0 - seen;
        counts[at][top] = seen;
        let mut model = Model::untrained(&settings);
        apply(&mut model, &counts, 0.0);
        model.comparisons[at].comparison_levels[top].u_probability
    };
    let (none, one, many) = (u_of(0.0), u_of(1.0), u_of(4_000.0));
    assert!(none > usual / 30.0 && none < usual, "{none} {usual}");
    assert!(one > none && one < 10.0 * none, "{one} {none}");
    assert!((many / 0.04 - 1.0).abs() < 0.01, "{many}");
}
