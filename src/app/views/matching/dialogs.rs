//! What Match asks: a new blocking rule, a level's weight, where match.toml shall be written, what to measure by; and what answers taught.

use egui::accesskit::Role;
use egui::{Id, Popup, Rect, Ui, pos2, vec2};

use super::comparisons::share;
use super::model;
use super::state::{Matching, edit};
use crate::app::cx::{Action, Cx};
use crate::app::shell::expanded;
use crate::app::theme::kind::{DENSE, DENSE_M, MONO_S, icon};
use crate::app::theme::tokens;
use crate::app::widgets::{Button, ButtonKind, ButtonSize, Field, area, dialog, draw, menu};
use crate::app::words;
use crate::engine::pages::{MatchComparison, MatchField, MatchLevel, MatchModelPage};
use crate::engine::{Command, MatchDeed, MatchEdit, MatchKey};

/// The dialog that is open, with what was typed.
#[derive(Debug, Clone, PartialEq)]
pub enum Dialog {
    /// Places in the page's fields and in the field's ways.
    Rule {
        keys: Vec<(usize, usize)>,
    },
    Weight(Weight),
    File {
        path: String,
    },
    /// What people's answers taught, or how many are wanted.
    Suggestion,
    /// The truth file that is typed.
    Measure {
        path: String,
    },
}

#[derive(Debug, Clone, PartialEq)]
pub struct Weight {
    pub comparison: String,
    pub gamma: u8,
    pub title: String,
    /// m, u and the weight that training found.
    pub m: f64,
    pub u: f64,
    pub trained: f64,
    pub fixed: bool,
    pub text: String,
}

/// Keys that one rule may have: with more it finds hardly anything.
const KEYS: usize = 3;

impl Dialog {
    pub fn rule() -> Self {
        Self::Rule { keys: vec![(0, 0)] }
    }

    pub fn file() -> Self {
        Self::File { path: String::new() }
    }

    pub fn measure() -> Self {
        Self::Measure { path: String::new() }
    }

    pub fn weight(comparison: &MatchComparison, level: &MatchLevel) -> Self {
        Self::Weight(Weight {
            comparison: comparison.comparison.clone(),
            gamma: level.gamma,
            title: format!("{}, {}", comparison.title, level.phrase),
            m: level.m_probability,
            u: level.u_probability,
            trained: level.trained_weight.unwrap_or(level.match_weight),
            fixed: level.trained_weight.is_some(),
            text: format!("{:.1}", level.match_weight),
        })
    }

    fn title(&self) -> &'static str {
        match self {
            Self::Rule { .. } => "Which records shall be compared as well?",
            Self::Weight(_) => "How much shall it weigh?",
            Self::File { .. } => "The settings as a file",
            Self::Suggestion => "What do people's answers teach?",
            Self::Measure { .. } => "How right is the model?",
        }
    }
}

/// Shows the dialog that is open, if one is.
pub fn show(ui: &Ui, cx: &mut Cx<'_>, state: &mut Matching, page: &MatchModelPage) {
    let Some(mut open) = state.dialog.take() else { return };
    let mut close = false;
    let beside = dialog::show(ui, "match", open.title(), |ui, rect| {
        let mut form = Form { ui, rect, y: rect.top() };
        match &mut open {
            Dialog::Rule { keys } => close |= form.rule(cx, keys, &page.fields),
            Dialog::Weight(weight) => close |= form.weight(cx, weight),
            Dialog::File { path } => close |= form.file(cx, path, page),
            Dialog::Suggestion => close |= form.suggestion(cx, page),
            Dialog::Measure { path } => close |= form.measure(cx, path, page),
        }
        form.y - rect.top()
    });
    // A menu of the dialog lies over it: a press there is none beside it.
    let beside = beside && !Popup::is_any_open(ui.ctx());
    if !close && !beside {
        state.dialog = Some(open);
    }
}

