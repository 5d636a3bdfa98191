//! The decision log: who, when, why, and taking back. Flow: Query::Decisions -> list; Query::Decision -> one -> Undo.

pub mod model;
mod one;
mod paint;

use std::sync::Arc;

use egui::{Id, Key, Modifiers, Rect, Ui};

use crate::app::cx::Cx;
use crate::app::views::parts;
use crate::base::{CustomerKey, DecisionId, ItemId};
use crate::engine::pages::DecisionView;
use crate::engine::{Command, Page, Query, ReviewDeed};

#[derive(Debug, Default)]
pub struct Log {
    pub(super) chosen: Option<DecisionId>,
    pub(super) text: String,
    /// Shows, and takes back, what depends on the entry as well.
    pub(super) with_dependants: bool,
    pub(super) follow: bool,
    kept: Option<Arc<Page>>,
}

/// Where to go from the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Out {
    Nothing,
    Leave,
    Item(ItemId),
    Customer(CustomerKey),
}

fn filter_id() -> Id {
    Id::unique("log-filter")
}

impl Log {
    pub fn at(chosen: Option<DecisionId>) -> Self {
        Self { chosen, follow: true, ..Self::default() }
    }

    pub fn ui(&mut self, ui: &mut Ui, rect: Rect, cx: &mut Cx<'_>) -> Out {
        let mut looked = cx.data.look(&Query::Decisions);
        looked.page = looked.page.or_else(|| self.kept.clone());
        self.kept.clone_from(&looked.page);
        let Some(Page::Decisions(all)) = looked.page.as_deref() else {
            parts::instead(ui, rect, &looked, cx);
            return Out::Nothing;
        };
        let listed = model::listed(all, &self.text);
        if self.chosen.is_none() {
            self.chosen = listed.first().map(|one| one.decision);
        }
        self.keys(ui, cx, &listed);
        paint::show(ui, rect, cx, self, &listed)
    }

    fn keys(&mut self, ui: &Ui, cx: &mut Cx<'_>, listed: &[&DecisionView]) {
        if !cx.keys_free(ui) {
            return;
        }
        let pressed = |modifiers, key: Key| ui.input_mut(|input| input.consume_key(modifiers, key));
        let by = match () {
            () if pressed(Modifiers::NONE, Key::J) || pressed(Modifiers::NONE, Key::ArrowDown) => 1,
            () if pressed(Modifiers::NONE, Key::K) || pressed(Modifiers::NONE, Key::ArrowUp) => -1,
            () => 0,
        };
        if by != 0 {
            let at = listed.iter().position(|one| Some(one.decision) == self.chosen).unwrap_or(0);
            let at = at.saturating_add_signed(by).min(listed.len().saturating_sub(1));
            self.chosen = listed.get(at).map(|one| one.decision);
            self.with_dependants = false;
            self.follow = true;
        }
        if pressed(Modifiers::NONE, Key::Slash) {
            ui.ctx().memory_mut(|memory| memory.request_focus(filter_id()));
            ui.input_mut(|input| input.events.retain(|event| !matches!(event, egui::Event::Text(_))));
        }
    }

    /// Takes an entry back, with what depends on it where that shows.
    fn take_back(&self, cx: &mut Cx<'_>, decision: DecisionId) {
        let user = cx.data.user();
        let deed = Box::new(ReviewDeed::Undo { decision, with_dependants: self.with_dependants });
        cx.send(Command::Review { deed, user });
    }
}
