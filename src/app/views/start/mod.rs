//! The start page. Flow: settings -> paint -> commands. There is little to model: three deeds and the recent workspaces.

mod paint;

use std::path::Path;

use egui::{Key, Modifiers, Rect, Ui};

use crate::app::cx::{Action, Cx};
use crate::engine::Command;

#[derive(Debug, Default)]
pub struct Start {}

impl Start {
    pub fn ui(&mut self, ui: &mut Ui, rect: Rect, cx: &mut Cx<'_>, sample_dir: &Path) {
        let sample = Action::Send(Command::OpenSample { dir: sample_dir.to_path_buf() });
        let nothing_focused = ui.ctx().memory(egui::Memory::focused).is_none();
        if cx.keys_free(ui) && nothing_focused && ui.input_mut(|input| input.consume_key(Modifiers::NONE, Key::Enter)) {
            cx.act(sample.clone());
        }
        paint::page(ui, rect, cx, sample);
    }
}
