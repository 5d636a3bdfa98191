//! One run: how it went or how far it is, its models, tests and stages, its report.

use std::path::Path;

use egui::accesskit::Role;
use egui::{OpenUrl, Rect, Ui, pos2, vec2};

use super::model::{self, Mood};
use super::paint::{color, sign};
use super::{Part, Runs};
use crate::app::cx::{Action, Cx, Pick};
use crate::app::theme::kind::{DENSE, DENSE_M, META, SECTION, icon};
use crate::app::theme::tokens;
use crate::app::views::parts;
use crate::app::widgets::tabs::{self, Tab as TabLabel};
use crate::app::widgets::{Button, ButtonKind, Row, area, draw, empty, progress};
use crate::app::words;
use crate::base::RunId;
use crate::engine::pages::{MailState, ModelOutcome, RunLine, RunPage, TestOutcome};
use crate::engine::{Command, JobProgress, Page, RunsDeed};

const LINE: f32 = 28.0;

pub fn show(ui: &mut Ui, rect: Rect, cx: &mut Cx<'_>, state: &mut Runs, run: &RunLine, going: Option<&JobProgress>) {
    let t = tokens(ui);
    draw::fill(ui, rect, 0.0, t.bg1);
    draw::vline(ui, rect.left(), rect.top(), rect.bottom(), t.line);
    let inner = rect.with_min_x(rect.left() + 1.0).shrink2(vec2(16.0, 0.0));
    let below = head(ui, inner, cx, run);
    if let Some(job) = going.filter(|_| run.state == "running") {
        let below = progressing(ui, below, cx, job);
        models(ui, below, &model::live_models(job));
        return;
    }
    let looked = state.look_at(cx, run.run);
    let Some(Page::Run(page)) = looked.page.as_deref() else {
        parts::instead(ui, below, &looked, cx);
        return;
    };
    let below = told(ui, below, page);
    let labels = [
        TabLabel::new("Models").count(words::count(page.models.len() as u64)),
        TabLabel::new("Tests").count(words::count(page.tests.len() as u64)),
        TabLabel::new("Stages").count(words::count(page.stages.len() as u64)),
    ];
    const PARTS: [Part; 3] = [Part::Models, Part::Tests, Part::Stages];
    let strip = Rect::from_min_size(below.min, vec2(below.width(), 34.0));
    draw::hline(ui, rect.left(), rect.right(), strip.bottom() - 1.0, t.line);
    let on = PARTS.iter().position(|part| *part == state.part).unwrap_or(0);
    let chosen = tabs::tabs(ui, strip.with_min_x(strip.left() - 9.0), "run-parts", &labels, on, 9.0).0;
    if let Some(part) = chosen.and_then(|at| PARTS.get(at)) {
        state.part = *part;
    }
    let below = below.with_min_y(strip.bottom());
    match state.part {
        Part::Models => models(ui, below, &page.models),
        Part::Tests => tests(ui, below, cx, page),
        Part::Stages => stages(ui, below, page),
    }
}

/// Number, state and what can be done with its report.
fn head(ui: &Ui, inner: Rect, cx: &mut Cx<'_>, run: &RunLine) -> Rect {
    let t = tokens(ui);
    let line = Rect::from_min_size(inner.min, vec2(inner.width(), 40.0));
    let mut row = Row::new(ui, line, "run-head");
    row.heading(&format!("Run {}", model::number(run)), SECTION);
    row.gap(8.0);
    let (mood, word) = model::state(run);
    row.icon_fill(sign(mood), 14.0, color(t, mood)).gap(5.0);
    row.text(word, DENSE_M, color(t, mood));
    let save = Button::new("Save").name("Save the report of this run").icon(icon::EXPORT).words(false).kind(ButtonKind::Ghost);
    if run.state != "running" {
        if row.button_right(&save).clicked() {
            cx.act(Action::Pick(Pick::SaveReport(RunId(run.run))));
        }
        row.gap_right(4.0);
        let send = Button::new("Send").name("Send the report of this run").icon(icon::COMMENT).words(false).kind(ButtonKind::Ghost);
        if row.button_right(&send).clicked() {
            cx.send(Command::Runs(RunsDeed::SendReport { run: RunId(run.run) }));
        }
        row.gap_right(4.0);
    }
    if let Some(file) = &run.report.file {
        let open = Button::new("Open report").icon(icon::NOTE).tooltip("Opens in the browser; it needs no network");
        if row.button_right(&open).clicked() {
            ui.ctx().open_url(OpenUrl::new_tab(file_url(Path::new(file))));
        }
    }
    inner.with_min_y(line.bottom())
}

/// A file as a browser is told of it: every byte that is no plain letter is written in hexadecimal.
fn file_url(path: &Path) -> String {
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let text = path.display().to_string().replace('\\', "/");
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"/-_.~:".contains(&b);
    let escaped: String = text.bytes().map(|b| if plain(b) { char::from(b).to_string() } else { format!("%{b:02X}") }).collect();
    if escaped.starts_with('/') { format!("file://{escaped}") } else { format!("file:///{escaped}") }
}

