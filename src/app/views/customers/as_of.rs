//! What the sources said of a customer on any day. Flow: history + day -> Model -> slider over the days, a table of fields and records.

use chrono::{Days, NaiveDate};
use egui::accesskit::Role;
use egui::{EventFilter, Id, Key, Modifiers, Rect, Sense, Ui, WidgetInfo, pos2, vec2};
use serde::Serialize;

use crate::app::theme::kind::{DENSE, DENSE_B, DENSE_M, META, MONO_S, icon};
use crate::app::theme::tokens;
use crate::app::widgets::{Button, ButtonKind, Field, Row, area, draw, empty, hallmark};
use crate::app::words;
use crate::base::RecordKey;
use crate::base::dates::{DateOrder, parse_date};
use crate::engine::pages::{CustomerHistory, RecordVersion};

const STRIP: f32 = 60.0;
const HEAD: f32 = 30.0;
const LINE: f32 = 30.0;
const LABEL: f32 = 96.0;

/// The day that is looked at, and what is typed of one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Chosen {
    /// None: the newest state.
    pub day: Option<NaiveDate>,
    typed: String,
    /// What was typed is no day.
    is_wrong: bool,
}

impl Chosen {
    /// Takes what was typed: any day, written in any usual way; behind the last change it is now.
    fn take(&mut self, last: NaiveDate) {
        match parse_date(&self.typed, DateOrder::DayFirst, 2030) {
            Some(found) => {
                self.day = (found.date < last).then_some(found.date);
                self.typed.clear();
                self.is_wrong = false;
            }
            None => self.is_wrong = !self.typed.trim().is_empty(),
        }
    }
}

fn field_id() -> Id {
    Id::unique("as-of-day")
}

/// The state on one day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Model {
    pub records: Vec<RecordKey>,
    pub lines: Vec<Line>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Line {
    pub label: String,
    /// One per record.
    pub cells: Vec<Said>,
}

/// What one source said of one field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub enum Said {
    /// The source did not know the record on that day.
    Unknown,
    /// The source had taken the record out.
    Removed,
    Nothing,
    Same(String),
    /// And what it says now.
    Other {
        then: String,
        now: Option<String>,
    },
}

fn day_of(text: &str) -> Option<NaiveDate> {
    NaiveDate::parse_from_str(text.get(..10)?, "%Y-%m-%d").ok()
}

/// Days on which something changed, each once, in order.
pub fn changes(history: &CustomerHistory) -> Vec<NaiveDate> {
    let mut days: Vec<NaiveDate> =
        history.versions.iter().flat_map(|v| [Some(v.from.as_str()), v.to.as_deref()]).flatten().filter_map(day_of).collect();
    days.sort_unstable();
    days.dedup();
    days
}

/// The version of a record that held at the end of the day; the newest where no day is given.
fn held<'a>(history: &'a CustomerHistory, key: &RecordKey, day: Option<NaiveDate>) -> Option<&'a RecordVersion> {
    let text = day.map(|day| day.to_string());
    history.versions.iter().rfind(|version| version.key == *key && text.as_ref().is_none_or(|day| version.from <= *day)).filter(|version| {
        match (&text, &version.to) {
            (Some(day), Some(to)) => to > day,
            _ => true,
        }
    })
}

pub fn build(history: &CustomerHistory, day: Option<NaiveDate>) -> Model {
    let mut records: Vec<RecordKey> = Vec::new();
    for version in &history.versions {
        if !records.contains(&version.key) {
            records.push(version.key.clone());
        }
    }
    let lines = history.labels.iter().enumerate().map(|(at, label)| {
        let cells = records.iter().map(|key| said(held(history, key, day), held(history, key, None), at)).collect();
        Line { label: label.clone(), cells }
    });
    Model { lines: lines.collect(), records }
}

fn said(then: Option<&RecordVersion>, now: Option<&RecordVersion>, at: usize) -> Said {
    let value = |version: &RecordVersion| version.values.get(at).cloned().flatten().map(|value| words::date(&value));
    match then {
        None => Said::Unknown,
        Some(then) if then.is_deleted => Said::Removed,
        Some(then) => {
            let now = now.filter(|now| !now.is_deleted).and_then(value);
            match value(then) {
                Some(then) if Some(&then) == now.as_ref() => Said::Same(then),
                Some(then) => Said::Other { then, now },
                None => Said::Nothing,
            }
        }
    }
}

