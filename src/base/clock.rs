//! The wall clock, replaceable in tests. Nothing in silver or gold rows may come from it.

use std::time::SystemTime;

use chrono::{DateTime, SecondsFormat, TimeDelta, TimeZone, Utc};

/// A moment that a file system or the clock gave: `2026-11-20T18:04:09.123Z`.
pub fn iso_of(at: SystemTime) -> String {
    DateTime::<Utc>::from(at).to_rfc3339_opts(SecondsFormat::Millis, true)
}

/// Where "now" comes from.
#[derive(Debug, Clone, Copy, Default)]
pub enum Clock {
    #[default]
    System,
    /// Always this moment.
    Fixed(DateTime<Utc>),
    /// The system's clock, so much ahead: who waits for a time need not wait long for it.
    Ahead(TimeDelta),
}

impl Clock {
    /// A clock that stands at this many seconds since 1970.
    pub fn fixed_at(unix_secs: i64) -> Self {
        Self::Fixed(Utc.timestamp_opt(unix_secs, 0).single().unwrap_or_default())
    }

    pub fn now(self) -> DateTime<Utc> {
        match self {
            #[expect(clippy::disallowed_methods, reason = "this is the one place that reads the clock")]
            Self::System => Utc::now(),
            Self::Fixed(at) => at,
            Self::Ahead(by) => Self::System.now() + by,
        }
    }

    /// `2026-11-20T18:04:09Z`
    pub fn now_iso(self) -> String {
        self.now().to_rfc3339_opts(SecondsFormat::Secs, true)
    }
}
