//! Reads gold for one page: every query under the same period, branch, currency and facets.

use chrono::NaiveDate;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, Statement};

use super::facet::{self, Chosen, Resolved, quoted};
use super::figures::{DashboardFilter, TARGET_DAYS, TARGETS};
use super::period::Period;
use crate::base::{Cell, DataTable};
use crate::warehouse::error::{Result, SqlContext, WarehouseError};
use crate::warehouse::kpi::{self, Kpi};

pub(crate) struct Reader<'a> {
    pub conn: &'a Connection,
    pub as_of: NaiveDate,
    pub period: Period,
    pub branch: Option<String>,
    /// Set by the person who looks; counts follow it too.
    pub wanted_currency: Option<String>,
    /// The currency of every sum of money on the page.
    pub currency: Option<String>,
    /// (branch_id, name)
    pub branches: Vec<(String, String)>,
    pub currencies: Vec<String>,
    pub facets: Chosen,
    /// Days in which a complaint should be solved.
    pub target_days: u32,
    /// Gold knows days at all.
    pub has_days: bool,
    kpis: Vec<Kpi>,
}

impl<'a> Reader<'a> {
    pub fn new(conn: &'a Connection, filter: &DashboardFilter) -> Result<Self> {
        let as_of_text = crate::warehouse::build::as_of(conn, "gold")?
            .ok_or_else(|| WarehouseError::Other("gold has no as-of date in its manifest; build gold again".into()))?;
        let as_of: NaiveDate = as_of_text
            .parse()
            .map_err(|_| WarehouseError::Other(format!("the as-of date {as_of_text} in gold's manifest is no ISO date")))?;
        if let Some(unknown) = filter.facets.keys().find(|id| facet::label(id).is_none()) {
            return Err(WarehouseError::Other(format!("dashboards are not filtered by {unknown}")));
        }
        let currencies = currencies(conn)?;
        let currency = filter.currency.clone().or_else(|| currencies.first().cloned());
        Ok(Self {
            conn,
            as_of,
            period: Period::of(filter, as_of),
            branch: filter.branch.clone(),
            wanted_currency: filter.currency.clone(),
            currency,
            branches: branches(conn)?,
            currencies,
            facets: filter.facets.clone(),
            target_days: target_days(filter)?,
            has_days: conn.query_row("SELECT EXISTS (SELECT 1 FROM gold.dashboard_daily_activity)", [], |row| row.get(0)).at("days")?,
            kpis: kpi::all()?,
        })
    }

    pub fn kpi(&self, id: &str) -> Option<&Kpi> {
        self.kpis.iter().find(|kpi| kpi.id == id)
    }

    /// For subtitles: `USD`, or what stands there where no source names a currency.
    pub fn money_unit(&self) -> String {
        self.currency.clone().filter(|c| !c.is_empty()).unwrap_or_else(|| "currency not given".to_owned())
    }

    pub fn is_chosen(&self, facets: &[&str]) -> bool {
        facets.iter().any(|id| self.facets.contains_key(*id))
    }

    /// A page's SQL with its tables put in, under everything that is chosen but `except`.
    pub fn resolve(&self, sql: &str, except: Option<&str>) -> Resolved {
        facet::resolve(sql, &self.facets, except)
    }

