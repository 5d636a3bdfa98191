use super::*;
use crate::warehouse::fixture::{build_all, connect, load_folder, shared_data, small};

/// Saves the gold schema of a connection as a file and masks it; both files' bytes.
fn masked(conn: &Connection) -> (Vec<u8>, Connection) {
    let folder = tempfile::tempdir().unwrap();
    let (plain, copy) = (folder.path().join("0001.db"), folder.path().join("0001_masked.db"));
    conn.execute("VACUUM gold INTO ?1", [plain.display().to_string()]).unwrap();
    write_masked(&Graph::builtin().unwrap(), &plain, &copy, &RunCtx::default()).unwrap();
    let bytes = std::fs::read(&copy).unwrap();
    let open = Connection::open_in_memory().unwrap();
    open.execute("ATTACH ?1 AS gold", [plain.display().to_string()]).unwrap();
    open.execute("ATTACH ?1 AS masked", [copy.display().to_string()]).unwrap();
    // Unix keeps the files readable for as long as they are open.
    (bytes, open)
}

/// Every value of the tagged columns, as it stands in the unmasked file.
fn personal_values(conn: &Connection) -> Vec<String> {
    let graph = Graph::builtin().unwrap();
    let mut values = Vec::new();
    for model in graph.layer(ModelLayer::Gold).filter(|m| !m.is_view()) {
        for column in model.columns.iter().filter(|c| c.pii.as_deref().is_some_and(|tag| tag != "gender")) {
            let sql = format!(
                "SELECT DISTINCT CAST(\"{}\" AS TEXT) FROM gold.\"{}\" WHERE length(\"{}\") > 4",
                column.name, model.name, column.name
            );
            let mut statement = conn.prepare(&sql).unwrap();
            values.extend(statement.query_map([], |row| row.get::<_, String>(0)).unwrap().map(Result::unwrap));
        }
    }
    values.sort_unstable();
    values.dedup();
    values
}

fn found<'a>(bytes: &[u8], values: &'a [String]) -> Vec<&'a String> {
    let text = String::from_utf8_lossy(bytes);
    values.iter().filter(|value| text.contains(value.as_str())).collect()
}

#[test]
fn no_personal_value_is_left_in_the_bytes() {
    let mut conn = small();
    build_all(&mut conn, "2025-12-31");
    conn.execute_batch("UPDATE gold.dim_customer SET birth_date = '1984-03-17', street = '12 Larkspur Lane', phone = '+15551230001'")
        .unwrap();
    let (bytes, both) = masked(&conn);
    let values = personal_values(&both);
    assert!(values.len() > 20, "{values:?}");
    assert_eq!(found(&bytes, &values), Vec::<&String>::new());
    let one = |sql: &str| both.query_row(sql, [], |row| row.get::<_, String>(0)).unwrap();
    assert_eq!(one("SELECT full_name || ' ' || birth_date FROM masked.dim_customer WHERE customer_key = 'C-1003'"), "O. T. 1984");
    assert_eq!(
        one("SELECT risk_tier FROM masked.customer_360_view WHERE customer_key = 'C-1003'"),
        one("SELECT risk_tier FROM gold.customer_360 WHERE customer_key = 'C-1003'")
    );
    assert_eq!(
        both.query_row("SELECT (SELECT count(*) FROM masked.fct_transactions) - (SELECT count(*) FROM gold.fct_transactions)", [], |r| r
            .get::<_, i64>(
            0
        ))
        .unwrap(),
        0
    );
    assert_eq!(one("SELECT value FROM masked.manifest WHERE key = 'masked'"), "yes");
}

#[test]
fn a_real_bank_keeps_its_secrets() {
    let Some(folder) = shared_data("banks/002_apex_bank_churn") else { return };
    let mut conn = connect(None);
    load_folder(&conn, &folder);
    build_all(&mut conn, "2026-01-11");
    let (bytes, both) = masked(&conn);
    let values = personal_values(&both);
    // Short titles of cases ("Fee Inquiry") are free text and masked, yet the same words may stand in the catalogue.
    assert!(values.len() > 1_000);
    assert_eq!(found(&bytes, &values), Vec::<&String>::new());
}

#[test]
fn a_missing_file_is_named() {
    let error = write_masked(&Graph::builtin().unwrap(), Path::new("/nowhere/0001.db"), Path::new("/tmp/never.db"), &RunCtx::default())
        .unwrap_err();
    assert!(error.to_string().contains("/nowhere/0001.db"), "{error}");
}
