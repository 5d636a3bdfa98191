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
    bg0: rgb(0xF3_F2_EE),
    bg1: rgb(0xFF_FF_FF),
    bg2: rgb(0xFA_F9_F6),
    hover: rgb(0xF1_EF_EA),
    active: rgb(0xE6_E3_DC),
    line: rgb(0xE3_E0_D9),
    line2: rgb(0xCF_CB_C2),
    edge: rgb(0x8B_86_7C),
    t1: rgb(0x1A_19_17),
    t2: rgb(0x56_52_4B),
    t3: rgb(0x69_64_5C),
    accent: rgb(0x2B_45_C2),
    accent_hover: rgb(0x21_37_A0),
    on_accent: rgb(0xFF_FF_FF),
    acc: tone(0x25_40_B8, 0xE8_EC_FB),
    bronze: tone(0x8E_4A_1F, 0xF7_EB_E1),
    silver: tone(0x51_60_6F, 0xEA_EE_F2),
    gold: tone(0x75_56_00, 0xFB_F3_DA),
    gold_line: rgb(0xAD_80_0C),
    erp: rgb(0x08_72_A8),
    crm: rgb(0x8F_2A_6E),
    app: rgb(0x0A_7A_5E),
    sheets: rgb(0x65_6A_00),
    other: rgb(0x69_64_5C),
    on_source: rgb(0xFF_FF_FF),
    error: tone(0xB3_26_1E, 0xFC_EA_E8),
    warn: tone(0x92_4E_00, 0xFC_EF_DC),
    info: tone(0x2A_5F_A8, 0xE6_EF_FA),
    ok: tone(0x1D_72_40, 0xE4_F3_E8),
    diff: tone(0xB2_40_08, 0xFF_E4_D4),
    pro: rgb(0x2C_6F_B3),
    con: rgb(0xC2_50_0C),
    series: [rgb(0x2B_45_C2), rgb(0xD0_68_0A), rgb(0x0E_8A_78), rgb(0xAD_47_96), rgb(0x3B_8F_CB), rgb(0x6B_6A_00), rgb(0x45_42_3D)],
    shadow: Color32::from_black_alpha(36),
};

pub static DARK: Tokens = Tokens {
    dark: true,
    bg0: rgb(0x12_13_16),
    bg1: rgb(0x19_1A_1E),
    bg2: rgb(0x1F_20_25),
    hover: rgb(0x25_27_2D),
    active: rgb(0x30_32_3A),
    line: rgb(0x2B_2D_34),
    line2: rgb(0x3C_3F_48),
    edge: rgb(0x74_78_83),
    t1: rgb(0xED_EC_E9),
    t2: rgb(0xB9_B7_B2),
    t3: rgb(0x9E_9C_97),
    accent: rgb(0x4C_63_DD),
    accent_hover: rgb(0x5F_76_F0),
    on_accent: rgb(0xFF_FF_FF),
    acc: tone(0xA3_B2_FF, 0x22_29_49),
    bronze: tone(0xE0_A0_79, 0x33_24_1A),
    silver: tone(0xAE_BB_C9, 0x26_2C_33),
    gold: tone(0xEB_C6_5C, 0x2A_24_13),
    gold_line: rgb(0xA9_83_22),
    erp: rgb(0x7C_CB_F2),
    crm: rgb(0xD9_7F_BD),
    app: rgb(0x4C_C7_A3),
    sheets: rgb(0xC6_CB_55),
    other: rgb(0x9E_9C_97),
    on_source: rgb(0x12_13_16),
    error: tone(0xFF_8F_85, 0x3D_1D_1B),
    warn: tone(0xF2_AE_5B, 0x38_27_12),
    info: tone(0x86_B8_F5, 0x1A_2B_42),
    ok: tone(0x7F_CB_96, 0x18_30_1F),
    diff: tone(0xFF_AC_7A, 0x4A_2A_16),
    pro: rgb(0x6E_AE_EB),
    con: rgb(0xF0_90_4F),
    series: [rgb(0x84_99_FF), rgb(0xE8_84_3A), rgb(0x2B_A8_92), rgb(0xDE_82_C5), rgb(0x8F_D3_FA), rgb(0xE6_E0_8A), rgb(0x78_7C_87)],
    shadow: Color32::from_black_alpha(128),
};

/// `share` of `top` laid over `bottom`, in gamma space as the look's pictures do.
pub fn mix(top: Color32, bottom: Color32, share: f32) -> Color32 {
    bottom.lerp_to_gamma(top, share)
}
