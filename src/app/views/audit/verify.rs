//! Is everything what was written? What was found, what no check of this kind can find; and the copies of control.db.

use std::path::PathBuf;

use egui::accesskit::Role;
use egui::{Rect, Ui, pos2, vec2};

use super::{Audit, model, trust};
use crate::app::cx::{Action, Cx, Pick, TrustAsk};
use crate::app::theme::kind::{BODY_M, DENSE, DENSE_B, DENSE_M, META, icon};
use crate::app::theme::tokens;
use crate::app::views::parts;
use crate::app::widgets::{Button, ButtonKind, Row, area, draw, empty};
use crate::app::words;
use crate::engine::pages::{BackupRow, TrustPage, VerifyPage};
use crate::engine::{Command, Page, Query, TrustDeed, TrustQuery};

pub fn show(ui: &mut Ui, mut row: Row<'_>, body: Rect, cx: &mut Cx<'_>, state: &mut Audit) {
    let t = tokens(ui);
    draw::fill(ui, body, 0.0, t.bg2);
    let verify = Button::new(if state.checking { "Checked" } else { "Verify" }).name("Verify everything").icon(icon::SEAL);
    if row.button_right(&verify.kind(ButtonKind::Primary).enabled(!state.checking)).clicked() {
        state.checking = true;
    }
    let inner = body.shrink2(vec2(16.0, 12.0));
    let right = inner.with_min_x(inner.right() - if inner.width() > 1300.0 { 520.0 } else { 400.0 });
    let left = inner.with_max_x(right.left() - 12.0);
    draw::panel(ui, left);
    if state.checking {
        if let Some(page) = state.look(ui, left, cx, TrustQuery::Verify)
            && let Some(TrustPage::Verify(page)) = trust(&page)
        {
            found(ui, left, page);
        }
    } else {
        let words = "Reads every file and goes through the whole log: the chain of its rows, the copies of its end in gold and backups, each signature, each decision.";
        let button = Button::new("Verify now");
        if empty::show(ui, left, icon::SEAL, words, Some(&button)).is_some_and(|pressed| pressed.clicked()) {
            state.checking = true;
        }
    }
    copies(ui, right, cx);
}

fn found(ui: &mut Ui, rect: Rect, page: &VerifyPage) {
    let t = tokens(ui);
    area::scroll(ui, rect.shrink(1.0), "verify", |ui, place| {
        let inner = place.shrink2(vec2(16.0, 0.0));
        let mut y = inner.top() + 14.0;
        let damaged = page.files.iter().filter(|file| !file.is_whole).count();
        let (code, color, said) = match (page.audit.findings.len(), damaged) {
            (0, 0) => (icon::OK, t.ok.text, "Everything is as it was written, as far as can be told.".to_owned()),
            (findings, damaged) => {
                let found = words::counted((findings + damaged) as u64, "thing is", "things are");
                (icon::ERROR, t.error.text, format!("{found} not as written."))
            }
        };
        draw::icon_fill(ui, pos2(inner.left() + 8.0, y + 9.0), code, 16.0, color);
        let line = Rect::from_min_size(pos2(inner.left() + 26.0, y), vec2(inner.width() - 26.0, 18.0));
        draw::text_in(ui, line, &said, BODY_M, t.t1);
        draw::spoken(ui, line, ui.scope_id().with("verified"), Role::Status, &said);
        y = line.bottom() + 4.0;
        y = paragraph(ui, inner, y, &model::looked_at(&page.audit), false) + 4.0;
        for finding in &page.audit.findings {
            y = paragraph(ui, inner, y, &format!("{}, {}: {}", finding.place, finding.kind.replace('_', " "), finding.text), true);
        }
        y = heading(ui, inner, y + 10.0, "Files");
        for file in &page.files {
            let name =
                std::path::Path::new(&file.file).file_name().map_or_else(|| file.file.clone(), |name| name.to_string_lossy().into_owned());
            y = paragraph(ui, inner, y, &format!("{name}: {}", file.state), !file.is_whole);
        }
        y = heading(ui, inner, y + 10.0, "Good to know, and what no such check can find");
        for remark in &page.audit.remarks {
            y = paragraph(ui, inner, y, remark, false);
        }
        y - place.top() + 12.0
    });
}

fn heading(ui: &Ui, inner: Rect, y: f32, text: &str) -> f32 {
    let place = Rect::from_min_size(pos2(inner.left(), y), vec2(inner.width(), 18.0));
    draw::text_in(ui, place, text, DENSE_B, tokens(ui).t2);
    draw::spoken(ui, place, ui.scope_id().with(("verify-head", text)), Role::Heading, text);
    place.bottom() + 4.0
}

