//! The fonts of a drawing: they go with it, so that it looks the same where they are not installed.
//!
//! `*-latin.woff2` are the Latin letters, figures and signs of the `.otf` beside them (`pyftsubset --flavor=woff2`, U+0020-007E, U+00A0-017F, U+2009, dashes,
//! quotes, U+2026, U+20AC, U+2192, U+2212); other scripts take the reader's own fonts.

use std::sync::LazyLock;

use crate::base::base64::to_base64;

const FACES: [(u16, &[u8]); 3] = [
    (400, include_bytes!("../../../assets/fonts/Inter-Regular-latin.woff2")),
    (500, include_bytes!("../../../assets/fonts/Inter-Medium-latin.woff2")),
    (600, include_bytes!("../../../assets/fonts/Inter-SemiBold-latin.woff2")),
];

/// What a drawing is set in; the others are wide enough for what was measured with the first.
pub const FAMILY: &str = "Inter, 'Helvetica Neue', 'Segoe UI', Roboto, 'Noto Sans', 'Liberation Sans', Arial, sans-serif";

static CSS: LazyLock<String> = LazyLock::new(|| {
    FACES
        .iter()
        .map(|(weight, font)| {
            format!(
                "@font-face{{font-family:Inter;font-style:normal;font-weight:{weight};src:url(data:font/woff2;base64,{}) format('woff2')}}\n",
                to_base64(font)
            )
        })
        .collect()
});

/// The faces as CSS, the fonts in it.
pub fn css() -> &'static str {
    &CSS
}

/// A drawing that stands alone, with its fonts in it.
pub fn with_fonts(svg: &str) -> String {
    // Behind what a screen reader says first.
    let at = svg.find("</desc>").map_or(0, |at| at + "</desc>".len());
    let (head, body) = svg.split_at(at);
    if head.is_empty() { svg.to_owned() } else { format!("{head}\n<style>{}</style>{body}", css()) }
}
