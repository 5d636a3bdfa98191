//! Triangles to pixels without a GPU: textured, blended in gamma space with premultiplied alpha as egui does, cut by clip rectangles.

use egui::epaint::{ClippedPrimitive, ImageDelta, Mesh, Primitive, Vertex};
use egui::{Color32, Rect, TextureId, TexturesDelta};
use rustc_hash::FxHashMap;

/// RGBA, opaque at the end.
#[derive(Debug)]
pub struct Canvas {
    pub width: usize,
    pub height: usize,
    pub pixels: Vec<[u8; 4]>,
}

#[derive(Debug, Default)]
struct Texture {
    width: usize,
    height: usize,
    pixels: Vec<Color32>,
}

/// Textures as egui hands them over, patch by patch.
#[derive(Debug, Default)]
pub struct Textures(FxHashMap<TextureId, Texture>);

impl Textures {
    pub fn apply(&mut self, mut delta: TexturesDelta) {
        for (id, deltas) in std::mem::take(&mut delta.set) {
            for image in deltas {
                self.set(id, &image);
            }
        }
        delta.clear();
    }

    fn set(&mut self, id: TextureId, delta: &ImageDelta) {
        let egui::ImageData::Color(image) = &delta.image;
        let texture = self.0.entry(id).or_default();
        let [width, height] = image.size;
        let Some([left, top]) = delta.pos else {
            *texture = Texture { width, height, pixels: image.pixels.clone() };
            return;
        };
        for (y, row) in image.pixels.chunks_exact(width.max(1)).enumerate() {
            let start = (top + y) * texture.width + left;
            if let Some(place) = texture.pixels.get_mut(start..start + width) {
                place.copy_from_slice(row);
            }
        }
    }
}

impl Texture {
    fn texel(&self, x: i32, y: i32) -> [f32; 4] {
        let clamp = |at: i32, size: usize| usize::try_from(at).unwrap_or(0).min(size.saturating_sub(1));
        let at = clamp(y, self.height) * self.width + clamp(x, self.width);
        self.pixels.get(at).copied().unwrap_or(Color32::WHITE).to_array().map(f32::from)
    }

    /// Bilinear, as the window's sampler.
    #[expect(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "texel numbers")]
    fn sample(&self, u: f32, v: f32) -> [f32; 4] {
        let x = u * self.width as f32 - 0.5;
        let y = v * self.height as f32 - 0.5;
        let (left, top) = (x.floor(), y.floor());
        let (fx, fy) = (x - left, y - top);
        let (left, top) = (left as i32, top as i32);
        let a = self.texel(left, top);
        if fx < 1e-3 && fy < 1e-3 {
            return a;
        }
        let (b, c, d) = (self.texel(left + 1, top), self.texel(left, top + 1), self.texel(left + 1, top + 1));
        std::array::from_fn(|at| {
            let above = a[at] + (b[at] - a[at]) * fx;
            let below = c[at] + (d[at] - c[at]) * fx;
            above + (below - above) * fy
        })
    }
}

/// Pixel bounds, the far ones not included.
#[derive(Debug, Clone, Copy)]
struct Bounds {
    left: i32,
    top: i32,
    right: i32,
    bottom: i32,
}

impl Canvas {
    pub fn new(width: usize, height: usize, ground: Color32) -> Self {
        Self { width, height, pixels: vec![ground.to_array(); width * height] }
    }

    /// Draws in order; `scale` is pixels per point.
    pub fn draw(&mut self, primitives: &[ClippedPrimitive], textures: &Textures, scale: f32) {
        let white = Texture { width: 1, height: 1, pixels: vec![Color32::WHITE] };
        for primitive in primitives {
            if let Primitive::Mesh(mesh) = &primitive.primitive {
                let texture = textures.0.get(&mesh.texture_id).unwrap_or(&white);
                let bounds = self.bounds(primitive.clip_rect, scale);
                self.mesh(mesh, texture, bounds, scale);
            }
        }
    }

    #[expect(clippy::cast_possible_truncation, clippy::cast_possible_wrap, reason = "a picture is smaller than 2^31 pixels")]
    fn bounds(&self, clip: Rect, scale: f32) -> Bounds {
        let edge = |at: f32, most: usize| ((at * scale).round() as i32).clamp(0, most as i32);
        Bounds {
            left: edge(clip.left(), self.width),
            top: edge(clip.top(), self.height),
            right: edge(clip.right(), self.width),
            bottom: edge(clip.bottom(), self.height),
        }
    }

