//! The fonts that ship with the program, and where each is looked for. System fonts come last, by eframe's provider.

use std::sync::Arc;

use egui::{FontData, FontDefinitions, FontFamily};

use super::kind::Face;

const FILES: [(Face, &[u8]); 6] = [
    (Face::Regular, include_bytes!("../../../assets/fonts/Inter-Regular-tnum.otf")),
    (Face::Medium, include_bytes!("../../../assets/fonts/Inter-Medium-tnum.otf")),
    (Face::Semibold, include_bytes!("../../../assets/fonts/Inter-SemiBold-tnum.otf")),
    (Face::Mono, include_bytes!("../../../assets/fonts/JetBrainsMono-Regular-nl.ttf")),
    (Face::Icons, include_bytes!("../../../assets/fonts/Phosphor-subset.ttf")),
    (Face::IconsFill, include_bytes!("../../../assets/fonts/Phosphor-Fill-subset.ttf")),
];

/// Our faces first, egui's own behind them for what they lack.
pub fn definitions() -> FontDefinitions {
    let mut fonts = FontDefinitions::default();
    let fallback = fonts.families.get(&FontFamily::Proportional).cloned().unwrap_or_default();
    for (face, bytes) in FILES {
        let name = face.family_name().to_owned();
        fonts.font_data.insert(name.clone(), Arc::new(FontData::from_static(bytes)));
        let mut chain = vec![name.clone()];
        if !matches!(face, Face::Icons | Face::IconsFill) {
            chain.extend(fallback.iter().cloned());
        }
        fonts.families.insert(FontFamily::Name(name.into()), chain);
    }
    for (family, first) in [(FontFamily::Proportional, Face::Regular), (FontFamily::Monospace, Face::Mono)] {
        fonts.families.entry(family).or_default().insert(0, first.family_name().to_owned());
    }
    fonts
}
