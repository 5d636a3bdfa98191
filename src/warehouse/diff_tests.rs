use super::*;
use crate::warehouse::fixture::{build_all, small};

fn save(conn: &Connection, path: &Path) {
    conn.execute("VACUUM gold INTO ?1", [path.display().to_string()]).unwrap();
}

#[test]
fn a_diff_names_what_moved() {
    let folder = tempfile::tempdir().unwrap();
    let (old, new) = (folder.path().join("0001.db"), folder.path().join("0002.db"));
    let mut conn = small();
    build_all(&mut conn, "2025-12-31");
    save(&conn, &old);
    // Petra takes over Yusra; Oswin's app user becomes a customer of its own; a sheet's person is new.
    conn.execute_batch(
        "UPDATE gold.bridge_customer_ids SET customer_key = 'C-1004' WHERE source_customer_id = 'CUST-3';
         DELETE FROM gold.dim_customer WHERE customer_key NOT IN (SELECT customer_key FROM gold.bridge_customer_ids);
         UPDATE gold.bridge_customer_ids SET customer_key = 'C-2000' WHERE source_customer_id = 'u-1';
         INSERT INTO gold.bridge_customer_ids VALUES ('C-2001', 'google_sheets', 'n-1');
         INSERT INTO gold.dim_customer (customer_key, full_name) VALUES ('C-2000', 'Oswin T'), ('C-2001', 'Nia Okafor');
         UPDATE gold.dim_customer SET phone = '+4912345' WHERE customer_key = 'C-1003';
         UPDATE gold.kpi SET value = value + 1 WHERE kpi_id = 'total_customers'; UPDATE gold.kpi SET value = value + 60 WHERE kpi_id = 'churn_rate';",
    )
    .unwrap();
    save(&conn, &new);
    let diff = publish_diff(Some(&old), &new).unwrap();
    assert_eq!(
        (diff.new_customers.count, diff.merged.count, diff.split.count, diff.rekeyed.count, diff.values_changed.count, diff.gone.count),
        (1, 1, 1, 0, 1, 0)
    );
    assert_eq!(diff.merged.detail, "2 keys, 1 aliases kept");
    assert_eq!(diff.split.rows.rows[0][2], Cell::text("C-1003, C-2000"));
    assert_eq!(diff.values_changed.rows.rows[0][2], Cell::text("phone"));
    let customers = diff.figures.iter().find(|f| f.kpi_id == "total_customers").unwrap();
    assert_eq!((customers.old.as_deref(), customers.new.as_deref(), customers.change.as_str()), (Some("4"), Some("5"), "+1"));
    assert_eq!(customers.why, "1 new, 1 split, 1 merged");
    let churn = diff.figures.iter().find(|f| f.kpi_id == "churn_rate").unwrap();
    assert_eq!(churn.change, "+0.6 pt");
    assert!(diff.figures.iter().any(|f| f.name == "Total Balance, EUR" && !f.changed && f.change == "0.00"));
}

#[test]
fn the_first_gold_is_all_new() {
    let folder = tempfile::tempdir().unwrap();
    let new = folder.path().join("0001.db");
    let mut conn = small();
    build_all(&mut conn, "2025-12-31");
    save(&conn, &new);
    let diff = publish_diff(None, &new).unwrap();
    assert_eq!(diff.new_customers.count, 4);
    assert!(diff.figures.iter().all(|f| f.old.is_none()));
}
