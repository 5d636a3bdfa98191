//! Where customers lived and what they were called, then and now.

use crate::support::Bench;

const HEADER: &str = "name,customer_name,email_id,address,modified\n";

fn versions(bench: &Bench) -> Vec<String> {
    let sql = "SELECT source_customer_id, address, valid_from, valid_to, is_current FROM silver.customer_history ORDER BY 1, version";
    let text = bench.karat(&["query", sql, "--unmask", "--format", "csv"]).ok();
    text.lines().skip(1).map(str::to_owned).collect()
}

#[test]
fn a_move_opens_a_version_and_a_deletion_ends_one() {
    let bench = Bench::new();
    let load = |name: &str, rows: &str| {
        bench.karat(&["ingest", &bench.file(&format!("{name}/erp_customers.csv"), format!("{HEADER}{rows}"))]).ok();
        bench.karat(&["run"]).ok();
    };
    let oswin = "CUST-1,Oswin Tarrel,oswin@example.org";
    let petra = "CUST-2,Petra Llanwyn,petra@example.org,3 Elm Row,2025-01-05 08:00:00\n";
    load("one", &format!("{oswin},12 Larkspur Lane,2025-01-05 08:00:00\n{petra}"));
    let first = ["CUST-1,12 Larkspur Lane,2025-01-05T08:00:00Z,,1", "CUST-2,3 Elm Row,2025-01-05T08:00:00Z,,1"];
    assert_eq!(versions(&bench), first);
    bench.karat(&["run"]).ok();
    assert_eq!(versions(&bench), first, "a second run adds nothing");
    load("two", &format!("{oswin},1 Harbour Street,2025-09-01 10:00:00\n"));
    let found = versions(&bench);
    assert_eq!(found.len(), 3, "{found:?}");
    assert_eq!(found[0], "CUST-1,12 Larkspur Lane,2025-01-05T08:00:00Z,2025-09-01T10:00:00Z,0");
    assert_eq!(found[1], "CUST-1,1 Harbour Street,2025-09-01T10:00:00Z,,1");
    // When it was deleted nobody says: it ends when it was missed.
    assert!(found[2].starts_with("CUST-2,3 Elm Row,2025-01-05T08:00:00Z,20") && found[2].ends_with("Z,0"), "{}", found[2]);
    // Where did this customer live in June?
    let then = bench.karat(&[
        "query",
        "SELECT address FROM silver.customer_history WHERE source_customer_id = 'CUST-1' AND valid_from <= '2025-06-01' AND (valid_to IS NULL OR valid_to > '2025-06-01')",
        "--unmask",
        "--format",
        "csv",
    ]);
    assert_eq!(then.ok().lines().nth(1), Some("12 Larkspur Lane"));
    load("three", &format!("{oswin},1 Harbour Street,2025-09-01 10:00:00\n{petra}"));
    let returned = versions(&bench);
    assert_eq!(returned.len(), 4, "{returned:?}");
    let ended = found[2].split(',').nth(3).unwrap().to_owned();
    assert_eq!(returned[3], format!("CUST-2,3 Elm Row,{ended},,1"), "no gap before it was missed, no overlap");
}

#[test]
fn a_key_that_stands_twice_is_named_and_nothing_is_put_in_place() {
    let bench = Bench::new();
    bench
        .karat(&[
            "ingest",
            &bench.file("erp_customers.csv", format!("{HEADER}CUST-1,Ann Ray,a@example.org,,\nCUST-1,Ann Ray,b@example.org,,\n")),
        ])
        .ok();
    let said = bench.karat(&["run"]).fails(1);
    assert!(said.contains("silver.stg_customer_record: rows have the same key more than once: erpnext CUST-1."), "{said}");
}
