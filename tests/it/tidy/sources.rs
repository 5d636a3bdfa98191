//! The repository's files as text.

use std::path::{Path, PathBuf};

/// One file: its path below the repository with `/` between, and what it holds.
#[derive(Debug)]
pub struct Source {
    pub path: String,
    pub text: String,
}

pub fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Files with one of these endings below a folder, sorted.
pub fn files(folder: &str, endings: &[&str]) -> Vec<Source> {
    let mut found = Vec::new();
    collect(&root().join(folder), endings, &mut found);
    found.sort_by(|a: &Source, b| a.path.cmp(&b.path));
    found
}

/// Rust files of the library and the program.
pub fn rust() -> Vec<Source> {
    files("src", &["rs"])
}

fn collect(dir: &Path, endings: &[&str], found: &mut Vec<Source>) {
    let Ok(entries) = std::fs::read_dir(dir) else { return };
    for entry in entries.flatten() {
        let path = entry.path();
        // The virtual environments of benches/peers are nobody's text of ours.
        let is_environment = entry.file_name().to_string_lossy().starts_with(".venv");
        if path.is_dir() && !is_environment {
            collect(&path, endings, found);
        } else if path.is_file() && path.extension().is_some_and(|ending| endings.iter().any(|wanted| ending == *wanted)) {
            let name = path.strip_prefix(root()).unwrap().components().map(|part| part.as_os_str().to_string_lossy());
            found.push(Source { path: name.collect::<Vec<_>>().join("/"), text: std::fs::read_to_string(&path).unwrap() });
        }
    }
}

impl Source {
    /// `src/store/bronze/mod.rs` -> store. None for `main.rs` and `lib.rs`, which see everything.
    pub fn top_module(&self) -> Option<&str> {
        let inside = self.path.strip_prefix("src/")?;
        match inside.split_once('/') {
            Some((module, _)) => Some(module),
            None if ["main.rs", "lib.rs"].contains(&inside) => None,
            None => inside.strip_suffix(".rs"),
        }
    }

    /// How many `super` lead from here to the crate's root.
    pub fn depth(&self) -> usize {
        let parts = self.path.trim_start_matches("src/").split('/').count();
        if self.path.ends_with("/mod.rs") { parts - 1 } else { parts }
    }

    /// Compiled for tests only: free of the walls.
    pub fn is_test(&self) -> bool {
        let file = self.path.rsplit('/').next().unwrap_or_default();
        file.ends_with("_tests.rs") || file == "tests.rs" && self.is_behind_cfg_test() || self.path.contains("/tests/")
    }

    /// `warehouse/tests.rs` runs data tests and is no test itself.
    fn is_behind_cfg_test(&self) -> bool {
        let parent = self.path.trim_end_matches("/tests.rs");
        let declares = |path: String| {
            let text = std::fs::read_to_string(root().join(path)).unwrap_or_default();
            text.contains("#[cfg(test)]\nmod tests;")
        };
        declares(format!("{parent}/mod.rs")) || declares(format!("{parent}.rs"))
    }

    /// The text without comments and without what stands in string and character literals; lines stay where they are.
    pub fn code(&self) -> String {
        code(&self.text)
    }
}

/// Blanks comments and literals.
pub fn code(text: &str) -> String {
    let bytes: Vec<char> = text.chars().collect();
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    while at < bytes.len() {
        let rest = &bytes[at..];
        let end = match (rest[0], rest.get(1)) {
            ('/', Some('/')) => rest.iter().position(|c| *c == '\n').unwrap_or(rest.len()),
            ('/', Some('*')) => block_comment(rest),
            ('r', Some('"' | '#')) if begins_literal(&bytes[..at]) => raw_string(rest),
            ('"', _) => string(rest),
            ('\'', Some(_)) => character(rest),
            _ => 0,
        };
        if end == 0 {
            out.push(rest[0]);
            at += 1;
        } else {
            out.extend(rest[..end].iter().filter(|c| **c == '\n'));
            out.push(' ');
            at += end;
        }
    }
    out
}

/// An `r` that is not the end of a word; `br` begins a literal too.
fn begins_literal(before: &[char]) -> bool {
    let is_word = |c: &char| c.is_alphanumeric() || *c == '_';
    let before = before.strip_suffix(&['b']).unwrap_or(before);
    before.last().is_none_or(|c| !is_word(c))
}

fn block_comment(rest: &[char]) -> usize {
    let mut depth = 0;
    let mut at = 0;
    while at + 1 < rest.len() {
        match (rest[at], rest[at + 1]) {
            ('/', '*') => depth += 1,
            ('*', '/') => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return at + 2;
        }
        at += 1;
    }
    rest.len()
}

fn raw_string(rest: &[char]) -> usize {
    let hashes = rest[1..].iter().take_while(|c| **c == '#').count();
    if rest.get(1 + hashes) != Some(&'"') {
        return 0;
    }
    let mut at = 2 + hashes;
    while at < rest.len() {
        if rest[at] == '"' && rest[at + 1..].iter().take(hashes).filter(|c| **c == '#').count() == hashes {
            return at + 1 + hashes;
        }
        at += 1;
    }
    rest.len()
}

fn string(rest: &[char]) -> usize {
    let mut at = 1;
    while at < rest.len() {
        match rest[at] {
            '\\' => at += 1,
            '"' => return at + 1,
            _ => {}
        }
        at += 1;
    }
    rest.len()
}

/// A character literal; 0 where it is a lifetime.
fn character(rest: &[char]) -> usize {
    match (rest.get(1), rest.get(2)) {
        (Some('\\'), _) => rest[3..].iter().position(|c| *c == '\'').map_or(0, |end| end + 4),
        (Some(_), Some('\'')) => 3,
        _ => 0,
    }
}

#[test]
fn literals_and_comments_are_no_code() {
    assert_eq!(code("a \"}\" b // {\nc '{' 'x r#\"}\"# /* } */ d").replace(' ', ""), "ab\nc'xd");
    assert_eq!(code("let b = br\"x\"; '\\'' \"\\\"}\"").replace(' ', ""), "letb=b;");
}