struct Form<'u> {
    ui: &'u mut Ui,
    rect: Rect,
    y: f32,
}

impl Form<'_> {
    fn words(&mut self, text: &str) {
        let t = tokens(self.ui);
        let galley = draw::wrapped(self.ui, text, DENSE, t.t2, self.rect.width());
        let place = Rect::from_min_size(pos2(self.rect.left(), self.y), galley.size());
        draw::spoken(self.ui, place, self.ui.scope_id().with(("words", text)), Role::Label, text);
        self.ui.painter().galley(draw::snapped(self.ui, place.min), galley, t.t2);
        self.y += place.height() + 12.0;
    }

    fn field(&mut self, name: &str, hint: &str, text: &mut String) -> bool {
        let t = tokens(self.ui);
        let label = Rect::from_min_size(pos2(self.rect.left(), self.y), vec2(self.rect.width(), 16.0));
        draw::text_in(self.ui, label, name, DENSE_M, t.t2);
        self.y += 20.0;
        let place = Rect::from_min_size(pos2(self.rect.left(), self.y), vec2(self.rect.width(), 30.0));
        let field = Field { id: Id::unique(("match-field", name)), name, hint, icon: None, keys: None, mono: true };
        let response = field.show(self.ui, place, text);
        let entered = response.lost_focus() && self.ui.input(|input| input.key_pressed(egui::Key::Enter));
        if !entered && self.ui.ctx().memory(egui::Memory::focused).is_none() {
            response.request_focus();
        }
        self.y += 42.0;
        entered
    }

    /// Buttons from the right, the deed first. Returns the one that was pressed.
    fn buttons(&mut self, buttons: &[Button<'_>]) -> Option<usize> {
        self.y += 8.0;
        let middle = self.y + 14.0;
        let mut x = self.rect.right();
        let mut pressed = None;
        for (at, button) in buttons.iter().enumerate() {
            let button = button.clone().size(ButtonSize::Medium);
            x -= button.width(self.ui);
            if button.show(self.ui, pos2(x, middle)).clicked() {
                pressed = Some(at);
            }
            x -= 8.0;
        }
        self.y += 28.0;
        pressed
    }

    /// True: done.
    fn rule(&mut self, cx: &mut Cx<'_>, keys: &mut Vec<(usize, usize)>, fields: &[MatchField]) -> bool {
        self.words("Records that agree on all of these are compared. Every rule adds pairs; none takes any away.");
        let mut removed = None;
        for at in 0..keys.len() {
            let Some((field, way)) = keys.get_mut(at) else { continue };
            let (title, words) = fields.get(*field).map_or(("", ""), |f| (f.title.as_str(), f.ways.get(*way).map_or("", |w| w.1.as_str())));
            let middle = self.y + 14.0;
            let name = format!("Field {}: {title}", at + 1);
            let button = Button::new(title).name(&name).after(icon::DOWN).size(ButtonSize::Medium);
            let place = Rect::from_min_size(pos2(self.rect.left(), middle - 14.0), vec2(150.0, 28.0));
            Popup::menu(&button.show_in(self.ui, place)).show(|ui| {
                menu::width(ui, 180.0);
                for (number, choice) in fields.iter().enumerate() {
                    if menu::choice(ui, &choice.title, number == *field).clicked() {
                        (*field, *way) = (number, 0);
                        ui.close();
                    }
                }
            });
            let name = format!("Agreement {}: {words}", at + 1);
            let button = Button::new(words).name(&name).after(icon::DOWN).size(ButtonSize::Medium);
            let place = Rect::from_min_size(pos2(self.rect.left() + 158.0, middle - 14.0), vec2(self.rect.width() - 158.0 - 36.0, 28.0));
            Popup::menu(&button.show_in(self.ui, place)).show(|ui| {
                menu::width(ui, 240.0);
                for (number, (_, choice)) in fields.get(*field).map(|f| f.ways.as_slice()).unwrap_or_default().iter().enumerate() {
                    if menu::choice(ui, choice, number == *way).clicked() {
                        *way = number;
                        ui.close();
                    }
                }
            });
            if at > 0 {
                let name = format!("Remove field {}", at + 1);
                let button = Button::new("Remove").name(&name).icon(icon::CLOSE).words(false).kind(ButtonKind::Ghost);
                if button.show(self.ui, pos2(self.rect.right() - 26.0, middle)).clicked() {
                    removed = Some(at);
                }
            }
            self.y += 36.0;
        }
        if let Some(at) = removed {
            keys.remove(at);
        }
        if keys.len() < KEYS {
            let more = Button::new("And another field").icon(icon::PLUS).kind(ButtonKind::Link);
            if more.show(self.ui, pos2(self.rect.left(), self.y + 12.0)).clicked() {
                let next = (0..fields.len()).find(|at| keys.iter().all(|(field, _)| field != at)).unwrap_or(0);
                keys.push((next, 0));
            }
            self.y += 28.0;
        }
        let chosen: Vec<MatchKey> = keys
            .iter()
            .filter_map(|(field, way)| {
                let field = fields.get(*field)?;
                Some(MatchKey { field: field.field.clone(), transform: field.ways.get(*way)?.0 })
            })
            .collect();
        let add = Button::new("Add the rule").kind(ButtonKind::Primary).enabled(!chosen.is_empty());
        match self.buttons(&[add, Button::new("Cancel").keys("Esc")]) {
            Some(0) => {
                edit(cx, MatchEdit::AddRule { keys: chosen });
                true
            }
            Some(_) => true,
            None => false,
        }
    }

    fn weight(&mut self, cx: &mut Cx<'_>, weight: &mut Weight) -> bool {
        let told = format!(
            "{}: {} of the pairs of one person reach this level, {} of the others. Each bit doubles the odds; below 0 it speaks against.",
            weight.title,
            share(weight.m),
            share(weight.u)
        );
        self.words(&told);
        let entered = self.field("Match weight, bits", "9.1", &mut weight.text);
        let number =
            weight.text.trim().replace(['\u{2212}', ','], "-").parse::<f64>().ok().filter(|bits| bits.is_finite() && bits.abs() <= 40.0);
        if number.is_none() {
            self.words("A number between \u{2212}40 and 40, such as 9.1 or \u{2212}3.5.");
        }
        let set = Button::new("Set the weight").kind(ButtonKind::Primary).enabled(number.is_some());
        let trained = format!("As trained: {}", words::signed(weight.trained));
        let mut buttons = vec![set, Button::new("Cancel").keys("Esc")];
        if weight.fixed {
            buttons.push(Button::new(&trained));
        }
        let pressed = self.buttons(&buttons);
        let change = |cx: &mut Cx<'_>, bits: Option<f64>| {
            edit(cx, MatchEdit::Weight { comparison: weight.comparison.clone(), gamma: weight.gamma, weight: bits });
        };
        match (pressed, entered, number) {
            (Some(0), _, Some(bits)) | (None, true, Some(bits)) => {
                change(cx, Some(bits));
                true
            }
            (Some(2), _, _) => {
                change(cx, None);
                true
            }
            (Some(_), _, _) => true,
            _ => false,
        }
    }

    fn file(&mut self, cx: &mut Cx<'_>, path: &mut String, page: &MatchModelPage) -> bool {
        let t = tokens(self.ui);
        let holds = if page.file.present { "It is in the workspace" } else { "The workspace has none yet: what is built in holds" };
        self.words(&format!(
            "{holds}. Below it stands with the changes that are not applied. karat match --config reads the same file. {}",
            page.file.path
        ));
        let box_rect = Rect::from_min_size(pos2(self.rect.left(), self.y), vec2(self.rect.width(), 220.0));
        draw::boxed(self.ui, box_rect, 6.0, t.bg2, t.line, 1.0);
        let lines: Vec<&str> = page.file.text.lines().collect();
        let rows = area::Rows { count: lines.len(), height: 15.0, show: None };
        area::list(self.ui, box_rect.shrink(6.0), "match-toml", rows, |ui, at, place| {
            if let Some(line) = lines.get(at) {
                draw::text_in(ui, place, line, MONO_S, t.t1);
            }
        });
        draw::spoken(self.ui, box_rect.with_max_y(box_rect.top() + 2.0), self.ui.scope_id().with("toml"), Role::Label, "match.toml");
        self.y += 232.0;
        let entered = self.field("Write a copy to", "/home/you/match.toml", path);
        let ready = !path.trim().is_empty();
        let buttons = [
            Button::new("Write the copy").kind(ButtonKind::Primary).enabled(ready),
            Button::new("Copy the text"),
            Button::new("Close").keys("Esc"),
        ];
        match (self.buttons(&buttons), entered && ready) {
            (Some(0), _) | (None, true) => {
                cx.send(Command::Match(MatchDeed::Export { path: expanded(path) }));
                true
            }
            (Some(1), _) => {
                self.ui.ctx().copy_text(page.file.text.clone());
                cx.act(Action::Tell("Copied match.toml.".to_owned()));
                true
            }
            (Some(_), _) => true,
            (None, false) => false,
        }
    }

    fn suggestion(&mut self, cx: &mut Cx<'_>, page: &MatchModelPage) -> bool {
        let Some(found) = page.preview.as_ref().and_then(|preview| preview.suggestion.as_ref()) else {
            let answers = words::counted(page.answers, "answer", "answers");
            let more = words::counted(page.answers_wanted, "answer is", "answers are");
            self.words(&format!("There {} {answers}; {more} wanted before weights are learnt from them: with fewer, chance would choose. Review can ask first what teaches most.",
                if page.answers == 1 { "is" } else { "are" }));
            let buttons = [Button::new("Review what teaches most").kind(ButtonKind::Primary), Button::new("Close").keys("Esc")];
            let pressed = self.buttons(&buttons);
            if pressed == Some(0) {
                cx.act(Action::ReviewTelling);
            }
            return pressed.is_some();
        };
        self.words(&format!("From {}: {}", words::counted(found.answers, "answer", "answers"), model::learnt(found)));
        self.words(&found.threshold_reason);
        for sentence in &found.sentences {
            self.words(sentence);
        }
        let rest = found.weights.saturating_sub(found.sentences.len() as u64);
        if rest > 0 {
            self.words(&format!("{} by less.", words::counted(rest, "other moves", "others move")));
        }
        self.buttons(&[Button::new("Close").keys("Esc")]).is_some()
    }

    fn measure(&mut self, cx: &mut Cx<'_>, path: &mut String, page: &MatchModelPage) -> bool {
        self.words("Precision and recall at every threshold, of the model alone, without people's decisions. Nothing is changed.");
        let entered = self.field("Truth file (CSV: source_system, source_customer_id, entity_id)", "/home/you/truth.csv", path);
        let ready = !path.trim().is_empty();
        let answers = format!("By {}", words::counted(page.answers, "answer", "answers"));
        let buttons = [
            Button::new("Measure by the file").kind(ButtonKind::Primary).enabled(ready),
            Button::new(&answers).enabled(page.answers > 0),
            Button::new("Cancel").keys("Esc"),
        ];
        let mut measure = |truth| cx.send(Command::Match(MatchDeed::Measure { truth }));
        match (self.buttons(&buttons), entered && ready) {
            (Some(0), _) | (None, true) => {
                measure(Some(expanded(path)));
                true
            }
            (Some(1), _) => {
                measure(None);
                true
            }
            (Some(_), _) => true,
            (None, false) => false,
        }
    }
}
