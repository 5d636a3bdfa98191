//! Runs: what they did, when the next one comes, how long what they leave behind is kept. Flow: RunsQuery -> model -> paint (list, one) | schedule | retention.

pub mod model;
mod one;
mod paint;
mod retention;
mod schedule;

use std::sync::Arc;

use egui::{Key, Modifiers, Rect, Ui, pos2};

use crate::app::cx::Cx;
use crate::app::data::Looked;
use crate::app::views::parts;
use crate::app::widgets::area;
use crate::app::widgets::tabs::{self, Tab as TabLabel};
use crate::engine::{Page, Query, RunsQuery};

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Tab {
    #[default]
    Runs,
    Schedule,
    Retention,
}

impl Tab {
    const ALL: [Self; 3] = [Self::Runs, Self::Schedule, Self::Retention];

    fn title(self) -> &'static str {
        match self {
            Self::Runs => "Runs",
            Self::Schedule => "Schedule",
            Self::Retention => "Retention",
        }
    }
}

/// What is listed of the chosen run.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Part {
    #[default]
    Models,
    Tests,
    Stages,
}

/// What is chosen and typed.
#[derive(Debug, Default)]
pub struct Runs {
    pub(super) tab: Tab,
    /// None: the newest.
    pub(super) chosen: Option<i64>,
    pub(super) part: Part,
    /// The schedule as it is typed; None: as it is set.
    pub(super) cron: Option<String>,
    /// Which of the system's timers shows.
    pub(super) timer: usize,
    /// The rule as it is typed: days, versions, reports; None: as it is set.
    pub(super) rule: Option<[String; 3]>,
    /// The chosen one of what would go: it can be copied.
    pub(super) going: Option<usize>,
    /// It is asked whether what is old shall go.
    pub(super) removing: bool,
    kept: Option<(RunsQuery, Arc<Page>)>,
    kept_one: Option<(i64, Arc<Page>)>,
}

impl Runs {
    /// `karat screenshot runs:schedule`
    pub fn go_to(&mut self, name: &str) -> Result<(), String> {
        let found = Tab::ALL.into_iter().find(|tab| tab.title().eq_ignore_ascii_case(name));
        self.tab = found.ok_or_else(|| format!("Runs has no {name}: runs, schedule, retention."))?;
        Ok(())
    }

    /// Esc: the question first, then what was typed.
    pub fn escape(&mut self) {
        if !std::mem::take(&mut self.removing) {
            self.leave_field();
        }
    }

    pub fn leave_field(&mut self) {
        self.cron = None;
        self.rule = None;
    }

    pub fn ui(&mut self, ui: &mut Ui, rect: Rect, cx: &mut Cx<'_>) {
        let mut place = area::child(ui, rect, "runs-body");
        let (row, body) = parts::head(ui, rect, "Runs");
        let labels: Vec<TabLabel> = Tab::ALL.iter().map(|tab| TabLabel::new(tab.title())).collect();
        let strip = Rect::from_min_max(pos2(row.left, rect.top()), pos2(row.right, body.top()));
        let on = Tab::ALL.iter().position(|tab| *tab == self.tab).unwrap_or(0);
        if let (Some(at), _) = tabs::tabs(ui, strip, "runs-tabs", &labels, on, 9.0)
            && let Some(tab) = Tab::ALL.get(at)
        {
            self.tab = *tab;
        }
        self.keys(ui, cx);
        let query = match self.tab {
            Tab::Runs => RunsQuery::List,
            Tab::Schedule => RunsQuery::Schedule { count: schedule::NEXT },
            Tab::Retention => RunsQuery::Retention,
        };
        let looked = self.look(cx, query);
        match looked.page.as_deref() {
            Some(Page::Runs(page)) => paint::show(&mut place, body, cx, self, page),
            Some(Page::Schedule(view)) => schedule::show(&mut place, body, cx, self, view),
            Some(Page::Retention(view)) => retention::show(&mut place, body, cx, self, view),
            _ => drop(parts::instead(ui, body, &looked, cx)),
        }
    }

    fn keys(&mut self, ui: &Ui, cx: &Cx<'_>) {
        if !cx.keys_free(ui) {
            return;
        }
        let pressed = |key| ui.input_mut(|input| input.consume_key(Modifiers::NONE, key));
        self.tab = tabs::stepped(ui, &Tab::ALL, self.tab);
        let down = pressed(Key::J) || pressed(Key::ArrowDown);
        let up = pressed(Key::K) || pressed(Key::ArrowUp);
        if let Some((RunsQuery::List, page)) = &self.kept
            && let Page::Runs(page) = page.as_ref()
            && (down || up)
        {
            let at = model::place(page, self.chosen);
            let to = if down { (at + 1).min(page.runs.len().saturating_sub(1)) } else { at.saturating_sub(1) };
            self.chosen = page.runs.get(to).map(|run| run.run);
        }
    }

    /// The answer to a query; the one before of the same kind shows meanwhile.
    fn look(&mut self, cx: &mut Cx<'_>, query: RunsQuery) -> Looked {
        let mut looked = cx.data.look(&Query::Runs(query.clone()));
        let before = self.kept.as_ref().filter(|(known, _)| *known == query).map(|(_, page)| Arc::clone(page));
        looked.page = looked.page.or(before);
        if let Some(page) = &looked.page {
            self.kept = Some((query, Arc::clone(page)));
        }
        looked
    }

    /// The chosen run, model by model.
    fn look_at(&mut self, cx: &mut Cx<'_>, run: i64) -> Looked {
        let mut looked = cx.data.look(&Query::Runs(RunsQuery::One(crate::base::RunId(run))));
        let before = self.kept_one.as_ref().filter(|(known, _)| *known == run).map(|(_, page)| Arc::clone(page));
        looked.page = looked.page.or(before);
        if let Some(page) = &looked.page {
            self.kept_one = Some((run, Arc::clone(page)));
        }
        looked
    }
}
