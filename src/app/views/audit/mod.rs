//! Audit: who did what, people and keys, whether all is as it was written, packs. Flow: TrustPage -> model -> log | people | verify | packs.

mod log;
pub mod model;
mod packs;
mod people;
mod verify;

use std::path::PathBuf;
use std::sync::Arc;

use egui::{Id, Key, Modifiers, Rect, Ui, pos2};

use crate::app::cx::Cx;
use crate::app::views::parts;
use crate::app::widgets::area;
use crate::app::widgets::tabs::{self, Tab as TabLabel};
use crate::app::words;
use crate::engine::pages::TrustPage;
use crate::engine::{Page, Query, TrustQuery};

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Tab {
    #[default]
    Log,
    People,
    Verify,
    Packs,
}

impl Tab {
    const ALL: [Self; 4] = [Self::Log, Self::People, Self::Verify, Self::Packs];

    fn title(self) -> &'static str {
        match self {
            Self::Log => "Log",
            Self::People => "People",
            Self::Verify => "Verify",
            Self::Packs => "Packs",
        }
    }
}

/// What is searched and chosen.
#[derive(Debug, Default)]
pub struct Audit {
    pub(super) tab: Tab,
    pub(super) search: model::Search,
    pub(super) row: Option<usize>,
    /// The person that is chosen.
    pub(super) person: Option<usize>,
    /// Everything is checked as long as the tab shows.
    pub(super) checking: bool,
    /// The pack that is looked into.
    pub(super) pack: Option<PathBuf>,
    kept: Option<(TrustQuery, Arc<Page>)>,
}

pub(super) fn person_id() -> Id {
    Id::unique("audit-person")
}

impl Audit {
    /// The same tab with nothing kept of what was seen.
    pub fn veiled(&self) -> Self {
        Self { tab: self.tab, ..Self::default() }
    }

    /// `karat screenshot audit:people`
    pub fn go_to(&mut self, name: &str) -> Result<(), String> {
        let found = Tab::ALL.into_iter().find(|tab| tab.title().eq_ignore_ascii_case(name));
        self.tab = found.ok_or_else(|| format!("Audit has no {name}: log, people, verify, packs."))?;
        self.checking = self.tab == Tab::Verify;
        Ok(())
    }

    /// Shows what a pack would bring.
    pub fn look_into(&mut self, pack: PathBuf) {
        self.tab = Tab::Packs;
        self.pack = Some(pack);
    }

    /// The pack is in.
    pub fn imported(&mut self) {
        self.pack = None;
    }

    pub fn escape(&mut self) {
        match self.tab {
            Tab::Log => self.search = model::Search::default(),
            Tab::Packs => self.pack = None,
            Tab::People | Tab::Verify => {}
        }
        self.row = None;
    }

    pub fn ui(&mut self, ui: &mut Ui, rect: Rect, cx: &mut Cx<'_>) {
        self.keys(ui, cx);
        let mut place = area::child(ui, rect, "audit-body");
        let (row, body) = parts::head(ui, rect, "Audit");
        let labels: Vec<TabLabel> = Tab::ALL.iter().map(|tab| TabLabel::new(tab.title())).collect();
        let strip = Rect::from_min_max(pos2(row.left, rect.top()), pos2(row.right, body.top()));
        let on = Tab::ALL.iter().position(|tab| *tab == self.tab).unwrap_or(0);
        let (chosen, _) = tabs::tabs(ui, strip, "audit-tabs", &labels, on, 9.0);
        if let Some(tab) = chosen.and_then(|at| Tab::ALL.get(at)) {
            self.tab = *tab;
        }
        match self.tab {
            Tab::Log => log::show(&mut place, row, body, cx, self),
            Tab::People => people::show(&mut place, row, body, cx, self),
            Tab::Verify => verify::show(&mut place, row, body, cx, self),
            Tab::Packs => packs::show(&mut place, row, body, cx, self),
        }
    }

    fn keys(&mut self, ui: &Ui, cx: &Cx<'_>) {
        if !cx.keys_free(ui) {
            return;
        }
        let pressed = |key| ui.input_mut(|input| input.consume_key(Modifiers::NONE, key));
        self.tab = tabs::stepped(ui, &Tab::ALL, self.tab);
        if pressed(Key::Slash) {
            self.tab = Tab::Log;
            ui.ctx().memory_mut(|memory| memory.request_focus(person_id()));
            ui.input_mut(|input| input.events.retain(|event| !matches!(event, egui::Event::Text(_))));
        }
    }

    /// The answer to a query; the one before of the same kind shows meanwhile. None: what stands in its place is drawn.
    fn look(&mut self, ui: &Ui, body: Rect, cx: &mut Cx<'_>, query: TrustQuery) -> Option<Arc<Page>> {
        let mut looked = cx.data.look(&Query::Trust(query.clone()));
        if looked.page.is_none()
            && looked.error.is_none()
            && let Some((known, page)) = &self.kept
            && std::mem::discriminant(known) == std::mem::discriminant(&query)
        {
            looked.page = Some(page.clone());
        }
        if let Some(error) = looked.error.take() {
            // What was refused is not shown as it was before.
            looked.page = None;
            looked.error = Some(error);
        }
        parts::instead(ui, body, &looked, cx);
        let page = looked.page?;
        self.kept = Some((query, page.clone()));
        Some(page)
    }
}

fn trust(page: &Page) -> Option<&TrustPage> {
    match page {
        Page::Trust(page) => Some(page),
        _ => None,
    }
}

/// "12 of 340 rows"
fn shown(listed: usize, total: i64) -> String {
    let total = u64::try_from(total).unwrap_or_default();
    if listed as u64 == total {
        words::counted(total, "row", "rows")
    } else {
        format!("{} of {} rows", words::count(listed as u64), words::count(total))
    }
}
