//! The trust badge: a seal and the share of a figure's rows that wait for nobody. A press shows the others.

use egui::accesskit::Role;
use egui::{Response, Ui, pos2};

use super::draw;
use crate::app::theme::kind::{META_M, icon};
use crate::app::theme::tokens;
use crate::app::words;

/// What is trusted how far.
#[derive(Debug, Clone, Copy)]
pub struct Trust<'a> {
    pub id: &'a str,
    pub title: &'a str,
    pub share: f64,
    /// Rows of its files that wait in quarantine.
    pub quarantined: u64,
}

impl Trust<'_> {
    fn said(&self) -> String {
        let waiting = match self.quarantined {
            0 => String::new(),
            rows => format!(", {} of its files in quarantine", words::counted(rows, "row", "rows")),
        };
        format!("Trust in {}: {} of its rows wait for nobody{waiting}. Show those in Review", self.title, words::percent(self.share))
    }
}

/// Right end at `right`. Returns the width, and the response. Without words only the seal.
pub fn show(ui: &Ui, right: f32, middle: f32, of: &Trust<'_>, with_words: bool) -> (f32, Response) {
    let t = tokens(ui);
    let share = of.share;
    let settled = share >= 0.95;
    let (code, seal, text) = if settled { (icon::SEAL, t.ok.text, t.t3) } else { (icon::SEAL_WARN, t.warn.text, t.warn.text) };
    let galley = draw::line(ui, &words::percent(share), META_M, text);
    let width = if with_words { galley.size().x + 15.0 } else { 12.0 };
    let left = right - width;
    let rect = egui::Rect::from_min_max(pos2(left - 2.0, middle - 8.0), pos2(right + 2.0, middle + 8.0));
    let name = of.said();
    let response = draw::pressable(ui, rect, ui.scope_id().with(("trust", of.id)), Role::Button, &name, 4.0);
    if response.hovered() {
        draw::fill(ui, rect, 4.0, t.hover);
    }
    draw::icon_fill(ui, pos2(left + 6.0, middle), code, 12.0, seal);
    if with_words {
        draw::put(ui, &galley, left + 15.0, middle);
    }
    (width, response.on_hover_text(name))
}
