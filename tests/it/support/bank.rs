//! Generated banks, each made once per test process.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock, Mutex};

use karat::base::{RecordKey, RunCtx};
use karat::generate::{GenerateSpec, Thinning, generate_bank};

/// A folder with `bank/*.csv` and `truth/truth.csv`.
#[derive(Debug)]
pub struct Bank {
    dir: tempfile::TempDir,
}

/// What was made for so many customers and a seed.
pub type MadeOnce<T> = LazyLock<Mutex<BTreeMap<(u32, u64), Arc<T>>>>;

static MADE: MadeOnce<Bank> = LazyLock::new(Mutex::default);

/// The bank of so many customers and this seed, app activity and ledger kept short.
pub fn bank(customers: u32, seed: u64) -> Arc<Bank> {
    let mut made = MADE.lock().unwrap();
    let make = || {
        let dir = kept_dir();
        let spec = GenerateSpec { customers, seed, thin: Some(Thinning::SAMPLE) };
        generate_bank(&spec, dir.path(), &RunCtx::default()).unwrap();
        Arc::new(Bank { dir })
    };
    Arc::clone(made.entry((customers, seed)).or_insert_with(make))
}

/// A folder for what lives as long as the process: nobody drops it, so the next process clears what is an hour old.
pub fn kept_dir() -> tempfile::TempDir {
    let place = Path::new(env!("CARGO_TARGET_TMPDIR")).join("kept");
    std::fs::create_dir_all(&place).unwrap();
    for entry in std::fs::read_dir(&place).unwrap().flatten() {
        let age = entry.metadata().and_then(|facts| facts.modified()).ok().and_then(|made| made.elapsed().ok());
        if age.is_some_and(|age| age.as_secs() > 3_600) {
            // Another process may be faster.
            let _ = std::fs::remove_dir_all(entry.path());
        }
    }
    tempfile::tempdir_in(place).unwrap()
}

impl Bank {
    pub fn files(&self) -> PathBuf {
        self.dir.path().join("bank")
    }

    pub fn truth(&self) -> PathBuf {
        self.dir.path().join("truth/truth.csv")
    }

    pub fn file(&self, name: &str) -> String {
        std::fs::read_to_string(self.files().join(name)).unwrap()
    }
}

/// Which person each record is, from a truth file.
pub fn entities(truth: &Path) -> HashMap<RecordKey, String> {
    let mut reader = csv::Reader::from_path(truth).unwrap();
    let rows = reader.records().map(Result::unwrap);
    rows.map(|row| (RecordKey::new(&row[0], &row[1]), row[2].to_owned())).collect()
}

/// The sample bank that lies in the repository.
pub fn sample_truth() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("sample_data/truth/truth.csv")
}

/// The banks that only some machines have: `KARAT_SHARED_DATA`, or `shared/data` in a folder above.
pub fn shared_data(name: &str) -> Option<PathBuf> {
    let named = std::env::var_os("KARAT_SHARED_DATA").map(PathBuf::from);
    let above = || Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().map(|dir| dir.join("shared/data")).find(|dir| dir.is_dir());
    let found = named.or_else(above).map(|dir| dir.join(name)).filter(|dir| dir.is_dir());
    if found.is_none() {
        println!("skipped: {name} is not here; KARAT_SHARED_DATA names its folder");
    }
    found
}
