//! Places inside a page: a child at a rectangle, a scrolling list of equal rows, scrolling content of a known height.

use egui::scroll_area::ScrollBarVisibility;
use egui::{Rect, ScrollArea, Ui, UiBuilder, Vec2, pos2, vec2};

/// A child that lives in `rect` and is cut there.
pub fn child(ui: &mut Ui, rect: Rect, salt: impl std::hash::Hash + std::fmt::Debug) -> Ui {
    let mut child = ui.new_child(UiBuilder::new().max_rect(rect).id_salt(("area", salt)));
    child.set_clip_rect(rect.intersect(ui.clip_rect()));
    child.spacing_mut().item_spacing = Vec2::ZERO;
    child
}

/// What a list is drawn from: how many rows, how high, and the one to bring into view.
#[derive(Debug, Clone, Copy)]
pub struct Rows {
    pub count: usize,
    pub height: f32,
    /// Scrolls so that this row can be seen.
    pub show: Option<usize>,
}

#[expect(clippy::cast_precision_loss, reason = "a place on screen")]
pub fn row_top(top: f32, height: f32, at: usize) -> f32 {
    top + height * at as f32
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a place on screen, clamped")]
fn visible(rows: Rows, from: f32, to: f32) -> std::ops::Range<usize> {
    let first = (from / rows.height).floor().max(0.0) as usize;
    let last = (to / rows.height).ceil().max(0.0) as usize;
    first.min(rows.count)..last.min(rows.count)
}

/// Only the rows that can be seen are drawn.
pub fn list(ui: &mut Ui, rect: Rect, salt: &str, rows: Rows, mut draw: impl FnMut(&mut Ui, usize, Rect)) {
    let mut place = child(ui, rect, salt);
    let mut area = ScrollArea::vertical().id_salt(salt).auto_shrink(false).scroll_bar_visibility(ScrollBarVisibility::VisibleWhenNeeded);
    if let Some(at) = rows.show {
        let id = place.scope_id().with(("scrolled-to", salt));
        let known = egui::containers::scroll_area::State::load(place.ctx(), place.make_persistent_id(salt));
        let before = place.data(id);
        if before != Some(at) {
            place.set_data(id, at);
            let offset = known.map_or(0.0, |state| state.clamped_offset().y);
            let top = row_top(0.0, rows.height, at);
            let wanted = offset.min(top).max(top + rows.height - rect.height());
            area = area.vertical_scroll_offset(wanted.max(0.0));
        }
    }
    area.show_viewport(&mut place, |ui, viewport| {
        ui.set_height(row_top(0.0, rows.height, rows.count));
        ui.set_width(rect.width());
        let top = ui.max_rect().top();
        for at in visible(rows, viewport.min.y, viewport.max.y) {
            let row = Rect::from_min_size(pos2(rect.left(), row_top(top, rows.height, at)), vec2(rect.width(), rows.height));
            draw(ui, at, row);
        }
    });
}

trait FrameData {
    fn data(&self, id: egui::Id) -> Option<usize>;
    fn set_data(&self, id: egui::Id, at: usize);
}

impl FrameData for Ui {
    fn data(&self, id: egui::Id) -> Option<usize> {
        self.ctx().data(|data| data.get_temp(id))
    }

    fn set_data(&self, id: egui::Id, at: usize) {
        self.ctx().data_mut(|data| data.insert_temp(id, at));
    }
}

/// Content that says itself how high it came out; scrolls where it is higher than `rect`.
pub fn scroll(ui: &mut Ui, rect: Rect, salt: &str, draw: impl FnOnce(&mut Ui, Rect) -> f32) {
    let mut place = child(ui, rect, salt);
    ScrollArea::vertical().id_salt(salt).auto_shrink(false).scroll_bar_visibility(ScrollBarVisibility::VisibleWhenNeeded).show(
        &mut place,
        |ui| {
            let origin = ui.max_rect().min;
            let height = draw(ui, Rect::from_min_size(origin, rect.size()));
            ui.allocate_rect(Rect::from_min_size(origin, vec2(rect.width(), height)), egui::Sense::hover());
        },
    );
}

/// Equal columns with `gap` between them.
#[expect(clippy::cast_precision_loss, reason = "a place on screen")]
pub fn columns(rect: Rect, count: usize, gap: f32) -> Vec<Rect> {
    let width = (rect.width() - gap * (count.saturating_sub(1)) as f32) / count.max(1) as f32;
    (0..count)
        .map(|at| Rect::from_min_size(pos2(rect.left() + (width + gap) * at as f32, rect.top()), vec2(width, rect.height())))
        .collect()
}
