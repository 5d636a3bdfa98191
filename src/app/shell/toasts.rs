//! The toasts that stand, newest lowest.

use egui::{Area, Id, Order, Rect, Ui, pos2};

use crate::app::widgets::toast::{self, Mood, Toast, ToastDeed};

/// How long good news stay.
const SECONDS: f64 = 6.0;
/// Bad news stay until they can have been read; then they no longer cover what is worked on.
const SECONDS_OF_ERRORS: f64 = 20.0;
const MOST: usize = 4;

#[derive(Debug, Clone, Default)]
pub struct Toasts {
    pub standing: Vec<Toast>,
    made: u64,
}

impl Toasts {
    pub fn tell(&mut self, now: f64, mood: Mood, text: impl Into<String>, action: Option<&str>) {
        self.made += 1;
        let until = Some(now + if mood == Mood::Error { SECONDS_OF_ERRORS } else { SECONDS });
        let toast = Toast { id: self.made, mood, text: text.into(), action: action.map(str::to_owned), until };
        // The same words twice say nothing more.
        self.standing.retain(|known| known.text != toast.text);
        self.standing.push(toast);
        if self.standing.len() > MOST {
            self.standing.remove(0);
        }
    }

    /// Draws them above the bottom right of `rect`; returns the words of the action that was pressed.
    pub fn show(&mut self, ui: &Ui, rect: Rect, now: f64) -> Option<String> {
        self.standing.retain(|toast| toast.until.is_none_or(|until| until > now));
        if let Some(next) = self.standing.iter().filter_map(|toast| toast.until).reduce(f64::min) {
            ui.ctx().request_repaint_after_secs(f32_secs(next - now));
        }
        if self.standing.is_empty() {
            return None;
        }
        let mut acted = None;
        let mut closed = None;
        Area::new(Id::unique("toasts")).order(Order::Foreground).fixed_pos(rect.min).constrain(false).show(ui.ctx(), |ui| {
            ui.set_clip_rect(rect.expand(24.0));
            let mut y = rect.bottom() - 12.0;
            for one in self.standing.iter().rev() {
                let (height, deed) = toast::show(ui, pos2(rect.right() - 16.0, y), one);
                y -= height + 8.0;
                if deed.is_some() {
                    closed = Some(one.id);
                }
                if deed == Some(ToastDeed::Act) {
                    acted.clone_from(&one.action);
                }
            }
        });
        self.standing.retain(|toast| Some(toast.id) != closed);
        acted
    }
}

#[expect(clippy::cast_possible_truncation, reason = "a few seconds")]
fn f32_secs(seconds: f64) -> f32 {
    seconds.clamp(0.05, 60.0) as f32
}
