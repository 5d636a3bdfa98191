//! What a steward can do with the queue and with earlier decisions. Sent as `Command::Review`; all of it is done in moments.

use std::path::PathBuf;

use crate::base::{CustomerKey, DecisionId, ItemId, RecordKey};
pub use crate::stewardship::{Answer, Domain, Relation};

use super::query::QueueFilter;

/// One deed. Each ends in `Report::Reviewed`.
#[derive(Debug, Clone, PartialEq)]
pub enum ReviewDeed {
    /// Answers an item by any partition of its records.
    Decide {
        item: ItemId,
        verdict: Verdict,
        reason: Option<String>,
    },
    /// Two customers are one, though nothing asked.
    Merge {
        left: CustomerKey,
        right: CustomerKey,
        reason: Option<String>,
    },
    /// One customer is several. `groups` name all its records, each once.
    Unmerge {
        customer: CustomerKey,
        groups: Vec<Vec<RecordKey>>,
        reason: Option<String>,
    },
    /// Takes back an entry of the log (an answer, an override, a naming); with its dependants, where they are wanted gone too.
    /// An entry of a batch takes its batch along.
    Undo {
        decision: DecisionId,
        with_dependants: bool,
    },
    /// Gives items to somebody; to nobody where `to` is None.
    Assign {
        items: Vec<ItemId>,
        to: Option<String>,
    },
    Comment {
        item: ItemId,
        text: String,
    },
    /// Puts items aside: until a day (`2026-12-01`), or until they are reopened.
    Defer {
        items: Vec<ItemId>,
        until: Option<String>,
        reason: Option<String>,
    },
    /// Takes a deferred item up again.
    Reopen {
        item: ItemId,
    },
    /// A note for the next shift; for everybody where `to` is None.
    HandOver {
        to: Option<String>,
        text: String,
    },
    /// Deals a blind sample out of the open items of one evidence pattern. Refused where the group is too small to prove anything.
    DealSample {
        pattern: String,
        answer: Answer,
    },
    /// Answers one item of a sample.
    AnswerSample {
        bulk: i64,
        item: ItemId,
        answer: Answer,
    },
    /// Decides the rest of a group whose sample was answered without a miss: one batch, one undo.
    ApproveBulk {
        bulk: i64,
    },
    /// Writes the queue as a workbook that people fill in.
    ExportSheet {
        filter: QueueFilter,
        path: PathBuf,
    },
    /// Reads the answers of such a workbook. `dry_run`: says what would be decided and decides nothing.
    ImportSheet {
        path: PathBuf,
        dry_run: bool,
    },
    /// Deals today's pairs of the audit deck; those dealt before stay.
    DealAudit,
    /// A label, apart from decisions: it binds nothing. `same` None: cannot be said.
    AnswerAudit {
        pair: i64,
        same: Option<bool>,
    },
    /// What a spelling means, for this run's and all later ones. `meaning` None: none of those there are.
    Name {
        domain: Domain,
        spelling: String,
        meaning: Option<String>,
    },
}

/// What was said of an item's records.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// All groups are one customer.
    Same,
    /// No two groups are.
    Different,
    /// Different, but they belong together.
    Related(Relation),
    /// Cannot be said yet; binds nothing.
    Unsure,
    /// Cut anew: the records of each group are one customer, those of different groups are not. Every record of the item stands
    /// in one group. `relation`: how the groups belong together, where they do.
    Split { groups: Vec<Vec<RecordKey>>, relation: Option<Relation> },
}

impl From<Answer> for Verdict {
    fn from(answer: Answer) -> Self {
        match answer {
            Answer::Same => Self::Same,
            Answer::Different => Self::Different,
            Answer::Related => Self::Related(Relation::Other),
            Answer::Unsure => Self::Unsure,
        }
    }
}
