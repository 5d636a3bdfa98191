use super::*;
use crate::base::Layer;
use crate::store::reader::{attach_read_only, in_memory};

const V1: &str = "CREATE TABLE t (a TEXT);";

#[test]
fn a_newer_file_is_refused_and_left_alone() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("x.db");
    let mut conn = open_writer(&path, None).unwrap();
    migrate(&mut conn, &path, &[V1]).unwrap();
    conn.pragma_update(None, "user_version", 7).unwrap();
    let error = migrate(&mut conn, &path, &[V1]).unwrap_err();
    let told =
        format!("{} was written by a newer Karat (version 7 of its tables; this program knows 1). Use the newer program.", path.display());
    assert_eq!(error.to_string(), told);
}

#[test]
fn migrations_go_on_from_where_the_file_is() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("x.db");
    let mut conn = open_writer(&path, None).unwrap();
    migrate(&mut conn, &path, &[V1]).unwrap();
    migrate(&mut conn, &path, &[V1, "ALTER TABLE t ADD COLUMN b TEXT;"]).unwrap();
    conn.execute("INSERT INTO t (a, b) VALUES ('1', '2')", []).unwrap();
    assert!(migrate(&mut conn, &path, &[V1, "ALTER TABLE t ADD COLUMN b TEXT;", "nonsense"]).is_err());
    assert_eq!(conn.query_row("PRAGMA user_version", [], |r| r.get::<_, i64>(0)).unwrap(), 2);
}

#[test]
fn a_reader_sees_the_layers_and_cannot_write() {
    let dir = tempfile::tempdir().unwrap();
    let odd = dir.path().join("a folder, 100% #1 ü");
    std::fs::create_dir(&odd).unwrap();
    let path = odd.join("bronze.db");
    let mut conn = open_writer(&path, None).unwrap();
    migrate(&mut conn, &path, &[V1]).unwrap();
    conn.execute("INSERT INTO t (a) VALUES ('1')", []).unwrap();
    let reader = in_memory().unwrap();
    attach_read_only(&reader, Layer::Bronze, &path).unwrap();
    attach_read_only(&reader, Layer::Silver, &odd.join("absent.db")).unwrap();
    assert_eq!(reader.query_row("SELECT count(*) FROM bronze.t", [], |r| r.get::<_, i64>(0)).unwrap(), 1);
    let error = DbError::of(&path, reader.execute("INSERT INTO bronze.t (a) VALUES ('2')", []).unwrap_err());
    assert!(matches!(error, DbError::ReadOnly { .. }), "{error}");
    assert!(!odd.join("absent.db").exists());
}

#[test]
fn a_key_is_refused_with_a_sentence() {
    let dir = tempfile::tempdir().unwrap();
    let error = open_writer(&dir.path().join("x.db"), Some(&Key::new("secret"))).unwrap_err();
    assert!(error.to_string().ends_with("cannot be opened with a key: encryption is not offered yet. Open it without one."), "{error}");
    assert_eq!(format!("{:?}", Key::new("secret")), "Key(6 characters)");
    assert!(!dir.path().join("x.db").exists());
}

#[test]
fn a_file_that_is_no_database_and_a_folder_that_is_not_there() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("x.db");
    std::fs::write(&path, "this is plain text and long enough to be looked at as a database header would be, and then some more of it")
        .unwrap();
    assert!(matches!(open_writer(&path, None), Err(DbError::Damaged { .. })));
    assert!(matches!(open_writer(&dir.path().join("no/such/x.db"), None), Err(DbError::Missing { .. })));
}

#[test]
fn a_second_writer_waits_and_then_says_who_is_in_the_way() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("x.db");
    let mut first = open_writer(&path, None).unwrap();
    migrate(&mut first, &path, &[V1]).unwrap();
    let second = open_writer(&path, None).unwrap();
    second.busy_timeout(Duration::from_millis(20)).unwrap();
    first.execute_batch("BEGIN IMMEDIATE").unwrap();
    let error = DbError::of(&path, second.execute("INSERT INTO t (a) VALUES ('1')", []).unwrap_err());
    assert_eq!(error.to_string(), format!("{} is held by another program. Close it there, or wait.", path.display()));
}

#[cfg(unix)]
#[test]
fn a_read_only_folder_says_so() {
    use std::os::unix::fs::PermissionsExt as _;
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("x.db");
    drop(open_writer(&path, None).unwrap());
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o444)).unwrap();
    std::fs::set_permissions(dir.path(), std::fs::Permissions::from_mode(0o555)).unwrap();
    let may_write_anyway = std::fs::write(dir.path().join("probe"), "").is_ok();
    let opened = open_writer(&path, None);
    std::fs::set_permissions(dir.path(), std::fs::Permissions::from_mode(0o755)).unwrap();
    if may_write_anyway {
        println!("skipped: this user may write everywhere");
        return;
    }
    let error = opened.unwrap_err();
    assert!(matches!(error, DbError::ReadOnly { .. }), "{error}");
}
