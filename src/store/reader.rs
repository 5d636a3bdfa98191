//! One connection that reads all four layers under their names and can write nothing.

use std::path::Path;
use std::time::Duration;

use rusqlite::OpenFlags;
use rusqlite::hooks::{AuthAction, AuthContext, Authorization};

/// What answers hand on from here to the functions that read.
pub use rusqlite::Connection;

use crate::base::{GoldVersion, Layer};

use super::open::{file_uri, or_immutable};
use super::{StoreError, Workspace};

/// Opens bronze, silver, control and one gold read-only. A layer that does not exist yet is an empty schema of that name.
pub fn open_reader(workspace: &Workspace, gold: Option<GoldVersion>) -> Result<Connection, StoreError> {
    let conn = in_memory()?;
    attach_read_only(&conn, Layer::Bronze, &workspace.bronze())?;
    attach_read_only(&conn, Layer::Silver, &workspace.silver())?;
    attach_read_only(&conn, Layer::Control, &workspace.readable_control())?;
    match gold {
        Some(version) => attach_read_only(&conn, Layer::Gold, &workspace.gold(version))?,
        None => attach_uri(&conn, Layer::Gold, "file::memory:")?,
    }
    Ok(conn)
}

/// Opens bronze, silver, control and live gold read-only.
pub fn open_live_reader(workspace: &Workspace) -> Result<Connection, StoreError> {
    let conn = in_memory()?;
    attach_read_only(&conn, Layer::Bronze, &workspace.bronze())?;
    attach_read_only(&conn, Layer::Silver, &workspace.silver())?;
    attach_read_only(&conn, Layer::Control, &workspace.readable_control())?;
    attach_read_only(&conn, Layer::Gold, &workspace.gold_live())?;
    Ok(conn)
}

/// Opens the masked copy of one gold read-only, under the name `gold`; every other layer is an empty schema.
pub fn open_masked_reader(workspace: &Workspace, gold: Option<GoldVersion>) -> Result<Connection, StoreError> {
    let conn = in_memory()?;
    for layer in [Layer::Bronze, Layer::Silver, Layer::Control] {
        attach_uri(&conn, layer, "file::memory:")?;
    }
    match gold {
        Some(version) => attach_read_only(&conn, Layer::Gold, &workspace.gold_masked(version))?,
        None => attach_uri(&conn, Layer::Gold, "file::memory:")?,
    }
    Ok(conn)
}

/// A connection whose main schema is empty and in memory; layers are attached to it.
pub fn in_memory() -> Result<Connection, StoreError> {
    let flags =
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_URI | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let conn = Connection::open_with_flags("file::memory:", flags).map_err(|source| StoreError::at(Path::new(":memory:"), source))?;
    conn.busy_timeout(Duration::from_secs(5)).map_err(|source| StoreError::at(Path::new(":memory:"), source))?;
    Ok(conn)
}

/// Attaches a file read-only; an empty schema where there is no file.
pub fn attach_read_only(conn: &Connection, layer: Layer, path: &Path) -> Result<(), StoreError> {
    if !path.exists() {
        return attach_uri(conn, layer, "file::memory:");
    }
    attach_read_only_as(conn, layer.name(), path)
}

/// Attaches a file that is there under a name of its own.
pub fn attach_read_only_as(conn: &Connection, name: &str, path: &Path) -> Result<(), StoreError> {
    or_immutable(path, |uri| conn.execute(&format!("ATTACH ?1 AS {name}"), [uri]).map(drop)).map_err(|source| StoreError::at(path, source))
}

/// Attaches a new file that is being built: fast and unsafe on purpose, because it is thrown away unless it is finished.
pub fn attach_building(conn: &Connection, layer: Layer, path: &Path) -> Result<(), StoreError> {
    if path.exists() {
        std::fs::remove_file(path).map_err(|source| StoreError::io(path, source))?;
    }
    attach_uri(conn, layer, &file_uri(path, "rwc"))?;
    let name = layer.name();
    conn.execute_batch(&format!(
        "PRAGMA {name}.page_size = 8192; PRAGMA {name}.journal_mode = OFF; PRAGMA {name}.synchronous = OFF; PRAGMA {name}.cache_size = -131072;"
    ))
    .map_err(|source| StoreError::at(path, source))
}

/// Attaches a file to be changed that is a copy: as unsafe as one that is being built.
pub fn attach_copy(conn: &Connection, layer: Layer, path: &Path) -> Result<(), StoreError> {
    attach_uri(conn, layer, &file_uri(path, "rw"))?;
    conn.execute_batch(&format!("PRAGMA {layer}.journal_mode = OFF; PRAGMA {layer}.synchronous = OFF;"))
        .map_err(|source| StoreError::at(path, source))
}

pub fn detach(conn: &Connection, layer: Layer) -> Result<(), StoreError> {
    conn.execute_batch(&format!("DETACH {layer}")).map_err(|source| StoreError::at(Path::new(layer.name()), source))
}

/// Refuses everything but reading: for SQL that a person typed.
pub fn forbid_writing(conn: &mut Connection) -> rusqlite::Result<()> {
    conn.authorizer(Some(|context: AuthContext<'_>| match context.action {
        AuthAction::Select | AuthAction::Read { .. } | AuthAction::Recursive => Authorization::Allow,
        AuthAction::Function { function_name } if !function_name.eq_ignore_ascii_case("load_extension") => Authorization::Allow,
        _ => Authorization::Deny,
    }))
}

fn attach_uri(conn: &Connection, layer: Layer, uri: &str) -> Result<(), StoreError> {
    conn.execute(&format!("ATTACH ?1 AS {layer}"), [uri]).map(drop).map_err(|source| StoreError::at(Path::new(uri), source))
}