/// Draws the panel's body. `keys`: the page's keys are free.
pub fn show(ui: &mut Ui, rect: Rect, history: &CustomerHistory, chosen: &mut Chosen, keys: bool) {
    let t = tokens(ui);
    let days = changes(history);
    let (Some(first), Some(last)) = (days.first().copied(), days.last().copied()) else {
        empty::show(ui, rect, icon::HISTORY, "No source of this customer tells when its records changed.", None);
        return;
    };
    let strip = rect.with_max_y(rect.top() + STRIP);
    if keys && ui.input_mut(|input| input.consume_key(Modifiers::NONE, Key::D)) {
        ui.ctx().memory_mut(|memory| memory.request_focus(field_id()));
        ui.input_mut(|input| input.events.retain(|event| !matches!(event, egui::Event::Text(_))));
    }
    head(ui, strip, &days, last, chosen);
    slider(ui, strip, &days, (first, last), &mut chosen.day, keys);
    draw::hline(ui, rect.left(), rect.right(), strip.bottom() - 1.0, t.line);
    let model = build(history, chosen.day);
    let columns = area::columns(
        Rect::from_min_max(pos2(rect.left() + LABEL, strip.bottom()), pos2(rect.right() - 8.0, strip.bottom() + HEAD)),
        model.records.len(),
        8.0,
    );
    for (at, (place, key)) in columns.iter().zip(&model.records).enumerate() {
        let mut row = Row::new(ui, *place, ("as-of-head", at));
        row.hallmark(&key.source_system, 16.0).gap(6.0);
        let rest = Rect::from_min_max(pos2(row.left, place.top()), place.max);
        draw::text_in(ui, rest, &key.source_customer_id, MONO_S, t.t3);
        let said = format!("{} {}", hallmark::of(&key.source_system).short, key.source_customer_id);
        draw::spoken(ui, *place, ui.scope_id().with(("as-of-record", at)), Role::ColumnHeader, &said).on_hover_text(said);
    }
    draw::hline(ui, rect.left(), rect.right(), strip.bottom() + HEAD - 1.0, t.line);
    let rows = area::Rows { count: model.lines.len(), height: LINE, show: None };
    area::list(ui, rect.with_min_y(strip.bottom() + HEAD), "as-of", rows, |ui, at, place| {
        let Some(line) = model.lines.get(at) else { return };
        let label = Rect::from_min_max(pos2(place.left() + 12.0, place.top()), pos2(place.left() + LABEL - 6.0, place.bottom()));
        draw::text_in(ui, label, &line.label, DENSE, t.t2);
        for (column, (head, cell)) in columns.iter().zip(&line.cells).enumerate() {
            let inside = Rect::from_min_max(pos2(head.left(), place.top()), pos2(head.right(), place.bottom()));
            draw_cell(ui, inside, (at, column), &line.label, cell);
        }
        draw::hline(ui, place.left(), place.right(), place.bottom() - 1.0, t.line);
    });
}

fn draw_cell(ui: &Ui, place: Rect, salt: (usize, usize), label: &str, cell: &Said) {
    let t = tokens(ui);
    let (text, color, hint) = match cell {
        Said::Unknown => ("not known yet", t.t3, None),
        Said::Removed => ("taken out", t.t3, None),
        Said::Nothing => ("no value", t.t3, None),
        Said::Same(value) => (value.as_str(), t.t1, None),
        Said::Other { then, now } => (then.as_str(), t.warn.text, Some(now.as_deref().unwrap_or("no value"))),
    };
    if hint.is_some() {
        draw::fill(ui, place.shrink2(vec2(0.0, 4.0)).expand2(vec2(4.0, 0.0)), 4.0, t.warn.tint);
    }
    let (_, is_cut) = draw::text_in(ui, place, text, if hint.is_some() { DENSE_M } else { DENSE }, color);
    let spoken = hint.map_or_else(|| format!("{label}: {text}"), |now| format!("{label}: {text}, now {now}"));
    let response = draw::spoken(ui, place, ui.scope_id().with(("as-of-cell", salt)), Role::Cell, &spoken);
    if hint.is_some() || is_cut {
        response.on_hover_text(spoken);
    }
}

