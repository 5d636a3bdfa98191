//! When a new file may be taken. Flow: what was seen of a path -> still for a while, or renamed in -> taken once.
//!
//! Who writes a file tells nobody when it is done, so its size and time must stand still. A rename puts a whole file there at once.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime};

/// What a file system says of a file: another size or time is another file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Facts {
    pub size: u64,
    pub modified: SystemTime,
}

/// How a path came to be looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Touch {
    /// Somebody writes it, or may.
    Written,
    /// It took this name a moment ago, whole.
    RenamedIn,
}

#[derive(Debug)]
struct Waiting {
    facts: Option<Facts>,
    since: Instant,
    is_whole: bool,
}

/// Paths that wait, and files that were taken.
#[derive(Debug)]
pub struct Settler {
    still: Duration,
    waiting: BTreeMap<PathBuf, Waiting>,
    taken: BTreeMap<PathBuf, Facts>,
}

impl Settler {
    /// `still`: how long a file's size and time must not change. `taken`: files of before.
    pub fn new(still: Duration, taken: BTreeMap<PathBuf, Facts>) -> Self {
        Self { still, waiting: BTreeMap::new(), taken }
    }

    pub fn is_waiting(&self) -> bool {
        !self.waiting.is_empty()
    }

    /// Something happened to a path.
    pub fn touch(&mut self, path: &Path, touch: Touch, now: Instant) {
        if !may_be_taken(path) {
            return;
        }
        let waiting = self.waiting.entry(path.to_owned()).or_insert(Waiting { facts: None, since: now, is_whole: false });
        match touch {
            Touch::Written => waiting.since = now,
            Touch::RenamedIn => waiting.is_whole = true,
        }
    }

    /// A path was met while looking through the folder: it waits where it is new or another file than the one that was taken.
    pub fn met(&mut self, path: &Path, facts: Facts, now: Instant) {
        if may_be_taken(path) && self.taken.get(path) != Some(&facts) && !self.waiting.contains_key(path) {
            self.waiting.insert(path.to_owned(), Waiting { facts: None, since: now, is_whole: false });
        }
    }

    /// Files that may be taken now, in order of their names; each is given once. `look` says what is at a path.
    pub fn settled(&mut self, now: Instant, look: impl Fn(&Path) -> Option<Facts>) -> Vec<(PathBuf, Facts)> {
        let mut ready = Vec::new();
        let (still, taken) = (self.still, &self.taken);
        self.waiting.retain(|path, waiting| {
            // Gone, or never a file.
            let Some(facts) = look(path) else { return false };
            if taken.get(path) == Some(&facts) {
                return false;
            }
            if waiting.facts != Some(facts) {
                if waiting.facts.is_some() {
                    waiting.since = now;
                    waiting.is_whole = false;
                }
                waiting.facts = Some(facts);
            }
            // An empty file is one that somebody is about to write.
            let is_ready = facts.size > 0 && (waiting.is_whole || now.duration_since(waiting.since) >= still);
            if is_ready {
                ready.push((path.clone(), facts));
            }
            !is_ready && (facts.size > 0 || now.duration_since(waiting.since) < EMPTY)
        });
        self.taken.extend(ready.iter().cloned());
        ready
    }
}

/// An empty file is looked at no longer than this, until something happens to it.
const EMPTY: Duration = Duration::from_secs(60);

/// Names under which programs write what is not whole yet.
fn may_be_taken(path: &Path) -> bool {
    let Some(name) = path.file_name().map(|name| name.to_string_lossy().to_lowercase()) else { return false };
    let is_half =
        [".tmp", ".temp", ".part", ".partial", ".crdownload", ".filepart", ".swp", "~"].iter().any(|ending| name.ends_with(ending));
    !is_half && !name.starts_with('.') && !name.starts_with('~')
}

#[cfg(test)]
mod tests {
    use super::*;

    const STILL: Duration = Duration::from_millis(250);

