//! The workbench's deeds. Flow: ReviewDeed or GoldenDeed -> its file -> ReviewOutcome.

mod audit;
mod bulk;
pub mod golden;
mod items;
pub mod names;
mod sheet;
mod sheet_in;
pub mod undo;

use crate::engine::error::EngineError;
use crate::engine::event::Report;
use crate::engine::executor::Shared;
use crate::engine::golden_deed::GoldenDeed;
use crate::engine::pages::ReviewOutcome;
use crate::engine::review_deed::ReviewDeed;
use crate::engine::session::Session;

use super::decide::{self, By};

/// Carries out a deed on the queue or the log.
pub(super) fn review(shared: &Shared, deed: &ReviewDeed, user: &str) -> Result<Report, EngineError> {
    let session = shared.session()?;
    let outcome = perform(&session, deed, user);
    shared.changed(&session);
    outcome.map(|outcome| Report::Reviewed(Box::new(outcome)))
}

/// Carries out a deed on golden values.
pub(super) fn golden_deed(shared: &Shared, deed: &GoldenDeed, user: &str) -> Result<Report, EngineError> {
    let session = shared.session()?;
    let outcome = golden::perform(&session, deed, user);
    shared.changed(&session);
    outcome.map(|outcome| Report::Reviewed(Box::new(outcome)))
}

fn perform(session: &Session, deed: &ReviewDeed, user: &str) -> Result<ReviewOutcome, EngineError> {
    session.must_write()?;
    match deed {
        ReviewDeed::Decide { item, verdict, reason } => {
            decide::decide(session, item, verdict, By { user, reason: reason.as_deref() }).map(ReviewOutcome::from)
        }
        ReviewDeed::Merge { left, right, reason } => {
            decide::merge(session, *left, *right, By { user, reason: reason.as_deref() }).map(ReviewOutcome::from)
        }
        ReviewDeed::Unmerge { customer, groups, reason } => {
            decide::unmerge(session, *customer, groups, By { user, reason: reason.as_deref() }).map(ReviewOutcome::from)
        }
        ReviewDeed::Undo { decision, with_dependants } => undo::undo(session, *decision, *with_dependants, user),
        ReviewDeed::Assign { items, to } => items::assign(session, items, to.as_deref(), user),
        ReviewDeed::Comment { item, text } => items::comment(session, item, text, user),
        ReviewDeed::Defer { items, until, reason } => items::defer(session, items, until.as_deref(), reason.as_deref(), user),
        ReviewDeed::Reopen { item } => items::reopen(session, item, user),
        ReviewDeed::HandOver { to, text } => items::hand_over(session, to.as_deref(), text, user),
        ReviewDeed::DealSample { pattern, answer } => bulk::deal(session, pattern, *answer, user),
        ReviewDeed::AnswerSample { bulk, item, answer } => bulk::answer(session, *bulk, item, *answer, user),
        ReviewDeed::ApproveBulk { bulk } => bulk::approve(session, *bulk, user),
        ReviewDeed::ExportSheet { filter, path } => sheet::export(session, filter, path, user),
        ReviewDeed::ImportSheet { path, dry_run } => sheet_in::import(session, path, *dry_run, user),
        ReviewDeed::DealAudit => audit::deal(session),
        ReviewDeed::AnswerAudit { pair, same } => audit::answer(session, *pair, *same, user),
        ReviewDeed::Name { domain, spelling, meaning } => names::say(session, *domain, spelling, meaning.as_deref(), user),
    }
}

/// What a deed that wrote no entry reports.
fn told(summary: String) -> ReviewOutcome {
    ReviewOutcome { summary, ..ReviewOutcome::default() }
}
