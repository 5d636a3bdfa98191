use super::*;

fn read(bytes: &[u8]) -> Result<TextTable, IngestError> {
    let dir = tempfile::tempdir().expect("a folder");
    let path = dir.path().join("t.csv");
    std::fs::write(&path, bytes).expect("written");
    read_table_with(&path, None, &RunCtx::default())
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

#[test]
fn a_file_without_a_header_keeps_its_first_row() {
    let rows = b"Ann,1980-01-01,Leeds\nBob,1990-02-02,York\nCid,1970-03-03,Leeds\n";
    let table = read(rows).expect("read");
    assert!(!table.has_header && table.rows == 3);
    assert_eq!(column(&table, "column_1"), [Some("Ann"), Some("Bob"), Some("Cid")]);
    let dir = tempfile::tempdir().expect("a folder");
    let path = dir.path().join("t.csv");
    std::fs::write(&path, rows).expect("written");
    let told = read_table_with(&path, Some(true), &RunCtx::default()).expect("read");
    assert!(told.rows == 2 && told.columns[0].0 == "Ann", "whoever says so decides");
}

#[test]
fn names_that_stand_twice_or_are_missing_are_made() {
    let table = read(b"name,name,,name_2\nAnn,Ray,x,y\nBob,Roe,p,q\n").expect("read");
    let names: Vec<&str> = table.columns.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["name", "name_3", "column_3", "name_2"]);
    assert_eq!(table.renamed, [("name".to_owned(), "name_3".to_owned()), (String::new(), "column_3".to_owned())]);
}

#[test]
fn hostile_files_are_told_or_read() {
    for (bytes, words) in [
        (&b""[..], "0 bytes"),
        (b"\n\n \n", "only blank lines"),
        (b"a,b\n1,\"x\n2,y\n", "line 2: a quote is opened"),
        (b"a,b\n1,2\n3", "line 3 has 1 fields, the first row has 2. If the file was cut short"),
        (b"PAR1 and no more", "damaged or cut short"),
        (b"\x7fELF\0\0\0", "a program"),
    ] {
        let said = read(bytes).expect_err(words).to_string();
        assert!(said.contains(words) && (said.contains("t.csv")), "{said}");
    }
    let huge = format!("id,text\n1,{}\n2,y\n", "x".repeat(9 << 20));
    assert!(read(huge.as_bytes()).expect_err("too long").to_string().contains("longer than 8 MB"));
    let odd = read(b"id,name\n1,A\x00nn\x07\n2,B\xffb\n3,Cid with words\n4,and more of them to be text\n").expect("read");
    assert_eq!(odd.rows, 4, "a stray zero, a bell and a byte of another encoding are values");
}
