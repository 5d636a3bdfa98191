//! The line that is typed below the comparison: to whom, a comment, until when, a note, a golden value. Esc leaves it.

use egui::text::{CCursor, CCursorRange};
use egui::text_edit::TextEditState;
use egui::{Id, Key, Rect, Ui, pos2, vec2};

use super::state::Review;
use crate::app::cx::Cx;
use crate::app::theme::kind::{DENSE_M, META, icon};
use crate::app::theme::tokens;
use crate::app::widgets::{Button, ButtonKind, ButtonSize, Field, Row, area, draw};
use crate::engine::pages::{ItemPage, QueuePage};
use crate::engine::{Command, GoldenChange, ReviewDeed, TrustDeed};

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    Assign,
    Comment,
    Defer,
    HandOver,
    /// Why a proposal goes back.
    Return {
        proposal: i64,
    },
    /// A golden value of a column of the customer.
    Value {
        field: String,
    },
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ask {
    pub what: What,
    pub text: String,
    /// Why what was typed was refused.
    pub refused: Option<String>,
    /// Takes the keyboard in its first frame.
    pub fresh: bool,
}

impl Ask {
    fn title(&self, item: Option<&ItemPage>) -> String {
        match &self.what {
            What::Assign => "Give to".to_owned(),
            What::Comment => "Comment".to_owned(),
            What::Defer => "Put aside until".to_owned(),
            What::HandOver => "Hand-over note".to_owned(),
            What::Return { proposal } => format!("Return proposal {proposal}"),
            What::Value { field } => {
                let label = item.and_then(|item| item.rows.iter().find(|row| row.field == field)).map(|row| row.label);
                label.unwrap_or(field).to_owned()
            }
        }
    }

    fn hint(&self) -> &'static str {
        match self.what {
            What::Assign => "a person's name; empty gives it to you",
            What::Comment => "what the next person should know",
            What::Defer => "a day, 2026-12-01, and why; empty: until it is taken up again",
            What::HandOver => "for everybody; @Name first for one person",
            What::Return { .. } => "what has to be seen to before it can be approved",
            What::Value { .. } => "the value as it shall stand",
        }
    }

    fn verb(&self) -> &'static str {
        match self.what {
            What::Assign => "Give",
            What::Comment => "Add the comment",
            What::Defer => "Put aside",
            What::HandOver => "Leave the note",
            What::Return { .. } => "Return it",
            What::Value { .. } => "Set the value",
        }
    }
}

/// `2026-12-01 waits for the branch` -> the day and the reason.
pub fn until(text: &str) -> (Option<String>, Option<String>) {
    let text = text.trim();
    let first = text.split_whitespace().next().unwrap_or_default().trim_end_matches([':', ',']);
    let is_day = first.len() == 10
        && first.bytes().enumerate().all(|(at, byte)| if at == 4 || at == 7 { byte == b'-' } else { byte.is_ascii_digit() });
    let reason = if is_day { text.get(10..).unwrap_or_default().trim_start_matches([':', ',']).trim() } else { text };
    (is_day.then(|| first.to_owned()), (!reason.is_empty()).then(|| reason.to_owned()))
}

/// `@Tomas call C-1042` -> for whom, and the text.
pub fn addressed(text: &str) -> (Option<String>, String) {
    let text = text.trim();
    match text.strip_prefix('@').and_then(|rest| rest.split_once([' ', ':'])) {
        Some((name, rest)) => (Some(name.to_owned()), rest.trim().to_owned()),
        None => (None, text.to_owned()),
    }
}

