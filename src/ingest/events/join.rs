//! Lines that were cut where a file was split: end and beginning are put together again where that makes one whole event.

use super::envelope::{Parsed, parse};
use crate::base::base64::from_base64;

/// Begins the raw text of a piece whose bytes are no text.
pub const BASE64: &str = "base64:";

/// A piece of a line, and where it comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    pub quarantine_id: i64,
    /// Path of its file: pieces that follow each other there belong together first.
    pub path: String,
    pub line: u64,
    pub raw_text: String,
}

/// A whole line and the pieces that it was made of, by their index.
#[derive(Debug, PartialEq, Eq)]
pub struct Joined {
    pub line: Vec<u8>,
    pub pieces: Vec<usize>,
}

/// More pieces than this are left where they are: trying all of them would take too long.
const MOST_PIECES: usize = 2_000;

fn bytes_of(piece: &Piece) -> Vec<u8> {
    let packed = piece.raw_text.strip_prefix(BASE64).and_then(from_base64);
    packed.unwrap_or_else(|| piece.raw_text.clone().into_bytes())
}

/// Puts pieces together. Each is used once; what more than one continuation would complete, and the order of the files does not
/// settle, stays.
pub fn join(pieces: &[Piece]) -> Vec<Joined> {
    if pieces.len() > MOST_PIECES {
        return Vec::new();
    }
    let mut order: Vec<usize> = (0..pieces.len()).collect();
    order.sort_by(|a, b| (&pieces[*a].path, pieces[*a].line).cmp(&(&pieces[*b].path, pieces[*b].line)));
    let bytes: Vec<Vec<u8>> = order.iter().map(|at| bytes_of(&pieces[*at])).collect();
    let is_front = |at: usize| bytes[at].trim_ascii_start().starts_with(b"{");
    let mut used = vec![false; order.len()];
    let mut found = Vec::new();
    // First the neighbours: a front and the pieces right behind it.
    for front in (0..order.len()).filter(|at| is_front(*at)) {
        let mut line = bytes[front].clone();
        for end in front + 1..order.len() {
            if used[end] || !could_go_on(&line) {
                break;
            }
            line.extend_from_slice(&bytes[end]);
            if is_whole(&line) {
                used[front..=end].iter_mut().for_each(|used| *used = true);
                found.push(Joined { line, pieces: (front..=end).map(|at| order[at]).collect() });
                break;
            }
        }
    }
    // Then anything that fits in one way only.
    for front in (0..order.len()).filter(|at| is_front(*at)) {
        if used[front] || !could_go_on(&bytes[front]) {
            continue;
        }
        let with = |end: usize| [bytes[front].as_slice(), &bytes[end]].concat();
        let mut ends = (0..order.len()).filter(|end| *end != front && !used[*end] && is_whole(&with(*end)));
        if let (Some(end), None) = (ends.next(), ends.next()) {
            drop(ends);
            (used[front], used[end]) = (true, true);
            found.push(Joined { line: with(end), pieces: vec![order[front], order[end]] });
        }
    }
    found
}

/// The bytes are the beginning of a JSON text.
fn could_go_on(bytes: &[u8]) -> bool {
    match std::str::from_utf8(bytes) {
        Ok(text) => serde_json::from_str::<serde::de::IgnoredAny>(text).is_err_and(|e| e.is_eof()),
        // Cut inside of a character.
        Err(e) => e.error_len().is_none(),
    }
}

fn is_whole(bytes: &[u8]) -> bool {
    matches!(parse(bytes), Parsed::Event(_))
}
