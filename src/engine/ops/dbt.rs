//! The workspace for Spark and dbt. Flow: newest silver and gold -> Parquet files, the matching model, the dbt project -> a folder put in place when it is whole.

use std::fs;
use std::path::Path;

use crate::base::{GoldVersion, RunCtx};
use crate::engine::answer::words::counted;
use crate::engine::error::EngineError;
use crate::engine::pages::Sight;
use crate::engine::session::Session;
use crate::export;
use crate::matching::Model;
use crate::store::StoreError;
use crate::store::typed::CellKind;
use crate::warehouse::dbt::{self, Project};

use super::match_export::Forms;
use super::{data_tests, run, trust};

/// Writes the folder; it must not be there, or be empty. Says what was written.
pub fn write(session: &Session, dir: &Path, ctx: &RunCtx) -> Result<String, EngineError> {
    if trust::sight(session)? != Sight::Clear {
        return Err(EngineError::Refused(
            "the project holds bronze and silver, which are personal data in the clear. Say --unmask with it; the audit log keeps who did."
                .to_owned(),
        ));
    }
    let io = |source| EngineError::from(StoreError::io(dir, source));
    if fs::read_dir(dir).is_ok_and(|mut entries| entries.next().is_some()) {
        return Err(EngineError::Refused(format!("{} is not empty. Name a new folder, or empty this one.", dir.display())));
    }
    let Some(gold) = data_tests::newest_gold(session)? else {
        return Err(EngineError::Refused("nothing is built yet that could be exported. Say 'karat run' first.".to_owned()));
    };
    let aside = export::aside_of(dir);
    let _ = fs::remove_dir_all(&aside);
    let written = fill(session, gold, &aside, ctx);
    match written {
        Ok(project) => {
            let _ = fs::remove_dir(dir);
            fs::rename(&aside, dir).map_err(io)?;
            Ok(told(&project, dir))
        }
        Err(error) => {
            // What cannot be removed now is written over the next time.
            let _ = fs::remove_dir_all(&aside);
            Err(error)
        }
    }
}

fn fill(session: &Session, gold: GoldVersion, aside: &Path, ctx: &RunCtx) -> Result<Project, EngineError> {
    let mut conn = session.reader_of(Some(gold))?;
    let as_of = run::as_of(session, &conn)?;
    let graph = data_tests::graph(session)?;
    let project = dbt::project(&conn, &graph, &as_of)?;
    for (path, text) in &project.files {
        put(&aside.join(path), text.as_bytes())?;
    }
    for table in &project.tables {
        ctx.check()?;
        ctx.progress.say(&table.path);
        let path = aside.join("parquet").join(format!("{}.parquet", table.path));
        make_folder_of(&path)?;
        let columns: Vec<(String, CellKind)> =
            table.columns.iter().map(|column| (column.name.clone(), kind_of(&column.sql_type))).collect();
        export::parquet_of(&mut conn, &table.sql, &columns, &path, ctx)?;
    }
    if let Some(pinned) = session.control().pinned_model()? {
        let forms = Forms::of(&Model::from_json(&pinned.json)?)?;
        put(&aside.join("matching/model.json"), forms.splink.as_bytes())?;
        put(&aside.join("matching/model.karat.json"), forms.native.as_bytes())?;
    }
    Ok(project)
}

fn kind_of(sql_type: &str) -> CellKind {
    match sql_type {
        "INTEGER" => CellKind::Integer,
        "REAL" => CellKind::Real,
        _ => CellKind::Text,
    }
}

fn make_folder_of(path: &Path) -> Result<(), EngineError> {
    let folder = path.parent().unwrap_or(path);
    fs::create_dir_all(folder).map_err(|source| StoreError::io(folder, source).into())
}

fn put(path: &Path, bytes: &[u8]) -> Result<(), EngineError> {
    make_folder_of(path)?;
    fs::write(path, bytes).map_err(|source| StoreError::io(path, source).into())
}

fn told(project: &Project, dir: &Path) -> String {
    let models = project.files.iter().filter(|(path, _)| path.starts_with("models/") && path.ends_with(".sql")).count() as u64;
    format!(
        "Wrote {} as Parquet and {} to {}; {} of them read what Karat built, and README.md says why",
        counted(project.tables.len() as u64, "table"),
        counted(models, "dbt model"),
        dir.display(),
        project.kept.len()
    )
}
