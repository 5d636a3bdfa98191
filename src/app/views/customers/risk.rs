//! How likely a customer is to leave: the tier, where they stand on the scale, the reasons with what each adds, what to do.

use egui::accesskit::Role;
use egui::{Align2, Rect, Ui, pos2, vec2};

use super::model;
use crate::app::cx::{Action, Cx};
use crate::app::theme::kind::{DENSE, DENSE_M, KPI, META, icon};
use crate::app::theme::{mix, tokens};
use crate::app::views::risk::tone;
use crate::app::widgets::{Button, Row, draw};
use crate::base::CustomerKey;
use crate::engine::pages::{CustomerRisk, RiskJudge};

const SCALE: f32 = 96.0;
const WHY: f32 = 24.0;
const REASON: f32 = 30.0;
const ADVICE: f32 = 76.0;
/// Reasons shown; the rules may have more.
const MOST: usize = 5;

/// How high its content stands.
pub fn height(risk: &CustomerRisk) -> f32 {
    let reasons = f32::from(u8::try_from(risk.reasons.len().clamp(1, MOST)).unwrap_or(1));
    SCALE + WHY + reasons * REASON + ADVICE
}

pub fn show(ui: &mut Ui, body: Rect, cx: &mut Cx<'_>, customer: CustomerKey, risk: &CustomerRisk) {
    let t = tokens(ui);
    let (figure, what) = model::judged(risk);
    let inner = body.shrink2(vec2(12.0, 0.0));
    let line = |top: f32, height: f32| Rect::from_min_size(pos2(inner.left(), top), vec2(inner.width(), height));
    let head = line(body.top() + 6.0, 30.0);
    let mut big = Row::new(ui, head, "customer-risk");
    big.text(&figure, KPI, t.t1);
    big.chip_right(None, risk.tier.name(), tone(t, risk.tier));
    draw::spoken(ui, head, ui.scope_id().with("customer-risk-figure"), Role::Label, &format!("{figure} {what}: {}", risk.tier.name()));
    draw::text_in(ui, line(head.bottom(), 16.0), &what, META, t.t3);
    scale(ui, line(head.bottom() + 24.0, 32.0), risk);
    draw::hline(ui, body.left(), body.right(), body.top() + SCALE, t.line);
    let top = reasons(ui, inner.with_min_y(body.top() + SCALE).with_max_y(body.bottom() - ADVICE), risk) + 4.0;
    draw::text_in(ui, line(top, 16.0), "Recommended", META, t.t3);
    draw::text_in(ui, line(top + 16.0, 18.0), &risk.recommended_action, DENSE_M, t.t1);
    let mut ways = Row::new(ui, line(top + 38.0, 28.0), "customer-risk-ways");
    if matches!(risk.judge, RiskJudge::Model { .. }) {
        if ways.button(&Button::new("Open in the worklist").icon(icon::TASKS)).clicked() {
            cx.act(Action::OpenWorklist(customer));
        }
    } else if !risk.reasons.is_empty() && ways.button(&Button::new("Rows behind it").icon(icon::SQL)).clicked() {
        cx.act(Action::OpenQuery(format!(
            "SELECT * FROM gold.customer_risk_factor WHERE customer_key = '{customer}' ORDER BY points DESC"
        )));
    }
}

