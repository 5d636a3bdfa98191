//! Dashboards that are kept and handed out: saved views, files of charts and pages, and banks that lack what a page would show.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use karat::base::Cell;
use karat::engine::pages::{DashboardFilter, DashboardPage, DashboardView, FigureRows, SavedView};
use karat::engine::{Command, DashboardDeed, Page, Query, Report};

use crate::support::{Bench, Desk};

fn views(desk: &Desk) -> Vec<SavedView> {
    match &*desk.ask(Query::DashboardViews) {
        Page::DashboardViews(views) => views.clone(),
        other => panic!("{other:?}"),
    }
}

/// What was said, and what takes it back.
#[track_caller]
fn kept(desk: &Desk, deed: DashboardDeed) -> (String, DashboardDeed) {
    match desk.done(Command::Dashboard(deed)) {
        Report::ViewKept { summary, undo } => (summary, *undo),
        other => panic!("{other:?}"),
    }
}

fn filter() -> DashboardFilter {
    DashboardFilter {
        from: Some("2025-01-01".to_owned()),
        to: Some("2025-06-30".to_owned()),
        branch: Some("BR003".to_owned()),
        currency: Some("EUR".to_owned()),
        facets: BTreeMap::from([("channel".to_owned(), "ATM".to_owned())]),
        ..DashboardFilter::default()
    }
}

fn save(name: &str) -> DashboardDeed {
    DashboardDeed::SaveView { name: name.to_owned(), page: DashboardPage::Transactions, filter: filter() }
}

fn names(desk: &Desk) -> Vec<String> {
    views(desk).into_iter().map(|view| view.name).collect()
}

#[test]
fn a_view_is_kept_renamed_deleted_and_each_of_it_taken_back() {
    let (bench, _) = Bench::of_bank(40, 9);
    let desk = bench.desk();
    let (said, undo_save) = kept(&desk, save("  Board, EUR "));
    assert_eq!(said, "Saved the view Board, EUR");
    let view = views(&desk).remove(0);
    assert_eq!((view.page, &view.filter, view.author.as_str()), (DashboardPage::Transactions, &filter(), "tester"));
    let (_, undo_rename) = kept(&desk, DashboardDeed::RenameView { view: view.id, name: "Branch 3".to_owned() });
    assert_eq!(names(&desk), ["Branch 3"]);
    kept(&desk, undo_rename);
    assert_eq!(names(&desk), ["Board, EUR"]);
    let (_, undo_delete) = kept(&desk, DashboardDeed::DeleteView { view: view.id });
    assert!(names(&desk).is_empty());
    kept(&desk, save("Board, EUR"));
    let said = desk.refused(Command::Dashboard(undo_delete.clone()));
    assert!(said.contains("another view has its name"), "{said}");
    let other = views(&desk).remove(0).id;
    kept(&desk, DashboardDeed::RenameView { view: other, name: "Another".to_owned() });
    kept(&desk, undo_delete);
    kept(&desk, undo_save);
    assert_eq!(names(&desk), ["Another"]);
    for (deed, words) in [
        (save("Another"), "another view is called Another"),
        (save(" "), "1 to 60 letters"),
        (save(&"x".repeat(61)), "1 to 60 letters"),
        (save("two\nlines"), "1 to 60 letters"),
        (DashboardDeed::RenameView { view: view.id, name: "New".to_owned() }, "not there any more"),
        (DashboardDeed::DeleteView { view: 99 }, "not there any more"),
    ] {
        let said = desk.refused(Command::Dashboard(deed.clone()));
        assert!(said.contains(words), "{deed:?}: {said}");
    }
    drop(desk);
    assert_eq!(names(&bench.desk()), ["Another"], "kept in the workspace");
}

