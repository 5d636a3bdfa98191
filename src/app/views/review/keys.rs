//! Review's keys: answers, moving, the cursor in the comparison, and what is typed.

use egui::{Event, Key, Modifiers, Ui};

use super::ask::{Ask, What};
use super::state::{Mode, Review};
use crate::app::cx::Cx;
use crate::engine::pages::{ItemPage, QueuePage};
use crate::engine::{Answer, Command, GoldenChange, GoldenDeed, GoldenTarget};

const ANSWERS: [(Key, Answer); 3] = [(Key::M, Answer::Same), (Key::D, Answer::Different), (Key::S, Answer::Unsure)];

const DIGITS: [Key; 9] = [Key::Num1, Key::Num2, Key::Num3, Key::Num4, Key::Num5, Key::Num6, Key::Num7, Key::Num8, Key::Num9];

pub fn pressed(ui: &Ui, modifiers: Modifiers, key: Key) -> bool {
    ui.input_mut(|input| input.consume_key(modifiers, key))
}

/// The letter that opened a field is not text for it.
pub fn swallow_text(ui: &Ui) {
    ui.input_mut(|input| input.events.retain(|event| !matches!(event, Event::Text(_))));
}

impl Review {
    pub(super) fn keys(&mut self, ui: &Ui, cx: &mut Cx<'_>, queue: &QueuePage) {
        if !cx.keys_free(ui) || !matches!(self.mode, Mode::Deck | Mode::Timeline) {
            return;
        }
        if self.relating {
            super::relate::keys(self, ui, cx, queue);
            return;
        }
        let plain = |key: Key| pressed(ui, Modifiers::NONE, key);
        // With Shift first: a plain key is heard with Shift too.
        if pressed(ui, Modifiers::SHIFT, Key::W) {
            self.toggle_flip(cx);
        }
        if pressed(ui, Modifiers::SHIFT, Key::B) {
            self.mode = Mode::Bulk;
            return;
        }
        if plain(Key::L) {
            self.open_log(None);
            return;
        }
        if pressed(ui, Modifiers::SHIFT, Key::S) {
            self.open_ask(ui, What::Defer);
        }
        if pressed(ui, Modifiers::SHIFT, Key::N) {
            self.open_ask(ui, What::HandOver);
        }
        if plain(Key::N) {
            self.filter.new_only = !self.filter.new_only;
        }
        if plain(Key::T) {
            self.mode = if self.mode == Mode::Timeline { Mode::Deck } else { Mode::Timeline };
        }
        if plain(Key::V) {
            self.standard = !self.standard;
        }
        if plain(Key::H) && self.selected.is_some() {
            self.relating = true;
        }
        for (key, answer) in ANSWERS {
            if plain(key) {
                self.decide(cx, queue, answer);
            }
        }
        if plain(Key::J) {
            self.step(queue, 1);
        }
        if plain(Key::K) {
            self.step(queue, -1);
        }
        if plain(Key::W) {
            self.next_form(cx);
        }
        if plain(Key::B) {
            self.blind = !self.blind;
        }
        for (key, what) in [(Key::A, What::Assign), (Key::C, What::Comment)] {
            if plain(key) {
                self.open_ask(ui, what);
            }
        }
        if plain(Key::Slash) {
            ui.ctx().memory_mut(|memory| memory.request_focus(super::queue::filter_id()));
            swallow_text(ui);
        }
    }

    pub(super) fn open_ask(&mut self, ui: &Ui, what: What) {
        if self.selected.is_none() && !matches!(what, What::HandOver | What::Return { .. }) {
            return;
        }
        swallow_text(ui);
        self.ask = Some(Ask { what, text: String::new(), refused: None, fresh: true });
    }

    /// Both forms, sentences alone, none.
    pub(super) fn next_form(&mut self, cx: &mut Cx<'_>) {
        let settings = &mut *cx.settings;
        if !settings.evidence_open {
            (settings.evidence_open, settings.waterfall_hidden) = (true, false);
        } else if settings.waterfall_hidden {
            settings.evidence_open = false;
        } else {
            settings.waterfall_hidden = true;
        }
    }

    pub(super) fn toggle_flip(&mut self, cx: &mut Cx<'_>) {
        self.flip_hidden = cx.settings.evidence_open && !self.flip_hidden;
        cx.settings.evidence_open = true;
    }

    /// Arrows move the cursor in the comparison; the keys below decide the field that it is in.
    pub(super) fn golden_keys(&mut self, ui: &Ui, cx: &mut Cx<'_>, item: &ItemPage) {
        if !cx.keys_free(ui) || self.mode != Mode::Deck || self.selected.as_ref() != Some(&item.id) {
            return;
        }
        if pressed(ui, Modifiers::NONE, Key::G) {
            self.open_graph(item);
            return;
        }
        self.move_cursor(ui, item);
        let Some(field) = self.field_of(item) else { return };
        for (key, record) in DIGITS.into_iter().zip(&item.records) {
            if pressed(ui, Modifiers::NONE, key) {
                self.say(cx, item, field, GoldenChange::Take(record.key.clone()));
            }
        }
        if pressed(ui, Modifiers::NONE, Key::P) {
            self.say(cx, item, field, GoldenChange::Pin);
        }
        if pressed(ui, Modifiers::NONE, Key::R) {
            self.say(cx, item, field, GoldenChange::GiveBack);
        }
        if pressed(ui, Modifiers::NONE, Key::E) {
            self.open_ask(ui, What::Value { field: field.to_owned() });
            let golden = item.rows.iter().find(|row| row.field == field).and_then(|row| row.golden.value.clone());
            if let Some(ask) = &mut self.ask {
                ask.text = golden.unwrap_or_default();
            }
        }
    }

    fn move_cursor(&mut self, ui: &Ui, item: &ItemPage) {
        let lines = item.rows.len();
        let columns = item.records.len();
        for (key, down, right) in [(Key::ArrowDown, 1, 0), (Key::ArrowUp, -1, 0), (Key::ArrowRight, 0, 1), (Key::ArrowLeft, 0, -1)] {
            if !pressed(ui, Modifiers::NONE, key) || lines == 0 || columns == 0 {
                continue;
            }
            self.cell = Some(match self.cell {
                None => (0, 0),
                Some((line, column)) => {
                    (line.saturating_add_signed(down).min(lines - 1), column.saturating_add_signed(right).min(columns - 1))
                }
            });
            self.follow_cell = true;
        }
    }

    pub(super) fn say(&mut self, cx: &mut Cx<'_>, item: &ItemPage, field: &str, change: GoldenChange) {
        let user = cx.data.user();
        let of = GoldenTarget::Item(item.id.clone());
        cx.send(Command::Golden { deed: GoldenDeed::Field { of, field: field.to_owned(), change, reason: None }, user });
    }
}
