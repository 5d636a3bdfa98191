//! What a click filters by, and the tables narrowed by it. Flow: `{source}` in a page's SQL + facets -> the aggregate that carries them -> SQL.

use std::collections::BTreeMap;
use std::fmt::Write as _;

/// (id, as people read it). The id is a column of the aggregates that carry it; `branch` and the period stand on their own.
pub(crate) const FACETS: [(&str, &str); 20] = [
    ("account_type", "Account type"),
    ("channel", "Channel"),
    ("complaint_type", "Complaint type"),
    ("customer_segment", "Segment"),
    ("digital_status", "Digital status"),
    ("direction", "Direction"),
    ("event_type", "Feature"),
    ("investment_type", "Investment type"),
    ("loan_status", "Loan status"),
    ("loan_type", "Loan type"),
    ("origin", "Origin"),
    ("priority", "Priority"),
    ("records", "Records"),
    ("rfm_group", "RFM group"),
    ("risk_tier", "Risk tier"),
    ("signal", "Signal"),
    ("source_system", "System"),
    ("systems", "Systems"),
    ("tenure_segment", "Tenure"),
    ("transaction_type", "Transaction type"),
];

/// What people read; None where nothing is called so.
pub fn label(id: &str) -> Option<&'static str> {
    FACETS.iter().find(|(known, _)| *known == id).map(|(_, label)| *label)
}

/// One aggregate and the facets that its rows carry.
struct Source {
    name: &'static str,
    table: &'static str,
    facets: &'static [&'static str],
}

const OF_CUSTOMERS: &[&str] = &["risk_tier", "tenure_segment", "customer_segment", "digital_status"];

/// What `{name}` in a page's SQL stands for.
const SOURCES: [Source; 20] = [
    Source { name: "metrics", table: "gold.dashboard_daily_metrics", facets: &[] },
    Source { name: "daily", table: "gold.agg_daily_transactions", facets: &["transaction_type", "channel", "direction"] },
    Source { name: "monthly", table: "gold.agg_monthly_transactions", facets: &["transaction_type", "channel", "direction"] },
    Source { name: "activity", table: "gold.dashboard_daily_activity", facets: &["risk_tier"] },
    Source {
        name: "balances",
        table: "gold.monthly_account_balances",
        facets: &["account_type", "risk_tier", "customer_segment", "tenure_segment"],
    },
    Source { name: "segments", table: "gold.agg_customer_segments", facets: OF_CUSTOMERS },
    Source { name: "months", table: "gold.agg_customer_months", facets: OF_CUSTOMERS },
    Source { name: "service", table: "gold.agg_monthly_service", facets: &["complaint_type", "priority", "origin"] },
    Source { name: "app", table: "gold.agg_daily_digital", facets: &["digital_status"] },
    Source { name: "features", table: "gold.agg_feature_usage", facets: &["event_type", "digital_status"] },
    Source { name: "loans", table: "gold.agg_loans", facets: &["loan_type", "loan_status"] },
    Source { name: "investments", table: "gold.agg_investments", facets: &["investment_type"] },
    Source { name: "identity", table: "gold.agg_identity", facets: &["systems", "records"] },
    Source { name: "records", table: "gold.agg_source_records", facets: &["source_system"] },
    Source { name: "calls", table: "gold.high_risk_customers", facets: &["risk_tier"] },
    Source { name: "signals", table: "gold.agg_customer_signals", facets: &["signal", "risk_tier", "customer_segment"] },
    Source { name: "value", table: "gold.agg_customer_value", facets: &["rfm_group", "risk_tier", "customer_segment"] },
    Source { name: "signal_rows", table: "gold.customer_signal", facets: &["signal", "risk_tier", "customer_segment"] },
    Source { name: "unusual", table: "gold.unusual_transactions", facets: &["transaction_type", "channel"] },
    Source { name: "batches", table: "bronze.batch", facets: &["source_system"] },
];

/// A page's SQL as it can be run, and the facets that its rows do not carry.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Resolved {
    pub sql: String,
    pub left_out: Vec<&'static str>,
}

/// Chosen values by facet.
pub(crate) type Chosen = BTreeMap<String, String>;

/// Puts tables, narrowed where something is chosen, in the place of `{name}`; a facet named in `except` is left alone.
pub(crate) fn resolve(sql: &str, chosen: &Chosen, except: Option<&str>) -> Resolved {
    let mut resolved = Resolved::default();
    let mut rest = sql;
    while let Some((before, after)) = rest.split_once('{') {
        resolved.sql.push_str(before);
        let (name, tail) = after.split_once('}').unwrap_or((after, ""));
        rest = tail;
        let wanted: Vec<(&str, &str)> =
            chosen.iter().filter(|(id, _)| except != Some(id.as_str())).map(|(id, value)| (id.as_str(), value.as_str())).collect();
        let (table, carried) = narrowed(name, &wanted);
        resolved.sql.push_str(&table);
        for (id, _) in wanted {
            if !carried.contains(&id)
                && let Some(label) = label(id)
                && !resolved.left_out.contains(&label)
            {
                resolved.left_out.push(label);
            }
        }
    }
    resolved.sql.push_str(rest);
    resolved
}

