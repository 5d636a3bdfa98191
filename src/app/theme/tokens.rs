//! The colours of the light and the dark look. One list; nothing else in the window names a colour.

use egui::Color32;

/// `0xRRGGBB`, opaque.
const fn rgb(hex: u32) -> Color32 {
    let [_, r, g, b] = hex.to_be_bytes();
    Color32::from_rgb(r, g, b)
}

/// Text colour and tint of a meaning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tone {
    pub text: Color32,
    pub tint: Color32,
}

const fn tone(text: u32, tint: u32) -> Tone {
    Tone { text: rgb(text), tint: rgb(tint) }
}

/// Every colour of one look.
#[derive(Debug, PartialEq, Eq)]
pub struct Tokens {
    pub dark: bool,
    /// Chrome, page, sunken.
    pub bg0: Color32,
    pub bg1: Color32,
    pub bg2: Color32,
    pub hover: Color32,
    pub active: Color32,
    /// Decorative line, control line, line that must be seen (3:1).
    pub line: Color32,
    pub line2: Color32,
    pub edge: Color32,
    pub t1: Color32,
    pub t2: Color32,
    pub t3: Color32,
    pub accent: Color32,
    pub accent_hover: Color32,
    pub on_accent: Color32,
    pub acc: Tone,
    pub bronze: Tone,
    pub silver: Tone,
    pub gold: Tone,
    pub gold_line: Color32,
    pub erp: Color32,
    pub crm: Color32,
    pub app: Color32,
    pub sheets: Color32,
    pub other: Color32,
    pub on_source: Color32,
    pub error: Tone,
    pub warn: Tone,
    pub info: Tone,
    pub ok: Tone,
    pub diff: Tone,
    pub pro: Color32,
    pub con: Color32,
    pub series: [Color32; 7],
    pub shadow: Color32,
}

pub static LIGHT: Tokens = Tokens {
    dark: false,
    bg0: rgb(0xF3F2EE),
    bg1: rgb(0xFFFFFF),
    bg2: rgb(0xFAF9F6),
    hover: rgb(0xF1EFEA),
    active: rgb(0xE6E3DC),
    line: rgb(0xE3E0D9),
    line2: rgb(0xCFCBC2),
    edge: rgb(0x8B867C),
    t1: rgb(0x1A1917),
    t2: rgb(0x56524B),
    t3: rgb(0x69645C),
    accent: rgb(0x2B45C2),
    accent_hover: rgb(0x2137A0),
    on_accent: rgb(0xFFFFFF),
    acc: tone(0x2540B8, 0xE8ECFB),
    bronze: tone(0x8E4A1F, 0xF7EBE1),
    silver: tone(0x51606F, 0xEAEEF2),
    gold: tone(0x755600, 0xFBF3DA),
    gold_line: rgb(0xAD800C),
    erp: rgb(0x0872A8),
    crm: rgb(0x8F2A6E),
    app: rgb(0x0A7A5E),
    sheets: rgb(0x656A00),
    other: rgb(0x69645C),
    on_source: rgb(0xFFFFFF),
    error: tone(0xB3261E, 0xFCEAE8),
    warn: tone(0x924E00, 0xFCEFDC),
    info: tone(0x2A5FA8, 0xE6EFFA),
    ok: tone(0x1D7240, 0xE4F3E8),
    diff: tone(0xB24008, 0xFFE4D4),
    pro: rgb(0x2C6FB3),
    con: rgb(0xC2500C),
    series: [rgb(0x2B45C2), rgb(0xD0680A), rgb(0x0E8A78), rgb(0xAD4796), rgb(0x3B8FCB), rgb(0x6B6A00), rgb(0x45423D)],
    shadow: Color32::from_black_alpha(36),
};

pub static DARK: Tokens = Tokens {
    dark: true,
    bg0: rgb(0x121316),
    bg1: rgb(0x191A1E),
    bg2: rgb(0x1F2025),
    hover: rgb(0x25272D),
    active: rgb(0x30323A),
    line: rgb(0x2B2D34),
    line2: rgb(0x3C3F48),
    edge: rgb(0x747883),
    t1: rgb(0xEDECE9),
    t2: rgb(0xB9B7B2),
    t3: rgb(0x9E9C97),
    accent: rgb(0x4C63DD),
    accent_hover: rgb(0x5F76F0),
    on_accent: rgb(0xFFFFFF),
    acc: tone(0xA3B2FF, 0x222949),
    bronze: tone(0xE0A079, 0x33241A),
    silver: tone(0xAEBBC9, 0x262C33),
    gold: tone(0xEBC65C, 0x2A2413),
    gold_line: rgb(0xA98322),
    erp: rgb(0x7CCBF2),
    crm: rgb(0xD97FBD),
    app: rgb(0x4CC7A3),
    sheets: rgb(0xC6CB55),
    other: rgb(0x9E9C97),
    on_source: rgb(0x121316),
    error: tone(0xFF8F85, 0x3D1D1B),
    warn: tone(0xF2AE5B, 0x382712),
    info: tone(0x86B8F5, 0x1A2B42),
    ok: tone(0x7FCB96, 0x18301F),
    diff: tone(0xFFAC7A, 0x4A2A16),
    pro: rgb(0x6EAEEB),
    con: rgb(0xF0904F),
    series: [rgb(0x8499FF), rgb(0xE8843A), rgb(0x2BA892), rgb(0xDE82C5), rgb(0x8FD3FA), rgb(0xE6E08A), rgb(0x787C87)],
    shadow: Color32::from_black_alpha(128),
};

/// `share` of `top` laid over `bottom`, in gamma space as the look's pictures do.
pub fn mix(top: Color32, bottom: Color32, share: f32) -> Color32 {
    bottom.lerp_to_gamma(top, share)
}
