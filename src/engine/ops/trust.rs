//! People, keys and masks. Flow: TrustDeed -> may they? -> control.db or key file -> TrustOutcome.

use std::path::Path;

use crate::base::Secret;
use crate::engine::churn_deed::ChurnDeed;
use crate::engine::command::{Command, MatchDeed};
use crate::engine::data_deed::DataDeed;
use crate::engine::error::EngineError;
use crate::engine::event::Report;
use crate::engine::executor::Shared;
use crate::engine::golden_deed::GoldenDeed;
use crate::engine::pages::{Acting, Sight, TrustOutcome};
use crate::engine::review_deed::ReviewDeed;
use crate::engine::runs_deed::RunsDeed;
use crate::engine::session::Session;
use crate::engine::trust_deed::TrustDeed;
use crate::stewardship::policy::{Right, Role};
use crate::stewardship::signature::is_public_key;
use crate::store::control::{Deed, Proposal, ProposalKind};
use crate::store::keys;

use super::decide::By;
use super::{audit, backup, erase, pack, trust_proposals};

pub(in crate::engine) fn perform(shared: &Shared, deed: &TrustDeed) -> Result<Report, EngineError> {
    let folder = &shared.options.keys;
    let outcome = match deed {
        // About key files alone: no workspace has to be open.
        TrustDeed::MakeKey { person, passphrase } => make_key(folder, person, passphrase),
        TrustDeed::ChangePassphrase { person, old, new } => {
            must_not_be_empty(new)?;
            keys::change_passphrase(folder, person, old, new)?;
            Ok(said(format!("{person}'s key has another passphrase now")))
        }
        // Closes the workspace and opens it again.
        TrustDeed::Restore { from, user } => backup::restore(shared, from.as_deref(), user),
        _ => {
            let session = shared.session()?;
            let outcome = in_workspace(&session, deed);
            shared.changed(&session);
            outcome
        }
    };
    outcome.map(|outcome| Report::Trust(Box::new(outcome)))
}

fn in_workspace(session: &Session, deed: &TrustDeed) -> Result<TrustOutcome, EngineError> {
    match deed {
        TrustDeed::MakeKey { .. } | TrustDeed::ChangePassphrase { .. } | TrustDeed::Restore { .. } => Ok(TrustOutcome::default()),
        TrustDeed::Enrol { person, role, public_key, passphrase, user } => {
            enrol(session, person, *role, public_key.as_deref(), passphrase.as_ref(), user)
        }
        TrustDeed::Retire { person, user } => {
            session.must_write()?;
            session.control().retire(person, user, &session.clock.now_iso())?;
            Ok(said(format!("Retired {person}")))
        }
        TrustDeed::Policy { policy, user } => trust_proposals::set_policy(session, policy, user),
        TrustDeed::SignIn { person, passphrase } => sign_in(session, person, passphrase),
        TrustDeed::SignOut => {
            session.control().close_keys();
            session.mask();
            Ok(said("Signed out".to_owned()))
        }
        TrustDeed::Unmask { what, user } => unmask(session, what, user),
        TrustDeed::Mask => {
            session.mask();
            Ok(said("Personal data are masked".to_owned()))
        }
        TrustDeed::Propose { item, verdict, reason, user } => {
            trust_proposals::propose(session, item, verdict, By { user, reason: reason.as_deref() })
        }
        TrustDeed::Approve { proposal, comment, user } => trust_proposals::approve(session, proposal, comment.as_deref(), user),
        TrustDeed::Return { proposal, comment, user } => trust_proposals::send_back(session, proposal, comment, user),
        TrustDeed::ExportPack { file, user } => pack::export(session, file, user),
        TrustDeed::ImportPack { file, user } => pack::import(session, file, user),
        TrustDeed::Backup { to, user } => backup::backup(session, to.as_deref(), user),
        TrustDeed::Erase { key, user } => erase::erase(session, key, user),
        TrustDeed::ExportAudit { filter, file } => audit::export(session, filter, file),
    }
}

pub fn said(summary: String) -> TrustOutcome {
    TrustOutcome { summary, ..TrustOutcome::default() }
}

fn must_not_be_empty(passphrase: &Secret) -> Result<(), EngineError> {
    if passphrase.expose().trim().is_empty() {
        return Err(EngineError::Refused("an empty passphrase protects nothing. Choose a longer one.".to_owned()));
    }
    Ok(())
}

fn make_key(folder: &Path, person: &str, passphrase: &Secret) -> Result<TrustOutcome, EngineError> {
    must_not_be_empty(passphrase)?;
    let public_key = keys::make(folder, person, passphrase)?;
    Ok(TrustOutcome { public_key: Some(public_key), ..said(format!("Made a key for {person} in {}", folder.display())) })
}

