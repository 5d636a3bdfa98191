//! What may be removed. Flow: [retention] + what there is -> what goes, and what stays in spite of its age and why.

use chrono::{DateTime, TimeDelta, Utc};

use crate::base::money::group_thousands;
use crate::store::bronze::retention::Replaced;
use crate::store::run_settings::RetentionRule;

/// A gold version whose files are there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GoldFile {
    pub version: u32,
    /// Of the file and its masked copy.
    pub bytes: u64,
}

/// The versions that stay whatever the rule says.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Pinned {
    /// What people see.
    pub published: Option<u32>,
    /// What they saw before: the way back.
    pub before: Option<u32>,
    /// Built and not published yet.
    pub newest: Option<u32>,
}

/// A report's files: `run-0012` and their bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportFiles {
    pub name: String,
    pub bytes: u64,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Plan {
    pub batches: Vec<Replaced>,
    pub golds: Vec<GoldFile>,
    pub reports: Vec<ReportFiles>,
    /// What is old enough and stays all the same, and why.
    pub kept: Vec<String>,
}

impl Plan {
    pub fn is_empty(&self) -> bool {
        self.batches.is_empty() && self.golds.is_empty() && self.reports.is_empty()
    }

    /// "2 files of bronze (12,000 rows), 3 gold versions, 40 reports"
    pub fn words(&self) -> String {
        let rows: u64 = self.batches.iter().map(|batch| batch.rows).sum();
        let counted =
            |count: usize, one: &str, many: &str| format!("{} {}", group_thousands(count as u64), if count == 1 { one } else { many });
        let mut parts = Vec::new();
        if !self.batches.is_empty() {
            parts.push(format!("{} ({} rows)", counted(self.batches.len(), "file of bronze", "files of bronze"), group_thousands(rows)));
        }
        if !self.golds.is_empty() {
            parts.push(counted(self.golds.len(), "gold version", "gold versions"));
        }
        if !self.reports.is_empty() {
            parts.push(counted(self.reports.len(), "report", "reports"));
        }
        if parts.is_empty() { "nothing".to_owned() } else { parts.join(", ") }
    }
}

/// `golds` and `reports` oldest first.
pub fn plan(
    rule: &RetentionRule,
    replaced: &[Replaced],
    golds: &[GoldFile],
    pinned: Pinned,
    reports: &[ReportFiles],
    now: DateTime<Utc>,
) -> Plan {
    let mut plan = Plan::default();
    if let Some(days) = rule.batch_days {
        let until = now - TimeDelta::days(i64::from(days));
        let is_old = |batch: &&Replaced| batch.ingested_at.parse::<DateTime<Utc>>().is_ok_and(|at| at < until);
        for batch in replaced.iter().filter(is_old) {
            if batch.decided == 0 {
                plan.batches.push(batch.clone());
            } else {
                plan.kept.push(format!(
                    "{} of {}: people decided about {} that no newer file shows",
                    batch.file_name,
                    batch.table,
                    if batch.decided == 1 { "a record".to_owned() } else { format!("{} records", group_thousands(batch.decided)) }
                ));
            }
        }
    }
    if let Some(most) = rule.gold_versions {
        let (stay, free): (Vec<GoldFile>, Vec<GoldFile>) =
            golds.iter().partition(|gold| [pinned.published, pinned.before, pinned.newest].contains(&Some(gold.version)));
        let gone = free.len().saturating_sub(most as usize);
        plan.golds.extend(&free[..gone]);
        for gold in stay {
            let why = match gold.version {
                version if Some(version) == pinned.published => "people see it",
                version if Some(version) == pinned.before => "people saw it before: the way back",
                _ => "it is built and not published yet",
            };
            plan.kept.push(format!("gold v{}: {why}", gold.version));
        }
    }
    if let Some(most) = rule.reports {
        let gone = reports.len().saturating_sub(most as usize);
        plan.reports.extend(reports[..gone].iter().cloned());
    }
    plan
}

#[cfg(test)]
mod tests {
    use super::*;

    fn batch(batch_id: i64, at: &str, decided: u64) -> Replaced {
        let (table, file_name) = ("erp_customers".to_owned(), format!("day{batch_id}.csv"));
        Replaced { batch_id, table, file_name, ingested_at: at.to_owned(), rows: 1_500, decided }
    }

    #[test]
    fn what_is_old_goes_and_what_is_needed_stays() {
        let now = "2026-11-20T12:00:00Z".parse().unwrap();
        let replaced = [batch(1, "2026-01-01T00:00:00Z", 0), batch(2, "2026-01-02T00:00:00Z", 2), batch(3, "2026-11-19T00:00:00Z", 0)];
        let golds: Vec<GoldFile> = (1..=6).map(|version| GoldFile { version, bytes: 10 }).collect();
        let pinned = Pinned { published: Some(4), before: Some(2), newest: Some(6) };
        let reports: Vec<ReportFiles> = (1..=4).map(|run| ReportFiles { name: format!("run-{run:04}"), bytes: 1 }).collect();
        let all = RetentionRule { batch_days: Some(30), gold_versions: Some(1), reports: Some(3) };
        let found = plan(&all, &replaced, &golds, pinned, &reports, now);
        assert_eq!(found.batches.iter().map(|batch| batch.batch_id).collect::<Vec<_>>(), [1]);
        assert_eq!(found.golds.iter().map(|gold| gold.version).collect::<Vec<_>>(), [1, 3]);
        assert_eq!(found.reports.iter().map(|report| report.name.as_str()).collect::<Vec<_>>(), ["run-0001"]);
        assert_eq!(found.words(), "1 file of bronze (1,500 rows), 2 gold versions, 1 report");
        assert_eq!(found.kept[0], "day2.csv of erp_customers: people decided about 2 records that no newer file shows");
        assert_eq!(
            found.kept[1..],
            ["gold v2: people saw it before: the way back", "gold v4: people see it", "gold v6: it is built and not published yet"]
        );
        // Without a rule everything stays.
        assert!(plan(&RetentionRule::default(), &replaced, &golds, pinned, &reports, now).is_empty());
    }
}