/// How far a run is that goes on.
#[expect(clippy::cast_precision_loss, reason = "a bar on screen")]
fn progressing(ui: &Ui, rect: Rect, cx: &mut Cx<'_>, job: &JobProgress) -> Rect {
    let t = tokens(ui);
    let sample = &job.sample;
    let stage = words::capital(sample.stage.label());
    let at = if job.cancelling { "Stopping; the store stays as it was".to_owned() } else { stage };
    let line = Rect::from_min_size(rect.min, vec2(rect.width(), 28.0));
    let mut row = Row::new(ui, line, "run-going");
    let cancel = Button::new("Cancel").name("Cancel this run").icon(icon::CLOSE).keys("Esc").enabled(!job.cancelling);
    if row.button_right(&cancel).clicked() {
        cx.act(Action::CancelJob);
    }
    row.gap_right(8.0);
    row.text(&at, DENSE_M, t.t1);
    let share = (sample.total > 0).then(|| sample.done as f32 / sample.total as f32);
    let bar = Rect::from_min_size(pos2(rect.left(), line.bottom() + 6.0), vec2(rect.width(), 4.0));
    progress::paint(ui, bar, share);
    let counts = if sample.total > 0 {
        format!("{} of {}, {}", words::count(sample.done), words::count(sample.total), words::seconds(job.elapsed_secs))
    } else {
        words::seconds(job.elapsed_secs)
    };
    let below = Rect::from_min_size(pos2(rect.left(), bar.bottom() + 6.0), vec2(rect.width(), 16.0));
    let (taken, _) = draw::text_in_right(ui, below, &counts, DENSE, t.t2);
    draw::text_in(ui, below.with_max_x(below.right() - taken - 8.0), &sample.detail, DENSE, t.t2);
    let said = format!("{at}, {}, {counts}", sample.detail);
    draw::spoken(ui, bar.expand(4.0), ui.scope_id().with("run-progress"), Role::ProgressIndicator, &said);
    let bottom = below.bottom() + 10.0;
    draw::hline(ui, rect.left() - 16.0, rect.right() + 16.0, bottom, t.line);
    rect.with_min_y(bottom + 1.0)
}

/// When, by whom, what it saw, why it failed.
fn told(ui: &Ui, rect: Rect, page: &RunPage) -> Rect {
    let t = tokens(ui);
    let run = &page.line;
    let mut y = rect.top();
    let mut say = |text: &str, ink| {
        let galley = draw::wrapped(ui, text, DENSE, ink, rect.width());
        let place = Rect::from_min_size(pos2(rect.left(), y), galley.size());
        draw::spoken(ui, place, ui.scope_id().with(("run-told", y.to_bits())), Role::Label, text);
        ui.painter().galley(draw::snapped(ui, place.min), galley, ink);
        y = place.bottom() + 4.0;
    };
    say(&format!("{}, {}, by {}", words::date_and_time(&run.started_at), model::took(run), run.by), t.t2);
    if page.customers > 0 {
        let customers = words::counted(page.customers, "customer", "customers");
        let records = words::counted(page.source_records, "record", "records");
        say(&format!("{customers} from {records}, {}", words::counted(page.questions, "question", "questions")), t.t1);
    }
    if !run.message.is_empty() {
        say(&run.message, t.error.text);
    }
    for warning in page.warnings.iter().chain(page.why_not_published.as_ref()) {
        say(warning, t.warn.text);
    }
    if !run.report.message.is_empty() {
        say(&run.report.message, t.warn.text);
    }
    match run.report.mail {
        MailState::Off => {}
        MailState::Sent => say(&format!("The report was {}.", run.report.mail_message), t.t2),
        MailState::Failed => say(&format!("The report was not sent: {}", run.report.mail_message), t.warn.text),
    }
    rect.with_min_y(y + 4.0)
}

fn models(ui: &mut Ui, rect: Rect, models: &[ModelOutcome]) {
    if models.is_empty() {
        empty::show(ui, rect, icon::TABLE, "No model is built yet.", None);
        return;
    }
    // While they are built, the newest stays in view.
    let rows = area::Rows { count: models.len(), height: LINE, show: None };
    area::list(ui, rect, "run-models", rows, |ui, at, place| {
        let Some(one) = models.get(at) else { return };
        let t = tokens(ui);
        let (mood, word) = model::state_of_model(&one.state);
        draw::hline(ui, place.left(), place.right(), place.bottom() - 1.0, t.line);
        let mut row = Row::new(ui, place, ("run-model", at));
        row.icon_fill(sign(mood), 14.0, color(t, mood)).gap(7.0);
        let seconds = if one.state == "built" { format!("{:.2} s", one.seconds) } else { String::new() };
        row.text_right(&seconds, DENSE, t.t3);
        row.gap_right(10.0);
        let rows = if one.state == "built" { words::counted(one.rows, "row", "rows") } else { word.to_owned() };
        row.text_right(&rows, DENSE, if mood == Mood::Done { t.t1 } else { color(t, mood) });
        row.gap_right(8.0);
        row.text(&one.model, DENSE_M, if mood == Mood::Quiet { t.t3 } else { t.t1 });
        let more = [one.message.as_str(), one.note.as_str()].join(" ");
        let said = format!("{}, {word}, {rows} {seconds} {more}", one.model);
        let spoken = draw::spoken(ui, place, ui.scope_id().with(("run-model-said", at)), Role::Label, said.trim());
        if !more.trim().is_empty() {
            spoken.on_hover_text(more.trim());
        }
    });
}