#[test]
fn a_view_of_an_older_program_is_read_and_one_of_a_newer_is_left_alone() {
    let (bench, _) = Bench::of_bank(40, 9);
    let conn = rusqlite::Connection::open(bench.path().join("control.db")).unwrap();
    conn.execute_batch(
        "INSERT INTO dashboard_view (name, page, filter, author, made_at, changed_at) VALUES
             ('Old', 'service', '{\"branch\": \"BR001\"}', 'ines', '2025-01-01T00:00:00Z', '2025-01-01T00:00:00Z'),
             ('New page', 'weather', '{}', 'ines', '2025-01-01T00:00:00Z', '2025-01-01T00:00:00Z'),
             ('Broken', 'service', '{\"branch\"', 'ines', '2025-01-01T00:00:00Z', '2025-01-01T00:00:00Z');",
    )
    .unwrap();
    drop(conn);
    let desk = bench.desk();
    let found = views(&desk);
    assert_eq!(found.iter().map(|view| view.name.as_str()).collect::<Vec<_>>(), ["Old"]);
    let wanted = DashboardFilter { branch: Some("BR001".to_owned()), ..DashboardFilter::default() };
    assert_eq!((found[0].page, &found[0].filter), (DashboardPage::Service, &wanted));
    assert_eq!(view(&desk, found[0].page, &found[0].filter).filter.branch.as_deref(), Some("BR001"));
}

#[track_caller]
fn view(desk: &Desk, page: DashboardPage, filter: &DashboardFilter) -> DashboardView {
    match &*desk.ask(Query::Dashboard { page, filter: filter.clone() }) {
        Page::Dashboard(view) => (**view).clone(),
        other => panic!("{other:?}"),
    }
}

fn figure(page: DashboardPage, figure: &str, file: &Path) -> Command {
    Command::Dashboard(DashboardDeed::ExportFigure { page, filter: filter(), figure: figure.to_owned(), file: file.to_owned() })
}

fn text(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap()
}

/// What every file says: title, unit, filters, snapshot.
const SAID: [&str; 6] = ["Total Transaction Amount Over Time", "EUR", "1 Jan to 30 Jun 2025", "Channel: ATM", "Gold v1, as of", "Branch: "];

#[track_caller]
fn says_all(text: &str, what: &str) {
    for words in SAID {
        assert!(text.contains(words), "{what} lacks {words}");
    }
}

#[test]
fn every_file_says_what_it_shows_of_whom_and_of_which_gold() {
    let (bench, _) = Bench::of_bank(80, 5);
    let desk = bench.desk();
    let file = |name: &str| -> PathBuf { bench.dir().join(name) };
    let page = DashboardPage::Transactions;
    for ending in ["svg", "png", "csv", "json", "xlsx", "parquet"] {
        desk.done(figure(page, "amount_over_time", &file(&format!("chart.{ending}"))));
    }
    for ending in ["html", "svg", "png", "pdf"] {
        let deed = DashboardDeed::ExportPage { page, filter: filter(), file: file(&format!("page.{ending}")) };
        desk.done(Command::Dashboard(deed));
    }
    for name in ["chart.svg", "chart.csv", "chart.json", "page.html", "page.svg"] {
        says_all(&text(&file(name)), name);
    }
    let places = view(&desk, page, &filter()).charts[0].x_labels.len();
    assert_eq!(text(&file("chart.csv")).lines().count(), places + 1);
    for name in ["chart.xlsx", "chart.parquet"] {
        let table = karat::ingest::table::read_table(&file(name), &karat::base::RunCtx::default()).unwrap();
        let first: Vec<String> = table.columns.iter().filter_map(|(_, values)| values[0].as_deref().map(str::to_owned)).collect();
        says_all(&first.join("; "), name);
        assert_eq!(table.columns[0].1.len(), places, "{name}");
    }
    for name in ["chart.png", "page.png"] {
        assert_eq!(&std::fs::read(file(name)).unwrap()[1..4], b"PNG");
    }
    assert!(std::fs::read(file("page.pdf")).unwrap().starts_with(b"%PDF-"));
    assert!(!text(&file("page.html")).contains("<script"), "nothing runs");
    for (name, words) in [("chart.doc", "none of the endings"), ("no/such/folder/chart.svg", "folder")] {
        let said = desk.refused(figure(page, "amount_over_time", &file(name)));
        assert!(said.contains(words), "{said}");
    }
    let said = desk.refused(figure(page, "total_transactions", &file("tile.svg")));
    assert!(said.contains("is a figure, not a chart") && !file("tile.svg").exists(), "{said}");
    assert!(desk.refused(figure(page, "nothing", &file("x.csv"))).contains("no figure called nothing"));
}

/// A workspace of a few lines of text.
fn tiny(files: &[(&str, &str)]) -> Bench {
    let bench = Bench::new();
    let files: Vec<String> = files.iter().map(|(name, text)| bench.file(name, text)).collect();
    let files: Vec<&str> = files.iter().map(String::as_str).collect();
    assert!(bench.ingest(&files).iter().all(|(_, status, _)| status == "loaded"));
    bench.karat(&["run"]).ok();
    bench
}

