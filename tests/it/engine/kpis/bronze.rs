//! Rows of bronze, read as text and understood without any of Karat's models.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use karat::base::Cell;
use karat::engine::{Page, Query};

use crate::support::Desk;

/// Column -> text; blank is absent.
type Row = BTreeMap<String, String>;
/// What tells a record's id.
type IdOf = fn(&Row) -> String;

/// A transaction, or an invoice where a bank has no transactions.
#[derive(Debug, Clone)]
pub struct Movement {
    pub id: String,
    pub date: NaiveDate,
    /// Sorts within an account.
    pub at: String,
    pub minor: i64,
    pub currency: String,
    pub direction: &'static str,
    pub kind: String,
    pub channel: String,
    pub is_posted: bool,
    pub account: Option<String>,
    pub customer: Option<String>,
    pub branch: String,
    pub after: Option<i64>,
}

#[derive(Debug, Clone, Default)]
pub struct Account {
    pub id: String,
    pub kind: String,
    pub currency: String,
    pub customer: Option<String>,
    pub branch: String,
    pub opened: Option<NaiveDate>,
    pub minor: Option<i64>,
}

/// A balance as a source states it.
#[derive(Debug, Clone)]
pub struct Level {
    pub account: String,
    pub date: NaiveDate,
    pub part: i64,
    pub currency: String,
    pub minor: i64,
}

#[derive(Debug, Clone)]
pub struct Case {
    pub opened: Option<NaiveDate>,
    pub closed: Option<NaiveDate>,
    pub is_open: bool,
    pub kind: String,
    pub priority: String,
    pub origin: String,
    pub score: Option<f64>,
    pub customer: Option<String>,
}

/// A session (with its seconds) or an event of the app, of a known customer.
#[derive(Debug, Clone)]
pub struct Use {
    pub date: NaiveDate,
    pub customer: String,
    pub seconds: Option<i64>,
    /// Of an event.
    pub feature: Option<String>,
}

#[derive(Debug, Clone)]
pub struct Loan {
    pub kind: String,
    pub status: String,
    pub currency: String,
    pub outstanding: i64,
    pub date: Option<NaiveDate>,
}

#[derive(Debug, Clone)]
pub struct Investment {
    pub kind: String,
    pub currency: String,
    pub amount: i64,
    pub gain: i64,
    pub date: Option<NaiveDate>,
}

#[derive(Debug, Default)]
pub struct Facts {
    pub movements: Vec<Movement>,
    pub accounts: Vec<Account>,
    pub levels: Vec<Level>,
    pub cases: Vec<Case>,
    pub uses: Vec<Use>,
    pub loans: Vec<Loan>,
    pub investments: Vec<Investment>,
    /// Other signs of life of a customer: tasks, calls, notes.
    pub contacts: Vec<(String, NaiveDate)>,
    /// system/id -> customer.
    pub customers: BTreeMap<String, String>,
    /// What branches wrote about customers: customer, day, kind.
    pub notes: Vec<(String, NaiveDate, String)>,
    /// Customer -> branch, and since when a source says that the customer is one; both as survivorship chose them.
    pub homes: BTreeMap<String, (String, Option<NaiveDate>)>,
    /// Customers of whom some system knows an e-mail; a phone.
    pub with_email: BTreeSet<String>,
    pub with_phone: BTreeSet<String>,
    /// Customers about whose identity a question waits.
    pub asked_about: BTreeSet<String>,
    /// id -> (name, region)
    pub branches: BTreeMap<String, (String, String)>,
    /// Distinct ids per system as the files have them.
    pub records: BTreeMap<&'static str, usize>,
    pub rows_loaded: f64,
}

fn sql(desk: &Desk, sql: &str) -> Vec<Row> {
    let page = desk.ask(Query::Sql { sql: sql.to_owned(), limit: 1_000_000 });
    let Page::Table(table) = &*page else { panic!("{page:?}") };
    let named = |row: &Vec<Cell>| {
        let cells = table.columns.iter().zip(row).map(|(name, cell)| (name.clone(), cell.plain().trim().to_owned()));
        cells.filter(|(_, text)| !text.is_empty()).collect()
    };
    table.rows.iter().map(named).collect()
}

