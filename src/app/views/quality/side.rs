//! Findings and tests at the right; suggested tests and drift in the middle.

use egui::accesskit::Role;
use egui::{Align2, Rect, Ui, pos2, vec2};

use super::{Quality, Tab, model};
use crate::app::cx::Cx;
use crate::app::theme::kind::{DENSE, DENSE_B, DENSE_M, META, MONO_S, icon};
use crate::app::theme::{Tokens, Tone, tokens};
use crate::app::widgets::table::{Cell, Column, Table};
use crate::app::widgets::{Button, ButtonKind, ButtonSize, Row, area, draw, empty, sparkline};
use crate::app::words;
use crate::engine::data_deed::Filter;
use crate::engine::pages::{Gravity, SuggestedTest, TableFinding, TableQualityPage, TableTest};
use crate::engine::{Command, DataDeed};

const HEAD: f32 = 36.0;
const FINDING: f32 = 48.0;

pub fn show(ui: &mut Ui, rect: Rect, state: &mut Quality, page: &TableQualityPage) {
    let t = tokens(ui);
    draw::fill(ui, rect, 0.0, t.bg1);
    draw::vline(ui, rect.left(), rect.top(), rect.bottom(), t.line);
    let rect = rect.with_min_x(rect.left() + 1.0);
    #[expect(clippy::cast_precision_loss, reason = "a place on screen")]
    let wanted = HEAD + FINDING * page.findings.len().max(1) as f32;
    let upper = Rect::from_min_size(rect.min, vec2(rect.width(), wanted.min(rect.height() * 0.45)));
    findings(ui, upper, state, page);
    tests(ui, rect.with_min_y(upper.bottom()), state, page);
}

fn findings(ui: &mut Ui, rect: Rect, state: &mut Quality, page: &TableQualityPage) {
    let t = tokens(ui);
    let count = |gravity: Gravity| page.findings.iter().filter(|finding| finding.gravity == gravity).count() as u64;
    let mut row = head(ui, rect, "Findings");
    for (count, tone) in [(count(Gravity::Info), t.info), (count(Gravity::Warn), t.warn)] {
        if count > 0 {
            row.chip_right(None, &words::count(count), tone);
            row.gap_right(6.0);
        }
    }
    let body = rect.with_min_y(rect.top() + HEAD);
    if page.findings.is_empty() {
        draw::text(ui, body.left_center() + vec2(12.0, 0.0), Align2::LEFT_CENTER, "Nothing stands out.", DENSE, t.t3);
        return;
    }
    let rows = area::Rows { count: page.findings.len(), height: FINDING, show: None };
    let mut opened = None;
    area::list(ui, body, "quality-findings", rows, |ui, at, place| {
        if let Some(finding) = page.findings.get(at)
            && finding_row(ui, place, at, finding)
        {
            opened = Some(Filter::Where { column: finding.column.clone(), condition: finding.condition.clone() });
        }
    });
    if let Some(filter) = opened {
        state.only(filter);
    }
}

fn finding_row(ui: &Ui, rect: Rect, at: usize, finding: &TableFinding) -> bool {
    let t = tokens(ui);
    let said = format!("{}. {}", finding.title, finding.detail);
    let response = draw::pressable(ui, rect, ui.scope_id().with(("finding", at)), Role::Button, &said, 0.0);
    if response.hovered() {
        draw::fill(ui, rect, 0.0, t.hover);
    }
    draw::hline(ui, rect.left(), rect.right(), rect.bottom() - 1.0, t.line);
    let (code, tone) = if finding.gravity == Gravity::Warn { (icon::WARN, t.warn) } else { (icon::INFO, t.info) };
    draw::icon_fill(ui, pos2(rect.left() + 18.0, rect.center().y), code, 14.0, tone.text);
    let rows = if finding.rows > 0 { words::counted(finding.rows, "row", "rows") } else { String::new() };
    let (taken, _) = draw::text_in_right(ui, rect.with_max_x(rect.right() - 12.0), &rows, DENSE_M, t.acc.text);
    let text = Rect::from_min_max(pos2(rect.left() + 34.0, rect.top() + 6.0), pos2(rect.right() - taken - 20.0, rect.top() + 24.0));
    let (_, cut) = draw::text_in(ui, text, &finding.title, DENSE_M, t.t1);
    draw::text_in(ui, text.translate(vec2(0.0, 18.0)), &finding.detail, DENSE, t.t2);
    let response = if cut { response.on_hover_text(&said) } else { response };
    response.clicked()
}

