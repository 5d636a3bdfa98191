//! What `workspace.toml` says of runs: when they happen, who is told, and how long what they leave behind is kept.

use serde::{Deserialize, Serialize};

/// `[smtp]`: the server that run reports are sent by. Its password comes from the environment alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Smtp {
    pub server: String,
    /// The usual one of `tls` where it is not given: 587, 465, 25.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub port: Option<u16>,
    #[serde(default)]
    pub tls: SmtpTls,
    /// Who signs in; nobody where it is not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    pub from: String,
    pub to: Vec<String>,
    #[serde(default)]
    pub when: MailWhen,
}

/// How the way to the server is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SmtpTls {
    /// The connection begins in the clear and must be turned into a protected one before anything is said.
    #[default]
    Starttls,
    /// Protected from the first byte.
    Tls,
    /// In the clear: for a relay on this machine alone.
    None,
}

/// Which runs are written home about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MailWhen {
    #[default]
    Always,
    /// Runs that failed, and runs on which a test of severity error failed.
    Problems,
}

/// `[schedule]`: when runs happen while the program is open.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ScheduleSettings {
    /// A cron expression of five fields, in UTC; none: no run comes by itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cron: Option<String>,
}

impl ScheduleSettings {
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// `[retention]`: what may be removed when somebody says `karat retention apply`. What is not given is kept for ever.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RetentionRule {
    /// Snapshots that a newer one has replaced go so many days after they were loaded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub batch_days: Option<u32>,
    /// So many gold versions stay, besides the one that people see, the one before it, and a newer one that waits to be published.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gold_versions: Option<u32>,
    /// Reports of so many runs stay.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reports: Option<u32>,
}

impl RetentionRule {
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}
