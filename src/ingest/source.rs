//! One file: what it is and how its rows are opened.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use super::decode::Transcoder;
use super::error::IngestError;
use super::fingerprint::Fingerprint;
use super::header::column_names;
use super::json;
use super::profile::{self, Profile};
use super::rows::RowReader;
use super::sniff::{Content, Dialect, HEAD_BYTES, TextEncoding, sniff};
use super::unwrap::Unwrapper;

/// More columns than this do not fit a SQLite table beside the store's own.
pub const COLUMN_LIMIT: usize = 1_900;

/// A file that gives a known table.
#[derive(Debug, Clone)]
pub struct Source {
    pub path: PathBuf,
    pub file_name: String,
    pub size_bytes: u64,
    /// Seconds since 1970.
    pub modified_secs: i64,
    pub profile: Profile,
    pub format: SourceFormat,
}

#[derive(Debug, Clone)]
pub enum SourceFormat {
    Delimited {
        dialect: Dialect,
        headers: Vec<String>,
        names: Vec<String>,
    },
    /// Recognised, not read yet.
    Json,
}

/// What looking at one file found.
#[derive(Debug)]
pub enum Found {
    Source(Box<Source>),
    /// Text of no known table, and why.
    NotRecognised {
        message: String,
    },
    /// Nothing can be read from it.
    Unreadable(IngestError),
}

/// Looks at the head of a file. `wanted` is the profile that a person named; `source` the source system.
pub fn inspect(path: &Path, wanted: Option<&'static Profile>, source: Option<&str>) -> Found {
    match look(path, wanted) {
        Ok(Found::Source(mut found)) => {
            if let Some(source) = source {
                source.clone_into(&mut found.profile.source_system);
            }
            Found::Source(found)
        }
        Ok(other) => other,
        // A picture or a workbook in a folder is no failure: it is listed with its reason.
        Err(error @ IngestError::NotText { .. }) => Found::NotRecognised { message: error.to_string() },
        Err(error) => Found::Unreadable(error),
    }
}

/// The last part of the path, as messages name the file.
pub fn file_name(path: &Path) -> String {
    path.file_name().map_or_else(|| path.display().to_string(), |name| name.to_string_lossy().into_owned())
}

fn look(path: &Path, wanted: Option<&'static Profile>) -> Result<Found, IngestError> {
    let io = |e: std::io::Error| IngestError::from_io(path, &e);
    let file_name = file_name(path);
    let mut file = File::open(path).map_err(io)?;
    let facts = file.metadata().map_err(io)?;
    let mut head = Vec::with_capacity(HEAD_BYTES);
    file.by_ref().take(HEAD_BYTES as u64).read_to_end(&mut head).map_err(io)?;
    let whole = head.len() as u64 >= facts.len();
    let modified_secs = modified_secs(&facts);
    let source = |profile: &Profile, format| {
        Found::Source(Box::new(Source {
            path: path.to_owned(),
            file_name: file_name.clone(),
            size_bytes: facts.len(),
            modified_secs,
            profile: profile.clone(),
            format,
        }))
    };
    match sniff(&head, whole) {
        Content::Empty if !head.is_empty() => Err(IngestError::Blank { file: file_name }),
        Content::Empty => Err(IngestError::Empty { file: file_name }),
        Content::Binary { kind, advice } => Err(IngestError::NotText { file: file_name, kind, advice }),
        Content::Json { head } => Ok(match json::first_keys(&head) {
            Some(keys) if json::is_change_event(&keys) => {
                let message = format!("{file_name} holds change events, which are not read yet. Export the table as CSV.");
                Found::NotRecognised { message }
            }
            Some(keys) => match wanted.or_else(|| profile::recognise(&keys, profile::all())) {
                Some(profile) => source(profile, SourceFormat::Json),
                None => not_recognised(&file_name, &keys),
            },
            None => Found::NotRecognised { message: format!("{file_name} is JSON whose first object cannot be read.") },
        }),
        Content::Delimited { mut dialect, first_row } => {
            if first_row.len() > COLUMN_LIMIT {
                return Err(IngestError::TooManyColumns { file: file_name, columns: first_row.len() as u64, limit: COLUMN_LIMIT as u64 });
            }
            let Some(profile) = wanted.or_else(|| profile::recognise(&first_row, profile::all())) else {
                return Ok(not_recognised(&file_name, &first_row));
            };
            let missing = profile.lacks(&first_row);
            dialect.has_header = true;
            if !missing.is_empty() {
                return Err(IngestError::LacksColumns { file: file_name, table: profile.table.clone(), missing });
            }
            let names = column_names(&first_row, Some(profile));
            let headers = first_row.iter().map(|h| h.trim_start_matches('\u{feff}').to_owned()).collect();
            Ok(source(profile, SourceFormat::Delimited { dialect, headers, names }))
        }
    }
}

