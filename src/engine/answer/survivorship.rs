//! The rules that choose golden values, as the workspace has them.

use crate::engine::error::EngineError;
use crate::engine::ops::steward::golden::rules_of;
use crate::engine::pages::{FieldRules, SurvivorshipPage};
use crate::engine::session::Session;
use crate::stewardship::{Field, Rule};

pub fn survivorship(session: &Session) -> Result<SurvivorshipPage, EngineError> {
    let rules = rules_of(session)?;
    Ok(SurvivorshipPage {
        fields: Field::ALL
            .iter()
            .map(|field| FieldRules {
                field: field.column(),
                label: field.label(),
                rules: rules.of(*field).iter().map(|rule| rule.name().to_owned()).collect(),
                is_own: rules.is_own(*field),
            })
            .collect(),
        source_priority: rules.source_priority().to_vec(),
        known: Rule::CHOOSABLE.iter().map(|rule| (rule.name().to_owned(), rule.about().to_owned())).collect(),
    })
}
