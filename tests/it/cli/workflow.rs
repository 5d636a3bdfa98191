//! The workflow for GitHub Actions, step by step on this machine: it passes as it is, and fails on a planted error.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use crate::support::{Bench, bank};

/// The `run:` of every step, by its name.
fn steps(text: &str) -> Vec<(String, String)> {
    let mut found: Vec<(String, String)> = Vec::new();
    let mut is_block = false;
    for line in text.lines() {
        if let Some(name) = line.strip_prefix("      - name: ") {
            found.push((name.to_owned(), String::new()));
            is_block = false;
        } else if let Some(run) = line.strip_prefix("        run: ") {
            is_block = run == "|";
            if !is_block {
                found.last_mut().unwrap().1 = run.to_owned();
            }
        } else if let (true, Some(more)) = (is_block, line.strip_prefix("          ")) {
            let script = &mut found.last_mut().unwrap().1;
            script.push_str(more);
            script.push('\n');
        }
    }
    found
}

/// Runs the steps in a repository's folder as GitHub does, but the one that downloads: the first that fails ends it.
fn run(repository: &Path, steps: &[(String, String)]) -> Result<(), (String, Output)> {
    let temp = tempfile::tempdir().unwrap();
    let program = Path::new(env!("CARGO_BIN_EXE_karat")).parent().unwrap();
    let path = format!("{}:{}", program.display(), std::env::var("PATH").unwrap_or_default());
    for (name, script) in steps.iter().filter(|(name, _)| name != "Install Karat") {
        let ran = Command::new("bash")
            .args(["--noprofile", "--norc", "-eo", "pipefail", "-c", script])
            .current_dir(repository)
            .env("PATH", &path)
            .env("RUNNER_TEMP", temp.path())
            .env("KARAT_CONFIG_DIR", temp.path())
            .output()
            .unwrap();
        if !ran.status.success() {
            return Err((name.clone(), ran));
        }
    }
    Ok(())
}

#[test]
fn the_workflow_passes_as_it_is_and_fails_on_a_planted_error() {
    let bench = Bench::empty();
    let repository = bench.dir().join("repository");
    fs::create_dir(&repository).unwrap();
    let to = repository.display().to_string();
    let made = Bench::new();
    made.karat(&["export", "--workflow", &to]).ok();
    let text = fs::read_to_string(repository.join(".github/workflows/karat.yml")).unwrap();
    let steps = steps(&text);
    let names: Vec<&str> = steps.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["Install Karat", "Make a workspace", "Load the files", "Build silver and gold", "Test"]);
    assert!(text.contains("on:\n  push:") && steps[4].1.starts_with("karat test "));
    crate::support::copy_dir(&bank(40, 9).files(), &repository.join("data"));
    run(&repository, &steps).unwrap_or_else(|(name, ran)| panic!("{name}: {}", String::from_utf8_lossy(&ran.stderr)));
    // A test of the repository's own that some rows fail.
    fs::create_dir(repository.join("tests")).unwrap();
    fs::write(
        repository.join("tests/no_branch.sql"),
        "-- severity: error\nSELECT * FROM gold.dim_customer WHERE customer_key IS NOT NULL\n",
    )
    .unwrap();
    let (name, ran) = run(&repository, &steps).unwrap_err();
    assert!(["Build silver and gold", "Test"].contains(&name.as_str()), "{name}");
    assert_eq!(ran.status.code(), Some(3), "{}", String::from_utf8_lossy(&ran.stderr));
    // What somebody changed in it is not overwritten.
    fs::write(repository.join(".github/workflows/karat.yml"), "name: mine\n").unwrap();
    let said = made.karat(&["export", "--workflow", &to]).fails(1);
    assert!(said.contains("is there already"), "{said}");
}
