//! Watched folders. Flow: the system's notices and a look through the folders now and then -> settle -> arrivals, for `Command::Arrive`.
//!
//! Notices are lost on network shares and in full queues: the look finds what they did not tell.

mod settle;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant, SystemTime};

use notify::event::{ModifyKind, RenameMode};
use notify::{EventKind, RecommendedWatcher, RecursiveMode, Watcher};

use super::error::EngineError;
use super::session::Session;
use crate::base::Clock;

use settle::Settler;
pub use settle::{Facts, Touch};

/// A file that may be taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arrival {
    pub path: PathBuf,
    pub facts: Facts,
    /// Its last byte was written, or it was renamed in.
    pub at: SystemTime,
    /// It came while the folder was watched: its delay tells something.
    pub is_new: bool,
}

/// A file's size and time must stand still so long.
const STILL: Duration = Duration::from_millis(250);
/// How often waiting files are looked at.
const LOOK: Duration = Duration::from_millis(20);
/// How often folders are looked through.
const LOOK_THROUGH: Duration = Duration::from_secs(3);

type Notice = notify::Result<notify::Event>;

/// The watched folders of a workspace, files directly in them.
#[derive(Debug)]
pub struct Folders {
    dirs: Vec<PathBuf>,
    settler: Settler,
    notices: Receiver<Notice>,
    /// Sends notices as long as it lives; None where the system offers none.
    _watcher: Option<RecommendedWatcher>,
    looked_through: Option<Instant>,
    renamed: BTreeMap<PathBuf, SystemTime>,
    since: SystemTime,
    clock: Clock,
}

impl Folders {
    /// Begins to watch. Files that the workspace took before, as they are now, are not given again.
    pub fn open(session: &Session, dirs: &[PathBuf]) -> Result<Self, EngineError> {
        let mut taken = BTreeMap::new();
        for file in session.control().watched_files()? {
            let path = PathBuf::from(&file.path);
            // Kept in milliseconds: the file's own time to the last digit is what later looks compare with.
            if let Some(facts) = facts_of(&path)
                && facts.size == file.size_bytes
                && super::ops::arrive::millis(facts.modified) == file.modified_ms
            {
                taken.insert(path, facts);
            }
        }
        Self::start(dirs, taken, session.clock)
    }

    fn start(dirs: &[PathBuf], taken: BTreeMap<PathBuf, Facts>, clock: Clock) -> Result<Self, EngineError> {
        let dirs = dirs.iter().map(|dir| folder(dir)).collect::<Result<Vec<_>, _>>()?;
        let (sender, notices) = channel();
        let mut watcher = notify::recommended_watcher(move |notice| {
            // Nobody listens any more: the folders are no longer watched.
            let _ = sender.send(notice);
        })
        .ok();
        for dir in &dirs {
            // A folder of which the system gives no notice is looked through all the same.
            watcher = watcher.and_then(|mut watcher| watcher.watch(dir, RecursiveMode::NonRecursive).is_ok().then_some(watcher));
        }
        let since = SystemTime::from(clock.now());
        let settler = Settler::new(STILL, taken);
        Ok(Self { dirs, settler, notices, _watcher: watcher, looked_through: None, renamed: BTreeMap::new(), since, clock })
    }

