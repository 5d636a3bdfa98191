//! Erasing a person: what would be destroyed, what stays, and the key to be typed before it is.

use egui::accesskit::Role;
use egui::{Id, Key, Rect, Ui, pos2, vec2};

use crate::app::cx::Cx;
use crate::app::theme::kind::{BODY, DENSE, SECTION, icon};
use crate::app::theme::tokens;
use crate::app::views::parts;
use crate::app::widgets::{Button, ButtonKind, ButtonSize, Field, Row, draw};
use crate::app::words;
use crate::base::CustomerKey;
use crate::engine::pages::{ErasurePage, TrustPage};
use crate::engine::{Page, Query, TrustQuery};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Out {
    Nothing,
    Leave,
    Erase,
}

/// What is said before anything is typed.
fn told(page: &ErasurePage) -> Vec<String> {
    let shared = match page.shared_values {
        0 => String::new(),
        n => format!(" {} other customers have too and stay with them.", words::counted(n, "value", "values")),
    };
    vec![
        format!(
            "{} and {} are destroyed in every layer, in the decisions, in what people wrote, and in every copy of control.db in this workspace.{shared}",
            words::counted(page.records.len() as u64, "record", "records"),
            words::counted(page.values, "value", "values")
        ),
        format!("Records: {}.", page.records.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")),
        "Keys and hashes stay, so that nothing brings the person back: files that name them again come in without their values.".to_owned(),
        "This cannot be undone. Copies outside of this workspace (packs, exports, source files) are yours to destroy.".to_owned(),
    ]
}

pub fn show(ui: &mut Ui, rect: Rect, cx: &mut Cx<'_>, key: CustomerKey, typed: &mut String, fresh: &mut bool) -> Out {
    let t = tokens(ui);
    draw::fill(ui, rect, 0.0, t.bg1);
    let inner = rect.shrink2(vec2(24.0, 20.0));
    let inner = inner.with_max_x(inner.right().min(inner.left() + 760.0));
    let mut out = Out::Nothing;
    {
        let mut row = Row::new(ui, Rect::from_min_size(inner.min, vec2(inner.width(), 28.0)), "erase-head");
        row.icon(icon::WARN, 20.0, t.error.text).gap(8.0);
        row.heading(&format!("Erase {key}?"), SECTION);
        if row.button_right(&Button::new("Back to the customer").keys("Esc").kind(ButtonKind::Ghost)).clicked() {
            out = Out::Leave;
        }
    }
    let looked = cx.data.look(&Query::Trust(TrustQuery::Erasure { key: key.to_string() }));
    let page = match looked.page.as_deref() {
        Some(Page::Trust(page)) => match page.as_ref() {
            TrustPage::Erasure(page) => page,
            _ => return out,
        },
        _ => {
            parts::instead(ui, inner.with_min_y(inner.top() + 40.0), &looked, cx);
            return out;
        }
    };
    let mut y = inner.top() + 44.0;
    for (at, line) in told(page).iter().enumerate() {
        let galley = draw::wrapped(ui, line, BODY, t.t1, inner.width());
        let place = Rect::from_min_size(pos2(inner.left(), y), galley.size());
        draw::spoken(ui, place, ui.scope_id().with(("erase", at)), Role::Label, line);
        ui.painter().galley(draw::snapped(ui, place.min), galley, t.t1);
        y = place.bottom() + 8.0;
    }
    let name = format!("Type {key} to confirm");
    draw::text_in(ui, Rect::from_min_size(pos2(inner.left(), y + 8.0), vec2(inner.width(), 18.0)), &name, DENSE, t.t2);
    let field = Field { id: Id::unique("erase-key"), name: &name, hint: "", icon: None, keys: None, mono: true };
    let response = field.show(ui, Rect::from_min_size(pos2(inner.left(), y + 30.0), vec2(240.0, 30.0)), typed);
    if std::mem::take(fresh) {
        response.request_focus();
    }
    let ready = typed.trim().eq_ignore_ascii_case(&key.to_string());
    let label = format!("Erase {key}");
    let button = Button::new(&label).kind(ButtonKind::Danger).size(ButtonSize::Medium).enabled(ready);
    let pressed = button.show(ui, pos2(inner.left() + 252.0, y + 45.0)).clicked();
    let entered = response.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
    if ready && (pressed || entered) { Out::Erase } else { out }
}