/// How far along the line a day lies, 0 to 1.
#[expect(clippy::cast_precision_loss, reason = "a place on screen")]
fn share((first, last): (NaiveDate, NaiveDate), day: NaiveDate) -> f32 {
    let whole = (last - first).num_days().max(1);
    ((day - first).num_days() as f32 / whole as f32).clamp(0.0, 1.0)
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss, reason = "a place on screen, clamped")]
fn day_at((first, last): (NaiveDate, NaiveDate), share: f32) -> NaiveDate {
    let whole = (last - first).num_days().max(0) as f32;
    first.checked_add_days(Days::new((share.clamp(0.0, 1.0) * whole).round() as u64)).unwrap_or(last)
}

/// The change before or after a day; None behind the last one, which is now.
pub fn step(days: &[NaiveDate], day: Option<NaiveDate>, forward: bool) -> Option<NaiveDate> {
    let last = days.last().copied();
    let at = day.or(last)?;
    let found = if forward { days.iter().find(|day| **day > at) } else { days.iter().rfind(|day| **day < at) };
    match found {
        Some(day) if Some(*day) == last => None,
        Some(day) => Some(*day),
        None if forward => None,
        None => days.first().copied().filter(|first| Some(*first) != last),
    }
}

fn title_of(day: Option<NaiveDate>) -> String {
    day.map_or_else(|| "Now".to_owned(), |day| format!("As of {}", words::date(&day.to_string())))
}

/// The day, a field to type one, the arrows.
fn head(ui: &mut Ui, strip: Rect, days: &[NaiveDate], last: NaiveDate, chosen: &mut Chosen) {
    const FIELD: f32 = 132.0;
    let t = tokens(ui);
    let mut row =
        Row::new(ui, Rect::from_min_max(strip.min + vec2(12.0, 4.0), pos2(strip.right() - 12.0, strip.top() + 30.0)), "as-of-row");
    row.text(&title_of(chosen.day), DENSE_B, t.t1);
    for (name, keys, forward) in [("Next change", "\u{2192}", true), ("Change before", "\u{2190}", false)] {
        let button = Button::new(keys).name(name).kind(ButtonKind::Ghost);
        if row.button_right(&button).on_hover_text(name).clicked() {
            chosen.day = step(days, chosen.day, forward);
        }
        row.gap_right(2.0);
    }
    row.gap_right(4.0);
    let place = Rect::from_min_max(pos2(row.right - FIELD, row.middle - 12.0), pos2(row.right, row.middle + 12.0));
    row.right = place.left() - 8.0;
    if chosen.is_wrong {
        row.text_right("No day: write 2025-03-01 or 1 Mar 2025", META, t.warn.text);
    } else {
        row.text_right(&words::counted(days.len() as u64, "change", "changes"), META, t.t3);
    }
    let field = Field { id: field_id(), name: "As of day", hint: "2025-03-01", icon: Some(icon::CLOCK), keys: Some("D"), mono: false };
    let response = field.show(ui, place, &mut chosen.typed);
    if response.changed() {
        chosen.is_wrong = false;
    }
    if response.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter)) {
        chosen.take(last);
    }
}