/// Draws the line where the answers stand otherwise.
pub fn show(ui: &mut Ui, rect: Rect, cx: &mut Cx<'_>, state: &mut Review, queue: &QueuePage, item: Option<&ItemPage>) {
    let Some(mut ask) = state.ask.take() else { return };
    let t = tokens(ui);
    draw::fill(ui, rect, 0.0, t.acc.tint);
    draw::hline(ui, rect.left(), rect.right(), rect.top(), t.line);
    let title = ask.title(item);
    let mut leave = false;
    let mut send = false;
    let field_place;
    {
        let mut row = Row::new(ui, rect.shrink2(vec2(12.0, 0.0)), "ask");
        row.text(&title, DENSE_M, t.t1);
        row.gap(10.0);
        let cancel = Button::new("Leave").keys("Esc").kind(ButtonKind::Ghost).size(ButtonSize::Medium);
        leave |= row.button_right(&cancel).clicked();
        row.gap_right(6.0);
        let ready = ask.what == What::Assign || ask.what == What::Defer || !ask.text.trim().is_empty();
        let button = Button::new(ask.verb()).keys("\u{21b5}").kind(ButtonKind::Primary).size(ButtonSize::Medium).enabled(ready);
        send |= row.button_right(&button).clicked();
        row.gap_right(8.0);
        if ask.what == What::Assign {
            let nobody = Button::new("To nobody").kind(ButtonKind::Ghost).size(ButtonSize::Medium);
            if row.button_right(&nobody).clicked() {
                assign(cx, state, None);
                return;
            }
            row.gap_right(8.0);
            for person in people(queue).into_iter().take(3) {
                let label = format!("To {person}");
                let button = Button::new(&label).kind(ButtonKind::Ghost).size(ButtonSize::Medium);
                if button.width(ui) + 200.0 < row.room() && row.button_right(&button).clicked() {
                    assign(cx, state, Some(person));
                    return;
                }
            }
        }
        if let Some(why) = &ask.refused {
            let width = draw::line(ui, why, META, t.error.text).size().x.min(row.room() * 0.6);
            let place = Rect::from_min_max(pos2(row.right - width, rect.top()), pos2(row.right, rect.bottom()));
            draw::text_in(ui, place, why, META, t.error.text);
            draw::spoken(ui, place, ui.scope_id().with("refused"), egui::accesskit::Role::Alert, why).on_hover_text(why);
            row.right -= width + 8.0;
        }
        field_place = Rect::from_min_max(pos2(row.left, rect.center().y - 15.0), pos2(row.right, rect.center().y + 15.0));
    }
    let id = Id::unique("review-ask");
    let field = Field { id, name: &title, hint: ask.hint(), icon: Some(icon::EDIT), keys: None, mono: false };
    let mut place = area::child(ui, field_place.expand(4.0), "ask-field");
    let response = field.show(&mut place, field_place, &mut ask.text);
    if std::mem::take(&mut ask.fresh) {
        response.request_focus();
        // What stands there is replaced by typing.
        select_all(ui, id, &ask.text);
    }
    send |= response.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
    if send && !leave {
        perform(cx, state, &ask, item);
    } else if !leave {
        state.ask = Some(ask);
    }
}

fn select_all(ui: &Ui, id: Id, text: &str) {
    let mut typing = TextEditState::load(ui.ctx(), id).unwrap_or_default();
    let all = CCursorRange::two(CCursor::new(0), CCursor::new(text.chars().count()));
    typing.cursor.set_char_range(Some(all));
    typing.store(ui.ctx(), id);
}

/// Everybody who was given something, most first.
fn people(queue: &QueuePage) -> Vec<String> {
    let facet = queue.facets.iter().find(|facet| facet.key == "assignee");
    facet.into_iter().flat_map(|facet| &facet.values).filter(|value| !value.key.is_empty()).map(|value| value.key.clone()).collect()
}

fn assign(cx: &mut Cx<'_>, state: &Review, to: Option<String>) {
    if let Some(item) = state.selected.clone() {
        Review::deed(cx, ReviewDeed::Assign { items: vec![item], to });
    }
}

fn perform(cx: &mut Cx<'_>, state: &mut Review, ask: &Ask, item: Option<&ItemPage>) {
    let text = ask.text.trim().to_owned();
    let selected = state.selected.clone();
    match (&ask.what, selected) {
        (What::Assign, _) => {
            let to = if text.is_empty() { cx.data.user() } else { text };
            assign(cx, state, Some(to));
        }
        (What::HandOver, _) if !text.is_empty() => {
            let (to, text) = addressed(&text);
            Review::deed(cx, ReviewDeed::HandOver { to, text });
        }
        (What::Return { proposal }, _) if !text.is_empty() => {
            let user = cx.data.user();
            cx.send(Command::Trust(TrustDeed::Return { proposal: proposal.to_string(), comment: text, user }));
        }
        (What::Comment, Some(item)) if !text.is_empty() => Review::deed(cx, ReviewDeed::Comment { item, text }),
        (What::Defer, Some(item)) => {
            let (until, reason) = until(&text);
            Review::deed(cx, ReviewDeed::Defer { items: vec![item], until, reason });
        }
        (What::Value { field }, _) if !text.is_empty() => {
            if let Some(item) = item {
                state.say(cx, item, field, GoldenChange::Type(text));
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_and_a_reason_are_read_from_one_line() {
        assert_eq!(until("2026-12-01: waits for the branch"), (Some("2026-12-01".into()), Some("waits for the branch".into())));
        assert_eq!(until("  "), (None, None));
        assert_eq!(until("when she is back"), (None, Some("when she is back".into())));
        assert_eq!(addressed("@Tomas call C-1042"), (Some("Tomas".into()), "call C-1042".into()));
        assert_eq!(addressed("all done"), (None, "all done".into()));
    }
}
