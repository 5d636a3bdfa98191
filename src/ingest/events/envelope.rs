//! The envelope of one change event: bare, under `payload`, with its schema or without.

use serde_json::value::RawValue;

use crate::ingest::json::{Members, cell_text, members, why_unreadable};

/// One change event.
#[derive(Debug)]
pub struct Envelope<'a> {
    pub before: Option<&'a RawValue>,
    pub after: Option<&'a RawValue>,
    /// `c`, `u`, `d`, `r`.
    pub op: String,
    pub ts_ms: Option<String>,
    pub source: Origin,
    /// The schema, where the event brings it.
    pub schema: Option<&'a RawValue>,
}

/// What the source block says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Origin {
    /// Name of the connector's server: the source system.
    pub name: String,
    pub table: String,
    /// Text that sorts as the source's position does.
    pub position: String,
    pub lsn: Option<String>,
    pub tx_id: Option<String>,
    pub ts_ms: Option<String>,
}

/// What a line of a topic is.
#[derive(Debug)]
pub enum Parsed<'a> {
    Event(Box<Envelope<'a>>),
    /// A tombstone or a message that is about no row.
    Nothing,
    /// Why it cannot be taken.
    Bad(String),
}

/// Do these members make a change event, whole or not?
pub fn is_event(names: &[&str]) -> bool {
    let has = |name: &str| names.contains(&name);
    has("payload") && (has("schema") || names.len() == 1) || has("op") && (has("after") || has("before"))
}

/// Reads one line.
pub fn parse(line: &[u8]) -> Parsed<'_> {
    if line.trim_ascii() == b"null" {
        return Parsed::Nothing;
    }
    let Some(outer) = members(line) else { return Parsed::Bad(why_unreadable(line)) };
    let schema = outer.get("schema").filter(|schema| schema.get() != "null");
    let inner = match outer.get("payload") {
        Some(payload) if payload.get() == "null" => return Parsed::Nothing,
        Some(_) => match outer.object("payload") {
            Some(inner) => inner,
            None => return Parsed::Bad("the payload is no object".to_owned()),
        },
        None => outer,
    };
    let text = |name: &str| inner.get(name).and_then(cell_text).map(std::borrow::Cow::into_owned);
    let Some(op) = text("op") else { return Parsed::Bad("no change event: it has no op".to_owned()) };
    match op.as_str() {
        "c" | "u" | "d" | "r" => {}
        "m" => return Parsed::Nothing,
        "t" => {
            return Parsed::Bad("the table was emptied as a whole (op t), which cannot be told row by row: load the table anew".to_owned());
        }
        _ => return Parsed::Bad("an op that is none of c, u, d, r".to_owned()),
    }
    let Some(source) = inner.object("source") else {
        return Parsed::Bad("no source block, so its place among the other events is not known".to_owned());
    };
    let origin = match origin_of(&source) {
        Ok(origin) => origin,
        Err(reason) => return Parsed::Bad(reason),
    };
    let image = |name: &str| inner.get(name).filter(|value| value.get() != "null");
    Parsed::Event(Box::new(Envelope { before: image("before"), after: image("after"), ts_ms: text("ts_ms"), op, source: origin, schema }))
}

fn origin_of(source: &Members<'_>) -> Result<Origin, String> {
    let text = |name: &str| source.get(name).and_then(cell_text).map(std::borrow::Cow::into_owned);
    let table = text("table").or_else(|| text("collection")).filter(|table| !table.is_empty());
    let Some(table) = table else { return Err("the source block names no table".to_owned()) };
    let Some(position) = position_of(&text) else {
        return Err("the source block has no position (lsn, file and pos, scn)".to_owned());
    };
    Ok(Origin { name: text("name").unwrap_or_default(), table, position, lsn: text("lsn"), tx_id: text("txId"), ts_ms: text("ts_ms") })
}

/// PostgreSQL's lsn; MySQL's file, pos and row; SQL Server's commit and change lsn; Oracle's scn.
fn position_of(text: &impl Fn(&str) -> Option<String>) -> Option<String> {
    let padded = |number: &str| format!("{number:0>20}");
    let number = |name: &str| text(name).filter(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()));
    if let Some(lsn) = number("lsn") {
        return Some(padded(&lsn));
    }
    if let (Some(file), Some(pos)) = (text("file"), number("pos")) {
        let row = number("row").unwrap_or_default();
        // `mysql-bin.999999` is followed by `mysql-bin.1000000`.
        let digits = file.len() - file.trim_end_matches(|c: char| c.is_ascii_digit()).len();
        let (stem, count) = file.split_at(file.len() - digits);
        return Some(format!("{stem}{count:0>12}/{}/{row:0>10}", padded(&pos)));
    }
    if let Some(commit) = text("commit_lsn") {
        let change = text("change_lsn").unwrap_or_default();
        return Some(format!("{commit}/{change}/{}", padded(&text("event_serial_no").unwrap_or_default())));
    }
    number("scn").map(|scn| padded(&scn))
}
