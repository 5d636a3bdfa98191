//! What happens to an item besides answers. Flow: append-only events -> where the item stands and who has it.

use rustc_hash::FxHashMap;
use serde::Serialize;

use crate::base::ItemId;

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ItemDeed {
    /// To nobody where None.
    Assign(Option<String>),
    Comment(String),
    /// Open again from the day on, where one is named.
    Defer {
        until: Option<String>,
        reason: Option<String>,
    },
    Reopen,
}

impl ItemDeed {
    pub fn name(&self) -> &'static str {
        match self {
            Self::Assign(_) => "assign",
            Self::Comment(_) => "comment",
            Self::Defer { .. } => "defer",
            Self::Reopen => "reopen",
        }
    }
}

/// One event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ItemEvent {
    pub id: i64,
    pub item: ItemId,
    pub deed: ItemDeed,
    pub author: String,
    /// `2026-11-20T18:04:09Z`
    pub at: String,
}

/// What the events of an item amount to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ItemMark {
    pub assignee: Option<String>,
    pub comments: u32,
    /// When it was put aside, and by whom; None where it is not (any more).
    pub deferred: Option<(String, String)>,
    /// When it was last taken up again.
    pub reopened_at: Option<String>,
}

impl ItemMark {
    /// `at`: `2026-11-20T18:04:09Z`. One second is not told from another within it: an answer and a reopening in one second count
    /// in that order.
    pub fn is_reopened_after(&self, at: &str) -> bool {
        self.reopened_at.as_deref().is_some_and(|reopened| reopened >= at)
    }
}

/// Per item what its events amount to on a day (`2026-11-20`).
pub fn marks(events: &[ItemEvent], today: &str) -> FxHashMap<ItemId, ItemMark> {
    let mut marks: FxHashMap<ItemId, ItemMark> = FxHashMap::default();
    for event in events {
        let mark = marks.entry(event.item.clone()).or_default();
        match &event.deed {
            ItemDeed::Assign(to) => mark.assignee.clone_from(to),
            ItemDeed::Comment(_) => mark.comments += 1,
            ItemDeed::Defer { until, .. } => {
                let is_over = until.as_deref().is_some_and(|until| until <= today);
                mark.deferred = (!is_over).then(|| (event.at.clone(), event.author.clone()));
            }
            ItemDeed::Reopen => {
                mark.deferred = None;
                mark.reopened_at = Some(event.at.clone());
            }
        }
    }
    marks
}
