//! Spellings of branches and complaint types, and what they mean: suggested by likeness, confirmed by people, remembered.
//! Flow: NamesPage -> spellings | what the chosen one means -> ReviewDeed::Name.

use egui::accesskit::Role;
use egui::{Key, Modifiers, Rect, Ui, pos2, vec2};

use super::keys::pressed;
use super::state::{Mode, Review};
use crate::app::cx::Cx;
use crate::app::theme::kind::{DENSE, DENSE_M, META, SECTION, icon};
use crate::app::theme::tokens;
use crate::app::views::parts;
use crate::app::widgets::{Button, ButtonKind, ButtonSize, Row, area, draw, empty, list_item, tabs};
use crate::app::words;
use crate::engine::pages::{Domain, NameRow, NamesPage};
use crate::engine::{Page, Query, ReviewDeed};

const LIST: f32 = 420.0;
const ROW: f32 = 44.0;
const MEANING: f32 = 30.0;
const DEEDS: f32 = 54.0;
const DOMAINS: [(Domain, &str); 2] = [(Domain::Branch, "Branches"), (Domain::ComplaintType, "Complaint types")];

#[derive(Debug, Default)]
pub struct Names {
    /// Place in `DOMAINS`.
    domain: usize,
    chosen: usize,
    /// Key of the meaning that is marked; None: what is suggested or confirmed.
    meaning: Option<String>,
    kept: Option<(usize, std::sync::Arc<Page>)>,
}

pub fn show(ui: &mut Ui, rect: Rect, cx: &mut Cx<'_>, state: &mut Review) {
    if cx.keys_free(ui) {
        for (key, at) in [(Key::OpenBracket, 0), (Key::CloseBracket, 1)] {
            if pressed(ui, Modifiers::NONE, key) {
                turn(&mut state.names, at);
            }
        }
    }
    let left = rect.with_max_x(rect.left() + LIST);
    head(ui, left, state);
    let at = state.names.domain;
    let mut looked = cx.data.look(&Query::Names(DOMAINS[at].0));
    let kept = state.names.kept.take().filter(|(of, _)| *of == at).map(|(_, page)| page);
    looked.page = looked.page.or(kept);
    state.names.kept = looked.page.clone().map(|page| (at, page));
    let Some(Page::Names(page)) = looked.page.as_deref() else {
        parts::instead(ui, rect.with_min_y(rect.top() + 36.0), &looked, cx);
        return;
    };
    if page.rows.is_empty() {
        let body = rect.with_min_y(rect.top() + 36.0);
        empty::show(ui, body, icon::TAG, "No source writes any. Add files, then run.", None);
        return;
    }
    walk(ui, cx, &mut state.names, page);
    spellings(ui, left.with_min_y(left.top() + 36.0), state, page);
    draw::vline(ui, left.right() - 1.0, rect.top(), rect.bottom(), tokens(ui).line);
    let right = rect.with_min_x(left.right());
    if let Some(row) = page.rows.get(state.names.chosen) {
        one(&mut area::child(ui, right, "names-side"), right, cx, &mut state.names, page, row);
    }
}

fn turn(state: &mut Names, domain: usize) {
    if state.domain != domain {
        *state = Names { domain, ..Names::default() };
    }
}

fn choose(state: &mut Names, at: usize) {
    state.chosen = at;
    state.meaning = None;
}

fn head(ui: &Ui, rect: Rect, state: &mut Review) {
    let t = tokens(ui);
    draw::fill(ui, rect, 0.0, t.bg2);
    let mut row = Row::new(ui, Rect::from_min_size(rect.min, vec2(rect.width(), 36.0)).shrink2(vec2(12.0, 0.0)), "names-head");
    row.heading("Spellings", DENSE_M);
    if row.button_right(&Button::new("Close").name("Close the spellings").keys("Esc").kind(ButtonKind::Ghost)).clicked() {
        state.mode = Mode::Deck;
    }
    row.gap(12.0);
    let labels = DOMAINS.map(|(_, label)| label.to_owned());
    let left = row.left;
    if let Some(at) = tabs::segments(ui, left, row.middle, "names-domain", &labels, state.names.domain) {
        turn(&mut state.names, at);
    }
}

fn walk(ui: &Ui, cx: &Cx<'_>, state: &mut Names, page: &NamesPage) {
    let last = page.rows.len() - 1;
    if cx.keys_free(ui) {
        for (key, by) in [(Key::J, 1), (Key::K, -1)] {
            if pressed(ui, Modifiers::NONE, key) {
                choose(state, state.chosen.saturating_add_signed(by).min(last));
            }
        }
        for (key, by) in [(Key::ArrowDown, 1), (Key::ArrowUp, -1)] {
            if pressed(ui, Modifiers::NONE, key)
                && let Some(row) = page.rows.get(state.chosen)
            {
                let now = state.meaning.as_ref().or(row.meaning.as_ref());
                let at = page.meanings.iter().position(|(key, _)| Some(key) == now);
                let next = at.map_or(0, |at| at.saturating_add_signed(by).min(page.meanings.len().saturating_sub(1)));
                state.meaning = page.meanings.get(next).map(|(key, _)| key.clone());
            }
        }
    }
    state.chosen = state.chosen.min(last);
}

fn name_of<'p>(page: &'p NamesPage, key: &str) -> &'p str {
    page.meanings.iter().find(|(known, _)| known == key).map_or("", |(_, name)| name.as_str())
}

