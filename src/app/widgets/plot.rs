//! A plot without anything of its own: grid, labels and tooltips are the page's; egui_plot draws what lies in it.

use egui::accesskit::Role;
use egui::{Color32, Pos2, Rect, Response, Ui, Vec2, Vec2b, WidgetInfo};
use egui_plot::{Plot, PlotBounds, PlotPoint, PlotTransform, PlotUi};

use super::area;

/// A place on screen and the numbers that its sides stand for.
pub struct PlotFrame {
    pub rect: Rect,
    transform: PlotTransform,
    bounds: PlotBounds,
}

impl std::fmt::Debug for PlotFrame {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PlotFrame").field("rect", &self.rect).finish_non_exhaustive()
    }
}

impl PlotFrame {
    /// `x` and `y`: the numbers at left and right, at bottom and top.
    pub fn new(rect: Rect, x: (f64, f64), y: (f64, f64)) -> Self {
        let bounds = PlotBounds::from_min_max([x.0, y.0], [x.1, y.1]);
        Self { rect, transform: PlotTransform::new(rect, bounds, Vec2b::FALSE), bounds }
    }

    pub fn at(&self, x: f64, y: f64) -> Pos2 {
        self.transform.position_from_point(&PlotPoint::new(x, y))
    }

    /// The number on the x axis at a place on screen.
    pub fn x_at(&self, place: Pos2) -> f64 {
        self.transform.value_from_position(place).x
    }

    /// Draws into the frame; lines may reach a little over its edges. `said` is what a screen reader says of the picture.
    pub fn show<'a>(&self, ui: &mut Ui, name: &str, said: &str, draw: impl FnOnce(&mut PlotUi<'a>) + 'a) -> Response {
        let mut place = area::child(ui, self.rect, ("plot", name));
        place.set_clip_rect(self.rect.expand(6.0).intersect(ui.clip_rect()));
        let plot = Plot::new(name.to_owned())
            .width(self.rect.width())
            .height(self.rect.height())
            .show_axes(false)
            .show_grid(false)
            .show_background(false)
            .show_x(false)
            .show_y(false)
            .show_crosshair(false)
            .allow_zoom(false)
            .allow_drag(false)
            .allow_scroll(false)
            .allow_boxed_zoom(false)
            .allow_double_click_reset(false)
            .set_margin_fraction(Vec2::ZERO)
            .cursor_color(Color32::TRANSPARENT);
        let bounds = self.bounds;
        let shown = plot.show(&mut place, move |plot| {
            plot.set_plot_bounds(bounds);
            draw(plot);
        });
        shown.response.widget_info(|| WidgetInfo::labeled(Role::Figure, true, said));
        shown.response
    }
}