/// What a source is narrowed by of all that is chosen.
pub(crate) fn carried<'a>(source: &str, chosen: &'a Chosen) -> Vec<(&'a str, &'a str)> {
    let wanted: Vec<(&str, &str)> = chosen.iter().map(|(id, value)| (id.as_str(), value.as_str())).collect();
    let (_, held) = narrowed(source, &wanted);
    wanted.into_iter().filter(|(id, _)| held.contains(id)).collect()
}

/// The table and the facets that it is narrowed by.
fn narrowed<'a>(name: &str, wanted: &[(&'a str, &str)]) -> (String, Vec<&'a str>) {
    if name == "metrics" {
        return metrics(wanted);
    }
    let Some(source) = SOURCES.iter().find(|source| source.name == name) else { return (format!("gold.{name}"), Vec::new()) };
    let held: Vec<(&str, &str)> = wanted.iter().filter(|(id, _)| source.facets.contains(id)).copied().collect();
    let table = source.table;
    if held.is_empty() {
        return (table.to_owned(), Vec::new());
    }
    (format!("(SELECT * FROM {table} WHERE {})", conditions(&held)), held.iter().map(|(id, _)| *id).collect())
}

/// Days of posted transactions come from the smallest table that carries what is chosen.
fn metrics<'a>(wanted: &[(&'a str, &str)]) -> (String, Vec<&'a str>) {
    let held = |facets: &[&str]| -> Vec<(&'a str, String)> {
        wanted.iter().filter(|(id, _)| facets.contains(id)).map(|(id, value)| (*id, (*value).to_owned())).collect()
    };
    let by_kind = held(&["transaction_type", "channel", "direction"]);
    let by_tier = held(&["risk_tier", "direction"]);
    let (table, held) = if by_kind.iter().any(|(id, _)| *id != "direction") {
        ("agg_daily_transactions", by_kind)
    } else if by_tier.iter().any(|(id, _)| *id == "risk_tier") {
        ("agg_daily_transactions_by_tier", by_tier)
    } else if !by_kind.is_empty() {
        ("agg_daily_transactions", by_kind)
    } else {
        return ("gold.dashboard_daily_metrics".to_owned(), Vec::new());
    };
    let pairs: Vec<(&str, &str)> = held.iter().map(|(id, value)| (*id, value.as_str())).collect();
    let sql = format!(
        "(SELECT date, branch_id, currency, transactions, amount_minor, iif(direction = 'credit', transactions, 0) AS credits,
             iif(direction = 'debit', transactions, 0) AS debits, iif(direction = 'credit', amount_minor, 0) AS credit_minor,
             iif(direction = 'debit', amount_minor, 0) AS debit_minor, settled_transactions FROM gold.{table} WHERE {})",
        conditions(&pairs)
    );
    (sql, held.into_iter().map(|(id, _)| id).collect())
}

fn conditions(held: &[(&str, &str)]) -> String {
    let mut sql = String::new();
    for (at, (id, value)) in held.iter().enumerate() {
        let and = if at > 0 { " AND " } else { "" };
        let column = if *id == "loan_status" { "status" } else { id };
        // Infallible: it writes into a string.
        let _ = write!(sql, "{and}{column} = {}", quoted(value));
    }
    sql
}

pub(crate) fn quoted(value: &str) -> String {
    format!("'{}'", value.replace('\'', "''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(pairs: &[(&str, &str)]) -> Chosen {
        pairs.iter().map(|(id, value)| ((*id).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn a_table_is_narrowed_by_the_facets_that_it_carries() {
        let found = resolve("SELECT 1 FROM {service} s", &chosen(&[("priority", "High"), ("channel", "ATM")]), None);
        assert_eq!(found.sql, "SELECT 1 FROM (SELECT * FROM gold.agg_monthly_service WHERE priority = 'High') s");
        assert_eq!(found.left_out, ["Channel"]);
        let own = resolve("SELECT 1 FROM {service}", &chosen(&[("priority", "High")]), Some("priority"));
        assert_eq!((own.sql.as_str(), own.left_out.len()), ("SELECT 1 FROM gold.agg_monthly_service", 0));
    }

    #[test]
    fn transactions_come_from_the_smallest_table_that_knows() {
        let table = |pairs: &[(&str, &str)]| resolve("{metrics}", &chosen(pairs), None);
        assert_eq!(table(&[]).sql, "gold.dashboard_daily_metrics");
        assert!(table(&[("channel", "ATM")]).sql.contains("gold.agg_daily_transactions WHERE channel = 'ATM'"));
        assert!(
            table(&[("risk_tier", "High"), ("direction", "credit")])
                .sql
                .contains("by_tier WHERE direction = 'credit' AND risk_tier = 'High'")
        );
        assert_eq!(table(&[("risk_tier", "High"), ("channel", "ATM")]).left_out, ["Risk tier"]);
    }

    #[test]
    fn a_value_cannot_leave_its_quotes() {
        let found = resolve("{loans}", &chosen(&[("loan_status", "x' OR '1'='1")]), None);
        assert_eq!(found.sql, "(SELECT * FROM gold.agg_loans WHERE status = 'x'' OR ''1''=''1')");
    }
}
