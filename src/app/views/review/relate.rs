//! How two that are not one belong together: asked for after H, answered with one more key.

use egui::{Key, Modifiers, Rect, Ui, vec2};

use super::keys::pressed;
use super::state::Review;
use crate::app::cx::Cx;
use crate::app::theme::kind::{DENSE_M, icon};
use crate::app::theme::tokens;
use crate::app::widgets::{Button, ButtonKind, ButtonSize, Row, draw};
use crate::engine::Relation;
use crate::engine::pages::QueuePage;

const RELATIONS: [(Key, &str, &str, Relation); 4] = [
    (Key::Num1, "1", "One household", Relation::Household),
    (Key::Num2, "2", "Parent and child", Relation::ParentChild),
    (Key::Num3, "3", "Person and business", Relation::BusinessOf),
    (Key::Num4, "4", "Otherwise", Relation::Other),
];

/// Every key is for the question, until it is answered or left.
pub fn keys(state: &mut Review, ui: &Ui, cx: &mut Cx<'_>, queue: &QueuePage) {
    for (key, _, _, relation) in RELATIONS {
        if pressed(ui, Modifiers::NONE, key) {
            state.relate(cx, queue, relation);
            return;
        }
    }
    // A household is what it is most often: H twice.
    if pressed(ui, Modifiers::NONE, Key::H) {
        state.relate(cx, queue, Relation::Household);
    }
    for (key, by) in [(Key::J, 1), (Key::K, -1)] {
        if pressed(ui, Modifiers::NONE, key) {
            state.step(queue, by);
        }
    }
}

/// Stands where the answers stand otherwise.
pub fn show(ui: &Ui, rect: Rect, cx: &mut Cx<'_>, state: &mut Review, queue: &QueuePage) {
    let t = tokens(ui);
    draw::fill(ui, rect, 0.0, t.acc.tint);
    draw::hline(ui, rect.left(), rect.right(), rect.top(), t.line);
    let mut row = Row::new(ui, rect.shrink2(vec2(12.0, 0.0)), "relate");
    row.icon(icon::RELATED, 16.0, t.acc.text).gap(8.0);
    let narrow = rect.width() < 800.0;
    let words = if narrow { "Related how?" } else { "Not the same. How do they belong together?" };
    row.text(words, DENSE_M, t.t1);
    row.gap(10.0);
    let leave = Button::new("Leave").name("Leave the relation").keys("Esc").kind(ButtonKind::Ghost).size(ButtonSize::Medium).words(!narrow);
    if row.button_right(&leave).clicked() {
        state.relating = false;
    }
    for (_, keys, label, relation) in RELATIONS {
        let button = Button::new(label).keys(keys).size(ButtonSize::Medium);
        if row.button(&button).clicked() {
            state.relate(cx, queue, relation);
        }
        row.gap(if narrow { 4.0 } else { 8.0 });
    }
}
