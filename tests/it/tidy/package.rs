//! What the package promises: licences that go together, a change log that knows the version.

use std::collections::BTreeSet;
use std::path::PathBuf;

use super::sources::root;

/// Licences that a program under MIT or Apache-2.0 may be built from.
const COMPATIBLE: [&str; 18] = [
    "0BSD",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "CDLA-Permissive-2.0",
    "ISC",
    "MIT",
    "MIT-0",
    "MPL-2.0",
    "NCSA",
    "OFL-1.1",
    "Unicode-3.0",
    "Unicode-DFS-2016",
    "Unlicense",
    "Zlib",
];
/// The licence of fonts that egui brings: free to ship with a program.
const FONT_LICENCES: [&str; 1] = ["Ubuntu-font-1.0"];

/// Packages that name no licence in their manifest but bring its text, which was read.
const READ_BY_HAND: [(&str, &str); 1] = [("forust-ml", "Apache-2.0")];

#[derive(serde::Deserialize)]
struct Lock {
    package: Vec<Locked>,
}

#[derive(serde::Deserialize)]
struct Locked {
    name: String,
    version: String,
    source: Option<String>,
}

#[test]
fn every_dependency_s_licence_lets_us_ship_it() {
    let lock: Lock = toml::from_str(&std::fs::read_to_string(root().join("Cargo.lock")).unwrap()).unwrap();
    let registries = registries();
    let mut wrong = Vec::new();
    let mut read = 0_usize;
    for package in lock.package.iter().filter(|package| package.source.is_some()) {
        let manifest = registries.iter().map(|dir| dir.join(format!("{}-{}/Cargo.toml", package.name, package.version)));
        let Some(text) = manifest.filter_map(|path| std::fs::read_to_string(path).ok()).next() else { continue };
        read += 1;
        let facts: toml::Table = text.parse().unwrap();
        let by_hand = READ_BY_HAND.iter().find(|(name, _)| *name == package.name).map(|(_, licence)| *licence);
        let licence = facts["package"].get("license").and_then(toml::Value::as_str).or(by_hand).unwrap_or("none named");
        if !is_compatible(licence) {
            wrong.push(format!("{} {}: {licence}", package.name, package.version));
        }
    }
    if read == 0 {
        println!("skipped: the registry's sources are not here");
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn registries() -> Vec<PathBuf> {
    let home = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| std::env::home_dir().map(|home| home.join(".cargo")));
    let Some(Ok(dirs)) = home.map(|home| std::fs::read_dir(home.join("registry/src"))) else { return Vec::new() };
    dirs.flatten().map(|entry| entry.path()).collect()
}

/// An SPDX expression: of each `AND` part one of its `OR` alternatives must be on the list.
fn is_compatible(licence: &str) -> bool {
    let flat = licence.replace('/', " OR ");
    let parts: Vec<&str> = flat.split(" AND ").collect();
    parts.iter().all(|part| {
        let alternatives: BTreeSet<&str> = part.split(" OR ").map(|name| name.trim_matches([' ', '(', ')'])).collect();
        alternatives.iter().any(|name| COMPATIBLE.contains(name) || FONT_LICENCES.contains(name))
    })
}

#[test]
fn licences_are_read() {
    assert!(is_compatible("MIT OR Apache-2.0") && is_compatible("(MIT OR GPL-3.0) AND Unicode-3.0") && is_compatible("Unlicense/MIT"));
    assert!(!is_compatible("GPL-3.0") && !is_compatible("MIT AND AGPL-3.0") && !is_compatible("none named"));
}

#[test]
fn the_change_log_knows_this_version() {
    let text = std::fs::read_to_string(root().join("CHANGELOG.md")).unwrap_or_default();
    assert!(text.contains(env!("CARGO_PKG_VERSION")), "CHANGELOG.md says nothing of {}", env!("CARGO_PKG_VERSION"));
}
