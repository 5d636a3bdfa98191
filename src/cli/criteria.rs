//! `karat criteria`. Flow: Query::Criteria -> a line each, or JSON; ends with 1 where one is not met.

use crate::base::Cell;
use crate::engine::{Page, Query};

use super::args::Common;
use super::client::Stop;
use super::print::{json, out, text_table};
use super::run::reader;

pub fn criteria(common: &Common) -> Result<(), Stop> {
    let page = reader(common, "criteria")?.ask(Query::Criteria)?;
    let Page::Criteria(page) = &*page else { return Err(Stop::Failed("the engine answered with another page".to_owned())) };
    if common.json {
        json(page)?;
    } else {
        let rows = page.criteria.iter().map(|one| {
            let said = [Some(&one.evidence), one.caveat.as_ref(), one.remedy.as_ref()].into_iter().flatten().cloned().collect::<Vec<_>>();
            vec![
                Cell::text(if one.is_met { "met" } else { "not met" }),
                Cell::text(one.title),
                Cell::text(said.join("; ")),
                Cell::text(one.at.clone().unwrap_or_default()),
                Cell::text(one.command),
            ]
        });
        out(&text_table(&["", "Criterion", "Evidence", "Since", "Shown by"], rows.collect()))?;
    }
    if page.all_met() {
        return Ok(());
    }
    Err(Stop::Failed(format!("{} of {} criteria are met.", page.met(), page.criteria.len())))
}