/// "suggested: Downtown Main, fits to 93 %"
pub fn state_words(page: &NamesPage, row: &NameRow) -> String {
    let meaning = row.meaning.as_deref().map(|key| name_of(page, key)).unwrap_or_default();
    match row.state.as_str() {
        "confirmed" if meaning.is_empty() => "confirmed: none of those there are".to_owned(),
        "confirmed" => format!("confirmed: {meaning}"),
        "suggested" => format!("suggested: {meaning}, fits to {}", words::percent(row.score)),
        "same" => "the name itself".to_owned(),
        _ => "means nothing that is known".to_owned(),
    }
}

fn spellings(ui: &mut Ui, rect: Rect, state: &mut Review, page: &NamesPage) {
    let t = tokens(ui);
    let rows = area::Rows { count: page.rows.len(), height: ROW, show: Some(state.names.chosen) };
    let mut clicked = None;
    area::list(ui, rect.with_max_x(rect.right() - 1.0), "names", rows, |ui, at, place| {
        let Some(one) = page.rows.get(at) else { return };
        let means = state_words(page, one);
        let said = format!("{}: {}, {means}", one.spelling, words::counted(one.rows, "row", "rows"));
        let response = list_item::ground(ui, place, ("spelling", at), at == state.names.chosen, &said);
        let inner = place.shrink2(vec2(12.0, 5.0));
        let mut row = Row::new(ui, inner.with_max_y(inner.top() + 18.0), ("spelling-line", at));
        row.text_right(&words::count(one.rows), DENSE, t.t2);
        row.gap_right(8.0);
        row.text(&one.spelling, DENSE_M, t.t1);
        let below = Rect::from_min_max(pos2(inner.left(), inner.top() + 18.0), pos2(inner.right(), inner.bottom()));
        let color = match one.state.as_str() {
            "open" => t.warn.text,
            "suggested" => t.info.text,
            _ => t.t3,
        };
        draw::text_in(ui, below, &means, META, color);
        if response.clicked() {
            clicked = Some(at);
        }
    });
    if let Some(at) = clicked {
        choose(&mut state.names, at);
    }
}

/// What the chosen spelling can mean, and the answer.
fn one(ui: &mut Ui, rect: Rect, cx: &mut Cx<'_>, state: &mut Names, page: &NamesPage, row: &NameRow) {
    let t = tokens(ui);
    let inner = rect.shrink2(vec2(24.0, 20.0));
    let mut head = Row::new(ui, Rect::from_min_size(inner.min, vec2(inner.width(), 24.0)), "name-title");
    head.heading(&row.spelling, SECTION);
    let about = format!(
        "{}, {}. What is confirmed holds in every later run; Undo takes it back.",
        words::counted(row.rows, "row", "rows"),
        state_words(page, row)
    );
    let line = Rect::from_min_size(inner.min + vec2(0.0, 28.0), vec2(inner.width(), 18.0));
    draw::text_in(ui, line, &about, DENSE, t.t2);
    draw::spoken(ui, line, ui.scope_id().with("name-about"), Role::Label, &about);
    let body = Rect::from_min_max(pos2(rect.left() + 12.0, line.bottom() + 10.0), pos2(rect.right() - 12.0, rect.bottom() - DEEDS));
    let marked = state.meaning.clone().or_else(|| row.meaning.clone());
    let at = page.meanings.iter().position(|(key, _)| Some(key) == marked.as_ref());
    let rows = area::Rows { count: page.meanings.len(), height: MEANING, show: at };
    area::list(ui, body, "meanings", rows, |ui, at, place| {
        let Some((key, name)) = page.meanings.get(at) else { return };
        let on = Some(key) == marked.as_ref();
        let response = list_item::ground(ui, place, ("meaning", at), on, &format!("Means {name}"));
        draw::text_in(ui, place.shrink2(vec2(12.0, 0.0)), name, if on { DENSE_M } else { DENSE }, t.t1);
        if response.clicked() {
            state.meaning = Some(key.clone());
        }
    });
    deeds(ui, rect.with_min_y(rect.bottom() - DEEDS), cx, state, page, row, marked.as_deref());
}

fn deeds(ui: &Ui, rect: Rect, cx: &mut Cx<'_>, state: &mut Names, page: &NamesPage, row: &NameRow, marked: Option<&str>) {
    let t = tokens(ui);
    draw::hline(ui, rect.left(), rect.right(), rect.top(), t.line);
    let mut line = Row::new(ui, rect.shrink2(vec2(24.0, 0.0)), "name-deeds");
    let domain = DOMAINS[state.domain].0;
    let name = marked.map(|key| name_of(page, key)).unwrap_or_default();
    let label = if name.is_empty() { "It means that".to_owned() } else { format!("It means {name}") };
    let is_said = row.state == "confirmed" && row.meaning.as_deref() == marked;
    let is_new = !name.is_empty() && !is_said;
    let free = cx.keys_free(ui);
    let mut say = None;
    let yes = Button::new(&label).icon(icon::CHECK).keys("Y").kind(ButtonKind::Primary).size(ButtonSize::Large).enabled(is_new);
    if line.button(&yes).clicked() || free && is_new && pressed(ui, Modifiers::NONE, Key::Y) {
        say = Some(Some(name.to_owned()));
    }
    line.gap(8.0);
    let is_own = row.state == "confirmed" && row.meaning.is_none();
    let label = if domain == Domain::ComplaintType { "A name of its own" } else { "None of these" };
    let own = Button::new(label).keys("N").size(ButtonSize::Large).enabled(!is_own);
    if line.button(&own).clicked() || free && !is_own && pressed(ui, Modifiers::NONE, Key::N) {
        say = Some(None);
    }
    if let Some(meaning) = say {
        Review::deed(cx, ReviewDeed::Name { domain, spelling: row.spelling.clone(), meaning });
        state.meaning = None;
    }
}