fn paragraph(ui: &Ui, inner: Rect, y: f32, text: &str, wrong: bool) -> f32 {
    let t = tokens(ui);
    let left = if wrong { 22.0 } else { 0.0 };
    let galley = draw::wrapped(ui, text, DENSE, t.t1, inner.width() - left);
    let place = Rect::from_min_size(pos2(inner.left() + left, y), galley.size());
    if wrong {
        draw::icon_fill(ui, pos2(inner.left() + 8.0, y + 8.0), icon::ERROR, 14.0, t.error.text);
    }
    draw::spoken(ui, place, ui.scope_id().with(("verify-line", text)), Role::Label, text);
    ui.painter().galley(draw::snapped(ui, place.min), galley, t.t1);
    place.bottom() + 4.0
}

fn copies(ui: &mut Ui, rect: Rect, cx: &mut Cx<'_>) {
    let t = tokens(ui);
    let (mut row, body) = parts::panel(ui, rect, "Copies of control.db", true);
    if row.button_right(&Button::new("Copy to").name("Copy control.db to a file").icon(icon::EXPORT)).clicked() {
        cx.act(Action::Pick(Pick::SaveBackup));
    }
    row.gap_right(6.0);
    if row.button_right(&Button::new("Copy now").name("Copy control.db now")).clicked() {
        let user = cx.data.user();
        cx.send(Command::Trust(TrustDeed::Backup { to: None, user }));
    }
    let looked = cx.data.look(&Query::Trust(TrustQuery::Backups));
    let Some(Page::Trust(page)) = looked.page.as_deref() else {
        parts::instead(ui, body, &looked, cx);
        return;
    };
    let TrustPage::Backups(rows) = page.as_ref() else { return };
    if rows.is_empty() {
        empty::show(ui, body, icon::CLOCK, "No copy yet: one is made after every 25 decisions and when the workspace is closed.", None);
        return;
    }
    let shown = area::Rows { count: rows.len(), height: 46.0, show: None };
    area::list(ui, body, "copies", shown, |ui, at, place| {
        let Some(one) = rows.get(at) else { return };
        copy(ui, place, cx, one, at);
        draw::hline(ui, place.left(), place.right(), place.bottom() - 1.0, t.line);
    });
    parts::panel_edge(ui, rect);
}

fn copy(ui: &Ui, place: Rect, cx: &mut Cx<'_>, one: &BackupRow, at: usize) {
    let t = tokens(ui);
    let name = format!("the copy of {}", words::date_and_time(&one.newest));
    let inner = place.shrink2(vec2(12.0, 0.0));
    let mut row = Row::new(ui, inner, ("copy", at));
    let said = format!("Restore {name}");
    let button = Button::new("Restore").name(&said).salt(at as u64).enabled(one.refused_because.is_none());
    if row.button_right(&button).clicked() {
        cx.act(Action::AskTrust(TrustAsk::Restore { file: PathBuf::from(&one.file), name: name.clone() }));
    }
    let right = row.right - 8.0;
    let upper = Rect::from_min_max(pos2(inner.left(), place.top() + 5.0), pos2(right, place.top() + 23.0));
    let lower = Rect::from_min_max(pos2(inner.left(), place.top() + 23.0), pos2(right, place.top() + 40.0));
    match &one.refused_because {
        Some(why) => {
            draw::text_in(ui, upper, "Cannot be used", DENSE_M, t.error.text);
            draw::text_in(ui, lower, why, META, t.t2);
            draw::spoken(ui, lower, ui.scope_id().with(("copy-why", at)), Role::Label, why).on_hover_text(why);
        }
        None => {
            draw::text_in(ui, upper, &format!("Up to {}", words::date_and_time(&one.newest)), DENSE_M, t.t1);
            let count = |number: i64, one, many| words::counted(u64::try_from(number).unwrap_or_default(), one, many);
            let what = format!(
                "{}, {}, {}",
                count(one.decisions, "decision", "decisions"),
                count(one.audit_rows, "row of the log", "rows of the log"),
                words::bytes(one.size_bytes)
            );
            draw::text_in(ui, lower, &what, META, t.t2);
            draw::spoken(ui, upper.union(lower), ui.scope_id().with(("copy-what", at)), Role::Label, &format!("{name}: {what}"))
                .on_hover_text(&one.file);
        }
    }
}
