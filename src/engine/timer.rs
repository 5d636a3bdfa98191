//! Runs that come by themselves while the program is open. Flow: schedule of the open workspace -> sleep until it is time -> Command::Runs.
//!
//! Nothing is looked at while there is no schedule. With one, the clock is looked at once a minute: a laptop that slept, or a clock that was
//! set, is noticed then.

use std::path::PathBuf;
use std::sync::mpsc::Sender;
use std::sync::{Condvar, Mutex, PoisonError};
use std::time::Duration;

use chrono::{DateTime, Utc};

use super::command::Command;
use super::event::JobId;
use super::executor::Shared;
use super::ops::runs::schedule;
use super::runs_deed::RunsDeed;

/// The longest sleep.
const LOOK: Duration = Duration::from_secs(60);

/// Wakes the timer's thread: a workspace was opened, a schedule was set, the program ends.
#[derive(Debug, Default)]
pub struct Alarm {
    rung: Mutex<bool>,
    heard: Condvar,
}

impl Alarm {
    pub fn ring(&self) {
        *self.rung.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.heard.notify_all();
    }

    /// Sleeps until it rings, at most so long.
    fn wait(&self, longest: Option<Duration>) {
        let mut rung = self.rung.lock().unwrap_or_else(PoisonError::into_inner);
        while !*rung {
            rung = match longest {
                None => self.heard.wait(rung).unwrap_or_else(PoisonError::into_inner),
                Some(longest) => {
                    let (rung, slept) = self.heard.wait_timeout(rung, longest).unwrap_or_else(PoisonError::into_inner);
                    if slept.timed_out() {
                        return;
                    }
                    rung
                }
            };
        }
        *rung = false;
    }
}

impl Shared {
    /// Sends a run whenever one is due. Ends with the engine.
    pub(super) fn keep_time(&self, jobs: &Sender<(JobId, Command)>) {
        // The workspace that is watched, and the moment up to which it was looked at: what was due before that is missed, not late.
        let mut seen: Option<(PathBuf, DateTime<Utc>)> = None;
        while !self.has_ended() {
            let longest = self.look_at_clock(&mut seen, jobs);
            self.alarm.wait(longest);
        }
    }

    fn look_at_clock(&self, seen: &mut Option<(PathBuf, DateTime<Utc>)>, jobs: &Sender<(JobId, Command)>) -> Option<Duration> {
        // Not held while waiting: a deed may close the workspace.
        let session = self.session().ok().filter(|session| session.must_write().is_ok());
        let Some(session) = session else {
            *seen = None;
            return None;
        };
        // A schedule that cannot be read is told of on Runs.
        let Some(schedule) = schedule::of(&session).ok().flatten() else {
            *seen = None;
            return None;
        };
        let (dir, now) = (session.workspace.dir().to_owned(), session.clock.now());
        drop(session);
        let from = seen.as_ref().filter(|(known, _)| *known == dir).map_or(now, |(_, from)| *from);
        let left = schedule::due(&schedule, from, now)?;
        if left.is_zero() {
            *seen = Some((dir, now));
            // A lane that is gone is the engine's end.
            let _ = jobs.send((self.next_job(), Command::Runs(RunsDeed::Scheduled)));
            return Some(Duration::ZERO);
        }
        *seen = Some((dir, from));
        Some(left.to_std().unwrap_or(LOOK).min(LOOK))
    }
}