fn modified_secs(facts: &std::fs::Metadata) -> i64 {
    let since = facts.modified().ok().and_then(|at| at.duration_since(std::time::UNIX_EPOCH).ok());
    since.map_or(0, |since| i64::try_from(since.as_secs()).unwrap_or(i64::MAX))
}

fn not_recognised(file: &str, header: &[String]) -> Found {
    let message = match profile::nearest(header, profile::all()) {
        Some((profile, missing)) => {
            format!(
                "{file} looks like {} but lacks {}. Export it with these columns, or name a profile.",
                profile.table,
                missing.join(", ")
            )
        }
        None if header.len() < 2 => {
            format!("{file} is no table: its first line is one field. If it is one, its delimiter is not known.")
        }
        None => format!("{file} is no table that is known: none has its {} columns. Name a profile to load it.", header.len()),
    };
    Found::NotRecognised { message }
}

impl Source {
    /// The dialect with the encoding that the whole file speaks for; the head may have been plain ASCII.
    pub fn settled_dialect(&self, fingerprint: &Fingerprint) -> Option<Dialect> {
        let SourceFormat::Delimited { dialect, .. } = &self.format else { return None };
        let mut dialect = *dialect;
        if dialect.bom_bytes == 0 && matches!(dialect.encoding, TextEncoding::Utf8 | TextEncoding::Windows1252) {
            dialect.encoding = if fingerprint.is_utf8() { TextEncoding::Utf8 } else { TextEncoding::Windows1252 };
        }
        Some(dialect)
    }

    /// Opens the rows; None for a format that is not read yet.
    pub fn open(&self, fingerprint: &Fingerprint) -> Result<Option<RowReader>, IngestError> {
        let SourceFormat::Delimited { headers, names, .. } = &self.format else { return Ok(None) };
        let Some(dialect) = self.settled_dialect(fingerprint) else { return Ok(None) };
        let io = |e: std::io::Error| IngestError::from_io(&self.path, &e);
        let mut file = File::open(&self.path).map_err(io)?;
        file.seek(SeekFrom::Start(u64::from(dialect.bom_bytes))).map_err(io)?;
        let text: Box<dyn Read + Send> = match dialect.encoding {
            TextEncoding::Utf8 => Box::new(file),
            other => Box::new(Transcoder::new(file, other)),
        };
        let text: Box<dyn Read + Send> = if dialect.wrapped { Box::new(Unwrapper::new(text)) } else { text };
        let reader = RowReader::new(&self.file_name, text, dialect, headers.clone(), names.clone(), &self.profile);
        Ok(Some(reader))
    }

    /// The file is still the one that was looked at.
    pub fn is_unchanged(&self) -> Result<bool, IngestError> {
        let facts = std::fs::metadata(&self.path).map_err(|e| IngestError::from_io(&self.path, &e))?;
        Ok(facts.len() == self.size_bytes && modified_secs(&facts) == self.modified_secs)
    }
}
