//! Service and digital: what customers complain of, and what they do in the app.

use super::Page;
use super::charts::{About, bars, compared, compared_by, over_time};
use super::common::{self, IN_PERIOD, MONTHS, OF_BRANCH};
use super::figures::{Chart, ChartKind, Tile};
use super::period::Grain;
use super::reader::Reader;
use super::tiles::{Measure, Spark, TileOf, tile};
use crate::warehouse::error::Result;

const OF_CASES: [&str; 3] = ["complaint_type", "priority", "origin"];

/// A figure of complaints: from days, or from months where a kind of case is chosen.
struct CaseOf<'a> {
    id: &'a str,
    title: &'a str,
    measure: Measure,
    by_day: &'a str,
    by_month: &'a str,
    more_is_better: bool,
    definition: &'a str,
}

fn case(reader: &Reader<'_>, has_source: bool, of: &CaseOf<'_>) -> Result<Tile> {
    let (expression, source, when, day) = if reader.is_chosen(&OF_CASES) {
        (of.by_month, "service", MONTHS, "month")
    } else {
        (of.by_day, "activity", "date BETWEEN :from AND :to", "substr(date, 1, 7)")
    };
    let sql = format!("SELECT {expression} AS value FROM {{{source}}} WHERE {when} AND {OF_BRANCH}");
    let months =
        format!("SELECT {day} AS month, {expression} AS value FROM {{{source}}} WHERE {when} AND {OF_BRANCH} GROUP BY 1 ORDER BY 1");
    tile(
        reader,
        TileOf {
            id: of.id,
            title: of.title,
            measure: of.measure,
            sql: &sql,
            compares: true,
            more_is_better: Some(of.more_is_better),
            spark: Spark::Each(&months),
            settled_share: common::settled_customers(reader)?,
            definition: of.definition,
            table: &months,
            has_source,
        },
    )
}

pub(crate) fn service(reader: &Reader<'_>) -> Page {
    let has_source = common::has_rows(reader, "agg_monthly_service")?;
    let of = |id, title, measure, by_day, by_month, more_is_better, definition| {
        case(reader, has_source, &CaseOf { id, title, measure, by_day, by_month, more_is_better, definition })
    };
    let tiles = vec![
        common::open_complaints(reader)?,
        of(
            "complaints_opened",
            "Complaints opened",
            Measure::Count,
            "sum(complaints_opened)",
            "sum(complaints)",
            false,
            "Cases opened in the period, by business date.",
        )?,
        of(
            "average_resolution_days",
            "Average resolution time",
            Measure::Days,
            "sum(resolution_days) * 1.0 / nullif(sum(complaints_closed), 0)",
            "sum(closed_days) * 1.0 / nullif(sum(closed_complaints), 0)",
            false,
            "Days from opening to closing, over the cases closed in the period.",
        )?,
        of(
            "average_satisfaction",
            "Average satisfaction",
            Measure::Score,
            "sum(satisfaction_sum) / nullif(sum(satisfaction_count), 0)",
            "sum(satisfaction_sum) / nullif(sum(satisfaction_count), 0)",
            true,
            "Mean satisfaction score of the cases opened in the period that carry one.",
        )?,
        against_target(reader, has_source, true)?,
        against_target(reader, has_source, false)?,
    ];
    let mut charts = vec![complaints_over_time(reader)?, by_kind(reader, ("complaints_by_type", "Complaints by type", "complaint_type"))?];
    charts.push(opened_and_closed(reader)?);
    charts.push(days_to_solve(reader)?);
    charts.push(by_kind(reader, ("complaints_by_priority", "Complaints by priority", "priority"))?);
    charts.push(by_kind(reader, ("complaints_by_origin", "Complaints by origin", "origin"))?);
    Ok((tiles, charts))
}