    fn values(&self, period: Period) -> [(&'static str, Option<String>); 6] {
        [
            (":from", Some(period.from.to_string())),
            (":to", Some(period.to.to_string())),
            (":branch", self.branch.clone()),
            (":currency", Some(self.currency.clone().unwrap_or_default())),
            (":wanted_currency", self.wanted_currency.clone()),
            (":as_of", Some(self.as_of.to_string())),
        ]
    }

    /// A resolved statement with its parameters written out, so that it can be run as it stands.
    pub fn written(&self, sql: &str) -> String {
        self.written_in(sql, self.period)
    }

    pub fn written_in(&self, sql: &str, period: Period) -> String {
        let text = |value: &Option<String>| value.as_deref().map_or_else(|| "NULL".to_owned(), quoted);
        let written = self.values(period).iter().fold(sql.to_owned(), |sql, (name, value)| sql.replace(name, &text(value)));
        written.lines().map(str::trim_end).collect::<Vec<_>>().join("\n")
    }

    fn bind(&self, statement: &mut Statement<'_>, period: Period, sql: &str) -> Result<()> {
        for (name, value) in self.values(period) {
            if let Some(at) = statement.parameter_index(name).at(sql)? {
                statement.raw_bind_parameter(at, value).at(sql)?;
            }
        }
        Ok(())
    }

    /// A column whose name ends in `_minor` becomes money of scale 2 and loses the ending.
    pub fn table(&self, sql: &str) -> Result<DataTable> {
        self.table_in(sql, self.period)
    }

    pub fn table_in(&self, sql: &str, period: Period) -> Result<DataTable> {
        self.resolved_in(&self.resolve(sql, None).sql, period, usize::MAX)
    }

    /// At most `limit` rows of a resolved statement.
    pub fn resolved_in(&self, sql: &str, period: Period, limit: usize) -> Result<DataTable> {
        let mut statement = self.conn.prepare_cached(sql).at(sql)?;
        self.bind(&mut statement, period, sql)?;
        let names: Vec<String> = statement.column_names().map(str::to_owned).collect();
        let mut table = DataTable::default();
        let mut rows = statement.raw_query();
        while let Some(row) = rows.next().at(sql)? {
            if table.rows.len() == limit {
                table.truncated = true;
                break;
            }
            let mut cells = Vec::with_capacity(names.len());
            for (at, name) in names.iter().enumerate() {
                cells.push(cell(row.get_ref(at).at(sql)?, name.ends_with("_minor")));
            }
            table.rows.push(cells);
        }
        table.columns = names.iter().map(|name| name.trim_end_matches("_minor").replace('_', " ")).collect();
        Ok(table)
    }

    /// The first value of the first row.
    pub fn number_in(&self, sql: &str, period: Period) -> Result<Option<f64>> {
        Ok(self.table_in(sql, period)?.rows.first().and_then(|row| row.first()).and_then(Cell::as_f64))
    }

    /// Now and in the period before.
    pub fn pair(&self, sql: &str) -> Result<(Option<f64>, Option<f64>)> {
        Ok((self.number_in(sql, self.period)?, self.number_in(sql, self.period.before())?))
    }

    /// The first day of which gold knows anything.
    pub fn first_day(&self) -> Result<NaiveDate> {
        let table = self.table("SELECT min(date) FROM gold.dim_date")?;
        let text = table.rows.first().and_then(|row| row.first()).map(Cell::plain).unwrap_or_default();
        Ok(text.parse().unwrap_or(self.as_of))
    }
}

fn target_days(filter: &DashboardFilter) -> Result<u32> {
    match filter.target_days {
        None => Ok(TARGET_DAYS),
        Some(days) if TARGETS.contains(&days) => Ok(days),
        Some(days) => Err(WarehouseError::Other(format!("complaints are not measured against {days} days: take one of {TARGETS:?}"))),
    }
}

fn cell(value: ValueRef<'_>, is_money: bool) -> Cell {
    match value {
        ValueRef::Null => Cell::Null,
        ValueRef::Integer(minor) if is_money => Cell::Money { minor, scale: 2 },
        ValueRef::Integer(number) => Cell::Integer(number),
        ValueRef::Real(number) => Cell::Real(number),
        ValueRef::Text(text) | ValueRef::Blob(text) => Cell::text(String::from_utf8_lossy(text)),
    }
}

/// (branch_id, name), by name.
fn branches(conn: &Connection) -> Result<Vec<(String, String)>> {
    let what = "branches of the dashboards";
    let mut statement =
        conn.prepare_cached("SELECT branch_id, coalesce(branch_name, branch_id) FROM gold.dim_branch ORDER BY 2").at(what)?;
    statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).at(what)?.collect::<rusqlite::Result<_>>().at(what)
}

/// The most used first.
fn currencies(conn: &Connection) -> Result<Vec<String>> {
    let what = "currencies of the dashboards";
    let mut statement = conn
        .prepare_cached(
            "SELECT currency, sum(n) FROM (
                 SELECT currency, sum(transactions) AS n FROM gold.agg_monthly_transactions GROUP BY 1
                 UNION ALL SELECT DISTINCT currency, 0 FROM gold.monthly_account_balances
                 UNION ALL SELECT DISTINCT currency, 0 FROM gold.agg_loans
                 UNION ALL SELECT DISTINCT currency, 0 FROM gold.agg_investments
             ) GROUP BY 1 ORDER BY 2 DESC, 1",
        )
        .at(what)?;
    statement.query_map([], |row| row.get(0)).at(what)?.collect::<rusqlite::Result<_>>().at(what)
}
