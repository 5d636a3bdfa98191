use std::path::PathBuf;

use super::*;
use crate::ingest::batch::FileStatus;
use crate::ingest::fingerprint::Fingerprint;
use crate::ingest::source::{Found, Source, inspect};
use crate::ingest::{Load, RowReader};

struct Bench {
    dir: tempfile::TempDir,
}

impl Bench {
    fn new() -> Self {
        Self { dir: tempfile::tempdir().unwrap() }
    }

    fn open(&self) -> BronzeStore {
        BronzeStore::open(&self.dir.path().join("bronze.db"), None).unwrap()
    }

    fn notes(&self, rows: std::ops::Range<u32>) -> (RowReader, BatchSpec) {
        let path: PathBuf = self.dir.path().join("notes.csv");
        let text: String = rows.map(|n| format!("N{n:06},BR001,some words about a customer,2024-01-01\n")).collect();
        std::fs::write(&path, format!("note_id,branch_id,note_text,note_date\n{text}")).unwrap();
        let Found::Sources(sources) = inspect(&path, None, crate::ingest::profile::all(), None) else { panic!("not recognised") };
        let source = &sources[0];
        let fingerprint = Fingerprint::of(&path, &crate::base::RunCtx::default()).unwrap();
        let rows = source.open(&fingerprint).unwrap();
        let spec = spec_of(source, &fingerprint, rows.names());
        (rows, spec)
    }
}

fn spec_of(source: &Source, fingerprint: &Fingerprint, names: &[String]) -> BatchSpec {
    BatchSpec {
        table: source.profile.table.clone(),
        source_system: source.profile.source_system.clone(),
        profile: source.profile.table.clone(),
        load: Load::Delta,
        keys: source.profile.keys.clone(),
        columns: names.to_vec(),
        file_name: source.file_name.clone(),
        file_path: String::new(),
        size_bytes: 0,
        sha256: fingerprint.sha256.clone(),
        encoding: "UTF-8".into(),
        delimiter: ",".into(),
        ingested_at: "2026-01-01T00:00:00Z".into(),
        of_batch: None,
    }
}

fn load(store: &mut BronzeStore, (mut rows, spec): (RowReader, BatchSpec)) -> StagedBatch {
    let mut batch = store.begin(spec).unwrap();
    while let Some(chunk) = rows.next_chunk().unwrap() {
        store.write(&mut batch, &chunk).unwrap();
    }
    let summary = rows.summary(&crate::base::RunCtx::default()).unwrap();
    store.stage(batch, summary, Vec::new(), (FileStatus::Loaded, String::new()), 0.1).unwrap()
}

fn number(store: &BronzeStore, sql: &str) -> i64 {
    store.connection().query_row(sql, [], |row| row.get(0)).unwrap_or_else(|e| panic!("{sql}: {e}"))
}

#[test]
fn what_a_crash_left_is_never_seen_and_is_swept_when_the_file_is_opened() {
    let bench = Bench::new();
    let mut store = bench.open();
    let first = load(&mut store, bench.notes(0..100));
    store.publish(&[first], &[]).unwrap();
    // One batch is complete but not published, the next breaks off in its middle.
    let _staged = load(&mut store, bench.notes(100..3_000));
    let (mut rows, spec) = bench.notes(3_000..140_000);
    let mut batch = store.begin(spec).unwrap();
    while let Some(chunk) = rows.next_chunk().unwrap() {
        store.write(&mut batch, &chunk).unwrap();
    }
    assert_eq!(number(&store, "SELECT count(*) FROM gs_customer_notes"), 100);
    drop(store);
    let store = bench.open();
    assert_eq!(number(&store, "SELECT count(*) FROM gs_customer_notes_all"), 100);
    assert_eq!(number(&store, "SELECT count(*) FROM gs_customer_notes_rows"), 100);
    assert_eq!(
        number(&store, "SELECT count(*) FROM batch WHERE status = 'failed' AND message LIKE 'Interrupted: %' AND first_rowid IS NULL"),
        2
    );
}

#[test]
fn leftovers_that_could_not_be_swept_in_time_do_not_mix_with_new_rows() {
    let bench = Bench::new();
    let mut store = bench.open();
    let first = load(&mut store, bench.notes(0..100));
    store.publish(&[first], &[]).unwrap();
    let given_up = load(&mut store, bench.notes(100..3_000));
    store.mark_leftover(given_up.id, FileStatus::Cancelled, "").unwrap();
    let next = load(&mut store, bench.notes(50..150));
    store.publish(&[next], &[]).unwrap();
    assert_eq!(number(&store, "SELECT count(*) FROM gs_customer_notes"), 150);
    assert_eq!(number(&store, "SELECT count(*) FROM gs_customer_notes_rows"), 200);
    assert_eq!(number(&store, "SELECT first_rowid FROM batch ORDER BY batch_id DESC LIMIT 1"), 101);
}

#[test]
fn a_view_of_one_batch_is_one_range_of_rowids() {
    let bench = Bench::new();
    let mut store = bench.open();
    let first = load(&mut store, bench.notes(0..5_000));
    store.publish(&[first], &[]).unwrap();
    for sql in ["SELECT * FROM gs_customer_notes", "SELECT count(*) FROM gs_customer_notes_all WHERE branch_id = 'BR001'"] {
        let mut statement = store.connection().prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
        let steps: Vec<String> = statement.query_map([], |row| row.get(3)).unwrap().map(Result::unwrap).collect();
        assert_eq!(steps.len(), 2, "{steps:?}");
        assert!(steps[0].starts_with("SEARCH b USING"), "{steps:?}");
        assert_eq!(steps[1], "SEARCH r USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)");
    }
}

#[test]
fn the_pages_of_a_store_without_files_are_empty() {
    let store = Bench::new().open();
    let conn = store.connection();
    assert_eq!(query::batches(conn, None, 10, 0).unwrap(), vec![]);
    assert_eq!(query::systems(conn).unwrap(), vec![]);
    assert_eq!(query::flags(conn, None).unwrap(), vec![]);
    assert_eq!(waiting::total(conn, &QuarantineSearch::default()).unwrap(), 0);
}

#[test]
fn pages_read_through_a_reader_see_the_same() {
    let bench = Bench::new();
    let mut store = bench.open();
    let first = load(&mut store, bench.notes(0..100));
    store.publish(&[first], &[]).unwrap();
    let reader = crate::store::reader::in_memory().unwrap();
    crate::store::reader::attach_read_only(&reader, crate::base::Layer::Bronze, store.path()).unwrap();
    assert_eq!(query::batches(&reader, None, 10, 0).unwrap()[0].rows_loaded, 100);
    assert_eq!(query::systems(&reader).unwrap()[0].last_date.as_deref(), Some("2024-01-01"));
    let rows: i64 = reader.query_row("SELECT count(*) FROM bronze.gs_customer_notes", [], |r| r.get(0)).unwrap();
    assert_eq!(rows, 100);
}
