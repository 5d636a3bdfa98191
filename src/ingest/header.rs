//! Names for columns, whatever a header holds: safe to quote, unique, and never one of the store's own.

use std::collections::BTreeSet;

use super::events::EVENT_COLUMNS;
use super::profile::Profile;

/// Names that the store uses beside the source's columns.
const RESERVED: [&str; 10] =
    ["rowid", "oid", "_rowid_", "_line", "_row_hash", "_ingested_at", "_source_system", "_batch_id", "_file", "_row"];

fn is_reserved(name: &str) -> bool {
    RESERVED.contains(&name) || EVENT_COLUMNS.contains(&name)
}

/// One name per header cell, in order. A cell that the profile knows takes the profile's name; the others are made of letters,
/// digits and underscores in lower case; an empty one becomes `column_3`; a repeated one `name_2`.
pub fn column_names<S: AsRef<str>>(header: &[S], profile: Option<&Profile>) -> Vec<String> {
    let mut taken = BTreeSet::new();
    header
        .iter()
        .enumerate()
        .map(|(at, cell)| {
            let known = profile.and_then(|p| p.column_of(cell.as_ref()));
            let wanted = known.map_or_else(|| plain_name(cell.as_ref(), at), str::to_owned);
            let name = unique(&wanted, &taken);
            taken.insert(name.clone());
            name
        })
        .collect()
}

fn unique(wanted: &str, taken: &BTreeSet<String>) -> String {
    if !taken.contains(wanted) {
        return wanted.to_owned();
    }
    (2_u64..).map(|n| format!("{wanted}_{n}")).find(|name| !taken.contains(name)).unwrap_or_default()
}

/// A header cell as a name, without regard to the other columns.
pub fn plain_name(cell: &str, at: usize) -> String {
    let mut name = String::new();
    for c in cell.trim().chars().flat_map(char::to_lowercase) {
        if c.is_alphanumeric() || c == '_' {
            name.push(c);
        } else if !name.is_empty() && !name.ends_with('_') {
            name.push('_');
        }
    }
    // Long headers are sentences; the whole text stays in the batch's column list.
    let mut name: String = name.chars().take(60).collect();
    while name.ends_with('_') && name.chars().any(|c| c != '_') {
        name.pop();
    }
    if name.is_empty() || name.chars().all(|c| c == '_') {
        return format!("column_{}", at + 1);
    }
    if name.starts_with(|c: char| c.is_numeric()) {
        name.insert_str(0, "c_");
    }
    if is_reserved(&name) {
        name.insert_str(0, "source_");
        return name.replace("source__", "source_");
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_headers_become_safe_unique_names() {
        let header = [
            "name",
            "Name",
            " name ",
            "",
            "  ",
            "\"; DROP TABLE batch; --",
            "select",
            "_line",
            "rowid",
            "2024",
            "Größe (m²)",
            "数量",
            "a'b\"c",
        ];
        let names = column_names(&header, None);
        assert_eq!(
            names,
            [
                "name",
                "name_2",
                "name_3",
                "column_4",
                "column_5",
                "drop_table_batch",
                "select",
                "source_line",
                "source_rowid",
                "c_2024",
                "größe_m²",
                "数量",
                "a_b_c"
            ]
        );
    }

    #[test]
    fn a_generated_name_never_meets_a_real_one() {
        assert_eq!(column_names(&["a_2", "a", "a"], None), ["a_2", "a", "a_3"]);
        assert_eq!(column_names(&["a", "a", "a_2"], None), ["a", "a_2", "a_2_2"]);
    }
}
