//! What a steward had before the eyes, as one number: if it differs later, the values changed since.

use crate::base::hash::stable_i64;

use super::record::{CustomerRecord, Field};

/// Hash of all standardised values of the records, in any order of records.
pub fn fingerprint<'a>(records: impl IntoIterator<Item = &'a CustomerRecord>) -> i64 {
    let mut rows: Vec<String> = records
        .into_iter()
        .map(|record| {
            let mut row = record.key.to_string();
            for field in Field::ALL {
                row.push('\u{1f}');
                row.push_str(record.get(*field).unwrap_or_default());
            }
            row
        })
        .collect();
    rows.sort_unstable();
    stable_i64(rows.join("\u{1e}").as_bytes())
}
