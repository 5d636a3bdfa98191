use super::*;
use crate::warehouse::fixture::{build_all, connect, load_folder, shared_data, small};

fn built() -> Connection {
    let mut conn = small();
    build_all(&mut conn, "2025-12-31");
    with_layers(&conn);
    conn
}

/// What data quality reads beside gold.
fn with_layers(conn: &Connection) {
    conn.execute_batch("ATTACH ':memory:' AS control").unwrap();
    let scripts = [
        ("control", include_str!("../../../assets/migrations/control_5.sql"), &["test_run", "test_result", "table_score"][..]),
        ("bronze", include_str!("../../../assets/migrations/bronze_0001.sql"), &["batch", "quarantine"][..]),
    ];
    for (schema, script, tables) in scripts {
        // A semicolon in a comment ends no statement.
        let script: String = script.lines().filter(|line| !line.trim_start().starts_with("--")).map(|line| format!("{line}\n")).collect();
        for statement in script.split(';') {
            for table in tables.iter().filter(|table| statement.contains(&format!("CREATE TABLE {table} ("))) {
                conn.execute_batch(&statement.replace(&format!("CREATE TABLE {table} ("), &format!("CREATE TABLE {schema}.{table} (")))
                    .unwrap();
            }
        }
    }
}

fn page_of(conn: &Connection, page: DashboardPage, filter: &DashboardFilter) -> Result<Dashboard> {
    dashboard(conn, page, filter, &waiting(conn).unwrap())
}

fn tile<'a>(board: &'a Dashboard, id: &str) -> &'a Tile {
    board.tiles.iter().find(|t| t.id == id).unwrap()
}

fn chart<'a>(board: &'a Dashboard, id: &str) -> &'a Chart {
    board.charts.iter().find(|c| c.id == id).unwrap()
}

#[test]
fn the_executive_page_counts_what_gold_holds() {
    let conn = built();
    let filter = DashboardFilter { from: Some("2025-10-01".into()), ..Default::default() };
    let board = page_of(&conn, DashboardPage::Executive, &filter).unwrap();
    assert_eq!((board.period.as_str(), board.period_before.as_str()), ("1 Oct to 31 Dec 2025", "1 Jul to 30 Sep 2025"));
    assert_eq!(board.filter.currency.as_deref(), Some("USD"));
    assert_eq!(board.tiles.len(), 6);
    let customers = tile(&board, "total_customers");
    assert_eq!(customers.value, "4");
    assert!(customers.settled_share.is_some_and(|share| share < 1.0));
    assert_eq!((tile(&board, "total_balance").value.as_str(), tile(&board, "total_balance").unit.as_str()), ("621", "USD"));
    assert_eq!(tile(&board, "total_transactions").number, Some(3.0));
    assert_eq!(tile(&board, "open_complaints").number, Some(2.0));
    let branches = chart(&board, "balance_by_branch");
    assert_eq!(branches.x_labels, ["Downtown Main", "Westside Plaza"]);
    assert_eq!(branches.filter_keys, [Some("BR001".to_owned()), Some("BR002".to_owned())]);
    let flow = chart(&board, "credit_and_debit");
    assert_eq!(flow.x_labels, ["Oct 2025", "Nov 2025", "Dec 2025"]);
    assert_eq!(flow.series[1].values[2], Some(300.0));
    assert_eq!(chart(&board, "amount_over_time").series.len(), 2);
}

#[test]
fn a_branch_and_a_currency_narrow_every_figure() {
    let conn = built();
    let filter = DashboardFilter { branch: Some("BR002".into()), currency: Some("EUR".into()), ..Default::default() };
    let board = page_of(&conn, DashboardPage::Executive, &filter).unwrap();
    assert_eq!(tile(&board, "total_balance").value, "1,000");
    assert_eq!(tile(&board, "total_balance").unit, "EUR");
    assert_eq!(tile(&board, "total_transactions").number, None);
}

