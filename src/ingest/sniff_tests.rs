use super::*;

fn delimited(bytes: &[u8]) -> (Dialect, Vec<String>) {
    match sniff(bytes, true) {
        Content::Delimited { dialect, first_row } => (dialect, first_row),
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_delimiter_is_the_one_that_rows_agree_on() {
    let (dialect, row) = delimited(b"name;amount;note\nA;1,5;x, y\nB;2,5;z\n");
    assert_eq!((dialect.delimiter, row.len()), (b';', 3));
    let (dialect, row) = delimited(b"a|b|c\n1|\"x|y\"|3\n");
    assert_eq!((dialect.delimiter, row.len()), (b'|', 3));
    let (dialect, row) = delimited(b"only\n1\n2\n");
    assert_eq!((dialect.delimiter, row.len()), (b',', 1));
}

#[test]
fn single_quotes_are_quotes_only_where_they_plainly_are() {
    assert_eq!(delimited(b"'a','b'\n'1','x,y'\n").0.quote, b'\'');
    assert_eq!(delimited(b"a,b\nO'Neil,D'Arcy\n").0.quote, b'"');
}

#[test]
fn a_header_is_told_from_values() {
    assert!(delimited(b"id,name\n1,A\n").0.has_header);
    assert!(!delimited(b"1,A\n2,B\n").0.has_header);
    assert!(!delimited(b"ann@example.com,A\nbob@example.com,B\n").0.has_header);
    assert!(!delimited(b"2024-01-01,A\n2024-01-02,B\n").0.has_header);
}

#[test]
fn encodings_are_told_with_and_without_a_mark() {
    assert_eq!(delimited("a,b\nü,1\n".as_bytes()).0.encoding, TextEncoding::Utf8);
    assert_eq!(delimited(b"a,b\n\xFC,1\n").0.encoding, TextEncoding::Windows1252);
    let little: Vec<u8> = "a,b\r\n1,2\r\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(delimited(&little).0.encoding, TextEncoding::Utf16Le);
    let big: Vec<u8> = "a,b\r\n1,2\r\n".encode_utf16().flat_map(u16::to_be_bytes).collect();
    assert_eq!(delimited(&big).0.encoding, TextEncoding::Utf16Be);
    let (dialect, row) = delimited(b"\xEF\xBB\xBFa,b\n1,2\n");
    assert_eq!((dialect.bom_bytes, row[0].as_str()), (3, "a"));
}

#[test]
fn a_head_cut_in_the_middle_of_a_character_or_a_row_misleads_nobody() {
    let text = "a,b\n".to_owned() + &"ü,1\n".repeat(50);
    let cut = &text.as_bytes()[..text.len() - 4];
    let Content::Delimited { dialect, .. } = sniff(cut, false) else { panic!() };
    assert_eq!((dialect.encoding, dialect.delimiter), (TextEncoding::Utf8, b','));
}

#[test]
fn wrapped_lines_and_lone_carriage_returns_are_seen() {
    assert!(delimited(b"\"a,b,c\";\n\"1,2,3\";\n").0.wrapped);
    assert!(delimited(b"\"a,b,c\"\n\"1,2,3\"\n").0.wrapped);
    assert!(!delimited(b"\"a\",\"b\"\n\"1\",\"2\"\n").0.wrapped);
    assert!(!delimited(b"\"a\"\n\"1, 2\"\n").0.wrapped);
    assert!(delimited(b"a,b\r1,2\r").0.cr_only);
}

#[test]
fn json_is_told_from_text() {
    assert!(matches!(sniff(b" [\n {\"a\": 1}]", true), Content::Json { .. }));
    assert!(matches!(sniff(b"{\"a\": 1}\n{\"a\": 2}", true), Content::Json { .. }));
    assert!(matches!(sniff(b"[note],b\n1,2\n", true), Content::Delimited { .. }));
    assert!(matches!(sniff(b"\x1f\x8b\x08\x00", true), Content::Binary { kind: "a gzip archive", .. }));
    assert_eq!(sniff(b"\xEF\xBB\xBF", true), Content::Empty);
}
