//! What the page shows, as plain words. No egui.

use std::path::PathBuf;

use serde::Serialize;

use crate::app::widgets::table::Sort;
use crate::app::words;
use crate::engine::SourceMapping;
use crate::engine::pages::{DriftRow, FileRow, FlagRow, MappingRow, QuarantineRow, SourceCard, SourcesPage, WatchedFolder};

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Model {
    /// "4 systems, 16 files, 1,399 customer records"
    pub summary: String,
    #[serde(skip)]
    pub cards: Vec<Card>,
    /// "CRM", or "All systems".
    pub chosen: String,
    /// "bronze.sf_* in 5 tables"
    pub tables: String,
    pub files: Vec<File>,
    pub quarantine: Vec<Quarantined>,
    /// "31 rows of CRM, none lost"
    pub quarantine_summary: String,
    /// "24 more …"; empty where all are listed.
    pub quarantine_rest: String,
    pub flags: Vec<Flag>,
    pub mappings: Vec<Mapped>,
    pub watched: Vec<Watched>,
}

/// A mapping of workspace.toml.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Mapped {
    #[serde(skip)]
    pub mapping: SourceMapping,
    pub table: String,
    /// "2 files, 1,204 rows"
    pub brought: String,
    /// Each label with an arrow to its field.
    pub columns: String,
    /// One of its files, for editing it.
    pub file: Option<String>,
}