#[test]
fn every_page_has_tiles_and_charts_with_their_rows() {
    let conn = built();
    for page in DashboardPage::ALL {
        let board = page_of(&conn, page, &DashboardFilter::default()).unwrap();
        assert!(board.tiles.len() >= 4 && board.charts.len() >= 3, "{page:?}");
        for tile in &board.tiles {
            assert!(!tile.definition.is_empty() && !tile.sql.is_empty(), "{page:?} {}", tile.id);
            assert!(tile.number.is_some() || tile.change_text == "no source", "{page:?} {}", tile.id);
        }
        for chart in &board.charts {
            assert!(!chart.definition.is_empty() && !chart.sql.is_empty(), "{page:?} {}", chart.id);
            assert!(!chart.table.rows.is_empty() || chart.note.is_some(), "{page:?} {}", chart.id);
            assert!(chart.filter_keys.is_empty() || chart.filter_keys.len() == chart.x_labels.len());
            for series in &chart.series {
                assert!(series.values.len() == chart.x_labels.len(), "{page:?} {}", chart.id);
            }
        }
    }
}

#[test]
fn a_bank_without_accounts_says_so() {
    let Some(folder) = shared_data("banks/002_apex_bank_churn") else { return };
    let mut conn = connect(None);
    load_folder(&conn, &folder);
    build_all(&mut conn, "2026-01-11");
    with_layers(&conn);
    let board = page_of(&conn, DashboardPage::Executive, &DashboardFilter::default()).unwrap();
    assert_eq!(tile(&board, "total_balance").value, "\u{2013}");
    assert_eq!(tile(&board, "total_balance").change_text, "no source");
    assert!(tile(&board, "total_transactions").number.is_some_and(|n| n > 100.0));
    for page in DashboardPage::ALL {
        let started = std::time::Instant::now();
        page_of(&conn, page, &DashboardFilter::default()).unwrap();
        println!("{page:?} {:?}", started.elapsed());
    }
}

fn with(pairs: &[(&str, &str)]) -> DashboardFilter {
    pairs.iter().fold(DashboardFilter::default(), |filter, (facet, value)| narrowed_by(&filter, facet, value))
}

fn wanted<'a>(page: DashboardPage, filter: &'a DashboardFilter, figure: &'a str, part: &'a [String]) -> RowsWanted<'a> {
    RowsWanted { page, filter, figure, part, unsettled: false, limit: usize::MAX }
}

fn all_rows(conn: &Connection, page: DashboardPage, filter: &DashboardFilter, figure: &str) -> FigureRows {
    figure_rows(conn, &wanted(page, filter, figure, &[])).unwrap_or_else(|error| panic!("{page:?} {figure}: {error}"))
}

/// The SQL that stands beside a figure is run as it stands and gives the figure.
fn sql_gives_the_figure(conn: &Connection, board: &Dashboard, page: DashboardPage) {
    for tile in board.tiles.iter().filter(|tile| tile.number.is_some()) {
        let found: f64 =
            conn.query_row(&tile.sql, [], |row| row.get(0)).unwrap_or_else(|error| panic!("{page:?} {}: {error}\n{}", tile.id, tile.sql));
        assert!((found - tile.number.unwrap()).abs() < 1e-6, "{page:?} {}: {found} {:?}", tile.id, tile.number);
    }
    for chart in &board.charts {
        conn.prepare(&chart.sql).unwrap_or_else(|error| panic!("{page:?} {}: {error}\n{}", chart.id, chart.sql));
    }
}

/// What does not agree, in words.
fn other(what: &str, rows: &FigureRows, name: &str, number: Option<f64>) -> Option<String> {
    let found = rows.adds_up.iter().find(|(known, _)| known.is_empty() || known == name).map_or(0.0, |(_, value)| *value);
    let number = number.unwrap_or(0.0);
    ((found - number).abs() >= 0.006).then(|| format!("{what} {name}: its rows make {found}, it says {number}"))
}

fn rows_are_the_figures(conn: &Connection, filters: &[DashboardFilter]) {
    let mut wrong = Vec::new();
    for page in DashboardPage::ALL {
        for filter in filters {
            let board = page_of(conn, page, filter).unwrap_or_else(|error| panic!("{page:?} {filter:?}: {error}"));
            sql_gives_the_figure(conn, &board, page);
            for tile in board.tiles.iter().filter(|tile| tile.number.is_some()) {
                assert!(tile.has_rows, "{page:?} {}", tile.id);
                let rows = all_rows(conn, page, filter, &tile.id);
                wrong.extend(other(&format!("{page:?} {} {filter:?}", tile.id), &rows, "", tile.number));
            }
            for chart in &board.charts {
                assert!(chart.has_rows, "{page:?} {}", chart.id);
                wrong.extend(parts_that_are_not_their_rows(conn, page, filter, chart));
            }
        }
    }
    assert!(wrong.is_empty(), "{} do not agree:\n{}", wrong.len(), wrong.join("\n"));
}

