//! The same table as JSON, Parquet, a workbook, and packed; and each of them damaged.

use std::io::Write as _;

use polars::prelude::{Column, DataFrame, IntoColumn, NamedFrom, ParquetWriter, Series};

use super::tests::{Bench, assert_failed, branches, shared_data};
use super::*;
use crate::ingest::batch::FileStatus;

fn gzip(bytes: impl AsRef<[u8]>) -> Vec<u8> {
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(bytes.as_ref()).unwrap();
    packed.finish().unwrap()
}

fn parquet(columns: Vec<Column>) -> Vec<u8> {
    let mut bytes = Vec::new();
    let height = columns[0].len();
    ParquetWriter::new(&mut bytes).finish(&mut DataFrame::new(height, columns).unwrap()).unwrap();
    bytes
}

fn branches_json() -> String {
    let rows: Vec<String> = (1..5)
        .map(|n| format!("{{\"branch_id\": \"BR{n:03}\", \"branch_name\": \"Branch {n}\", \"region\": null, \"staff_count\": {n}.50, \"more\": {{\"k\": [1, 2.50]}}}}"))
        .collect();
    format!("[{}]", rows.join(",\n"))
}

fn branches_parquet() -> Vec<u8> {
    let ids: Vec<String> = (1..5).map(|n| format!("BR{n:03}")).collect();
    let names: Vec<String> = (1..5).map(|n| format!("Branch {n}")).collect();
    let none: Vec<Option<&[u8]>> = vec![None; 4];
    parquet(vec![
        Series::new("branch_id".into(), ids).into_column(),
        Series::new("branch_name".into(), names).into_column(),
        Series::new("region".into(), none).into_column(),
        Series::new("staff_count".into(), vec![Some(1.0), Some(1_000_000.0), None, Some(0.1)]).into_column(),
    ])
}

fn workbook() -> Vec<u8> {
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet().set_name("Branches").unwrap();
    sheet.write(0, 0, "All our branches").unwrap();
    for (at, name) in ["branch_id", "branch_name", "opened_date", "region", "staff_count"].into_iter().enumerate() {
        sheet.write(2, u16::try_from(at).unwrap(), name).unwrap();
    }
    let day = rust_xlsxwriter::Format::new().set_num_format("yyyy-mm-dd");
    for n in 1..5_u32 {
        sheet.write(2 + n, 0, format!("BR{n:03}")).unwrap();
        sheet.write(2 + n, 1, format!("Branch {n}")).unwrap();
        sheet.write_with_format(2 + n, 2, rust_xlsxwriter::ExcelDateTime::from_ymd(2015, 3, 15).unwrap(), &day).unwrap();
        sheet.write(2 + n, 4, 8_801_997_658_729.0 + f64::from(n)).unwrap();
    }
    sheet.write(20, 0, " ").unwrap();
    let notes = book.add_worksheet().set_name("Notes").unwrap();
    for (at, name) in ["note_id", "note_text"].into_iter().enumerate() {
        notes.write(0, u16::try_from(at).unwrap(), name).unwrap();
        notes.write(1, u16::try_from(at).unwrap(), "N1").unwrap();
    }
    book.add_worksheet().set_name("Scratch").unwrap().write(0, 0, "to do").unwrap();
    book.save_to_buffer().unwrap()
}

#[test]
fn json_keeps_numbers_and_nested_values_as_they_are_written() {
    for text in [branches_json(), branches_json().replace(['[', ']'], "").replace(",\n", "\n").replace("1, 2.50", "[1, 2.50]")] {
        let mut bench = Bench::new();
        bench.file("branches.json", &text);
        let report = bench.ingest_all();
        assert_eq!(report.files[0].status, FileStatus::Loaded, "{}", report.files[0].message);
        assert_eq!(
            bench.number("SELECT count(*) FROM gs_branches WHERE staff_count = '4.50' AND region IS NULL AND branch_id = 'BR004'"),
            1
        );
        assert_eq!(bench.number("SELECT count(*) FROM gs_branches WHERE more = '{\"k\": [1, 2.50]}'"), 4);
        assert_eq!(bench.number("SELECT sum(_line) FROM gs_branches"), 10);
    }
}

#[test]
fn parquet_keeps_whole_numbers_whole_and_nothing_nothing() {
    let mut bench = Bench::new();
    bench.file("branches.parquet", branches_parquet());
    let report = bench.ingest_all();
    assert_eq!(report.files[0].status, FileStatus::Loaded, "{}", report.files[0].message);
    let kept: String = bench
        .bronze
        .connection()
        .query_row("SELECT group_concat(coalesce(staff_count, 'none')) FROM gs_branches WHERE region IS NULL", [], |row| row.get(0))
        .unwrap();
    assert_eq!(kept, "1,1000000,none,0.1");
}

