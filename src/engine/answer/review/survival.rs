//! Golden records outside a run. Flow: records + rules of the workspace + stewards' words -> GoldenRecord as a run would make it.

use crate::engine::error::EngineError;
use crate::engine::ops::steward::golden::rules_of;
use crate::engine::session::Session;
use crate::stewardship::{CustomerRecord, GoldenRecord, Override, Rules, golden_record, overrides};
use crate::store::reader::Connection;
use crate::store::silver::shared_counts;

/// What golden values follow from besides the records.
#[derive(Debug)]
pub struct Survival {
    pub rules: Rules,
    pub overrides: Vec<Override>,
}

impl Survival {
    pub fn read(session: &Session) -> Result<Self, EngineError> {
        let rules = rules_of(session)?;
        let overrides = session.control().overrides()?;
        Ok(Self { rules, overrides })
    }

    /// The golden record of these records together, with shared values known. Words of customers that are not among them do not count.
    pub fn preview(&self, conn: &Connection, records: &[&CustomerRecord]) -> GoldenRecord {
        let index = (0_u32..).zip(records).map(|(at, record)| (record.key.clone(), at)).collect();
        let all: Vec<u32> = (0_u32..).zip(records).map(|(at, _)| at).collect();
        let words = overrides::in_force(&self.overrides, &[&all], &index);
        let is_shared = |field, value: &str| shared_counts(conn, field, value).ok().flatten().is_some();
        golden_record(records, &is_shared, &self.rules, words.get(&0))
    }
}
