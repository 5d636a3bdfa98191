//! One pass over a file before it is parsed: its SHA-256, and what its bytes say about the encoding.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use sha2::{Digest, Sha256};

use super::error::IngestError;
use super::packing::Packing;
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

    /// Reads the file once in pieces of 1 MiB. The size and the hash are those of the file as it lies there, the encoding is told from
    /// what is packed in it.
    pub fn of(path: &Path, ctx: &RunCtx) -> Result<Self, IngestError> {
        let packing = Packing::of_file(path)?;
        let mut packed = Hashed { inner: File::open(path).map_err(|e| IngestError::from_io(path, &e))?, hasher: Sha256::new(), bytes: 0 };
        let wrong = |e: std::io::Error| packing.wrong(path, &e);
        let mut found = Self::of_text(packing.unpack(&mut packed).map_err(wrong)?, &wrong, ctx)?;
        // What stands behind the last packed byte is a part of the file all the same.
        std::io::copy(&mut packed, &mut std::io::sink()).map_err(wrong)?;
        found.size_bytes = packed.bytes;
        found.sha256 = crate::base::hash::hex(&packed.hasher.finalize());
        Ok(found)
    }

    fn of_text(mut text: impl Read, wrong: &impl Fn(std::io::Error) -> IngestError, ctx: &RunCtx) -> Result<Self, IngestError> {
        let mut buffer = vec![0_u8; 1 << 20];
        let mut held = 0;
        let mut found = Self { size_bytes: 0, sha256: String::new(), multibyte: 0, invalid: 0 };
        loop {
            ctx.check()?;
            let read = match text.read(&mut buffer[held..]) {
                Ok(read) => read,
                Err(e) if e.kind() == std::io::ErrorKind::Interrupted => continue,
                Err(e) => return Err(wrong(e)),
            };
            if read == 0 {
                found.invalid += u64::from(held > 0);
                return Ok(found);
            }
            let filled = held + read;
            let rest = found.count(&buffer[..filled]);
            buffer.copy_within(filled - rest..filled, 0);
            held = rest;
        }
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

/// Hashes what passes through it.
struct Hashed {
    inner: File,
    hasher: Sha256,
    bytes: u64,
}

impl Read for Hashed {
    fn read(&mut self, buf: &mut [u8]) -> std::io::Result<usize> {
        let read = self.inner.read(buf)?;
        self.hasher.update(&buf[..read]);
        self.bytes += read as u64;
        Ok(read)
    }
}

fn wide_characters(valid: &[u8]) -> u64 {
    valid.iter().filter(|b| **b >= 0xC0).count() as u64
}
