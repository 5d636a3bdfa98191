//! Making a gold the one that people see, and going back.

use crate::base::GoldVersion;
use crate::engine::error::EngineError;
use crate::engine::pages::TestOutcome;
use crate::engine::session::Session;
use crate::store::control::{PublishDeed, VersionRow};

use super::{audit, live};

/// Publishes `version`, or the newest that is built. Refused while a test of severity error stands on it.
pub fn publish(session: &Session, version: Option<GoldVersion>, user: &str) -> Result<(GoldVersion, String), EngineError> {
    followed(session, publish_with(session, version, user, None))
}

/// As `publish`, and failed tests do not refuse it: `reason` says why it is right all the same, and the log keeps it.
pub fn publish_anyway(
    session: &Session,
    version: Option<GoldVersion>,
    reason: &str,
    user: &str,
) -> Result<(GoldVersion, String), EngineError> {
    if reason.trim().is_empty() {
        return Err(EngineError::Refused("an override needs a reason. Say why it is right to publish all the same.".to_owned()));
    }
    followed(session, publish_with(session, version, user, Some(reason.trim())))
}

/// Live gold follows what people see.
fn followed(session: &Session, done: Result<(GoldVersion, String), EngineError>) -> Result<(GoldVersion, String), EngineError> {
    let (version, mut summary) = done?;
    if let Some(remark) = live::follow(session) {
        summary.push_str(&format!("; {remark}"));
    }
    Ok((version, summary))
}

fn publish_with(
    session: &Session,
    version: Option<GoldVersion>,
    user: &str,
    reason: Option<&str>,
) -> Result<(GoldVersion, String), EngineError> {
    session.must_write()?;
    let mut control = session.control();
    let versions = control.versions()?;
    let row = match version {
        Some(wanted) => known(&versions, wanted)?,
        None => versions.first().ok_or_else(|| EngineError::Refused("nothing is built yet. Say 'karat run' first.".to_owned()))?,
    };
    if control.published()? == Some(row.version) {
        return Ok((row.version, format!("v{} is published already", row.version)));
    }
    let failed: Vec<TestOutcome> = failed_tests(&row.tests);
    let names: Vec<&str> = failed.iter().map(|test| test.name.as_str()).collect();
    if !failed.is_empty() && reason.is_none() {
        return Err(EngineError::Refused(format!(
            "{} of severity error failed, so v{} can't be published: {}. People still see what they saw.",
            crate::engine::answer::words::counted(failed.len() as u64, "test"),
            row.version,
            names.join(", ")
        )));
    }
    must_exist(session, row.version)?;
    let at = session.clock.now_iso();
    if let Some(reason) = reason.filter(|_| !failed.is_empty()) {
        control.note_override(row.version, &names, reason, user, &at)?;
    }
    control.point_to(row.version, PublishDeed::Publish, user, &at)?;
    // What is seen is anchored: the log up to here can no longer be rewritten unseen.
    let anchor = audit::anchor(&control, &format!("gold v{}", row.version), &at)?;
    audit::leave_anchor(&session.workspace.gold(row.version), &anchor)?;
    Ok((row.version, format!("Published v{}", row.version)))
}

/// Goes back to `version`, or to the one published before.
pub fn rollback(session: &Session, version: Option<GoldVersion>, user: &str) -> Result<(GoldVersion, String), EngineError> {
    followed(session, go_back(session, version, user))
}

fn go_back(session: &Session, version: Option<GoldVersion>, user: &str) -> Result<(GoldVersion, String), EngineError> {
    session.must_write()?;
    let mut control = session.control();
    let versions = control.versions()?;
    let target = match version {
        Some(wanted) => seen_before(known(&versions, wanted)?)?,
        None => control
            .published_before()?
            .ok_or_else(|| EngineError::Refused("there is no version to go back to: one version was ever published.".to_owned()))?,
    };
    must_exist(session, target)?;
    control.point_to(target, PublishDeed::Rollback, user, &session.clock.now_iso())?;
    Ok((target, format!("Went back to v{target}")))
}

/// Failed tests of severity error in a version's stored results.
pub fn failed_tests(tests: &str) -> Vec<TestOutcome> {
    let all: Vec<TestOutcome> = serde_json::from_str(tests).unwrap_or_default();
    all.into_iter().filter(TestOutcome::is_error).collect()
}

fn known(versions: &[VersionRow], wanted: GoldVersion) -> Result<&VersionRow, EngineError> {
    versions
        .iter()
        .find(|row| row.version == wanted)
        .ok_or_else(|| EngineError::Refused(format!("there is no gold version {wanted}. 'karat versions' names those there are.")))
}

/// Going back leads to what people saw once: a version that was never published has not passed what publishing asks.
fn seen_before(row: &VersionRow) -> Result<GoldVersion, EngineError> {
    if row.published_at.is_some() {
        return Ok(row.version);
    }
    Err(EngineError::Refused(format!(
        "v{0} was never published, so nobody can go back to it. Publish it: 'karat publish --version {0}'.",
        row.version
    )))
}

fn must_exist(session: &Session, version: GoldVersion) -> Result<(), EngineError> {
    let path = session.workspace.gold(version);
    if path.exists() {
        return Ok(());
    }
    Err(EngineError::Refused(format!("{} is gone. Run again, then publish what it builds.", path.display())))
}
