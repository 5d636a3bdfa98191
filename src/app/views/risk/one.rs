//! The one that is chosen: probability, reasons, what to do, what was done; or where its row comes from.

use egui::{Id, Key, Modifiers, Popup, Rect, Ui, pos2, vec2};

use super::{Risk, customers, model, owner_id, paint};
use crate::app::cx::{Action, Cx};
use crate::app::theme::kind::{BODY_M, DENSE, DENSE_B, KPI, META, SECTION, icon};
use crate::app::theme::tokens;
use crate::app::views::origin;
use crate::app::views::parts::{self, Lines};
use crate::app::widgets::{Button, ButtonKind, ButtonSize, Field, Row, area, draw, menu, tabs};
use crate::app::words;
use crate::engine::churn_deed::Target;
use crate::engine::pages::{ChurnPage, RiskRow, WorkOutcome, WorkStatus};
use crate::engine::{ChurnDeed, Command, DataQuery, Page, Query};

/// How high what is done about a customer stands.
pub const WORK: f32 = 236.0;

pub fn show(ui: &mut Ui, rect: Rect, cx: &mut Cx<'_>, state: &mut Risk, page: &ChurnPage, row: &RiskRow) {
    let inner = rect.shrink2(vec2(16.0, 0.0));
    let top = head(ui, inner, cx, state, page, row);
    let body = inner.with_min_y(top);
    if state.shows_origin {
        sources(ui, body, cx, page, row);
        return;
    }
    let work_height = if page.target == Target::Churn && row.customer.is_some() { WORK } else { 0.0 };
    let upper = body.with_max_y((body.bottom() - work_height).max(body.top() + 60.0));
    area::scroll(ui, upper, "risk-reasons", |ui, place| reasons(ui, place, page, row));
    if work_height > 0.0 {
        work(ui, body.with_min_y(upper.bottom()), cx, state, row);
    }
}

/// Name, probability, ways on; returns where it ends.
fn head(ui: &Ui, inner: Rect, cx: &mut Cx<'_>, state: &mut Risk, page: &ChurnPage, row: &RiskRow) -> f32 {
    let t = tokens(ui);
    let line = |top: f32, height: f32| Rect::from_min_size(pos2(inner.left(), inner.top() + top), vec2(inner.width(), height));
    let mut title = Row::new(ui, line(10.0, 24.0), "risk-name");
    title.chip_right(None, row.tier.name(), customers::tone(t, row.tier));
    title.gap_right(8.0);
    let name = if row.name.is_empty() { model::id(row) } else { row.name.clone() };
    title.heading(&name, SECTION);
    let mut under = Row::new(ui, line(34.0, 18.0), "risk-under");
    let key = row.customer.map(|key| key.to_string()).unwrap_or_default();
    let facts: Vec<&str> =
        [row.loan.as_deref().unwrap_or_default(), &key, &row.branch].into_iter().filter(|text| !text.is_empty()).collect();
    under.text(&facts.join(", "), DENSE, t.t2);
    let mut big = Row::new(ui, line(56.0, 32.0), "risk-probability");
    big.text(&words::percent(row.probability), KPI, t.t1);
    big.gap(8.0);
    let what = if page.target == Target::Churn { "likely to be gone in 90 days" } else { "likely to default" };
    big.text(what, DENSE, t.t3);
    let mut loss = Row::new(ui, line(88.0, 18.0), "risk-loss");
    let currency = row.currency.as_deref();
    let base = if page.target == Target::Churn { "balance" } else { "outstanding" };
    let said = format!(
        "Expected loss {} of {} {base}",
        model::money(row.expected_loss(), currency),
        model::money(row.exposure_minor.map(real), currency)
    );
    loss.text(&said, DENSE, t.t1);
    let mut ways = Row::new(ui, line(112.0, 28.0), "risk-ways");
    if let Some(customer) = row.customer
        && ways.button(&Button::new("Open the customer").icon(icon::USER).keys("\u{21b5}")).clicked()
    {
        cx.act(Action::OpenCustomer(customer));
    }
    ways.gap(8.0);
    let label = if state.shows_origin { "Reasons" } else { "Source rows" };
    let button = Button::new(label).name(if state.shows_origin { "Back to the reasons" } else { "Where this row comes from" }).keys("R");
    if ways.button(&button).clicked() {
        state.shows_origin = !state.shows_origin;
    }
    draw::hline(ui, inner.left() - 16.0, inner.right() + 16.0, inner.top() + 146.0, t.line);
    inner.top() + 148.0
}

#[expect(clippy::cast_precision_loss, reason = "money on screen")]
fn real(minor: i64) -> f64 {
    minor as f64
}

fn reasons(ui: &mut Ui, place: Rect, page: &ChurnPage, row: &RiskRow) -> f32 {
    let t = tokens(ui);
    let mut text = Lines { ui, inner: place, y: place.top() + 6.0, said: 0 };
    if !row.recommended_action.is_empty() {
        text.say(&row.recommended_action, BODY_M, t.t1);
    }
    text.title("Why, the strongest first");
    let most = row.contributions.iter().fold(1e-9_f64, |most, one| most.max(one.abs()));
    for (reason, part) in row.reasons.iter().zip(&row.contributions) {
        text.say(reason, DENSE, t.t1);
        let y = text.y;
        let track = Rect::from_min_size(pos2(place.left(), y), vec2(place.width() - 60.0, 4.0));
        #[expect(clippy::cast_possible_truncation, reason = "a width on screen")]
        let share = (part.abs() / most).clamp(0.0, 1.0) as f32;
        let color = if *part > 0.0 { t.con } else { t.pro };
        draw::fill(ui, track.with_max_x(track.left() + track.width() * share), 2.0, color);
        let number = Rect::from_min_size(pos2(place.right() - 54.0, y - 8.0), vec2(54.0, 18.0));
        draw::text_in_right(ui, number, &format!("{part:+.2}"), META, t.t3);
        text.y += 12.0;
    }
    text.say("Log odds that each adds to the average.", META, t.t3);
    if let Some(score) = row.rule_score {
        text.say(&format!("The rule gives {score} of 100, without a model."), DENSE, t.t2);
    }
    if page.is_masked {
        text.say("Names are masked (F9).", META, t.t3);
    }
    text.y - place.top() + 8.0
}

