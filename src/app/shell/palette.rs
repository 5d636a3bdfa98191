//! Ctrl+K: actions, customers and tables by what is typed.

use egui::accesskit::Role;
use egui::{Area, Color32, Id, Key, Order, Rect, Sense, Ui, WidgetInfo, pos2, vec2};

use crate::app::cx::{Action, Cx, Nav};
use crate::app::theme::kind::{BODY, DENSE, META, META_B, icon};
use crate::app::theme::tokens;
use crate::app::widgets::{Field, Row, area, draw, hallmark};
use crate::base::CustomerKey;
use crate::engine::{ChurnDeed, Command, Page, Query};

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Palette {
    pub text: String,
    pub chosen: usize,
}

/// One line of the palette.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    pub group: &'static str,
    pub label: String,
    pub detail: String,
    pub keys: Option<&'static str>,
    pub deed: Deed,
    pub sources: Vec<String>,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Deed {
    Act(Action),
    Copy(String),
}

/// Places of Review by what one wants there.
const IN_REVIEW: [(&str, &str); 6] = [
    ("Review: decisions, who and when", "log"),
    ("Review: approve by evidence pattern", "bulk"),
    ("Review: audit deck, how right matching is", "audit"),
    ("Review: approve what others propose", "approve"),
    ("Review: survivorship rules of golden values", "rules"),
    ("Review: spellings of branches and complaints", "names"),
];

/// Tabs of Risk by what one wants there.
const IN_RISK: [(&str, &str); 5] = [
    ("Risk: who may leave, and what is done", "worklist"),
    ("Risk: how right the model is", "evaluation"),
    ("Risk: train, promote, retire models", "models"),
    ("Risk: drift of predictions", "monitoring"),
    ("Risk: what contacting customers costs and saves", "what_if"),
];

/// Actions whose words hold every word that was typed.
pub fn actions(text: &str, open: bool) -> Vec<Entry> {
    let entry = |label: &str, keys, action| Entry {
        group: "Actions",
        label: label.to_owned(),
        detail: String::new(),
        keys,
        deed: Deed::Act(action),
        sources: Vec::new(),
    };
    let mut all = Vec::new();
    if open {
        for nav in Nav::ALL {
            all.push(entry(&format!("Go to {}", nav.title()), Some(nav.keys()), Action::Go(nav)));
        }
        for (label, place) in IN_REVIEW {
            all.push(entry(label, None, Action::OpenReview(place)));
        }
        for (label, tab) in IN_RISK {
            all.push(entry(label, None, Action::OpenRisk(tab)));
        }
        all.push(entry(
            "Score customers with the model in production, and publish",
            None,
            Action::Send(Command::Churn(ChurnDeed::Score { publish: true })),
        ));
        all.push(entry("Run: match, build, test", Some("F5"), Action::Send(Command::Run { publish: false, full_refresh: false })));
        all.push(entry("Run and publish", None, Action::Send(Command::Run { publish: true, full_refresh: false })));
        all.push(entry("Run everything from bronze again", None, Action::Send(Command::Run { publish: false, full_refresh: true })));
        all.push(entry("Add files", Some("Ctrl O"), Action::AskFiles));
        all.push(entry("Undo the last decision", Some("Ctrl Z"), Action::Undo));
        all.push(entry("Mask personal data, or show them", Some("F9"), Action::ToggleMask));
        all.push(entry("Cancel the running job", Some("Esc"), Action::CancelJob));
    }
    all.push(entry("Open a workspace", None, Action::AskWorkspace));
    all.push(entry("New from a folder of files", Some("Ctrl N"), Action::AskNew { from: None }));
    all.push(entry("Start page", None, Action::Start));
    all.push(entry("Change the theme", None, Action::NextTheme));
    all.push(entry("Larger", Some("Ctrl +"), Action::Zoom(1)));
    all.push(entry("Smaller", Some("Ctrl \u{2212}"), Action::Zoom(-1)));
    all.push(entry("Keys of this page", Some("F1"), Action::Keys));
    let wanted = text.to_lowercase();
    all.retain(|entry| wanted.split_whitespace().all(|word| entry.label.to_lowercase().contains(word)));
    all
}

fn entries(text: &str, cx: &mut Cx<'_>) -> (Vec<Entry>, bool) {
    let open = cx.data.status.is_some();
    let mut all = actions(text, open);
    let text = text.trim();
    if !open || text.is_empty() {
        return (all, false);
    }
    let looked = cx.data.look(&Query::Palette { text: text.to_owned() });
    if let Some(Page::Palette(found)) = looked.page.as_deref() {
        let customers = found.customers.iter().map(|row| Entry {
            group: "Customers",
            label: row.name.clone(),
            detail: [row.key.to_string().as_str(), &row.email, &row.phone]
                .iter()
                .filter(|part| !part.is_empty())
                .copied()
                .collect::<Vec<_>>()
                .join("  "),
            keys: None,
            deed: Deed::Act(Action::OpenCustomer(CustomerKey(row.key.0))),
            sources: row.sources.clone(),
        });
        let tables = found.tables.iter().map(|table| Entry {
            group: "Tables",
            label: table.clone(),
            detail: "copies the name, for karat query".to_owned(),
            keys: None,
            deed: Deed::Copy(table.clone()),
            sources: Vec::new(),
        });
        // People search for customers more than for deeds.
        all = customers.chain(all).chain(tables).collect();
    }
    (all, looked.waiting)
}

