//! Questions that are asked again and again: SQL files with a head (`-- query:`, `-- about:`, `-- badge:`).

/// A query that comes with the program. It reads gold, and so answers for any bank that gives the tables.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SavedQuery {
    pub name: String,
    pub about: String,
    /// What has to stand beside its answer, such as `mixed currencies`.
    pub badge: Option<String>,
    pub sql: String,
}

macro_rules! files {
    ($($name:literal),+ $(,)?) => {
        const FILES: &[&str] = &[$(include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/assets/queries/", $name, ".sql"))),+];
    };
}

files![
    "balances_on_the_last_day",
    "balances_on_the_last_day_by_currency",
    "customers_as_of",
    "investment_roi",
    "investment_roi_by_currency",
    "ledger_balances",
    "ledger_sums",
    "loan_approval",
    "loan_approval_by_currency",
    "monthly_channel_volume",
    "monthly_channel_volume_by_currency",
    "top_customers",
    "top_customers_by_currency",
    "top_locations",
    "top_locations_by_currency",
    "transaction_totals",
];

/// All of them, by name.
pub fn saved_queries() -> Vec<SavedQuery> {
    FILES.iter().map(|text| parse(text)).collect()
}

fn parse(text: &str) -> SavedQuery {
    let mut query = SavedQuery { name: String::new(), about: String::new(), badge: None, sql: String::new() };
    let mut head_lines = 0;
    for line in text.lines() {
        let Some((word, value)) = line.strip_prefix("--").and_then(|comment| comment.split_once(':')) else { break };
        head_lines += 1;
        match (word.trim(), value.trim()) {
            ("query", name) => name.clone_into(&mut query.name),
            ("about", about) => about.clone_into(&mut query.about),
            ("badge", badge) => query.badge = Some(badge.to_owned()),
            _ => {}
        }
    }
    query.sql = text.lines().skip(head_lines).collect::<Vec<_>>().join("\n");
    query
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{build_all, small};
    use super::*;

    #[test]
    fn every_query_has_a_head_and_runs() {
        let mut conn = small();
        build_all(&mut conn, "2025-12-31");
        let queries = saved_queries();
        for query in &queries {
            assert!(!query.name.is_empty() && query.about.ends_with('.'), "{}", query.name);
            conn.prepare(&query.sql).unwrap_or_else(|error| panic!("{}: {error}", query.name)).query([]).unwrap().next().unwrap();
        }
        let names: Vec<&str> = queries.iter().map(|query| query.name.as_str()).collect();
        assert!(names.is_sorted(), "{names:?}");
        // What adds currencies up says so and has a version beside it that does not.
        for query in queries.iter().filter(|query| query.badge.is_some()) {
            assert_eq!(query.badge.as_deref(), Some("mixed currencies"));
            assert!(names.contains(&format!("{}_by_currency", query.name).as_str()), "{}", query.name);
        }
    }
}
