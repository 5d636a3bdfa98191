//! Hands the tokens to egui's own widgets (text fields, scroll bars, tooltips).

use egui::{Color32, Context, CornerRadius, FontId, Margin, Shadow, Stroke, Style, TextStyle, Theme, Vec2, Visuals};

use super::kind::Face;
use super::{DARK, LIGHT, Tokens, fonts};

/// Registers fonts and both looks. Once per context.
pub fn apply(ctx: &Context) {
    ctx.set_fonts(fonts::definitions());
    ctx.set_style_of(Theme::Light, style(&LIGHT));
    ctx.set_style_of(Theme::Dark, style(&DARK));
}

fn style(t: &Tokens) -> Style {
    let mut style = Style { visuals: visuals(t), animation_time: 0.08, ..Style::default() };
    let ui = |size: f32| -> FontId { Face::Regular.at(size) };
    style.text_styles = [
        (TextStyle::Small, ui(11.0)),
        (TextStyle::Body, ui(13.0)),
        (TextStyle::Button, Face::Medium.at(13.0)),
        (TextStyle::Heading, Face::Semibold.at(18.0)),
        (TextStyle::Monospace, Face::Mono.at(12.0)),
    ]
    .into();
    let spacing = &mut style.spacing;
    spacing.item_spacing = Vec2::new(8.0, 4.0);
    spacing.button_padding = Vec2::new(10.0, 5.0);
    spacing.interact_size.y = 28.0;
    spacing.window_margin = Margin::same(16);
    spacing.menu_margin = Margin::same(4);
    spacing.tooltip_width = 320.0;
    spacing.scroll = egui::style::ScrollStyle::floating();
    spacing.scroll.bar_width = 8.0;
    spacing.scroll.floating_width = 4.0;
    style.interaction.tooltip_delay = 0.4;
    style.interaction.selectable_labels = false;
    style.url_in_tooltip = true;
    style
}

fn visuals(t: &Tokens) -> Visuals {
    let mut v = if t.dark { Visuals::dark() } else { Visuals::light() };
    let round = CornerRadius::same(6);
    v.override_text_color = None;
    v.weak_text_color = Some(t.t3);
    v.panel_fill = t.bg1;
    v.faint_bg_color = t.bg2;
    v.extreme_bg_color = t.bg1;
    v.text_edit_bg_color = Some(t.bg1);
    v.code_bg_color = t.bg2;
    v.window_fill = t.bg1;
    v.window_stroke = Stroke::new(1.0, t.line2);
    v.window_corner_radius = CornerRadius::same(10);
    v.menu_corner_radius = CornerRadius::same(8);
    v.hyperlink_color = t.acc.text;
    v.warn_fg_color = t.warn.text;
    v.error_fg_color = t.error.text;
    v.selection.bg_fill = t.acc.tint;
    v.selection.stroke = Stroke::new(1.0, t.accent);
    let shadow = Shadow { offset: [0, 4], blur: 16, spread: 0, color: t.shadow };
    v.popup_shadow = shadow;
    v.window_shadow = shadow;
    let set = |w: &mut egui::style::WidgetVisuals, bg: Color32, stroke: Color32, fg: Color32| {
        w.bg_fill = bg;
        w.weak_bg_fill = bg;
        w.bg_stroke = Stroke::new(1.0, stroke);
        w.fg_stroke = Stroke::new(1.0, fg);
        w.corner_radius = round;
        w.expansion = 0.0;
    };
    set(&mut v.widgets.noninteractive, t.bg1, t.line, t.t1);
    set(&mut v.widgets.inactive, t.line2, t.line2, t.t1);
    set(&mut v.widgets.hovered, t.edge, t.edge, t.t1);
    set(&mut v.widgets.active, t.t3, t.accent, t.t1);
    set(&mut v.widgets.open, t.active, t.line2, t.t1);
    v.text_cursor.stroke = Stroke::new(1.5, t.accent);
    v
}
