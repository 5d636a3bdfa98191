//! The mark of a source: shape, letter and colour, everywhere the same.

use egui::{Align2, Color32, Pos2, Rect, Shape, Stroke, Ui, Vec2, vec2};

use super::draw;
use crate::app::theme::kind::Face;
use crate::app::theme::{Tokens, tokens};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outline {
    Square,
    Circle,
    Hexagon,
    Octagon,
}

/// What a source system looks like and is called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hallmark {
    pub letter: char,
    /// "ERP"
    pub short: String,
    pub outline: Outline,
    known: Option<Known>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Known {
    Erp,
    Crm,
    App,
    Sheets,
}

/// `erpnext` and so on; a system that is not known takes its first letter on grey, the shapes repeat.
pub fn of(system: &str) -> Hallmark {
    let known = |letter, short: &str, outline, known| Hallmark { letter, short: short.to_owned(), outline, known: Some(known) };
    match system.to_ascii_lowercase().as_str() {
        "erpnext" | "erp" => known('E', "ERP", Outline::Square, Known::Erp),
        "salesforce" | "crm" => known('C', "CRM", Outline::Circle, Known::Crm),
        "supabase" | "app" => known('A', "App", Outline::Hexagon, Known::App),
        "google_sheets" | "sheets" => known('S', "Sheets", Outline::Octagon, Known::Sheets),
        other => {
            let letter = other.chars().find(|c| c.is_alphanumeric()).unwrap_or('?').to_ascii_uppercase();
            let outline = match other.len() % 4 {
                0 => Outline::Square,
                1 => Outline::Circle,
                2 => Outline::Hexagon,
                _ => Outline::Octagon,
            };
            let mut short = system.replace('_', " ");
            if let Some(first) = short.get_mut(0..1) {
                first.make_ascii_uppercase();
            }
            Hallmark { letter, short, outline, known: None }
        }
    }
}

impl Hallmark {
    pub fn color(&self, t: &Tokens) -> Color32 {
        match self.known {
            Some(Known::Erp) => t.erp,
            Some(Known::Crm) => t.crm,
            Some(Known::App) => t.app,
            Some(Known::Sheets) => t.sheets,
            None => t.other,
        }
    }
}

/// Points in a unit square, clockwise.
fn polygon(outline: Outline) -> &'static [(f32, f32)] {
    match outline {
        Outline::Hexagon => &[(0.5, 0.0), (0.95, 0.25), (0.95, 0.75), (0.5, 1.0), (0.05, 0.75), (0.05, 0.25)],
        _ => &[(0.28, 0.0), (0.72, 0.0), (1.0, 0.28), (1.0, 0.72), (0.72, 1.0), (0.28, 1.0), (0.0, 0.72), (0.0, 0.28)],
    }
}

/// 14, 16 or 28 wide.
pub fn paint(ui: &Ui, center: Pos2, system: &str, size: f32) {
    let t = tokens(ui);
    let mark = of(system);
    let rect = Rect::from_center_size(draw::snapped(ui, center - Vec2::splat(size / 2.0)) + Vec2::splat(size / 2.0), Vec2::splat(size));
    let color = mark.color(t);
    match mark.outline {
        Outline::Square => draw::fill(ui, rect, if size > 20.0 { 5.0 } else { 3.0 }, color),
        Outline::Circle => {
            ui.painter().circle_filled(rect.center(), size / 2.0, color);
        }
        outline => shape(ui, rect, outline, color),
    }
    let font = Face::Semibold.at(if size > 20.0 {
        15.0
    } else if size > 15.0 {
        10.0
    } else {
        9.0
    });
    let galley = ui.painter().layout_no_wrap(mark.letter.to_string(), font, t.on_source);
    let at = Align2::CENTER_CENTER.anchor_size(rect.center(), galley.size());
    ui.painter().galley(draw::snapped(ui, at.min), galley, t.on_source);
}

/// The octagon of a golden record, with initials.
pub fn paint_initials(ui: &Ui, rect: Rect, initials: &str) {
    let t = tokens(ui);
    shape(ui, rect, Outline::Octagon, t.gold.tint);
    draw::text(ui, rect.center(), Align2::CENTER_CENTER, initials, crate::app::theme::kind::BODY_B, t.gold.text);
}

fn shape(ui: &Ui, rect: Rect, outline: Outline, color: Color32) {
    let points = polygon(outline).iter().map(|(x, y)| rect.min + vec2(x * rect.width(), y * rect.height())).collect();
    ui.painter().add(Shape::convex_polygon(points, color, Stroke::NONE));
}

/// Several in a row, groups apart by a dot. Returns the width.
pub fn paint_groups(ui: &Ui, left: f32, middle: f32, groups: &[Vec<String>]) -> f32 {
    let t = tokens(ui);
    let mut x = left;
    for (at, group) in groups.iter().enumerate() {
        if at > 0 {
            ui.painter().circle_filled(egui::pos2(x + 3.5, middle), 1.25, t.t3);
            x += 10.0;
        }
        for system in group {
            paint(ui, egui::pos2(x + 7.0, middle), system, 14.0);
            x += 17.0;
        }
    }
    x - left
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_systems_keep_their_mark_and_others_take_a_letter_on_grey() {
        assert_eq!((of("erpnext").letter, of("erpnext").outline), ('E', Outline::Square));
        assert_eq!(of("supabase").outline, Outline::Hexagon);
        let other = of("bank_core");
        assert_eq!(
            (other.letter, other.short.as_str(), other.color(&crate::app::theme::LIGHT)),
            ('B', "Bank core", crate::app::theme::LIGHT.other)
        );
    }
}
