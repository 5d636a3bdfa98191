//! Every kind of file that goes wrong, with the message that people read.

use super::tests::{BRANCHES, Bench, assert_failed, branches, clock, notes, one, waiting};
use super::*;
use crate::ingest::batch::FileStatus;

#[test]
fn an_empty_file_says_so() {
    let (_, report) = one("gs_branches.csv", "");
    assert_failed(&report, "gs_branches.csv is empty: it has 0 bytes. Ask for the export again.");
    let (_, report) = one("gs_branches.csv", "\n\n  \n");
    assert_failed(&report, "gs_branches.csv is empty: it holds only blank lines. Ask for the export again.");
}

#[test]
fn a_header_alone_makes_an_empty_table_but_never_empties_a_full_one() {
    let (mut bench, report) = one("branches.csv", BRANCHES);
    assert_eq!(report.status, FileStatus::Loaded);
    assert_eq!(report.flags[0].kind, "no_rows");
    assert_eq!(bench.number("SELECT count(*) FROM gs_branches"), 0);
    bench.file("branches.csv", branches(1..5));
    bench.ingest_all();
    bench.file("branches.csv", BRANCHES.replace("region", "Region"));
    let report = bench.ingest_all();
    assert_failed(
        &report.files[0],
        "branches.csv holds a header and no rows. The rows of gs_branches from before stay. Ask for the export again.",
    );
    assert_eq!(bench.number("SELECT count(*) FROM gs_branches"), 4);
}

#[test]
fn any_delimiter_is_found_and_a_wrong_one_is_named() {
    for delimiter in [";", "\t", "|"] {
        let (bench, report) = one("x.csv", branches(1..9).replace(',', delimiter));
        assert_eq!((report.status, report.rows_read), (FileStatus::Loaded, 8), "{delimiter:?}");
        assert_eq!(bench.number("SELECT sum(staff_count) FROM gs_branches"), 36);
    }
    let rows = branches(1..9);
    let (header, rest) = rows.split_once('\n').unwrap();
    let (bench, report) = one("x.csv", format!("{header}\n{}", rest.replace(',', ";")));
    assert_failed(
        &report,
        "x.csv: none of its 8 rows fits the header of 7 columns; the first is line 2, with 1 field. The delimiter may be wrong or the \
         header belongs to another file.",
    );
    assert_eq!(bench.number("SELECT count(*) FROM quarantine WHERE state = 'open'"), 8);
}

#[test]
fn every_encoding_gives_the_same_text() {
    let text = notes(1..40, "\"Café für Zoë, 5 €\"");
    let utf16 = |big: bool, bom: bool| -> Vec<u8> {
        let units = bom.then_some(0xFEFF).into_iter().chain(text.encode_utf16());
        units.flat_map(|u| if big { u.to_be_bytes() } else { u.to_le_bytes() }).collect()
    };
    let cp1252 = encoding_rs::WINDOWS_1252.encode(&text).0.into_owned();
    let with_bom = [b"\xEF\xBB\xBF".as_slice(), text.as_bytes()].concat();
    let all = [text.clone().into_bytes(), with_bom, cp1252, utf16(false, true), utf16(true, true), utf16(false, false), utf16(true, false)];
    for (at, bytes) in all.into_iter().enumerate() {
        let (bench, report) = one("notes.csv", bytes);
        assert_eq!((report.status, report.rows_read), (FileStatus::Loaded, 39), "{at}: {report:?}");
        assert_eq!(bench.number("SELECT count(*) FROM gs_customer_notes WHERE note_text = 'Café für Zoë, 5 €'"), 39, "{at}");
    }
}

#[test]
fn an_umlaut_far_behind_the_head_still_tells_the_encoding() {
    let mut bytes = notes(0..8_000, "plain text without accents, as most of it is").replace("accents,", "accents").into_bytes();
    assert!(bytes.len() > 2 * crate::ingest::sniff::HEAD_BYTES);
    bytes.extend_from_slice(b"BR001,C. Wilson,z@example.com,2024-03-07,N99999,M\xFCller,positive\n");
    let (bench, report) = one("notes.csv", bytes);
    assert_eq!((report.status, report.rows_rejected), (FileStatus::Loaded, 0));
    assert_eq!(bench.number("SELECT count(*) FROM gs_customer_notes WHERE note_text = 'Müller'"), 1);
}

