//! Charts and pages for others. Flow: Picture (plain data) -> canvas (SVG text) -> plot, bars, list -> chart; Board -> page (SVG), html;
//! raster: SVG -> PNG, PDF; fonts: an SVG that is a file of its own carries them.
//!
//! One writer of SVG; every other form is made from its text. Pure but for the fonts, which are in the program.

mod bars;
mod board;
mod canvas;
mod fonts;
mod html;
mod list;
mod plot;
mod raster;

pub use board::board_svg;
pub use fonts::with_fonts;
pub use html::board_html;
pub use raster::{pdf, png};

use crate::base::DataTable;
use canvas::{Canvas, Place, Weight};

/// How the values are drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum PictureKind {
    #[default]
    Line,
    Area,
    GroupedBars,
    HorizontalBars,
    /// Ordered classes, the worst first.
    OrderedBars,
    Table,
}

#[derive(Debug, Clone, Default, PartialEq)]
pub struct PictureSeries {
    pub name: String,
    /// One per label; None where there is no value.
    pub values: Vec<Option<f64>>,
    /// The period before: dashed, in the seventh colour.
    pub is_before: bool,
}

/// A chart as plain data.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Picture {
    pub title: String,
    /// "USD, by month"
    pub unit: String,
    pub kind: PictureKind,
    pub labels: Vec<String>,
    pub series: Vec<PictureSeries>,
    pub table: DataTable,
    pub note: Option<String>,
    /// What it counts, in words, and the SQL that gives it; a page shows both.
    pub definition: String,
    pub sql: String,
}

/// What stands under everything that leaves the house.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Stamp {
    /// "Apex National Bank"
    pub workspace: String,
    /// "1 Jan to 30 Jun 2026, compared with 1 Jul to 31 Dec 2025; Branch: Downtown Main"
    pub filters: String,
    /// "Gold v41, as of 20 Nov 2026"
    pub snapshot: String,
}

/// A KPI.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Figure {
    pub title: String,
    pub value: String,
    pub unit: String,
    /// "+2.3 % from 128"
    pub change: String,
    /// Whether the change is good news.
    pub better: Option<bool>,
    pub spark: Vec<f64>,
    pub definition: String,
    pub sql: String,
}

/// A page of figures and charts.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Board {
    pub title: String,
    pub stamp: Stamp,
    pub figures: Vec<Figure>,
    pub pictures: Vec<Picture>,
}

/// Points of a chart that is exported alone.
const SIZE: (f64, f64) = (960.0, 540.0);

/// One chart with its title, units, filters and snapshot.
pub fn chart_svg(picture: &Picture, stamp: &Stamp) -> String {
    let mut canvas = Canvas::new(SIZE.0, SIZE.1, &picture.title, &format!("{}. {}. {}", picture.unit, stamp.filters, stamp.snapshot));
    let whole = Place::new(0.0, 0.0, SIZE.0, SIZE.1);
    canvas.fill(whole, 0.0, canvas::PAPER);
    let inner = whole.shrunk(28.0, 22.0);
    canvas.text((inner.x, inner.y + 16.0), 18.0, Weight::SemiBold, canvas::INK, &picture.title);
    canvas.text((inner.x, inner.y + 38.0), 12.0, Weight::Regular, canvas::INK3, &picture.unit);
    let body = Place::new(inner.x, inner.y + 52.0, inner.width, inner.height - 52.0 - 44.0);
    draw(&mut canvas, body, picture);
    stamped(&mut canvas, Place::new(inner.x, inner.bottom() - 30.0, inner.width, 30.0), stamp);
    canvas.finish()
}

fn stamped(canvas: &mut Canvas, place: Place, stamp: &Stamp) {
    canvas.line((place.x, place.y), (place.right(), place.y), 1.0, canvas::LINE, false);
    canvas.text_cut((place.x, place.y + 14.0), 11.0, Weight::Regular, canvas::INK3, &stamp.filters, place.width);
    let foot = if stamp.workspace.is_empty() { stamp.snapshot.clone() } else { format!("{}, {}", stamp.workspace, stamp.snapshot) };
    canvas.text_cut((place.x, place.y + 29.0), 11.0, Weight::Regular, canvas::INK3, &foot, place.width);
}

/// The picture without its title.
fn draw(canvas: &mut Canvas, place: Place, picture: &Picture) {
    let mut place = place;
    if let Some(note) = &picture.note {
        canvas.text_cut((place.x, place.bottom() - 3.0), 11.0, Weight::Regular, canvas::INK3, note, place.width);
        place.height -= 20.0;
    }
    let is_empty = match picture.kind {
        PictureKind::Table => picture.table.rows.is_empty(),
        _ => picture.labels.is_empty() || picture.series.iter().all(|series| series.values.iter().all(Option::is_none)),
    };
    if is_empty {
        canvas.centred((place.x + place.width / 2.0, place.y + place.height / 2.0), 12.0, canvas::INK3, "No rows in this period.");
        return;
    }
    match picture.kind {
        PictureKind::Line | PictureKind::Area | PictureKind::GroupedBars => plot::draw(canvas, place, picture),
        PictureKind::HorizontalBars | PictureKind::OrderedBars => bars::draw(canvas, place, picture),
        PictureKind::Table => list::draw(canvas, place, &picture.table),
    }
}

#[cfg(test)]
mod picture_tests;
