//! What a file is, from its first bytes: kind, encoding, delimiter, quote, header.

use std::borrow::Cow;

use super::decode::decode_head;
use super::unwrap::unwrap_text;

/// How many bytes of a file are looked at.
pub const HEAD_BYTES: usize = 256 * 1024;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TextEncoding {
    Utf8,
    Utf16Le,
    Utf16Be,
    Windows1252,
}

impl TextEncoding {
    pub fn name(self) -> &'static str {
        match self {
            Self::Utf8 => "UTF-8",
            Self::Utf16Le => "UTF-16LE",
            Self::Utf16Be => "UTF-16BE",
            Self::Windows1252 => "windows-1252",
        }
    }
}

/// How the rows of a delimited file are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dialect {
    pub encoding: TextEncoding,
    /// Length of the byte-order mark.
    pub bom_bytes: u8,
    pub delimiter: u8,
    pub quote: u8,
    pub has_header: bool,
    /// Lines end in a lone carriage return.
    pub cr_only: bool,
    /// Every line is one quoted field that holds the whole row (`"a,b,c";`).
    pub wrapped: bool,
}

/// What the head of a file says it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    Empty,
    /// What it is, and what to do about it.
    Binary {
        kind: &'static str,
        advice: &'static str,
    },
    /// An array of objects, or one object a line. Holds the decoded head.
    Json {
        head: String,
        encoding: TextEncoding,
        bom_bytes: u8,
    },
    Parquet,
    /// A zip archive or an old office file: a workbook, most likely.
    Workbook,
    /// The dialect and the cells of the first row.
    Delimited {
        dialect: Dialect,
        first_row: Vec<String>,
    },
}

/// `head` is the first [`HEAD_BYTES`] of the file, or all of it; `whole` says which.
pub fn sniff(head: &[u8], whole: bool) -> Content {
    if head.is_empty() {
        return Content::Empty;
    }
    if head.starts_with(b"PAR1") {
        return Content::Parquet;
    }
    if head.starts_with(b"PK\x03\x04") || head.starts_with(b"\xD0\xCF\x11\xE0") {
        return Content::Workbook;
    }
    let (encoding, bom_bytes) = match encoding_of(head, whole) {
        Ok(found) => found,
        Err((kind, advice)) => return Content::Binary { kind, advice },
    };
    let text = decode_head(&head[bom_bytes..], encoding);
    let trimmed = text.trim_start();
    if trimmed.is_empty() {
        return Content::Empty;
    }
    if is_json(trimmed) {
        return Content::Json { head: text, encoding, bom_bytes: u8::try_from(bom_bytes).unwrap_or(0) };
    }
    // A cut last line would count as a row with too few fields.
    let text = if whole { text.as_str() } else { text.rsplit_once(['\n', '\r']).map_or(text.as_str(), |(full, _)| full) };
    let wrapped = is_wrapped(text);
    let text = if wrapped { Cow::Owned(unwrap_text(text)) } else { Cow::Borrowed(text) };
    let quote = quote_of(&text);
    let (delimiter, first_row) = delimiter_of(&text, quote);
    let dialect = Dialect {
        encoding,
        bom_bytes: u8::try_from(bom_bytes).unwrap_or(0),
        delimiter,
        quote,
        has_header: looks_like_header(&first_row),
        cr_only: text.contains('\r') && !text.contains('\n'),
        wrapped,
    };
    Content::Delimited { dialect, first_row }
}

const NOT_A_TABLE: &str = "Only tables can be loaded.";
const PACKED_TWICE: &str = "It lies inside another archive: unpack that first.";
const MAGIC: [(&[u8], &str, &str); 8] = [
    (b"\x1f\x8b", "a gzip archive", PACKED_TWICE),
    (b"\x28\xB5\x2F\xFD", "a zstd archive", PACKED_TWICE),
    (b"BZh", "a bzip2 archive", "Unpack it first."),
    (b"SQLite format 3\0", "a SQLite database", "Export its tables as CSV."),
    (b"%PDF", "a PDF", NOT_A_TABLE),
    (b"\x89PNG", "a picture", NOT_A_TABLE),
    (b"\xFF\xD8\xFF", "a picture", NOT_A_TABLE),
    (b"\x7FELF", "a program", NOT_A_TABLE),
];

