//! What several pages have in common: the head, a page that is awaited or that failed.

use std::sync::Arc;

use egui::accesskit::Role;
use egui::{Color32, Rect, Ui, pos2, vec2};

use crate::app::cx::Cx;
use crate::app::data::Looked;
use crate::app::theme::kind::{DENSE_B, Kind, META, PAGE, icon};
use crate::app::theme::{Tokens, Tone, tokens};
use crate::app::widgets::{Row, draw, empty};
use crate::engine::pages::StatusPage;

pub const HEAD: f32 = 48.0;

/// The page's head with its title; returns the row to go on with and what is left of the page.
pub fn head<'u>(ui: &'u Ui, rect: Rect, title: &str) -> (Row<'u>, Rect) {
    let t = tokens(ui);
    let head = Rect::from_min_size(rect.min, vec2(rect.width(), HEAD));
    draw::fill(ui, head, 0.0, t.bg1);
    draw::hline(ui, head.left(), head.right(), head.bottom() - 1.0, t.line);
    let mut row = Row::new(ui, head.shrink2(vec2(16.0, 0.0)).with_max_y(head.bottom() - 1.0), ("head", title));
    row.heading(title, PAGE);
    row.gap(12.0);
    (row, Rect::from_min_max(pos2(rect.left(), head.bottom()), rect.max))
}

/// Says that what the page shows is newer than the gold that people see; nothing where it is not.
pub fn ahead(row: &mut Row<'_>, status: Option<&StatusPage>) {
    let Some((published, newest)) = status.and_then(StatusPage::ahead) else { return };
    let words = format!("newer than gold v{published}");
    if row.room() < 180.0 {
        return;
    }
    row.gap(8.0);
    let tone = row.t.info;
    let place = row.chip(Some(icon::INFO), &words, tone);
    let why = format!(
        "Records and golden values are those of the last run. Dashboards, Query and the figures of a customer show gold v{published}, which people see; v{newest} holds the last run and waits in Publish."
    );
    draw::spoken(row.ui, place, row.ui.scope_id().with("ahead"), Role::Status, &words).on_hover_text(why);
}

/// While there is no page: why, and what to do. None where there is one.
pub fn instead(ui: &Ui, rect: Rect, looked: &Looked, cx: &mut Cx<'_>) -> Option<()> {
    if looked.page.is_some() {
        return None;
    }
    match &looked.error {
        Some(message) => {
            empty::show(ui, rect, icon::WARN_CIRCLE, message, None);
        }
        None => {
            // An answer takes milliseconds: words only where it takes longer.
            let asked = ui.scope_id().with("asked-since");
            let since = ui.ctx().data_mut(|data| *data.get_temp_mut_or(asked, cx.now));
            if cx.now - since > 0.4 {
                let t = tokens(ui);
                draw::text(ui, rect.center(), egui::Align2::CENTER_CENTER, "Reading\u{2026}", META, t.t3);
            } else {
                ui.ctx().request_repaint_after_secs(0.45);
            }
        }
    }
    Some(())
}

/// The colours of a layer, by its name.
pub fn layer_tone(t: &Tokens, layer: &str) -> Tone {
    match layer {
        "bronze" => t.bronze,
        "silver" => t.silver,
        _ => t.gold,
    }
}

/// A panel with a head 36 high; returns the row of its head and its body.
pub fn panel<'u>(ui: &'u Ui, rect: Rect, title: &str, line: bool) -> (Row<'u>, Rect) {
    let t = tokens(ui);
    draw::panel(ui, rect);
    let head = Rect::from_min_size(rect.min, vec2(rect.width(), 36.0));
    if line {
        draw::hline(ui, rect.left() + 1.0, rect.right() - 1.0, head.bottom() - 1.0, t.line);
    }
    let mut row = Row::new(ui, head.shrink2(vec2(12.0, 0.0)), ("panel", title));
    if !title.is_empty() {
        row.heading(title, DENSE_B);
        row.gap(8.0);
    }
    (row, Rect::from_min_max(pos2(rect.left() + 1.0, head.bottom()), rect.max - vec2(1.0, 1.0)))
}

/// Covers a panel's square inner corners at its bottom and draws its edge again, over a table that went to the edge.
pub fn panel_edge(ui: &Ui, rect: Rect) {
    let t = tokens(ui);
    draw::outline(ui, rect, 10.0, t.line, 1.0);
}

/// Text from the top down.
pub struct Lines<'u> {
    pub ui: &'u Ui,
    pub inner: Rect,
    pub y: f32,
    /// Lines so far: each needs a name of its own.
    pub said: usize,
}

impl std::fmt::Debug for Lines<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Lines").field("y", &self.y).finish_non_exhaustive()
    }
}

impl Lines<'_> {
    pub fn say(&mut self, text: &str, kind: Kind, color: Color32) {
        let galley = draw::wrapped(self.ui, text, kind, color, self.inner.width());
        let place = Rect::from_min_size(pos2(self.inner.left(), self.y), galley.size());
        self.said += 1;
        draw::spoken(self.ui, place, self.ui.scope_id().with(("text", self.said)), Role::Label, text);
        self.y += galley.size().y + 3.0;
        self.ui.painter().galley(draw::snapped(self.ui, place.min), Arc::clone(&galley), color);
    }

    pub fn title(&mut self, text: &str) {
        let t = tokens(self.ui);
        self.y += 8.0;
        self.say(text, DENSE_B, t.t2);
    }
}