/// Complaints closed in the months of the period, beside the days in which they should have been: the share in time, or those that were late.
fn against_target(reader: &Reader<'_>, has_source: bool, in_time: bool) -> Result<Tile> {
    let days = reader.target_days;
    let said = if days == 1 { "1 day".to_owned() } else { format!("{days} days") };
    let (id, title, expression) = if in_time {
        ("solved_in_time", format!("Solved within {said}"), format!("100.0 * sum(closed_in_{days}) / nullif(sum(closed_known), 0)"))
    } else {
        ("solved_late", format!("Solved after {said}"), format!("sum(closed_known - closed_in_{days})"))
    };
    let definition = format!(
        "Cases closed in the months of the period that have both business dates: {}. The target is chosen beside the period; 15 days without a choice, the longest that PSD2 (article 101) allows for an answer, which counts business days.",
        if in_time {
            format!("the share closed {said} after their opening at the latest")
        } else {
            format!("those closed later than {said} after their opening")
        }
    );
    let months = format!("SELECT month, {expression} AS value FROM {{service}} WHERE {MONTHS} AND {OF_BRANCH} GROUP BY 1 ORDER BY 1");
    tile(
        reader,
        TileOf {
            id,
            title: &title,
            measure: if in_time { Measure::Percent } else { Measure::Count },
            sql: &format!("SELECT {expression} AS value FROM {{service}} WHERE {MONTHS} AND {OF_BRANCH}"),
            compares: true,
            more_is_better: Some(in_time),
            spark: Spark::Each(&months),
            settled_share: common::settled_customers(reader)?,
            definition: &definition,
            table: &format!(
                "SELECT complaint_type, sum(closed_known) AS closed, sum(closed_in_{days}) AS in_time, sum(closed_known - closed_in_{days}) AS late
                 FROM {{service}} WHERE {MONTHS} AND {OF_BRANCH} GROUP BY 1 HAVING sum(closed_known) > 0 ORDER BY 4 DESC, 1"
            ),
            has_source,
        },
    )
}

/// How long complaints took, in steps.
pub(crate) const STEPS: [(&str, &str); 9] = [
    ("1 day at most", "closed_in_1"),
    ("2 to 3 days", "closed_in_3 - closed_in_1"),
    ("4 to 5 days", "closed_in_5 - closed_in_3"),
    ("6 to 7 days", "closed_in_7 - closed_in_5"),
    ("8 to 10 days", "closed_in_10 - closed_in_7"),
    ("11 to 15 days", "closed_in_15 - closed_in_10"),
    ("16 to 30 days", "closed_in_30 - closed_in_15"),
    ("31 to 60 days", "closed_in_60 - closed_in_30"),
    ("Over 60 days", "closed_known - closed_in_60"),
];

fn days_to_solve(reader: &Reader<'_>) -> Result<Chart> {
    let sums: Vec<String> = STEPS.iter().enumerate().map(|(at, (_, cases))| format!("sum({cases}) AS step_{at}")).collect();
    let steps: Vec<String> = STEPS
        .iter()
        .enumerate()
        .map(|(at, (label, _))| format!("SELECT {at} AS place, '{label}' AS took, step_{at} AS cases FROM s"))
        .collect();
    let sql = format!(
        "WITH s AS (SELECT {}, sum(closed_known) AS closed FROM {{service}} WHERE {MONTHS} AND {OF_BRANCH})
         SELECT took, cases FROM ({}) WHERE (SELECT closed FROM s) > 0 ORDER BY place",
        sums.join(", "),
        steps.join(" UNION ALL ")
    );
    let about = About::new(
        "days_to_solve",
        "Days to solve",
        "cases closed",
        "Cases closed in the months of the period, by the days from opening to closing.",
    );
    bars(reader, about.settled(common::settled_customers(reader)?), STEPS.len(), &sql)
}

fn complaints_over_time(reader: &Reader<'_>) -> Result<Chart> {
    let about = About::new("complaints_over_time", "Complaints opened", "cases", "Cases by the business date of their opening.")
        .settled(common::settled_customers(reader)?);
    if reader.is_chosen(&OF_CASES) {
        let sql =
            format!("SELECT month, sum(complaints) AS complaints FROM {{service}} WHERE {MONTHS} AND {OF_BRANCH} GROUP BY 1 ORDER BY 1");
        return compared_by(reader, about, Grain::Month, &sql);
    }
    compared(reader, about, &common::by_day("complaints_opened"))
}

fn opened_and_closed(reader: &Reader<'_>) -> Result<Chart> {
    let sql = if reader.is_chosen(&OF_CASES) {
        format!(
            "SELECT month, sum(complaints) AS opened, sum(closed_complaints) AS closed FROM {{service}} WHERE {MONTHS} AND {OF_BRANCH}
             GROUP BY 1 HAVING sum(events) > 0 ORDER BY 1"
        )
    } else {
        format!(
            "SELECT substr(date, 1, 7) AS month, sum(complaints_opened) AS opened, sum(complaints_closed) AS closed FROM {{activity}}
             WHERE date BETWEEN :from AND :to AND {OF_BRANCH} GROUP BY 1 HAVING sum(complaints_opened) + sum(complaints_closed) > 0 ORDER BY 1"
        )
    };
    let about =
        About::new("opened_and_closed", "Opened and closed", "cases", "Cases with a business date; a close without one is left out.");
    let about = about.when("by month").settled(common::settled_customers(reader)?);
    over_time(reader, about, ChartKind::GroupedBars, Grain::Month, &["Opened", "Closed"], &sql)
}

