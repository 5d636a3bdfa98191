//! A tooltip with a name, a definition and SQL.

use egui::{Response, RichText};

use crate::app::theme::kind::{DENSE, DENSE_B, MONO_S};
use crate::app::theme::tokens;

/// Shown 400 ms after the pointer came to rest.
pub fn definition(response: Response, name: &str, definition: &str, sql: &str) -> Response {
    response.on_hover_ui(|ui| {
        let t = tokens(ui);
        ui.set_max_width(420.0);
        ui.label(RichText::new(name).font(DENSE_B.font()).color(t.t1));
        if !definition.is_empty() {
            ui.label(RichText::new(definition).font(DENSE.font()).color(t.t2));
        }
        if !sql.is_empty() {
            ui.add_space(4.0);
            ui.label(RichText::new(sql).font(MONO_S.font()).color(t.t2));
        }
    })
}