#[test]
fn each_known_sheet_of_a_workbook_is_a_table_and_a_title_above_the_header_does_no_harm() {
    let mut bench = Bench::new();
    bench.file("book.xlsx", workbook());
    let report = bench.ingest_all();
    let told: Vec<_> = report.files.iter().map(|f| (f.file_name.as_str(), f.status, f.rows_read)).collect();
    assert_eq!(told, [("book.xlsx [Branches]", FileStatus::Loaded, 4), ("book.xlsx [Notes]", FileStatus::Loaded, 1)], "{report:#?}");
    assert_eq!(
        bench.number("SELECT count(*) FROM gs_branches WHERE opened_date = '2015-03-15' AND staff_count = '8801997658733' AND _line = 7"),
        1
    );
    assert_eq!(bench.ingest_all().count(FileStatus::SameAsBefore), 2);
}

#[test]
fn packed_files_are_read_as_if_they_were_not() {
    for (name, bytes) in [
        ("a.csv.gz", gzip(branches(1..5))),
        ("b.json.zst", zstd::encode_all(branches_json().as_bytes(), 3).unwrap()),
        ("c.parquet.gz", gzip(branches_parquet())),
        ("d.xlsx.zst", zstd::encode_all(workbook().as_slice(), 3).unwrap()),
    ] {
        let mut bench = Bench::new();
        bench.file(name, &bytes);
        let report = bench.ingest_all();
        assert_eq!(report.files[0].status, FileStatus::Loaded, "{name}: {}", report.files[0].message);
        assert_eq!(bench.number("SELECT count(*) FROM gs_branches"), 4, "{name}");
        assert_eq!(report.files[0].size_bytes, bytes.len() as u64);
        assert_eq!(report.files[0].sha256, crate::base::hash::hex(&<sha2::Sha256 as sha2::Digest>::digest(&bytes)), "the file's own hash");
    }
}

#[test]
fn damaged_files_are_told_of_and_the_store_stays_as_it_was() {
    let cut = |bytes: Vec<u8>, part: usize| bytes[..bytes.len() * part / 8].to_vec();
    let mut bench = Bench::new();
    bench.file("ok.csv", branches(1..4));
    bench.ingest_all();
    std::fs::remove_file(bench.drop.join("ok.csv")).unwrap();
    let unpackable = |kind: &str| format!("x is {kind} that is damaged or cut short. Nothing of it was loaded; ask for the file again.");
    let many = branches(1..30_000);
    for (bytes, message) in [
        (cut(gzip(&many), 7), unpackable("a gzip archive")),
        (cut(gzip(branches(1..9)), 4), unpackable("a gzip archive")),
        (cut(zstd::encode_all(many.as_bytes(), 3).unwrap(), 7), unpackable("a zstd archive")),
        (cut(branches_parquet(), 4), "x begins as a Parquet file and is damaged or cut short. Ask for the file again.".to_owned()),
        (
            cut(branches_json().into_bytes(), 5),
            "x stopped at line 3: the JSON ends in the middle, so the file was cut short. The 2 rows before it are kept aside. Ask for the file \
             again."
                .to_owned(),
        ),
    ] {
        bench.file("x", bytes);
        let report = bench.ingest_all();
        assert_failed(&report.files[0], &message);
        assert_eq!(bench.number("SELECT count(*) FROM gs_branches"), 3);
    }
    let no_book =
        "x is a zip archive or an office file, and no workbook that can be read. Unpack it, or save the workbook again without a password.";
    for bytes in [b"PK\x03\x04 no archive at all".to_vec(), cut(workbook(), 5)] {
        bench.file("x", bytes);
        let report = bench.ingest_all();
        assert_eq!((report.files[0].status, report.files[0].message.as_str()), (FileStatus::NotRecognised, no_book));
    }
}

#[test]
fn a_parquet_of_another_schema_under_the_same_name_leaves_the_store_as_it_was() {
    let mut bench = Bench::new();
    bench.file("gs_branches.parquet", branches_parquet());
    assert_eq!(bench.ingest_all().files[0].status, FileStatus::Loaded);
    let before = (bench.number("SELECT count(*) FROM gs_branches"), bench.number("SELECT count(*) FROM gs_branches_rows"));
    let other = parquet(vec![Column::new("sku".into(), ["A-1", "A-2"]), Column::new("price".into(), [9.5_f64, 3.25])]);
    bench.file("gs_branches.parquet", other);
    let report = bench.ingest_all();
    assert_eq!(report.files[0].status, FileStatus::NotRecognised);
    let told = &report.files[0].message;
    assert!(told.starts_with("gs_branches.parquet is no table that is known: none has its 2 columns."), "{told}");
    assert_eq!((bench.number("SELECT count(*) FROM gs_branches"), bench.number("SELECT count(*) FROM gs_branches_rows")), before);
}

