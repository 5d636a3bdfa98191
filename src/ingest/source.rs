//! One file: what it is and how its rows are opened.

use std::io::{Cursor, Read};
use std::path::{Path, PathBuf};

use super::cells::CellReader;
use super::csv::{RECORD_LIMIT_BYTES, RecordFault};
use super::decode::Transcoder;
use super::error::IngestError;
use super::events::{self, FileOffsets, Parsed};
use super::fingerprint::Fingerprint;
use super::header::column_names;
use super::json::{self, JsonCells, JsonLayout, JsonValues};
use super::packing::Packing;
use super::parquet::ParquetCells;
use super::profile::{self, Profile};
use super::reader::RowReader;
use super::sample::{head_names, is_event, numbered, records};
use super::sniff::{Content, Dialect, HEAD_BYTES, TextEncoding, sniff};
use super::unwrap::Unwrapper;
use super::workbook;

/// More columns than this do not fit a SQLite table beside the store's own.
pub const COLUMN_LIMIT: usize = 1_900;

/// A file, or a sheet of one, that gives a known table.
#[derive(Debug, Clone)]
pub struct Source {
    pub path: PathBuf,
    /// The last part of the path, with the sheet's name where a workbook has several.
    pub file_name: String,
    pub size_bytes: u64,
    /// Seconds since 1970.
    pub modified_secs: i64,
    pub packing: Packing,
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
    Json {
        layout: JsonLayout,
        encoding: TextEncoding,
        bom_bytes: u8,
    },
    /// Change events of one table.
    Events {
        layout: JsonLayout,
        encoding: TextEncoding,
        bom_bytes: u8,
        /// As the source calls the table.
        table: String,
    },
    Parquet,
    Sheet {
        name: String,
        /// Rows above the header.
        header: usize,
        headers: Vec<String>,
    },
}

impl SourceFormat {
    /// Of two files that give one table, the one whose format comes first here is loaded.
    pub fn rank(&self) -> u8 {
        match self {
            Self::Delimited { .. } => 0,
            Self::Parquet => 1,
            Self::Json { .. } => 2,
            Self::Events { .. } => 3,
            Self::Sheet { .. } => 4,
        }
    }
}

/// What looking at one file found.
#[derive(Debug)]
pub enum Found {
    /// One, or one per sheet of a workbook.
    Sources(Vec<Source>),
    /// Text of no known table, and why.
    NotRecognised { message: String },
    /// Nothing can be read from it.
    Unreadable(IngestError),
}

/// Looks at the head of a file. `wanted` is the profile that a person named, `known` those that a header may speak for; `source` the
/// source system.
pub fn inspect(path: &Path, wanted: Option<&Profile>, known: &[Profile], source: Option<&str>) -> Found {
    let look = Look::at(path, wanted, known).and_then(|look| look.found());
    match look {
        Ok(Found::Sources(mut found)) => {
            for one in &mut found {
                if let Some(source) = source {
                    source.clone_into(&mut one.profile.source_system);
                }
            }
            Found::Sources(found)
        }
        Ok(other) => other,
        // A picture or a zip archive in a folder is no failure: it is listed with its reason.
        Err(error @ (IngestError::NotText { .. } | IngestError::NoWorkbook { .. })) => Found::NotRecognised { message: error.to_string() },
        Err(error) => Found::Unreadable(error),
    }
}

/// The last part of the path, as messages name the file.
pub fn file_name(path: &Path) -> String {
    path.file_name().map_or_else(|| path.display().to_string(), |name| name.to_string_lossy().into_owned())
}

/// A file that is a piece of one line of a topic's events; None where it is something else.
pub fn piece_of(topic: &Source, path: &Path) -> Option<Source> {
    let facts = std::fs::metadata(path).ok().filter(|facts| facts.len() <= RECORD_LIMIT_BYTES as u64)?;
    let bytes = std::fs::read(path).ok()?;
    let line = bytes.trim_ascii();
    let is_piece = !line.contains(&b'\n') && (line.starts_with(b"{") || line.ends_with(b"}"));
    is_piece.then(|| Source {
        path: path.to_owned(),
        file_name: file_name(path),
        size_bytes: facts.len(),
        modified_secs: modified_secs(&facts),
        packing: Packing::Plain,
        profile: topic.profile.clone(),
        format: match &topic.format {
            SourceFormat::Events { table, .. } => {
                SourceFormat::Events { layout: JsonLayout::Lines, encoding: TextEncoding::Utf8, bom_bytes: 0, table: table.clone() }
            }
            other => other.clone(),
        },
    })
}