fn head<'u>(ui: &'u Ui, rect: Rect, title: &str) -> Row<'u> {
    let t = tokens(ui);
    let head = Rect::from_min_size(rect.min, vec2(rect.width(), HEAD));
    draw::hline(ui, head.left(), head.right(), head.bottom() - 1.0, t.line);
    let mut row = Row::new(ui, head.shrink2(vec2(12.0, 0.0)), ("quality-side", title));
    row.heading(title, DENSE_B);
    row.gap(8.0);
    row
}

const TESTS: [Column<'static>; 4] =
    [Column::fixed("Result", 84.0), Column::flex("Test", 1.0, 80.0), Column::fixed("Rows", 48.0).right(), Column::fixed("Runs", 58.0)];

fn outcome<'t>(t: &'t Tokens, test: &TableTest) -> (char, &'t Tone, &'static str) {
    match test.outcome.as_str() {
        "error" => (icon::ERROR, &t.error, "Error"),
        "broken" => (icon::ERROR, &t.error, "Broken"),
        "warn" => (icon::WARN, &t.warn, "Warning"),
        _ => (icon::OK, &t.ok, "Pass"),
    }
}

fn tests(ui: &mut Ui, rect: Rect, state: &mut Quality, page: &TableQualityPage) {
    let t = tokens(ui);
    draw::hline(ui, rect.left(), rect.right(), rect.top(), t.line);
    let mut row = head(ui, rect, "Tests");
    if let Some(at) = &page.tested_at {
        row.text(&words::moment(at), META, t.t3);
    }
    let count = |outcomes: &[&str]| page.tests.iter().filter(|test| outcomes.contains(&test.outcome.as_str())).count() as u64;
    let passed = format!("{} pass", words::count(count(&["pass"])));
    if !page.tests.is_empty() {
        row.chip_right(None, &passed, Tone { text: t.t2, tint: t.active });
        row.gap_right(6.0);
    }
    for (count, tone) in [(count(&["warn"]), t.warn), (count(&["error", "broken"]), t.error)] {
        if count > 0 {
            row.chip_right(None, &words::count(count), tone);
            row.gap_right(6.0);
        }
    }
    let mut body = rect.with_min_y(rect.top() + HEAD);
    if page.tests.is_empty() {
        empty::show(ui, body, icon::SEAL, "No test of this table was run. Its suggested tests are a beginning.", None);
        return;
    }
    if let Some(words) = model::stopped(page) {
        let galley = draw::wrapped(ui, &words, DENSE, t.t1, body.width() - 66.0);
        let high = galley.size().y + 20.0;
        let place =
            Rect::from_min_max(pos2(body.left() + 12.0, body.bottom() - high - 12.0), pos2(body.right() - 12.0, body.bottom() - 12.0));
        draw::fill(ui, place, 6.0, t.error.tint);
        draw::icon(ui, place.min + vec2(16.0, 18.0), icon::ERROR, 16.0, t.error.text);
        draw::spoken(ui, place, ui.scope_id().with("quality-stopped"), Role::Label, &words);
        ui.painter().galley(draw::snapped(ui, place.min + vec2(32.0, 10.0)), galley, t.t1);
        body.max.y = place.top() - 8.0;
    }
    let texts = |at: usize| {
        page.tests
            .get(at)
            .map(|test| vec![outcome(t, test).2.to_owned(), test.message.clone(), words::count(test.failing_rows), String::new()])
            .unwrap_or_default()
    };
    let selected = page.tests.iter().position(|test| Some(&test.name) == state.test.as_ref());
    let table = Table {
        salt: "quality-tests",
        name: "Tests",
        columns: &TESTS,
        rows: page.tests.len(),
        row_height: 32.0,
        selected,
        show: None,
        sort: None,
        texts: &texts,
    };
    let answer = table.show(ui, body, |cell, at, column| {
        if let Some(test) = page.tests.get(at) {
            test_cell(cell, test, at, column);
        }
    });
    if let Some(test) = answer.clicked.and_then(|at| page.tests.get(at)) {
        state.test = Some(test.name.clone());
        state.row = None;
        state.tab = Tab::Rows;
    }
}

