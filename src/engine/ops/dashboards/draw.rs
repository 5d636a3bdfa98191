//! A page's figures as pictures. Flow: DashboardView -> Picture, Figure, Stamp -> Board.

use crate::base::shown::date;
use crate::base::{Cell, DataTable};
use crate::engine::pages::{Chart, ChartKind, DashboardPage, DashboardView, Tile};
use crate::export::picture::{Board, Figure, Picture, PictureKind, PictureSeries, Stamp};

pub fn stamp(view: &DashboardView, workspace: &str, is_masked: bool) -> Stamp {
    let chosen = view.chosen.iter().map(|(facet, value)| format!("; {facet}: {value}")).collect::<String>();
    let currency = view.filter.currency.as_ref().map(|currency| format!("; money in {currency}")).unwrap_or_default();
    let masked = if is_masked { ", personal data masked" } else { "" };
    Stamp {
        workspace: workspace.to_owned(),
        filters: format!("{}, compared with {}{chosen}{currency}", view.period, view.period_before),
        snapshot: format!("Gold v{}, as of {}{masked}", view.gold_version, date(&view.as_of)),
    }
}

pub fn board(view: &DashboardView, page: DashboardPage, stamp: Stamp) -> Board {
    Board {
        title: page.title().to_owned(),
        stamp,
        figures: view.tiles.iter().map(figure).collect(),
        pictures: view.charts.iter().map(picture).collect(),
    }
}

fn figure(tile: &Tile) -> Figure {
    let previous =
        tile.previous_text.strip_prefix("as of ").map_or_else(|| tile.previous_text.clone(), |day| format!("as of {}", date(day)));
    Figure {
        title: tile.title.clone(),
        value: tile.value.clone(),
        unit: tile.unit.clone(),
        change: [tile.change_text.as_str(), &previous].iter().filter(|part| !part.is_empty()).copied().collect::<Vec<_>>().join(" "),
        better: tile.better,
        spark: tile.spark.clone(),
        definition: tile.definition.clone(),
        sql: tile.sql.clone(),
    }
}

pub fn picture(chart: &Chart) -> Picture {
    Picture {
        title: chart.title.clone(),
        unit: chart.subtitle.clone(),
        kind: match chart.kind {
            ChartKind::Line => PictureKind::Line,
            ChartKind::Area => PictureKind::Area,
            ChartKind::GroupedBars => PictureKind::GroupedBars,
            ChartKind::HorizontalBars => PictureKind::HorizontalBars,
            ChartKind::OrderedBars => PictureKind::OrderedBars,
            ChartKind::Table => PictureKind::Table,
        },
        labels: chart.x_labels.clone(),
        series: chart
            .series
            .iter()
            .map(|series| PictureSeries { name: series.name.clone(), values: series.values.clone(), is_before: series.is_before })
            .collect(),
        table: chart.table.clone(),
        note: note(chart),
        definition: chart.definition.clone(),
        sql: chart.sql.clone(),
    }
}

/// What has to be said beside a chart; what only helps to click is left out.
fn note(chart: &Chart) -> Option<String> {
    let note = chart.note.clone().filter(|note| !note.starts_with("Open all"));
    if chart.left_out.is_empty() {
        return note;
    }
    let left_out = format!("Not narrowed by {}.", chart.left_out.join(", "));
    Some(note.map_or_else(|| left_out.clone(), |note| format!("{note} {left_out}")))
}

/// The data of a figure, each row with what it is of: title, unit, filters and snapshot travel with the rows.
pub fn stamped(table: &DataTable, title: &str, unit: &str, stamp: &Stamp) -> DataTable {
    let about = [title, unit, &stamp.filters, &stamp.snapshot];
    let mut columns: Vec<String> = table.columns.iter().map(|column| column.replace(' ', "_")).collect();
    columns.extend(["_title", "_unit", "_filters", "_snapshot"].map(str::to_owned));
    let rows = table.rows.iter().map(|row| row.iter().map(as_number).chain(about.map(Cell::text)).collect()).collect();
    DataTable { columns, rows, truncated: table.truncated }
}

/// Money in a file is a number, exact to the cent.
fn as_number(cell: &Cell) -> Cell {
    match cell {
        Cell::Money { .. } => cell.as_f64().map_or(Cell::Null, Cell::Real),
        other => other.clone(),
    }
}
