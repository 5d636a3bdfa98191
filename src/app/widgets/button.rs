//! Buttons: primary (one per view), secondary, ghost, link and danger; three sizes; a key cap where there is a key.

use egui::accesskit::Role;
use egui::{Color32, Pos2, Rect, Response, Ui, pos2, vec2};

use super::{draw, kbd};
use crate::app::theme::kind::{BODY_M, DENSE_M, Kind};
use crate::app::theme::{Tokens, mix, tokens};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ButtonKind {
    Primary,
    #[default]
    Secondary,
    Ghost,
    /// A ghost in the accent's colour.
    Link,
    Danger,
    /// Filled danger, only in the dialog that asks.
    DangerFilled,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ButtonSize {
    /// 24 high.
    #[default]
    Small,
    /// 28 high.
    Medium,
    /// 36 high: decisions.
    Large,
}

/// `label` is also the accessible name.
#[derive(Debug, Clone)]
pub struct Button<'a> {
    label: &'a str,
    name: Option<&'a str>,
    icon: Option<char>,
    icon_fill: bool,
    after: Option<char>,
    keys: Option<&'a str>,
    kind: ButtonKind,
    size: ButtonSize,
    enabled: bool,
    words: bool,
    salt: u64,
    tooltip: Option<&'a str>,
}

impl<'a> Button<'a> {
    pub fn new(label: &'a str) -> Self {
        Self {
            label,
            name: None,
            icon: None,
            icon_fill: false,
            after: None,
            keys: None,
            kind: ButtonKind::default(),
            size: ButtonSize::default(),
            enabled: true,
            words: true,
            salt: 0,
            tooltip: None,
        }
    }

    pub fn kind(mut self, kind: ButtonKind) -> Self {
        self.kind = kind;
        self
    }

    pub fn size(mut self, size: ButtonSize) -> Self {
        self.size = size;
        self
    }

    pub fn icon(mut self, icon: char) -> Self {
        self.icon = Some(icon);
        self
    }

    pub fn icon_fill(mut self, icon: char) -> Self {
        self.icon = Some(icon);
        self.icon_fill = true;
        self
    }

    /// A small icon behind the words: a caret.
    pub fn after(mut self, icon: char) -> Self {
        self.after = Some(icon);
        self
    }

    pub fn keys(mut self, keys: &'a str) -> Self {
        self.keys = Some(keys);
        self
    }

    pub fn enabled(mut self, enabled: bool) -> Self {
        self.enabled = enabled;
        self
    }

    /// Without words only the icon and the key stay; the name is then the tooltip.
    pub fn words(mut self, words: bool) -> Self {
        self.words = words;
        self
    }

    /// Another accessible name than the label: "Restore v40" for "Restore".
    pub fn name(mut self, name: &'a str) -> Self {
        self.name = Some(name);
        self
    }

    pub fn salt(mut self, salt: u64) -> Self {
        self.salt = salt;
        self
    }

    pub fn tooltip(mut self, tooltip: &'a str) -> Self {
        self.tooltip = Some(tooltip);
        self
    }

    fn measures(&self) -> (f32, f32, f32, f32, Kind) {
        // height, padding, gap, icon, type
        let bare = !self.words && self.keys.is_none();
        match self.size {
            ButtonSize::Small => (24.0, if bare { 5.0 } else { 8.0 }, 5.0, 14.0, DENSE_M),
            ButtonSize::Medium => (28.0, if bare { 6.0 } else { 10.0 }, 6.0, 16.0, BODY_M),
            ButtonSize::Large => (36.0, 14.0, 6.0, 16.0, BODY_M),
        }
    }

    pub fn height(&self) -> f32 {
        self.measures().0
    }

    pub fn width(&self, ui: &Ui) -> f32 {
        let (_, padding, gap, icon, kind) = self.measures();
        let mut parts = Vec::with_capacity(4);
        if self.icon.is_some() {
            parts.push(icon);
        }
        if self.words && !self.label.is_empty() {
            parts.push(draw::line(ui, self.label, kind, Color32::PLACEHOLDER).size().x);
        }
        if self.after.is_some() {
            parts.push(12.0);
        }
        if let Some(keys) = self.keys {
            parts.push(kbd::width(ui, keys));
        }
        let gaps = parts.len().saturating_sub(1);
        let gaps = u8::try_from(gaps).map_or(0.0, f32::from) * gap;
        (parts.iter().sum::<f32>() + gaps + 2.0 * padding).round()
    }

