use super::*;

#[test]
fn times_become_utc() {
    for (text, wanted) in [
        ("2026-01-11T19:09:34.590167+00:00", "2026-01-11T19:09:34Z"),
        ("2026-01-11 06:01:24.910269", "2026-01-11T06:01:24Z"),
        ("2024-11-17T18:59:51.000+0000", "2024-11-17T18:59:51Z"),
        ("2024-11-17T18:59:51+02:00", "2024-11-17T16:59:51Z"),
        ("2024-11-17 01:30+02", "2024-11-16T23:30:00Z"),
        ("2024-11-17", "2024-11-17T00:00:00Z"),
        ("17/11/2024", "2024-11-17T00:00:00Z"),
    ] {
        assert_eq!(to_timestamp(text).as_deref(), Some(wanted), "{text}");
    }
    assert_eq!(to_timestamp("soon"), None);
    assert_eq!(to_date("2023-02-29"), None);
    assert_eq!(to_date("2024-02-29 10:00:00").as_deref(), Some("2024-02-29"));
}

#[test]
fn money_is_exact_and_rounds_only_what_it_must() {
    assert_eq!(to_minor("43102.81", 2), Some(4_310_281));
    assert_eq!(to_minor("-0.005", 2), Some(-1));
    assert_eq!(to_minor("1,234.5", 2), Some(123_450));
    assert_eq!(to_minor("n/a", 2), None);
}

#[test]
fn sql_knows_the_functions() {
    let conn = Connection::open_in_memory().unwrap();
    register(&conn).unwrap();
    let one = |sql: &str| conn.query_row(sql, [], |row| row.get::<_, Option<String>>(0)).unwrap();
    assert_eq!(one("SELECT mode(v) FROM (SELECT 'b' v UNION ALL SELECT 'a' UNION ALL SELECT 'a' UNION ALL SELECT NULL)"), Some("a".into()));
    assert_eq!(one("SELECT mode(v) FROM (SELECT 'b' v UNION ALL SELECT 'a')"), Some("a".into()));
    assert_eq!(one("SELECT mask_name('Oswin de Tarrel 12')"), Some("O. D. T.".into()));
    assert_eq!(one("SELECT note_key(' A@B.com ', 'x', 'y')"), Some("a@b.com".into()));
    assert_eq!(one("SELECT note_key('', ' John S. ', 'BR001')"), Some(format!("n-{:016x}", stable_64("john s.\u{1f}BR001".as_bytes()))));
    assert_eq!(one("SELECT after_label('Customer segment: active. Created: 2025-09-16', 'Created:')"), Some("2025-09-16".into()));
    assert_eq!(one("SELECT CAST(seconds_between('2023-01-19T00:00:00+00:00', '2023-01-19T00:12:20+00:00') AS TEXT)"), Some("740".into()));
}

#[test]
fn months_may_come_first_and_days_may_have_halves() {
    let conn = Connection::open_in_memory().unwrap();
    register(&conn).unwrap();
    let ask = |sql: &str| conn.query_row(sql, [], |row| row.get::<_, Option<String>>(0)).unwrap().unwrap_or_default();
    assert_eq!(
        ask("SELECT to_date('7/3/1987', 'month first') || ' ' || to_date('7/3/1987') || ' ' || to_date('13/3/1987', 'month first')"),
        "1987-07-03 1987-03-07 1987-03-13"
    );
    let clock = |time: &str| ask(&format!("SELECT substr(to_timestamp('2024-06-13 {time}'), 12)"));
    assert_eq!(
        ["5:53 PM", "12:10 PM", "12:10 AM", "7:42 am", "17:53"].map(clock),
        ["17:53:00Z", "12:10:00Z", "00:10:00Z", "07:42:00Z", "17:53:00Z"]
    );
    // What is no time of day leaves the day.
    assert_eq!(clock("13:10 PM"), "00:00:00Z");
}
