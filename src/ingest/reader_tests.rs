use proptest::prelude::*;

use super::*;
use crate::ingest::profile::{self, ValueType};
use crate::ingest::rows::RejectedRow;
use crate::ingest::sniff::{Content, TextEncoding, sniff};

/// What came out of a file: the good rows and the rejected ones.
fn read(text: &str, dialect: Dialect, width: usize) -> (Vec<Vec<String>>, Vec<RejectedRow>) {
    let names: Vec<String> = (0..width).map(|n| format!("c{n}")).collect();
    let mut profile = profile::by_name("gs_branches").unwrap().clone();
    profile.keys.clear();
    let mut reader = RowReader::new("t.csv", Box::new(std::io::Cursor::new(text.to_owned())), dialect, names.clone(), names, &profile);
    let (mut rows, mut rejected) = (Vec::new(), Vec::new());
    while let Some(chunk) = reader.next_chunk().unwrap() {
        rows.extend((0..chunk.len()).map(|row| (0..width).map(|column| chunk.value(row, column).to_owned()).collect::<Vec<_>>()));
        rejected.extend(chunk.rejected);
    }
    (rows, rejected)
}

fn dialect(delimiter: u8) -> Dialect {
    Dialect { encoding: TextEncoding::Utf8, bom_bytes: 0, delimiter, quote: b'"', has_header: true, cr_only: false, wrapped: false }
}

fn field() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => "[a-zA-Z0-9 .@+-]{0,12}",
        2 => "[\",;\t|'\n\r a-z]{0,8}",
        1 => "[äöüßéłç中文🦀𝔘]{0,5}",
    ]
}

fn quoted(value: &str, delimiter: u8, always: bool) -> String {
    let delimiter = char::from(delimiter);
    if always || value.contains(['"', '\n', '\r', delimiter]) { format!("\"{}\"", value.replace('"', "\"\"")) } else { value.to_owned() }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// Whatever a table holds, and however it is quoted and its lines end, it comes back the same.
    #[test]
    fn a_table_written_as_csv_comes_back_the_same(
        rows in (1_usize..6).prop_flat_map(|width| prop::collection::vec(prop::collection::vec(field(), width), 1..30)),
        delimiter in prop::sample::select(vec![b',', b';', b'\t', b'|']),
        line_end in prop::sample::select(vec!["\n", "\r\n"]),
        quote_all in any::<bool>(),
        last_line_ends in any::<bool>(),
    ) {
        let width = rows[0].len();
        // A row of nothing is passed over; quote its neighbours' company.
        let rows: Vec<Vec<String>> = rows.into_iter().filter(|r| !r.iter().all(|f| f.trim().is_empty())).collect();
        let header: Vec<String> = (0..width).map(|n| format!("c{n}")).collect();
        let line = |row: &Vec<String>| row.iter().map(|f| quoted(f, delimiter, quote_all)).collect::<Vec<_>>().join(&char::from(delimiter).to_string());
        let mut text = std::iter::once(&header).chain(&rows).map(line).collect::<Vec<_>>().join(line_end);
        if last_line_ends {
            text.push_str(line_end);
        }
        let (read, rejected) = read(&text, dialect(delimiter), width);
        prop_assert_eq!(rejected, vec![]);
        prop_assert_eq!(read, rows);
    }

    /// Nothing that a file can hold makes the reader stop the program, and every line is accounted for.
    #[test]
    fn any_bytes_are_survived(bytes in prop::collection::vec(any::<u8>(), 0..2_000)) {
        if let Content::Delimited { dialect, first_row } = sniff(&bytes, true) {
            let names: Vec<String> = crate::ingest::header::column_names(&first_row, None);
            let profile = profile::by_name("gs_branches").unwrap();
            let skip = usize::from(dialect.bom_bytes);
            let text = std::io::Cursor::new(bytes[skip..].to_vec());
            let mut reader = RowReader::new("t.csv", Box::new(text), dialect, first_row, names, profile);
            while let Ok(Some(_)) = reader.next_chunk() {}
            let _ = reader.summary(&RunCtx::default());
        }
    }
}

#[test]
fn lines_are_counted_through_quoted_line_ends_and_blank_lines() {
    let text = "c0,c1\r\n\"a\r\nb\",1\r\n\r\nshort\r\nlast,2";
    let (rows, rejected) = read(text, dialect(b','), 2);
    assert_eq!(rows, [["a\r\nb", "1"], ["last", "2"]]);
    assert_eq!((rejected[0].line, rejected[0].raw_text.as_str()), (5, "short"));
}

#[test]
fn a_summary_tells_types_dates_and_repeated_keys() {
    let profile = profile::by_name("gs_customer_notes").unwrap();
    let text = "note_id,note_date,note_text\nN1,2024-03-07,a\nN2,2023-01-31,b\nN1,2024-05-01,c\n";
    let names: Vec<String> = ["note_id", "note_date", "note_text"].map(str::to_owned).to_vec();
    let mut reader = RowReader::new("t.csv", Box::new(text.as_bytes()), dialect(b','), names.clone(), names, profile);
    while reader.next_chunk().unwrap().is_some() {}
    let summary = reader.summary(&RunCtx::default()).unwrap();
    assert_eq!((summary.rows_read, summary.duplicate_keys), (3, 1));
    assert_eq!(summary.dates, Some(("2023-01-31".into(), "2024-05-01".into())));
    assert_eq!(summary.columns[1].inferred, Some(ValueType::Date));
}
