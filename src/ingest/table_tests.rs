use super::*;

fn read(bytes: &[u8]) -> Result<TextTable, IngestError> {
    let dir = tempfile::tempdir().expect("a folder");
    let path = dir.path().join("t.csv");
    std::fs::write(&path, bytes).expect("written");
    read_table(&path, &RunCtx::default())
}

fn column<'a>(table: &'a TextTable, name: &str) -> Vec<Option<&'a str>> {
    let (_, values) = table.columns.iter().find(|(column, _)| column == name).expect("the column");
    values.iter().map(Option::as_deref).collect()
}

#[test]
fn a_table_is_read_by_content() {
    let table = read(b"id; name ;city\n1;Ann;Leeds\n2;;York\n").expect("read");
    assert_eq!(table.rows, 2);
    assert_eq!(column(&table, "name"), [Some("Ann"), None]);
}

#[test]
fn cp1252_behind_a_long_ascii_head_is_noticed() {
    let mut bytes = b"id,name\n".to_vec();
    for n in 0..40_000 {
        bytes.extend_from_slice(format!("{n},Ann Example\n").as_bytes());
    }
    bytes.extend_from_slice(b"x,M\xfcller\n");
    let table = read(&bytes).expect("read");
    assert_eq!(column(&table, "name").last(), Some(&Some("M\u{fc}ller")));
}

#[test]
fn a_row_of_another_width_is_named() {
    let error = read(b"a,b\n1,2\n1,2,3\n").expect_err("refused");
    assert!(error.to_string().contains("line 3"), "{error}");
}