    /// Waits up to `timeout` for files that may be taken.
    pub fn next(&mut self, timeout: Duration) -> Vec<Arrival> {
        let until = Instant::now() + timeout;
        loop {
            if self.looked_through.is_none_or(|at| at.elapsed() >= LOOK_THROUGH) {
                self.look_through();
            }
            let settled = self.settler.settled(Instant::now(), facts_of);
            if !settled.is_empty() {
                return settled.into_iter().map(|(path, facts)| self.arrival(path, facts)).collect();
            }
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Vec::new();
            }
            let step = if self.settler.is_waiting() { LOOK } else { LOOK_THROUGH };
            match self.notices.recv_timeout(step.min(left)) {
                Ok(notice) => {
                    self.hear(notice);
                    while let Ok(notice) = self.notices.try_recv() {
                        self.hear(notice);
                    }
                }
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => std::thread::sleep(step.min(left)),
            }
        }
    }

    /// Files wait to stand still.
    pub fn is_waiting(&self) -> bool {
        self.settler.is_waiting()
    }

    fn hear(&mut self, notice: Notice) {
        let Ok(event) = notice else {
            self.looked_through = None;
            return;
        };
        if event.need_rescan() {
            self.looked_through = None;
        }
        let now = Instant::now();
        match event.kind {
            EventKind::Modify(ModifyKind::Name(RenameMode::To | RenameMode::Both)) => {
                if let Some(path) = event.paths.last() {
                    self.renamed.insert(path.clone(), SystemTime::from(self.clock.now()));
                    self.settler.touch(path, Touch::RenamedIn, now);
                }
            }
            EventKind::Create(_) | EventKind::Modify(ModifyKind::Data(_) | ModifyKind::Any | ModifyKind::Name(_)) => {
                for path in &event.paths {
                    self.settler.touch(path, Touch::Written, now);
                }
            }
            _ => {}
        }
    }

    fn look_through(&mut self) {
        let now = Instant::now();
        for dir in &self.dirs {
            // A folder that is away for a moment (a share) is looked at again.
            for path in fs::read_dir(dir).into_iter().flatten().flatten().map(|entry| entry.path()) {
                if let Some(facts) = facts_of(&path) {
                    self.settler.met(&path, facts, now);
                }
            }
        }
        self.looked_through = Some(now);
    }

    fn arrival(&mut self, path: PathBuf, facts: Facts) -> Arrival {
        let renamed = self.renamed.remove(&path);
        Arrival { at: renamed.unwrap_or(facts.modified), is_new: renamed.is_some() || facts.modified >= self.since, path, facts }
    }
}

fn facts_of(path: &Path) -> Option<Facts> {
    let facts = fs::metadata(path).ok().filter(fs::Metadata::is_file)?;
    Some(Facts { size: facts.len(), modified: facts.modified().ok()? })
}

/// A folder by its whole path: files are remembered by theirs.
pub fn folder(dir: &Path) -> Result<PathBuf, EngineError> {
    match dir.canonicalize() {
        Ok(dir) if dir.is_dir() => Ok(dir),
        Ok(_) => Err(EngineError::Refused(format!("{} is a file. Name the folder that it lies in.", dir.display()))),
        Err(error) => Err(EngineError::Refused(format!("{} can't be watched: {error}. Name a folder that is there.", dir.display()))),
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    fn start(dir: &Path) -> Folders {
        Folders::start(&[dir.to_owned()], BTreeMap::new(), Clock::System).unwrap()
    }

    fn names(arrivals: &[Arrival]) -> Vec<String> {
        arrivals.iter().map(|arrival| arrival.path.file_name().unwrap().to_string_lossy().into_owned()).collect()
    }

    #[test]
    fn a_file_that_is_being_written_is_not_taken_and_a_renamed_one_is_at_once() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("before.csv"), "a\n1\n").unwrap();
        let mut folders = start(dir.path());
        let first = folders.next(Duration::from_secs(5));
        assert_eq!(names(&first), ["before.csv"]);
        assert!(!first[0].is_new || first[0].facts.modified >= folders.since);
        let mut file = fs::File::create(dir.path().join("slow.csv")).unwrap();
        for _ in 0..4 {
            file.write_all(b"row\n").unwrap();
            assert!(folders.next(Duration::from_millis(120)).is_empty(), "half a file was taken");
        }
        drop(file);
        let slow = folders.next(Duration::from_secs(5));
        assert_eq!((names(&slow), slow[0].facts.size), (vec!["slow.csv".to_owned()], 16));
        fs::write(dir.path().join("x.tmp"), "a\n1\n").unwrap();
        assert!(folders.next(Duration::from_millis(400)).is_empty());
        let renamed = Instant::now();
        fs::rename(dir.path().join("x.tmp"), dir.path().join("x.csv")).unwrap();
        let found = folders.next(Duration::from_secs(5));
        assert_eq!(names(&found), ["x.csv"]);
        assert!(found[0].is_new && renamed.elapsed() < STILL, "a renamed file waited {:?}", renamed.elapsed());
        assert!(folders.next(Duration::from_millis(300)).is_empty(), "nothing is given twice");
    }

    #[test]
    fn what_is_no_folder_is_refused_in_words() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("a.csv");
        fs::write(&file, "a").unwrap();
        assert!(folder(&file).unwrap_err().to_string().ends_with("is a file. Name the folder that it lies in."));
        assert!(folder(&dir.path().join("gone")).unwrap_err().to_string().contains("can't be watched"));
    }
}
