//! The source tables as models see them: every column of the contract, NULL where the files have none.

use rusqlite::Connection;

use super::error::{Result, SqlContext};
use super::model::Column;

/// The tables of the known systems with every column a model may read.
pub const TABLES: &[(&str, &str)] = &[
    (
        "erp_customers",
        "creation customer_group customer_name customer_type email_id gender mobile_no modified name territory website kyc_status \
         risk_rating date_of_birth address",
    ),
    ("erp_items", "creation description item_code item_group item_name modified name standard_rate"),
    ("erp_territories", "creation modified name parent_territory territory_name"),
    (
        "erp_sales_invoices",
        "creation customer customer_name docstatus due_date grand_total modified name posting_date status territory item_code currency",
    ),
    ("erp_accounts", "creation modified name customer account_type currency balance status branch opened_date closed_date"),
    (
        "erp_transactions",
        "creation name account posting_date posting_time transaction_type direction channel amount currency balance_after status \
         description",
    ),
    ("erp_ledger_entries", "creation name transaction account entry_type amount currency posting_date"),
    (
        "erp_loans",
        "creation modified name customer account loan_type loan_amount interest_rate currency application_date status disbursed_date \
         outstanding_amount",
    ),
    ("erp_investments", "creation modified name customer investment_type amount return_amount currency invested_date status"),
    (
        "sf_contacts",
        "created_date description email first_name last_name lead_source modified_date phone sf_contact_id birthdate mailing_street \
         mailing_city mailing_postal_code",
    ),
    (
        "sf_cases",
        "closed_date created_date description origin priority sf_case_id sf_contact_id status subject type opened_date satisfaction_score",
    ),
    ("sf_tasks", "activity_date description priority sf_contact_id sf_task_id status subject"),
    ("sf_opportunities", "sf_opportunity_id sf_contact_id name stage amount currency close_date created_date"),
    ("sf_campaign_responses", "sf_campaign_member_id sf_contact_id campaign_name status responded_date created_date"),
    (
        "sb_app_sessions",
        "app_version created_at device_type id platform session_end session_start user_email user_id user_phone device_id device_name",
    ),
    ("sb_app_events", "created_at event_data event_timestamp event_type id session_id user_email user_id"),
    ("gs_branches", "branch_id branch_name manager_name opened_date performance_rating region staff_count"),
    ("gs_customer_notes", "branch_id created_by customer_email note_date note_id note_text note_type customer_name"),
    (
        "raw_crm_customers",
        "client_id first_name last_name birth_date gender email phone_number address city country account_open_date account_type \
         account_number account_status",
    ),
    (
        "raw_erp_transactions",
        "operation_id client_id transaction_type amount currency operation_date operation_time description balance_after_transaction channel",
    ),
    ("core_customers", "customer_id first_name last_name email address city state postal_code phone_number"),
    ("core_dates", "date_id date"),
    ("core_channels", "channel_id channel_name"),
    ("core_transaction_types", "transaction_type_id transaction_type_name"),
    ("core_locations", "location_id city state country postal_code"),
    ("core_currencies", "currency_id currency_code currency_name"),
    ("core_accounts", "account_id customer_id account_number account_type account_balance credit_score"),
    ("core_investment_types", "investment_type_id investment_type_name"),
    ("core_loans", "loan_id loan_type loan_amount interest_rate"),
    (
        "core_transactions",
        "transaction_id date_id transaction_type_id account_id channel_id location_id currency_id transaction_amount transaction_status",
    ),
    ("core_investments", "investment_id date_id investment_type_id account_id location_id currency_id investment_amount investment_return"),
    ("core_loan_applications", "loan_fact_id date_id loan_id account_id location_id currency_id loan_amount loan_status"),
    ("core_interactions", "interaction_id date_id customer_id channel_id location_id interaction_type interaction_rating"),
    ("core_daily_balances", "balance_id date_id account_id currency_id opening_balance closing_balance average_balance"),
    ("ledger_customers", "id first_name last_name email phone date_of_birth address status created_at updated_at"),
    ("ledger_accounts", "id account_number customer_id account_type status balance interest_rate currency opened_at closed_at created_at"),
    (
        "ledger_transactions",
        "id account_id related_account_id txn_type direction amount balance_after status reference description created_at posted_at",
    ),
    ("ledger_entries", "id transaction_id account_id entry_type amount created_at"),
    ("user_rates", "date from to rate"),
    // Of change events: place and time of the change stand in `<table>_all` only.
    (
        "cdc_customers",
        "id first_name last_name email phone date_of_birth address status created_at updated_at _op _position _partition _offset _source_ts_ms _ts_ms",
    ),
    (
        "cdc_accounts",
        "id account_number customer_id account_type status balance currency opened_at closed_at created_at _op _position _partition _offset \
         _source_ts_ms _ts_ms",
    ),
    (
        "cdc_transactions",
        "id account_id txn_type direction amount currency balance_after status description created_at posted_at _op _position _partition \
         _offset _source_ts_ms _ts_ms",
    ),
];