/// What is inside a file, as UTF-8 and behind its byte-order mark.
pub fn open_text(path: &Path, packing: Packing, encoding: TextEncoding, bom_bytes: u8) -> Result<Box<dyn Read + Send>, IngestError> {
    let mut inside = packing.open(path)?;
    inside.read_exact(&mut vec![0; usize::from(bom_bytes)]).map_err(|e| packing.wrong(path, &e))?;
    Ok(match encoding {
        TextEncoding::Utf8 => inside,
        other => Box::new(Transcoder::new(inside, other)),
    })
}

/// Delimited text, without the quotes around whole lines.
pub fn open_delimited(path: &Path, packing: Packing, dialect: Dialect) -> Result<Box<dyn Read + Send>, IngestError> {
    let text = open_text(path, packing, dialect.encoding, dialect.bom_bytes)?;
    Ok(if dialect.wrapped { Box::new(Unwrapper::new(text)) } else { text })
}

/// A file that is being looked at.
pub(super) struct Look<'a> {
    pub path: &'a Path,
    pub file_name: String,
    wanted: Option<&'a Profile>,
    known: &'a [Profile],
    pub packing: Packing,
    size_bytes: u64,
    modified_secs: i64,
    pub head: Vec<u8>,
}

impl<'a> Look<'a> {
    pub(super) fn at(path: &'a Path, wanted: Option<&'a Profile>, known: &'a [Profile]) -> Result<Self, IngestError> {
        let packing = Packing::of_file(path)?;
        let facts = std::fs::metadata(path).map_err(|e| IngestError::from_io(path, &e))?;
        let mut head = Vec::new();
        packing.open(path)?.take(HEAD_BYTES as u64).read_to_end(&mut head).map_err(|e| packing.wrong(path, &e))?;
        let (size_bytes, modified_secs) = (facts.len(), modified_secs(&facts));
        Ok(Self { path, file_name: file_name(path), wanted, known, packing, size_bytes, modified_secs, head })
    }

    fn found(&self) -> Result<Found, IngestError> {
        let file = self.file_name.clone();
        match sniff(&self.head, self.head.len() < HEAD_BYTES) {
            Content::Empty if !self.head.is_empty() => Err(IngestError::Blank { file }),
            Content::Empty => Err(IngestError::Empty { file }),
            Content::Binary { kind, advice } => Err(IngestError::NotText { file, kind, advice }),
            Content::Json { head, encoding, bom_bytes } => self.json(&head, encoding, bom_bytes),
            Content::Parquet => {
                let cells = ParquetCells::open(self.path, self.packing)?;
                self.table(cells.names(), SourceFormat::Parquet)
            }
            Content::Workbook => self.workbook(),
            Content::Delimited { mut dialect, first_row } => {
                let headers: Vec<String> = first_row.iter().map(|h| h.trim_start_matches('\u{feff}').to_owned()).collect();
                if self.wanted.is_none()
                    && profile::recognise(&headers, self.known).is_none()
                    && let Some(found) = self.without_header(dialect)?
                {
                    return Ok(found);
                }
                dialect.has_header = true;
                self.table(&headers.clone(), SourceFormat::Delimited { dialect, headers, names: Vec::new() })
            }
        }
    }

    /// A table whose columns are known: which one it is, or why none.
    fn table(&self, header: &[String], mut format: SourceFormat) -> Result<Found, IngestError> {
        let file = self.file_name.clone();
        if header.len() > COLUMN_LIMIT {
            return Err(IngestError::TooManyColumns { file, columns: header.len() as u64, limit: COLUMN_LIMIT as u64 });
        }
        let Some(profile) = self.wanted.or_else(|| profile::recognise(header, self.known)) else {
            return Ok(not_recognised(&file, header));
        };
        let missing = profile.lacks(header);
        if !missing.is_empty() {
            return Err(IngestError::LacksColumns { file, table: profile.table.clone(), missing });
        }
        if let SourceFormat::Delimited { names, .. } = &mut format {
            *names = column_names(header, Some(profile));
        }
        Ok(Found::Sources(vec![self.source(profile, format)]))
    }

    /// Rows without a header, told by where their values stand; None where no table has such rows.
    fn without_header(&self, mut dialect: Dialect) -> Result<Option<Found>, IngestError> {
        const LOOKED_AT: usize = 200;
        let rows = records(open_delimited(self.path, self.packing, dialect)?, dialect, LOOKED_AT);
        let Some(profile) = profile::recognise_by_position(&rows, self.known) else { return Ok(None) };
        dialect.has_header = false;
        let headers = numbered(profile.order.len());
        let own: Vec<&str> =
            profile.order.iter().zip(&headers).map(|(name, number)| if name.is_empty() { number } else { name }.as_str()).collect();
        let names = column_names(&own, Some(profile));
        Ok(Some(Found::Sources(vec![self.source(profile, SourceFormat::Delimited { dialect, headers, names })])))
    }