fn slider(ui: &Ui, strip: Rect, days: &[NaiveDate], range: (NaiveDate, NaiveDate), day: &mut Option<NaiveDate>, keys: bool) {
    let t = tokens(ui);
    let title = title_of(*day);
    let track = Rect::from_min_max(pos2(strip.left() + 20.0, strip.top() + 43.0), pos2(strip.right() - 20.0, strip.top() + 45.0));
    draw::fill(ui, track, 1.0, t.line2);
    for mark in days {
        let x = track.left() + share(range, *mark) * track.width();
        draw::fill(ui, Rect::from_center_size(pos2(x, track.center().y), vec2(2.0, 8.0)), 1.0, t.t3);
    }
    let zone = track.expand2(vec2(8.0, 10.0));
    let response = ui.interact(zone, ui.scope_id().with("as-of-slider"), Sense::click_and_drag());
    response.widget_info(|| WidgetInfo::labeled(Role::Slider, true, &title));
    let x = track.left() + share(range, day.unwrap_or(range.1)) * track.width();
    let knob = Rect::from_center_size(pos2(x, track.center().y), vec2(14.0, 14.0));
    draw::boxed(ui, knob, 7.0, t.bg1, t.accent, 2.0);
    if response.has_focus() {
        draw::focus_ring(ui, knob, 7.0);
        let filter = EventFilter { horizontal_arrows: true, vertical_arrows: false, tab: false, escape: false };
        ui.memory_mut(|memory| memory.set_focus_lock_filter(response.id, filter));
    }
    if (response.dragged() || response.clicked())
        && let Some(pointer) = response.interact_pointer_pos()
    {
        let chosen = day_at(range, (pointer.x - track.left()) / track.width());
        *day = (chosen < range.1).then_some(chosen);
    }
    if keys || response.has_focus() {
        for (key, forward) in [(Key::ArrowLeft, false), (Key::ArrowRight, true)] {
            if ui.input_mut(|input| input.consume_key(Modifiers::NONE, key)) {
                *day = step(days, *day, forward);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version(system: &str, from: &str, to: Option<&str>, city: &str) -> RecordVersion {
        RecordVersion {
            key: RecordKey::new(system, "1"),
            from: from.into(),
            to: to.map(Into::into),
            is_deleted: false,
            values: vec![Some(city.to_owned())],
        }
    }

    fn moved() -> CustomerHistory {
        CustomerHistory {
            labels: vec!["City".into()],
            versions: vec![
                version("erpnext", "2024-01-10", Some("2025-03-01"), "Redfield"),
                version("salesforce", "2024-06-01", None, "Redfield"),
                version("erpnext", "2025-03-01", None, "Southgate"),
            ],
        }
    }

    fn cells(day: Option<&str>) -> Vec<Said> {
        build(&moved(), day.and_then(day_of)).lines.remove(0).cells
    }

    #[test]
    fn a_day_shows_what_each_source_said_then() {
        let same = |text: &str| Said::Same(text.to_owned());
        let redfield = Said::Other { then: "Redfield".into(), now: Some("Southgate".into()) };
        assert_eq!(cells(Some("2023-12-31")), [Said::Unknown, Said::Unknown]);
        assert_eq!(cells(Some("2024-01-10")), [redfield.clone(), Said::Unknown]);
        assert_eq!(cells(Some("2025-02-28")), [redfield, same("Redfield")]);
        assert_eq!(cells(Some("2025-03-01")), [same("Southgate"), same("Redfield")]);
        assert_eq!(cells(None), [same("Southgate"), same("Redfield")]);
    }

    #[test]
    fn a_record_that_its_source_took_out_says_so() {
        let mut history = moved();
        history.versions[2].is_deleted = true;
        assert_eq!(build(&history, None).lines[0].cells[0], Said::Removed);
        history.versions.pop();
        assert_eq!(build(&history, day_of("2026-01-01")).lines[0].cells[0], Said::Unknown);
    }

    #[test]
    fn a_day_is_typed_in_any_usual_way() {
        let last = day_of("2025-03-01").expect("a day");
        let take = |text: &str| {
            let mut chosen = Chosen { typed: text.to_owned(), ..Chosen::default() };
            chosen.take(last);
            (chosen.day, chosen.is_wrong)
        };
        for text in ["2024-06-30", "30/06/2024", "30 Jun 2024", "20240630"] {
            assert_eq!(take(text), (day_of("2024-06-30"), false), "{text}");
        }
        assert_eq!(take("2026-01-01"), (None, false), "behind the last change it is now");
        assert_eq!((take("soon"), take(" ")), ((None, true), (None, false)));
    }

    #[test]
    fn arrows_go_from_change_to_change() {
        let days = changes(&moved());
        let at = |text: &str| day_of(text);
        assert_eq!(days.len(), 3);
        assert_eq!(step(&days, None, false), at("2024-06-01"));
        assert_eq!(step(&days, at("2024-06-01"), false), at("2024-01-10"));
        assert_eq!(step(&days, at("2024-01-10"), false), at("2024-01-10"));
        assert_eq!(step(&days, at("2024-02-02"), true), at("2024-06-01"));
        assert_eq!(step(&days, at("2024-06-01"), true), None);
        assert_eq!(step(&days, None, true), None);
        assert_eq!(step(&days[..1], None, false), None);
    }
}
