//! How the predictions of a gold lie. Flow: what the predictor saw + the built gold -> a row in control.db.

use crate::base::GoldVersion;
use crate::engine::error::EngineError;
use crate::engine::session::Session;
use crate::store::control::WatchRow;
use crate::warehouse::risk;

use super::PinnedModels;

/// Notes drift, agreement with the rule and the share of Critical. Called when the version stands.
pub fn note(session: &Session, models: &PinnedModels, version: GoldVersion, as_of: &str) -> Result<(), EngineError> {
    for (target, model_version, drift) in models.seen() {
        let conn = session.reader_of(Some(version))?;
        let counts = risk::agreement(&conn, target.predictions())?;
        let row = WatchRow {
            gold_version: version.0,
            model_version,
            as_of: as_of.to_owned(),
            customers: counts.scored,
            critical_share: counts.critical_share,
            drift: serde_json::to_string(&drift).unwrap_or_else(|_| "{}".to_owned()),
            agreement: counts.agreement,
        };
        session.control().add_watch(target.name(), &row)?;
    }
    Ok(())
}
