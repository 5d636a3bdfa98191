//! Who stands behind a decision. Flow: what was decided -> digest -> statement -> Ed25519 signature, and back.
//!
//! Pure: key files are read elsewhere. Signatures are RFC 8032's, made and checked by ed25519-dalek (`verify_strict`).

use std::collections::BTreeMap;

use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::base::RecordKey;
use crate::base::hash::{digest_of, hex, unhex};

use super::decision::Answer;

/// A person's secret key. It is wiped when it is dropped, and never shown.
pub struct Signer {
    key: SigningKey,
}

impl std::fmt::Debug for Signer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Signer({})", self.public_key())
    }
}

impl Signer {
    pub fn from_seed(seed: &[u8; 32]) -> Self {
        Self { key: SigningKey::from_bytes(seed) }
    }

    /// 64 hexadecimal digits.
    pub fn public_key(&self) -> String {
        hex(self.key.verifying_key().as_bytes())
    }

    /// 128 hexadecimal digits.
    pub fn sign(&self, statement: &str) -> String {
        hex(&self.key.sign(statement.as_bytes()).to_bytes())
    }
}

/// Does this signature of `statement` come from the holder of this key? No where either is no key or no signature at all.
pub fn holds(public_key: &str, statement: &str, signature: &str) -> bool {
    let key = array::<32>(public_key).and_then(|bytes| VerifyingKey::from_bytes(&bytes).ok());
    let signature = array::<64>(signature).map(|bytes| Signature::from_bytes(&bytes));
    key.zip(signature).is_some_and(|(key, signature)| key.verify_strict(statement.as_bytes(), &signature).is_ok())
}

/// Is this the text of a public key?
pub fn is_public_key(text: &str) -> bool {
    array::<32>(text).is_some_and(|bytes| VerifyingKey::from_bytes(&bytes).is_ok_and(|key| !key.is_weak()))
}

fn array<const N: usize>(text: &str) -> Option<[u8; N]> {
    unhex(text)?.try_into().ok()
}

/// What is signed: never a bare digest, so that a signature of one kind cannot be passed off as one of another, nor in another workspace.
pub fn statement(kind: &str, workspace: &str, digest: &str) -> String {
    digest_of(["karat 1", kind, workspace, digest])
}

/// Columns of a row that hold something.
pub type Columns = BTreeMap<String, Value>;

/// A decision with all that belongs to it, and what proves it: the form in which it waits for approval and travels in packs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SealedDecision {
    /// The decision's name on every laptop.
    pub uid: String,
    pub salt: String,
    pub digest: String,
    #[serde(default)]
    pub public_key: Option<String>,
    #[serde(default)]
    pub signature: Option<String>,
    /// The entry's columns but for its number; `undoes` and `batch` name other entries by their `uid`.
    pub row: Columns,
    /// Rows of other tables that belong to the entry, by table.
    pub parts: BTreeMap<String, Vec<Columns>>,
}

pub const MEMBERS: &str = "decision_member";

impl SealedDecision {
    /// SHA-256 over everything but key and signature, in hex. What is empty or zero does not count: a column that came later
    /// changes no digest from before.
    pub fn digest(&self) -> String {
        let mut fields: Vec<String> = vec![self.uid.clone(), self.salt.clone()];
        push_columns(&mut fields, &self.row);
        for (table, rows) in &self.parts {
            let mut lines: Vec<String> = rows
                .iter()
                .map(|row| {
                    let mut fields = Vec::new();
                    push_columns(&mut fields, row);
                    digest_of(fields.iter().map(String::as_str))
                })
                .collect();
            lines.sort_unstable();
            if !lines.is_empty() {
                fields.push(table.clone());
                fields.extend(lines);
            }
        }
        digest_of(fields.iter().map(String::as_str))
    }

    pub fn text(&self, column: &str) -> &str {
        self.row.get(column).and_then(Value::as_str).unwrap_or_default()
    }

    pub fn author(&self) -> &str {
        self.text("author")
    }

    pub fn answer(&self) -> Option<Answer> {
        Answer::from_name(self.text("answer"))
    }

    /// Groups of record keys, in their order.
    pub fn groups(&self) -> Vec<Vec<RecordKey>> {
        let mut groups: BTreeMap<i64, Vec<RecordKey>> = BTreeMap::new();
        for member in self.parts.get(MEMBERS).into_iter().flatten() {
            let text = |column: &str| member.get(column).and_then(Value::as_str).unwrap_or_default().to_owned();
            let group = member.get("group_no").and_then(Value::as_i64).unwrap_or_default();
            groups.entry(group).or_default().push(RecordKey::new(text("source_system"), text("source_customer_id")));
        }
        groups.into_values().collect()
    }
}

fn push_columns(fields: &mut Vec<String>, columns: &Columns) {
    for (name, value) in columns {
        let is_empty = value.is_null() || value.as_f64() == Some(0.0);
        if !is_empty {
            fields.push(name.clone());
            fields.push(value.to_string());
        }
    }
}

#[cfg(test)]
#[path = "signature_tests.rs"]
mod tests;
