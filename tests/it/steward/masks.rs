//! Whatever an analyst asks of the engine or tells it to write, no value comes out in the clear. The window and the terminal have no other way.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use karat::base::{CustomerKey, DecisionId, Secret};
use karat::engine::pages::{DashboardFilter, DashboardPage, Role};
use karat::engine::trust_deed::AuditFilter;
use karat::engine::{
    Answer, Backend, Command, DashboardDeed, DataDeed, Domain, Event, MatchDeed, Query, QueueFilter, ReviewDeed, TrustDeed, TrustQuery,
    Verdict,
};

use super::does;
use crate::support::{Bench, Desk};

/// What came back, as JSON; the words of a refusal too.
fn answered(desk: &Desk, query: Query) -> String {
    let ticket = desk.engine.ask(query);
    loop {
        std::thread::sleep(std::time::Duration::from_millis(2));
        for event in desk.engine.poll() {
            if let Event::Answer { ticket: answered, page } = event
                && answered == ticket
            {
                return page.map_or_else(|why| format!("refused: {why}"), |page| serde_json::to_string(&*page).unwrap());
            }
        }
    }
}

fn trust(deed: TrustDeed) -> Command {
    Command::Trust(deed)
}

fn enrol(desk: &Desk, person: &str, role: Role) {
    let passphrase = Some(Secret::new(format!("{person} opens it")));
    desk.done(trust(TrustDeed::Enrol { person: person.to_owned(), role, public_key: None, passphrase, user: "mask-ines".to_owned() }));
}

fn queries(desk: &Desk) -> Vec<Query> {
    let item = desk.open_items().remove(0);
    let customer = CustomerKey(1);
    let records = item.groups.clone();
    let mut all = vec![
        Query::Status,
        Query::Sources { system: None },
        Query::Queue(QueueFilter::default()),
        Query::Item(item.id.clone()),
        Query::Customers { search: String::new() },
        Query::Customers { search: "a".to_owned() },
        Query::Customer(customer),
        Query::Publish,
        Query::MatchModel,
        Query::Palette { text: "a".to_owned() },
        Query::Decisions,
        Query::ReviewList,
        Query::Decision(DecisionId(1)),
        Query::Parts { groups: records.clone() },
        Query::Effect { item: item.id.clone(), verdict: Verdict::Same },
        Query::Why { left: records[0][0].to_string().replacen('/', ":", 1), right: records[1][0].to_string().replacen('/', ":", 1) },
        Query::Bulk,
        Query::Quality,
        Query::AuditDeck,
        Query::Survivorship,
        Query::Names(Domain::Branch),
        Query::Names(Domain::ComplaintType),
        Query::Evaluate { truth: PathBuf::from("/nowhere/truth.csv") },
    ];
    let tables =
        ["gold.dim_customer", "gold.customer_360", "silver.dim_customer", "silver.customer_record", "control.decision", "bronze.batch"];
    all.extend(tables.map(|table| Query::Sql { sql: format!("SELECT * FROM {table}"), limit: 100_000 }));
    all.extend(DashboardPage::ALL.into_iter().map(|page| Query::Dashboard { page, filter: DashboardFilter::default() }));
    let trust = [
        TrustQuery::People,
        TrustQuery::Proposals,
        TrustQuery::Pack { file: PathBuf::from("/nowhere/pack") },
        TrustQuery::Backups,
        TrustQuery::Verify,
        TrustQuery::Erasure { key: customer.to_string() },
        TrustQuery::Audit(AuditFilter::default()),
        TrustQuery::AuditVerify { anchors: Vec::new() },
    ];
    all.extend(trust.map(Query::Trust));
    all
}

/// Names, e-mails and phones of the bank.
fn values(bench: &Bench) -> BTreeSet<String> {
    let sql = "SELECT full_name FROM silver.dim_customer WHERE length(full_name) > 8 UNION SELECT email FROM silver.dim_customer
               UNION SELECT phone FROM silver.dim_customer WHERE length(phone) > 6";
    let values: BTreeSet<String> = bench.rows(sql).into_iter().flatten().filter(|value| !value.is_empty()).collect();
    assert!(values.len() > 150, "{}", values.len());
    values
}

fn sign_in_an_analyst(desk: &Desk) {
    enrol(desk, "mask-ines", Role::Approver);
    enrol(desk, "mask-ana", Role::Analyst);
    desk.done(trust(TrustDeed::SignIn { person: "mask-ana".to_owned(), passphrase: Secret::new("mask-ana opens it".to_owned()) }));
}

