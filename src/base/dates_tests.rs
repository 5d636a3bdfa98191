use super::*;

fn read(text: &str, order: DateOrder) -> Option<(String, bool)> {
    parse_date(text, order, 2026).map(|p| (p.date.to_string(), p.ambiguous))
}

#[test]
fn dates_are_read_as_people_write_them() {
    for (text, wanted) in [
        ("1984-03-17", "1984-03-17"),
        ("2026-01-11T19:09:34.590167+00:00", "2026-01-11"),
        ("2026-01-11 06:01:24.910269", "2026-01-11"),
        ("19840317", "1984-03-17"),
        ("17/03/1984", "1984-03-17"),
        ("17.3.84", "1984-03-17"),
        ("3 Dec 2025", "2025-12-03"),
        ("Dec 3, 2025", "2025-12-03"),
        ("1/31/2020", "2020-01-31"),
    ] {
        assert_eq!(read(text, DateOrder::DayFirst), Some((wanted.to_owned(), false)), "{text}");
    }
}

#[test]
fn the_order_decides_what_the_value_leaves_open() {
    assert_eq!(read("02/03/2020", DateOrder::DayFirst), Some(("2020-03-02".into(), true)));
    assert_eq!(read("02/03/2020", DateOrder::MonthFirst), Some(("2020-02-03".into(), true)));
    assert_eq!(read("03/03/2020", DateOrder::MonthFirst), Some(("2020-03-03".into(), false)));
}

#[test]
fn nonsense_is_no_date() {
    for text in ["", "2026-13-04", "2026-02-30", "abc", "1/2", "00/00/2000", "\u{1F980}\u{1F980}\u{1F980}"] {
        assert_eq!(read(text, DateOrder::DayFirst), None, "{text}");
    }
}

#[test]
fn a_column_says_its_order() {
    assert_eq!(column_order(["1/31/2020", "2/3/2020"]), (DateOrder::MonthFirst, 1));
    assert_eq!(column_order(["31/1/2020", "2/3/2020"]), (DateOrder::DayFirst, 1));
    assert_eq!(column_order(["2/3/2020"]), (DateOrder::DayFirst, 0));
}