    /// Shown with its left middle at `at`.
    pub fn show(&self, ui: &Ui, at: Pos2) -> Response {
        let height = self.height();
        let rect = Rect::from_min_size(draw::snapped(ui, pos2(at.x, at.y - height / 2.0)), vec2(self.width(ui), height));
        self.show_in(ui, rect)
    }

    /// Shown over the whole of `rect`, its content in the middle.
    pub fn show_in(&self, ui: &Ui, rect: Rect) -> Response {
        let name = self.name.unwrap_or(self.label);
        let id = ui.scope_id().with(("button", name, self.salt));
        let response = draw::pressable_if(ui, rect, id, Role::Button, name, 6.0, self.enabled);
        self.paint(ui, rect, &response);
        match (self.tooltip, self.words) {
            (Some(tooltip), _) => response.on_hover_text(tooltip),
            (None, false) => response.on_hover_text(name),
            (None, true) => response,
        }
    }

    fn colors(&self, t: &Tokens, response: &Response) -> (Color32, Color32, Color32, Color32) {
        // fill, stroke, text, icon
        let hovered = self.enabled && response.hovered();
        let pressed = self.enabled && response.is_pointer_button_down_on();
        let quiet = |over: Color32| {
            if pressed {
                t.active
            } else if hovered {
                t.hover
            } else {
                over
            }
        };
        match self.kind {
            ButtonKind::Primary => {
                let fill = if hovered { t.accent_hover } else { t.accent };
                (fill, fill, t.on_accent, t.on_accent)
            }
            ButtonKind::Secondary => (quiet(t.bg1), t.line2, t.t1, t.t2),
            ButtonKind::Ghost => (quiet(Color32::TRANSPARENT), Color32::TRANSPARENT, t.t2, t.t2),
            ButtonKind::Link => {
                let fill = if hovered { t.acc.tint } else { Color32::TRANSPARENT };
                (fill, Color32::TRANSPARENT, t.acc.text, t.acc.text)
            }
            ButtonKind::Danger => {
                let fill = if hovered { t.error.tint } else { t.bg1 };
                (fill, t.error.text, t.error.text, t.error.text)
            }
            ButtonKind::DangerFilled => (t.error.text, t.error.text, t.bg1, t.bg1),
        }
    }

    fn paint(&self, ui: &Ui, rect: Rect, response: &Response) {
        let t = tokens(ui);
        let (mut fill, mut stroke, mut text, mut icon_color) = self.colors(t, response);
        if !self.enabled {
            let faded = |color: Color32| if color == Color32::TRANSPARENT { color } else { mix(color, t.bg1, 0.45) };
            if self.kind == ButtonKind::Primary {
                fill = faded(fill);
                stroke = fill;
                text = mix(text, fill, 0.7);
                icon_color = text;
            } else {
                stroke = faded(stroke);
                text = mix(text, t.bg1, 0.55);
                icon_color = text;
            }
        }
        draw::boxed(ui, rect, 6.0, fill, stroke, 1.0);
        let (_, padding, gap, icon, kind) = self.measures();
        let middle = rect.center().y;
        let mut x = rect.left() + padding + ((rect.width() - self.width(ui)) / 2.0).max(0.0);
        if let Some(code) = self.icon {
            let center = pos2(x + icon / 2.0, middle);
            if self.icon_fill {
                draw::icon_fill(ui, center, code, icon, icon_color);
            } else {
                draw::icon(ui, center, code, icon, icon_color);
            }
            x += icon + gap;
        }
        if self.words && !self.label.is_empty() {
            let galley = draw::line(ui, self.label, kind, text);
            draw::put(ui, &galley, x, middle);
            x += galley.size().x + gap;
        }
        if let Some(code) = self.after {
            draw::icon(ui, pos2(x + 6.0, middle), code, 12.0, icon_color);
            x += 12.0 + gap;
        }
        if let Some(keys) = self.keys {
            let (key_text, key_stroke, key_fill) = match self.kind {
                ButtonKind::Primary => (t.on_accent, Color32::from_white_alpha(102), Color32::TRANSPARENT),
                ButtonKind::DangerFilled => (t.bg1, Color32::from_white_alpha(102), Color32::TRANSPARENT),
                _ => (t.t2, t.line2, t.bg2),
            };
            kbd::paint_in(ui, x, middle, keys, key_text, key_stroke, key_fill);
        }
    }
}
