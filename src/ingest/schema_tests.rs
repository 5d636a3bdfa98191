use super::*;

fn inferred(values: &[&str]) -> Option<ValueType> {
    let mut watch = ColumnWatch::new(ValueType::Text);
    for value in values {
        watch.see(value, 1);
    }
    watch.finish("c", "C").inferred
}

#[test]
fn a_column_is_what_all_its_values_are() {
    for (values, wanted) in [
        (vec!["1", "-20", "+3"], ValueType::Integer),
        (vec!["1", "2.50", ".5"], ValueType::Decimal),
        (vec!["2026-01-11", "2025-12-31"], ValueType::Date),
        (vec!["7/3/1987", "12/31/1990"], ValueType::Date),
        (vec!["2026-01-11", "2026-01-11 06:01:24.910269"], ValueType::Timestamp),
        (vec!["2026-01-11T19:09:34.590167+00:00"], ValueType::Timestamp),
        (vec!["true", "FALSE", "no"], ValueType::Boolean),
        (vec!["{\"a\": 1}", "[]"], ValueType::Json),
        (vec!["bac15e77-8324-42ec-84b0-8d0217bf77ad", "9757168D-06C2-4266-AB2D-F1520D775E67"], ValueType::Uuid),
        (vec!["1", "two"], ValueType::Text),
        (vec!["2026-13-45"], ValueType::Text),
        (vec!["nothing", "true"], ValueType::Text),
        (vec!["3.2.1"], ValueType::Text),
    ] {
        assert_eq!(inferred(&values), Some(wanted), "{values:?}");
    }
    assert_eq!(inferred(&[]), None);
}

#[test]
fn misfits_are_counted_with_the_line_of_the_first() {
    let mut watch = ColumnWatch::new(ValueType::Date);
    for (line, value) in [(2, "2024-01-01"), (3, "3 Dec 2025"), (4, "soon"), (5, "later")] {
        watch.see(value, line);
    }
    let told = watch.finish("c", "C");
    assert_eq!((told.misfits, told.first_misfit_line), (2, Some(4)));
}

#[test]
fn an_empty_column_has_no_type_to_change() {
    let column = |inferred| ColumnInfo { name: "a".into(), header: "a".into(), inferred, ..ColumnInfo::default() };
    assert_eq!(drift(&[column(None)], &[column(Some(ValueType::Date))]), vec![]);
    assert_eq!(drift(&[column(Some(ValueType::Date))], &[column(None)]), vec![]);
    assert_eq!(drift(&[column(Some(ValueType::Date))], &[column(Some(ValueType::Text))])[0].kind, DriftKind::TypeChanged);
}
