use super::*;

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn isos(times: &[DateTime<Utc>]) -> Vec<String> {
    times.iter().map(|time| iso(*time)).collect()
}

#[test]
fn times_come_as_cron_has_them() {
    let daily = Schedule::parse(DAILY).unwrap();
    let now = at("2026-11-20T07:00:00Z");
    assert_eq!(isos(&daily.next(now, 2)), ["2026-11-21T07:00:00Z", "2026-11-22T07:00:00Z"]);
    assert!(daily.words().contains("07:00") && daily.words().ends_with("UTC"), "{}", daily.words());
    let weekdays = Schedule::parse(" 30 6,18  * * MON-FRI ").unwrap();
    assert_eq!(weekdays.text(), "30 6,18 * * MON-FRI");
    assert_eq!(isos(&weekdays.next(now, 3)), ["2026-11-20T18:30:00Z", "2026-11-23T06:30:00Z", "2026-11-23T18:30:00Z"]);
    // The 29th of February comes every four years.
    assert_eq!(isos(&Schedule::parse("0 0 29 2 *").unwrap().next(now, 1)), ["2028-02-29T00:00:00Z"]);
}

#[test]
fn what_cannot_be_read_says_where_and_gives_an_example() {
    let said = |text: &str| Schedule::parse(text).unwrap_err().to_string();
    assert!(said("0 25 * * *").contains("at character 3: \"25\" is no hour (0 to 23"), "{}", said("0 25 * * *"));
    assert!(said("0  7 * * monday").contains("at character 10: \"monday\" is no day of the week"), "{}", said("0  7 * * monday"));
    assert!(said("every day").starts_with("the schedule has 2 of five fields"));
    assert!(said("").contains("\"0 7 * * *\" is every day at 07:00 UTC"));
    assert!(said("0 0 7 * * *").contains("6 of five fields"));
    assert_eq!(Schedule::parse("0 0 30 2 *"), Err(ScheduleError::Never));
    for text in ["@daily", "* * * *", "a b c d e", "*/0 * * * *", "0 7 * * *\u{0}", "60 * * * *", "\u{fc} * * * *"] {
        assert!(Schedule::parse(text).is_err(), "{text}");
    }
}

#[test]
fn what_was_missed_is_what_no_run_began_for() {
    let daily = Schedule::parse(DAILY).unwrap();
    let now = at("2026-11-20T12:00:00Z");
    let since = at("2026-11-16T12:00:00Z");
    let begun = [at("2026-11-18T07:00:03Z"), at("2026-11-19T15:00:00Z")];
    assert_eq!(isos(&daily.missed(since, now, &begun)), ["2026-11-20T07:00:00Z", "2026-11-17T07:00:00Z"]);
    // It was set after that time, or it is not late yet.
    assert!(daily.missed(at("2026-11-20T07:00:00Z"), now, &[]).is_empty());
    assert!(daily.missed(at("2026-11-19T12:00:00Z"), at("2026-11-20T07:04:00Z"), &[]).is_empty());
    let minutely = Schedule::parse("* * * * *").unwrap();
    assert_eq!(minutely.missed(at("2020-01-01T00:00:00Z"), now, &[]).len(), MOST_MISSED);
}