    fn source(&self, profile: &Profile, format: SourceFormat) -> Source {
        Source {
            path: self.path.to_owned(),
            file_name: self.file_name.clone(),
            size_bytes: self.size_bytes,
            modified_secs: self.modified_secs,
            packing: self.packing,
            profile: profile.clone(),
            format,
        }
    }

    fn json(&self, head: &str, encoding: TextEncoding, bom_bytes: u8) -> Result<Found, IngestError> {
        let Some((layout, first)) = json::layout_of(head) else {
            return Ok(Found::NotRecognised { message: format!("{} is JSON whose first object cannot be read.", self.file_name) });
        };
        if is_event(first) {
            return Ok(self.events(head, layout, encoding, bom_bytes));
        }
        let names = head_names(head, layout);
        self.table(&names, SourceFormat::Json { layout, encoding, bom_bytes })
    }

    /// The table is that of the first whole event; its profile is a known one, or made from what the event says.
    fn events(&self, head: &str, layout: JsonLayout, encoding: TextEncoding, bom_bytes: u8) -> Found {
        let refused = |message: String| Found::NotRecognised { message };
        let file = &self.file_name;
        // Connectors write UTF-8; a file that was split inside of a character is UTF-8 all the same.
        let encoding = if encoding == TextEncoding::Windows1252 { TextEncoding::Utf8 } else { encoding };
        let mut why = "none of them is whole".to_owned();
        let values = JsonValues::new(Box::new(Cursor::new(head.to_owned().into_bytes())), layout);
        let Ok(mut values) = values else { return refused(format!("{file} is JSON whose first object cannot be read.")) };
        while let Ok(Some(_)) = values.advance() {
            match events::parse(values.value()) {
                Parsed::Event(event) => {
                    let table = event.source.table.clone();
                    return match events::profile_of(&event, self.wanted) {
                        Ok(profile) => {
                            Found::Sources(vec![self.source(&profile, SourceFormat::Events { layout, encoding, bom_bytes, table })])
                        }
                        Err(reason) => refused(format!("{file} holds change events of {table}: {reason}")),
                    };
                }
                Parsed::Bad(reason) => why = reason,
                Parsed::Nothing => {}
            }
        }
        refused(format!("{file} holds change events that cannot be taken: {why}. Write them with the connector's whole envelope."))
    }

