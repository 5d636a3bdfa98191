//! One pass over a file before it is parsed: its SHA-256, and what its bytes say about the encoding.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use sha2::{Digest, Sha256};

use super::error::IngestError;
use crate::base::RunCtx;

/// What the whole file says, where a sniffed head can only guess.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fingerprint {
    pub size_bytes: u64,
    /// Lower-case hexadecimal.
    pub sha256: String,
    /// Characters of two and more bytes that are right in UTF-8.
    pub multibyte: u64,
    /// Byte sequences that are wrong in UTF-8.
    pub invalid: u64,
}

impl Fingerprint {
    /// Text that is meant to be UTF-8, maybe with a few broken rows; otherwise a one-byte encoding.
    pub fn is_utf8(&self) -> bool {
        self.invalid == 0 || self.multibyte > self.invalid.saturating_mul(4)
    }

    /// Reads the file once in pieces of 1 MiB.
    pub fn of(path: &Path, ctx: &RunCtx) -> Result<Self, IngestError> {
        let mut file = File::open(path).map_err(|e| IngestError::from_io(path, &e))?;
        let mut hasher = Sha256::new();
        let mut buffer = vec![0_u8; 1 << 20];
        let mut held = 0;
        let mut found = Self { size_bytes: 0, sha256: String::new(), multibyte: 0, invalid: 0 };
        loop {
            ctx.check()?;
            let read = match file.read(&mut buffer[held..]) {
                Ok(read) => read,
                Err(e) if e.kind() == std::io::ErrorKind::Interrupted => continue,
                Err(e) => return Err(IngestError::from_io(path, &e)),
            };
            if read == 0 {
                found.invalid += u64::from(held > 0);
                break;
            }
            hasher.update(&buffer[held..held + read]);
            found.size_bytes += read as u64;
            let filled = held + read;
            let rest = found.count(&buffer[..filled]);
            buffer.copy_within(filled - rest..filled, 0);
            held = rest;
        }
        found.sha256 = crate::base::hash::hex(&hasher.finalize());
        Ok(found)
    }

    /// Counts what is right and wrong; returns how many bytes at the end are a character cut short.
    fn count(&mut self, mut bytes: &[u8]) -> usize {
        loop {
            if bytes.is_ascii() {
                return 0;
            }
            match std::str::from_utf8(bytes) {
                Ok(text) => {
                    self.multibyte += wide_characters(text.as_bytes());
                    return 0;
                }
                Err(e) => {
                    self.multibyte += wide_characters(&bytes[..e.valid_up_to()]);
                    let Some(bad) = e.error_len() else { return bytes.len() - e.valid_up_to() };
                    self.invalid += 1;
                    bytes = &bytes[e.valid_up_to() + bad..];
                }
            }
        }
    }
}

fn wide_characters(valid: &[u8]) -> u64 {
    valid.iter().filter(|b| **b >= 0xC0).count() as u64
}
