//! SVG to PNG and PDF, with the fonts that the program carries.

use std::sync::{Arc, OnceLock};

use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{Options, Tree, fontdb};

const FONTS: [&[u8]; 3] = [
    include_bytes!("../../../assets/fonts/Inter-Regular-tnum.otf"),
    include_bytes!("../../../assets/fonts/Inter-Medium-tnum.otf"),
    include_bytes!("../../../assets/fonts/Inter-SemiBold-tnum.otf"),
];

/// Pixels per point of a PNG: sharp on a screen of today and on paper.
const SCALE: f32 = 2.0;

fn fonts() -> Arc<fontdb::Database> {
    static ALL: OnceLock<Arc<fontdb::Database>> = OnceLock::new();
    let all = ALL.get_or_init(|| {
        let mut fonts = fontdb::Database::new();
        FONTS.iter().for_each(|font| fonts.load_font_data(font.to_vec()));
        fonts.set_sans_serif_family("Inter");
        Arc::new(fonts)
    });
    Arc::clone(all)
}

fn tree(svg: &str) -> Result<Tree, String> {
    let options = Options { font_family: "Inter".to_owned(), fontdb: fonts(), ..Options::default() };
    Tree::from_str(svg, &options).map_err(|error| format!("the drawing is not sound SVG: {error}"))
}

pub fn png(svg: &str) -> Result<Vec<u8>, String> {
    let tree = tree(svg)?;
    let size = tree.size().to_int_size().scale_by(SCALE).ok_or("the drawing has no size")?;
    let mut pixels = Pixmap::new(size.width(), size.height()).ok_or("the drawing has no size")?;
    resvg::render(&tree, Transform::from_scale(SCALE, SCALE), &mut pixels.as_mut());
    pixels.encode_png().map_err(|error| error.to_string())
}

/// One page of the drawing's size.
pub fn pdf(svg: &str) -> Result<Vec<u8>, String> {
    let tree = tree(svg)?;
    // The drawing counts 96 points to the inch, paper counts 72.
    let page = svg2pdf::PageOptions { dpi: 96.0 };
    svg2pdf::to_pdf(&tree, svg2pdf::ConversionOptions::default(), page).map_err(|error| error.to_string())
}
