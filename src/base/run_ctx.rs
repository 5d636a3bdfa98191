//! What a long job carries with it: may it go on, how far is it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU64, Ordering};

use serde::Serialize;

/// Somebody asked the job to stop. An outcome, not a fault: whoever gets it leaves things as they were.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("cancelled")]
pub struct Cancelled;

/// Shared by a job and whoever may stop it.
#[derive(Debug, Clone, Default)]
pub struct CancelToken(Arc<AtomicBool>);

impl CancelToken {
    pub fn cancel(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    pub fn is_cancelled(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    /// Called once per chunk of work (well under a second of it).
    pub fn check(&self) -> Result<(), Cancelled> {
        if self.is_cancelled() { Err(Cancelled) } else { Ok(()) }
    }
}

macro_rules! stages {
    ($($(#[$doc:meta])* $name:ident = $label:literal),+ $(,)?) => {
        /// The closed list of things a job can be busy with.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
        #[serde(rename_all = "snake_case")]
        #[repr(u8)]
        pub enum Stage { $($(#[$doc])* $name),+ }

        impl Stage {
            const ALL: &'static [Self] = &[$(Self::$name),+];

            /// As the bottom bar says it.
            pub fn label(self) -> &'static str {
                match self { $(Self::$name => $label),+ }
            }
        }
    };
}

stages! {
    Starting = "starting",
    Generating = "writing the bank",
    Reading = "reading files",
    Standardising = "standardising records",
    Blocking = "finding candidate pairs",
    EstimatingU = "estimating u from random pairs",
    EstimatingM = "training m",
    Scoring = "scoring pairs",
    Clustering = "forming customers",
    Surviving = "choosing surviving values",
    Learning = "learning from what happened",
    BuildingSilver = "building silver",
    BuildingGold = "building gold",
    Testing = "testing",
    Masking = "writing the masked copy",
    Publishing = "publishing",
    Verifying = "reading every page of the files",
    Finishing = "finishing",
    Reporting = "telling of it",
}

#[derive(Debug, Default)]
struct ProgressCells {
    stage: AtomicU8,
    done: AtomicU64,
    total: AtomicU64,
    detail: std::sync::Mutex<String>,
    steps: std::sync::Mutex<Vec<Step>>,
}

/// A part of a job that is done and stays told: a model that was built.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Step {
    /// `silver.dim_account`
    pub name: String,
    /// built | absent | failed | skipped
    pub state: String,
    pub rows: u64,
    pub seconds: f64,
    pub message: String,
}

/// Counters that a job moves and a watcher samples; moving them costs next to nothing.
#[derive(Debug, Clone, Default)]
pub struct Progress(Arc<ProgressCells>);

/// What a watcher sees at one moment. `total` is 0 where it is not known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ProgressSample {
    pub stage: Stage,
    /// What the stage is at: a file's name, a table, a blocking rule.
    pub detail: String,
    pub done: u64,
    pub total: u64,
}

impl Progress {
    /// Enters a stage with `total` steps (0: not known) and starts counting at 0.
    pub fn enter(&self, stage: Stage, total: u64) {
        self.0.done.store(0, Ordering::Relaxed);
        self.0.total.store(total, Ordering::Relaxed);
        self.0.stage.store(stage as u8, Ordering::Relaxed);
        self.say("");
    }

    /// Names what the stage is at.
    pub fn say(&self, detail: &str) {
        if let Ok(mut held) = self.0.detail.lock() {
            detail.clone_into(&mut held);
        }
    }

    pub fn advance(&self, steps: u64) {
        self.0.done.fetch_add(steps, Ordering::Relaxed);
    }

    /// Tells of a part that is done.
    pub fn finish(&self, step: Step) {
        if let Ok(mut held) = self.0.steps.lock() {
            held.push(step);
        }
    }

    /// The parts that are done, in order.
    pub fn steps(&self) -> Vec<Step> {
        self.0.steps.lock().map(|held| held.clone()).unwrap_or_default()
    }

    pub fn sample(&self) -> ProgressSample {
        let stage = Stage::ALL.get(usize::from(self.0.stage.load(Ordering::Relaxed))).copied().unwrap_or(Stage::Starting);
        ProgressSample {
            stage,
            detail: self.0.detail.lock().map(|held| held.clone()).unwrap_or_default(),
            done: self.0.done.load(Ordering::Relaxed),
            total: self.0.total.load(Ordering::Relaxed),
        }
    }
}

/// Frees a large value in a thread of its own: giving back a million small texts takes most of a second, and nobody shall wait for it.
pub fn free_aside<T: Send + 'static>(value: T) {
    // Where no thread can be made, the value is freed here.
    let _ = std::thread::Builder::new().spawn(move || drop(value));
}

/// Handed down to everything that may take long.
#[derive(Debug, Clone, Default)]
pub struct RunCtx {
    pub cancel: CancelToken,
    pub progress: Progress,
}

impl RunCtx {
    pub fn check(&self) -> Result<(), Cancelled> {
        self.cancel.check()
    }
}
