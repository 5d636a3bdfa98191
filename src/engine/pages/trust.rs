//! People, the audit log, proposals, packs, backups and erasure, as pages show them.

use serde::Serialize;

use crate::base::{CustomerKey, DecisionId, ItemId, RecordKey};
use crate::stewardship::Answer;

pub use crate::stewardship::policy::{FourEyes, Role};
pub use crate::store::control::{AuditEntry, AuditReport, Finding, Person, ProposalKind};

#[derive(Debug, Clone, Serialize)]
#[serde(untagged)]
pub enum TrustPage {
    People(PeoplePage),
    Audit(AuditPage),
    AuditVerify(AuditReport),
    Proposals(Vec<ProposalRow>),
    Pack(PackPage),
    Backups(Vec<BackupRow>),
    Verify(VerifyPage),
    Erasure(ErasurePage),
}

/// What an erasure would destroy.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct ErasurePage {
    pub customer: Option<CustomerKey>,
    pub records: Vec<RecordKey>,
    pub names: Vec<String>,
    /// Values that are this person's alone.
    pub values: u64,
    /// Values that other customers have too: they stay there.
    pub shared_values: u64,
}

/// A copy of control.db.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct BackupRow {
    pub file: String,
    pub size_bytes: u64,
    /// Time of the last thing it knows.
    pub newest: String,
    pub decisions: i64,
    pub audit_rows: i64,
    /// Why it cannot be used.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refused_because: Option<String>,
}

/// Every file of the workspace looked at.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct VerifyPage {
    pub files: Vec<FileCheck>,
    pub audit: AuditReport,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct FileCheck {
    pub file: String,
    /// "whole", or what is wrong with it.
    pub state: String,
    pub is_whole: bool,
}

/// What a pack would bring.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct PackPage {
    pub made_by: String,
    pub made_at: String,
    pub number: i64,
    pub is_signed: bool,
    pub decisions: u64,
    /// Known here already.
    pub known: u64,
    /// Would be entered, one line each.
    pub new: Vec<PackRow>,
    /// Would wait to be answered.
    pub conflicts: Vec<PackRow>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct PackRow {
    pub item: String,
    pub author: String,
    pub at: String,
    pub answer: String,
    pub summary: String,
    /// Of a conflict: the decision here and why.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub against: Option<DecisionId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
}

/// A decision that waits for a second person, or did.
#[derive(Debug, Clone, Serialize)]
pub struct ProposalRow {
    pub proposal: i64,
    pub kind: ProposalKind,
    pub item: ItemId,
    pub answer: Option<Answer>,
    pub summary: String,
    pub reason: Option<String>,
    pub groups: Vec<Vec<RecordKey>>,
    pub author: String,
    pub is_signed: bool,
    /// Why a second person is needed, or what it contradicts.
    pub why: String,
    /// Of a contradiction: the decision made here.
    pub against: Option<DecisionId>,
    pub proposed_at: String,
    /// open | approved | returned
    pub state: String,
    pub answered_by: Option<String>,
    pub answered_at: Option<String>,
    pub comment: Option<String>,
    /// What it became.
    pub decision: Option<DecisionId>,
}

#[derive(Debug, Clone, Default, Serialize)]
pub struct PeoplePage {
    pub people: Vec<PersonRow>,
    /// Who looks.
    pub viewer: String,
    pub sight: Sight,
    /// Which decisions take a second person.
    pub four_eyes: FourEyes,
    /// "A person with the files of this workspace and a passphrase can read them."
    pub remark: String,
}

#[derive(Debug, Clone, Serialize)]
pub struct PersonRow {
    #[serde(flatten)]
    pub person: Person,
    /// The key is open in this session.
    pub is_signed_in: bool,
    /// Their key file is on this machine.
    pub has_key_here: bool,
}

/// What the viewer sees of personal data.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Sight {
    /// Everything: nobody is enrolled, or an enrolled person unmasked and it is in the log.
    #[default]
    Clear,
    /// Masked; the viewer may unmask.
    Masked,
    /// The masked gold and nothing else: an analyst, or somebody who is not enrolled or not signed in.
    MaskedOnly,
}

#[derive(Debug, Clone, Default, Serialize)]
pub struct AuditPage {
    pub entries: Vec<AuditEntry>,
    /// Rows in the whole log.
    pub total: i64,
    /// Hash of its last row.
    pub head: String,
}

/// What a deed of trust brought about.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct TrustOutcome {
    /// Fit for a toast: "Enrolled ines as steward".
    pub summary: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub public_key: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub proposal: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decision: Option<DecisionId>,
    /// Files that were written.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<String>,
    /// Further lines for a person: what was left out, what could not be done.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub remarks: Vec<String>,
}