const METADATA: &str = "_file _line _batch_id _source_system _ingested_at";

/// A table of the contract as it holds now, or `<table>_all`: every batch of it.
pub fn is_contract_table(table: &str) -> bool {
    TABLES.iter().any(|(name, _)| *name == table.strip_suffix("_all").unwrap_or(table))
}

/// The columns of a table of the contract (`erp_items`, `erp_items_all`), in the order in which models see them.
pub fn contract_columns(table: &str) -> Option<Vec<&'static str>> {
    let (_, columns) = TABLES.iter().find(|(name, _)| *name == table.strip_suffix("_all").unwrap_or(table))?;
    Some(columns.split_whitespace().chain(METADATA.split_whitespace()).collect())
}

/// Makes `temp.src_<table>` and `temp.src_<table>_all` for every source table. Gives the tables that have at least one row.
pub(crate) fn prepare(conn: &Connection) -> Result<Vec<String>> {
    let mut present = Vec::new();
    for (table, columns) in TABLES {
        for name in [(*table).to_owned(), format!("{table}_all")] {
            let found = columns_of(conn, "bronze", &name)?;
            let from = if found.is_empty() { NO_ROWS.to_owned() } else { format!("bronze.\"{name}\" t") };
            make_view(conn, &name, columns, &found, &from)?;
            if !found.is_empty() && has_rows(conn, "bronze", &name)? {
                present.push(format!("bronze.{name}"));
            }
        }
    }
    Ok(present)
}

const NO_ROWS: &str = "(SELECT 1) t WHERE 0";

fn make_view(conn: &Connection, name: &str, columns: &str, found: &[String], from: &str) -> Result<()> {
    let list: Vec<String> = columns
        .split_whitespace()
        .chain(METADATA.split_whitespace())
        .map(|column| {
            if found.iter().any(|f| f.eq_ignore_ascii_case(column)) {
                format!("t.\"{column}\" AS \"{column}\"")
            } else {
                format!("NULL AS \"{column}\"")
            }
        })
        .collect();
    conn.execute_batch(&format!(
        "DROP VIEW IF EXISTS temp.src_{name}; CREATE TEMP VIEW src_{name} AS SELECT {} FROM {from}",
        list.join(", ")
    ))
    .at(name)
}

/// What stands for a source table while an increment is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Seen<'a> {
    /// As it holds now.
    Whole,
    Empty,
    /// Rows of a table in `temp`, where a condition holds.
    Part(&'a str, &'a str),
}

/// Makes `temp.src_<table>` alone.
pub(crate) fn prepare_one(conn: &Connection, table: &str, seen: Seen<'_>) -> Result<()> {
    let known = TABLES.iter().find(|(name, _)| *name == table);
    let (schema, name, more) = match seen {
        Seen::Part(name, condition) => ("temp", name, format!(" WHERE {condition}")),
        Seen::Whole | Seen::Empty => ("bronze", table, String::new()),
    };
    let found = if seen == Seen::Empty { Vec::new() } else { columns_of(conn, schema, name)? };
    let from = if found.is_empty() { NO_ROWS.to_owned() } else { format!("{schema}.\"{name}\" t{more}") };
    make_view(conn, table, known.map_or("", |(_, columns)| columns), &found, &from)
}

/// Makes `temp.src_<table>` for a source table that only a workspace's own models read. Gives it where it has a row.
pub(crate) fn prepare_own(conn: &Connection, table: &str) -> Result<Option<String>> {
    conn.execute_batch(&format!("DROP VIEW IF EXISTS temp.\"src_{table}\"")).at(table)?;
    if columns_of(conn, "bronze", table)?.is_empty() {
        return Ok(None);
    }
    conn.execute_batch(&format!("CREATE TEMP VIEW \"src_{table}\" AS SELECT * FROM bronze.\"{table}\"")).at(table)?;
    Ok(has_rows(conn, "bronze", table)?.then(|| format!("bronze.{table}")))
}

