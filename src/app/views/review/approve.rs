//! Decisions that wait for a second person, and contradictions that packs brought. Flow: TrustPage::Proposals -> list | one -> approve, return.

use std::sync::Arc;

use egui::accesskit::Role;
use egui::{Key, Modifiers, Rect, Ui, pos2, vec2};

use super::ask::{self, What};
use super::keys::pressed;
use super::state::Review;
use super::{compare, model};
use crate::app::cx::Cx;
use crate::app::theme::Tone;
use crate::app::theme::kind::{DENSE, DENSE_M, META, META_M, SECTION, icon};
use crate::app::theme::tokens;
use crate::app::views::parts;
use crate::app::widgets::{Button, ButtonKind, ButtonSize, Row, area, draw, empty, list_item};
use crate::app::words;
use crate::engine::pages::{Acting, ProposalKind, ProposalRow, QueuePage, Role as Office, TrustPage};
use crate::engine::{Command, Page, Query, TrustDeed, TrustQuery};

const ROW: f32 = 60.0;
const FOOT: f32 = 54.0;
const HEAD: f32 = 92.0;

#[derive(Debug, Default)]
pub struct Approve {
    at: usize,
    follow: bool,
    kept: Option<Arc<Page>>,
}

/// Why whoever acts cannot answer this one; None where they can.
fn refused(row: &ProposalRow, user: &str, acting: Acting) -> Option<String> {
    if row.state != "open" {
        let by = row.answered_by.as_deref().unwrap_or_default();
        return Some(match &row.comment {
            Some(comment) => format!("{} by {by}: {comment}", words::capital(&row.state)),
            None => format!("{} by {by}", words::capital(&row.state)),
        });
    }
    if row.kind == ProposalKind::FourEyes && row.author == user {
        return Some("You proposed this yourself: somebody else approves it.".to_owned());
    }
    let may = acting.people == 0 || row.kind == ProposalKind::Contradiction || acting.role == Some(Office::Approver);
    (!may).then(|| "Approving and returning takes an approver.".to_owned())
}

pub fn show(ui: &mut Ui, rect: Rect, cx: &mut Cx<'_>, state: &mut Review, queue: &QueuePage) {
    let t = tokens(ui);
    let mut looked = cx.data.look(&Query::Trust(TrustQuery::Proposals));
    looked.page = looked.page.or_else(|| state.approve.kept.clone());
    state.approve.kept.clone_from(&looked.page);
    let rows: &[ProposalRow] = match looked.page.as_deref() {
        Some(Page::Trust(page)) => match page.as_ref() {
            TrustPage::Proposals(rows) => rows,
            _ => &[],
        },
        _ => {
            parts::instead(ui, rect, &looked, cx);
            return;
        }
    };
    // Those that wait first; the page has the newest first.
    let mut rows: Vec<&ProposalRow> = rows.iter().collect();
    rows.sort_by_key(|row| row.state != "open");
    if rows.is_empty() {
        let words = "Nothing waits for a second person. Which decisions do is set in Audit, People.";
        empty::show(ui, rect, icon::CHECK, words, None);
        return;
    }
    move_by_keys(ui, cx, state, rows.len());
    state.approve.at = state.approve.at.min(rows.len() - 1);
    let left = rect.with_max_x(rect.left() + if rect.width() > 1300.0 { 380.0 } else { 300.0 });
    draw::fill(ui, left, 0.0, t.bg2);
    list(ui, left, state, &rows);
    draw::vline(ui, left.right(), rect.top(), rect.bottom(), t.line);
    let right = rect.with_min_x(left.right() + 1.0);
    draw::fill(ui, right, 0.0, t.bg1);
    let Some(row) = rows.get(state.approve.at) else { return };
    let foot = right.with_min_y(right.bottom() - FOOT);
    one(ui, right.with_max_y(foot.top()), cx, state, row);
    if state.ask.is_some() {
        ask::show(&mut area::child(ui, foot, "approve-ask"), foot, cx, state, queue, None);
    } else {
        deeds(ui, foot, cx, state, row);
    }
}

fn move_by_keys(ui: &Ui, cx: &Cx<'_>, state: &mut Review, count: usize) {
    if !cx.keys_free(ui) {
        return;
    }
    for (key, by) in [(Key::J, 1), (Key::ArrowDown, 1), (Key::K, -1), (Key::ArrowUp, -1)] {
        if pressed(ui, Modifiers::NONE, key) {
            state.approve.at = state.approve.at.saturating_add_signed(by).min(count - 1);
            state.approve.follow = true;
            state.cell = None;
            state.shift = -1.0;
        }
    }
}

