//! A table made ready once for a trained model and then asked as often as is wanted: standardised, who shares what found, the model's weights laid out.

use crate::base::RunCtx;

use super::comparison::{Comparer, Conflicts, Kept};
use super::error::MatchError;
use super::fields::{Fields, standardise_records};
use super::generics::find_shared;
use super::model::Model;
use super::records::Records;
use super::score::Scorer;

#[derive(Debug)]
pub struct Prepared {
    pub model: Model,
    pub fields: Fields,
    pub conflicts: Conflicts,
    pub scorer: Scorer,
    kept: Kept,
    /// Row -> canonical position.
    at: Vec<u32>,
}

impl Prepared {
    /// Errors as matching does: a column or a field that is not there.
    pub fn new(model: &Model, records: &Records) -> Result<Self, MatchError> {
        let settings = &model.settings;
        let ctx = RunCtx::default();
        let fields = standardise_records(records, settings, &ctx)?;
        let conflicts = Conflicts::new(settings)?;
        let mut comparer = Comparer::new(&fields, settings)?;
        find_shared(&mut comparer, settings, &conflicts, &ctx)?;
        let scorer = Scorer::new(model, &comparer);
        let kept = comparer.keep();
        let mut at = vec![0_u32; fields.len()];
        for (position, row) in (0_u32..).zip(&fields.row) {
            at[*row as usize] = position;
        }
        Ok(Self { model: model.clone(), fields, conflicts, scorer, kept, at })
    }

    /// Costs next to nothing: what it needs is shared.
    pub fn comparer(&self) -> Comparer<'_> {
        self.kept.comparer(&self.fields)
    }

    /// Canonical position of a row.
    pub fn place(&self, row: u32) -> Result<u32, MatchError> {
        self.at.get(row as usize).copied().ok_or(MatchError::NoSuchRecord { record: row, records: self.at.len() })
    }
}
