//! Mended rows complete the file that lacked them.

use super::super::quarantine::replay;
use super::tests::{Bench, branches, clock};
use crate::base::RunCtx;
use crate::ingest::FileStatus;

#[test]
fn a_mended_row_completes_the_snapshot_that_lacked_it() {
    let mut bench = Bench::new();
    bench.file("branches.csv", branches(1..4) + "BR004,short\nBR005,Branch 5,Ann Ray,2015-03-15,4.5,Central,5,more\n");
    bench.ingest_all();
    let waiting = bench.bronze.kept_aside(&[]).unwrap();
    assert_eq!(waiting.iter().map(|row| row.line).collect::<Vec<_>>(), [5, 6]);
    assert!(bench.bronze.mend(waiting[0].quarantine_id, "BR004,\"Branch, 4\",Ann Ray,2015-03-15,4.5,Central,4").unwrap());
    let report = replay(&mut bench.bronze, &[], clock(), &RunCtx::default()).unwrap();
    assert_eq!((report.files[0].status, report.files[0].rows_read, report.files[0].rows_rejected), (FileStatus::Loaded, 2, 1));
    assert_eq!(bench.number("SELECT count(*) FROM gs_branches"), 4, "the snapshot, and the row that it lacked");
    assert_eq!(bench.number("SELECT _line FROM gs_branches WHERE branch_name = 'Branch, 4'"), 5);
    assert_eq!(bench.number("SELECT count(DISTINCT _batch_id) FROM gs_branches"), 1, "one state of the source");
    let still = bench.bronze.kept_aside(&[]).unwrap();
    assert_eq!(still.iter().map(|row| row.line).collect::<Vec<_>>(), [6], "what is still wrong waits on");
    bench.file("branches.csv", branches(1..3));
    bench.ingest_all();
    assert_eq!(bench.number("SELECT count(*) FROM gs_branches"), 2, "the next snapshot takes the place of both");
    assert!(replay(&mut bench.bronze, &[999], clock(), &RunCtx::default()).is_err());
}

#[test]
fn a_mended_row_of_a_delta_does_not_hide_a_newer_one() {
    let mut bench = Bench::new();
    let header = "note_id,note_text\n";
    bench.file("n1.csv", format!("{header}N1,old,too many\nN2,fine\n"));
    bench.ingest_all();
    bench.file("n2.csv", format!("{header}N1,new\n"));
    bench.ingest_all();
    let id = bench.bronze.kept_aside(&[]).unwrap()[0].quarantine_id;
    bench.bronze.mend(id, "N1,old").unwrap();
    replay(&mut bench.bronze, &[id], clock(), &RunCtx::default()).unwrap();
    assert_eq!(bench.number("SELECT count(*) FROM gs_customer_notes_all"), 3);
    assert_eq!(bench.number("SELECT count(*) FROM gs_customer_notes WHERE note_id = 'N1' AND note_text = 'new'"), 1);
}
