//! What a person has set and the window remembers: theme, scale, recent workspaces, widths.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::theme::ThemeChoice;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    pub theme: ThemeChoice,
    pub zoom: f32,
    pub recent: Vec<Recent>,
    pub evidence_open: bool,
    /// The evidence says it in sentences alone.
    pub waterfall_hidden: bool,
    /// Widths that were dragged; None: as the window's size says.
    pub queue_width: Option<f32>,
    pub evidence_width: Option<f32>,
    /// Where something was last written to or read from.
    pub folder: Option<PathBuf>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            theme: ThemeChoice::System,
            zoom: 1.0,
            recent: Vec::new(),
            evidence_open: true,
            waterfall_hidden: false,
            queue_width: None,
            evidence_width: None,
            folder: None,
        }
    }
}

/// A workspace that was open.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Recent {
    pub name: String,
    pub dir: String,
    /// "500 customers, gold v41"
    pub subtitle: String,
    /// `2026-11-21`
    pub opened: String,
}

const RECENT: usize = 8;

impl Settings {
    /// Puts a workspace first.
    pub fn remember(&mut self, recent: Recent) {
        self.recent.retain(|known| known.dir != recent.dir);
        self.recent.insert(0, recent);
        self.recent.truncate(RECENT);
    }

    pub fn from_json(text: &str) -> Self {
        // Settings of another version are not worth a message: the window starts as new.
        serde_json::from_str(text).unwrap_or_default()
    }

    pub fn to_json(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_workspace_stands_once_and_first() {
        let mut settings = Settings::default();
        for dir in ["a", "b", "a"] {
            settings.remember(Recent { dir: dir.into(), ..Recent::default() });
        }
        assert_eq!(settings.recent.iter().map(|recent| recent.dir.as_str()).collect::<Vec<_>>(), ["a", "b"]);
        assert_eq!(Settings::from_json(&settings.to_json()), settings);
        assert_eq!(Settings::from_json("{\"theme\":\"dark\"}").theme, ThemeChoice::Dark);
    }
}
