//! Files of charts and pages: what this viewer may see, stamped, there whole or not at all.

use std::path::Path;

use super::draw;
use crate::engine::answer::dashboards::dashboard;
use crate::engine::answer::words::counted;
use crate::engine::error::EngineError;
use crate::engine::ops::trust;
use crate::engine::pages::{DashboardFilter, DashboardPage, DashboardView, Sight};
use crate::engine::session::Session;
use crate::export::picture::{Stamp, board_html, board_svg, chart_svg, pdf, png, with_fonts};
use crate::export::{FileKind, export_bytes, export_table};

fn ending(file: &Path) -> String {
    file.extension().map(|ending| ending.to_string_lossy().to_lowercase()).unwrap_or_default()
}

fn read(session: &Session, page: DashboardPage, filter: &DashboardFilter) -> Result<(DashboardView, Stamp), EngineError> {
    let sight = trust::sight(session)?;
    let view = dashboard(session, page, filter, sight)?;
    let stamp = draw::stamp(&view, &session.workspace.config.name, sight != Sight::Clear);
    Ok((view, stamp))
}

/// A chart, or the data of a chart or a KPI.
pub fn figure(session: &Session, page: DashboardPage, filter: &DashboardFilter, figure: &str, file: &Path) -> Result<String, EngineError> {
    let (view, stamp) = read(session, page, filter)?;
    let chart = view.charts.iter().find(|chart| chart.id == figure);
    let tile = view.tiles.iter().find(|tile| tile.id == figure);
    let (title, unit, table) = match (chart, tile) {
        (Some(chart), _) => (&chart.title, &chart.subtitle, &chart.table),
        (None, Some(tile)) => (&tile.title, &tile.unit, &tile.table),
        (None, None) => return Err(unknown(&view, page, figure)),
    };
    let ending = ending(file);
    match (ending.as_str(), chart) {
        ("svg" | "png", Some(chart)) => {
            let svg = chart_svg(&draw::picture(chart), &stamp);
            drawing(&ending, &svg, file)?;
            Ok(format!("Wrote {title} to {}", file.display()))
        }
        ("svg" | "png", None) => {
            Err(EngineError::Refused(format!("{title} is a figure, not a chart: write its data as csv, parquet, xlsx or json.")))
        }
        _ if FileKind::of(file).is_some() => {
            let rows = export_table(&draw::stamped(table, title, unit, &stamp), file)?;
            Ok(format!("Wrote {} of {title} to {}", counted(rows, "row"), file.display()))
        }
        _ => Err(EngineError::Refused(format!(
            "{} has none of the endings svg, png, csv, parquet, xlsx and json. Give the file one of them.",
            file.display()
        ))),
    }
}

fn unknown(view: &DashboardView, page: DashboardPage, figure: &str) -> EngineError {
    let ids = view.charts.iter().map(|chart| chart.id.as_str()).chain(view.tiles.iter().map(|tile| tile.id.as_str()));
    EngineError::Refused(format!("the page {} has no figure called {figure}. It has {}.", page.name(), ids.collect::<Vec<_>>().join(", ")))
}

/// A whole page.
pub fn page(session: &Session, page: DashboardPage, filter: &DashboardFilter, file: &Path) -> Result<String, EngineError> {
    let ending = ending(file);
    if !["html", "pdf", "svg", "png"].contains(&ending.as_str()) {
        return Err(EngineError::Refused(format!(
            "{} has none of the endings html, pdf, svg and png. Give the file one of them.",
            file.display()
        )));
    }
    let (view, stamp) = read(session, page, filter)?;
    let board = draw::board(&view, page, stamp);
    if ending == "html" {
        export_bytes(board_html(&board).as_bytes(), file)?;
    } else {
        drawing(&ending, &board_svg(&board), file)?;
    }
    Ok(format!("Wrote the page {} to {}", page.title(), file.display()))
}

fn drawing(ending: &str, svg: &str, file: &Path) -> Result<(), EngineError> {
    let bytes = match ending {
        "png" => png(svg),
        "pdf" => pdf(svg),
        _ => Ok(with_fonts(svg).into_bytes()),
    };
    let bytes = bytes.map_err(|why| EngineError::Refused(format!("the drawing for {} could not be made: {why}.", file.display())))?;
    Ok(export_bytes(&bytes, file)?)
}
