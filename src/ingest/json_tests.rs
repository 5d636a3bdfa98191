use super::*;

fn rows(text: &str) -> (Vec<Vec<Option<String>>>, Vec<(u64, String)>, Result<(), RecordFault>) {
    let (layout, _) = layout_of(text).unwrap();
    let values = || JsonValues::new(Box::new(std::io::Cursor::new(text.to_owned().into_bytes())), layout).unwrap();
    let names = names_of(values(), 100).unwrap();
    let mut cells = JsonCells::new(values(), &names);
    let (mut row, mut good, mut bad) = (CellRow::default(), Vec::new(), Vec::new());
    loop {
        match cells.advance(&mut row) {
            Ok(CellStep::Row { .. }) => good
                .push(row.fields.iter().zip(&row.nulls).map(|(f, null)| (!null).then(|| String::from_utf8(f.to_vec()).unwrap())).collect()),
            Ok(CellStep::Bad { line, reason, .. }) => bad.push((line, reason)),
            Ok(CellStep::Passed) => {}
            Ok(CellStep::End) => return (good, bad, Ok(())),
            Err(fault) => return (good, bad, Err(fault)),
        }
    }
}

#[test]
fn arrays_lines_streams_and_envelopes_give_the_same_rows() {
    let (a, b) = (r#"{"id": 7, "v": "x \"y\""}"#, r#"{"v": null, "id": 12345678901234567890, "more": {"k": [1, 2.50]}}"#);
    let texts = [
        format!("[{a},{b}]"),
        format!(" [\n  {a},\n  {b}\n]\n"),
        format!("{a}\n{b}\n"),
        format!("{a}\r\n\r\n{b}"),
        format!("{}\n{}\n", a.replace(", ", ",\n "), b),
        format!("{{\"data\": [{a}, {b}]}}"),
        format!("{{\"totalSize\": 2, \"done\": true, \"records\": [\n{a},\n{b}\n]}}\n"),
    ];
    for text in texts {
        let (good, bad, end) = rows(&text);
        assert!(end.is_ok() && bad.is_empty(), "{text}: {bad:?} {end:?}");
        let some = |text: &str| Some(text.to_owned());
        let wanted = [vec![some("7"), some("x \"y\""), None], vec![some("12345678901234567890"), None, some("{\"k\": [1, 2.50]}")]];
        assert_eq!(good, wanted, "{text}");
    }
}

#[test]
fn a_nested_list_called_data_is_no_envelope_where_more_objects_follow() {
    let text = "{\"id\": 1, \"data\": [{\"x\": 1}]}\n{\"id\": 2, \"data\": []}\n";
    assert_eq!(layout_of(text).unwrap().0, JsonLayout::Lines);
    assert_eq!(rows(text).0[1], [Some("2".to_owned()), Some("[]".to_owned())]);
}

#[test]
fn a_broken_line_costs_itself_and_a_cut_array_is_told_of_with_its_line() {
    let (good, bad, end) = rows("{\"a\": 1}\n{\"a\": \n{\"a\": 3, \"a\": 4}\n{\"a\": 5}\n{\"a\":");
    assert!(end.is_ok());
    assert_eq!(good.len(), 2);
    assert_eq!(bad[0], (2, "the JSON ends in the middle".to_owned()));
    assert_eq!(bad[1], (3, "a name that stands twice in one object".to_owned()));
    assert_eq!(bad[2].0, 5);
    let (good, _, end) = rows("[{\"a\": 1},\n {\"a\": 2},\n {\"a\": ");
    assert_eq!(good.len(), 2);
    assert!(matches!(end, Err(RecordFault::Cut { line: 3, raw }) if raw == "{\"a\": "));
    let (_, _, end) = rows("[{\"a\": 1},\n");
    assert!(matches!(end, Err(RecordFault::Cut { line: 2, .. })), "an array that is never closed");
}

#[test]
fn brackets_inside_strings_count_for_nothing() {
    let (good, bad, _) = rows(r#"[{"a": "}]{[\\\"", "b": [["]"]]}, {"a": "x"}]"#);
    assert!(bad.is_empty());
    assert_eq!(good[0], [Some("}]{[\\\"".to_owned()), Some("[[\"]\"]]".to_owned())]);
    assert_eq!(good.len(), 2);
}