/// Every page and every figure with its data, as files that can be searched; gives what they hold.
fn handed_out(desk: &Desk, dir: &Path) -> Vec<(String, String)> {
    std::fs::create_dir_all(dir).unwrap();
    let mut commands = Vec::new();
    let filter = DashboardFilter::default;
    for page in DashboardPage::ALL {
        for ending in ["html", "svg"] {
            let file = dir.join(format!("{}.{ending}", page.name()));
            commands.push((file.clone(), Command::Dashboard(DashboardDeed::ExportPage { page, filter: filter(), file })));
        }
    }
    let lists = [(DashboardPage::Executive, "who_to_call"), (DashboardPage::Signals, "warned"), (DashboardPage::Signals, "unusual_list")];
    for (page, figure) in lists {
        for ending in ["svg", "csv", "json"] {
            let file = dir.join(format!("{figure}.{ending}"));
            let deed = DashboardDeed::ExportFigure { page, filter: filter(), figure: figure.to_owned(), file: file.clone() };
            commands.push((file, Command::Dashboard(deed)));
        }
    }
    let file = dir.join("rows.csv");
    commands.push((file.clone(), Command::Data(DataDeed::Export { sql: "SELECT * FROM gold.customer_360".to_owned(), file })));
    let held = |(file, command): (PathBuf, Command)| {
        desk.done(command);
        (file.file_name().unwrap().to_string_lossy().into_owned(), std::fs::read_to_string(file).unwrap())
    };
    commands.into_iter().map(held).collect()
}

#[test]
fn no_file_that_an_analyst_takes_from_the_dashboards_holds_a_value_in_the_clear() {
    let (bench, _) = Bench::of_bank(80, 5);
    let values = values(&bench);
    let desk = bench.desk();
    let shown = |text: &str| values.iter().any(|value| text.contains(value.as_str()));
    let clear = handed_out(&desk, &bench.dir().join("clear"));
    let in_the_clear: Vec<&str> = clear.iter().filter(|(_, text)| shown(text)).map(|(name, _)| name.as_str()).collect();
    assert!(in_the_clear.contains(&"rows.csv") && in_the_clear.contains(&"who_to_call.csv"), "the search finds them: {in_the_clear:?}");
    sign_in_an_analyst(&desk);
    for (name, text) in handed_out(&desk, &bench.dir().join("masked")) {
        assert!(!shown(&text), "{name}");
        assert!(
            name == "rows.csv" || text.contains("personal data masked") || name.starts_with("data_quality") || text.lines().count() < 3,
            "{name}"
        );
    }
    let file = bench.dir().join("silver.csv");
    let said = desk.refused(Command::Data(DataDeed::Export { sql: "SELECT * FROM silver.dim_customer".to_owned(), file: file.clone() }));
    assert!(!file.exists() && !shown(&said), "{said}");
}

#[test]
fn no_page_query_or_export_of_an_analyst_holds_a_value_in_the_clear() {
    let (bench, _) = Bench::of_bank(80, 5);
    let values = values(&bench);
    let desk = bench.desk();
    let queries = queries(&desk);
    // Words about people are in the log and on the queue.
    does(&desk, ReviewDeed::HandOver { to: None, text: values.iter().next().unwrap().clone() }, "mask-ines");
    desk.done(Command::Decide { item: desk.open_items()[0].id.clone(), answer: Answer::Same, reason: None, user: "mask-ines".to_owned() });
    let shows = |text: &str| values.iter().find(|value| text.contains(value.as_str())).cloned();
    let in_the_clear = queries.iter().filter(|query| shows(&answered(&desk, (*query).clone())).is_some()).count();
    assert!(in_the_clear > 10, "the sweep would find them: {in_the_clear} pages of somebody who may see them do");
    sign_in_an_analyst(&desk);
    for query in &queries {
        let page = answered(&desk, query.clone());
        assert_eq!(shows(&page), None, "{query:?}");
    }
    let file = |name: &str| bench.dir().join(name);
    let user = || "mask-ana".to_owned();
    let review = |deed: ReviewDeed| Command::Review { deed: Box::new(deed), user: user() };
    let written = [
        (file("log.csv"), trust(TrustDeed::ExportAudit { filter: AuditFilter::default(), file: file("log.csv") })),
        (file("log.html"), trust(TrustDeed::ExportAudit { filter: AuditFilter::default(), file: file("log.html") })),
        (file("a.pack"), trust(TrustDeed::ExportPack { file: file("a.pack"), user: user() })),
        (file("copy.db"), trust(TrustDeed::Backup { to: Some(file("copy.db")), user: user() })),
        (file("sheet.xlsx"), review(ReviewDeed::ExportSheet { filter: QueueFilter::default(), path: file("sheet.xlsx") })),
        (file("match.toml"), Command::Match(MatchDeed::Export { path: file("match.toml") })),
    ];
    for (path, command) in written {
        let said = desk.refused(command.clone());
        assert!(said.contains("analyst") && shows(&said).is_none(), "{command:?}: {said}");
        assert!(!path.exists(), "{command:?} wrote {}", path.display());
    }
    let said = desk.refused(trust(TrustDeed::Unmask { what: "everything".to_owned(), user: user() }));
    assert!(said.contains("analyst"), "{said}");
}