#[test]
fn a_bad_row_goes_to_quarantine_with_its_place_and_the_rest_is_loaded() {
    let mut text = branches(1..4);
    text.push_str("BR004,short,row\n");
    text.push_str("BR005,Branch 5,Ann Ray,2015-03-15,4.5,Central,5,extra,\"more\"\n");
    text.push_str(",Branch 6,Ann Ray,2015-03-15,4.5,Central,6\n");
    text.push_str("BR007,Branch\0 7,Ann Ray,2015-03-15,4.5,Central,7\n");
    text.push_str("\r\n\n");
    text.push_str("BR008,Branch 8,Ann Ray,someday,4.5,Central,8\n");
    let (bench, report) = one("branches.csv", text);
    assert_eq!((report.status, report.rows_read, report.rows_rejected), (FileStatus::Loaded, 8, 4));
    let rows = waiting(&bench);
    let told: Vec<_> = rows.iter().map(|r| (r.line, r.column_name.as_str(), r.reason.as_str())).collect();
    assert_eq!(
        told,
        [
            (5, "opened_date", "too few fields: 3 where the header has 7"),
            (6, "staff_count", "too many fields: 9 where the header has 7"),
            (7, "branch_id", "no value in a key column"),
            (8, "branch_name", "a NUL byte in the text"),
        ]
    );
    assert_eq!(rows[1].raw_text, "BR005,Branch 5,Ann Ray,2015-03-15,4.5,Central,5,extra,\"more\"");
    assert_eq!(bench.number("SELECT _line FROM gs_branches WHERE branch_id = 'BR008'"), 11);
    let flag = report.flags.iter().find(|f| f.kind == "misfits").unwrap();
    assert_eq!(
        (flag.title.as_str(), flag.detail.as_str()),
        ("branches.csv: 1 value of opened_date does not fit", "It is on line 11 and is kept as text.")
    );
}

#[test]
fn a_broken_byte_costs_one_row_not_the_file() {
    let mut bytes = notes(1..50, "Zoë Müller").into_bytes();
    bytes.extend_from_slice(b"BR001,C. Wilson,z@example.com,2024-03-07,N99999,M\xFCller,positive\n");
    let (bench, report) = one("notes.csv", bytes);
    assert_eq!((report.rows_read, report.rows_rejected), (50, 1));
    let rows = waiting(&bench);
    assert_eq!((rows[0].line, rows[0].column_name.as_str(), rows[0].reason.as_str()), (51, "note_text", "bytes that are not UTF-8"));
    assert!(rows[0].raw_text.contains("Müller"));
}

#[test]
fn a_quote_that_never_closes_stops_the_file_and_names_the_line() {
    let mut text = branches(1..101);
    text.push_str("BR101,\"Branch 101,Ann Ray,2015-03-15,4.5,Central,101\n");
    text.push_str(branches(102..200).split_once('\n').unwrap().1);
    let mut bench = Bench::new();
    bench.file("a.csv", &text);
    bench.file("notes.csv", notes(1..4, "fine"));
    let report = bench.ingest_all();
    assert_failed(
        &report.files[0],
        "a.csv stopped at line 102: a quote is opened and never closed. The 100 rows before it are kept aside. Mend the line and load the \
         file again.",
    );
    assert_eq!(report.files[1].status, FileStatus::Loaded, "one broken source does not stop the others");
    assert_eq!(bench.number("SELECT count(*) FROM sqlite_schema WHERE name = 'gs_branches'"), 0, "nothing half-loaded is shown");
    assert_eq!(bench.number("SELECT count(*) FROM gs_branches_rows"), 100, "the rows are kept aside");
    assert_eq!(bench.number("SELECT line FROM quarantine"), 102);
    bench.file("a.csv", text.replace("\"Branch 101", "Branch 101"));
    assert_eq!(bench.ingest_all().files[0].status, FileStatus::Loaded);
    assert_eq!(bench.number("SELECT count(*) FROM gs_branches"), 199);
    assert_eq!(bench.number("SELECT count(*) FROM quarantine WHERE state = 'open'"), 0);
}