/// The tiers as bands, the customer as a mark.
fn scale(ui: &Ui, rect: Rect, risk: &CustomerRisk) {
    #[expect(clippy::cast_possible_truncation, reason = "a place on screen")]
    let at = |share: f64| rect.left() + rect.width() * share as f32;
    let t = tokens(ui);
    let (top, bottom) = (rect.top(), rect.top() + 8.0);
    let [medium, high, critical] = risk.bands;
    let bands =
        [(0.0, medium, 0.0, "Low"), (medium, high, 0.22, "Medium"), (high, critical, 0.45, "High"), (critical, 1.0, 0.85, "Critical")];
    draw::fill(ui, Rect::from_min_max(pos2(rect.left(), top), pos2(rect.right(), bottom)), 4.0, t.hover);
    for (index, (from, to, ink, name)) in bands.into_iter().enumerate() {
        let band = Rect::from_min_max(pos2(at(from), top), pos2(at(to), bottom));
        if index == 3 {
            ui.painter().rect_filled(band, draw::corners(0, 4, 4, 0), mix(t.con, t.bg1, ink));
        } else if index > 0 {
            draw::fill(ui, band, 0.0, mix(t.con, t.bg1, ink));
        }
        let width = draw::line(ui, name, META, t.t3).size().x;
        if width <= band.width() {
            let (x, anchor) = if index == 0 { (band.left(), Align2::LEFT_CENTER) } else { (band.center().x, Align2::CENTER_CENTER) };
            draw::text(ui, pos2(x, bottom + 12.0), anchor, name, META, t.t3);
        }
    }
    let mark =
        Rect::from_center_size(pos2(at(model::place(risk)).clamp(rect.left() + 2.0, rect.right() - 2.0), top + 4.0), vec2(3.0, 14.0));
    draw::fill(ui, mark.expand(2.0), 3.0, t.bg1);
    draw::fill(ui, mark, 2.0, t.t1);
}

/// Per reason a line and under it a bar, right of the middle where it speaks for leaving; as many as there is room for. Returns where they end.
fn reasons(ui: &Ui, rect: Rect, risk: &CustomerRisk) -> f32 {
    let t = tokens(ui);
    let why = match risk.judge {
        RiskJudge::Model { .. } => "Why, in log odds against the average",
        RiskJudge::Rule { .. } => "Why, in points",
    };
    draw::text_in(ui, Rect::from_min_size(rect.min + vec2(0.0, 6.0), vec2(rect.width(), 16.0)), why, META, t.t3);
    let mut y = rect.top() + WHY;
    if risk.reasons.is_empty() {
        draw::text_in(ui, Rect::from_min_size(pos2(rect.left(), y), vec2(rect.width(), 20.0)), "Nothing speaks for it.", DENSE, t.t2);
        return y + REASON;
    }
    let most = risk.reasons.iter().fold(1e-9_f64, |most, (_, value)| most.max(value.abs()));
    let is_both = risk.reasons.iter().any(|(_, value)| *value < 0.0);
    let right = rect.right() - 48.0;
    let zero = if is_both { rect.left().midpoint(right) } else { rect.left() };
    for (at, (text, value)) in risk.reasons.iter().take(MOST).enumerate() {
        // A pixel is what rounding may take.
        if at > 0 && y + REASON > rect.bottom() + 1.0 {
            break;
        }
        let row = Rect::from_min_size(pos2(rect.left(), y), vec2(rect.width(), REASON));
        let number = model::contribution(risk, *value);
        let (_, cut) = draw::text_in(ui, Rect::from_min_max(row.min, pos2(right, y + 20.0)), text, DENSE, t.t1);
        #[expect(clippy::cast_possible_truncation, reason = "a width on screen")]
        let end = zero + (*value / most) as f32 * (right - zero);
        let bar = Rect::from_min_max(pos2(zero.min(end), y + 21.0), pos2(zero.max(end), y + 25.0));
        draw::fill(ui, Rect::from_min_max(pos2(rect.left(), y + 21.0), pos2(right, y + 25.0)), 2.0, t.hover);
        draw::fill(ui, bar, 2.0, if *value > 0.0 { t.con } else { t.pro });
        draw::text_in_right(ui, row.with_max_y(y + 26.0), &number, DENSE_M, t.t1);
        let heard = draw::spoken(ui, row, ui.scope_id().with(("customer-risk-reason", at)), Role::Label, &format!("{text} {number}"));
        if cut {
            heard.on_hover_text(text);
        }
        y += REASON;
    }
    y
}
