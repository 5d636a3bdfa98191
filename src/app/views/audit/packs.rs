//! Decisions between two laptops: written into a signed file, looked into before they are taken in.

use egui::accesskit::Role;
use egui::{Rect, Ui, pos2, vec2};

use super::{Audit, trust};
use crate::app::cx::{Action, Cx, Pick};
use crate::app::theme::kind::{DENSE, DENSE_B, DENSE_M, META, SECTION, icon};
use crate::app::theme::tokens;
use crate::app::widgets::{Button, ButtonKind, Row, area, draw, empty};
use crate::app::words;
use crate::engine::pages::{PackPage, PackRow, TrustPage};
use crate::engine::{Command, TrustDeed, TrustQuery};

pub fn show(ui: &mut Ui, mut row: Row<'_>, body: Rect, cx: &mut Cx<'_>, state: &mut Audit) {
    draw::fill(ui, body, 0.0, tokens(ui).bg2);
    let write = Button::new("Write a pack").icon(icon::EXPORT).tooltip("Every decision, signed, for another copy of this workspace");
    if row.button_right(&write).clicked() {
        cx.act(Action::Pick(Pick::SavePack));
    }
    row.gap_right(6.0);
    if row.button_right(&Button::new("Read a pack").icon(icon::FOLDER)).clicked() {
        cx.act(Action::Pick(Pick::ReadPack));
    }
    let panel = body.shrink2(vec2(16.0, 12.0));
    draw::panel(ui, panel);
    let Some(file) = state.pack.clone() else {
        let words = "A pack carries decisions to another copy of this workspace. Nothing is taken in before you have seen what it brings and what it contradicts.";
        empty::show(ui, panel, icon::SWAP, words, None);
        return;
    };
    let Some(page) = state.look(ui, panel, cx, TrustQuery::Pack { file: file.clone() }) else { return };
    let Some(TrustPage::Pack(page)) = trust(&page) else { return };
    let head = Rect::from_min_size(panel.min, vec2(panel.width(), 64.0));
    heading(ui, head, cx, state, page, file);
    let body = panel.with_min_y(head.bottom());
    let columns = area::columns(body, 2, 1.0);
    let (Some(left), Some(right)) = (columns.first(), columns.get(1)) else { return };
    draw::vline(ui, right.left() - 1.0, body.top(), body.bottom() - 1.0, tokens(ui).line);
    rows(ui, *left, "New here", &page.new);
    rows(ui, *right, "Contradict what was decided here", &page.conflicts);
}

fn heading(ui: &Ui, head: Rect, cx: &mut Cx<'_>, state: &mut Audit, page: &PackPage, file: std::path::PathBuf) {
    let t = tokens(ui);
    draw::hline(ui, head.left() + 1.0, head.right() - 1.0, head.bottom() - 1.0, t.line);
    let inner = head.shrink2(vec2(16.0, 8.0));
    let mut row = Row::new(ui, inner, "pack-head");
    let news = page.new.len() + page.conflicts.len();
    if row.button_right(&Button::new("Take it in").name("Take the pack in").kind(ButtonKind::Primary).enabled(news > 0)).clicked() {
        let user = cx.data.user();
        cx.send(Command::Trust(TrustDeed::ImportPack { file, user }));
    }
    row.gap_right(6.0);
    if row.button_right(&Button::new("Leave it").name("Leave the pack").kind(ButtonKind::Ghost)).clicked() {
        state.pack = None;
    }
    let right = row.right - 8.0;
    let title = format!("Pack {} by {}, {}", page.number, page.made_by, words::date_and_time(&page.made_at));
    let line = Rect::from_min_max(inner.min, pos2(right, inner.top() + 24.0));
    draw::text_in(ui, line, &title, SECTION, t.t1);
    draw::spoken(ui, line, ui.scope_id().with("pack-title"), Role::Heading, &title);
    let said = format!(
        "{}; {}, {} known here",
        if page.is_signed { "Signed" } else { "Not signed: it can be told from a damaged one, not from a forged one" },
        words::counted(page.decisions, "decision", "decisions"),
        words::count(page.known)
    );
    let line = Rect::from_min_max(pos2(inner.left(), inner.top() + 26.0), pos2(right, inner.bottom()));
    draw::text_in(ui, line, &said, META, if page.is_signed { t.t2 } else { t.warn.text });
    draw::spoken(ui, line, ui.scope_id().with("pack-said"), Role::Label, &said);
}

fn rows(ui: &mut Ui, rect: Rect, title: &str, rows: &[PackRow]) {
    let t = tokens(ui);
    let head = Rect::from_min_size(rect.min, vec2(rect.width(), 32.0)).shrink2(vec2(16.0, 0.0));
    let said = format!("{title}: {}", words::count(rows.len() as u64));
    draw::text_in(ui, head, &said, DENSE_B, t.t2);
    draw::spoken(ui, head, ui.scope_id().with(("pack-list", title)), Role::Heading, &said);
    let body = rect.with_min_y(head.bottom()).with_max_y(rect.bottom() - 2.0);
    if rows.is_empty() {
        empty::show(ui, body, icon::CHECK, "None.", None);
        return;
    }
    let shown = area::Rows { count: rows.len(), height: 46.0, show: None };
    area::list(ui, body, title, shown, |ui, at, place| {
        let Some(one) = rows.get(at) else { return };
        let inner = place.shrink2(vec2(16.0, 0.0));
        let upper = Rect::from_min_max(pos2(inner.left(), place.top() + 5.0), pos2(inner.right(), place.top() + 23.0));
        let mut row = Row::new(ui, upper, ("pack-row", title, at));
        row.text_right(&words::moment(&one.at), META, t.t3);
        row.gap_right(8.0);
        row.text(&one.summary, DENSE_M, t.t1);
        let why = one.why.clone().unwrap_or_default();
        let below = if why.is_empty() { format!("by {}", one.author) } else { format!("by {}: {why}", one.author) };
        let lower = Rect::from_min_max(pos2(inner.left(), place.top() + 23.0), pos2(inner.right(), place.top() + 40.0));
        draw::text_in(ui, lower, &below, DENSE, if why.is_empty() { t.t2 } else { t.warn.text });
        draw::spoken(ui, place, ui.scope_id().with(("pack", title, at)), Role::Label, &format!("{}, {below}", one.summary))
            .on_hover_text(&below);
        draw::hline(ui, place.left(), place.right(), place.bottom() - 1.0, t.line);
    });
}
