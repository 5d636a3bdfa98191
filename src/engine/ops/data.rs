//! Quality of data, deed by deed. Flow: DataDeed -> its file -> Report.

use std::path::Path;

use crate::base::RunCtx;
use crate::engine::answer::words::counted;
use crate::engine::data_deed::{DataDeed, DataTest};
use crate::engine::error::EngineError;
use crate::engine::event::Report;
use crate::engine::executor::Shared;
use crate::engine::pages::Sight;
use crate::engine::session::Session;
use crate::warehouse::checks::{Known, check_of};

use super::{data_tests, dbt, publish, run, trust, workflow};

pub(in crate::engine) fn perform(shared: &Shared, deed: &DataDeed, ctx: &RunCtx) -> Result<Report, EngineError> {
    let session = shared.session()?;
    let report = match deed {
        DataDeed::Test { select, exclude } => data_tests::test(&session, select, exclude, ctx).map(Report::Tested),
        DataDeed::RunModels { select, exclude, publish, full_refresh } => {
            run::run_models(&session, &run::Chosen { select, exclude, publish: *publish, full_refresh: *full_refresh }, ctx)
                .map(Box::new)
                .map(Report::Ran)
        }
        DataDeed::Retry { publish } => run::retry(&session, *publish, ctx).map(|outcome| {
            outcome.map_or_else(
                || Report::Said("The last run went through: there is nothing to do again.".to_owned()),
                |outcome| Report::Ran(Box::new(outcome)),
            )
        }),
        DataDeed::PublishAnyway { version, reason, user } => publish::publish_anyway(&session, *version, reason, user)
            .map(|(version, summary)| Report::Published { version: version.0, summary }),
        DataDeed::Export { sql, file } => return export(&session, sql, file, ctx).map(Report::Said),
        DataDeed::ExportSpark { dir } => return dbt::write(&session, dir, ctx).map(Report::Said),
        DataDeed::ExportWorkflow { dir } => return workflow::write(dir).map(Report::Said),
        DataDeed::AddTest { test } => {
            add_test(&session, test)?;
            drop(session);
            // Its settings are read where a workspace is opened.
            let session = shared.session()?;
            let dir = session.workspace.dir().to_owned();
            drop(session);
            shared.open(&dir)?;
            return Ok(Report::Said(format!("{} is a test of {} now", test.own_name(), test.table)));
        }
    };
    shared.changed(&session);
    report
}

/// What this viewer may see of what a statement answers.
fn export(session: &Session, sql: &str, file: &Path, ctx: &RunCtx) -> Result<String, EngineError> {
    let sight = trust::sight(session)?;
    let mut conn = if sight == Sight::Clear { session.reader_of_published()? } else { session.reader_of_masked()? };
    crate::engine::answer::sqlite(crate::warehouse::register(&conn))?;
    let rows = crate::export::export(&mut conn, sql, file, ctx)?;
    let masked = if sight == Sight::Clear { "" } else { " of the masked gold" };
    Ok(format!("Wrote {}{masked} to {}", counted(rows, "row"), file.display()))
}

/// Writes a test into workspace.toml, once it is one.
fn add_test(session: &Session, test: &DataTest) -> Result<(), EngineError> {
    session.must_write()?;
    check_of(test, "the new test", 1, &Known { as_of: "", earlier_rows: &std::collections::BTreeMap::new() })?;
    let mut workspace = session.workspace.clone();
    if workspace.config.tests.contains(test) {
        return Err(EngineError::Refused(format!("{} is a test of {} already.", test.own_name(), test.table)));
    }
    workspace.config.tests.push(test.clone());
    workspace.save()?;
    Ok(())
}