fn list(ui: &mut Ui, rect: Rect, state: &mut Review, rows: &[&ProposalRow]) {
    let t = tokens(ui);
    let shown = area::Rows { count: rows.len(), height: ROW, show: state.approve.follow.then_some(state.approve.at) };
    let mut go = None;
    area::list(ui, rect, "proposals", shown, |ui, at, place| {
        let Some(row) = rows.get(at) else { return };
        let said = format!("Proposal {} by {}, {}: {}", row.proposal, row.author, row.state, row.summary);
        let response = list_item::ground(ui, place, ("proposal", row.proposal), at == state.approve.at, &said);
        let inner = place.shrink2(vec2(12.0, 8.0));
        let quiet = row.state != "open";
        let mut line = Row::new(ui, inner.with_max_y(inner.top() + 18.0), ("proposal-line", at));
        line.text_right(&words::moment(&row.proposed_at), META, t.t3);
        line.gap_right(8.0);
        if quiet {
            line.chip_right(None, &row.state, Tone { text: t.t2, tint: t.active });
            line.gap_right(8.0);
        } else if row.kind == ProposalKind::Contradiction {
            line.chip_right(None, "from a pack", t.warn);
            line.gap_right(8.0);
        }
        line.text(&row.proposal.to_string(), META_M, t.t3);
        line.gap(6.0);
        line.text(&row.author, DENSE_M, if quiet { t.t3 } else { t.t1 });
        let below = Rect::from_min_max(pos2(inner.left(), inner.top() + 22.0), pos2(inner.right(), inner.top() + 40.0));
        draw::text_in(ui, below, &row.summary, DENSE, if quiet { t.t3 } else { t.t2 });
        if response.clicked() {
            go = Some(at);
        }
    });
    if let Some(at) = go {
        state.approve.at = at;
        state.approve.follow = false;
        state.cell = None;
        state.shift = -1.0;
    }
}

/// What is proposed, why it waits, and the records that it is about.
fn one(ui: &mut Ui, rect: Rect, cx: &mut Cx<'_>, state: &mut Review, row: &ProposalRow) {
    let t = tokens(ui);
    let inner = rect.shrink2(vec2(16.0, 10.0));
    let title = Rect::from_min_size(inner.min, vec2(inner.width(), 22.0));
    draw::text_in(ui, title, &words::capital(&row.summary), SECTION, t.t1);
    draw::spoken(ui, title, ui.scope_id().with("proposal-title"), Role::Heading, &words::capital(&row.summary));
    let signed = if row.is_signed { ", signed" } else { "" };
    let mut lines =
        vec![format!("{} proposed it{signed}, {}. It waits because {}.", row.author, words::date_and_time(&row.proposed_at), row.why)];
    lines.extend(row.reason.iter().map(|reason| format!("Reason: {reason}")));
    for (at, line) in lines.iter().enumerate() {
        let place = Rect::from_min_size(pos2(inner.left(), inner.top() + 26.0 + area::row_top(0.0, 20.0, at)), vec2(inner.width(), 18.0));
        draw::text_in(ui, place, line, DENSE, t.t2);
        draw::spoken(ui, place, ui.scope_id().with(("proposal-said", at)), Role::Label, line).on_hover_text(line);
    }
    let body = rect.with_min_y(rect.top() + HEAD);
    draw::hline(ui, rect.left(), rect.right(), body.top() - 1.0, t.line);
    let looked = cx.data.look(&Query::Item(row.item.clone()));
    if let Some(Page::Item(item)) = looked.page.as_deref() {
        compare::show(&mut area::child(ui, body, "proposal-compare"), body, state, &model::sheet(item, state.standard));
        return;
    }
    if looked.error.is_none() {
        return;
    }
    // No question of the queue: a golden value, a merge by hand, something taken back. Its records by their keys.
    let mut y = body.top() + 12.0;
    for (at, group) in row.groups.iter().enumerate() {
        let keys = group.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
        let words = if row.groups.len() > 1 { format!("Group {}: {keys}", at + 1) } else { format!("Records: {keys}") };
        let galley = draw::wrapped(ui, &words, DENSE, t.t1, inner.width());
        let place = Rect::from_min_size(pos2(inner.left(), y), galley.size());
        draw::spoken(ui, place, ui.scope_id().with(("proposal-group", at)), Role::Label, &words);
        ui.painter().galley(draw::snapped(ui, place.min), galley, t.t1);
        y = place.bottom() + 8.0;
    }
}

fn deeds(ui: &Ui, rect: Rect, cx: &mut Cx<'_>, state: &mut Review, row: &ProposalRow) {
    let t = tokens(ui);
    draw::hline(ui, rect.left(), rect.right(), rect.top(), t.line);
    let acting = cx.data.status.as_ref().map(|status| status.acting).unwrap_or_default();
    let user = cx.data.user();
    let why_not = refused(row, &user, acting);
    let (approve, back) = match row.kind {
        ProposalKind::FourEyes => ("Approve", "Return"),
        ProposalKind::Contradiction => ("Take what the pack says", "Keep what was decided here"),
    };
    let mut line = Row::new(ui, rect.shrink2(vec2(12.0, 0.0)), "approve-deeds");
    let free = cx.keys_free(ui) && why_not.is_none();
    let button =
        Button::new(approve).icon(icon::CHECK).keys("Y").kind(ButtonKind::Primary).size(ButtonSize::Large).enabled(why_not.is_none());
    if line.button(&button).clicked() || free && pressed(ui, Modifiers::NONE, Key::Y) {
        cx.send(Command::Trust(TrustDeed::Approve { proposal: row.proposal.to_string(), comment: None, user }));
    }
    line.gap(8.0);
    let button = Button::new(back).icon(icon::UNDO).keys("R").size(ButtonSize::Large).enabled(why_not.is_none());
    if line.button(&button).clicked() || free && pressed(ui, Modifiers::NONE, Key::R) {
        state.open_ask(ui, What::Return { proposal: row.proposal });
    }
    line.gap(12.0);
    if let Some(why) = why_not {
        let place = line.text(&why, DENSE, t.t2);
        draw::spoken(ui, place, ui.scope_id().with("why-not"), Role::Status, &why);
    }
}