/// Whether any source gives transactions; the source tables stand ready ([`prepare`], which building does first).
pub fn has_transactions(conn: &Connection) -> Result<bool> {
    for table in
        ["erp_transactions", "erp_sales_invoices", "raw_erp_transactions", "core_transactions", "ledger_transactions", "cdc_transactions"]
    {
        if has_rows(conn, "temp", &format!("src_{table}"))? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Names of the columns of a table or view; empty where there is none.
pub(crate) fn columns_of(conn: &Connection, schema: &str, table: &str) -> Result<Vec<String>> {
    let what = format!("{schema}.{table}");
    let mut statement = conn.prepare("SELECT name FROM pragma_table_info(?1, ?2)").at(&what)?;
    let names = statement.query_map([table, schema], |row| row.get(0)).at(&what)?;
    names.collect::<rusqlite::Result<_>>().at(&what)
}

/// The same with their types.
pub(crate) fn typed_columns_of(conn: &Connection, schema: &str, table: &str) -> Result<Vec<Column>> {
    let what = format!("{schema}.{table}");
    let mut statement = conn.prepare("SELECT name, type FROM pragma_table_info(?1, ?2)").at(&what)?;
    let column = |row: &rusqlite::Row<'_>| Ok(Column { name: row.get(0)?, sql_type: row.get(1)?, description: String::new(), pii: None });
    statement.query_map([table, schema], column).at(&what)?.collect::<rusqlite::Result<_>>().at(&what)
}

pub(crate) fn has_rows(conn: &Connection, schema: &str, table: &str) -> Result<bool> {
    conn.query_row(&format!("SELECT EXISTS (SELECT 1 FROM {schema}.\"{table}\")"), [], |row| row.get(0)).at(table)
}

/// The latest business date in bronze: what "the last 90 days" count back from where the workspace says nothing.
/// Load times do not count. None where no table has a business date.
pub fn latest_business_date(conn: &Connection) -> Result<Option<String>> {
    super::functions::register(conn).at("functions")?;
    prepare(conn)?;
    latest_of(conn, |_| true)
}

/// The latest business date in those source tables that are wanted; their `temp.src_` views stand.
pub(crate) fn latest_of(conn: &Connection, is_wanted: impl Fn(&str) -> bool) -> Result<Option<String>> {
    let mut latest: Option<String> = None;
    for (_, sql) in BUSINESS_DATES.iter().filter(|(table, _)| is_wanted(table)) {
        let found: Option<String> = conn.query_row(sql, [], |row| row.get(0)).at("the latest business date")?;
        latest = latest.max(found.as_deref().and_then(super::functions::to_date));
    }
    Ok(latest)
}

/// Tables that have a business date, and how to find the latest.
const BUSINESS_DATES: [(&str, &str); 11] = [
    ("erp_transactions", "SELECT max(to_date(posting_date)) FROM temp.src_erp_transactions"),
    ("erp_sales_invoices", "SELECT max(to_date(posting_date)) FROM temp.src_erp_sales_invoices"),
    ("sf_cases", "SELECT max(coalesce(to_date(opened_date), to_date(after_label(description, 'Created:')))) FROM temp.src_sf_cases"),
    ("sf_tasks", "SELECT max(to_date(activity_date)) FROM temp.src_sf_tasks"),
    ("sb_app_sessions", "SELECT substr(max(session_start), 1, 10) FROM temp.src_sb_app_sessions"),
    ("gs_customer_notes", "SELECT max(to_date(note_date)) FROM temp.src_gs_customer_notes"),
    ("raw_erp_transactions", "SELECT max(to_date(operation_date, 'month first')) FROM temp.src_raw_erp_transactions"),
    (
        "core_transactions",
        "SELECT max(to_date(d.date)) FROM temp.src_core_transactions t JOIN temp.src_core_dates d ON d.date_id = t.date_id",
    ),
    (
        "core_daily_balances",
        "SELECT max(to_date(d.date)) FROM temp.src_core_daily_balances t JOIN temp.src_core_dates d ON d.date_id = t.date_id",
    ),
    ("ledger_transactions", "SELECT max(to_date(created_at)) FROM temp.src_ledger_transactions"),
    ("cdc_transactions", "SELECT max(to_date(created_at)) FROM temp.src_cdc_transactions"),
];