    /// Each sheet that holds a known table is a source of its own. The header is the first row, or one below a title.
    fn workbook(&self) -> Result<Found, IngestError> {
        const TITLE_ROWS: usize = 20;
        let (mut found, mut refused) = (Vec::new(), None);
        let sheets = workbook::sheets(self.path, self.packing)?;
        let is_one = sheets.len() == 1;
        for sheet in sheets {
            let rows = sheet.first_rows(TITLE_ROWS);
            let fits = |row: &Vec<String>| match self.wanted {
                Some(profile) => profile.lacks(row).is_empty(),
                None => profile::recognise(row, self.known).is_some(),
            };
            let header = rows.iter().position(fits);
            let headers = header.map(|at| rows[at].clone()).or_else(|| rows.into_iter().next()).unwrap_or_default();
            let format = SourceFormat::Sheet { name: sheet.name.clone(), header: header.unwrap_or(0), headers: headers.clone() };
            match self.table(&headers, format) {
                Ok(Found::Sources(sources)) => found.extend(sources.into_iter().map(|mut source| {
                    if !is_one {
                        source.file_name = format!("{} [{}]", self.file_name, sheet.name);
                    }
                    source
                })),
                other => refused = refused.or(Some(other)),
            }
        }
        match refused {
            Some(refused) if found.is_empty() => refused,
            None if found.is_empty() => Err(IngestError::Blank { file: self.file_name.clone() }),
            _ => Ok(Found::Sources(found)),
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
    /// The encoding that the whole file speaks for; the head may have been plain ASCII.
    fn settled(encoding: TextEncoding, bom_bytes: u8, fingerprint: &Fingerprint) -> TextEncoding {
        match encoding {
            TextEncoding::Utf8 | TextEncoding::Windows1252 if bom_bytes == 0 && fingerprint.is_utf8() => TextEncoding::Utf8,
            TextEncoding::Utf8 | TextEncoding::Windows1252 if bom_bytes == 0 => TextEncoding::Windows1252,
            marked => marked,
        }
    }

    /// How the text is written, as the batch keeps it: encoding and delimiter. Empty where the format has none.
    pub fn written_as(&self, fingerprint: &Fingerprint) -> (String, String) {
        match &self.format {
            SourceFormat::Delimited { dialect, .. } => {
                let encoding = Self::settled(dialect.encoding, dialect.bom_bytes, fingerprint);
                (encoding.name().to_owned(), char::from(dialect.delimiter).to_string())
            }
            SourceFormat::Events { encoding, .. } => (encoding.name().to_owned(), String::new()),
            SourceFormat::Json { encoding, bom_bytes, .. } => {
                (Self::settled(*encoding, *bom_bytes, fingerprint).name().to_owned(), String::new())
            }
            SourceFormat::Parquet | SourceFormat::Sheet { .. } => (String::new(), String::new()),
        }
    }

    /// Opens the rows. JSON is read once before, because any of its objects may bring a column.
    pub fn open(&self, fingerprint: &Fingerprint) -> Result<RowReader, IngestError> {
        let (file, profile) = (&self.file_name, &self.profile);
        match &self.format {
            SourceFormat::Delimited { dialect, headers, names } => {
                let encoding = Self::settled(dialect.encoding, dialect.bom_bytes, fingerprint);
                let dialect = Dialect { encoding, ..*dialect };
                let text = open_delimited(&self.path, self.packing, dialect)?;
                Ok(RowReader::new(file, text, dialect, headers.clone(), names.clone(), profile))
            }
            SourceFormat::Json { layout, encoding, bom_bytes } => {
                let encoding = Self::settled(*encoding, *bom_bytes, fingerprint);
                let values = || {
                    JsonValues::new(open_text(&self.path, self.packing, encoding, *bom_bytes)?, *layout).map_err(|fault| self.faulty(fault))
                };
                let headers = json::names_of(values()?, COLUMN_LIMIT).map_err(|fault| self.faulty(fault))?;
                let cells = Box::new(JsonCells::new(values()?, &headers));
                self.of_cells(headers, |_| Ok(cells))
            }
            SourceFormat::Events { layout, encoding, bom_bytes, table } => {
                let values = || {
                    JsonValues::new(open_text(&self.path, self.packing, *encoding, *bom_bytes)?, *layout)
                        .map_err(|fault| self.faulty(fault))
                };
                let fields = events::cells::fields_of(values()?, COLUMN_LIMIT).map_err(|fault| self.faulty(fault))?;
                let offsets = FileOffsets::of_name(&self.file_name);
                Ok(events::open(file, values()?, *layout, table, &fields, profile, offsets))
            }
            SourceFormat::Parquet => {
                let cells = ParquetCells::open(&self.path, self.packing)?;
                self.of_cells(cells.names().to_vec(), |_| Ok(Box::new(cells)))
            }
            SourceFormat::Sheet { name, header, headers } => self.of_cells(headers.clone(), |width| {
                let sheet = workbook::sheets(&self.path, self.packing)?.into_iter().find(|sheet| sheet.name == *name);
                let sheet = sheet.ok_or_else(|| IngestError::Changed { file: self.file_name.clone() })?;
                Ok(Box::new(sheet.rows(*header, width)))
            }),
        }
    }

    fn of_cells(
        &self,
        headers: Vec<String>,
        open: impl FnOnce(usize) -> Result<Box<dyn CellReader>, IngestError>,
    ) -> Result<RowReader, IngestError> {
        if headers.len() > COLUMN_LIMIT {
            return Err(IngestError::TooManyColumns {
                file: self.file_name.clone(),
                columns: headers.len() as u64,
                limit: COLUMN_LIMIT as u64,
            });
        }
        let names = column_names(&headers, Some(&self.profile));
        let cells = open(headers.len())?;
        Ok(RowReader::of_cells(&self.file_name, cells, headers, names, &self.profile))
    }

    fn faulty(&self, fault: RecordFault) -> IngestError {
        match fault {
            RecordFault::Io(e) => self.packing.wrong(&self.path, &e),
            _ => IngestError::Changed { file: self.file_name.clone() },
        }
    }

    /// The file is still the one that was looked at.
    pub fn is_unchanged(&self) -> Result<bool, IngestError> {
        let facts = std::fs::metadata(&self.path).map_err(|e| IngestError::from_io(&self.path, &e))?;
        Ok(facts.len() == self.size_bytes && modified_secs(&facts) == self.modified_secs)
    }
}