/// Every row of a table of bronze; none where there is no such table.
fn table(desk: &Desk, name: &str) -> Vec<Row> {
    let known = sql(desk, &format!("SELECT name FROM bronze.sqlite_master WHERE name = '{name}'"));
    if known.is_empty() { Vec::new() } else { sql(desk, &format!("SELECT * FROM bronze.{name}")) }
}

fn text(row: &Row, name: &str) -> String {
    row.get(name).cloned().unwrap_or_default()
}

fn minor_of(text: &str) -> i64 {
    let number: f64 = text.parse().unwrap_or_else(|_| panic!("{text} is no amount"));
    #[expect(clippy::cast_possible_truncation, reason = "cents of an amount in a test")]
    let minor = (number * 100.0).round() as i64;
    minor
}

fn minor(row: &Row, name: &str) -> Option<i64> {
    row.get(name).map(|text| minor_of(text))
}

/// The day of an ISO date or time.
fn date(row: &Row, name: &str) -> Option<NaiveDate> {
    row.get(name).and_then(|text| text.get(..10)).and_then(|text| text.parse().ok())
}

pub fn read(desk: &Desk) -> Facts {
    let mut facts = Facts::default();
    for row in sql(desk, "SELECT source_system || '/' || source_customer_id AS id, customer_key FROM silver.bridge_customer_ids") {
        facts.customers.insert(text(&row, "id"), text(&row, "customer_key"));
    }
    for row in table(desk, "gs_branches") {
        facts.branches.insert(text(&row, "branch_id"), (text(&row, "branch_name"), text(&row, "region")));
    }
    accounts(desk, &mut facts);
    movements(desk, &mut facts);
    core(desk, &mut facts);
    ledger(desk, &mut facts);
    service(desk, &mut facts);
    app(desk, &mut facts);
    lent(desk, &mut facts);
    records(desk, &mut facts);
    reached(desk, &mut facts);
    for row in sql(desk, "SELECT customer_key, branch_id, customer_since FROM silver.dim_customer") {
        facts.homes.insert(text(&row, "customer_key"), (text(&row, "branch_id"), date(&row, "customer_since")));
    }
    for item in desk.open_items() {
        let of_item = item
            .groups
            .iter()
            .flatten()
            .filter_map(|key| facts.customers.get(&format!("{}/{}", key.source_system, key.source_customer_id)));
        facts.asked_about.extend(of_item.cloned());
    }
    facts
}

fn holder(facts: &Facts, system: &str, id: &str) -> Option<String> {
    facts.customers.get(&format!("{system}/{id}")).cloned()
}

fn accounts(desk: &Desk, facts: &mut Facts) {
    for row in table(desk, "erp_accounts") {
        facts.accounts.push(Account {
            id: text(&row, "name"),
            kind: text(&row, "account_type"),
            currency: text(&row, "currency"),
            customer: holder(facts, "erpnext", &text(&row, "customer")),
            branch: text(&row, "branch"),
            opened: date(&row, "opened_date"),
            minor: minor(&row, "balance"),
        });
    }
    for row in table(desk, "core_accounts") {
        facts.accounts.push(Account {
            id: text(&row, "account_id"),
            kind: text(&row, "account_type"),
            customer: holder(facts, "core", &text(&row, "customer_id")),
            minor: minor(&row, "account_balance"),
            ..Account::default()
        });
    }
    for row in table(desk, "ledger_accounts") {
        facts.accounts.push(Account {
            id: text(&row, "id"),
            kind: text(&row, "account_type"),
            currency: text(&row, "currency"),
            customer: holder(facts, "ledger", &text(&row, "customer_id")),
            opened: date(&row, "opened_at"),
            minor: minor(&row, "balance"),
            ..Account::default()
        });
    }
}

