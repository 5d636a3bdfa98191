use super::*;

#[test]
fn exactly_a_thousand_rows_is_suspicious_and_one_more_is_not() {
    let flags = |rows_read| file_flags("Contact.csv", &[1_000, 5_000], Load::Snapshot, &RowSummary { rows_read, ..RowSummary::default() });
    assert_eq!(flags(1_000)[0].title, "Contact.csv has exactly 1,000 rows");
    assert_eq!(flags(5_000)[0].kind, "row_limit");
    assert!(flags(1_001).is_empty() && flags(999).is_empty());
}

#[test]
fn ranges_are_compared_with_the_latest() {
    let day = |file, day| LastDay { file, day };
    let flags = short_range_flags(&[day("a", "2025-12-31"), day("b", "2025-09-01"), day("c", "2025-12-01"), day("d", "nonsense")]);
    assert_eq!(flags.iter().map(Option::is_some).collect::<Vec<_>>(), [false, true, false, false]);
    assert!(short_range_flags(&[]).is_empty());
}

#[test]
fn statuses_are_read_back_by_their_names() {
    for status in FileStatus::ALL {
        assert_eq!(FileStatus::from_name(status.name()), Some(status));
    }
}

#[test]
fn a_snapshot_that_lost_most_of_its_rows_is_flagged() {
    let flag = shrunk_flag("late.csv", 236, 7).expect("a flag");
    assert_eq!(flag.title, "late.csv replaces 236 rows by 7");
    assert_eq!(shrunk_flag("late.csv", 236, 200), None);
    assert_eq!(shrunk_flag("late.csv", 4, 1), None);
}
