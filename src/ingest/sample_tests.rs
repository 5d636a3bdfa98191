use super::*;

fn of(name: &str, bytes: &[u8], count: usize) -> Result<Sample, IngestError> {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join(name);
    std::fs::write(&path, bytes).unwrap();
    sample(&path, count)
}

#[test]
fn the_front_of_a_file_is_shown_whatever_it_is_written_in() {
    let text = of("kunden.csv", "Nr;Name\n1;Ann\n2;Bob\n3;Cid\n".as_bytes(), 2).unwrap();
    assert_eq!((text.labels.join(","), text.rows.len(), text.has_more), ("Nr,Name".into(), 2, true));
    assert_eq!(text.written_as, "text with semicolons, UTF-8");
    let json = of("kunden.json", br#"[{"Nr": 1, "Name": null}, {"Name": "Bob", "Nr": 2}]"#, 9).unwrap();
    assert_eq!(json.labels, ["Nr", "Name"]);
    assert_eq!(json.rows[0], [Some("1".to_owned()), None]);
    assert!(!json.has_more);
    assert_eq!(distinct_values(&json, 3), [vec!["1".to_owned(), "2".to_owned()], vec!["Bob".to_owned()]]);
}

#[test]
fn a_file_without_names_gets_numbers() {
    let bare = of("x.csv", b"1,Ann,2020-01-01\n2,Bob,2020-01-02\n3,Cid,2020-01-03\n", 9).unwrap();
    assert_eq!((bare.labels.join(","), bare.rows.len(), bare.has_header), ("column_1,column_2,column_3".into(), 3, false));
}

#[test]
fn what_is_no_table_says_why() {
    assert!(matches!(of("x.csv", b"", 9), Err(IngestError::Empty { .. })));
    assert!(matches!(of("x.png", b"\x89PNG....", 9), Err(IngestError::NotText { .. })));
    let event = br#"{"payload": {"op": "c", "after": {"id": 1}}, "schema": null}"#;
    assert!(matches!(of("x.json", event, 9), Err(IngestError::EventsNeedNoMapping { .. })));
}
