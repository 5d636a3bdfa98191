//! The bottom bar: what runs and how far it is; else how the last run ended and what people see.

use egui::accesskit::Role;
use egui::{Rect, Ui, pos2, vec2};

use crate::app::cx::{Action, Cx};
use crate::app::theme::ThemeChoice;
use crate::app::theme::kind::{DENSE, DENSE_M, icon};
use crate::app::theme::tokens;
use crate::app::widgets::{Button, ButtonKind, Row, draw, progress};
use crate::app::words;
use crate::base::Stage;
use crate::engine::pages::StatusPage;
use crate::engine::{JobId, JobProgress};

pub const HEIGHT: f32 = 30.0;

/// Measures the rate of the stage that runs.
#[derive(Debug, Clone, Copy, Default)]
pub struct Pace {
    stage: Option<(JobId, Stage)>,
    began: f64,
    done_then: u64,
}

impl Pace {
    /// Steps per second and seconds left, once the stage ran for a second.
    #[expect(clippy::cast_precision_loss, reason = "a rate for people")]
    pub fn measure(&mut self, job: &JobProgress, now: f64) -> Option<(f64, Option<f64>)> {
        let key = (job.job, job.sample.stage);
        if self.stage != Some(key) || job.sample.done < self.done_then {
            *self = Self { stage: Some(key), began: now, done_then: job.sample.done };
        }
        let seconds = now - self.began;
        let steps = job.sample.done.saturating_sub(self.done_then);
        if seconds < 1.0 || steps == 0 {
            return None;
        }
        let rate = steps as f64 / seconds;
        let left = job.sample.total.checked_sub(job.sample.done).filter(|_| job.sample.total > 0).map(|steps| steps as f64 / rate);
        Some((rate, left))
    }
}

pub fn show(ui: &Ui, rect: Rect, cx: &mut Cx<'_>, job: Option<&JobProgress>, pace: &mut Pace) {
    let t = tokens(ui);
    draw::fill(ui, rect, 0.0, t.bg0);
    draw::hline(ui, rect.left(), rect.right(), rect.top(), t.line);
    let inner = Rect::from_min_max(pos2(rect.left() + 12.0, rect.top() + 1.0), pos2(rect.right() - 8.0, rect.bottom()));
    let mut row = Row::new(ui, inner, "bottom");
    theme_button(&mut row, cx, false);
    row.gap_right(4.0);
    let status = cx.data.status.clone().unwrap_or_default();
    match job {
        Some(job) => running(&mut row, cx, job, pace, &status),
        None => resting(&mut row, &status),
    }
}

/// The start page's.
pub fn show_start(ui: &Ui, rect: Rect, cx: &mut Cx<'_>, job: Option<&JobProgress>, pace: &mut Pace) {
    let t = tokens(ui);
    draw::fill(ui, rect, 0.0, t.bg0);
    draw::hline(ui, rect.left(), rect.right(), rect.top(), t.line);
    let inner = Rect::from_min_max(pos2(rect.left() + 12.0, rect.top() + 1.0), pos2(rect.right() - 12.0, rect.bottom()));
    let mut row = Row::new(ui, inner, "bottom-start");
    theme_button(&mut row, cx, true);
    row.gap_right(12.0);
    if let Some(job) = job {
        running(&mut row, cx, job, pace, &StatusPage::default());
        return;
    }
    row.text(concat!("Karat ", env!("CARGO_PKG_VERSION")), DENSE, t.t2);
    row.gap(10.0).bar(14.0).gap(10.0);
    row.text("Nothing leaves this computer", DENSE, t.t3);
}

fn theme_button(row: &mut Row<'_>, cx: &mut Cx<'_>, words: bool) {
    let (label, name) = match cx.settings.theme {
        ThemeChoice::System => ("As the system", "Theme: as the system"),
        ThemeChoice::Light => ("Light", "Theme: light"),
        ThemeChoice::Dark => ("Dark", "Theme: dark"),
    };
    let button = Button::new(label).name(name).icon(icon::LIGHT).kind(ButtonKind::Ghost).words(words);
    if row.button_right(&button).clicked() {
        cx.act(Action::NextTheme);
    }
}

