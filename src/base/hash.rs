//! Hashes that are the same on every machine and in every version: they are stored.

use std::fmt::Write as _;

use sha2::{Digest, Sha256};
use xxhash_rust::xxh3::xxh3_64;

/// 64-bit XXH3. For row hashes and ids, never for secrets.
pub fn stable_64(bytes: &[u8]) -> u64 {
    xxh3_64(bytes)
}

/// The same as a signed integer, the way SQLite stores it.
pub fn stable_i64(bytes: &[u8]) -> i64 {
    stable_64(bytes).cast_signed()
}

/// SHA-256 over the fields, each led by its length, in hex: no two lists of fields run into one.
pub fn digest_of<'a>(fields: impl IntoIterator<Item = &'a str>) -> String {
    let mut hasher = Sha256::new();
    for field in fields {
        hasher.update((field.len() as u64).to_le_bytes());
        hasher.update(field.as_bytes());
    }
    hex(&hasher.finalize())
}

/// Lower-case hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// The bytes of a hexadecimal text; None where it is none.
pub fn unhex(text: &str) -> Option<Vec<u8>> {
    if !text.is_ascii() || !text.len().is_multiple_of(2) {
        return None;
    }
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).ok()).collect()
}