#[test]
fn a_quote_that_closes_rows_later_costs_one_row() {
    let mut text = branches(1..10);
    text.push_str("BR010,\"Branch 10,Ann Ray,2015-03-15,4.5,Central,10\n");
    text.push_str(branches(11..20).split_once('\n').unwrap().1);
    text.push_str("BR020,\"Branch \"\"20\"\"\",Ann Ray,2015-03-15,4.5,Central,20\n");
    text.push_str("BR021,Branch 21,Ann Ray,2015-03-15,4.5,Central,21\n");
    let (bench, report) = one("branches.csv", text);
    assert_eq!((report.status, report.rows_read, report.rows_rejected), (FileStatus::Loaded, 21, 1), "{}", report.message);
    assert_eq!(bench.number("SELECT line FROM quarantine"), 11);
    assert_eq!(bench.number("SELECT _line FROM gs_branches WHERE branch_name = 'Branch \"20\"'"), 21);
}

#[test]
fn three_hundred_columns_are_kept() {
    let extra: String = (0..293).map(|n| format!(",extra {n}")).collect();
    let values: String = (0..293).map(|n| format!(",{n}")).collect();
    let text = format!("{}{extra}\nBR001,Main,Ann,2015-03-15,4.5,Central,1{values}\n", BRANCHES.trim_end());
    let (bench, report) = one("wide.csv", text);
    assert_eq!(report.status, FileStatus::Loaded, "{}", report.message);
    assert_eq!(bench.number("SELECT extra_292 + 0 FROM gs_branches"), 292);
    let header: String = (0..2_500).map(|n| format!(",x{n}")).collect();
    let (_, report) = one("wide.csv", format!("{}{header}\n", BRANCHES.trim_end()));
    assert_failed(&report, "wide.csv has 2,507 columns; at most 1,900 can be kept. Split the file.");
}

#[test]
fn a_hostile_header_stays_data() {
    let evil = "\"x\"\"); DROP TABLE batch; --\"";
    let text = format!(
        "{},{evil},select,rowid,_line,Select,,\"a\nb\"\nBR001,Main,Ann,2015-03-15,4.5,Central,1,v1,v2,v3,v4,v5,v6,v7\n",
        BRANCHES.trim_end()
    );
    let (bench, report) = one("evil.csv", text);
    assert_eq!(report.status, FileStatus::Loaded, "{}", report.message);
    assert_eq!(bench.number("SELECT count(*) FROM batch"), 1);
    let names: String = bench
        .bronze
        .connection()
        .query_row(
            "SELECT group_concat(name) FROM pragma_table_info('gs_branches') WHERE cid >= 7 AND name NOT LIKE '\\_%' ESCAPE '\\'",
            [],
            |r| r.get(0),
        )
        .unwrap();
    assert_eq!(names, "x_drop_table_batch,select,source_rowid,source_line,select_2,column_13,a_b");
    let kept: String = bench.bronze.connection().query_row("SELECT columns ->> '$[7].header' FROM batch", [], |r| r.get(0)).unwrap();
    assert_eq!(kept, "x\"); DROP TABLE batch; --");
}

fn assert_refused(report: &FileReport, message: &str) {
    assert_eq!((report.status, report.message.as_str()), (FileStatus::NotRecognised, message));
}

#[test]
fn what_is_no_table_is_refused_with_a_reason() {
    let (_, report) = one("data.csv", (0..=255_u8).collect::<Vec<_>>());
    assert_refused(&report, "data.csv is a binary file, not text. Only tables can be loaded.");
    let (_, report) = one("data.csv", "alpha,beta\n1,2\n");
    assert_eq!(report.status, FileStatus::NotRecognised);
    assert_eq!(report.message, "data.csv is no table that is known: none has its 2 columns. Name a profile to load it.");
    let (_, report) = one("data.csv", "branch_id,manager_name,region,staff_count\nBR1,Ann,North,4\n");
    assert_eq!(report.message, "data.csv looks like gs_branches but lacks branch_name. Export it with these columns, or name a profile.");
    let (bench, report) = one("data.csv", "\"branch_id,branch_name\";\r\n\"BR1,\"\"North, Main\"\"\";\r\n\"BR2\";\r\n");
    assert_eq!((report.rows_read, report.rows_rejected), (2, 1));
    assert_eq!(bench.number("SELECT count(*) FROM gs_branches WHERE branch_name = 'North, Main' AND _line = 2"), 1);
    let (_, report) = one("branches.json", "[{\"branch_id\": \"BR001\", \"branch_na");
    assert_refused(&report, "branches.json is JSON whose first object cannot be read.");
}

