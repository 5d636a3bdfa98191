//! A line of things from the left and from the right, all on one middle: heads, bars, cells.

use egui::accesskit::Role;
use egui::{Color32, Id, Rect, Response, Ui, pos2, vec2};

use super::draw;
use super::{Button, chip, hallmark, kbd};
use crate::app::theme::kind::Kind;
use crate::app::theme::{Tokens, Tone, tokens};

pub struct Row<'u> {
    pub ui: &'u Ui,
    pub t: &'static Tokens,
    pub left: f32,
    pub right: f32,
    pub middle: f32,
    salt: Id,
    made: u32,
}

impl std::fmt::Debug for Row<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Row").field("left", &self.left).field("right", &self.right).finish_non_exhaustive()
    }
}

impl<'u> Row<'u> {
    pub fn new(ui: &'u Ui, rect: Rect, salt: impl std::hash::Hash + std::fmt::Debug) -> Self {
        Self {
            ui,
            t: tokens(ui),
            left: rect.left(),
            right: rect.right(),
            middle: rect.center().y,
            salt: ui.scope_id().with(("row", salt)),
            made: 0,
        }
    }

    fn next_id(&mut self) -> Id {
        self.made += 1;
        self.salt.with(self.made)
    }

    pub fn room(&self) -> f32 {
        (self.right - self.left).max(0.0)
    }

    pub fn gap(&mut self, width: f32) -> &mut Self {
        self.left += width;
        self
    }

    pub fn gap_right(&mut self, width: f32) -> &mut Self {
        self.right -= width;
        self
    }

    /// Cut where there is no room; the whole text is then a tooltip.
    pub fn text(&mut self, text: &str, kind: Kind, color: Color32) -> Rect {
        let galley = draw::elided(self.ui, text, kind, color, self.room());
        let rect = draw::put(self.ui, &galley, self.left, self.middle);
        self.left += galley.size().x;
        self.whole_on_hover(rect, text, galley.elided);
        rect
    }

    pub fn text_right(&mut self, text: &str, kind: Kind, color: Color32) -> Rect {
        let galley = draw::elided(self.ui, text, kind, color, self.room());
        self.right -= galley.size().x;
        let rect = draw::put(self.ui, &galley, self.right, self.middle);
        self.whole_on_hover(rect, text, galley.elided);
        rect
    }

    /// Read aloud as a heading.
    pub fn heading(&mut self, text: &str, kind: Kind) -> Rect {
        let rect = self.text(text, kind, self.t.t1);
        let id = self.next_id();
        draw::spoken(self.ui, rect, id, Role::Heading, text);
        rect
    }

    fn whole_on_hover(&mut self, rect: Rect, text: &str, cut: bool) {
        if cut {
            let id = self.next_id();
            draw::spoken(self.ui, rect, id, Role::Label, text).on_hover_text(text);
        }
    }

    pub fn icon(&mut self, code: char, size: f32, color: Color32) -> &mut Self {
        draw::icon(self.ui, pos2(self.left + size / 2.0, self.middle), code, size, color);
        self.left += size;
        self
    }

    pub fn icon_fill(&mut self, code: char, size: f32, color: Color32) -> &mut Self {
        draw::icon_fill(self.ui, pos2(self.left + size / 2.0, self.middle), code, size, color);
        self.left += size;
        self
    }

    pub fn hallmark(&mut self, system: &str, size: f32) -> &mut Self {
        hallmark::paint(self.ui, pos2(self.left + size / 2.0, self.middle), system, size);
        self.left += size;
        self
    }

    pub fn hallmark_right(&mut self, system: &str, size: f32) -> &mut Self {
        self.right -= size;
        hallmark::paint(self.ui, pos2(self.right + size / 2.0, self.middle), system, size);
        self
    }

    pub fn chip(&mut self, icon: Option<char>, text: &str, tone: Tone) -> Rect {
        let width = chip::width(self.ui, icon, text);
        let rect = Rect::from_min_size(pos2(self.left, self.middle - chip::HEIGHT / 2.0), vec2(width, chip::HEIGHT));
        chip::paint(self.ui, rect, icon, text, tone);
        self.left += width;
        rect
    }

    pub fn chip_right(&mut self, icon: Option<char>, text: &str, tone: Tone) -> Rect {
        self.right -= chip::width(self.ui, icon, text);
        let left = self.left;
        self.left = self.right;
        let rect = self.chip(icon, text, tone);
        self.left = left;
        rect
    }

    pub fn kbd(&mut self, keys: &str) -> &mut Self {
        self.left += kbd::paint(self.ui, self.left, self.middle, keys, self.t);
        self
    }

    pub fn kbd_right(&mut self, keys: &str) -> &mut Self {
        self.right -= kbd::width(self.ui, keys);
        kbd::paint(self.ui, self.right, self.middle, keys, self.t);
        self
    }

    /// A short upright line between things.
    pub fn bar(&mut self, height: f32) -> &mut Self {
        draw::vline(self.ui, self.left, self.middle - height / 2.0, self.middle + height / 2.0, self.t.line2);
        self.left += 1.0;
        self
    }

    pub fn bar_right(&mut self, height: f32) -> &mut Self {
        self.right -= 1.0;
        draw::vline(self.ui, self.right, self.middle - height / 2.0, self.middle + height / 2.0, self.t.line2);
        self
    }

    pub fn button(&mut self, button: &Button<'_>) -> Response {
        let width = button.width(self.ui);
        let response = button.show(self.ui, pos2(self.left, self.middle));
        self.left += width;
        response
    }

    pub fn button_right(&mut self, button: &Button<'_>) -> Response {
        self.right -= button.width(self.ui);
        button.show(self.ui, pos2(self.right, self.middle))
    }
}