fn movements(desk: &Desk, facts: &mut Facts) {
    let known: BTreeMap<String, Account> = facts.accounts.iter().map(|account| (account.id.clone(), account.clone())).collect();
    let transactions = table(desk, "erp_transactions");
    for row in &transactions {
        let account = known.get(&text(row, "account"));
        facts.movements.push(Movement {
            id: text(row, "name"),
            date: date(row, "posting_date").unwrap(),
            at: format!("{} {}", text(row, "posting_date"), text(row, "posting_time")),
            minor: minor(row, "amount").unwrap(),
            currency: text(row, "currency"),
            direction: if text(row, "direction") == "credit" { "credit" } else { "debit" },
            kind: text(row, "transaction_type"),
            channel: text(row, "channel"),
            is_posted: text(row, "status") == "Completed",
            account: Some(text(row, "account")),
            customer: account.and_then(|account| account.customer.clone()),
            branch: account.map(|account| account.branch.clone()).unwrap_or_default(),
            after: minor(row, "balance_after"),
        });
    }
    if !transactions.is_empty() {
        return;
    }
    for row in table(desk, "erp_sales_invoices") {
        facts.movements.push(Movement {
            id: text(&row, "name"),
            date: date(&row, "posting_date").unwrap(),
            at: text(&row, "posting_date"),
            minor: minor(&row, "grand_total").unwrap(),
            currency: text(&row, "currency"),
            direction: "",
            kind: "invoice".to_owned(),
            channel: String::new(),
            is_posted: text(&row, "status") != "Cancelled",
            account: None,
            customer: holder(facts, "erpnext", &text(&row, "customer")),
            branch: String::new(),
            after: None,
        });
    }
}

/// Id -> one column of a table.
fn names(desk: &Desk, of: &str, id: &str, name: &str) -> BTreeMap<String, String> {
    table(desk, of).iter().map(|row| (text(row, id), text(row, name))).collect()
}

/// The star schema of bank 001.
fn core(desk: &Desk, facts: &mut Facts) {
    let dates = names(desk, "core_dates", "date_id", "date");
    let day = |row: &Row| dates.get(&text(row, "date_id")).and_then(|text| text.get(..10)?.parse::<NaiveDate>().ok());
    let currencies = names(desk, "core_currencies", "currency_id", "currency_code");
    let currency = |row: &Row| currencies.get(&text(row, "currency_id")).cloned().unwrap_or_default();
    let kinds = names(desk, "core_transaction_types", "transaction_type_id", "transaction_type_name");
    let channels = names(desk, "core_channels", "channel_id", "channel_name");
    let holders: BTreeMap<String, Option<String>> = facts.accounts.iter().map(|one| (one.id.clone(), one.customer.clone())).collect();
    for row in table(desk, "core_transactions") {
        let kind = kinds[&text(&row, "transaction_type_id")].clone();
        facts.movements.push(Movement {
            id: text(&row, "transaction_id"),
            date: day(&row).unwrap(),
            at: String::new(),
            minor: minor(&row, "transaction_amount").unwrap(),
            currency: currency(&row),
            direction: match kind.as_str() {
                "Deposit" => "credit",
                "Withdrawal" | "Payment" => "debit",
                _ => "",
            },
            kind,
            channel: channels[&text(&row, "channel_id")].clone(),
            is_posted: text(&row, "transaction_status") == "Completed",
            account: Some(text(&row, "account_id")),
            customer: holders.get(&text(&row, "account_id")).cloned().flatten(),
            branch: String::new(),
            after: None,
        });
    }
    let mut parts: BTreeMap<(String, NaiveDate, String), Vec<(i64, i64)>> = BTreeMap::new();
    for row in table(desk, "core_daily_balances") {
        let key = (text(&row, "account_id"), day(&row).unwrap(), currency(&row));
        let place: i64 = text(&row, "balance_id").parse().unwrap();
        parts.entry(key).or_default().push((place, minor(&row, "closing_balance").unwrap()));
    }
    for ((account, date, currency), mut stated) in parts {
        stated.sort_unstable();
        let levels = stated.into_iter().zip(1..);
        facts.levels.extend(levels.map(|((_, minor), part)| Level {
            account: account.clone(),
            date,
            part,
            currency: currency.clone(),
            minor,
        }));
    }
    for row in table(desk, "core_interactions") {
        facts.contacts.extend(holder(facts, "core", &text(&row, "customer_id")).zip(day(&row)));
    }
    let loan_kinds = names(desk, "core_loans", "loan_id", "loan_type");
    for row in table(desk, "core_loan_applications") {
        let kind = loan_kinds.get(&text(&row, "loan_id")).cloned().unwrap_or_default();
        let status = text(&row, "loan_status");
        facts.loans.push(Loan { kind, status, currency: currency(&row), outstanding: 0, date: day(&row) });
    }
    let kinds = names(desk, "core_investment_types", "investment_type_id", "investment_type_name");
    for row in table(desk, "core_investments") {
        facts.investments.push(Investment {
            kind: kinds.get(&text(&row, "investment_type_id")).cloned().unwrap_or_default(),
            currency: currency(&row),
            amount: minor(&row, "investment_amount").unwrap(),
            gain: minor(&row, "investment_return").unwrap(),
            date: day(&row),
        });
    }
}

