//! What is chosen, dragged, typed and open on Match.

use std::collections::BTreeSet;
use std::sync::Arc;

use egui::{Key, Modifiers, Rect, Ui};

use super::dialogs::Dialog;
use super::model::Lines;
use super::paint;
use crate::app::cx::Cx;
use crate::app::views::parts;
use crate::engine::pages::MatchModelPage;
use crate::engine::{Command, MatchDeed, MatchEdit, Page, Query};

/// Which chart stands at the lower right.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Chart {
    #[default]
    Precision,
    Unlinkable,
    Recall,
    Measured,
}

#[derive(Debug, Default)]
pub struct Matching {
    /// The comparison whose m and u show.
    pub(super) chosen: Option<String>,
    /// Comparisons and rules that show what is inside them.
    pub(super) open: BTreeSet<String>,
    pub(super) chart: Chart,
    /// Lines while they are moved, until the page knows them.
    pub(super) lines: Option<Lines>,
    /// Lines that were sent: the page that comes with them ends the moving.
    pub(super) sent: Option<Lines>,
    pub(super) dialog: Option<Dialog>,
    /// The preview is put aside, but not away.
    pub(super) preview_hidden: bool,
    /// The audited pairs show.
    pub(super) audited: bool,
    pub(super) pair: usize,
    kept: Option<Arc<Page>>,
}

impl Matching {
    /// `karat screenshot match:recall`
    pub fn go_to(&mut self, name: &str) -> Result<(), String> {
        match name {
            "preview" => self.preview_hidden = false,
            "precision" => self.chart = Chart::Precision,
            "unlinkable" => self.chart = Chart::Unlinkable,
            "recall" => self.chart = Chart::Recall,
            "measured" => self.chart = Chart::Measured,
            "audited" => self.audited = true,
            "rule" => self.dialog = Some(Dialog::rule()),
            "file" => self.dialog = Some(Dialog::file()),
            _ => return Err(format!("Match has no part {name}: preview, precision, unlinkable, recall, measured, audited, rule, file.")),
        }
        Ok(())
    }

    /// Esc: closes what is open, from the top down.
    pub fn escape(&mut self) {
        if self.dialog.take().is_none() && !std::mem::take(&mut self.audited) {
            self.preview_hidden = true;
        }
    }

    /// A preview has been made: it shows.
    pub fn previewed(&mut self) {
        self.preview_hidden = false;
        self.audited = false;
        self.pair = 0;
    }

    /// Something was measured: its chart shows.
    pub fn measured(&mut self) {
        self.chart = Chart::Measured;
        self.preview_hidden = true;
    }

    pub fn ui(&mut self, ui: &mut Ui, rect: Rect, cx: &mut Cx<'_>) {
        let mut looked = cx.data.look(&Query::MatchModel);
        looked.page = looked.page.or_else(|| self.kept.clone());
        self.kept.clone_from(&looked.page);
        let Some(Page::MatchModel(page)) = looked.page.as_deref() else {
            let (_, body) = parts::head(ui, rect, "Match");
            parts::instead(ui, body, &looked, cx);
            return;
        };
        // What was sent stands once the page says so, or once the engine has refused it.
        let now = Lines::of(page.auto_threshold, page.review_floor);
        if let Some(sent) = self.sent
            && (!looked.waiting && !cx.data.is_working() || near(sent, now))
        {
            self.sent = None;
            self.lines = None;
        }
        self.keys(ui, cx, page);
        paint::page(ui, rect, cx, self, page);
    }

    /// J and K, or the arrows, walk the pairs that show.
    fn keys(&mut self, ui: &Ui, cx: &Cx<'_>, page: &MatchModelPage) {
        let pairs = match (&page.preview, page.measured.as_ref().filter(|_| self.audited)) {
            (_, Some(measured)) => measured.audited.len(),
            (Some(preview), None) if !self.preview_hidden => preview.pairs.len(),
            _ => return,
        };
        if self.dialog.is_some() || !cx.keys_free(ui) {
            return;
        }
        let pressed = |key: Key| ui.input_mut(|input| input.consume_key(Modifiers::NONE, key));
        if pressed(Key::J) || pressed(Key::ArrowDown) {
            self.pair = (self.pair + 1).min(pairs.saturating_sub(1));
        }
        if pressed(Key::K) || pressed(Key::ArrowUp) {
            self.pair = self.pair.saturating_sub(1);
        }
    }
}

fn near(a: Lines, b: Lines) -> bool {
    (a.auto - b.auto).abs() < 1e-6 && (a.review - b.review).abs() < 1e-6
}

/// Changes the draft.
pub(super) fn edit(cx: &mut Cx<'_>, edit: MatchEdit) {
    cx.send(Command::Match(MatchDeed::Edit(edit)));
}