/// Every bar, and every place of every line, whose rows, as two clicks lead to them, do not make the number that is drawn.
fn parts_that_are_not_their_rows(conn: &Connection, page: DashboardPage, filter: &DashboardFilter, chart: &Chart) -> Vec<String> {
    let mut wrong = Vec::new();
    let place = format!("{page:?} {} {filter:?}", chart.id);
    let ask = |filter: &DashboardFilter, part: &[String]| {
        figure_rows(conn, &wanted(page, filter, &chart.id, part)).unwrap_or_else(|error| panic!("{place}: {error}"))
    };
    let bars = matches!(chart.kind, ChartKind::HorizontalBars | ChartKind::OrderedBars);
    // Of a long axis every fifth place.
    let step = if chart.x_labels.len() > 20 { 5 } else { 1 };
    for (at, label) in chart.x_labels.iter().enumerate().step_by(step) {
        for series in chart.series.iter().filter(|series| !series.is_before && series.values[at].is_some()) {
            let what = format!("{place} at {label}");
            if bars {
                wrong.extend(other(&what, &ask(filter, &chart.keys[at]), "", series.values[at]));
                if let Some((facet, key)) = chart.facet.as_deref().zip(chart.filter_keys[at].as_deref()) {
                    wrong.extend(other(&what, &ask(&narrowed_by(filter, facet, key), &[]), "", series.values[at]));
                }
                continue;
            }
            let (from, to) = chart.spans[at].clone();
            let days = DashboardFilter { from: Some(from), to: Some(to), ..filter.clone() };
            let days = match chart.series_facet.as_deref().zip(series.key.as_deref()) {
                Some((facet, key)) => narrowed_by(&days, facet, key),
                None => days,
            };
            wrong.extend(other(&what, &ask(&days, &[]), &series.name, series.values[at]));
        }
    }
    for (at, keys) in chart.keys.iter().enumerate().filter(|_| chart.kind == ChartKind::Table) {
        let rows = chart.table.columns.iter().position(|column| column == "rows").unwrap();
        wrong.extend(other(&place, &ask(filter, keys), "", chart.table.rows[at][rows].as_f64()));
    }
    wrong
}

#[test]
fn every_number_is_what_its_rows_and_its_sql_say_under_any_filter() {
    let conn = built();
    let filters = [
        DashboardFilter::default(),
        DashboardFilter { from: Some("2023-01-01".into()), ..DashboardFilter::default() },
        DashboardFilter { from: Some("2025-09-01".into()), to: Some("2025-12-20".into()), ..DashboardFilter::default() },
        with(&[("branch", "BR001")]),
        with(&[("risk_tier", "Low")]),
        with(&[("channel", "App")]),
        with(&[("direction", "credit"), ("branch", "BR002")]),
        with(&[("customer_segment", "Occasional"), ("tenure_segment", "Long-term")]),
        with(&[("priority", "High")]),
        with(&[("account_type", "Savings")]),
        with(&[("loan_type", "Car"), ("loan_status", "Rejected")]),
        with(&[("records", "1")]),
        with(&[("systems", "ERP + CRM + App")]),
        with(&[("source_system", "erpnext")]),
        with(&[("digital_status", "Dormant")]),
    ];
    rows_are_the_figures(&conn, &filters);
}

#[test]
fn a_click_on_a_part_gives_the_part_in_every_chart_that_carries_it() {
    let conn = built();
    for page in DashboardPage::ALL {
        let board = page_of(&conn, page, &DashboardFilter::default()).unwrap();
        for chart in board.charts.iter().filter(|chart| chart.facet.is_some()) {
            for (at, key) in chart.filter_keys.iter().enumerate() {
                let Some(key) = key else { continue };
                let narrowed = narrowed_by(&DashboardFilter::default(), chart.facet.as_deref().unwrap(), key);
                let again = page_of(&conn, page, &narrowed).unwrap();
                assert!(!again.chosen.is_empty(), "{page:?} {}", chart.id);
                let own = again.charts.iter().find(|known| known.id == chart.id).unwrap();
                assert!(own.left_out.is_empty(), "{page:?} {}: its own facet is not carried", chart.id);
                assert_eq!(own.x_labels, chart.x_labels, "{page:?} {}: the others stay to be chosen", chart.id);
                let rows = all_rows(&conn, page, &narrowed, &chart.id).rows.rows.len() as f64;
                if ["customers", "cases opened", "applications", "records"].contains(&chart.unit.as_str()) {
                    assert_eq!(Some(rows), chart.series[0].values[at], "{page:?} {} {key}", chart.id);
                }
            }
        }
    }
}