const CUSTOMER: (&str, &str) = (
    "erp_customers.csv",
    "creation,customer_group,customer_name,customer_type,email_id,gender,mobile_no,modified,name,territory,website\n\
     2025-01-01 08:00:00,Individual,Ida Berg,Individual,ida@mail.example.com,Female,+13045553421,2025-01-02 08:00:00,CUST-1,North,\n",
);
const ACCOUNT: (&str, &str) = (
    "erp_accounts.csv",
    "creation,modified,name,customer,account_type,currency,balance,status,branch,opened_date,closed_date\n\
     2025-01-01 10:00:00,2025-01-06 17:00:00,A-1,CUST-1,Savings,EUR,40.00,Active,,2025-01-01,\n\
     2025-01-01 10:00:00,2025-01-06 17:00:00,A-2,CUST-1,Current,USD,60.00,Active,,2025-01-01,\n",
);
const HEAD: &str =
    "creation,name,account,posting_date,posting_time,transaction_type,direction,channel,amount,currency,balance_after,status,description\n";

fn every_page(bench: &Bench) -> BTreeMap<&'static str, DashboardView> {
    let desk = bench.desk();
    DashboardPage::ALL.into_iter().map(|page| (page.name(), view(&desk, page, &DashboardFilter::default()))).collect()
}

fn number(view: &DashboardView, id: &str) -> Option<f64> {
    view.tiles.iter().find(|tile| tile.id == id).unwrap().number
}

#[test]
fn one_customer_and_nothing_else_says_what_is_missing_and_why() {
    let pages = every_page(&tiny(&[CUSTOMER]));
    for (name, view) in &pages {
        assert!(!view.tiles.is_empty() && !view.charts.is_empty(), "{name}");
        for tile in &view.tiles {
            assert!(tile.number.is_some_and(f64::is_finite) || tile.change_text == "no source", "{name} {}", tile.id);
        }
    }
    let executive = &pages["executive"];
    assert_eq!(number(executive, "total_balance"), None);
    let why: BTreeMap<&str, &str> = executive.absent.iter().map(|absent| (absent.table.as_str(), absent.why.as_str())).collect();
    assert!(why["gold.fct_transactions"].contains("erp_transactions (ERP)"), "{why:?}");
    assert_eq!(why["gold.fct_complaints"], "no file of sf_cases (CRM) is loaded");
}

#[test]
fn currencies_are_never_added_up() {
    let rows = "2025-01-02,T-1,A-1,2025-01-02,09:00:00,Deposit,credit,ATM,40.00,EUR,40.00,Completed,\n\
                2025-01-03,T-2,A-2,2025-01-03,09:00:00,Deposit,credit,ATM,60.00,USD,60.00,Completed,\n\
                2025-01-04,T-3,A-2,2025-01-04,09:00:00,Payment,debit,Web,10.00,USD,50.00,Completed,\n";
    let bench = tiny(&[CUSTOMER, ACCOUNT, ("erp_transactions.csv", &format!("{HEAD}{rows}"))]);
    let desk = bench.desk();
    let of = |currency: &str, id: &str, page| {
        let filter = DashboardFilter { currency: Some(currency.to_owned()), ..DashboardFilter::default() };
        number(&view(&desk, page, &filter), id)
    };
    assert_eq!(of("EUR", "total_balance", DashboardPage::Executive), Some(40.0));
    assert_eq!(of("USD", "total_balance", DashboardPage::Executive), Some(50.0));
    assert_eq!(of("USD", "total_transaction_amount", DashboardPage::Transactions), Some(70.0));
    assert_eq!(of("JPY", "total_balance", DashboardPage::Executive), None);
    let all = view(&desk, DashboardPage::Executive, &DashboardFilter::default());
    assert_eq!((number(&all, "total_transactions"), all.currencies.as_slice()), (Some(3.0), &["USD".to_owned(), "EUR".to_owned()][..]));
}

