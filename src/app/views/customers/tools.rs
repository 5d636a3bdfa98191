//! What one does with a customer: cut it, join another to it, ask why two are not one, look through its decisions.

use egui::{Id, Key, Modifiers, Rect, Ui, WidgetInfo, pos2, vec2};

use super::{Customers, erase, why};
use crate::app::cx::{Action, Cx, Nav};
use crate::app::theme::kind::{DENSE, DENSE_M, META, MONO_S, SECTION, icon};
use crate::app::theme::tokens;
use crate::app::views::graph::{self, Graph};
use crate::app::views::log::{self, Log};
use crate::app::widgets::{Button, ButtonKind, Field, Row, area, draw, empty, hallmark};
use crate::base::CustomerKey;
use crate::engine::pages::{CustomerPage, CustomerRow};
use crate::engine::{Command, Page, Query, ReviewDeed, TrustDeed};

#[derive(Debug)]
pub enum Tool {
    Cut(Graph),
    /// Choosing the other one.
    Other {
        text: String,
        at: usize,
        fresh: bool,
        joins: bool,
    },
    /// The two beside each other.
    Why {
        other: String,
        joins: bool,
    },
    Log(Log),
    /// Destroying the person's values, once the key was typed.
    Erase {
        typed: String,
        fresh: bool,
    },
}

impl Tool {
    /// 0 cut, 1 join another, 2 why not one.
    pub fn of(which: usize, page: &CustomerPage) -> Self {
        match which {
            0 => Self::Cut(Graph::of(page.records.iter().map(|record| record.key.clone()).collect())),
            which => Self::Other { text: String::new(), at: 0, fresh: true, joins: which == 1 },
        }
    }
}

impl Customers {
    /// Esc while somebody types.
    pub fn leave_field(&mut self) {
        if self.typing.take().is_none() {
            self.tool = None;
        }
    }
}

pub fn keys(ui: &Ui, cx: &Cx<'_>, state: &mut Customers, page: &CustomerPage) {
    if !cx.keys_free(ui) || state.tool.is_some() {
        return;
    }
    if ui.input_mut(|input| input.consume_key(Modifiers::NONE, Key::T)) {
        state.kind = state.kind.next();
        state.entry = None;
    }
    for (key, which) in [(Key::G, 0), (Key::J, 1), (Key::Y, 2)] {
        if ui.input_mut(|input| input.consume_key(Modifiers::NONE, key)) {
            // The letter is not text for the field that opens.
            ui.input_mut(|input| input.events.retain(|event| !matches!(event, egui::Event::Text(_))));
            state.tool = Some(Tool::of(which, page));
        }
    }
}

/// False: no tool is open, the customer's own page shows.
pub fn show(ui: &mut Ui, rect: Rect, cx: &mut Cx<'_>, state: &mut Customers, page: &CustomerPage) -> bool {
    let Some(mut tool) = state.tool.take() else { return false };
    let mut place = area::child(ui, rect, "customer-tool");
    let mut stays = true;
    match &mut tool {
        Tool::Cut(cut) => match cut.ui(&mut place, rect, cx, |_| None) {
            graph::Out::Nothing => {}
            graph::Out::Leave => stays = false,
            graph::Out::Commit(groups) => {
                stays = false;
                if groups.len() > 1 {
                    send(cx, ReviewDeed::Unmerge { customer: page.key, groups, reason: None });
                }
            }
        },
        Tool::Other { text, at, fresh, joins } => match other(&mut place, rect, cx, page, (text, at, fresh), *joins) {
            Chosen::Nothing => {}
            Chosen::Leave => stays = false,
            Chosen::One(other) => tool = Tool::Why { other, joins: *joins },
        },
        Tool::Why { other, joins } => {
            let looked = cx.data.look(&Query::Why { left: page.key.to_string(), right: other.clone() });
            match why::show(&mut place, rect, cx, &looked, other, *joins) {
                why::Out::Nothing => {}
                why::Out::Leave => stays = false,
                why::Out::Join(right) => {
                    stays = false;
                    send(cx, ReviewDeed::Merge { left: page.key, right, reason: None });
                }
                why::Out::Log(decision) => tool = Tool::Log(Log::at(Some(decision))),
            }
        }
        Tool::Erase { typed, fresh } => match erase::show(&mut place, rect, cx, page.key, typed, fresh) {
            erase::Out::Nothing => {}
            erase::Out::Leave => stays = false,
            erase::Out::Erase => {
                stays = false;
                let user = cx.data.user();
                cx.send(Command::Trust(TrustDeed::Erase { key: page.key.to_string(), user }));
            }
        },
        Tool::Log(log) => match log.ui(&mut place, rect, cx) {
            log::Out::Nothing => {}
            log::Out::Leave => stays = false,
            log::Out::Item(item) => {
                cx.act(Action::OpenItem(item));
                cx.act(Action::Go(Nav::Review));
            }
            log::Out::Customer(key) => cx.act(Action::OpenCustomer(key)),
        },
    }
    if stays {
        state.tool = Some(tool);
    }
    true
}