#[test]
fn what_is_unsettled_waits_in_review_and_a_stranger_is_refused() {
    let conn = built();
    let all = DashboardFilter::default();
    let waits =
        figure_rows(&conn, &RowsWanted { unsettled: true, ..wanted(DashboardPage::Executive, &all, "total_customers", &[]) }).unwrap();
    assert_eq!(waits.rows.rows.len(), 1);
    let no = figure_rows(&conn, &wanted(DashboardPage::Executive, &all, "nothing", &[])).unwrap_err();
    assert!(no.to_string().contains("no figure called nothing"), "{no}");
    let odd = page_of(&conn, DashboardPage::Executive, &with(&[("1=1; --", "x")])).unwrap_err();
    assert!(odd.to_string().contains("not filtered by"), "{odd}");
    let limited =
        figure_rows(&conn, &RowsWanted { limit: 1, ..wanted(DashboardPage::Transactions, &all, "total_transactions", &[]) }).unwrap();
    assert!(limited.rows.truncated && limited.rows.rows.len() == 1);
}

#[test]
fn rows_in_quarantine_lower_the_trust_in_what_they_would_have_fed() {
    let conn = built();
    let before = page_of(&conn, DashboardPage::Loans, &DashboardFilter::default()).unwrap();
    assert_eq!(
        (tile(&before, "loan_approval_rate").settled_share, tile(&before, "loan_approval_rate").quarantined),
        (tile(&before, "total_loan_portfolio").settled_share, 0)
    );
    conn.execute_batch(
        "INSERT INTO bronze.batch (batch_id, file_name, file_path, size_bytes, sha256, source_system, table_name, status, ingested_at, rows_loaded)
             VALUES (1, 'erp_loans.csv', '', 0, '', 'erpnext', 'erp_loans', 'loaded', '', 3);
         INSERT INTO bronze.quarantine VALUES (1, 1, 'erp_loans', 'erp_loans.csv', 5, '', 'too few fields', 'x', 'open'),
             (2, 1, 'erp_loans', 'erp_loans.csv', 6, '', 'too few fields', 'y', 'superseded');",
    )
    .unwrap();
    let after = page_of(&conn, DashboardPage::Loans, &DashboardFilter::default()).unwrap();
    for (before, after) in before.tiles.iter().zip(&after.tiles).filter(|(tile, _)| tile.number.is_some()) {
        let is_of_loans = after.id.contains("loan");
        let wanted = before.settled_share.unwrap() * if is_of_loans { 0.75 } else { 1.0 };
        assert!((after.settled_share.unwrap() - wanted).abs() < 1e-9, "{}: {:?}", after.id, after.settled_share);
        assert_eq!(after.quarantined, u64::from(is_of_loans), "{}", after.id);
    }
}

#[test]
fn a_gold_of_an_older_program_says_so() {
    let conn = built();
    conn.execute_batch("DROP TABLE gold.agg_daily_transactions").unwrap();
    let error = page_of(&conn, DashboardPage::Transactions, &with(&[("channel", "App")])).unwrap_err().to_string();
    assert!(error.contains("agg_daily_transactions") && error.contains("Run, then publish"), "{error}");
    assert!(page_of(&conn, DashboardPage::Service, &DashboardFilter::default()).is_ok(), "the other pages go on");
}

#[test]
fn the_banks_of_this_machine_count_alike() {
    for (name, as_of) in [("banks/001_cloud_datawarehouse_dbt", "2024-12-31"), ("banks/002_apex_bank_churn", "2026-01-11")] {
        let Some(folder) = shared_data(name) else { continue };
        let mut conn = connect(None);
        load_folder(&conn, &folder);
        build_all(&mut conn, as_of);
        with_layers(&conn);
        rows_are_the_figures(&conn, &[DashboardFilter::default(), with(&[("risk_tier", "High")])]);
    }
}