/// True: closed.
pub fn show(ui: &Ui, palette: &mut Palette, cx: &mut Cx<'_>) -> bool {
    let t = tokens(ui);
    let screen = ui.ctx().content_rect();
    let width = (screen.width() * 0.5).clamp(420.0, 620.0);
    let (entries, waiting) = entries(&palette.text, cx);
    palette.chosen = palette.chosen.min(entries.len().saturating_sub(1));
    let most = (screen.height() - 160.0).clamp(160.0, 440.0);
    let rows = f32::from(u16::try_from(entries.len()).unwrap_or(u16::MAX)) * 36.0;
    let list_height = if entries.is_empty() { 56.0 } else { (rows + 12.0).min(most) };
    let rect = Rect::from_min_size(pos2((screen.center().x - width / 2.0).round(), 56.0), vec2(width, 52.0 + list_height));
    let mut close = false;
    let mut deed = None;
    Area::new(Id::unique("palette")).order(Order::Foreground).fixed_pos(screen.min).constrain(false).show(ui.ctx(), |ui| {
        ui.set_clip_rect(screen);
        let veil = ui.interact(screen, Id::unique("palette-veil"), Sense::click());
        draw::fill(ui, screen, 0.0, Color32::from_black_alpha(if t.dark { 100 } else { 40 }));
        ui.painter().add(egui::Shadow { offset: [0, 4], blur: 16, spread: 0, color: t.shadow }.as_shape(rect, 10.0));
        draw::boxed(ui, rect, 10.0, t.bg1, t.line2, 1.0);
        ui.interact(rect, Id::unique("palette-body"), Sense::click());
        let field = Field {
            id: Id::unique("palette-field"),
            name: "Search customers, tables and actions",
            hint: "Name, e-mail, phone, any id, a table, or what to do",
            icon: Some(icon::SEARCH),
            keys: Some("Esc"),
            mono: false,
        };
        let place = Rect::from_min_size(rect.min + vec2(10.0, 10.0), vec2(width - 20.0, 32.0));
        let before = palette.text.clone();
        let (down, up, enter) = ui.input_mut(|input| {
            let none = egui::Modifiers::NONE;
            (input.consume_key(none, Key::ArrowDown), input.consume_key(none, Key::ArrowUp), input.consume_key(none, Key::Enter))
        });
        let response = field.show(ui, place, &mut palette.text);
        response.request_focus();
        if palette.text != before {
            palette.chosen = 0;
        }
        if down {
            palette.chosen = (palette.chosen + 1).min(entries.len().saturating_sub(1));
        }
        if up {
            palette.chosen = palette.chosen.saturating_sub(1);
        }
        draw::hline(ui, rect.left(), rect.right(), rect.top() + 51.0, t.line);
        let list = Rect::from_min_max(pos2(rect.left() + 6.0, rect.top() + 58.0), pos2(rect.right() - 6.0, rect.bottom() - 6.0));
        if entries.is_empty() {
            let words = if waiting {
                "Searching\u{2026}"
            } else {
                "Nothing has that name. Part of a name, an e-mail, a phone number or an id will do."
            };
            draw::text_in(ui, list.shrink2(vec2(10.0, 0.0)), words, DENSE, t.t2);
        }
        let shown = area::Rows { count: entries.len(), height: 36.0, show: Some(palette.chosen) };
        area::list(ui, list, "palette-list", shown, |ui, at, row| {
            let Some(entry) = entries.get(at) else { return };
            let first = at == 0 || entries.get(at - 1).is_some_and(|before| before.group != entry.group);
            if line(ui, row, entry, at == palette.chosen, first).clicked() {
                deed = Some(entry.deed.clone());
            }
        });
        if enter {
            deed = deed.take().or_else(|| entries.get(palette.chosen).map(|entry| entry.deed.clone()));
        }
        close = veil.clicked();
    });
    match deed {
        Some(Deed::Act(action)) => {
            cx.act(action);
            true
        }
        Some(Deed::Copy(text)) => {
            cx.act(Action::Tell(format!("Copied {text}. Use it in karat query.")));
            ui.ctx().copy_text(text);
            true
        }
        None => close,
    }
}

fn line(ui: &Ui, rect: Rect, entry: &Entry, chosen: bool, first: bool) -> egui::Response {
    let t = tokens(ui);
    let response = ui.interact(rect, ui.scope_id().with(("palette", entry.group, &entry.label, &entry.detail)), Sense::click());
    response.widget_info(|| WidgetInfo::selected(Role::ListBoxOption, true, chosen, &entry.label));
    if chosen {
        draw::fill(ui, rect, 6.0, t.acc.tint);
    } else if response.hovered() {
        draw::fill(ui, rect, 6.0, t.hover);
    }
    let mut row = Row::new(ui, rect.shrink2(vec2(10.0, 0.0)), ("palette-row", entry.group, &entry.label));
    if let Some(keys) = entry.keys {
        row.kbd_right(keys).gap_right(8.0);
    }
    if first {
        row.text_right(entry.group, META_B, t.t3);
        row.gap_right(10.0);
    }
    if !entry.sources.is_empty() {
        let width = hallmark::paint_groups(ui, row.left, row.middle, std::slice::from_ref(&entry.sources));
        row.gap(width + 4.0);
    }
    row.text(&entry.label, BODY, t.t1);
    row.gap(10.0);
    if row.room() > 40.0 {
        row.text(&entry.detail, META, t.t3);
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_typed_word_must_be_in_the_label() {
        let found = actions("run pub", true);
        assert_eq!(found.iter().map(|entry| entry.label.as_str()).collect::<Vec<_>>(), ["Run and publish"]);
        assert!(actions("go to", false).is_empty());
    }
}