#[test]
fn a_vanished_file_and_a_wrong_profile_are_named() {
    let mut bench = Bench::new();
    let gone = bench.drop.join("gone.csv");
    let report = bench.ingest(&[&gone]);
    assert_failed(&report.files[0], &format!("{} is not there. Check the path, or put the file back, and try again.", gone.display()));
    let request = IngestRequest { profile: Some("nonsense".into()), ..IngestRequest::default() };
    let error = ingest_paths(&mut bench.bronze, &request, clock(), &RunCtx::default()).unwrap_err();
    assert!(error.to_string().starts_with("there is no profile called nonsense. Known are: cdc_transactions, "), "{error}");
}

#[test]
fn a_cancel_midway_leaves_the_store_as_it_was() {
    let mut bench = Bench::new();
    bench.file("a.csv", branches(1..5));
    bench.ingest_all();
    bench.file("a.csv", branches(1..20));
    bench.file("notes.csv", notes(0..400_000, "a longer text so that the file is large enough to be interrupted"));
    let ctx = RunCtx::default();
    let (cancel, progress) = (ctx.cancel.clone(), ctx.progress.clone());
    let watcher = std::thread::spawn(move || {
        while progress.sample().detail != "notes.csv" || progress.sample().done < 10_000_000 {
            std::thread::sleep(std::time::Duration::from_millis(1));
        }
        cancel.cancel();
        Instant::now()
    });
    let request = IngestRequest { paths: vec![bench.drop.clone()], ..IngestRequest::default() };
    let error = ingest_paths(&mut bench.bronze, &request, clock(), &ctx).unwrap_err();
    let waited = watcher.join().unwrap().elapsed();
    assert!(matches!(error, IngestOpError::Cancelled(_)), "{error}");
    assert!(waited.as_secs_f64() < 1.5, "{waited:?}");
    assert_eq!(bench.number("SELECT count(*) FROM gs_branches"), 4, "the first file of the drop is not visible either");
    assert_eq!(bench.number("SELECT count(*) FROM batch WHERE status = 'cancelled'"), 2);
    bench.bronze.sweep_for(std::time::Duration::from_secs(60)).unwrap();
    assert_eq!(bench.number("SELECT count(*) FROM gs_branches_rows"), 4);
    assert_eq!(bench.number("SELECT count(*) FROM sqlite_schema WHERE name LIKE 'gs_customer_notes%'"), 0);
    assert_eq!(bench.ingest_all().count(FileStatus::Loaded), 2, "nothing stands in the way of another try");
    assert_eq!(bench.number("SELECT count(*) FROM gs_customer_notes"), 400_000);
}

#[test]
fn a_full_disk_breaks_the_drop_off_and_the_store_stays_as_it_was() {
    let mut bench = Bench::new();
    bench.file("a.csv", branches(1..5));
    bench.ingest_all();
    bench.file("a.csv", branches(1..20));
    bench.file("notes.csv", notes(0..60_000, "a longer text so that the file is large enough to fill the disk"));
    let pages: i64 = bench.number("PRAGMA page_count") + 100;
    bench.number(&format!("PRAGMA max_page_count = {pages}"));
    let request = IngestRequest { paths: vec![bench.drop.clone()], ..IngestRequest::default() };
    let error = ingest_paths(&mut bench.bronze, &request, clock(), &RunCtx::default()).unwrap_err();
    let told = error.to_string();
    assert!(told.starts_with("The disk is full: ") && told.ends_with("Nothing was changed; free some space and try again."), "{told}");
    assert_eq!(bench.number("SELECT count(*) FROM gs_branches"), 4);
    bench.number("PRAGMA max_page_count = 1000000");
    assert_eq!(bench.ingest_all().count(FileStatus::Loaded), 2);
    assert_eq!(bench.number("SELECT count(*) FROM gs_customer_notes"), 60_000);
}

#[test]
fn a_file_that_fails_again_keeps_its_rows_aside_once() {
    let mut bench = Bench::new();
    bench.file("b.csv", branches(1..50) + "BR050,\"open\n");
    bench.ingest_all();
    bench.ingest_all();
    bench.bronze.sweep_for(std::time::Duration::from_secs(5)).unwrap();
    assert_eq!(bench.number("SELECT count(*) FROM gs_branches_rows"), 49);
    assert_eq!(bench.number("SELECT count(*) FROM quarantine WHERE state = 'open'"), 1);
}
