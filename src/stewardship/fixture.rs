//! Decisions and overrides for tests: what a test does not care about is filled in.

use super::decision::{Answer, Decision};
use super::overrides::{Override, Word};
use super::record::Field;
use crate::base::{DecisionId, ItemId, RecordKey};

pub fn decision(id: i64, answer: Answer, groups: Vec<Vec<RecordKey>>) -> Decision {
    Decision {
        id: DecisionId(id),
        item: ItemId::of(&groups),
        answer,
        groups,
        whole_groups: false,
        was_one: false,
        relation: None,
        match_weight: None,
        batch: None,
        author: "ines".into(),
        decided_at: "2026-11-20T18:04:09Z".into(),
        reason: None,
        fingerprint: 0,
        summary: String::new(),
        undone_by: None,
    }
}

pub fn override_of(id: i64, members: Vec<RecordKey>, field: Field, word: Word) -> Override {
    Override {
        id: DecisionId(id),
        members,
        field,
        word,
        author: "ines".into(),
        decided_at: "2026-11-20T18:04:09Z".into(),
        reason: None,
        fingerprint: 0,
        summary: String::new(),
        undone_by: None,
        batch: None,
    }
}

/// Keys of one source, numbered.
pub fn numbered(groups: &[&[u32]]) -> Vec<Vec<RecordKey>> {
    groups.iter().map(|group| group.iter().map(|number| RecordKey::new("s", number.to_string())).collect()).collect()
}
