//! News at the bottom right: six seconds, with Undo where there is one; errors stay.

use egui::accesskit::Role;
use egui::{Rect, Ui, pos2, vec2};

use super::{Button, ButtonKind, draw};
use crate::app::theme::kind::{DENSE, DENSE_M, icon};
use crate::app::theme::tokens;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mood {
    Done,
    Info,
    Error,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Toast {
    pub id: u64,
    pub mood: Mood,
    pub text: String,
    /// The button's words: "Undo", "Open Review".
    pub action: Option<String>,
    /// When it goes, on egui's clock; None: it stays until closed.
    pub until: Option<f64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ToastDeed {
    Close,
    Act,
}

const WIDTH: f32 = 380.0;

/// Draws with its bottom right at `corner`; returns its height and what was pressed.
pub fn show(ui: &Ui, corner: egui::Pos2, toast: &Toast) -> (f32, Option<ToastDeed>) {
    let t = tokens(ui);
    let action = toast.action.as_deref().map(|label| {
        let button = Button::new(label).kind(ButtonKind::Link).salt(toast.id);
        if label == "Undo" { button.keys("Ctrl Z") } else { button }
    });
    let action_width = action.as_ref().map_or(0.0, |button| button.width(ui) + 4.0);
    let kind = if toast.mood == Mood::Error { DENSE_M } else { DENSE };
    let galley = draw::wrapped(ui, &toast.text, kind, t.t1, WIDTH - 36.0 - 40.0 - action_width);
    let height = (galley.size().y + 20.0).max(44.0);
    let rect = Rect::from_min_size(corner - vec2(WIDTH, height), vec2(WIDTH, height));
    ui.painter().add(egui::Shadow { offset: [0, 4], blur: 16, spread: 0, color: t.shadow }.as_shape(rect, 8.0));
    draw::boxed(ui, rect, 8.0, t.bg1, t.line2, 1.0);
    draw::spoken(ui, rect, ui.scope_id().with(("toast", toast.id)), Role::Status, &toast.text);
    let (code, color) = match toast.mood {
        Mood::Done => (icon::OK, t.ok.text),
        Mood::Info => (icon::INFO, t.info.text),
        Mood::Error => (icon::ERROR, t.error.text),
    };
    draw::icon_fill(ui, pos2(rect.left() + 20.0, rect.center().y), code, 16.0, color);
    let at = pos2(rect.left() + 36.0, rect.center().y - galley.size().y / 2.0);
    ui.painter().galley(draw::snapped(ui, at), galley, t.t1);
    let mut deed = None;
    let close = Button::new("Close message").kind(ButtonKind::Ghost).icon(icon::CLOSE).words(false).salt(toast.id);
    let x = rect.right() - 8.0 - close.width(ui);
    if close.show(ui, pos2(x, rect.center().y)).clicked() {
        deed = Some(ToastDeed::Close);
    }
    if let Some(button) = action
        && button.show(ui, pos2(x - action_width, rect.center().y)).clicked()
    {
        deed = Some(ToastDeed::Act);
    }
    (height, deed)
}
