//! A dialog: 480 wide, its title asks, its buttons name the deed.

use egui::accesskit::Role;
use egui::{Area, Color32, Id, Order, Rect, Sense, Ui, pos2, vec2};

use super::draw;
use crate::app::theme::kind::SECTION;
use crate::app::theme::tokens;

pub const WIDTH: f32 = 480.0;
pub const PADDING: f32 = 20.0;

/// Veils the window and draws `content` (which returns how high it came out) in the dialog. True: pressed beside it.
pub fn show(ui: &Ui, id: &str, title: &str, content: impl FnOnce(&mut Ui, Rect) -> f32) -> bool {
    show_wide(ui, id, title, WIDTH, content)
}

/// The same, so wide.
pub fn show_wide(ui: &Ui, id: &str, title: &str, width: f32, content: impl FnOnce(&mut Ui, Rect) -> f32) -> bool {
    let t = tokens(ui);
    let screen = ui.ctx().content_rect();
    let height_id = Id::unique(("dialog-height", id));
    let height = ui.ctx().data(|data| data.get_temp::<f32>(height_id)).unwrap_or(220.0);
    let rect = Rect::from_min_size(
        pos2((screen.center().x - width / 2.0).round(), ((screen.height() - height) * 0.38).round().max(24.0)),
        vec2(width, height),
    );
    let mut beside = false;
    Area::new(Id::unique(("dialog", id))).order(Order::Foreground).fixed_pos(screen.min).constrain(false).show(ui.ctx(), |ui| {
        ui.set_clip_rect(screen);
        let veil = ui.interact(screen, Id::unique(("dialog-veil", id)), Sense::click());
        draw::fill(ui, screen, 0.0, Color32::from_black_alpha(if t.dark { 120 } else { 70 }));
        ui.painter().add(egui::Shadow { offset: [0, 4], blur: 16, spread: 0, color: t.shadow }.as_shape(rect, 10.0));
        draw::boxed(ui, rect, 10.0, t.bg1, t.line2, 1.0);
        ui.interact(rect, Id::unique(("dialog-body", id)), Sense::click());
        let inner = rect.shrink(PADDING);
        let (words, _) = draw::text_in(ui, Rect::from_min_size(inner.min, vec2(inner.width(), 20.0)), title, SECTION, t.t1);
        draw::spoken(ui, Rect::from_min_size(inner.min, vec2(words, 20.0)), Id::unique(("dialog-title", id)), Role::Heading, title);
        let body = Rect::from_min_max(inner.min + vec2(0.0, 32.0), pos2(inner.right(), screen.bottom()));
        let mut place = super::area::child(ui, body, ("dialog-content", id));
        place.set_clip_rect(screen);
        let used = content(&mut place, body);
        let wanted = used + 32.0 + 2.0 * PADDING;
        if (wanted - height).abs() > 0.5 {
            ui.ctx().data_mut(|data| data.insert_temp(height_id, wanted));
            ui.ctx().request_repaint();
        }
        beside = veil.clicked();
    });
    beside
}
