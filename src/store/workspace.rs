//! A workspace is a folder. Flow: folder -> `workspace.toml` + paths -> lock for the one who writes.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use crate::analytics::Policy as ChurnPolicy;
use crate::base::{GoldVersion, RunCtx};
use crate::ingest::mapping::SourceMapping;
use crate::stewardship::bulk::Policy;
use crate::stewardship::policy::FourEyes;

use super::StoreError;
use super::data_test::DataTest;
use super::open::DbError;
use super::run_settings::{RetentionRule, ScheduleSettings, Smtp};

/// How the names of files begin that are not whole yet.
const BUILDING: &str = ".building-";

/// Where everything of a workspace lies.
#[derive(Debug, Clone, PartialEq)]
pub struct Workspace {
    dir: PathBuf,
    /// Read instead of control.db, which is damaged.
    control_copy: Option<PathBuf>,
    pub config: Config,
}

/// `workspace.toml`: text, so that it can be kept under version control.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Grows when this file's meaning changes.
    pub format: u32,
    pub name: String,
    /// The date from which "last 90 days" counts; the latest business date in bronze where it is not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub as_of: Option<String>,
    #[serde(default)]
    pub publish: PublishPolicy,
    #[serde(default, skip_serializing_if = "Survivorship::is_built_in")]
    pub survivorship: Survivorship,
    #[serde(default, skip_serializing_if = "ReviewPolicy::is_built_in")]
    pub review: ReviewPolicy,
    /// Kinds of files that no profile knows, mapped once.
    #[serde(default, rename = "source", skip_serializing_if = "Vec::is_empty")]
    pub sources: Vec<SourceMapping>,
    /// Which decisions a second person has to approve.
    #[serde(default, skip_serializing_if = "FourEyes::is_empty")]
    pub four_eyes: FourEyes,
    /// Folders whose new files are taken as they appear; a relative one lies below the workspace.
    #[serde(default, skip_serializing_if = "Watch::is_empty")]
    pub watch: Watch,
    /// What is promised of the data, beside Karat's own promises.
    #[serde(default, rename = "test", skip_serializing_if = "Vec::is_empty")]
    pub tests: Vec<DataTest>,
    /// Who answers for tables: `"gold.customer_360" = "Data office"`, or for a whole layer: `gold = "Data office"`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub owners: BTreeMap<String, String>,
    /// Who is told of runs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub smtp: Option<Smtp>,
    /// When runs come by themselves.
    #[serde(default, skip_serializing_if = "ScheduleSettings::is_empty")]
    pub schedule: ScheduleSettings,
    /// How long what runs leave behind is kept.
    #[serde(default, skip_serializing_if = "RetentionRule::is_empty")]
    pub retention: RetentionRule,
    /// Tiers, actions and costs of customers that may leave.
    #[serde(default, skip_serializing_if = "ChurnPolicy::is_built_in")]
    pub churn: ChurnPolicy,
}

/// Folders that are watched.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Watch {
    pub folders: Vec<PathBuf>,
}

impl Watch {
    fn is_empty(&self) -> bool {
        self.folders.is_empty()
    }
}

/// What a blind sample must prove before the rest of its group is approved.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ReviewPolicy {
    /// At most this share of the group is wrong …
    pub most_wrong: f64,
    /// … at this confidence.
    pub confidence: f64,
}

impl Default for ReviewPolicy {
    fn default() -> Self {
        let Policy { most_wrong, confidence } = Policy::default();
        Self { most_wrong, confidence }
    }
}

impl ReviewPolicy {
    fn is_built_in(&self) -> bool {
        *self == Self::default()
    }

    /// None where a share is not between 0 and 1.
    pub fn policy(self) -> Option<Policy> {
        let is_share = |share: f64| share > 0.0 && share < 1.0;
        (is_share(self.most_wrong) && is_share(self.confidence))
            .then_some(Policy { most_wrong: self.most_wrong, confidence: self.confidence })
    }
}

/// How golden values are chosen, where the workspace says it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Survivorship {
    /// Source systems in order of trust; the built-in order where empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub source_priority: Vec<String>,
    /// Column of the customer -> names of rules, in order.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub fields: BTreeMap<String, Vec<String>>,
}

