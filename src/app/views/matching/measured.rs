//! How right each threshold is, with its ranges; and the pairs that somebody knows.

use egui::accesskit::Role;
use egui::{Rect, Ui, pos2, vec2};
use egui_plot::{Line, PlotPoints, Polygon};

use super::charts::{number_ticks, ruled};
use super::dialogs::Dialog;
use super::model::{self, Lines};
use super::preview::{record_cell, records, who};
use super::state::Matching;
use crate::app::theme::kind::{DENSE, DENSE_M, META, META_M, icon};
use crate::app::theme::tokens;
use crate::app::views::parts;
use crate::app::widgets::table::{Column, Table};
use crate::app::widgets::{Button, ButtonKind, PlotFrame, Row, draw, empty};
use crate::app::words;
use crate::engine::pages::{MatchMeasured, MatchModelPage, MeasuredRow, MeasuredShare};

/// A measure's name, and where it stands in a row.
type Kind = (&'static str, fn(&MeasuredRow) -> MeasuredShare);

/// The chart, or how to get one.
pub fn chart(ui: &mut Ui, rect: Rect, state: &mut Matching, page: &MatchModelPage, lines: Lines) {
    let Some(found) = page.measured.as_ref().filter(|found| found.rows.len() > 1) else {
        let words = if page.answers > 0 {
            "Nobody has measured this run yet. People's answers or a truth file tell how right each threshold is."
        } else {
            "Nobody has answered a question yet. Answers, or a truth file, tell how right each threshold is."
        };
        let button = Button::new("Measure").name("Measure precision and recall").icon(icon::SEAL);
        if empty::show(ui, rect, icon::SEAL, words, Some(&button)).is_some_and(|pressed| pressed.clicked()) {
            state.dialog = Some(Dialog::measure());
        }
        return;
    };
    let bar = Rect::from_min_size(rect.min, vec2(rect.width(), 24.0));
    bar_of(ui, bar, state, found);
    curves(ui, rect.with_min_y(bar.bottom()), found, lines);
}

/// What it was measured by, the way to the pairs, and to measuring again.
fn bar_of(ui: &Ui, rect: Rect, state: &mut Matching, found: &MatchMeasured) {
    let t = tokens(ui);
    let mut row = Row::new(ui, rect, "measured-bar");
    let again = Button::new("Measure again").icon(icon::SEAL).words(false).kind(ButtonKind::Ghost);
    if row.button_right(&again).clicked() {
        state.dialog = Some(Dialog::measure());
    }
    row.gap_right(2.0);
    let label = words::counted(found.audited.len() as u64, "pair", "pairs");
    let tip = format!("{} are known; the model has {} of them otherwise", label, words::count(found.wrong));
    let pairs = Button::new(&label).name("Show the audited pairs").kind(ButtonKind::Link).tooltip(&tip);
    if row.button_right(&pairs).clicked() {
        state.audited = true;
        state.pair = 0;
    }
    row.gap_right(6.0);
    if found.is_old {
        row.chip_right(Some(icon::WARN), "answers came since", t.warn);
        row.gap_right(6.0);
    }
    let by = if found.by_truth { format!("By {}", found.by) } else { format!("Expected from {}", found.by) };
    row.text(&by, META_M, t.t2);
}

fn curves(ui: &mut Ui, rect: Rect, found: &MatchMeasured, lines: Lines) {
    let t = tokens(ui);
    let (Some(first), Some(last)) = (found.rows.first(), found.rows.last()) else { return };
    // Far out nothing changes that somebody would choose: what is near the lines is looked at.
    let x = (first.match_weight.max(lines.review - 3.0), last.match_weight.min(lines.auto + 5.0).max(lines.review + 1.0));
    let shown: Vec<&MeasuredRow> = found.rows.iter().filter(|row| x.0 <= row.match_weight && row.match_weight <= x.1).collect();
    let lowest = shown.iter().flat_map(|row| [row.precision.low, row.recall.low]).fold(1.0, f64::min);
    let low = (lowest - 0.03).max(0.0);
    let said = model::measured_here(found).map_or_else(String::new, |here| {
        format!("Precision {}, recall {}", model::share_with_range(here.precision), model::share_with_range(here.recall))
    });
    let Some(frame) = ruled(ui, rect, x, (low, 1.0), (&said, "match weight from which pairs join")) else { return };
    number_ticks(ui, &frame, x.0, x.1);
    let kinds: [Kind; 2] = [("precision", |row| row.precision), ("recall", |row| row.recall)];
    let response = frame.show(ui, "measured", &said, |plot| {
        for ((_, share), color) in kinds.iter().zip(t.series) {
            for two in shown.windows(2) {
                let (a, b) = (share(two[0]), share(two[1]));
                let (left, right) = (two[0].match_weight, two[1].match_weight);
                let corners = vec![[left, a.low], [right, b.low], [right, b.high], [left, a.high]];
                let band = Polygon::new("", PlotPoints::from(corners)).stroke(egui::Stroke::NONE);
                plot.polygon(band.fill_color(color.gamma_multiply(0.16)).allow_hover(false));
            }
            let points: Vec<[f64; 2]> = shown.iter().map(|row| [row.match_weight, share(row).share]).collect();
            plot.line(Line::new("", PlotPoints::from(points)).color(color).width(2.0).allow_hover(false));
        }
    });
    let auto = frame.at(lines.auto, low).x;
    if frame.rect.x_range().contains(auto) {
        draw::vline(ui, auto, frame.rect.top(), frame.rect.bottom(), t.accent);
    }
    marks(ui, &frame, found, low);
    names(ui, &frame, &shown, kinds);
    if let Some(pointer) = response.hover_pos() {
        let weight = frame.x_at(pointer);
        let near = shown.iter().min_by(|a, b| (a.match_weight - weight).abs().total_cmp(&(b.match_weight - weight).abs()));
        if let Some(row) = near {
            response.on_hover_text_at_pointer(format!(
                "Joining from {} ({}):\nprecision {}\nrecall {}{}",
                words::weight(row.match_weight),
                model::probability(row.match_probability),
                model::share_with_range(row.precision),
                model::share_with_range(row.recall),
                if found.by_truth { "" } else { "\nof the matches that any threshold finds" }
            ));
        }
    }
}

/// Known pairs along the axis: a disc where they are one person, a square a little lower where they are not.
fn marks(ui: &Ui, frame: &PlotFrame, found: &MatchMeasured, low: f64) {
    let t = tokens(ui);
    for pair in found.audited.iter() {
        let at = frame.at(pair.match_weight, low);
        if !frame.rect.x_range().contains(at.x) {
            continue;
        }
        if pair.same {
            ui.painter().circle_filled(pos2(at.x, at.y - 9.0), 2.5, t.pro);
        } else {
            draw::fill(ui, Rect::from_center_size(pos2(at.x, at.y - 3.0), vec2(4.5, 4.5)), 0.0, t.con);
        }
    }
}

/// Each line is named where it is furthest from the other.
fn names(ui: &Ui, frame: &PlotFrame, shown: &[&MeasuredRow], kinds: [Kind; 2]) {
    let t = tokens(ui);
    for (at, (name, share)) in kinds.into_iter().enumerate() {
        let other = kinds[1 - at].1;
        let below = shown.iter().max_by(|a, b| {
            let gap = |row: &MeasuredRow| other(row).share - share(row).share;
            gap(a).total_cmp(&gap(b))
        });
        let Some(row) = below else { continue };
        let size = draw::line(ui, name, META_M, t.t1).size();
        let place = frame.at(row.match_weight, share(row).share);
        let x = place.x.clamp(frame.rect.left() + size.x / 2.0 + 2.0, frame.rect.right() - size.x / 2.0 - 2.0);
        let y = (place.y + 12.0).min(frame.rect.bottom() - 20.0);
        draw::text(ui, pos2(x, y), egui::Align2::CENTER_CENTER, name, META_M, t.series[at]);
    }
}

/// The pairs that somebody knows, those first that the model has otherwise.
pub fn audited(ui: &mut Ui, rect: Rect, state: &mut Matching, found: &MatchMeasured) {
    let t = tokens(ui);
    let body = {
        let (mut row, body) = parts::panel(ui, rect, "Audited pairs", true);
        row.gap_right(-4.0);
        let close = Button::new("Close").name("Close the audited pairs").icon(icon::CLOSE).kind(ButtonKind::Ghost).keys("Esc");
        if row.button_right(&close).clicked() {
            state.audited = false;
        }
        row.gap_right(8.0);
        let summary = format!("By {}. The model alone has {} otherwise.", found.by, words::count(found.wrong));
        let place = row.text(&summary, DENSE, t.t2);
        draw::spoken(ui, place, ui.scope_id().with("audited-said"), Role::Status, &summary);
        body
    };
    if found.audited.is_empty() {
        empty::show(ui, body, icon::EQUALS, "No pair that was scored is known.", None);
        return;
    }
    state.pair = state.pair.min(found.audited.len() - 1);
    let side = (body.width() * 0.42).clamp(320.0, 560.0);
    let list = body.with_max_x(body.right() - side);
    table(ui, list, state, found);
    draw::vline(ui, list.right(), body.top(), body.bottom(), t.line);
    if let Some(pair) = found.audited.get(state.pair) {
        records(ui, body.with_min_x(list.right() + 1.0), &pair.two);
    }
    parts::panel_edge(ui, rect);
}

fn table(ui: &mut Ui, rect: Rect, state: &mut Matching, found: &MatchMeasured) {
    let known = |same: bool| if same { "same" } else { "different" };
    let does = |joined: bool| if joined { "joins" } else { "apart" };
    let columns = [
        Column::fixed("Known", 84.0),
        Column::flex("One record", 1.0, 120.0),
        Column::flex("The other", 1.0, 120.0),
        Column::fixed("Weight", 84.0).right(),
        Column::fixed("The model", 110.0),
    ];
    let texts = |at: usize| {
        found.audited.get(at).map_or_else(Vec::new, |pair| {
            vec![
                known(pair.same).to_owned(),
                who(&pair.two.left),
                who(&pair.two.right),
                words::weight(pair.match_weight),
                does(pair.joined).to_owned(),
            ]
        })
    };
    let table = Table {
        salt: "audited-pairs",
        name: "Audited pairs",
        columns: &columns,
        rows: found.audited.len(),
        row_height: 28.0,
        selected: Some(state.pair),
        show: Some(state.pair),
        sort: None,
        texts: &texts,
    };
    let answer = table.show(ui, rect, |cell, at, column| {
        let Some(pair) = found.audited.get(at) else { return };
        let t = cell.t;
        match column {
            0 => cell.text(known(pair.same), DENSE_M, t.t1),
            1 => record_cell(cell, at, column, &pair.two.left),
            2 => record_cell(cell, at, column, &pair.two.right),
            3 => cell.text(&words::weight(pair.match_weight), DENSE, t.t1),
            _ => {
                let wrong = pair.same != pair.joined;
                let mut row = cell.row(("model", at));
                let (code, color) = if wrong { (icon::WARN, t.warn.text) } else { (icon::CHECK, t.t3) };
                row.icon(code, 14.0, color).gap(6.0);
                row.text(does(pair.joined), if wrong { DENSE_M } else { META }, if wrong { t.t1 } else { t.t2 });
            }
        }
    });
    if let Some(at) = answer.clicked {
        state.pair = at;
    }
}