    fn mesh(&mut self, mesh: &Mesh, texture: &Texture, bounds: Bounds, scale: f32) {
        for corners in mesh.indices.chunks_exact(3) {
            let corner = |at: usize| corners.get(at).and_then(|index| mesh.vertices.get(usize::try_from(*index).ok()?));
            if let (Some(a), Some(b), Some(c)) = (corner(0), corner(1), corner(2)) {
                self.triangle([a, b, c], texture, bounds, scale);
            }
        }
    }

    /// Edge functions at pixel centres; a pixel on a shared edge belongs to one triangle (top-left rule).
    #[expect(clippy::cast_possible_truncation, reason = "pixel numbers")]
    fn triangle(&mut self, [a, b, c]: [&Vertex; 3], texture: &Texture, bounds: Bounds, scale: f32) {
        let place = |v: &Vertex| (f64::from(v.pos.x * scale), f64::from(v.pos.y * scale));
        let (pa, mut pb, mut pc) = (place(a), place(b), place(c));
        let (mut b, mut c) = (b, c);
        let mut area = (pb.0 - pa.0) * (pc.1 - pa.1) - (pb.1 - pa.1) * (pc.0 - pa.0);
        if area == 0.0 {
            return;
        }
        if area < 0.0 {
            std::mem::swap(&mut pb, &mut pc);
            std::mem::swap(&mut b, &mut c);
            area = -area;
        }
        let lowest = |x: f64, y: f64, z: f64| x.min(y).min(z);
        let left = (lowest(pa.0, pb.0, pc.0).floor() as i32).max(bounds.left);
        let right = (-lowest(-pa.0, -pb.0, -pc.0).floor() as i32).min(bounds.right);
        let top = (lowest(pa.1, pb.1, pc.1).floor() as i32).max(bounds.top);
        let bottom = (-lowest(-pa.1, -pb.1, -pc.1).floor() as i32).min(bounds.bottom);
        let edges = [(pb, pc), (pc, pa), (pa, pb)].map(|(from, to)| {
            let (dx, dy) = (to.0 - from.0, to.1 - from.1);
            let keeps_edge = dy < 0.0 || (dy == 0.0 && dx > 0.0);
            (from, dx, dy, keeps_edge)
        });
        let colors = [a, b, c].map(|v| v.color.to_array().map(f32::from));
        let flat_color = colors[0] == colors[1] && colors[1] == colors[2];
        let flat_uv = a.uv == b.uv && b.uv == c.uv;
        let flat_texel = texture.sample(a.uv.x, a.uv.y);
        for y in top..bottom {
            let py = f64::from(y) + 0.5;
            for x in left..right {
                let px = f64::from(x) + 0.5;
                let w = edges.map(|(from, dx, dy, _)| dx * (py - from.1) - dy * (px - from.0));
                let inside = w.iter().zip(&edges).all(|(w, edge)| *w > 0.0 || (*w == 0.0 && edge.3));
                if !inside {
                    continue;
                }
                let share = w.map(|w| (w / area) as f32);
                let blend = |at: usize| colors[0][at] * share[0] + colors[1][at] * share[1] + colors[2][at] * share[2];
                let color = if flat_color { colors[0] } else { std::array::from_fn(blend) };
                let texel = if flat_uv {
                    flat_texel
                } else {
                    let u = a.uv.x * share[0] + b.uv.x * share[1] + c.uv.x * share[2];
                    let v = a.uv.y * share[0] + b.uv.y * share[1] + c.uv.y * share[2];
                    texture.sample(u, v)
                };
                self.blend(x, y, std::array::from_fn(|at| color[at] * texel[at] / 255.0));
            }
        }
    }

    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "colours are 0 to 255")]
    fn blend(&mut self, x: i32, y: i32, source: [f32; 4]) {
        let at = usize::try_from(y).unwrap_or(0) * self.width + usize::try_from(x).unwrap_or(0);
        if let Some(pixel) = self.pixels.get_mut(at) {
            let rest = 1.0 - source[3] / 255.0;
            for (channel, value) in pixel.iter_mut().zip(source) {
                *channel = (value + f32::from(*channel) * rest).round().clamp(0.0, 255.0) as u8;
            }
        }
    }
}
