//! Where there is nothing yet: an icon, one sentence, one button.

use egui::{Align2, Rect, Response, Ui, pos2};

use super::{Button, draw};
use crate::app::theme::kind::BODY;
use crate::app::theme::tokens;

pub fn show(ui: &Ui, rect: Rect, code: char, sentence: &str, button: Option<&Button<'_>>) -> Option<Response> {
    let t = tokens(ui);
    let galley = draw::wrapped_centred(ui, sentence, BODY, t.t2, (rect.width() - 48.0).min(420.0));
    let height = 32.0 + 12.0 + galley.size().y + button.map_or(0.0, |button| 14.0 + button.height());
    let mut y = rect.center().y - height / 2.0;
    draw::icon(ui, pos2(rect.center().x, y + 16.0), code, 32.0, t.t3);
    y += 44.0;
    let at = Align2::CENTER_TOP.anchor_size(pos2(rect.center().x, y), galley.size());
    draw::spoken(ui, at, ui.scope_id().with(("empty", sentence)), egui::accesskit::Role::Label, sentence);
    ui.painter().galley(draw::snapped(ui, at.center_top()), galley, t.t2);
    y += at.height() + 14.0;
    button.map(|button| button.show(ui, pos2(rect.center().x - button.width(ui) / 2.0, y + button.height() / 2.0)))
}
