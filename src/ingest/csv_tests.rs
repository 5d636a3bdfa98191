use super::*;
use crate::ingest::sniff::TextEncoding;

const DIALECT: Dialect =
    Dialect { encoding: TextEncoding::Utf8, bom_bytes: 0, delimiter: b',', quote: b'"', has_header: true, cr_only: false, wrapped: false };

#[test]
fn raw_text_is_what_stands_in_the_file() {
    let mut reader = RecordReader::new("a,b\r\n\n\"x \"\"y\"\"\n\",  2 \r\nlast,3".as_bytes(), DIALECT);
    let mut seen = Vec::new();
    while let Some(place) = reader.advance().unwrap() {
        seen.push((place.line, reader.raw()));
    }
    assert_eq!(seen, [(1, "a,b".into()), (3, "\"x \"\"y\"\"\n\",  2 ".into()), (5, "last,3".into())]);
}

#[test]
fn quotes_are_judged_as_the_reader_reads_them() {
    for (raw, wanted) in [
        ("a,\"b\",c", Quotes::Sound),
        ("a,5\" disk,c", Quotes::Sound),
        ("a,\"b\"\"\",c\r\n", Quotes::Sound),
        ("a,\"b\"x,c", Quotes::Torn),
        ("a,\"b", Quotes::Open(2)),
        ("a,\"b\"\"", Quotes::Open(2)),
    ] {
        assert_eq!(quotes_of(raw.as_bytes(), DIALECT), wanted, "{raw}");
    }
}

#[test]
fn an_endless_record_is_stopped_in_bounded_memory() {
    let head = b"a,b\n1,2\n3,\"open\n".as_slice();
    let endless = head.chain(io::repeat(b'x'));
    let mut reader = RecordReader::new(endless, DIALECT);
    assert!(reader.advance().unwrap().is_some() && reader.advance().unwrap().is_some());
    assert!(matches!(reader.advance(), Err(RecordFault::OpenQuote { line: 3, .. })));
    assert!(reader.inner.get_ref().held.len() < 2 * RECORD_LIMIT_BYTES);
    let mut reader = RecordReader::new(b"a,b\n".as_slice().chain(io::repeat(b'x')), DIALECT);
    assert!(reader.advance().unwrap().is_some());
    assert!(matches!(reader.advance(), Err(RecordFault::TooLong { line: 2 })));
}

#[test]
fn lone_carriage_returns_end_lines_too() {
    let mut reader = RecordReader::new(b"a,b\r1,2\r3,4\r".as_slice(), Dialect { cr_only: true, ..DIALECT });
    let mut lines = Vec::new();
    while let Some(place) = reader.advance().unwrap() {
        lines.push(place.line);
    }
    assert_eq!(lines, [1, 2, 3]);
}