    fn facts(size: u64, at: u64) -> Facts {
        Facts { size, modified: SystemTime::UNIX_EPOCH + Duration::from_millis(at) }
    }

    struct Bench {
        settler: Settler,
        start: Instant,
    }

    impl Bench {
        fn new() -> Self {
            Self { settler: Settler::new(STILL, BTreeMap::new()), start: Instant::now() }
        }

        fn touch(&mut self, name: &str, touch: Touch, ms: u64) {
            self.settler.touch(Path::new(name), touch, self.start + Duration::from_millis(ms));
        }

        fn at(&mut self, ms: u64, now: Option<Facts>) -> Vec<String> {
            let found = self.settler.settled(self.start + Duration::from_millis(ms), |_| now);
            found.into_iter().map(|(path, _)| path.display().to_string()).collect()
        }
    }

    #[test]
    fn a_file_that_grows_is_taken_when_it_stands_still_and_not_before() {
        let mut bench = Bench::new();
        bench.touch("in/a.csv", Touch::Written, 0);
        for (ms, size) in [(0, 10), (200, 20), (400, 30)] {
            assert!(bench.at(ms, Some(facts(size, ms))).is_empty(), "at {ms}");
        }
        assert!(bench.at(600, Some(facts(30, 400))).is_empty(), "200 ms are too short");
        assert_eq!(bench.at(650, Some(facts(30, 400))), ["in/a.csv"]);
        assert!(bench.at(2_000, Some(facts(30, 400))).is_empty(), "once is enough");
        assert!(!bench.settler.is_waiting());
    }

    #[test]
    fn the_same_size_with_another_time_is_not_still() {
        let mut bench = Bench::new();
        bench.touch("a.csv", Touch::Written, 0);
        assert!(bench.at(0, Some(facts(10, 0))).is_empty());
        assert!(bench.at(260, Some(facts(10, 255))).is_empty());
        assert_eq!(bench.at(520, Some(facts(10, 255))), ["a.csv"]);
    }

    #[test]
    fn a_renamed_file_is_taken_at_once_unless_it_changes_under_our_eyes() {
        let mut bench = Bench::new();
        bench.touch("a.csv", Touch::RenamedIn, 0);
        assert_eq!(bench.at(0, Some(facts(10, 0))), ["a.csv"]);
        bench.touch("b.csv", Touch::RenamedIn, 10);
        assert!(bench.at(10, Some(facts(0, 0))).is_empty(), "empty");
        assert!(bench.at(20, Some(facts(5, 15))).is_empty(), "somebody writes it");
        assert_eq!(bench.at(280, Some(facts(5, 15))), ["b.csv"]);
    }

    #[test]
    fn a_file_that_is_written_again_comes_again_and_one_that_only_was_touched_does_not() {
        let mut bench = Bench::new();
        bench.touch("a.csv", Touch::RenamedIn, 0);
        assert_eq!(bench.at(0, Some(facts(10, 0))), ["a.csv"]);
        bench.touch("a.csv", Touch::Written, 100);
        assert!(bench.at(600, Some(facts(10, 0))).is_empty());
        bench.touch("a.csv", Touch::Written, 700);
        assert!(bench.at(700, Some(facts(12, 690))).is_empty());
        assert_eq!(bench.at(1_000, Some(facts(12, 690))), ["a.csv"]);
        bench.settler.met(Path::new("a.csv"), facts(12, 690), bench.start);
        assert!(!bench.settler.is_waiting(), "looking through the folder does not bring it back");
    }

    #[test]
    fn what_is_gone_or_has_a_name_of_half_files_is_forgotten() {
        let mut bench = Bench::new();
        bench.touch("a.csv", Touch::Written, 0);
        assert!(bench.at(500, None).is_empty());
        for name in ["a.csv.part", ".a.csv", "x.tmp", "y.csv~", "~$book.xlsx", "z.CRDOWNLOAD"] {
            bench.touch(name, Touch::RenamedIn, 0);
        }
        assert!(!bench.settler.is_waiting());
    }
}