#[test]
fn any_cut_of_a_packed_file_is_an_answer_and_never_a_panic() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("x");
    for bytes in [branches_parquet(), workbook(), gzip(branches_json()), gzip(branches(1..40))] {
        for at in (0..bytes.len()).step_by(97) {
            let mut damaged = bytes.clone();
            damaged[at] ^= 0x55;
            std::fs::write(&path, if at % 2 == 0 { &bytes[..at] } else { &damaged }).unwrap();
            if let crate::ingest::source::Found::Sources(sources) =
                crate::ingest::source::inspect(&path, None, crate::ingest::profile::all(), None)
            {
                let Ok(fingerprint) = Fingerprint::of(&path, &RunCtx::default()) else { continue };
                for source in sources {
                    let Ok(mut rows) = source.open(&fingerprint) else { continue };
                    while let Ok(Some(_)) = rows.next_chunk() {}
                }
            }
        }
    }
}

#[test]
fn files_with_other_labels_and_orders_are_mapped_once_and_give_the_same_table() {
    use crate::ingest::mapping::SourceMapping;
    let pairs = [("Nr", "branch_id"), ("name", "branch_name"), ("branch_name", "region"), ("Größe", "staff_count")];
    let columns = pairs.map(|(label, column)| (label.to_owned(), column.to_owned())).into_iter().collect();
    let mapping =
        SourceMapping { table: "gs_branches".into(), source_system: Some("filialen".into()), columns, ..SourceMapping::default() };
    let mut hashes = Vec::new();
    for (name, text) in [
        ("filialen.csv", "Nr;name;branch_name;Größe;sonst\nBR1;Mitte;Nord;4;x\nBR2;Süd;Nord;5;y\n"),
        (
            "anders.json",
            "[{\"sonst\": \"x\", \"Größe\": 4, \"branch_name\": \"Nord\", \"Nr\": \"BR1\", \"name\": \"Mitte\"}, \
          {\"Nr\": \"BR2\", \"name\": \"Süd\", \"branch_name\": \"Nord\", \"Größe\": 5, \"sonst\": \"y\"}]",
        ),
    ] {
        let mut bench = Bench::new();
        let path = bench.file(name, text);
        mapping.check(&path).unwrap();
        let request = IngestRequest { paths: vec![path], mappings: vec![mapping.clone()], ..IngestRequest::default() };
        let report = ingest_paths(&mut bench.bronze, &request, tests::clock(), &RunCtx::default()).unwrap();
        assert_eq!(report.files[0].status, FileStatus::Loaded, "{}", report.files[0].message);
        assert_eq!(bench.number("SELECT count(*) FROM gs_branches WHERE _source_system = 'filialen' AND region = 'Nord'"), 2);
        assert_eq!(bench.number("SELECT staff_count + 0 FROM gs_branches WHERE branch_name = 'Süd' AND sonst = 'y'"), 5);
        hashes.push(bench.number("SELECT _row_hash FROM gs_branches WHERE branch_id = 'BR1'"));
        assert_eq!(bench.ingest_all().files[0].status, FileStatus::NotRecognised, "without the mapping nobody knows it");
    }
    assert_eq!(hashes[0], hashes[1]);
    let dir = tempfile::tempdir().unwrap();
    let other = dir.path().join("other.csv");
    std::fs::write(&other, "Nr,name\n1,2\n").unwrap();
    let told = mapping.check(&other).unwrap_err().to_string();
    assert!(told.starts_with("other.csv lacks Größe, branch_name, which gs_branches needs."), "{told}");
}

#[test]
fn bank_004_is_dropped_as_a_folder() {
    let Some(data) = shared_data() else { return };
    let mut bench = Bench::new();
    let report = bench.ingest(&[&data.join("banks/004_realtime_banking_pipeline")]);
    for (table, files, rows) in
        [("ledger_customers", 2, 100), ("ledger_accounts", 5, 250), ("ledger_transactions", 9, 450), ("ledger_entries", 18, 900)]
    {
        assert_eq!(bench.number(&format!("SELECT count(*) FROM {table}")), rows, "{table}");
        assert_eq!(
            report.files.iter().filter(|f| f.table.as_deref() == Some(table) && f.status == FileStatus::Loaded).count(),
            files,
            "{table}"
        );
    }
    let odd: Vec<_> = report.files.iter().flat_map(|f| &f.flags).collect();
    println!("{odd:?}");
    assert_eq!(
        bench.number(
            "SELECT count(*) FROM ledger_transactions WHERE id GLOB '*.*' OR account_id GLOB '*.*' OR related_account_id GLOB '*.*'"
        ),
        0
    );
    assert!(bench.number("SELECT count(*) FROM ledger_entries WHERE account_id IS NULL") > 0, "the outside world");
    assert_eq!(bench.number("SELECT count(*) FROM ledger_accounts WHERE closed_at IS NOT NULL"), 0);
    assert_eq!(bench.ingest(&[&data.join("banks/004_realtime_banking_pipeline")]).count(FileStatus::SameAsBefore), 34);
}
