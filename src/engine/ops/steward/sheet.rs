//! The queue as a workbook that people fill in. Flow: queue rows -> cells, each as text -> XLSX.

use std::path::Path;

use rust_xlsxwriter::{Color, DataValidation, Format, Workbook, XlsxError};

use crate::base::hash::stable_64;
use crate::engine::answer::review::{DeckItem, Standing};
use crate::engine::answer::words::counted;
use crate::engine::error::EngineError;
use crate::engine::ops::trust::note_sight;
use crate::engine::pages::ReviewOutcome;
use crate::engine::query::QueueFilter;
use crate::engine::session::Session;
use crate::store::workspace::replace_file;

use super::told;

pub const SHEET: &str = "Decisions";
/// The header; answers and reasons are filled in, everything else stays as it is.
pub const HEADER: [&str; 10] =
    ["Item", "One side", "Other side", "Question", "Evidence", "Probability", "Records", "Answer", "Reason", "Check"];
pub const ANSWER: usize = 7;
pub const REASON: usize = 8;
pub const CHECK: usize = 9;
pub const ANSWERS: [&str; 7] =
    ["same", "different", "related", "related household", "related parent_child", "related business_of", "unsure"];

/// Writes what the filter shows, in its order.
pub fn export(session: &Session, filter: &QueueFilter, path: &Path, user: &str) -> Result<ReviewOutcome, EngineError> {
    let (deck, standing) = (session.deck()?, Standing::read(session)?);
    let queue = deck.page(filter, &standing);
    let rows: Vec<[String; 7]> = queue.items.iter().filter_map(|row| deck.by_id.get(&row.id)).map(|at| cells(&deck.items[*at])).collect();
    let bytes = write(&rows).map_err(|error| EngineError::Refused(format!("{} cannot be written: {error}", path.display())))?;
    note_sight(session, user, &format!("decision sheet with {}", counted(rows.len() as u64, "item")))?;
    replace_file(path, &bytes)?;
    Ok(told(format!("Wrote {} to {}", counted(rows.len() as u64, "item"), path.display())))
}

/// What stands in a row before it is answered.
pub fn cells(item: &DeckItem) -> [String; 7] {
    let row = &item.row;
    let keys =
        |group: &Vec<crate::store::silver::QueueMember>| group.iter().map(|member| member.key.to_string()).collect::<Vec<_>>().join(" ");
    let records = item.stored.groups.iter().map(keys).collect::<Vec<_>>().join(" | ");
    let texts = [
        row.id.0.clone(),
        row.title.clone(),
        row.subtitle.clone(),
        row.kind.replace('_', " "),
        row.pattern.clone(),
        format!("{:.4}", row.match_probability),
        records,
    ];
    texts.map(|text| guarded(&text))
}

/// A text that a spreadsheet would take for a formula, when somebody saves it as CSV and opens that, begins with an apostrophe.
pub fn guarded(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}") } else { text.to_owned() }
}

/// What shows that a row was not edited.
pub fn check(cells: &[String]) -> String {
    format!("{:016x}", stable_64(cells.join("\u{1f}").as_bytes()))
}

fn write(rows: &[[String; 7]]) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    let head = Format::new().set_bold();
    let fill = Format::new().set_background_color(Color::RGB(0x00FF_F4CC)).set_text_wrap();
    let quiet = Format::new().set_font_color(Color::RGB(0x0080_8080));
    let sheet = workbook.add_worksheet().set_name(SHEET)?;
    for (column, (name, width)) in (0_u16..).zip(HEADER.iter().zip([18.0, 28.0, 28.0, 16.0, 46.0, 10.0, 46.0, 14.0, 36.0, 18.0])) {
        sheet.write_string_with_format(0, column, *name, &head)?;
        sheet.set_column_width(column, width)?;
    }
    let mut last = 0;
    for (line, cells) in (1_u32..).zip(rows) {
        for (column, text) in (0_u16..).zip(cells) {
            sheet.write_string(line, column, text)?;
        }
        sheet.write_string_with_format(line, 7, "", &fill)?;
        sheet.write_string_with_format(line, 8, "", &fill)?;
        sheet.write_string_with_format(line, 9, check(cells), &quiet)?;
        last = line;
    }
    if last > 0 {
        let choice = DataValidation::new().allow_list_strings(&ANSWERS)?;
        sheet.add_data_validation(1, 7, last, 7, &choice)?;
    }
    sheet.set_freeze_panes(1, 1)?;
    workbook.save_to_buffer()
}