/// A watched folder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Watched {
    pub folder: PathBuf,
    pub name: String,
    pub mood: Mood,
    /// "erp_transactions_07.csv: loaded", "No new file yet"
    pub state: String,
    pub detail: String,
    /// "visible after 0.61 s"; empty where that is not known.
    pub delay: String,
    /// "20 Nov 07:00"
    pub when: String,
    /// What the button says to who cannot see it.
    pub stop: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Card {
    pub system: String,
    pub short: String,
    pub product: String,
    pub customers: String,
    pub quarantine: String,
    pub has_quarantine: bool,
    /// The last business date.
    pub data_to: String,
    /// "1 Jan 2023 to 31 Dec 2025"
    pub data_span: String,
    pub mood: Mood,
    pub state: String,
    pub chosen: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Mood {
    Good,
    Warning,
    Bad,
    Quiet,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct File {
    pub batch: i64,
    pub file: String,
    pub path: String,
    pub system: String,
    pub holds: String,
    pub size: String,
    pub rows: String,
    pub rejected: String,
    pub took: String,
    pub mood: Mood,
    pub status: String,
    pub message: String,
    pub arrived: String,
    /// Nobody knows what its columns are, so somebody has to say it.
    pub can_map: bool,
    pub is_mapped: bool,
}

impl File {
    pub fn texts(&self) -> Vec<String> {
        vec![
            self.file.clone(),
            self.holds.clone(),
            self.size.clone(),
            self.rows.clone(),
            self.rejected.clone(),
            self.took.clone(),
            format!("{} {}", self.status, self.message).trim().to_owned(),
            self.arrived.clone(),
            format!("b-{:04}", self.batch),
        ]
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Quarantined {
    pub id: i64,
    pub file: String,
    pub line: String,
    pub column: String,
    pub reason: String,
    pub raw: String,
}

impl Quarantined {
    pub fn texts(&self) -> Vec<String> {
        vec![self.file.clone(), self.line.clone(), self.column.clone(), self.reason.clone(), self.raw.clone()]
    }
}

/// A flagged export or a change of columns.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Flag {
    pub batch: i64,
    pub system: String,
    pub title: String,
    pub detail: String,
}

pub fn build(page: &SourcesPage, system: Option<&str>, sort: Sort) -> Model {
    let cards: Vec<Card> = page.systems.iter().map(|card| self::card(card, system)).collect();
    let chosen_card = cards.iter().find(|card| card.chosen);
    let chosen = chosen_card.map_or_else(|| "All systems".to_owned(), |card| card.short.clone());
    let mut rows: Vec<&FileRow> = page.files.iter().collect();
    sorted(&mut rows, sort);
    let mut known: Vec<&str> = page.files.iter().map(|file| file.table.as_str()).filter(|table| !table.is_empty()).collect();
    known.sort_unstable();
    known.dedup();
    let prefix = known.first().and_then(|first| first.split_once('_')).map(|(prefix, _)| format!("{prefix}_*"));
    let tables = match (system, prefix) {
        (Some(_), Some(prefix)) => format!("bronze.{prefix} in {}", words::counted(known.len() as u64, "table", "tables")),
        _ => words::counted(known.len() as u64, "table", "tables"),
    };
    let of = chosen_card.map(|card| format!(" of {}", card.short)).unwrap_or_default();
    let listed = page.quarantine.len() as u64;
    let rest = page.quarantine_total.saturating_sub(listed);
    Model {
        summary: format!(
            "{}, {}, {}",
            words::counted(page.systems.len() as u64, "system", "systems"),
            words::counted(page.files_total, "file", "files"),
            words::counted(page.records_total, "customer record", "customer records")
        ),
        chosen,
        tables,
        files: rows.into_iter().map(file).collect(),
        quarantine: page.quarantine.iter().map(quarantined).collect(),
        quarantine_summary: format!("{}{of}, none lost", words::counted(page.quarantine_total, "row", "rows")),
        quarantine_rest: if rest > 0 { format!("{} more, in bronze.quarantine", words::count(rest)) } else { String::new() },
        flags: page.flags.iter().map(flag).chain(page.drift.iter().map(drift)).collect(),
        mappings: page.mappings.iter().map(mapped).collect(),
        watched: page.watched.iter().map(watched).collect(),
        cards,
    }
}

fn mapped(row: &MappingRow) -> Mapped {
    let columns: Vec<String> = row.mapping.columns.iter().map(|(label, field)| format!("{label} \u{2192} {field}")).collect();
    let files = words::counted(row.files.len() as u64, "file", "files");
    Mapped {
        mapping: row.mapping.clone(),
        table: row.mapping.table.clone(),
        brought: format!("{files}, {}", words::counted(row.rows, "row", "rows")),
        columns: columns.join(", "),
        file: row.files.first().cloned(),
    }
}

fn watched(folder: &WatchedFolder) -> Watched {
    let name = folder.folder.display().to_string();
    let (mood, state) = match &folder.last_file {
        _ if !folder.is_there => (Mood::Bad, "The folder is not there.".to_owned()),
        None => (Mood::Quiet, "No new file yet".to_owned()),
        Some(file) => {
            let mood = match folder.last_status.as_str() {
                "loaded" => Mood::Good,
                "failed" => Mood::Bad,
                _ => Mood::Quiet,
            };
            (mood, format!("{file}: {}", folder.last_status))
        }
    };
    Watched {
        stop: format!("Stop watching {name}"),
        folder: folder.folder.clone(),
        name,
        mood,
        state,
        detail: folder.last_message.clone(),
        delay: folder.last_delay_secs.map(|delay| format!("visible after {delay:.2} s")).unwrap_or_default(),
        when: folder.last_at.as_deref().map(words::moment).unwrap_or_default(),
    }
}

fn card(card: &SourceCard, system: Option<&str>) -> Card {
    use crate::engine::pages::SourceState;
    Card {
        system: card.source_system.clone(),
        short: card.short.clone(),
        product: card.product.clone(),
        customers: words::count(card.customers),
        quarantine: words::count(card.quarantine),
        has_quarantine: card.quarantine > 0,
        data_to: if card.data_to.is_empty() { "\u{2013}".to_owned() } else { card.data_to.clone() },
        data_span: if card.data_from.is_empty() {
            String::new()
        } else {
            format!(" Its data go from {} to {}.", card.data_from, card.data_to)
        },
        mood: match card.state {
            SourceState::Loaded => Mood::Good,
            SourceState::Warning => Mood::Warning,
            SourceState::Failed => Mood::Bad,
        },
        state: card.state_text.clone(),
        chosen: system == Some(card.source_system.as_str()),
    }
}

/// The columns that sort: file, holds, size, rows, rejected, took, status, arrived.
fn sorted(rows: &mut [&FileRow], sort: Sort) {
    let Some((column, down)) = sort else { return };
    rows.sort_by(|a, b| {
        let order = match column {
            0 => a.file.cmp(&b.file),
            1 => a.table.cmp(&b.table),
            2 => a.size_bytes.cmp(&b.size_bytes),
            3 => a.rows.cmp(&b.rows),
            4 => a.rejected.cmp(&b.rejected),
            5 => a.seconds.total_cmp(&b.seconds),
            6 => a.status.cmp(&b.status),
            _ => a.arrived.cmp(&b.arrived),
        };
        if down { order.reverse() } else { order }
    });
}

fn file(row: &FileRow) -> File {
    let (mood, status) = match row.status.as_str() {
        "loaded" => (Mood::Good, "Loaded"),
        "flagged" => (Mood::Warning, "Loaded, flagged"),
        "failed" => (Mood::Bad, "Failed"),
        "same as before" => (Mood::Quiet, "Same as before"),
        "not loaded" => (Mood::Quiet, "Not loaded"),
        "not recognised" => (Mood::Quiet, "Not recognised"),
        "cancelled" => (Mood::Quiet, "Cancelled"),
        "loading" => (Mood::Quiet, "Loading"),
        other => (Mood::Quiet, other),
    };
    File {
        batch: row.batch,
        file: row.file.clone(),
        path: row.path.clone(),
        system: row.source_system.clone(),
        holds: if row.table.is_empty() { "not mapped".to_owned() } else { holds(&row.table) },
        size: words::bytes(row.size_bytes),
        rows: row.rows.map(words::count).unwrap_or_default(),
        rejected: row.rows.map(|_| words::count(row.rejected)).unwrap_or_default(),
        took: row.rows.filter(|_| row.seconds > 0.0).map(|_| words::seconds(row.seconds)).unwrap_or_default(),
        mood,
        status: status.to_owned(),
        message: row.message.clone(),
        arrived: words::moment(&row.arrived),
        can_map: row.status == "not recognised",
        is_mapped: row.is_mapped,
    }
}

/// `sf_campaign_responses` -> "Campaign responses"
fn holds(table: &str) -> String {
    let name = table.split_once('_').map_or(table, |(_, name)| name).replace('_', " ");
    let mut letters = name.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

fn quarantined(row: &QuarantineRow) -> Quarantined {
    Quarantined {
        id: row.id,
        file: row.file.clone(),
        line: words::count(row.line),
        column: if row.column.is_empty() { "(row)".to_owned() } else { row.column.clone() },
        reason: row.reason.clone(),
        raw: row.raw_text.clone(),
    }
}

fn flag(row: &FlagRow) -> Flag {
    Flag { batch: row.batch, system: row.source_system.clone(), title: row.title.clone(), detail: row.detail.clone() }
}

fn drift(row: &DriftRow) -> Flag {
    let title = match row.kind.as_str() {
        "new" => format!("Column {} is new in {}", row.column, row.table),
        "vanished" => format!("Column {} is gone from {}", row.column, row.table),
        _ => format!("Column {} of {} changed its type", row.column, row.table),
    };
    let system = match row.table.split('_').next() {
        Some("erp") => "erpnext",
        Some("sf") => "salesforce",
        Some("sb") => "supabase",
        Some("gs") => "google_sheets",
        other => other.unwrap_or_default(),
    };
    Flag { batch: row.batch, system: system.to_owned(), title, detail: row.detail.clone() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_says_what_it_holds() {
        let page = crate::app::fixtures::sources::page();
        let model = build(&page, Some("salesforce"), Some((2, true)));
        assert_eq!(model.summary, "4 systems, 16 files, 1,399 customer records");
        assert_eq!((model.chosen.as_str(), model.tables.as_str()), ("CRM", "bronze.sf_* in 5 tables"));
        assert_eq!(model.files.first().map(|file| file.size.as_str()), Some("3.1 MB"));
        assert_eq!(model.quarantine_summary, "31 rows of CRM, none lost");
        assert_eq!(model.quarantine_rest, "24 more, in bronze.quarantine");
        assert!(model.flags.iter().any(|flag| flag.title == "Column mobile is gone from gs_customer_notes"));
        let watched: Vec<_> = model.watched.iter().map(|w| (w.mood, w.state.as_str(), w.delay.as_str())).collect();
        assert_eq!(watched[0], (Mood::Good, "erp_transactions_0712.csv: loaded", "visible after 0.61 s"));
        assert_eq!(watched[1], (Mood::Bad, "The folder is not there.", ""));
        assert_eq!(holds("sf_campaign_responses"), "Campaign responses");
    }
}