/// The ledger of bank 004.
fn ledger(desk: &Desk, facts: &mut Facts) {
    let known: BTreeMap<String, Account> = facts.accounts.iter().map(|account| (account.id.clone(), account.clone())).collect();
    for row in table(desk, "ledger_transactions") {
        let when = if row.contains_key("posted_at") { "posted_at" } else { "created_at" };
        let account = known.get(&text(&row, "account_id"));
        let kind = text(&row, "txn_type");
        facts.movements.push(Movement {
            id: text(&row, "id"),
            date: date(&row, when).unwrap(),
            at: text(&row, when),
            minor: minor(&row, "amount").unwrap(),
            currency: account.map(|account| account.currency.clone()).unwrap_or_default(),
            direction: match kind.to_lowercase().as_str() {
                "deposit" | "credit" => "credit",
                "withdrawal" | "debit" | "payment" => "debit",
                _ => ["credit", "debit"].into_iter().find(|side| text(&row, "direction").to_lowercase() == *side).unwrap_or_default(),
            },
            kind,
            channel: String::new(),
            is_posted: !["failed", "cancelled", "reversed", "declined", "rejected", "pending"]
                .contains(&text(&row, "status").to_lowercase().as_str()),
            account: Some(text(&row, "account_id")),
            customer: account.and_then(|account| account.customer.clone()),
            branch: String::new(),
            after: minor(&row, "balance_after"),
        });
    }
}

fn service(desk: &Desk, facts: &mut Facts) {
    for row in table(desk, "sf_cases") {
        // Bank 002 writes the day into the description.
        let stated = row.get("description").and_then(|words| words.split_once("Created:")).map(|(_, after)| after.trim());
        let told = stated.and_then(|after| after.get(..10)?.parse::<NaiveDate>().ok());
        let opened = date(&row, "opened_date").or(told);
        let is_loaded = row.get("closed_date") == row.get("created_date");
        let has_days_of_its_own = row.contains_key("opened_date") || stated.is_none();
        facts.cases.push(Case {
            opened,
            closed: date(&row, "closed_date").filter(|_| !is_loaded && has_days_of_its_own),
            is_open: !["closed", "resolved", "solved", "cancelled"].contains(&text(&row, "status").to_lowercase().as_str()),
            kind: text(&row, "type"),
            priority: text(&row, "priority"),
            origin: text(&row, "origin"),
            score: row.get("satisfaction_score").and_then(|score| score.parse().ok()),
            customer: holder(facts, "salesforce", &text(&row, "sf_contact_id")),
        });
    }
    for (name, when) in [("sf_tasks", "activity_date"), ("sf_campaign_responses", "responded_date")] {
        for row in table(desk, name) {
            facts.contacts.extend(holder(facts, "salesforce", &text(&row, "sf_contact_id")).zip(date(&row, when)));
        }
    }
    for row in sql(desk, "SELECT customer_key, note_date, note_type FROM silver.customer_notes WHERE customer_key IS NOT NULL") {
        if let Some(date) = date(&row, "note_date") {
            facts.contacts.push((text(&row, "customer_key"), date));
            facts.notes.push((text(&row, "customer_key"), date, text(&row, "note_type").to_lowercase()));
        }
    }
}

/// Who uses the app: the user's id, else the e-mail in small letters.
fn user(row: &Row) -> String {
    row.get("user_id").cloned().unwrap_or_else(|| text(row, "user_email").to_lowercase())
}