fn tests(ui: &mut Ui, rect: Rect, cx: &mut Cx<'_>, page: &RunPage) {
    if page.tests.is_empty() {
        let words = match page.tests_run {
            0 => "It came to no test.".to_owned(),
            run => format!("{} passed.", words::counted(run, "test", "tests")),
        };
        empty::show(ui, rect, icon::SEAL, &words, None);
        return;
    }
    let mut opened: Option<&TestOutcome> = None;
    let rows = area::Rows { count: page.tests.len(), height: 48.0, show: None };
    area::list(ui, rect, "run-tests", rows, |ui, at, place| {
        let Some(one) = page.tests.get(at) else { return };
        let t = tokens(ui);
        let mood = if one.is_error() { Mood::Error } else { Mood::Warn };
        let said = format!("{}, {} of {}: {}", if one.is_error() { "Error" } else { "Warning" }, one.name, one.model, one.message);
        let response = draw::pressable(ui, place, ui.scope_id().with(("run-test", at)), Role::Button, &said, 0.0);
        if response.hovered() {
            draw::fill(ui, place, 0.0, t.hover);
        }
        draw::hline(ui, place.left(), place.right(), place.bottom() - 1.0, t.line);
        let mut row = Row::new(ui, place.with_max_y(place.top() + 28.0), ("run-test-row", at));
        row.icon_fill(sign(mood), 14.0, color(t, mood)).gap(7.0);
        row.text_right(&words::count(one.failing_rows), DENSE_M, t.t1);
        row.gap_right(8.0);
        row.text(&format!("{}, {}", one.model, one.name), DENSE_M, t.t1);
        let below = Rect::from_min_max(pos2(place.left() + 21.0, place.top() + 25.0), pos2(place.right(), place.bottom() - 5.0));
        draw::text_in(ui, below, &one.message, META, t.t2);
        if response.on_hover_text(&said).clicked() {
            opened = Some(one);
        }
    });
    if let Some(one) = opened {
        cx.act(Action::OpenTest { table: one.model.clone(), test: one.name.clone() });
    }
}

#[expect(clippy::cast_possible_truncation, reason = "a bar on screen")]
fn stages(ui: &mut Ui, rect: Rect, page: &RunPage) {
    if page.stages.is_empty() {
        empty::show(ui, rect, icon::CLOCK, "It came to no stage.", None);
        return;
    }
    let most = page.stages.iter().map(|(_, seconds)| *seconds).fold(0.0_f64, f64::max).max(1e-9);
    let rows = area::Rows { count: page.stages.len(), height: LINE, show: None };
    area::list(ui, rect, "run-stages", rows, |ui, at, place| {
        let Some((stage, seconds)) = page.stages.get(at) else { return };
        let t = tokens(ui);
        draw::hline(ui, place.left(), place.right(), place.bottom() - 1.0, t.line);
        let label = place.with_max_x(place.left() + place.width() * 0.5);
        draw::text_in(ui, label, &words::capital(stage), DENSE, t.t1);
        let value = format!("{seconds:.2} s");
        draw::text_in_right(ui, place.with_min_x(place.right() - 64.0), &value, DENSE, t.t1);
        let bar = Rect::from_min_max(pos2(label.right() + 8.0, place.center().y - 3.0), pos2(place.right() - 72.0, place.center().y + 3.0));
        draw::fill(ui, bar, 3.0, t.active);
        let width = bar.width() * (seconds / most) as f32;
        draw::fill(ui, Rect::from_min_size(bar.min, vec2(width, bar.height())), 3.0, t.series[0]);
        draw::spoken(ui, place, ui.scope_id().with(("run-stage", at)), Role::Label, &format!("{stage}, {value}"));
    });
}

#[cfg(test)]
mod tests {
    use super::file_url;
    use std::path::Path;

    #[test]
    fn a_report_with_spaces_in_its_path_opens() {
        assert_eq!(file_url(Path::new("/home/i f/reports/run-0012.html")), "file:///home/i%20f/reports/run-0012.html");
        assert_eq!(file_url(Path::new("/tmp/ü#1.html")), "file:///tmp/%C3%BC%231.html");
    }
}
