use super::*;
use crate::ingest::table::read_table;
use crate::store::reader::in_memory;

/// Money beyond 2^53, text that looks like a number, quotes, a newline, a null.
const SQL: &str = "SELECT 9007199254740993 AS big, 0.1 AS part, '007' AS code, 'x,\"y\n' AS text, NULL AS none, 1 AS n \
                   UNION ALL SELECT -1, 2, 'ü', '', 'there', 0.5";

fn written(name: &str) -> (tempfile::TempDir, PathBuf, u64) {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join(name);
    let rows = export(&mut in_memory().unwrap(), SQL, &path, &RunCtx::default()).unwrap();
    let others = std::fs::read_dir(dir.path()).unwrap().count();
    assert_eq!(others, 1, "nothing unfinished is left");
    (dir, path, rows)
}

#[test]
fn csv_and_json_keep_every_digit() {
    let (_dir, path, rows) = written("out.csv");
    assert_eq!(rows, 2);
    assert_eq!(
        std::fs::read_to_string(path).unwrap(),
        "big,part,code,text,none,n\n9007199254740993,0.1,007,\"x,\"\"y\n\",,1\n-1,2,ü,,there,0.5\n"
    );
    let (_dir, path, _) = written("out.json");
    let json: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    assert_eq!(json[0]["big"], 9_007_199_254_740_993_i64);
    assert_eq!((json[0]["code"].as_str(), json[0]["none"].is_null(), json[1]["part"].as_i64()), (Some("007"), true, Some(2)));
}

#[test]
fn parquet_has_the_types_of_its_values() {
    let (_dir, path, _) = written("out.parquet");
    let table = read_table(&path, &RunCtx::default()).unwrap();
    let column = |name: &str| -> Vec<Option<String>> {
        let (_, values) = table.columns.iter().find(|(known, _)| known == name).unwrap();
        values.iter().map(|value| value.as_deref().map(str::to_owned)).collect()
    };
    assert_eq!(column("big"), [Some("9007199254740993".to_owned()), Some("-1".to_owned())]);
    assert_eq!(column("code"), [Some("007".to_owned()), Some("ü".to_owned())]);
    assert_eq!(column("none"), [None, Some("there".to_owned())]);
    assert_eq!(column("n").len(), 2);
}

#[test]
fn a_workbook_opens_and_keeps_what_excel_would_round() {
    use calamine::{Data, Reader, open_workbook_auto};
    let (_dir, path, _) = written("out.xlsx");
    let mut book = open_workbook_auto(path).unwrap();
    let sheet = book.worksheet_range_at(0).unwrap().unwrap();
    let rows: Vec<&[Data]> = sheet.rows().collect();
    assert_eq!(rows[1][0], Data::String("9007199254740993".into()));
    assert_eq!((rows[1][2].clone(), rows[1][1].clone()), (Data::String("007".into()), Data::Float(0.1)));
    assert_eq!(rows.len(), 3);
}

#[test]
fn what_cannot_be_written_is_refused_and_leaves_nothing() {
    let dir = tempfile::tempdir().unwrap();
    for (name, sql) in
        [("out.txt", "SELECT 1"), ("out.csv", "DELETE FROM x"), ("out.csv", "SELECT nothing"), ("out.parquet", "SELECT 1 AS a, 2 AS a")]
    {
        let refused = export(&mut in_memory().unwrap(), sql, &dir.path().join(name), &RunCtx::default());
        assert!(refused.is_err(), "{name} {sql}");
    }
    assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 0);
}

#[test]
fn what_is_not_whole_yet_takes_no_name_of_a_person_s_files() {
    let csv = aside_of(Path::new("out/gold.csv"));
    assert_eq!(csv, Path::new("out/.gold.csv.karat-unfinished"));
    assert_ne!(csv, aside_of(Path::new("out/gold.xlsx")), "two forms of one table may be written at once");
    assert_ne!(aside_of(Path::new("bank.v1")), Path::new("bank.unfinished"), "a folder of that name may be somebody's");
}
