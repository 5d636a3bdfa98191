//! Who may import whom.

use std::collections::BTreeSet;

use super::sources::{Source, rust};

/// Module and what it may import.
const MAY_IMPORT: [(&str, &[&str]); 14] = [
    ("base", &[]),
    ("ingest", &["base"]),
    ("quality", &["base"]),
    ("matching", &["base"]),
    ("analytics", &["base"]),
    ("generate", &["base"]),
    ("stewardship", &["base", "matching"]),
    // The store writes and reads the data types of these; it calls nothing else of theirs.
    ("store", &["base", "ingest", "quality", "matching", "stewardship", "analytics"]),
    ("warehouse", &["base", "store"]),
    ("export", &["base", "store"]),
    ("runs", &["base", "store"]),
    ("engine", &["base", "ingest", "quality", "matching", "analytics", "generate", "stewardship", "store", "warehouse", "export", "runs"]),
    ("app", &["base", "engine"]),
    ("cli", &["base", "engine"]),
];

/// Engine files that still take a connection: answers whose statements are to move into store. This list may only shrink.
const ENGINE_READS_SQL: [&str; 7] = [
    "src/engine/answer/customers.rs",
    "src/engine/answer/effects.rs",
    "src/engine/answer/mod.rs",
    "src/engine/answer/review/item.rs",
    "src/engine/answer/sources.rs",
    "src/engine/ops/run/build.rs",
    "src/engine/session.rs",
];

#[test]
fn modules_import_only_what_the_table_lets_them() {
    let mut wrong = Vec::new();
    for file in rust().iter().filter(|file| !file.is_test()) {
        let Some(module) = file.top_module() else { continue };
        let Some((_, allowed)) = MAY_IMPORT.iter().find(|(name, _)| *name == module) else {
            wrong.push(format!("{}: module {module} is not in the table", file.path));
            continue;
        };
        for other in imports(file) {
            if other != module && !allowed.contains(&other.as_str()) && MAY_IMPORT.iter().any(|(name, _)| *name == other) {
                wrong.push(format!("{}: {module} may not import {other}", file.path));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_window_s_crates_are_seen_in_app_only() {
    let crates = ["egui", "eframe", "egui_plot", "egui_extras", "rfd"];
    assert_used_only(&crates, |path| path.starts_with("src/app/") || path == "src/app.rs", &[]);
}

#[test]
fn sqlite_is_seen_in_store_and_warehouse_only() {
    assert_used_only(&["rusqlite"], |path| path.starts_with("src/store/") || path.starts_with("src/warehouse/"), &ENGINE_READS_SQL);
}

#[test]
fn modules_that_think_do_no_io() {
    let mut wrong = Vec::new();
    for file in rust().iter().filter(|file| !file.is_test()) {
        let thinks = ["matching", "stewardship", "analytics", "quality"].contains(&file.top_module().unwrap_or_default());
        let code = file.code();
        for word in ["std::fs", "std::net", "std::io", "std::process", "std::env", "println!", "eprintln!"] {
            if thinks && code.contains(word) {
                wrong.push(format!("{}: {word}", file.path));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// `listed` files are exceptions; each must still need its place there.
fn assert_used_only(crates: &[&str], may: impl Fn(&str) -> bool, listed: &[&str]) {
    let uses = |file: &Source| {
        let code = file.code();
        crates.iter().any(|name| code.contains(&format!("{name}::")) || code.contains(&format!("use {name};")))
    };
    let users: BTreeSet<String> = rust().iter().filter(|file| !file.is_test() && uses(file)).map(|file| file.path.clone()).collect();
    let wrong: Vec<&String> = users.iter().filter(|path| !may(path) && !listed.contains(&path.as_str())).collect();
    assert!(wrong.is_empty(), "{crates:?} in {wrong:?}");
    let freed: Vec<&&str> = listed.iter().filter(|path| !users.contains(**path)).collect();
    assert!(freed.is_empty(), "take these off the list, they are clean: {freed:?}");
}

/// Top modules that a file names by `crate::` or by as many `super::` as lead to the root.
fn imports(file: &Source) -> BTreeSet<String> {
    let code = file.code();
    let mut found = BTreeSet::new();
    heads_after(&code, "crate::", &mut found);
    let to_root = "super::".repeat(file.depth());
    for (at, _) in code.match_indices(&to_root) {
        let before = &code[..at];
        let after = &code[at + to_root.len()..];
        if !before.ends_with("super::") && !after.starts_with("super::") {
            heads(after, &mut found);
        }
    }
    found
}

fn heads_after(code: &str, prefix: &str, found: &mut BTreeSet<String>) {
    for (at, _) in code.match_indices(prefix) {
        // `$crate::` counts too, `some_crate::` does not.
        if !code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_') {
            heads(&code[at + prefix.len()..], found);
        }
    }
}

/// `base::X` -> base; `{base::X, store}` -> base, store.
fn heads(after: &str, found: &mut BTreeSet<String>) {
    let Some(list) = after.strip_prefix('{') else {
        found.insert(word(after));
        return;
    };
    let mut depth = 0;
    let mut expects = true;
    for (at, c) in list.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => expects = true,
            c if depth == 0 && expects && !c.is_whitespace() => {
                found.insert(word(&list[at..]));
                expects = false;
            }
            _ => {}
        }
    }
}

fn word(text: &str) -> String {
    text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
}

#[test]
fn imports_are_found_however_they_are_written() {
    let text = "use crate::{base::{Clock, ids}, store};\nuse super::super::matching::Model;\nfn f() { super::x(); crate::ingest::y() }";
    let file = Source { path: "src/engine/ops.rs".to_owned(), text: text.to_owned() };
    assert_eq!(imports(&file).into_iter().collect::<Vec<_>>(), ["base", "ingest", "matching", "store"]);
}