fn resting(row: &mut Row<'_>, status: &StatusPage) {
    let t = row.t;
    match status.gold_published {
        Some(version) => {
            let at = match (&status.gold_restored_at, &status.gold_published_at) {
                (Some(at), _) => format!(", restored {}", words::moment(at)),
                (None, Some(at)) => format!(", published {}", words::moment(at)),
                (None, None) => String::new(),
            };
            row.text_right(&format!("v{version}{at}"), DENSE, t.t2);
            row.gap_right(5.0).chip_right(None, "gold", t.gold);
        }
        None => {
            row.text_right("no gold published yet", DENSE, t.t3);
        }
    }
    if let Some(at) = &status.silver_built_at {
        row.gap_right(10.0).bar_right(14.0).gap_right(10.0);
        let newer = if status.ahead().is_some() { ", not published yet" } else { "" };
        row.text_right(&format!("silver as of {}{newer}", words::date_and_time(at)), DENSE, t.t3);
    }
    if status.decisions_not_applied > 0 {
        row.gap_right(10.0).bar_right(14.0).gap_right(10.0);
        let wait = words::counted(status.decisions_not_applied, "decision goes", "decisions go");
        row.text_right(&format!("{wait} into the next run"), DENSE, t.t3);
    }
    row.gap_right(12.0);
    match &status.last_run {
        Some(text) => {
            if status.last_run_failed {
                row.icon_fill(icon::ERROR, 14.0, t.error.text);
            } else {
                row.icon_fill(icon::OK, 14.0, t.ok.text);
            }
            row.gap(10.0);
            row.text(text, DENSE, t.t2);
        }
        None => {
            row.text("Not run yet: F5 matches the records and builds silver and gold.", DENSE, t.t2);
        }
    }
}

fn running(row: &mut Row<'_>, cx: &mut Cx<'_>, job: &JobProgress, pace: &mut Pace, status: &StatusPage) {
    let t = row.t;
    let sample = &job.sample;
    let whole = Rect::from_min_max(pos2(row.left, row.middle - 12.0), pos2(row.right, row.middle + 12.0));
    row.icon(icon::BUSY, 14.0, t.acc.text).gap(10.0);
    row.text(&job.title, DENSE_M, t.t1);
    row.gap(10.0);
    let at =
        if sample.detail.is_empty() { sample.stage.label().to_owned() } else { format!("{}, {}", sample.stage.label(), sample.detail) };
    let at = if job.cancelling { "stopping; the store stays as it was".to_owned() } else { at };
    let right = row.right;
    row.right = (row.left + 260.0).min(right);
    row.text(&at, DENSE, t.t2);
    row.right = right;
    row.gap(10.0);
    let width = if row.room() > 620.0 { 220.0 } else { 120.0 };
    progress::paint(row.ui, Rect::from_min_size(pos2(row.left, row.middle - 2.0), vec2(width, 4.0)), share(sample.done, sample.total));
    row.gap(width + 10.0);
    let counts = if sample.total > 0 {
        format!("{} of {}", words::count(sample.done), words::count(sample.total))
    } else {
        words::seconds(job.elapsed_secs)
    };
    row.text(&counts, DENSE, t.t2);
    if let Some((rate, left)) = pace.measure(job, cx.now) {
        row.gap(10.0).bar(14.0).gap(10.0);
        row.text(&format!("{} a second", words::count(whole_number(rate))), DENSE, t.t2);
        if let Some(left) = left {
            row.gap(10.0).bar(14.0).gap(10.0);
            row.text(&format!("{} left", words::seconds(left.ceil())), DENSE, t.t2);
        }
    }
    draw::spoken(row.ui, whole, row.ui.scope_id().with("progress"), Role::ProgressIndicator, &format!("{}, {at}, {counts}", job.title));
    row.gap(6.0);
    let cancel = Button::new("Cancel").icon(icon::CLOSE).kind(ButtonKind::Ghost).keys("Esc").enabled(!job.cancelling);
    if row.button(&cancel).clicked() {
        cx.act(Action::CancelJob);
    }
    if let Some(version) = status.gold_published
        && row.room() > 240.0
    {
        row.text_right(&format!("gold v{version} stays as it is until you publish"), DENSE, t.t3);
    }
}

#[expect(clippy::cast_precision_loss, reason = "a bar on screen")]
fn share(done: u64, total: u64) -> Option<f32> {
    (total > 0).then(|| done as f32 / total as f32)
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a rate is never negative and shown to the whole number")]
fn whole_number(rate: f64) -> u64 {
    rate.round().max(0.0) as u64
}
