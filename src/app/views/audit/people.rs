//! People and keys, and what takes a second person.

use egui::accesskit::Role;
use egui::{Rect, Ui, pos2, vec2};

use super::{Audit, model, trust};
use crate::app::cx::{Action, Cx, TrustAsk};
use crate::app::theme::kind::{DENSE, DENSE_M, META, MONO_S, icon};
use crate::app::theme::tokens;
use crate::app::views::parts;
use crate::app::widgets::table::{Column, Table};
use crate::app::widgets::{Button, ButtonKind, Row, draw, empty};
use crate::app::words;
use crate::engine::TrustQuery;
use crate::engine::pages::{PeoplePage, PersonRow, TrustPage};

const COLUMNS: [Column<'static>; 6] = [
    Column::flex("Name", 2.0, 120.0),
    Column::fixed("Role", 90.0),
    Column::fixed("Enrolled", 138.0),
    Column::flex("Now", 1.4, 110.0),
    Column::fixed("Key here", 74.0),
    Column::fixed("Public key", 132.0),
];

fn now_of(row: &PersonRow) -> String {
    match (&row.person.retired_at, row.is_signed_in) {
        (Some(at), _) => format!("retired {}", words::date(at)),
        (None, true) => "signed in".to_owned(),
        (None, false) => "enrolled".to_owned(),
    }
}

fn texts(row: &PersonRow) -> Vec<String> {
    vec![
        row.person.name.clone(),
        row.person.role.name().to_owned(),
        words::date_and_time(&row.person.enrolled_at),
        now_of(row),
        if row.has_key_here { "yes" } else { "no" }.to_owned(),
        model::short_key(&row.person.public_key),
    ]
}

pub fn show(ui: &mut Ui, mut row: Row<'_>, body: Rect, cx: &mut Cx<'_>, state: &mut Audit) {
    let t = tokens(ui);
    draw::fill(ui, body, 0.0, t.bg2);
    let Some(page) = state.look(ui, body, cx, TrustQuery::People) else { return };
    let Some(TrustPage::People(page)) = trust(&page) else { return };
    let first = !page.people.iter().any(|row| row.person.retired_at.is_none());
    buttons(&mut row, cx, state, page, first);
    let inner = body.shrink2(vec2(16.0, 12.0));
    let right = inner.with_min_x(inner.right() - if inner.width() > 1300.0 { 420.0 } else { 300.0 });
    let left = inner.with_max_x(right.left() - 12.0);
    draw::panel(ui, left);
    if page.people.is_empty() {
        let words = "Nobody is enrolled: everybody may do everything, decisions carry a name that nobody proves, and nothing is masked.";
        let button = Button::new("Enrol the first").name("Enrol the first person").kind(ButtonKind::Primary);
        if empty::show(ui, left, icon::CUSTOMERS, words, Some(&button)).is_some_and(|pressed| pressed.clicked()) {
            cx.act(Action::AskTrust(TrustAsk::Enrol { first: true }));
        }
    } else {
        let texts = |at: usize| page.people.get(at).map(texts).unwrap_or_default();
        let table = Table {
            salt: "people",
            name: "People",
            columns: &COLUMNS,
            rows: page.people.len(),
            row_height: 30.0,
            selected: state.person,
            show: None,
            sort: None,
            texts: &texts,
        };
        let answer = table.show(ui, left.shrink(1.0), |cell, at, column| {
            let Some(row) = page.people.get(at) else { return };
            let text = self::texts(row).swap_remove(column);
            let quiet = row.person.retired_at.is_some();
            match column {
                0 => cell.text(&text, DENSE_M, if quiet { t.t3 } else { t.t1 }),
                3 => cell.text(&text, DENSE, if row.is_signed_in { t.ok.text } else { t.t2 }),
                5 => cell.text(&text, MONO_S, t.t3),
                _ => cell.text(&text, DENSE, if quiet { t.t3 } else { t.t2 }),
            }
        });
        if let Some(at) = answer.clicked {
            state.person = if state.person == Some(at) { None } else { Some(at) };
        }
    }
    parts::panel_edge(ui, left);
    policy(ui, right, cx, page);
}

fn buttons(row: &mut Row<'_>, cx: &mut Cx<'_>, state: &Audit, page: &PeoplePage, first: bool) {
    let tip = "A person with a role and a key: what they decide is signed";
    let enrol = Button::new("Enrol").name("Enrol somebody").icon(icon::PLUS).tooltip(tip);
    if row.button_right(&enrol).clicked() {
        cx.act(Action::AskTrust(TrustAsk::Enrol { first }));
    }
    let Some(chosen) = state.person.and_then(|at| page.people.get(at)) else { return };
    let name = chosen.person.name.clone();
    let is_active = chosen.person.retired_at.is_none();
    for (label, enabled, ask) in [
        ("Retire", is_active, TrustAsk::Retire(name.clone())),
        ("Change passphrase", chosen.has_key_here, TrustAsk::Passphrase(name.clone())),
        ("Sign in", is_active && chosen.has_key_here && !chosen.is_signed_in, TrustAsk::SignIn(name.clone())),
    ] {
        row.gap_right(6.0);
        let said = format!("{label}: {name}");
        if row.button_right(&Button::new(label).name(&said).enabled(enabled)).clicked() {
            cx.act(Action::AskTrust(ask));
        }
    }
}

fn policy(ui: &Ui, rect: Rect, cx: &mut Cx<'_>, page: &PeoplePage) {
    let t = tokens(ui);
    let (mut row, body) = parts::panel(ui, rect, "Four eyes", true);
    if row.button_right(&Button::new("Change").name("Change the policy of four eyes")).clicked() {
        cx.act(Action::AskTrust(TrustAsk::Policy(page.four_eyes.clone())));
    }
    let inner = body.shrink2(vec2(12.0, 10.0));
    let mut y = inner.top();
    let mut lines = vec!["An approver looks at a decision before it holds:".to_owned()];
    lines.extend(page.four_eyes.in_words().split("; ").map(|clause| format!("\u{2022} {clause}")));
    lines.push("Nobody approves what they proposed themselves. Taking back takes as many eyes as deciding did.".to_owned());
    for (at, line) in lines.iter().enumerate() {
        let galley = draw::wrapped(ui, line, DENSE, t.t1, inner.width());
        let place = Rect::from_min_size(pos2(inner.left(), y), galley.size());
        draw::spoken(ui, place, ui.scope_id().with(("policy", at)), Role::Label, line);
        ui.painter().galley(draw::snapped(ui, place.min), galley, t.t1);
        y = place.bottom() + 6.0;
    }
    y += 8.0;
    draw::hline(ui, body.left(), body.right(), y, t.line);
    y += 10.0;
    let galley = draw::wrapped(ui, &page.remark, META, t.t2, inner.width());
    let place = Rect::from_min_size(pos2(inner.left(), y), galley.size());
    draw::spoken(ui, place, ui.scope_id().with("remark"), Role::Label, &page.remark);
    ui.painter().galley(draw::snapped(ui, place.min), galley, t.t2);
}
