//! Pictures without a display. Flow: Backend -> frames until the pages are there and nothing moves -> meshes -> pixels -> PNG.

mod raster;

use std::io::BufWriter;
use std::path::Path;

use anyhow::{Context as _, bail};
use egui::{Event, Pos2, RawInput, Rect, Theme, Vec2};

use crate::engine::{Backend, Command};

use super::shell::Shell;
use super::theme::ThemeChoice;
use raster::{Canvas, Textures};

/// How long the pages may take.
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(60);

/// What to draw.
#[derive(Debug, Clone)]
pub struct Picture<'a> {
    /// `start`, `sources`, `match`, `review`, `review:ITEM`, `customers`, `customer:C-1042`, `publish`, `dashboards`, `dashboards:transactions`, `catalogue`, `catalogue:lineage:gold.customer_360`, `palette`, `keys`.
    pub page: &'a str,
    /// Points; `scale` pixels each.
    pub size: (u32, u32),
    pub scale: f32,
    pub dark: bool,
    /// Where the pointer rests: for tooltips.
    pub pointer: Option<Pos2>,
}

/// Draws one page at one pixel per point.
pub fn render(
    backend: Box<dyn Backend>,
    first: Option<Command>,
    page: &str,
    size: (u32, u32),
    theme: ThemeChoice,
    out: &Path,
) -> anyhow::Result<()> {
    let picture = Picture { page, size, scale: 1.0, dark: theme == ThemeChoice::Dark, pointer: None };
    let mut shell = Shell::new(backend, super::settings::Settings { theme, ..Default::default() });
    if let Some(first) = first {
        shell.data.send(first);
    }
    draw(&mut shell, &picture, out)
}

/// Draws what a shell shows. The window of the same size looks the same.
pub fn draw(shell: &mut Shell, picture: &Picture<'_>, out: &Path) -> anyhow::Result<()> {
    let context = egui::Context::default();
    super::theme::apply(&context);
    context.set_theme(if picture.dark { Theme::Dark } else { Theme::Light });
    let mut textures = Textures::default();
    let began = std::time::Instant::now();
    let mut time = 0.0;
    let mut still = 0;
    let mut shapes = None;
    // A workspace that opens goes to its first page: what is wanted is shown after that.
    let mut is_shown = false;
    while still < 4 {
        if !is_shown && !shell.data.is_working() {
            shell.show_page(picture.page).map_err(anyhow::Error::msg)?;
            is_shown = true;
        }
        if began.elapsed() > PATIENCE {
            let why = if shell.data.status.is_none() { "no workspace was opened" } else { "its data did not come" };
            bail!("the page {} cannot be drawn: {why} within {} seconds", picture.page, PATIENCE.as_secs());
        }
        time += 0.25;
        let output = context.run_ui(input(picture, time), |ui| shell.ui(ui));
        textures.apply(output.textures_delta);
        let moving = output.viewport_output.values().any(|viewport| viewport.repaint_delay < std::time::Duration::from_millis(50));
        if !is_shown || shell.waits() || shell.data.is_working() {
            still = 0;
            std::thread::sleep(std::time::Duration::from_millis(5));
        } else if moving && time < 20.0 {
            still = still.min(1);
        } else {
            still += 1;
        }
        shapes = Some((output.shapes, output.pixels_per_point));
    }
    let (shapes, scale) = shapes.context("no frame was drawn")?;
    let primitives = context.tessellate(shapes, scale);
    let ground = if picture.dark { super::theme::DARK.bg0 } else { super::theme::LIGHT.bg0 };
    let (width, height) = pixels(picture);
    let mut canvas = Canvas::new(width, height, ground);
    canvas.draw(&primitives, &textures, scale);
    write(&canvas, out)
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a picture's size")]
fn pixels(picture: &Picture<'_>) -> (usize, usize) {
    let side = |points: u32| (f64::from(points) * f64::from(picture.scale)).round() as usize;
    (side(picture.size.0), side(picture.size.1))
}

#[expect(clippy::cast_precision_loss, reason = "a picture's size")]
fn input(picture: &Picture<'_>, time: f64) -> RawInput {
    let size = Vec2::new(picture.size.0 as f32, picture.size.1 as f32);
    let mut input = RawInput {
        screen_rect: Some(Rect::from_min_size(Pos2::ZERO, size)),
        time: Some(time),
        predicted_dt: 0.25,
        focused: true,
        system_theme: Some(if picture.dark { Theme::Dark } else { Theme::Light }),
        ..RawInput::default()
    };
    if let Some(viewport) = input.viewports.get_mut(&input.viewport_id) {
        viewport.native_pixels_per_point = Some(picture.scale);
    }
    if let Some(at) = picture.pointer {
        input.events.push(Event::PointerMoved(at));
    }
    input
}

fn write(canvas: &Canvas, out: &Path) -> anyhow::Result<()> {
    if let Some(dir) = out.parent() {
        std::fs::create_dir_all(dir).with_context(|| format!("{} cannot be made", dir.display()))?;
    }
    let file = std::fs::File::create(out).with_context(|| format!("{} cannot be written", out.display()))?;
    let size = |side: usize| u32::try_from(side).context("the picture is too large");
    let mut encoder = png::Encoder::new(BufWriter::new(file), size(canvas.width)?, size(canvas.height)?);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    let bytes: Vec<u8> = canvas.pixels.iter().flat_map(|[r, g, b, _]| [*r, *g, *b]).collect();
    encoder.write_header()?.write_image_data(&bytes)?;
    Ok(())
}
