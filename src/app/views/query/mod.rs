//! Query: read-only SQL over the layers. Flow: text -> Command::Sql -> DataTable -> table | chart; saved queries and this session's beside it.

mod editor;
mod model;
mod paint;

use std::sync::Arc;

use egui::{Id, Key, Modifiers, Rect, Ui};

use crate::app::cx::{Action, Cx, Pick};
use crate::base::DataTable;
use crate::engine::{Command, JobId, SavedQuery, saved_queries};

/// Rows that are listed; a file takes all of them.
const LISTED: usize = 10_000;
/// Statements of this session that are kept.
const KEPT: usize = 50;

/// What a statement gave.
#[derive(Debug, Clone)]
enum Answer {
    Table { table: Arc<DataTable>, seconds: f64 },
    Refused(String),
    Cancelled,
}

#[derive(Debug)]
pub struct QueryPage {
    text: String,
    saved: Vec<SavedQuery>,
    /// What has to be said beside the answer of a saved query, such as `mixed currencies`.
    badge: Option<String>,
    /// Newest first, each once.
    history: Vec<String>,
    running: Option<(JobId, f64)>,
    answer: Option<Answer>,
    /// The statement that the answer is of.
    asked: String,
    as_chart: bool,
    completion: editor::Completion,
    fresh: bool,
    /// The statement is to be run as soon as nothing else runs.
    asks: bool,
}

impl Default for QueryPage {
    fn default() -> Self {
        Self {
            text: "SELECT * FROM gold.customer_360\nLIMIT 100".to_owned(),
            saved: saved_queries(),
            badge: None,
            history: Vec::new(),
            running: None,
            answer: None,
            asked: String::new(),
            as_chart: false,
            completion: editor::Completion::default(),
            fresh: true,
            asks: false,
        }
    }
}

fn editor_id() -> Id {
    Id::unique("query-editor")
}

impl QueryPage {
    pub fn ui(&mut self, ui: &mut Ui, rect: Rect, cx: &mut Cx<'_>) {
        if std::mem::take(&mut self.fresh) && !cx.covered {
            ui.ctx().memory_mut(|memory| memory.request_focus(editor_id()));
        }
        if !cx.covered && ui.input_mut(|input| input.consume_key(Modifiers::COMMAND, Key::Enter)) {
            self.run(cx);
        }
        if self.asks && self.running.is_none() {
            self.asks = false;
            self.run(cx);
        }
        paint::page(ui, rect, cx, self);
    }

    fn run(&mut self, cx: &mut Cx<'_>) {
        let sql = self.text.trim().trim_end_matches(';').to_owned();
        if sql.is_empty() || self.running.is_some() {
            return;
        }
        self.history.retain(|known| *known != sql);
        self.history.insert(0, sql.clone());
        self.history.truncate(KEPT);
        self.badge = self.saved.iter().find(|saved| saved.sql.trim() == sql).and_then(|saved| saved.badge.clone());
        self.asked.clone_from(&sql);
        let job = cx.data.send(Command::Sql { sql, limit: LISTED });
        self.running = Some((job, cx.now));
    }

    fn cancel(&self, cx: &Cx<'_>) {
        if let Some((job, _)) = self.running {
            cx.data.cancel(job);
        }
    }

    /// Writes every row of the answer to a file that is asked for.
    fn export(&self, cx: &mut Cx<'_>) {
        cx.act(Action::Pick(Pick::SaveQuery(self.asked.clone())));
    }

    fn put(&mut self, text: &str) {
        self.text = text.trim().to_owned();
        self.completion = editor::Completion::default();
        self.fresh = true;
    }

    /// Puts a statement of another page into the editor and runs it as soon as the page shows.
    pub fn ask(&mut self, sql: &str) {
        self.put(sql);
        self.fresh = false;
        self.asks = true;
    }

    /// The statement is answered.
    pub fn answered(&mut self, table: Arc<DataTable>, seconds: f64) {
        self.running = None;
        self.as_chart &= model::chart_of(&table).is_some();
        self.answer = Some(Answer::Table { table, seconds });
    }

    pub fn refused(&mut self, message: &str) {
        self.running = None;
        self.answer = Some(Answer::Refused(message.to_owned()));
    }

    pub fn cancelled(&mut self) {
        self.running = None;
        self.answer = Some(Answer::Cancelled);
    }

    /// Esc: what is suggested closes first; then a running statement is cancelled.
    pub fn escape(&mut self) -> Option<JobId> {
        if self.completion.close() {
            return None;
        }
        self.running.map(|(job, _)| job)
    }
}