fn by_kind(reader: &Reader<'_>, (id, title, column): (&'static str, &'static str, &'static str)) -> Result<Chart> {
    bars(
        reader,
        About::new(id, title, "cases opened", "Cases opened in the months of the period, as the case itself states it.")
            .by(column)
            .settled(common::settled_customers(reader)?),
        9,
        &format!(
            "SELECT {column}, sum(complaints) AS complaints, sum(open_complaints) AS open FROM {{service}}
             WHERE {MONTHS} AND {OF_BRANCH} GROUP BY 1 HAVING sum(complaints) > 0 ORDER BY 2 DESC, 1"
        ),
    )
}

pub(crate) fn digital(reader: &Reader<'_>) -> Page {
    let has_source = common::has_rows(reader, "agg_daily_digital")?;
    let of = |id, title, measure, expression, definition| app_tile(reader, has_source, (id, title, measure), expression, definition);
    let tiles = vec![
        of("app_sessions", "App sessions", Measure::Count, "sum(sessions)", "Sessions in the app of known customers.")?,
        of("app_events", "App events", Measure::Count, "sum(events)", "Events in the app of known customers.")?,
        of(
            "session_minutes",
            "Minutes per session",
            Measure::Score,
            "sum(seconds) / 60.0 / nullif(sum(sessions), 0)",
            "Time in the app divided by the number of sessions.",
        )?,
        of(
            "app_customers",
            "Customers a day in the app",
            Measure::Score,
            "sum(app_customers) * 1.0 / nullif(julianday(:to) - julianday(:from) + 1, 0)",
            "Customers with a session or an event, a day on average.",
        )?,
    ];
    let by_day = |column: &str| {
        format!(
            "SELECT date, sum({column}) AS {column} FROM {{app}} WHERE date BETWEEN :from AND :to AND {OF_BRANCH} GROUP BY 1 ORDER BY 1"
        )
    };
    let charts = vec![
        compared(
            reader,
            About::new("sessions_over_time", "App sessions over time", "sessions", "Sessions of known customers."),
            &by_day("sessions"),
        )?,
        bars(
            reader,
            About::new(
                "digital_status",
                "Customers by digital status",
                "customers",
                "Active: a login in 30 days, Lapsing: in 90, Dormant: before, Never: none.",
            )
            .by("digital_status"),
            6,
            &format!("SELECT digital_status, sum(customers) AS customers FROM {{segments}} WHERE {OF_BRANCH} GROUP BY 1 ORDER BY 2 DESC, 1"),
        )?,
        compared(
            reader,
            About::new(
                "app_customers_over_time",
                "Customer days in the app",
                "customer days",
                "Days with a session or an event, counted per customer.",
            ),
            &by_day("app_customers"),
        )?,
        bars(
            reader,
            About::new("features", "Features used", "events", "Events by type, of known customers.").when("all time").by("event_type"),
            12,
            &format!(
                "SELECT replace(event_type, '_', ' ') AS feature, sum(events) AS events, sum(customers) AS customers, event_type AS filter_key
                 FROM {{features}} WHERE {OF_BRANCH} GROUP BY event_type ORDER BY 2 DESC, 1"
            ),
        )?,
    ];
    Ok((tiles, charts))
}

fn app_tile(
    reader: &Reader<'_>,
    has_source: bool,
    (id, title, measure): (&str, &str, Measure),
    expression: &str,
    definition: &str,
) -> Result<Tile> {
    let narrowed = format!("date BETWEEN :from AND :to AND {OF_BRANCH}");
    // A day's customers are a level of that day, so a month shows its sum by days instead.
    let months = format!("SELECT substr(date, 1, 7) AS month, {expression} AS value FROM {{app}} WHERE {narrowed} GROUP BY 1 ORDER BY 1");
    tile(
        reader,
        TileOf {
            id,
            title,
            measure,
            sql: &format!("SELECT {expression} AS value FROM {{app}} WHERE {narrowed}"),
            compares: true,
            more_is_better: Some(true),
            spark: Spark::Each(&months),
            settled_share: common::settled_customers(reader)?,
            definition,
            table: &common::by_branch(
                "sum(t.sessions) AS sessions, sum(t.events) AS events, round(sum(t.seconds) / 60.0, 1) AS minutes, sum(t.app_customers) AS customer_days",
                "app",
                IN_PERIOD,
            ),
            has_source,
        },
    )
}