fn enrol(
    session: &Session,
    person: &str,
    role: Role,
    public_key: Option<&str>,
    passphrase: Option<&Secret>,
    user: &str,
) -> Result<TrustOutcome, EngineError> {
    session.must_write()?;
    let (is_first, enrolled) = {
        let control = session.control();
        let people = control.active_people()?;
        (people.is_empty(), people.into_iter().find(|known| known.name == person))
    };
    if is_first && !role.may(Right::Govern) {
        return Err(EngineError::Refused(format!(
            "the first person enrols the others, so they are an approver or an engineer. Enrol {person} as one of these, or enrol somebody else first."
        )));
    }
    let mut remarks = Vec::new();
    let key = match (public_key, keys::public_key(&session.keys, person)?) {
        (Some(key), _) if !is_public_key(key) => {
            return Err(EngineError::Refused(
                "this is no public key: it has 64 hexadecimal digits. 'karat person key NAME' prints it.".to_owned(),
            ));
        }
        (Some(key), _) => key.to_owned(),
        // Another role under the key that is known.
        (None, _) if enrolled.as_ref().is_some_and(|known| known.role != role) => {
            enrolled.map(|known| known.public_key).unwrap_or_default()
        }
        (None, Some(key)) => key,
        (None, None) => {
            let passphrase = passphrase.ok_or_else(|| {
                EngineError::Refused(format!("{person} has no key on this machine yet, and no passphrase was given to make one under."))
            })?;
            let made = make_key(&session.keys, person, passphrase)?;
            remarks.push(made.summary);
            made.public_key.unwrap_or_default()
        }
    };
    if is_first && person == user && public_key.is_none() {
        // Whoever enrols themselves signs it.
        let passphrase = passphrase.ok_or_else(|| EngineError::Refused(format!("enrolling yourself needs {person}'s passphrase.")))?;
        let signer = keys::open(&session.keys, person, passphrase)?;
        session.control().open_key(person, signer);
    }
    session.control().enrol(person, role, &key, user, &session.clock.now_iso())?;
    if role == Role::Analyst {
        remarks.push("An analyst opens the masked gold and nothing else in Karat. Whoever has the workspace's files can read them: give an analyst gold/NNNN_masked.db only.".to_owned());
    }
    Ok(TrustOutcome { public_key: Some(key), remarks, ..said(format!("Enrolled {person} as {}", role.name())) })
}

fn sign_in(session: &Session, person: &str, passphrase: &Secret) -> Result<TrustOutcome, EngineError> {
    let enrolled = session.control().active_people()?.into_iter().find(|known| known.name == person);
    let Some(enrolled) = enrolled else {
        return Err(EngineError::Refused(format!("nobody called {person} is enrolled. 'karat person list' names who is.")));
    };
    let signer = keys::open(&session.keys, person, passphrase)?;
    if signer.public_key() != enrolled.public_key {
        return Err(EngineError::Refused(format!(
            "the key in {} is not the one that {person} is enrolled with. Take the right file, or have the new key enrolled.",
            session.keys.display()
        )));
    }
    session.control().open_key(person, signer);
    session.act_as(person);
    Ok(said(format!("Signed in as {person}, {}", enrolled.role.name())))
}

/// Personal data leave in the clear: where people are enrolled the log says who took what, before it is taken.
pub fn note_sight(session: &Session, user: &str, what: &str) -> Result<(), EngineError> {
    let mut control = session.control();
    if !control.active_people()?.is_empty() {
        control.record_deed(&session.clock.now_iso(), user, Deed::Unmask, "personal data", what)?;
    }
    Ok(())
}

fn unmask(session: &Session, what: &str, user: &str) -> Result<TrustOutcome, EngineError> {
    session.must_write()?;
    session.control().record_deed(&session.clock.now_iso(), user, Deed::Unmask, "personal data", what)?;
    session.unmask();
    Ok(said(format!("Personal data are in the clear, and the log says so: {what}")))
}

/// Refuses a command that its sender may not give. Where nobody is enrolled everybody may everything.
pub fn guard(session: &Session, command: &Command) -> Result<(), EngineError> {
    let own = session.acting();
    let (user, right) = match command {
        Command::Open { .. } | Command::Create { .. } | Command::OpenSample { .. } | Command::Generate { .. } | Command::MatchFiles(_) => {
            return Ok(());
        }
        // A machine may load and run: what it does is in the log under its name.
        Command::Ingest { .. } | Command::Arrive { .. } | Command::Run { .. } | Command::Runs(RunsDeed::Scheduled) => {
            let is_known = session.control().active_people()?.iter().any(|person| person.name == own);
            return if is_known { must_have(session, &own, Right::Build) } else { Ok(()) };
        }
        Command::Review { deed, user } if matches!(**deed, ReviewDeed::ExportSheet { .. }) => (user, Right::Unmask),
        Command::Golden { deed: GoldenDeed::Rules { .. } | GoldenDeed::SourcePriority { .. }, user }
        | Command::Match(MatchDeed::Apply { user } | MatchDeed::UseNewModel { user })
        | Command::Churn(
            ChurnDeed::Train { user, .. }
            | ChurnDeed::Promote { user, .. }
            | ChurnDeed::Archive { user, .. }
            | ChurnDeed::SetPolicy { user, .. },
        ) => (user, Right::Build),
        Command::Decide { user, .. }
        | Command::Undo { user, .. }
        | Command::Review { user, .. }
        | Command::Golden { user, .. }
        | Command::Churn(ChurnDeed::Work { user, .. } | ChurnDeed::UndoWork { user, .. }) => (user, Right::Decide),
        Command::Publish { user, .. } | Command::Rollback { user, .. } => (user, Right::Publish),
        Command::Data(DataDeed::PublishAnyway { user, .. }) => (user, Right::Approve),
        // The masked gold is for everybody; who sees more is asked where it is read.
        Command::Data(DataDeed::Export { .. } | DataDeed::ExportSpark { .. } | DataDeed::ExportWorkflow { .. })
        | Command::Dashboard(_)
        | Command::Sql { .. }
        | Command::Runs(RunsDeed::SaveReport { .. }) => return Ok(()),
        Command::Runs(_)
        | Command::Match(_)
        | Command::Source(_)
        | Command::Watch { .. }
        | Command::Quarantine(_)
        | Command::Data(_)
        | Command::Churn(ChurnDeed::Score { .. }) => (&own, Right::Build),
        Command::Trust(deed) => return guard_trust(session, deed),
    };
    must_have(session, user, right)
}