#[test]
fn transactions_without_a_day_are_counted_nowhere_and_break_no_page() {
    let rows = "2025-01-02,T-1,A-1,,,Deposit,credit,ATM,40.00,EUR,40.00,Completed,\n\
                2025-01-03,T-2,A-2,soon,,Deposit,credit,ATM,60.00,USD,60.00,Completed,\n";
    let pages = every_page(&tiny(&[CUSTOMER, ACCOUNT, ("erp_transactions.csv", &format!("{HEAD}{rows}"))]));
    assert_eq!(number(&pages["executive"], "total_customers"), Some(1.0));
    assert!(number(&pages["transactions"], "total_transactions").is_none_or(|count| count == 0.0));
    for (name, view) in &pages {
        for chart in &view.charts {
            assert!(
                chart.series.iter().flat_map(|series| series.values.iter().flatten()).all(|value| value.is_finite()),
                "{name} {}",
                chart.id
            );
        }
    }
}

fn rows(desk: &Desk, page: DashboardPage, figure: &str, part: &[String]) -> FigureRows {
    let query = Query::DashboardRows {
        page,
        filter: DashboardFilter::default(),
        figure: figure.to_owned(),
        part: part.to_vec(),
        unsettled: false,
        limit: 10,
    };
    match &*desk.ask(query) {
        Page::DashboardRows(rows) => (**rows).clone(),
        other => panic!("{other:?}"),
    }
}

/// What a figure's rows make, asked for as a double click asks, and once more by their own statement as Query would run it.
#[track_caller]
fn leads_to(desk: &Desk, page: DashboardPage, figure: &str, part: &[String], number: Option<f64>) {
    let found = rows(desk, page, figure, part);
    let made: f64 = found.adds_up.iter().map(|(_, value)| value).sum();
    let what = format!("{} {figure} {part:?}", page.name());
    assert!((made - number.unwrap_or(0.0)).abs() < 0.006, "{what}: its rows make {made}, it says {number:?}\n{}", found.sql);
    let Page::Table(asked) = &*desk.ask(Query::Sql { sql: found.sql.clone(), limit: 10 }) else { panic!("{what}") };
    assert_eq!((asked.rows.len(), asked.truncated), (found.rows.rows.len(), found.rows.truncated), "{what}");
}

#[test]
fn every_number_of_every_board_leads_to_the_rows_that_make_it() {
    let bench = Bench::sample();
    let broken = bench.file(
        "sf_cases.csv",
        "sf_case_id,sf_contact_id,status,subject,type,priority,origin,description,created_date,closed_date\n500X,003X,Open\n",
    );
    bench.ingest(&[&broken]);
    let desk = bench.desk();
    let mut numbers = 0;
    for page in DashboardPage::ALL {
        let view = view(&desk, page, &DashboardFilter::default());
        for tile in view.tiles.iter().filter(|tile| tile.number.is_some()) {
            leads_to(&desk, page, &tile.id, &[], tile.number);
            numbers += 1;
        }
        for chart in &view.charts {
            let series = chart.series.iter().find(|_| !chart.keys.is_empty());
            for (keys, value) in
                chart.keys.iter().zip(series.into_iter().flat_map(|series| &series.values)).filter(|(_, value)| value.is_some())
            {
                leads_to(&desk, page, &chart.id, keys, *value);
                numbers += 1;
            }
        }
        // A line of a list is the row at the same place.
        for (chart, key, column) in
            [("who_to_call", "key", 0), ("unusual_list", "transaction id", 0), ("warned", "key", 0), ("failing_tests", "test", 0)]
        {
            let Some(chart) = view.charts.iter().find(|known| known.id == chart) else { continue };
            let at = chart.table.columns.iter().position(|known| known == key).unwrap();
            let listed: Vec<&Cell> = chart.table.rows.iter().take(10).map(|row| &row[at]).collect();
            let found = rows(&desk, page, &chart.id, &[]);
            let found: Vec<&Cell> = found.rows.rows.iter().take(listed.len()).map(|row| &row[column]).collect();
            assert_eq!(listed, found, "{}", chart.id);
        }
    }
    println!("{numbers} numbers of {} boards are what their rows make", DashboardPage::ALL.len());
    assert!(numbers > 200, "{numbers}");
    let said = desk.perform(Command::Dashboard(DashboardDeed::ExportFigure {
        page: DashboardPage::Service,
        filter: DashboardFilter { target_days: Some(4), ..DashboardFilter::default() },
        figure: "days_to_solve".to_owned(),
        file: bench.dir().join("x.csv"),
    }));
    assert!(format!("{said:?}").contains("not measured against 4 days"), "{said:?}");
}
