//! Values as people read them.

use crate::base::dates::{DateOrder, parse_date};

/// Short name of a source system: "ERP".
pub fn short_name(source_system: &str) -> &str {
    match source_system {
        "erpnext" | "erp" => "ERP",
        "salesforce" | "crm" => "CRM",
        "supabase" => "App",
        "google_sheets" => "Sheets",
        "core" => "Core",
        "ledger" => "Ledger",
        "steward" => "Steward",
        other => other,
    }
}

/// The order in which a person reads systems: books first, then relations, then what is written by hand.
pub fn system_rank(source_system: &str) -> usize {
    ["erpnext", "erp", "core", "ledger", "salesforce", "crm", "supabase", "google_sheets"]
        .iter()
        .position(|known| *known == source_system)
        .unwrap_or(usize::MAX)
}

/// Each system once, in the order in which people know them.
pub fn in_order(mut systems: Vec<String>) -> Vec<String> {
    systems.sort_by(|a, b| (system_rank(a), a).cmp(&(system_rank(b), b)));
    systems.dedup();
    systems
}

/// The product behind a source system: "ERPNext".
pub fn product_name(source_system: &str) -> &str {
    match source_system {
        "erpnext" => "ERPNext",
        "salesforce" => "Salesforce",
        "supabase" => "Supabase",
        "google_sheets" => "Google Sheets",
        other => other,
    }
}

/// `2026-11-20T18:04:09Z` -> `20 Nov 2026`; other text as it is.
pub fn day(iso: &str) -> String {
    parse_date(iso, DateOrder::DayFirst, 2099).map_or_else(|| iso.to_owned(), |parsed| parsed.date.format("%-d %b %Y").to_string())
}

/// `2026-11-20T18:04:09Z` -> `20 Nov 2026 18:04`
pub fn moment(iso: &str) -> String {
    match iso.get(11..16) {
        Some(time) => format!("{} {time}", day(iso)),
        None => day(iso),
    }
}

/// `1` -> "1 record", `2` -> "2 records"
pub fn counted(count: u64, noun: &str) -> String {
    let number = crate::base::money::group_thousands(count);
    if count == 1 { format!("{number} {noun}") } else { format!("{number} {noun}s") }
}
