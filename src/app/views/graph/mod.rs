//! Records as a graph that is cut into customers. Flow: PartsPage -> model -> paint -> a partition of record keys.

mod matrix;
pub mod model;
mod paint;
mod side;

use std::collections::BTreeSet;
use std::sync::Arc;

use egui::{EventFilter, Id, Key, Modifiers, Rect, Ui};

use crate::app::cx::Cx;
use crate::app::views::parts;
use crate::base::RecordKey;
use crate::engine::pages::{Effect, PartsPage};
use crate::engine::{Page, Query};

/// What is cut and where the walk stands.
#[derive(Debug, Default)]
pub struct Graph {
    /// All records, as one group.
    records: Vec<RecordKey>,
    cuts: BTreeSet<usize>,
    /// Place in the walk over the links.
    at: Option<usize>,
    places: Option<(usize, Vec<(f32, f32)>)>,
    kept_parts: Option<Arc<Page>>,
}

/// What came out of a frame.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Out {
    Nothing,
    Leave,
    /// One group per customer; one group: all are one.
    Commit(Vec<Vec<RecordKey>>),
}

/// What a frame of the graph is drawn from.
#[derive(Debug)]
pub struct Scene<'a> {
    pub page: &'a PartsPage,
    /// Per record its part.
    pub part: Vec<usize>,
    pub groups: Vec<Vec<RecordKey>>,
    /// Links that hold, weakest first.
    pub walk: Vec<usize>,
    /// Golden records of the parts, where they are known already.
    pub golden: Option<&'a PartsPage>,
    /// What committing changes downstream; None: not known (yet).
    pub effects: Option<Vec<Effect>>,
    /// Why a second person has to approve it.
    pub waits_because: Option<String>,
}

fn focus_id() -> Id {
    Id::unique("cluster-graph")
}

impl Graph {
    pub fn of(records: Vec<RecordKey>) -> Self {
        Self { records, ..Self::default() }
    }

    /// `effect_of`: the query that tells what a partition changes.
    pub fn ui(&mut self, ui: &mut Ui, rect: Rect, cx: &mut Cx<'_>, effect_of: impl Fn(&[Vec<RecordKey>]) -> Option<Query>) -> Out {
        let looked = cx.data.look(&Query::Parts { groups: vec![self.records.clone()] });
        let Some(Page::Parts(page)) = looked.page.as_deref() else {
            parts::instead(ui, rect, &looked, cx);
            return if pressed(ui, cx, Modifiers::NONE, Key::Escape) { Out::Leave } else { Out::Nothing };
        };
        let walk = model::walk(page);
        let before = self.keys(ui, cx, page, &walk);
        let part = model::parts(page, &self.cuts);
        let groups = model::groups(page, &part);
        let golden = cx.data.look(&Query::Parts { groups: groups.clone() }).page.or_else(|| self.kept_parts.clone());
        self.kept_parts.clone_from(&golden);
        let golden = match golden.as_deref() {
            Some(Page::Parts(golden)) if golden.parts.len() == groups.len() => Some(golden.as_ref()),
            _ => None,
        };
        let effect = effect_of(&groups).and_then(|query| match cx.data.look(&query).page.as_deref() {
            Some(Page::Effect(effect)) => Some(effect.clone()),
            _ => None,
        });
        let waits_because = effect.as_ref().and_then(|effect| effect.waits_because.clone());
        let scene = Scene { page, part, groups, walk, golden, effects: effect.map(|effect| effect.effects), waits_because };
        if before == Out::Leave {
            return before;
        }
        if before == Out::Commit(Vec::new()) && self.may_commit(&scene.groups) {
            return Out::Commit(scene.groups);
        }
        paint::show(ui, rect, self, &scene)
    }

    /// Tab belongs to the graph while it shows.
    fn keys(&mut self, ui: &Ui, cx: &Cx<'_>, page: &PartsPage, walk: &[usize]) -> Out {
        if cx.covered {
            return Out::Nothing;
        }
        let filter = EventFilter { tab: true, horizontal_arrows: true, vertical_arrows: true, escape: false };
        ui.ctx().memory_mut(|memory| {
            if memory.focused().is_none() {
                memory.request_focus(focus_id());
            }
            memory.set_focus_lock_filter(focus_id(), filter);
        });
        if !walk.is_empty() {
            let last = walk.len() - 1;
            if pressed(ui, cx, Modifiers::SHIFT, Key::Tab) {
                self.at = Some(self.at.map_or(last, |at| if at == 0 { last } else { at - 1 }));
            } else if pressed(ui, cx, Modifiers::NONE, Key::Tab) {
                self.at = Some(self.at.map_or(0, |at| if at >= last { 0 } else { at + 1 }));
            }
        }
        // With Shift first: a plain key is heard with Shift too.
        if pressed(ui, cx, Modifiers::SHIFT, Key::X) {
            let at = *self.at.get_or_insert(0);
            if let Some(link) = walk.get(at) {
                self.cuts.extend(model::parting(page, *link));
            }
        }
        if pressed(ui, cx, Modifiers::NONE, Key::X) {
            // The weakest one, where nothing was chosen.
            let at = *self.at.get_or_insert(0);
            if let Some(link) = walk.get(at) {
                self.toggle(*link);
            }
        }
        if pressed(ui, cx, Modifiers::NONE, Key::Enter) {
            return Out::Commit(Vec::new());
        }
        if pressed(ui, cx, Modifiers::NONE, Key::G) {
            return Out::Leave;
        }
        Out::Nothing
    }

    /// Somebody who has cut and still holds one customer would say the opposite of what they mean.
    fn may_commit(&self, groups: &[Vec<RecordKey>]) -> bool {
        groups.len() > 1 || self.cuts.is_empty()
    }

    fn toggle(&mut self, link: usize) {
        if !self.cuts.remove(&link) {
            self.cuts.insert(link);
        }
    }

    /// Places of the records for a page; worked out once.
    fn places_of(&mut self, page: &PartsPage) -> Vec<(f32, f32)> {
        let of = std::ptr::from_ref(page) as usize;
        match &self.places {
            Some((known, places)) if *known == of => places.clone(),
            _ => {
                let places = model::places(page);
                self.places = Some((of, places.clone()));
                places
            }
        }
    }
}

fn pressed(ui: &Ui, cx: &Cx<'_>, modifiers: Modifiers, key: Key) -> bool {
    !cx.covered && ui.input_mut(|input| input.consume_key(modifiers, key))
}
