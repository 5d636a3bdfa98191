//! A line to type in.

use egui::{Frame, Id, Margin, Rect, Response, TextEdit, Ui, pos2, vec2};

use super::{draw, kbd};
use crate::app::theme::kind::{Face, icon};
use crate::app::theme::tokens;

#[derive(Debug, Clone, Copy)]
pub struct Field<'a> {
    pub id: Id,
    /// Accessible name.
    pub name: &'a str,
    pub hint: &'a str,
    pub icon: Option<char>,
    pub keys: Option<&'a str>,
    pub mono: bool,
}

impl Field<'_> {
    pub fn show(&self, ui: &mut Ui, rect: Rect, text: &mut String) -> Response {
        self.show_as(ui, rect, text, false)
    }

    /// For a passphrase: dots instead of letters, for the eye and for a screen reader.
    pub fn show_hidden(&self, ui: &mut Ui, rect: Rect, text: &mut String) -> Response {
        self.show_as(ui, rect, text, true)
    }

    fn show_as(&self, ui: &mut Ui, rect: Rect, text: &mut String, hidden: bool) -> Response {
        let t = tokens(ui);
        let focused = ui.ctx().memory(|memory| memory.has_focus(self.id));
        draw::boxed(ui, rect, 6.0, t.bg1, if focused { t.accent } else { t.edge }, if focused { 2.0 } else { 1.0 });
        let mut inner = rect.shrink2(vec2(8.0, 0.0));
        if let Some(code) = self.icon {
            draw::icon(ui, pos2(inner.left() + 7.0, inner.center().y), code, 14.0, t.t3);
            inner.min.x += 20.0;
        }
        let mut clear = None;
        if text.is_empty() {
            if let Some(keys) = self.keys {
                let width = kbd::width(ui, keys);
                kbd::paint(ui, inner.right() - width, inner.center().y, keys, t);
                inner.max.x -= width + 6.0;
            }
        } else {
            let cross = Rect::from_center_size(pos2(inner.right() - 6.0, inner.center().y), vec2(18.0, 18.0));
            let name = format!("Clear {}", self.name.to_lowercase());
            let pressed = draw::pressable(ui, cross, self.id.with("clear"), egui::accesskit::Role::Button, &name, 4.0);
            draw::icon(ui, cross.center(), icon::CLOSE, 12.0, if pressed.hovered() { t.t1 } else { t.t3 });
            clear = Some(pressed);
            inner.max.x -= 18.0;
        }
        let font = if self.mono { Face::Mono.at(12.0) } else { Face::Regular.at(12.0) };
        let edit = TextEdit::singleline(text)
            .id(self.id)
            .password(hidden)
            .frame(Frame::NONE)
            .margin(Margin::ZERO)
            .font(font.clone())
            .text_color(t.t1)
            .desired_width(inner.width())
            .hint_text(egui::RichText::new(self.hint).font(font).color(t.t3));
        let place = Rect::from_center_size(inner.center(), vec2(inner.width(), 16.0));
        let mut response = ui.put(place, edit).accessible_name(self.name);
        if clear.is_some_and(|pressed| pressed.clicked()) {
            text.clear();
            response.mark_changed();
        }
        response
    }
}
