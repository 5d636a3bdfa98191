//! When runs come by themselves: the expression, the times to come, those that were missed, and the same for the system's timers.

use egui::accesskit::Role;
use egui::{Id, Key, Rect, Ui, pos2, vec2};

use super::Runs;
use crate::app::cx::{Action, Cx};
use crate::app::theme::kind::{BODY, DENSE, DENSE_B, MONO_S, SECTION, icon};
use crate::app::theme::tokens;
use crate::app::views::parts;
use crate::app::widgets::{Button, ButtonKind, ButtonSize, Field, Row, area, draw, empty, tabs};
use crate::app::words;
use crate::engine::pages::ScheduleView;
use crate::engine::{Command, RunsDeed};

/// Times to come that are listed.
pub const NEXT: usize = 6;
/// Missed ones that are listed; the rest is counted.
const MISSED: usize = 8;

/// What many want, to begin with.
const COMMON: [(&str, &str); 4] =
    [("Every day", "0 7 * * *"), ("Weekdays", "0 7 * * MON-FRI"), ("Every hour", "0 * * * *"), ("First of the month", "0 7 1 * *")];

pub fn show(ui: &mut Ui, body: Rect, cx: &mut Cx<'_>, state: &mut Runs, view: &ScheduleView) {
    draw::fill(ui, body, 0.0, tokens(ui).bg2);
    let panels = area::columns(body.shrink2(vec2(16.0, 12.0)), 2, 16.0);
    let (Some(left), Some(right)) = (panels.first(), panels.get(1)) else { return };
    when(ui, *left, cx, state, view);
    timers(ui, *right, cx, state, view);
}

fn when(ui: &mut Ui, panel: Rect, cx: &mut Cx<'_>, state: &mut Runs, view: &ScheduleView) {
    let (_, body) = parts::panel(ui, panel, "While Karat is open", true);
    let body = body.shrink2(vec2(16.0, 12.0));
    let t = tokens(ui);
    let below = expression(ui, body, cx, state, view);
    let mut y = below.top() + 6.0;
    let mut say = |ui: &Ui, text: &str, kind, ink| {
        let galley = draw::wrapped(ui, text, kind, ink, below.width());
        let place = Rect::from_min_size(pos2(below.left(), y), galley.size());
        draw::spoken(ui, place, ui.scope_id().with(("schedule", y.to_bits())), Role::Label, text);
        ui.painter().galley(draw::snapped(ui, place.min), galley, ink);
        y = place.bottom() + 5.0;
    };
    if let Some(problem) = &view.problem {
        say(ui, &format!("workspace.toml: {problem}"), BODY, t.error.text);
        return;
    }
    if view.cron.is_none() {
        say(
            ui,
            "No run comes by itself. The five fields are minute, hour, day of the month, month and day of the week, in UTC.",
            BODY,
            t.t2,
        );
        return;
    }
    say(ui, &view.words, SECTION, t.t1);
    if let Some(since) = &view.since {
        say(ui, &format!("It holds since {}.", words::date_and_time(since)), DENSE, t.t2);
    }
    say(ui, "Next", DENSE_B, t.t2);
    for at in &view.next {
        say(ui, &format!("{} UTC", words::date_and_time(at)), DENSE, t.t1);
    }
    if view.missed.is_empty() {
        return;
    }
    let missed = words::counted(view.missed.len() as u64, "run was missed", "runs were missed");
    say(ui, &format!("{missed}: Karat was closed, or another run went on."), DENSE_B, t.warn.text);
    for at in view.missed.iter().take(MISSED) {
        say(ui, &format!("{} UTC", words::date_and_time(at)), DENSE, t.t1);
    }
    let more = view.missed.len().saturating_sub(MISSED) as u64;
    if more > 0 {
        say(ui, &format!("and {} more", words::count(more)), DENSE, t.t3);
    }
}

