//! `match.toml` in and out. Errors name line and column.

use serde::{Deserialize, Serialize};

use crate::matching::levels::{bounds::Bounds, levels_of};
use crate::matching::settings::{Comparison, ComparisonKind, FieldKind, Settings};

use super::{Karat, MatchConfig};

/// Why a text is no configuration. `line` and `column` count from 1; 0 where the fault has no one place.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{place}{reason}", place = if *line > 0 { format!("line {line}, column {column}: ") } else { String::new() })]
pub struct ConfigError {
    pub line: usize,
    pub column: usize,
    pub reason: String,
}

#[derive(Debug, Default, Serialize, Deserialize)]
struct Extra {
    #[serde(default)]
    karat: Karat,
}

impl MatchConfig {
    /// Reads and checks. A key that means nothing is refused: it is a typing error.
    pub fn from_toml(text: &str) -> Result<Self, ConfigError> {
        let table: toml::Table = toml::from_str(text).map_err(|error| at(text, &error))?;
        let settings: Settings = toml::from_str(text).map_err(|error| at(text, &error))?;
        // A key that the settings do not give back is one that they do not know.
        let read = toml::Table::try_from(&settings).unwrap_or_default();
        if let Some(key) = table.keys().find(|key| !read.contains_key(*key) && *key != "karat") {
            let line = text.lines().position(|line| line.trim_start_matches(['[', ' ']).starts_with(key.as_str())).map_or(0, |at| at + 1);
            let known = read.keys().map(String::as_str).collect::<Vec<_>>().join(", ");
            return Err(ConfigError { line, column: usize::from(line > 0), reason: format!("\"{key}\" is no setting; there are {known}") });
        }
        let extra: Extra = toml::from_str(text).map_err(|error| at(text, &error))?;
        let config = Self { settings, karat: extra.karat };
        config.check()?;
        Ok(config)
    }

    /// Errors only where a number is not finite.
    pub fn to_toml(&self) -> Result<String, ConfigError> {
        let fault = |error: toml::ser::Error| ConfigError { line: 0, column: 0, reason: error.to_string() };
        let mut text = toml::to_string_pretty(&self.settings).map_err(fault)?;
        if self.karat != Karat::default() {
            text.push_str("\n# Set by people in the window: read by Karat, ignored by everything else.\n");
            text.push_str(&toml::to_string_pretty(&Extra { karat: self.karat.clone() }).map_err(fault)?);
        }
        Ok(text)
    }

    /// Whether everything that is named is there and every number is in its bounds.
    pub fn check(&self) -> Result<(), ConfigError> {
        let wrong = |reason: String| Err(ConfigError { line: 0, column: 0, reason });
        let settings = &self.settings;
        if settings.blocking_rules_to_generate_predictions.is_empty() {
            return wrong("no blocking rule is on, so nothing would be compared; turn one on".to_owned());
        }
        if settings.comparisons.is_empty() {
            return wrong("no comparison is on, so nothing could be weighed; turn one on".to_owned());
        }
        for rule in &settings.blocking_rules_to_generate_predictions {
            if let Some(key) = rule.keys.iter().find(|key| settings.field(&key.field).is_none()) {
                return wrong(format!("blocking rule \"{}\" names field \"{}\", which is not under fields", rule.blocking_rule, key.field));
            }
        }
        for comparison in &settings.comparisons {
            let named = std::iter::once(&comparison.field).chain(&comparison.swapped_with);
            if let Some(field) = named.into_iter().find(|field| settings.field(field).is_none()) {
                let name = &comparison.output_column_name;
                return wrong(format!("comparison \"{name}\" names field \"{field}\", which is not under fields"));
            }
            self.check_kind(comparison)?;
        }
        for conflict in &settings.conflicts {
            if let Some(against) = conflict.all.iter().find(|against| settings.comparison_index(&against.comparison).is_none()) {
                return wrong(format!("conflict \"{}\" names comparison \"{}\", which there is not", conflict.label, against.comparison));
            }
        }
        self.check_numbers()
    }

    /// Whether a comparison can be made of its field.
    fn check_kind(&self, comparison: &Comparison) -> Result<(), ConfigError> {
        use ComparisonKind as Kind;
        let name = &comparison.output_column_name;
        let wrong = |reason: String| Err(ConfigError { line: 0, column: 0, reason: format!("comparison \"{name}\": {reason}") });
        let needed: &[FieldKind] = match comparison.kind {
            Kind::Number => &[FieldKind::Number],
            Kind::DateDifference | Kind::Date => &[FieldKind::Date],
            Kind::Distance => &[FieldKind::Position],
            Kind::List => &[FieldKind::List],
            Kind::Jaccard | Kind::Cosine => &[FieldKind::Text, FieldKind::Organisation, FieldKind::Street, FieldKind::List],
            _ => &[],
        };
        let found = self.settings.field(&comparison.field).map(|field| field.kind);
        if !needed.is_empty() && found.is_none_or(|kind| !needed.contains(&kind)) {
            let wanted = needed.iter().map(word_of).collect::<Vec<_>>().join(", ");
            return wrong(format!("its kind needs a field of kind {wanted}"));
        }
        Bounds::read(comparison.kind, &comparison.bounds).map(|_| ()).or_else(wrong)
    }

    fn check_numbers(&self) -> Result<(), ConfigError> {
        let wrong = |reason: String| Err(ConfigError { line: 0, column: 0, reason });
        let auto = self.karat.fixed_threshold.unwrap_or(self.settings.auto_threshold);
        let floor = self.settings.review_floor;
        if !(auto > 0.0 && auto < 1.0 && floor > 0.0 && floor < 1.0) {
            return wrong(format!("auto_threshold ({auto}) and review_floor ({floor}) are probabilities between 0 and 1"));
        }
        if floor > auto {
            return wrong(format!("review_floor ({floor}) lies above auto_threshold ({auto}); put it below"));
        }
        for level in &self.karat.fixed_levels {
            let Some((comparison, _)) = self.comparisons().into_iter().find(|(c, _)| c.output_column_name == level.comparison) else {
                return wrong(format!("a fixed level names comparison \"{}\", which there is not", level.comparison));
            };
            if usize::from(level.gamma) >= levels_of(comparison.kind).len() {
                return wrong(format!("comparison \"{}\" has no level {}", level.comparison, level.gamma));
            }
            let in_bounds = |p: f64| p > 0.0 && p <= 1.0;
            if !in_bounds(level.m_probability) || !in_bounds(level.u_probability) {
                return wrong(format!("m and u of \"{}\" level {} are shares above 0 and up to 1", level.comparison, level.gamma));
            }
        }
        Ok(())
    }
}

/// A kind as it is written in the file.
fn word_of(kind: &FieldKind) -> String {
    toml::Value::try_from(kind).ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
}

fn at(text: &str, error: &toml::de::Error) -> ConfigError {
    let (line, column) = error.span().map_or((0, 0), |span| {
        let before = &text[..span.start.min(text.len())];
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        (before.matches('\n').count() + 1, before[line_start..].chars().count() + 1)
    });
    ConfigError { line, column, reason: error.message().replace('\n', " ") }
}
