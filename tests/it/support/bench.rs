//! A workspace in a temporary folder.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};

use super::bank::{MadeOnce, kept_dir, shared_data};
use super::desk::Desk;
use super::program::{Ran, karat};
use super::{Bank, bank};

/// A temporary folder with a workspace `ws` in it (or the place for one). Gone when dropped.
#[derive(Debug)]
pub struct Bench {
    dir: tempfile::TempDir,
}

/// Workspaces that were run once, by customers and seed: tests take copies.
static RUN: MadeOnce<Bench> = LazyLock::new(std::sync::Mutex::default);
static SAMPLE: LazyLock<Bench> = LazyLock::new(|| {
    let bench = Bench { dir: kept_dir() };
    karat(&["demo", "--headless", "-w", bench.ws()]).ok();
    bench
});

impl Bench {
    /// A folder without a workspace.
    pub fn empty() -> Self {
        Self { dir: tempfile::tempdir().unwrap() }
    }

    /// A new workspace with nothing in it.
    pub fn new() -> Self {
        let bench = Self::empty();
        karat(&["new", bench.ws()]).ok();
        bench
    }

    /// A copy of a workspace of a generated bank, loaded, run and published once.
    pub fn of_bank(customers: u32, seed: u64) -> (Self, Arc<Bank>) {
        let bank = bank(customers, seed);
        let run = {
            let mut all = RUN.lock().unwrap();
            let make = || {
                let bench = Self { dir: kept_dir() };
                karat(&["new", bench.ws(), "--from", bank.files().to_str().unwrap()]).ok();
                Arc::new(bench)
            };
            Arc::clone(all.entry((customers, seed)).or_insert_with(make))
        };
        (run.copy(), bank)
    }

    /// A copy of what `karat demo --headless` makes.
    pub fn sample() -> Self {
        SAMPLE.copy()
    }

    /// A workspace of a real bank's folder, run and published; None where the files are not on this machine.
    pub fn shared_bank(name: &str) -> Option<Self> {
        let files = shared_data(&format!("banks/{name}"))?;
        let bench = Self::new();
        bench.karat(&["ingest", files.to_str().unwrap()]).ok();
        bench.karat(&["run"]).ok();
        Some(bench)
    }

    pub fn copy(&self) -> Self {
        let copy = Self::empty();
        copy_dir(Path::new(self.ws()), Path::new(copy.ws()));
        copy
    }

    /// The temporary folder around the workspace.
    pub fn dir(&self) -> &Path {
        self.dir.path()
    }

    pub fn path(&self) -> PathBuf {
        self.dir().join("ws")
    }

    pub fn ws(&self) -> &str {
        // A temporary folder's path is always text here; the leak is a few bytes per test.
        Box::leak(self.path().into_os_string().into_string().unwrap().into_boxed_str())
    }