/// The field, what is common, and the two buttons.
fn expression(ui: &mut Ui, body: Rect, cx: &mut Cx<'_>, state: &mut Runs, view: &ScheduleView) -> Rect {
    let set = view.cron.clone().unwrap_or_default();
    let mut text = state.cron.clone().unwrap_or_else(|| set.clone());
    let is_new = text.trim() != set;
    let button = Button::new("Set").name("Set the schedule").kind(ButtonKind::Primary).size(ButtonSize::Medium).enabled(is_new);
    let off = Button::new("Turn off").name("Turn the schedule off").size(ButtonSize::Medium).enabled(view.cron.is_some());
    let (first, second) = (button.width(ui), off.width(ui));
    let line = Rect::from_min_size(body.min, vec2(body.width(), 28.0));
    let place = line.with_max_x(line.right() - first - second - 16.0);
    let field = Field {
        id: Id::unique("runs-cron"),
        name: "Schedule: minute, hour, day, month, weekday",
        hint: "0 7 * * *",
        icon: Some(icon::CLOCK),
        keys: None,
        mono: true,
    };
    let response = field.show(ui, place, &mut text);
    let entered = response.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
    let pressed = button.show(ui, pos2(place.right() + 8.0, line.center().y)).clicked();
    let send = |cx: &mut Cx<'_>, cron: Option<String>| {
        let user = cx.data.user();
        cx.send(Command::Runs(RunsDeed::SetSchedule { cron, user }));
    };
    let typed = text.trim().to_owned();
    state.cron = (typed != set).then_some(text);
    if (pressed || entered) && is_new && !typed.is_empty() {
        send(cx, Some(typed));
    }
    if off.show(ui, pos2(place.right() + first + 16.0, line.center().y)).clicked() {
        state.cron = None;
        send(cx, None);
    }
    let mut row = Row::new(ui, Rect::from_min_size(pos2(body.left(), line.bottom() + 8.0), vec2(body.width(), 24.0)), "runs-common");
    for (label, cron) in COMMON {
        if row.button(&Button::new(label).kind(ButtonKind::Ghost).tooltip(cron)).clicked() {
            state.cron = Some(cron.to_owned());
        }
        row.gap(4.0);
    }
    body.with_min_y(line.bottom() + 40.0)
}

/// The same for cron, systemd and the Task Scheduler.
fn timers(ui: &mut Ui, panel: Rect, cx: &mut Cx<'_>, state: &mut Runs, view: &ScheduleView) {
    let (mut row, body) = parts::panel(ui, panel, "While Karat is closed", true);
    let t = tokens(ui);
    if view.snippets.is_empty() {
        let words = "With a schedule set, its line for cron, systemd or the Task Scheduler stands here: the system then says 'karat run'.";
        empty::show(ui, body, icon::CLOCK, words, None);
        return;
    }
    let at = state.timer.min(view.snippets.len() - 1);
    let Some(one) = view.snippets.get(at) else { return };
    let copy = Button::new("Copy").icon(icon::FILE_OTHER).name("Copy the timer").enabled(one.problem.is_none());
    if row.button_right(&copy).clicked() {
        ui.ctx().copy_text(one.text.clone());
        cx.act(Action::Tell("Copied.".to_owned()));
    }
    let body = body.shrink2(vec2(16.0, 12.0));
    let labels: Vec<String> = view.snippets.iter().map(|one| timer_name(&one.timer).to_owned()).collect();
    if let Some(chosen) = tabs::segments(ui, body.left(), body.top() + 14.0, "runs-timers", &labels, at) {
        state.timer = chosen;
    }
    let text = body.with_min_y(body.top() + 40.0);
    if let Some(problem) = &one.problem {
        empty::show(ui, text, icon::WARN_CIRCLE, problem, None);
        return;
    }
    draw::boxed(ui, text, 6.0, t.bg2, t.line, 1.0);
    let inner = text.shrink2(vec2(12.0, 10.0));
    draw::spoken(ui, inner, ui.scope_id().with("runs-timer-text"), Role::Label, &one.text);
    area::scroll(ui, inner, "runs-timer", |ui, place| {
        let galley = draw::wrapped(ui, &one.text, MONO_S, t.t1, place.width());
        let height = galley.size().y;
        ui.painter().galley(draw::snapped(ui, place.min), galley, t.t1);
        height
    });
}

fn timer_name(timer: &str) -> &str {
    match timer {
        "cron" => "cron",
        "systemd" => "systemd",
        _ => "Task Scheduler",
    }
}
