//! SVG as text: shapes and words at exact places.

use std::fmt::Write as _;

use super::fonts::FAMILY;

/// The look's light tokens.
pub const PAPER: &str = "#FFFFFF";
pub const INK: &str = "#1A1917";
pub const INK2: &str = "#56524B";
pub const INK3: &str = "#69645C";
pub const LINE: &str = "#E3E0D9";
pub const LINE2: &str = "#CFCBC2";
pub const SUNKEN: &str = "#FAF9F6";
pub const GOOD: &str = "#1D7240";
pub const BAD: &str = "#924E00";
const SERIES: [&str; 7] = ["#2B45C2", "#D0680A", "#0E8A78", "#AD4796", "#3B8FCB", "#6B6A00", "#45423D"];
/// Ordered classes: from against to for.
const AGAINST: [&str; 2] = ["#C2500C", "#DB9069"];
const FOR: [&str; 2] = ["#A2C2DF", "#2C6FB3"];

/// The colour of a series; the period before has the seventh.
pub fn series_color(at: usize, is_before: bool) -> &'static str {
    if is_before { SERIES[6] } else { SERIES[at % 6] }
}

/// The colour of a class out of so many, the worst first.
pub fn class_color(at: usize, count: usize) -> &'static str {
    let half = count.div_ceil(2);
    if at < half { AGAINST[at.min(1)] } else { FOR[usize::from(at + 1 == count)] }
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Place {
    pub x: f64,
    pub y: f64,
    pub width: f64,
    pub height: f64,
}

impl Place {
    pub fn new(x: f64, y: f64, width: f64, height: f64) -> Self {
        Self { x, y, width: width.max(0.0), height: height.max(0.0) }
    }

    pub fn right(self) -> f64 {
        self.x + self.width
    }

    pub fn bottom(self) -> f64 {
        self.y + self.height
    }