fn guard_trust(session: &Session, deed: &TrustDeed) -> Result<(), EngineError> {
    match deed {
        // The key file is its holder's own; its passphrase guards it.
        TrustDeed::MakeKey { .. }
        | TrustDeed::ChangePassphrase { .. }
        | TrustDeed::SignIn { .. }
        | TrustDeed::SignOut
        | TrustDeed::Mask => Ok(()),
        TrustDeed::Unmask { user, .. } => must_have(session, user, Right::Unmask),
        TrustDeed::Backup { user, .. } => must_have(session, user, Right::Build),
        TrustDeed::Enrol { user, .. }
        | TrustDeed::Retire { user, .. }
        | TrustDeed::Policy { user, .. }
        | TrustDeed::Restore { user, .. }
        | TrustDeed::Erase { user, .. } => must_have(session, user, Right::Govern),
        TrustDeed::Propose { user, .. } | TrustDeed::ExportPack { user, .. } | TrustDeed::ImportPack { user, .. } => {
            must_have(session, user, Right::Decide)
        }
        TrustDeed::Approve { proposal, user, .. } | TrustDeed::Return { proposal, user, .. } => {
            let known = session.control().proposals()?;
            let is_contradiction = |known: &Proposal| {
                known.kind == ProposalKind::Contradiction
                    && (known.id.to_string() == *proposal || known.state == "open" && known.item.0 == *proposal)
            };
            // A contradiction is answered like any question; a proposal takes an approver.
            let right = if known.iter().any(is_contradiction) { Right::Decide } else { Right::Approve };
            must_have(session, user, right)
        }
        TrustDeed::ExportAudit { .. } => must_have(session, &session.acting(), Right::Unmask),
    }
}

/// Refuses where people are enrolled and this one is not, is not signed in, or is enrolled as somebody who may not.
pub fn must_have(session: &Session, user: &str, right: Right) -> Result<(), EngineError> {
    let control = session.control();
    let people = control.active_people()?;
    if people.is_empty() {
        return Ok(());
    }
    let Some(person) = people.iter().find(|person| person.name == user) else {
        return Err(EngineError::Refused(format!(
            "nobody called {user} is enrolled in this workspace, and it knows its people. Say --as NAME, or have {user} enrolled."
        )));
    };
    if !control.is_signed_in(user)? {
        return Err(EngineError::Refused(format!(
            "acting as {user} needs their key. Set KARAT_PASSPHRASE to {user}'s passphrase, say --passphrase-fd N, or sign in."
        )));
    }
    if !person.role.may(right) {
        return Err(EngineError::Refused(format!(
            "{user} is enrolled as {}; to {} takes {}.",
            person.role.name(),
            right.words(),
            right.who()
        )));
    }
    Ok(())
}

/// Whoever acts: their role, what they see, and what waits for a second person.
pub fn acting(session: &Session) -> Result<Acting, EngineError> {
    let (viewer, sight) = (session.acting(), sight(session)?);
    let control = session.control();
    let people = control.active_people()?;
    Ok(Acting {
        role: people.iter().find(|person| person.name == viewer).map(|person| person.role),
        is_signed_in: control.is_signed_in(&viewer)?,
        sight,
        people: people.len() as u64,
        proposals_open: control.proposals_open()?,
    })
}

/// What the viewer may see now.
pub fn sight(session: &Session) -> Result<Sight, EngineError> {
    let viewer = session.acting();
    let control = session.control();
    let people = control.active_people()?;
    if people.is_empty() {
        return Ok(Sight::Clear);
    }
    let person = people.iter().find(|person| person.name == viewer);
    let may = person.is_some_and(|person| person.role.may(Right::Unmask)) && control.is_signed_in(&viewer)?;
    Ok(match (may, session.is_unmasked()) {
        (false, _) => Sight::MaskedOnly,
        (true, false) => Sight::Masked,
        (true, true) => Sight::Clear,
    })
}