fn app(desk: &Desk, facts: &mut Facts) {
    let seconds = |row: &Row| {
        let at = |name: &str| chrono::DateTime::parse_from_rfc3339(row.get(name)?).ok();
        Some((at("session_end")? - at("session_start")?).num_seconds().max(0))
    };
    for row in table(desk, "sb_app_sessions") {
        if let Some((customer, date)) = holder(facts, "supabase", &user(&row)).zip(date(&row, "session_start")) {
            facts.uses.push(Use { date, customer, seconds: Some(seconds(&row).unwrap_or(0)), feature: None });
        }
    }
    for row in table(desk, "sb_app_events") {
        if let Some((customer, date)) = holder(facts, "supabase", &user(&row)).zip(date(&row, "event_timestamp")) {
            facts.uses.push(Use { date, customer, seconds: None, feature: Some(text(&row, "event_type")) });
        }
    }
}

fn lent(desk: &Desk, facts: &mut Facts) {
    for row in table(desk, "erp_loans") {
        facts.loans.push(Loan {
            kind: text(&row, "loan_type"),
            status: text(&row, "status"),
            currency: text(&row, "currency"),
            outstanding: minor(&row, "outstanding_amount").unwrap_or(0),
            date: date(&row, "application_date"),
        });
    }
    for row in table(desk, "erp_investments") {
        let amount = minor(&row, "amount").unwrap();
        facts.investments.push(Investment {
            kind: text(&row, "investment_type"),
            currency: text(&row, "currency"),
            amount,
            gain: minor(&row, "return_amount").map_or(0, |back| back - amount),
            date: date(&row, "invested_date"),
        });
    }
}

/// Whom one could write to and call: whatever column of a customer's record is called so.
fn reached(desk: &Desk, facts: &mut Facts) {
    let own: [(&str, &str, IdOf); 6] = [
        ("erp_customers", "erpnext", |row| text(row, "name")),
        ("sf_contacts", "salesforce", |row| text(row, "sf_contact_id")),
        ("core_customers", "core", |row| text(row, "customer_id")),
        ("ledger_customers", "ledger", |row| text(row, "id")),
        ("sb_app_sessions", "supabase", user),
        ("sb_app_events", "supabase", user),
    ];
    for (name, system, id) in own {
        for row in table(desk, name) {
            let Some(customer) = holder(facts, system, &id(&row)) else { continue };
            let says = |words: &[&str], is_one: fn(&str) -> bool| {
                row.iter().any(|(column, value)| words.iter().any(|word| column.contains(word)) && is_one(value))
            };
            // Some are filled in where nobody gave one.
            if says(&["email"], |value| value.contains('@') && !value.starts_with("noreply@")) {
                facts.with_email.insert(customer.clone());
            }
            if says(&["phone", "mobile"], |value| value.chars().filter(char::is_ascii_digit).count() >= 7) {
                facts.with_phone.insert(customer);
            }
        }
    }
    // A branch's note is kept under the e-mail that it names.
    let noted = facts.customers.iter().filter(|(id, _)| id.starts_with("google_sheets/") && id.contains('@'));
    facts.with_email.extend(noted.map(|(_, customer)| customer.clone()));
}

fn records(desk: &Desk, facts: &mut Facts) {
    let distinct = |of: &str, id: &str| table(desk, of).iter().map(|row| text(row, id)).collect::<BTreeSet<_>>().len();
    let mut users: BTreeSet<String> = table(desk, "sb_app_sessions").iter().map(user).collect();
    users.extend(table(desk, "sb_app_events").iter().map(user));
    users.remove("");
    let counted = [
        ("ERP", distinct("erp_customers", "name")),
        ("CRM", distinct("sf_contacts", "sf_contact_id")),
        ("App", users.len()),
        ("core", distinct("core_customers", "customer_id")),
        ("ledger", distinct("ledger_customers", "id")),
    ];
    facts.records = counted.into_iter().filter(|(_, count)| *count > 0).collect();
    for row in sql(desk, "SELECT DISTINCT table_name FROM bronze.batch WHERE status = 'loaded'") {
        let counted = sql(desk, &format!("SELECT count(*) AS n FROM bronze.{}_all", text(&row, "table_name")));
        facts.rows_loaded += text(&counted[0], "n").parse::<f64>().unwrap();
    }
}