/// The encoding and the length of the byte-order mark, or what makes it no text.
fn encoding_of(head: &[u8], whole: bool) -> Result<(TextEncoding, usize), (&'static str, &'static str)> {
    if head.starts_with(b"\xEF\xBB\xBF") {
        return Ok((TextEncoding::Utf8, 3));
    }
    if head.starts_with(b"\xFF\xFE") {
        return Ok((TextEncoding::Utf16Le, 2));
    }
    if head.starts_with(b"\xFE\xFF") {
        return Ok((TextEncoding::Utf16Be, 2));
    }
    if let Some((_, kind, advice)) = MAGIC.iter().find(|(magic, ..)| head.starts_with(magic)) {
        return Err((kind, advice));
    }
    let nul_at = |odd: usize| head.iter().skip(odd).step_by(2).filter(|b| **b == 0).count();
    let (even, odd) = (nul_at(0), nul_at(1));
    let half = head.len() / 2;
    // Latin text in UTF-16 has a zero in nearly every second byte; text of other scripts still has its commas and line ends.
    if half > 1 && odd * 10 > half * 4 && even * 20 < half {
        return Ok((TextEncoding::Utf16Le, 0));
    }
    if half > 1 && even * 10 > half * 4 && odd * 20 < half {
        return Ok((TextEncoding::Utf16Be, 0));
    }
    let nul = even + odd;
    let control = head.iter().filter(|b| **b < 0x20 && !matches!(**b, b'\t' | b'\n' | b'\r' | 0x0C | 0x1A | 0)).count();
    if nul * 50 > head.len() || control * 20 > head.len() {
        return Err(("a binary file", NOT_A_TABLE));
    }
    match std::str::from_utf8(head) {
        Ok(_) => Ok((TextEncoding::Utf8, 0)),
        // Cut in the middle of a character.
        Err(e) if e.error_len().is_none() && !whole => Ok((TextEncoding::Utf8, 0)),
        Err(_) => Ok((TextEncoding::Windows1252, 0)),
    }
}

/// The text may be a piece of a split file: then its first line is the end of an object, and the next one begins another.
fn is_json(text: &str) -> bool {
    let begins = |text: &str| {
        let mut chars = text.chars().filter(|c| !c.is_whitespace());
        (chars.next(), chars.next())
    };
    let is_object = |text: &str| begins(text) == (Some('{'), Some('"'));
    let is_piece = || {
        let mut lines = text.lines();
        lines.next().is_some_and(|first| first.trim_end().ends_with('}')) && lines.next().is_some_and(is_object)
    };
    matches!(begins(text), (Some('['), Some('{' | ']')) | (Some('{'), Some('"' | '}'))) || is_piece()
}

/// The single quote where it plainly plays that part, otherwise the double one.
fn quote_of(text: &str) -> u8 {
    if text.contains('"') {
        return b'"';
    }
    let (mut quoted, mut fields) = (0_usize, 0_usize);
    for line in text.lines().take(50) {
        for field in line.split([',', ';', '\t', '|']) {
            fields += 1;
            quoted += usize::from(field.len() >= 2 && field.starts_with('\'') && field.ends_with('\''));
        }
    }
    if quoted * 2 > fields { b'\'' } else { b'"' }
}

/// Nearly every line is `"…"` or `"…";` and the header inside holds delimiters but no quotes of its own.
fn is_wrapped(text: &str) -> bool {
    let (mut lines, mut wrapped) = (0_usize, 0_usize);
    for line in text.lines().filter(|l| !l.trim().is_empty()).take(100) {
        lines += 1;
        let line = line.trim_end().trim_end_matches([';', ',']);
        if let Some(inner) = line.strip_prefix('"').and_then(|l| l.strip_suffix('"')) {
            let bare = inner.replace("\"\"", "");
            let has_delimiter = [',', ';', '\t', '|'].iter().any(|d| bare.contains(*d));
            if lines == 1 && (!has_delimiter || bare.contains('"')) {
                return false;
            }
            wrapped += usize::from(!bare.contains('"'));
        }
    }
    lines > 0 && wrapped * 10 >= lines * 9
}

/// The delimiter under which most rows have as many fields as the first, and the cells of the first row.
fn delimiter_of(text: &str, quote: u8) -> (u8, Vec<String>) {
    let mut best: Option<(f64, usize, u8, Vec<String>)> = None;
    for delimiter in *b",;\t|" {
        let mut reader =
            ::csv::ReaderBuilder::new().has_headers(false).flexible(true).delimiter(delimiter).quote(quote).from_reader(text.as_bytes());
        let mut rows = reader.records().map_while(Result::ok);
        let Some(first) = rows.next() else { continue };
        let (mut agree, mut seen) = (1_u32, 1_u32);
        for row in rows.take(200) {
            seen += 1;
            agree += u32::from(row.len() == first.len());
        }
        let fields = first.len();
        // One column agrees with everything: it only wins where nothing else divides the header.
        let score = if fields == 1 { -1.0 } else { f64::from(agree) / f64::from(seen) };
        let cells: Vec<String> = first.iter().map(str::to_owned).collect();
        if best.as_ref().is_none_or(|(s, f, ..)| score > *s || (score >= *s && fields > *f)) {
            best = Some((score, fields, delimiter, cells));
        }
    }
    best.map_or((b',', Vec::new()), |(_, _, delimiter, cells)| (delimiter, cells))
}

/// Names, not values: no number, date or address among them, and no name twice as the only content.
pub fn looks_like_header(cells: &[String]) -> bool {
    let valueish = |cell: &String| {
        let cell = cell.trim();
        let starts_with_digit = cell.bytes().next().is_some_and(|b| b.is_ascii_digit() || b == b'-' || b == b'+');
        cell.contains('@') || (starts_with_digit && cell.bytes().filter(u8::is_ascii_digit).count() * 2 >= cell.len())
    };
    let named = cells.iter().filter(|c| !c.trim().is_empty()).count();
    named > 0 && !cells.iter().any(valueish)
}

#[cfg(test)]
#[path = "sniff_tests.rs"]
mod tests;
