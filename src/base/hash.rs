//! Hashes that are the same on every machine and in every version: they are stored.

use xxhash_rust::xxh3::xxh3_64;

/// 64-bit XXH3. For row hashes and ids, never for secrets.
pub fn stable_64(bytes: &[u8]) -> u64 {
    xxh3_64(bytes)
}

/// The same as a signed integer, the way SQLite stores it.
pub fn stable_i64(bytes: &[u8]) -> i64 {
    stable_64(bytes).cast_signed()
}