fn send(cx: &mut Cx<'_>, deed: ReviewDeed) {
    let user = cx.data.user();
    cx.send(Command::Review { deed: Box::new(deed), user });
}

enum Chosen {
    Nothing,
    Leave,
    One(String),
}

/// The other customer, or a record, by any of its names.
fn other(
    ui: &mut Ui,
    rect: Rect,
    cx: &mut Cx<'_>,
    page: &CustomerPage,
    typed: (&mut String, &mut usize, &mut bool),
    joins: bool,
) -> Chosen {
    let t = tokens(ui);
    let (text, at, fresh) = typed;
    draw::fill(ui, rect, 0.0, t.bg1);
    let inner = rect.shrink2(vec2(24.0, 20.0));
    let inner = inner.with_max_x(inner.right().min(inner.left() + 760.0));
    let mut out = Chosen::Nothing;
    {
        let mut row = Row::new(ui, Rect::from_min_size(inner.min, vec2(inner.width(), 28.0)), "other-head");
        let title = if joins { format!("Who is {} too?", page.key) } else { format!("Who is not one with {}?", page.key) };
        row.heading(&title, SECTION);
        if row.button_right(&Button::new("Back to the customer").keys("Esc").kind(ButtonKind::Ghost)).clicked() {
            out = Chosen::Leave;
        }
    }
    let name = "Find the other one";
    let field = Field {
        id: Id::unique("other-customer"),
        name,
        hint: "Name, e-mail, phone, C-1042 or SYSTEM:ID",
        icon: Some(icon::SEARCH),
        keys: None,
        mono: false,
    };
    let response = field.show(ui, Rect::from_min_size(inner.min + vec2(0.0, 40.0), vec2(inner.width(), 30.0)), text);
    if std::mem::take(fresh) {
        response.request_focus();
    }
    let wanted = text.trim().to_owned();
    let looked = cx.data.look(&Query::Customers { search: wanted.clone() });
    let rows: Vec<CustomerRow> = match looked.page.as_deref() {
        Some(Page::Customers(found)) => found.rows.iter().filter(|row| row.key != page.key).take(40).cloned().collect(),
        _ => Vec::new(),
    };
    let pressed = |key| ui.input_mut(|input| input.consume_key(Modifiers::NONE, key));
    if pressed(Key::ArrowDown) {
        *at += 1;
    }
    if pressed(Key::ArrowUp) {
        *at = at.saturating_sub(1);
    }
    *at = (*at).min(rows.len().saturating_sub(1));
    if response.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter)) {
        // A key or a record that is typed whole needs no list.
        let named = wanted.contains(':') || wanted.parse::<CustomerKey>().is_ok();
        if named {
            return Chosen::One(wanted);
        }
        if let Some(row) = rows.get(*at) {
            return Chosen::One(row.key.to_string());
        }
    }
    let list = inner.with_min_y(inner.top() + 80.0);
    if rows.is_empty() && looked.page.is_some() {
        empty::show(ui, list, icon::CUSTOMERS, "Nobody else has that name, e-mail, phone number or id.", None);
    }
    let shown = area::Rows { count: rows.len(), height: 44.0, show: Some(*at) };
    area::list(ui, list, "others", shown, |ui, number, place| {
        let Some(row) = rows.get(number) else { return };
        if one(ui, place, row, number == *at) {
            out = Chosen::One(row.key.to_string());
        }
    });
    out
}

fn one(ui: &Ui, place: Rect, row: &CustomerRow, on: bool) -> bool {
    let t = tokens(ui);
    let response = ui.interact(place, ui.scope_id().with(("other", row.key.0)), egui::Sense::click());
    let said = format!("{}, {}, {}", row.name, row.key, row.email);
    response.widget_info(|| WidgetInfo::selected(egui::accesskit::Role::ListBoxOption, true, on, &said));
    if on {
        draw::fill(ui, place, 4.0, t.acc.tint);
    } else if response.hovered() {
        draw::fill(ui, place, 4.0, t.hover);
    }
    draw::hline(ui, place.left(), place.right(), place.bottom() - 1.0, t.line);
    let mut line = Row::new(ui, place.shrink2(vec2(10.0, 0.0)).with_max_y(place.top() + 24.0), ("other-line", row.key.0));
    line.text_right(&row.key.to_string(), MONO_S, t.t2);
    line.gap_right(10.0);
    line.text(&row.name, DENSE_M, t.t1);
    let marks = hallmark::paint_groups(ui, place.left() + 10.0, place.top() + 32.0, std::slice::from_ref(&row.sources));
    let below = Rect::from_min_max(pos2(place.left() + 18.0 + marks, place.top() + 24.0), pos2(place.right() - 10.0, place.top() + 40.0));
    draw::text_in(ui, below, &format!("{}  {}  {}", row.email, row.phone, row.birth_date), META, t.t2);
    draw::text_in_right(ui, below, &row.branch, DENSE, t.t3);
    response.clicked()
}
