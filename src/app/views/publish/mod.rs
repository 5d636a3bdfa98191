//! Publish: what people see, what was built, what would change, and the way back. Flow: PublishPage -> model -> paint -> Publish, Rollback.

mod criteria;
pub mod model;
mod paint;

use std::sync::Arc;

use egui::{Key, Modifiers, Rect, Ui};

use crate::app::cx::{Action, Cx};
use crate::app::views::parts;
use crate::base::GoldVersion;
use crate::engine::{Command, Page, Query};

#[derive(Debug, Default)]
pub struct Publish {
    /// The tile whose rows show.
    pub(self) change: Option<String>,
    pub(self) changed_only: bool,
    pub(self) figure: Option<usize>,
    pub(self) tests: bool,
    /// The success criteria show instead of the versions.
    pub(self) criteria: bool,
    kept: Option<Arc<Page>>,
}

impl Publish {
    /// `karat screenshot publish:criteria`
    pub fn go_to(&mut self, name: &str) -> Result<(), String> {
        self.criteria = name == "criteria";
        if self.criteria { Ok(()) } else { Err(format!("Publish has no {name}: criteria.")) }
    }

    pub fn escape(&mut self) {
        self.criteria = false;
    }

    pub fn ui(&mut self, ui: &mut Ui, rect: Rect, cx: &mut Cx<'_>) {
        if self.criteria {
            criteria::show(ui, rect, cx, self);
            return;
        }
        let mut looked = cx.data.look(&Query::Publish);
        looked.page = looked.page.or_else(|| self.kept.clone());
        self.kept.clone_from(&looked.page);
        let Some(Page::Publish(page)) = looked.page.as_deref() else {
            let (_, body) = parts::head(ui, rect, "Publish");
            parts::instead(ui, body, &looked, cx);
            return;
        };
        let waiting = cx.data.status.as_ref().map_or(0, |status| status.decisions_not_applied);
        let model = model::build(page, self.changed_only, waiting);
        let keys = Modifiers::COMMAND | Modifiers::SHIFT;
        if !cx.covered && ui.input_mut(|input| input.consume_key(keys, Key::P)) {
            publish(cx, &model);
        }
        paint::page(ui, rect, cx, self, page, &model);
    }
}

/// Publishes what was built, or says why not.
fn publish(cx: &mut Cx<'_>, model: &model::Model) {
    match (&model.built, &model.refused) {
        (Some(version), None) => {
            let user = cx.data.user();
            cx.send(Command::Publish { version: Some(GoldVersion(*version)), user });
        }
        (Some(_), Some(why)) => cx.act(Action::Warn(why.clone())),
        (None, _) => cx.act(Action::Tell("Nothing new is built. Run first (F5).".to_owned())),
    }
}