    pub fn shrunk(self, x: f64, y: f64) -> Self {
        Self::new(self.x + x, self.y + y, self.width - 2.0 * x, self.height - 2.0 * y)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weight {
    Regular,
    Medium,
    SemiBold,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Anchor {
    Start,
    Middle,
    End,
}

/// A drawing that grows.
#[derive(Debug)]
pub struct Canvas {
    svg: String,
}

impl Canvas {
    /// `title` and `about` are what a screen reader says.
    pub fn new(width: f64, height: f64, title: &str, about: &str) -> Self {
        let (title, about) = (escaped(title), escaped(about));
        Self {
            svg: format!(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" role=\"img\" font-family=\"{FAMILY}\">\n<title>{title}</title>\n<desc>{about}</desc>\n"
            ),
        }
    }

    pub fn finish(mut self) -> String {
        self.svg.push_str("</svg>\n");
        self.svg
    }

    /// Infallible: it writes into a string.
    fn put(&mut self, shape: std::fmt::Arguments<'_>) {
        let _ = self.svg.write_fmt(shape);
    }

    pub fn fill(&mut self, place: Place, radius: f64, color: &str) {
        let Place { x, y, width, height } = place;
        self.put(format_args!(
            "<rect x=\"{x:.2}\" y=\"{y:.2}\" width=\"{width:.2}\" height=\"{height:.2}\" rx=\"{radius}\" fill=\"{color}\"/>\n"
        ));
    }

    pub fn outline(&mut self, place: Place, radius: f64, color: &str) {
        let Place { x, y, width, height } = place;
        self.put(format_args!(
            "<rect x=\"{x:.2}\" y=\"{y:.2}\" width=\"{width:.2}\" height=\"{height:.2}\" rx=\"{radius}\" fill=\"none\" stroke=\"{color}\"/>\n"
        ));
    }

    pub fn line(&mut self, from: (f64, f64), to: (f64, f64), width: f64, color: &str, is_dashed: bool) {
        self.path(&[from, to], width, color, is_dashed);
    }

    pub fn path(&mut self, points: &[(f64, f64)], width: f64, color: &str, is_dashed: bool) {
        let dash = if is_dashed { " stroke-dasharray=\"5 4\"" } else { "" };
        let way = way(points);
        self.put(format_args!(
            "<path d=\"{way}\" fill=\"none\" stroke=\"{color}\" stroke-width=\"{width}\" stroke-linejoin=\"round\"{dash}/>\n"
        ));
    }

    /// What lies between a line and `floor`.
    pub fn area(&mut self, points: &[(f64, f64)], floor: f64, color: &str) {
        let (Some(first), Some(last)) = (points.first(), points.last()) else { return };
        let mut way = way(points);
        // Infallible: it writes into a string.
        let _ = write!(way, "L{:.2} {floor:.2}L{:.2} {floor:.2}Z", last.0, first.0);
        self.put(format_args!("<path d=\"{way}\" fill=\"{color}\" fill-opacity=\"0.1\"/>\n"));
    }

    pub fn dot(&mut self, at: (f64, f64), radius: f64, color: &str) {
        self.put(format_args!("<circle cx=\"{:.2}\" cy=\"{:.2}\" r=\"{radius}\" fill=\"{color}\"/>\n", at.0, at.1));
    }

    /// Its baseline begins at `at`.
    pub fn text(&mut self, at: (f64, f64), size: f64, weight: Weight, color: &str, text: &str) {
        self.words(at, size, weight, color, text, Anchor::Start);
    }

    pub fn text_right(&mut self, at: (f64, f64), size: f64, weight: Weight, color: &str, text: &str) {
        self.words(at, size, weight, color, text, Anchor::End);
    }

    pub fn centred(&mut self, at: (f64, f64), size: f64, color: &str, text: &str) {
        self.words(at, size, Weight::Regular, color, text, Anchor::Middle);
    }

    /// Cut with "…" where it would be longer than `width`.
    pub fn text_cut(&mut self, at: (f64, f64), size: f64, weight: Weight, color: &str, text: &str, width: f64) {
        self.words(at, size, weight, color, &cut(text, size, width), Anchor::Start);
    }

    fn words(&mut self, (x, y): (f64, f64), size: f64, weight: Weight, color: &str, text: &str, anchor: Anchor) {
        let weight = match weight {
            Weight::Regular => 400,
            Weight::Medium => 500,
            Weight::SemiBold => 600,
        };
        let anchor = match anchor {
            Anchor::Start => "",
            Anchor::Middle => " text-anchor=\"middle\"",
            Anchor::End => " text-anchor=\"end\"",
        };
        let text = escaped(text);
        self.put(format_args!(
            "<text x=\"{x:.2}\" y=\"{y:.2}\" font-size=\"{size}\" font-weight=\"{weight}\" fill=\"{color}\"{anchor}>{text}</text>\n"
        ));
    }
}

fn way(points: &[(f64, f64)]) -> String {
    let mut way = String::new();
    for (at, (x, y)) in points.iter().enumerate() {
        // Infallible: it writes into a string.
        let _ = write!(way, "{}{x:.2} {y:.2}", if at == 0 { 'M' } else { 'L' });
    }
    way
}

/// Text as XML holds it; what XML cannot hold is left out.
pub fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            c if c.is_control() => safe.push(' '),
            c => safe.push(c),
        }
    }
    safe
}

/// How wide a text is about, in points: by the letters' classes, a little too wide rather than too narrow.
pub fn width(text: &str, size: f64) -> f64 {
    let of = |c: char| match c {
        'i' | 'j' | 'l' | 'I' | '.' | ',' | ':' | ';' | '\'' | '|' | '!' => 0.29,
        ' ' | '\u{2009}' | 'f' | 't' | 'r' | '(' | ')' | '-' | '/' => 0.37,
        'm' | 'w' | 'M' | 'W' | '%' => 0.9,
        c if c.is_ascii_digit() => 0.63,
        c if c.is_uppercase() => 0.7,
        _ => 0.6,
    };
    text.chars().map(of).sum::<f64>() * size
}

pub fn cut(text: &str, size: f64, room: f64) -> String {
    if width(text, size) <= room {
        return text.to_owned();
    }
    let mut kept = String::new();
    for c in text.chars() {
        kept.push(c);
        if width(&kept, size) + 0.9 * size > room {
            kept.pop();
            break;
        }
    }
    format!("{}\u{2026}", kept.trim_end())
}
