//! A labelled truth for evaluation. Flow: CSV `source_system,source_customer_id,entity_id[,linkable]` -> rows.

use std::fs::File;
use std::path::Path;

use crate::base::RecordKey;

use super::IngestError;

/// Which person a record is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TruthRow {
    pub key: RecordKey,
    pub entity: String,
    /// False where the truth says that nothing in the data could link the record.
    pub linkable: bool,
}

/// Reads the file; a missing column is an error that names it.
pub fn read_truth(path: &Path) -> Result<Vec<TruthRow>, IngestError> {
    let file = File::open(path).map_err(|source| IngestError::from_io(path, &source))?;
    let mut reader = ::csv::Reader::from_reader(file);
    let refused = |message: String| IngestError::Truth { file: path.display().to_string(), message };
    let headers = reader.headers().map_err(|error| refused(error.to_string()))?.clone();
    let place = |name: &str| headers.iter().position(|header| header.trim() == name);
    let need = |name: &str| {
        place(name).ok_or_else(|| refused(format!("there is no column {name}; it needs source_system, source_customer_id and entity_id")))
    };
    let (system, id, entity) = (need("source_system")?, need("source_customer_id")?, need("entity_id")?);
    let linkable = place("linkable");
    reader
        .records()
        .map(|record| {
            let record = record.map_err(|error| refused(error.to_string()))?;
            let field = |at: usize| record.get(at).unwrap_or_default();
            Ok(TruthRow {
                key: RecordKey::new(field(system), field(id)),
                entity: field(entity).to_owned(),
                linkable: linkable.is_none_or(|at| !matches!(field(at), "no" | "false" | "0")),
            })
        })
        .collect()
}