impl Survivorship {
    fn is_built_in(&self) -> bool {
        *self == Self::default()
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PublishPolicy {
    /// When a headless run publishes what it built.
    #[serde(default)]
    pub when: PublishWhen,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PublishWhen {
    #[default]
    Always,
    QueueEmpty,
    Approver,
}

const CONFIG_FILE: &str = "workspace.toml";
const FORMAT: u32 = 1;

impl Workspace {
    /// Makes the folder and its `workspace.toml`. Databases come into being when they are first written.
    pub fn create(dir: &Path, name: &str) -> Result<Self, StoreError> {
        if dir.join(CONFIG_FILE).exists() {
            return Err(StoreError::WorkspaceExists { path: dir.display().to_string() });
        }
        let is_empty = fs::read_dir(dir).map_or(true, |mut entries| entries.next().is_none());
        if !is_empty {
            return Err(StoreError::NotEmpty { path: dir.display().to_string() });
        }
        fs::create_dir_all(dir.join("gold")).map_err(|source| StoreError::io(dir, source))?;
        let config = Config {
            format: FORMAT,
            name: name.to_owned(),
            as_of: None,
            publish: PublishPolicy::default(),
            survivorship: Survivorship::default(),
            review: ReviewPolicy::default(),
            sources: Vec::new(),
            four_eyes: FourEyes::default(),
            watch: Watch::default(),
            tests: Vec::new(),
            owners: BTreeMap::new(),
            smtp: None,
            schedule: ScheduleSettings::default(),
            retention: RetentionRule::default(),
            churn: ChurnPolicy::default(),
        };
        let workspace = Self { dir: dir.to_owned(), control_copy: None, config };
        workspace.save()?;
        Ok(workspace)
    }

    pub fn open(dir: &Path) -> Result<Self, StoreError> {
        let path = dir.join(CONFIG_FILE);
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(source) if matches!(source.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
                return Err(StoreError::NoWorkspace { path: dir.display().to_string() });
            }
            Err(source) => return Err(StoreError::io(&path, source)),
        };
        let config: Config = toml::from_str(&text).map_err(|error| {
            let line = error.span().map_or(1, |span| text[..span.start.min(text.len())].matches('\n').count() + 1);
            StoreError::Config { path: path.clone(), line, message: error.message().to_owned() }
        })?;
        if config.format > FORMAT {
            return Err(DbError::NewerVersion { path, found: i64::from(config.format), known: i64::from(FORMAT) }.into());
        }
        Ok(Self { dir: dir.to_owned(), control_copy: None, config })
    }

    /// Writes `workspace.toml` aside and puts it in place.
    pub fn save(&self) -> Result<(), StoreError> {
        let path = self.dir.join(CONFIG_FILE);
        let text = toml::to_string_pretty(&self.config).map_err(|error| StoreError::Refused(error.to_string()))?;
        replace_file(&path, text.as_bytes())
    }

    pub fn dir(&self) -> &Path {
        &self.dir
    }

    pub fn bronze(&self) -> PathBuf {
        self.dir.join("bronze.db")
    }

    pub fn silver(&self) -> PathBuf {
        self.dir.join("silver.db")
    }

    pub fn control(&self) -> PathBuf {
        self.dir.join("control.db")
    }

    /// What readers of control.db read: the file itself, or a copy of it where it is damaged.
    pub fn readable_control(&self) -> PathBuf {
        self.control_copy.clone().unwrap_or_else(|| self.control())
    }

    pub fn read_control_from(&mut self, copy: PathBuf) {
        self.control_copy = Some(copy);
    }

    /// The index of the last match: a cache that a run may start from.
    pub fn match_index(&self) -> PathBuf {
        self.dir.join("match.idx")
    }

    /// The rows that failed the data tests.
    pub fn quality(&self) -> PathBuf {
        self.dir.join("quality.db")
    }

    /// The workspace's own `.sql` files in `models` or `tests` (folders below them too), by path: path below the workspace, text.
    pub fn own_sql(&self, folder: &str) -> Result<Vec<(String, String)>, StoreError> {
        let mut found = Vec::new();
        let mut open = vec![self.dir.join(folder)];
        while let Some(dir) = open.pop() {
            let entries = match fs::read_dir(&dir) {
                Ok(entries) => entries,
                Err(source) if source.kind() == ErrorKind::NotFound => continue,
                Err(source) => return Err(StoreError::io(&dir, source)),
            };
            for path in entries.flatten().map(|entry| entry.path()) {
                if path.is_dir() {
                    open.push(path);
                } else if path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("sql")) {
                    let text = fs::read_to_string(&path).map_err(|source| StoreError::io(&path, source))?;
                    let name = path.strip_prefix(&self.dir).unwrap_or(&path).to_string_lossy().replace(std::path::MAIN_SEPARATOR, "/");
                    found.push((name, text));
                }
            }
        }
        found.sort();
        Ok(found)
    }

    pub fn gold_dir(&self) -> PathBuf {
        self.dir.join("gold")
    }

    pub fn gold(&self, version: GoldVersion) -> PathBuf {
        self.gold_dir().join(format!("{:04}.db", version.0))
    }

    /// The copy with personal data masked: the only file that an analyst opens.
    pub fn gold_masked(&self, version: GoldVersion) -> PathBuf {
        self.gold_dir().join(format!("{:04}_masked.db", version.0))
    }

    /// Gold that takes increments between publishes.
    pub fn gold_live(&self) -> PathBuf {
        self.gold_dir().join("live.db")
    }

    /// Copies of control.db.
    pub fn backup_dir(&self) -> PathBuf {
        self.dir.join("backups")
    }

    /// What runs told of themselves.
    pub fn reports_dir(&self) -> PathBuf {
        self.dir.join("reports")
    }

    /// Where a run builds aside.
    pub fn building(&self, name: &str) -> PathBuf {
        self.dir.join(format!("{BUILDING}{name}"))
    }

    /// Removes what a killed program left behind. Only the holder of the lock may.
    pub fn clear_building(&self) -> Result<(), StoreError> {
        for folder in [self.dir.clone(), self.gold_dir(), self.backup_dir(), self.reports_dir()] {
            let entries = match fs::read_dir(&folder) {
                Ok(entries) => entries,
                Err(source) if matches!(source.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => continue,
                Err(source) => return Err(StoreError::io(&folder, source)),
            };
            for entry in entries.flatten().filter(|entry| entry.file_name().to_string_lossy().starts_with(BUILDING)) {
                fs::remove_file(entry.path()).map_err(|source| StoreError::io(&entry.path(), source))?;
            }
        }
        Ok(())
    }
}

/// Removes a file, where there is one, so that it stays removed.
pub fn remove_file(path: &Path) -> Result<(), StoreError> {
    match fs::remove_file(path) {
        Ok(()) => {}
        Err(source) if source.kind() == ErrorKind::NotFound => return Ok(()),
        Err(source) => return Err(StoreError::io(path, source)),
    }
    if let Some(folder) = path.parent() {
        sync_folder(folder);
    }
    Ok(())
}

/// Not every system can sync a folder; where it can, a rename or a removal in it is safe from a power cut.
fn sync_folder(folder: &Path) {
    if let Ok(folder) = File::open(folder) {
        let _ = folder.sync_all();
    }
}

/// Writes a small file so that a reader sees the old one or the new one, whole.
pub fn replace_file(path: &Path, bytes: &[u8]) -> Result<(), StoreError> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let aside = path.with_file_name(format!("{BUILDING}{name}"));
    let write = || -> std::io::Result<()> {
        let mut file = File::create(&aside)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(&aside, path)
    };
    write().map_err(|source| StoreError::io(path, source))
}

/// Writes a large file aside and syncs it bit by bit, so that it can be cancelled at any time; then nothing is left of it.
pub fn write_aside(aside: &Path, parts: &[&[u8]], ctx: &RunCtx) -> Result<(), StoreError> {
    const PIECE: usize = 32 << 20;
    let write = || -> Result<(), StoreError> {
        let io = |source| StoreError::io(aside, source);
        let mut file = File::create(aside).map_err(io)?;
        for piece in parts.iter().flat_map(|part| part.chunks(PIECE)) {
            ctx.check()?;
            file.write_all(piece).map_err(io)?;
            if piece.len() == PIECE {
                file.sync_data().map_err(io)?;
            }
        }
        file.sync_all().map_err(io)
    };
    write().inspect_err(|_| {
        // What cannot be removed now is tidied by the next holder of the lock, or written over.
        let _ = fs::remove_file(aside);
    })
}

/// Puts a finished database file in place: synced, then renamed, then the folder synced.
pub fn put_in_place(built: &Path, place: &Path) -> Result<(), StoreError> {
    let put = || -> std::io::Result<()> {
        File::open(built)?.sync_all()?;
        if let Some(folder) = place.parent() {
            // Somebody may have removed `gold/`, or not copied it along: it can be built again, so it is.
            fs::create_dir_all(folder)?;
        }
        fs::rename(built, place)?;
        if let Some(folder) = place.parent() {
            sync_folder(folder);
        }
        Ok(())
    };
    put().map_err(|source| StoreError::io(place, source))
}

/// Held by the one program that may write. Let go when dropped, and by the system when the program dies.
#[derive(Debug)]
pub struct WriteLock {
    file: File,
    holder: PathBuf,
}

impl WriteLock {
    /// Takes the lock, waiting up to `wait` for another holder. `who` is what others are told: "karat run, process 4121".
    pub fn acquire(workspace: &Workspace, who: &str, wait: Duration) -> Result<Self, StoreError> {
        let path = workspace.dir.join("workspace.lock");
        let holder = workspace.dir.join("workspace.holder");
        let file =
            OpenOptions::new().create(true).truncate(false).write(true).open(&path).map_err(|source| StoreError::io(&path, source))?;
        let until = Instant::now() + wait;
        loop {
            match file.try_lock() {
                Ok(()) => break,
                Err(fs::TryLockError::WouldBlock) if Instant::now() < until => std::thread::sleep(Duration::from_millis(100)),
                Err(fs::TryLockError::WouldBlock) => {
                    let holder = fs::read_to_string(&holder).unwrap_or_else(|_| "another program".to_owned());
                    return Err(StoreError::Held { holder });
                }
                Err(fs::TryLockError::Error(source)) => return Err(StoreError::io(&path, source)),
            }
        }
        fs::write(&holder, who).map_err(|source| StoreError::io(&holder, source))?;
        Ok(Self { file, holder })
    }
}

impl Drop for WriteLock {
    fn drop(&mut self) {
        // The name is for people; the lock itself is what counts and goes with the file handle.
        let _ = fs::remove_file(&self.holder);
        let _ = self.file.unlock();
    }
}
