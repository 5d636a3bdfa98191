//! Size, and what may stand in a file.

use super::sources::{files, root, rust};

const MOST_LINES: usize = 500;
const MOST_LINES_OF_A_FUNCTION: usize = 80;

/// Files over the limit. This list may only shrink.
const LONG_FILES: [&str; 0] = [];
/// `file fn name` over the limit. This list may only shrink.
const LONG_FUNCTIONS: [&str; 3] = [
    // Pages written out by hand.
    "src/app/fixtures/dashboards.rs fn view",
    "src/app/fixtures/review.rs fn item",
    "src/app/fixtures/sources.rs fn page",
];
/// Modules that do not say how data flows through them. This list may only shrink.
const WITHOUT_FLOW: [&str; 1] = ["src/app/fixtures/mod.rs"];

#[test]
fn files_are_of_a_size_that_one_reads() {
    let all = rust().into_iter().chain(files("tests", &["rs"])).chain(files("benches", &["rs"])).chain(files("examples", &["rs"]));
    let long = all.filter(|file| file.text.lines().count() > MOST_LINES).map(|file| file.path);
    assert_only(&LONG_FILES, &long.collect::<Vec<_>>());
}

#[test]
fn functions_fit_on_a_screen() {
    let mut long = Vec::new();
    for file in rust().into_iter().chain(files("tests", &["rs"])) {
        let found = functions(&file.code());
        long.extend(
            found.into_iter().filter(|(_, lines)| *lines > MOST_LINES_OF_A_FUNCTION).map(|(name, _)| format!("{} fn {name}", file.path)),
        );
    }
    assert_only(&LONG_FUNCTIONS, &long);
}

#[test]
fn every_module_opens_with_its_flow() {
    let mut wrong = Vec::new();
    // A module without a line of code is a place that is kept.
    let has_code = |file: &super::sources::Source| file.path.ends_with("/mod.rs") && !file.code().trim().is_empty();
    for file in rust().into_iter().chain(files("tests", &["rs"])).filter(has_code) {
        let head: String = file.text.lines().take_while(|line| line.starts_with("//!")).collect();
        if !head.contains("Flow:") {
            wrong.push(file.path);
        }
    }
    assert_only(&WITHOUT_FLOW, &wrong);
}

#[test]
fn nothing_is_left_for_later_and_no_file_knows_a_machine() {
    let never = [
        concat!("TO", "DO"),
        concat!("FIX", "ME"),
        concat!("X", "XX "),
        concat!("/wo", "rk/"),
        concat!("/ro", "ot/"),
        concat!("/Us", "ers/"),
    ];
    let endings = ["rs", "sql", "toml", "md", "json", "yml", "sh"];
    let mut wrong = Vec::new();
    let folders = ["src", "tests", "assets", "docs", "benches", "examples", "fuzz", ".ci"];
    let top = ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md", "Cargo.toml", "clippy.toml", ".ci/run"];
    let mut all: Vec<(String, String)> =
        folders.iter().flat_map(|folder| files(folder, &endings)).map(|file| (file.path, file.text)).collect();
    all.extend(top.iter().filter_map(|name| Some(((*name).to_owned(), std::fs::read_to_string(root().join(name)).ok()?))));
    for (path, text) in all {
        for (number, line) in (1..).zip(text.lines()) {
            wrong.extend(never.iter().filter(|word| line.contains(*word)).map(|word| format!("{path}:{number}: {word}")));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Fails on what is too long and not listed, and on what is listed and no longer too long.
fn assert_only(listed: &[&str], long: &[String]) {
    let new: Vec<&String> = long.iter().filter(|name| !listed.contains(&name.as_str())).collect();
    assert!(new.is_empty(), "against the rule: {new:?}");
    let shorter: Vec<&&str> = listed.iter().filter(|name| !long.iter().any(|found| found == *name)).collect();
    assert!(shorter.is_empty(), "take these off the list, they fit: {shorter:?}");
}

/// Names of functions and their lines, from `fn` to the closing brace, blank lines left out. Takes code without literals.
fn functions(code: &str) -> Vec<(String, usize)> {
    let mut found = Vec::new();
    for (at, _) in code.match_indices("fn ") {
        let starts = code[..at].ends_with(|c: char| c.is_whitespace() || c == '(') || at == 0;
        let name: String = code[at + 3..].chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
        if !starts || name.is_empty() {
            continue;
        }
        if let Some(end) = end_of_body(&code[at..]) {
            found.push((name, code[at..at + end].lines().filter(|line| !line.trim().is_empty()).count()));
        }
    }
    found
}

/// Where the body's brace closes; None for a function without one.
fn end_of_body(code: &str) -> Option<usize> {
    let mut depth = 0_usize;
    let mut round = 0_i32;
    for (at, c) in code.char_indices() {
        match c {
            '(' | '[' => round += 1,
            ')' | ']' => round -= 1,
            ';' if depth == 0 && round == 0 => return None,
            '{' => depth += 1,
            '}' if depth <= 1 => return Some(at + 1),
            '}' => depth -= 1,
            _ => {}
        }
    }
    None
}

#[test]
fn lines_of_functions_are_counted() {
    let code = "trait T { fn none(a: [u8; 2]); }\npub fn two() -> u8 {\n\n 1 }\nfn one() {}";
    assert_eq!(functions(code), [("two".to_owned(), 2), ("one".to_owned(), 1)]);
}