    /// Writes a file beside the workspace and gives its path.
    pub fn file(&self, name: &str, bytes: impl AsRef<[u8]>) -> String {
        let path = self.dir().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, bytes).unwrap();
        path.into_os_string().into_string().unwrap()
    }

    /// Runs the program on this workspace.
    pub fn karat(&self, args: &[&str]) -> Ran {
        let mut all = vec!["-w", self.ws()];
        all.extend(args);
        karat(&all)
    }

    /// Loads files and tells what became of each: (file, status, message).
    pub fn ingest(&self, paths: &[&str]) -> Vec<(String, String, String)> {
        let mut args = vec!["ingest", "--json"];
        args.extend(paths);
        let ran = self.karat(&args);
        let report: serde_json::Value = serde_json::from_str(&ran.out).unwrap_or_else(|_| panic!("{}{}", ran.out, ran.err));
        let text = |file: &serde_json::Value, name: &str| file[name].as_str().unwrap_or_default().to_owned();
        let files = report["files"].as_array().unwrap().iter();
        files.map(|file| (text(file, "file"), text(file, "status"), text(file, "message"))).collect()
    }

    /// Rows of a query, as the program prints them.
    #[track_caller]
    pub fn rows(&self, sql: &str) -> Vec<Vec<String>> {
        let text = self.karat(&["query", sql, "--format", "csv", "--limit", "1000000"]).ok();
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        reader.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect()
    }

    /// The one value of a query.
    #[track_caller]
    pub fn value(&self, sql: &str) -> String {
        self.rows(sql)[0][0].clone()
    }

    #[track_caller]
    pub fn number(&self, sql: &str) -> i64 {
        self.value(sql).parse().unwrap()
    }

    /// The engine on this workspace, in this process.
    pub fn desk(&self) -> Desk {
        Desk::open(&self.path())
    }

    /// Content hashes of the newest silver and gold.
    pub fn hashes(&self) -> (String, String) {
        let rows = self.rows("SELECT silver_hash, content_hash FROM control.gold_version ORDER BY version DESC LIMIT 1");
        (rows[0][0].clone(), rows[0][1].clone())
    }

    /// Says of every batch that it was loaded at one moment: bronze of two workspaces is then the same where the same files were loaded.
    pub fn loaded_at_one_moment(&self) {
        let conn = rusqlite::Connection::open(self.path().join("bronze.db")).unwrap();
        conn.execute_batch("UPDATE batch SET ingested_at = '2026-02-01T00:00:00Z'").unwrap();
    }

    /// Content hash of each table of the newest silver and the newest gold.
    pub fn tables(&self) -> BTreeMap<String, [u8; 32]> {
        let version: u32 = self.value("SELECT max(version) FROM control.gold_version").parse().unwrap();
        let conn = rusqlite::Connection::open_in_memory().unwrap();
        let mut found = BTreeMap::new();
        for (schema, file) in [("silver", "silver.db".to_owned()), ("gold", format!("gold/{version:04}.db"))] {
            conn.execute(&format!("ATTACH ?1 AS {schema}"), [self.path().join(file).to_str().unwrap()]).unwrap();
            let tables = karat::warehouse::table_hashes(&conn, schema).unwrap();
            found.extend(tables.into_iter().map(|(table, hash)| (format!("{schema}.{table}"), hash)));
        }
        found
    }

    /// Which records are one customer: system/id -> key.
    pub fn customers(&self) -> BTreeMap<String, String> {
        let rows = self.rows("SELECT source_system || '/' || source_customer_id, customer_key FROM silver.bridge_customer_ids");
        rows.into_iter().map(|mut row| (row.remove(0), row.remove(0))).collect()
    }

    /// Every file of the workspace and its bytes, but for the lock and what readers leave beside a database. Taken when two
    /// looks agree: a connection that a worker closes after its answer still folds its log into the database.
    pub fn bytes(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        let mut last = None;
        for _ in 0..500 {
            let now = look(&self.path());
            if now.is_some() && now == last {
                return now.unwrap_or_default();
            }
            last = now;
            std::thread::sleep(std::time::Duration::from_millis(10));
        }
        panic!("the files of {} do not hold still", self.path().display());
    }

    /// Files that a broken-off job left.
    pub fn leftovers(&self) -> Vec<PathBuf> {
        self.bytes().into_keys().filter(|path| path.to_string_lossy().contains(".building")).collect()
    }
}

/// The files as they are now; `None` where one went while they were read.
fn look(root: &Path) -> Option<BTreeMap<PathBuf, Vec<u8>>> {
    let mut found = BTreeMap::new();
    collect(root, &mut found).ok()?;
    found.retain(|path, bytes| !(is_log(path) && bytes.is_empty()));
    Some(found)
}

fn collect(dir: &Path, found: &mut BTreeMap<PathBuf, Vec<u8>>) -> std::io::Result<()> {
    for entry in std::fs::read_dir(dir)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, found)?;
        } else if !is_a_holder_s(&path) {
            found.insert(path.clone(), std::fs::read(&path)?);
        }
    }
    Ok(())
}

fn is_log(path: &Path) -> bool {
    path.to_string_lossy().ends_with("-wal")
}

/// The lock, and the index of a log: they tell who is there, not what is kept.
fn is_a_holder_s(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    name.ends_with("-shm") || ["workspace.lock", "workspace.holder"].contains(&&*name)
}

pub fn copy_dir(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap().flatten() {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy_dir(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), &target).unwrap();
        }
    }
}
