//! Queries to pages. Flow: Query -> a read-only connection -> its file -> Page.

pub mod bulk;
mod catalogue;
mod churn;
mod criteria;
pub mod customer_risk;
pub mod customers;
pub mod dashboards;
pub mod data;
mod effects;
pub mod find;
mod lineage;
mod mapping;
mod match_model;
pub mod names;
mod palette;
mod publish;
mod quality;
pub mod review;
pub mod runs;
mod sources;
pub mod status;
mod suggest;
mod survivorship;
pub mod table;
mod trust;
pub mod what_if;
mod why;
pub mod words;

use std::sync::Arc;

use super::data_deed::DataQuery;
use super::error::EngineError;
use super::event::Report;
use super::query::{Page, Query};
use super::session::Session;
use crate::base::RunCtx;
use crate::engine::pages::RowsWanted;
use crate::store::StoreError;

/// Answers what needs no workspace: a file as it lies there.
pub fn of_no_workspace(query: &Query) -> Option<Result<Page, EngineError>> {
    match query {
        Query::Data(DataQuery::File { path }) => Some(data::file_page(path).map(|page| Page::TableQuality(Box::new(page)))),
        _ => None,
    }
}

/// Answers from the data as it stands now. Long ones show how far they are and can be stopped.
pub fn answer(session: &Session, query: &Query, ctx: &RunCtx) -> Result<Page, EngineError> {
    let sight = trust::guard(session, query)?;
    Ok(match query {
        Query::Status => Page::Status(status::status(session)?),
        Query::Sources { system } => Page::Sources(sources::sources(session, system.as_deref())?),
        Query::Queue(filter) => Page::Queue(session.deck()?.page(filter, &review::Standing::read(session)?)),
        Query::Item(id) => Page::Item(Box::new(review::item_page(session, id)?)),
        Query::Customers { search } => Page::Customers(customers::list(session, search)?),
        Query::Customer(key) => Page::Customer(Box::new(customers::one(session, *key)?)),
        Query::MatchModel => Page::MatchModel(Box::new(match_model::match_model_page(session)?)),
        Query::Criteria => Page::Criteria(criteria::criteria(session, sight)?),
        Query::Publish => Page::Publish(publish::publish_page(session, sight)?),
        Query::Dashboard { page, filter } => Page::Dashboard(Box::new(dashboards::dashboard(session, *page, filter, sight)?)),
        Query::DashboardRows { page, filter, figure, part, unsettled, limit } => {
            let wanted = RowsWanted { page: *page, filter, figure, part, unsettled: *unsettled, limit: *limit };
            Page::DashboardRows(Box::new(dashboards::rows(session, &wanted, sight)?))
        }
        Query::DashboardViews => Page::DashboardViews(dashboards::views(session)?),
        Query::Palette { text } => Page::Palette(palette::palette(session, text, sight)?),
        Query::Sql { sql, limit } => Page::Table(table::query(session, sql, *limit, sight, ctx)?),
        Query::LiveSql { sql, limit } => Page::Table(table::live_query(session, sql, *limit)?),
        Query::Evaluate { truth } => Page::Evaluation(super::ops::evaluate::evaluate(session, truth)?),
        Query::Decisions => Page::Decisions(review::decision_views(session)?),
        Query::Data(query) => data::answer(session, query)?,
        Query::Runs(query) => runs::answer(session, query)?,
        Query::Churn(super::churn_deed::ChurnQuery::Page { target }) => Page::Churn(Box::new(churn::page(session, *target, sight)?)),
        Query::Trust(query) => Page::Trust(Box::new(trust::answer(session, query, ctx)?)),
        Query::ReviewList => Page::ReviewList(session.deck()?.entries(&review::Standing::read(session)?)),
        Query::Parts { groups } => Page::Parts(Box::new(review::parts(session, groups)?)),
        Query::Decision(id) => Page::Decision(Box::new(review::decision_page(session, *id)?)),
        Query::EffectIfSame(item) => Page::Effect(effects::of_same(session, item)?),
        Query::Effect { item, verdict } => Page::Effect(effects::of_verdict(session, item, verdict)?),
        Query::Why { left, right } => Page::Why(Box::new(why::why(session, left, right)?)),
        Query::Bulk => Page::Bulk(bulk::bulk(session)?),
        Query::Quality => Page::Quality(Box::new(quality::quality(session)?)),
        Query::AuditDeck => Page::AuditDeck(quality::audit_deck(session)?),
        Query::Survivorship => Page::Survivorship(survivorship::survivorship(session)?),
        Query::Names(domain) => Page::Names(names::names(session, *domain)?),
        Query::Mapping(ask) => Page::Mapping(Box::new(mapping::mapping(session, ask)?)),
        Query::Quarantine(filter) => Page::Quarantine(Box::new(sources::quarantine(session, filter)?)),
    })
}

/// What a typed statement answers; cancelled within moments.
pub fn typed(session: &Session, sql: &str, limit: usize, ctx: &RunCtx) -> Result<Report, EngineError> {
    let started = std::time::Instant::now();
    let sight = trust::guard(session, &Query::Sql { sql: String::new(), limit })?;
    let table = Arc::new(table::query(session, sql, limit, sight, ctx)?);
    Ok(Report::Table { table, seconds: started.elapsed().as_secs_f64() })
}

/// Gives SQLite's error the store's words.
pub fn sqlite<T>(result: rusqlite::Result<T>) -> Result<T, EngineError> {
    result.map_err(|source| StoreError::at(std::path::Path::new("the workspace"), source).into())
}
