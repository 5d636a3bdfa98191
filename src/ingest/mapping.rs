//! Files that no profile knows by their header, mapped once. Flow: `[[source]]` of workspace.toml -> a known profile with the file's own labels.

use std::collections::BTreeMap;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::error::IngestError;
use super::profile::{self, Load, Profile};
use super::sample::{Sample, numbered, sample};

/// What the columns of one kind of file mean. It holds for every file that has these columns, whatever its name and their order.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SourceMapping {
    /// The known table that the file gives.
    pub table: String,
    /// The source system, where it is not the table's usual one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source_system: Option<String>,
    /// How a new file relates to the ones before, where it is not the table's usual way.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub load: Option<Load>,
    /// The columns that tell rows apart, where they are not the table's usual ones.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub keys: Vec<String>,
    /// How many columns the files have where none has a name: they are then `column_1`, `column_2` and so on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub without_header: Option<usize>,
    /// Label in the file -> column of the table.
    pub columns: BTreeMap<String, String>,
}

impl SourceMapping {
    /// The table's profile as this kind of file has it: a file is recognised by all mapped labels.
    pub fn profile(&self) -> Result<Profile, IngestError> {
        let mut own = profile::by_name(&self.table)?.clone();
        let unknown = self.columns.values().chain(&self.keys).find(|column| !own.columns.contains_key(*column));
        if let Some(column) = unknown {
            let known = own.columns.keys().cloned().collect::<Vec<_>>().join(", ");
            return Err(IngestError::UnknownColumn { table: self.table.clone(), column: column.clone(), known });
        }
        let mut taken: Vec<&String> = self.columns.values().collect();
        taken.sort();
        if let Some(twice) = taken.windows(2).find(|pair| pair[0] == pair[1]) {
            return Err(IngestError::MappedTwice { table: self.table.clone(), column: twice[0].clone() });
        }
        if let Some(width) = self.without_header {
            // Its header is no header: it is recognised by where its values stand.
            own.order = numbered(width).iter().map(|label| self.columns.get(label).cloned().unwrap_or_default()).collect();
        }
        own.required.extend(self.columns.values().filter(|column| !own.required.contains(column)).cloned().collect::<Vec<_>>());
        own.aliases.extend(self.columns.iter().map(|(label, column)| (label.clone(), column.clone())));
        if let Some(system) = &self.source_system {
            own.source_system.clone_from(system);
        }
        own.load = self.load.unwrap_or(own.load);
        if !self.keys.is_empty() {
            own.keys.clone_from(&self.keys);
        }
        Ok(own)
    }

    /// Refuses a mapping that a file does not bear out: a label that is not there, a column that the table needs and nothing gives.
    pub fn check(&self, path: &Path) -> Result<(), IngestError> {
        const LOOKED_AT: usize = 200;
        self.check_sample(&sample(path, LOOKED_AT)?)
    }

    /// The same of a file whose front is known.
    pub fn check_sample(&self, sample: &Sample) -> Result<(), IngestError> {
        let own = self.profile()?;
        let lacks = |missing: Vec<String>| IngestError::LacksColumns { file: sample.file.clone(), table: self.table.clone(), missing };
        let absent: Vec<String> = self.columns.keys().filter(|label| !sample.labels.contains(label)).cloned().collect();
        if !absent.is_empty() {
            return Err(lacks(absent));
        }
        let missing = own.lacks(&sample.labels);
        if missing.is_empty() { Ok(()) } else { Err(lacks(missing)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mapping(columns: &[(&str, &str)]) -> SourceMapping {
        let columns = columns.iter().map(|(label, column)| ((*label).to_owned(), (*column).to_owned())).collect();
        SourceMapping { table: "erp_customers".into(), source_system: None, load: None, keys: Vec::new(), without_header: None, columns }
    }

    #[test]
    fn a_label_that_is_also_a_column_s_name_means_what_the_mapping_says() {
        let own = mapping(&[("name", "customer_name"), ("nr", "name"), ("Ort", "territory")]).profile().unwrap();
        assert_eq!(own.column_of("name"), Some("customer_name"));
        assert_eq!(own.column_of("NR"), Some("name"));
        assert_eq!(own.lacks(&["nr", "name"]), ["territory"]);
        assert!(own.lacks(&["Ort", "nr", "name", "more"]).is_empty());
    }

    #[test]
    fn what_cannot_be_is_refused() {
        assert!(mapping(&[("a", "no_such_column")]).profile().unwrap_err().to_string().contains("it has address, "));
        assert!(mapping(&[("a", "name"), ("b", "name")]).profile().unwrap_err().to_string().contains("two labels"));
    }
}
