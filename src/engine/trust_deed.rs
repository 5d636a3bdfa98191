//! What can be done so that others can trust the work: people and keys, masking, proposals, packs, the audit log, backups, erasure.
//! Sent as `Command::Trust` and `Query::Trust`.

use std::path::PathBuf;

use crate::base::{ItemId, Secret};
pub use crate::stewardship::policy::{FourEyes, Role};
pub use crate::store::control::AuditFilter;

use super::review_deed::Verdict;

/// One deed. Each ends in `Report::Trust`.
#[derive(Debug, Clone, PartialEq)]
pub enum TrustDeed {
    /// Makes a key file for a person on this machine; their public key is in the report.
    MakeKey { person: String, passphrase: Secret },
    /// Seals the key file on this machine under another passphrase.
    ChangePassphrase { person: String, old: Secret, new: Secret },
    /// Enrols a person, or gives an enrolled one another role or key. `public_key` None: that of the key file on this machine, which
    /// is made under `passphrase` where there is none.
    Enrol { person: String, role: Role, public_key: Option<String>, passphrase: Option<Secret>, user: String },
    /// Ends an enrolment; what it signed stays proved.
    Retire { person: String, user: String },
    /// Writes which decisions take a second person into `workspace.toml`.
    Policy { policy: FourEyes, user: String },
    /// Opens a person's key for as long as the workspace is open: they act and look from now on.
    SignIn { person: String, passphrase: Secret },
    /// Closes every key.
    SignOut,
    /// Shows personal data in the clear from now on. `what` says for what purpose or which page; it is logged.
    Unmask { what: String, user: String },
    /// Masks again.
    Mask,
    /// Answers an item for a second person to approve, whatever the policy says.
    Propose { item: ItemId, verdict: Verdict, reason: Option<String>, user: String },
    /// Makes a proposal a decision. `proposal`: its number, or its item's id.
    Approve { proposal: String, comment: Option<String>, user: String },
    /// Gives a proposal back; nothing is bound by it.
    Return { proposal: String, comment: String, user: String },
    /// Writes every decision into a signed file for another copy of this workspace.
    ExportPack { file: PathBuf, user: String },
    /// Takes in what such a file brings; what contradicts decisions made here waits as contradictions to be answered.
    ImportPack { file: PathBuf, user: String },
    /// Copies control.db: into the workspace, or to a file of one's own.
    Backup { to: Option<PathBuf>, user: String },
    /// Puts a copy in the place of control.db, which is kept beside it; the newest whole copy where none is named.
    Restore { from: Option<PathBuf>, user: String },
    /// Destroys a person's values everywhere in the workspace; keys and hashes stay. `key`: a customer (`C-1042`) or one of their
    /// records (`erpnext:CUST-17`).
    Erase { key: String, user: String },
    /// Writes the audit log as CSV or HTML, by the file's ending.
    ExportAudit { filter: AuditFilter, file: PathBuf },
}

impl TrustDeed {
    /// Done in moments, beside whatever runs.
    pub fn is_quick(&self) -> bool {
        !matches!(self, Self::Restore { .. } | Self::Erase { .. })
    }
}

/// What can be looked at. Answered by a `TrustPage` of the same name.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum TrustQuery {
    People,
    /// Decisions that wait for a second person, and contradictions that packs brought; newest first.
    Proposals,
    /// What a pack would bring.
    Pack {
        file: PathBuf,
    },
    /// Copies of control.db, newest first.
    Backups,
    /// Is every file of the workspace whole, and is the audit log what was written?
    Verify,
    /// What an erasure would destroy.
    Erasure {
        key: String,
    },
    /// Rows of the audit log, newest first.
    Audit(AuditFilter),
    /// Is the audit log what was written? `anchors`: files that hold copies of its end, beside those in the workspace.
    AuditVerify {
        anchors: Vec<PathBuf>,
    },
}
