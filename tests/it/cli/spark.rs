//! The folder for Spark and dbt: what it holds, that it is whole or not there, and that dbt builds from it what Karat built.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::support::Bench;

fn exported(bench: &Bench) -> PathBuf {
    let out = bench.dir().join("project");
    let ran = bench.karat(&["export", "--spark", &out.display().to_string()]);
    assert!(ran.code == 0 && ran.err.contains("as Parquet") && ran.err.contains("dbt models"), "{}", ran.err);
    out
}

#[test]
fn the_folder_has_the_tables_the_model_and_a_project() {
    let (bench, _) = Bench::of_bank(40, 9);
    let out = exported(&bench);
    for name in
        ["dbt_project.yml", "profiles.yml", "README.md", "models/sources.yml", "models/schema.yml", "models/gold/gold_customer_360.sql"]
    {
        assert!(out.join(name).is_file(), "{name}");
    }
    for name in ["bronze/erp_customers", "silver/customer_record", "silver/dim_customer", "gold/customer_360", "gold/kpi"] {
        assert!(fs::read(out.join(format!("parquet/{name}.parquet"))).unwrap().starts_with(b"PAR1"), "{name}");
    }
    let model: serde_json::Value = serde_json::from_str(&fs::read_to_string(out.join("matching/model.json")).unwrap()).unwrap();
    assert!(model["comparisons"].as_array().is_some_and(|list| !list.is_empty()));
    assert!(!out.with_extension("unfinished").exists());
}

#[test]
fn a_folder_with_something_in_it_and_a_bank_that_never_ran_are_refused_and_nothing_is_written() {
    let (bench, _) = Bench::of_bank(40, 9);
    let out = bench.dir().join("full");
    fs::create_dir(&out).unwrap();
    fs::write(out.join("mine.txt"), "mine").unwrap();
    let said = bench.karat(&["export", "--spark", &out.display().to_string()]).fails(1);
    assert!(said.contains("is not empty"), "{said}");
    assert_eq!(fs::read_dir(&out).unwrap().count(), 1);
    let empty = Bench::new();
    let out = empty.dir().join("project");
    let said = empty.karat(&["export", "--spark", &out.display().to_string()]).fails(1);
    assert!(said.contains("karat run"), "{said}");
    assert!(!out.exists());
    let said = bench.karat(&["export", "--spark", "x", "--out", "y.csv"]).fails(2);
    assert!(said.contains("--out"), "{said}");
}

/// A Python that has dbt-core and dbt-duckdb: KARAT_DBT_PYTHON.
fn python_with_dbt() -> Option<PathBuf> {
    let python = PathBuf::from(std::env::var_os("KARAT_DBT_PYTHON")?);
    let has_it =
        Command::new(&python).args(["-c", "import dbt.cli.main, dbt.adapters.duckdb"]).output().is_ok_and(|ran| ran.status.success());
    has_it.then_some(python)
}

#[test]
fn dbt_builds_from_it_the_gold_that_karat_built() {
    let Some(python) = python_with_dbt() else {
        println!("skipped: KARAT_DBT_PYTHON names no Python with dbt-core and dbt-duckdb");
        return;
    };
    let (bench, _) = Bench::of_bank(40, 9);
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/peers/dbt_project.py");
    let made = bench.dir().join("made");
    let ran = Command::new(python)
        .arg(script)
        .args(["--karat", env!("CARGO_BIN_EXE_karat"), "--workspace", bench.ws(), "--keep", &made.display().to_string()])
        .output()
        .unwrap();
    assert!(ran.status.success(), "{}{}", String::from_utf8_lossy(&ran.stdout), String::from_utf8_lossy(&ran.stderr));
}