fn test_cell(cell: &mut Cell<'_>, test: &TableTest, at: usize, column: usize) {
    let t = cell.t;
    let (code, tone, label) = outcome(t, test);
    match column {
        0 => {
            let mut row = cell.row(("quality-test", at));
            row.icon_fill(code, 14.0, tone.text).gap(6.0);
            row.text(label, DENSE_M, tone.text);
        }
        1 => {
            let mut row = cell.row(("quality-test-name", at));
            let kind = if test.kind == "promise" { &test.name } else { &test.kind };
            row.text(kind, DENSE_M, t.t1);
            row.gap(5.0);
            row.text(test.column.as_deref().unwrap_or_default(), DENSE, t.t2);
            cell.cut = true;
        }
        2 => cell.text(&words::count(test.failing_rows), DENSE, if test.failing_rows > 0 { t.t1 } else { t.t3 }),
        _ => sparkline::paint(cell.ui, Rect::from_center_size(cell.rect.center(), vec2(cell.rect.width(), 20.0)), &test.trend),
    }
}

const SUGGESTION: f32 = 56.0;

/// Tests that the profile speaks for; one press makes one.
pub fn suggested(ui: &mut Ui, rect: Rect, cx: &mut Cx<'_>, page: &TableQualityPage) {
    if page.suggested.is_empty() {
        empty::show(ui, rect, icon::SEAL, "Nothing is suggested that is not tested already.", None);
        return;
    }
    let rows = area::Rows { count: page.suggested.len(), height: SUGGESTION, show: None };
    let mut added: Option<&SuggestedTest> = None;
    area::list(ui, rect, "quality-suggested", rows, |ui, at, place| {
        let Some(one) = page.suggested.get(at) else { return };
        let t = tokens(ui);
        draw::hline(ui, place.left(), place.right(), place.bottom() - 1.0, t.line);
        let mut row = Row::new(ui, place.shrink2(vec2(16.0, 0.0)), ("quality-suggestion", at));
        let name = format!("Add the test {}", one.title);
        let button = Button::new("Add").icon(icon::PLUS).size(ButtonSize::Small).kind(ButtonKind::Secondary).name(&name).salt(at as u64);
        if row.button_right(&button).clicked() {
            added = Some(one);
        }
        row.gap_right(12.0);
        let text = Rect::from_min_max(pos2(row.left, place.top() + 9.0), pos2(row.right, place.top() + 27.0));
        draw::text_in(ui, text, &one.title, DENSE_M, t.t1);
        let toml = one.toml.lines().skip(1).collect::<Vec<_>>().join("  ");
        draw::text_in(ui, text.translate(vec2(0.0, 20.0)), &toml, MONO_S, t.t3);
    });
    if let Some(one) = added {
        cx.send(Command::Data(DataDeed::AddTest { test: Box::new(one.test.clone()) }));
    }
}

/// Columns that came, went or changed between files.
pub fn drift(ui: &mut Ui, rect: Rect, page: &TableQualityPage) {
    if page.drift.is_empty() {
        empty::show(ui, rect, icon::TABLE, "No column came, went or changed its type.", None);
        return;
    }
    let rows = area::Rows { count: page.drift.len(), height: 32.0, show: None };
    area::list(ui, rect, "quality-drift", rows, |ui, at, place| {
        let Some(text) = page.drift.get(at) else { return };
        let t = tokens(ui);
        draw::hline(ui, place.left(), place.right(), place.bottom() - 1.0, t.line);
        draw::spoken(ui, place, ui.scope_id().with(("quality-drift", at)), Role::Label, text);
        draw::text_in(ui, place.shrink2(vec2(16.0, 0.0)), text, DENSE, t.t1);
    });
}
