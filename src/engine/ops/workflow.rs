//! The workflow that tests a repository's models and data on every push. Flow: template -> file below the repository's folder.

use std::path::Path;

use crate::engine::error::EngineError;
use crate::export;
use crate::store::StoreError;

/// Where GitHub looks for it.
const PLACE: &str = ".github/workflows/karat.yml";
const TEMPLATE: &str = include_str!("../../../assets/ci/github.yml");

/// Writes it into a repository's folder; one that is there and differs stays.
pub fn write(dir: &Path) -> Result<String, EngineError> {
    let path = dir.join(PLACE);
    if std::fs::read(&path).is_ok_and(|there| there != TEMPLATE.as_bytes()) {
        return Err(EngineError::Refused(format!("{} is there already and is another. Move it away first.", path.display())));
    }
    let folder = path.parent().unwrap_or(dir);
    std::fs::create_dir_all(folder).map_err(|source| StoreError::io(folder, source))?;
    export::export_bytes(TEMPLATE.as_bytes(), &path)?;
    Ok(format!("Wrote {}. Give the repository a variable KARAT_URL that says where the program lies.", path.display()))
}