fn sources(ui: &mut Ui, body: Rect, cx: &mut Cx<'_>, page: &ChurnPage, row: &RiskRow) {
    let table = page.target.predictions();
    let mut line = Row::new(ui, body.with_max_y(body.top() + 32.0), "risk-origin");
    if line.button_right(&Button::new("Query").name("All rows in Query").icon(icon::SQL).kind(ButtonKind::Ghost)).clicked() {
        paint::to_query(cx, table);
    }
    line.heading("Where this row comes from", DENSE_B);
    let body = body.with_min_y(body.top() + 36.0);
    let looked = cx.data.look(&Query::Data(DataQuery::RowLineage { table: table.to_owned(), key: vec![model::id(row)] }));
    match looked.page.as_deref() {
        Some(Page::RowLineage(lineage)) => origin::steps(ui, body, lineage),
        _ => {
            parts::instead(ui, body, &looked, cx);
        }
    }
}

/// What is done about the customer: owner, campaign, status, outcome.
fn work(ui: &mut Ui, rect: Rect, cx: &mut Cx<'_>, state: &mut Risk, row: &RiskRow) {
    let t = tokens(ui);
    let Some(customer) = row.customer else { return };
    let entry = row.work.as_ref();
    let kept = model::Draft::of(customer, entry.map(|entry| &entry.work));
    let mut draft = state.draft.take().filter(|draft| draft.customer == customer).unwrap_or_else(|| kept.clone());
    draw::hline(ui, rect.left() - 16.0, rect.right() + 16.0, rect.top(), t.line);
    let line = |top: f32, height: f32| Rect::from_min_size(pos2(rect.left(), rect.top() + top), vec2(rect.width(), height));
    let mut title = Row::new(ui, line(8.0, 24.0), "risk-work");
    if title.button_right(&Button::new("Give to me").icon(icon::ASSIGN).kind(ButtonKind::Ghost)).clicked() {
        draft.owner = cx.data.user();
    }
    title.heading("What is done", DENSE_B);
    for (top, name, id, hint, text) in [
        (36.0, "Owner", owner_id(), "Who takes care", &mut draft.owner),
        (70.0, "Campaign", Id::unique("risk-campaign"), "Spring fee waiver", &mut draft.campaign),
    ] {
        let place = line(top, 28.0);
        draw::text_in(ui, place.with_max_x(place.left() + 72.0), name, DENSE, t.t2);
        let keys = (name == "Owner").then_some("E");
        Field { id, name, hint, icon: None, keys, mono: false }.show(ui, place.with_min_x(place.left() + 76.0), text);
    }
    let labels: Vec<String> = WorkStatus::ALL.iter().map(|status| model::status_name(*status).to_owned()).collect();
    let on = WorkStatus::ALL.iter().position(|status| *status == draft.status).unwrap_or(0);
    if let Some(at) = tabs::segments(ui, rect.left(), rect.top() + 122.0, "risk-status", &labels, on) {
        draft.status = WorkStatus::ALL.get(at).copied().unwrap_or_default();
    }
    let mut row_of = Row::new(ui, line(144.0, 28.0), "risk-outcome");
    let now = model::outcome_name(draft.outcome);
    let name = format!("Outcome, now {now}");
    let outcome = row_of.button(&Button::new(now).name(&name).after(icon::DOWN));
    Popup::menu(&outcome).show(|ui| {
        menu::width(ui, 200.0);
        for one in std::iter::once(None).chain(WorkOutcome::ALL.map(Some)) {
            if menu::choice(ui, model::outcome_name(one), draft.outcome == one).clicked() {
                draft.outcome = one;
                ui.close();
            }
        }
    });
    let changed = draft != kept;
    let save = Button::new("Save").name("Save what is done").keys("Ctrl \u{21b5}").kind(ButtonKind::Primary).size(ButtonSize::Medium);
    let by_keys = !cx.covered && ui.input_mut(|input| input.consume_key(Modifiers::COMMAND, Key::Enter));
    if (row_of.button_right(&save.enabled(changed)).clicked() || by_keys) && changed {
        let user = cx.data.user();
        cx.send(Command::Churn(ChurnDeed::Work { customer, work: draft.work(), user }));
    }
    if let Some(entry) = entry {
        let mut last = Row::new(ui, line(180.0, 24.0), "risk-entry");
        if last.button_right(&Button::new("Take back").name("Take the last entry back").icon(icon::UNDO).kind(ButtonKind::Ghost)).clicked()
        {
            let user = cx.data.user();
            cx.send(Command::Churn(ChurnDeed::UndoWork { entry: entry.entry, user }));
        }
        last.gap_right(6.0);
        last.text(&format!("Entry {} by {}, {}", entry.entry, entry.author, words::moment(&entry.at)), META, t.t3);
    }
    state.draft = changed.then_some(draft);
}
