//! A click filters; a double click, or Enter, drills to the rows.

use egui::{Key, Response, Ui};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Press {
    None,
    Click,
    Rows,
}

/// What was done to a part of a figure. A double click is two clicks first: whoever toggles by the first takes that back.
pub fn of(ui: &Ui, response: &Response) -> Press {
    let entered = response.has_focus() && response.clicked() && ui.input(|input| input.key_pressed(Key::Enter));
    if entered || response.double_clicked() {
        Press::Rows
    } else if response.clicked() {
        Press::Click
    } else {
        Press::None
    }
}

/// The rows were asked for by a second click: the first one toggled something.
pub fn by_pointer(response: &Response) -> bool {
    response.double_clicked()
}
