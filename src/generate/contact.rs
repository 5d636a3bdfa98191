//! How people and clerks write phones, dates and addresses.

use super::calendar;
use super::draw::Draw;
use super::person::Address;

/// The same number in one of the bank's hands. ERP clerks, CRM imports and the app each have their habits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PhoneStyle {
    /// +14155550123
    International,
    /// (415) 555-0123
    Parentheses,
    /// 415-555-0123
    Dashes,
    /// 415.555.0123
    Dots,
    /// 14155550123.0: a number that went through a spreadsheet.
    Float,
    /// 001 415 555 0123
    DoubleZero,
    /// 4155550123
    Bare,
    /// 14155550123: how the app's sign-in stores it.
    App,
}

impl PhoneStyle {
    pub const ALL: [Self; 8] =
        [Self::International, Self::Parentheses, Self::Dashes, Self::Dots, Self::Float, Self::DoubleZero, Self::Bare, Self::App];
    pub const ERP_WEIGHTS: [u32; 7] = [48, 16, 14, 4, 2, 6, 10];
    pub const CRM_WEIGHTS: [u32; 7] = [14, 14, 14, 8, 42, 2, 6];

    pub fn label(self) -> &'static str {
        match self {
            Self::International => "+1AAAEEELLLL",
            Self::Parentheses => "(AAA) EEE-LLLL",
            Self::Dashes => "AAA-EEE-LLLL",
            Self::Dots => "AAA.EEE.LLLL",
            Self::Float => "1AAAEEELLLL.0",
            Self::DoubleZero => "001 AAA EEE LLLL",
            Self::Bare => "AAAEEELLLL",
            Self::App => "1AAAEEELLLL",
        }
    }

    pub fn write(self, number: u64) -> String {
        let (area, exchange, line) = (number / 10_000_000, number / 10_000 % 1_000, number % 10_000);
        match self {
            Self::International => format!("+1{number:010}"),
            Self::Parentheses => format!("({area:03}) {exchange:03}-{line:04}"),
            Self::Dashes => format!("{area:03}-{exchange:03}-{line:04}"),
            Self::Dots => format!("{area:03}.{exchange:03}.{line:04}"),
            Self::Float => format!("1{number:010}.0"),
            Self::DoubleZero => format!("001 {area:03} {exchange:03} {line:04}"),
            Self::Bare => format!("{number:010}"),
            Self::App => format!("1{number:010}"),
        }
    }
}

/// Numbers that stand for "none": the placeholders and the bank's own switchboard.
pub const NO_PHONES: [&str; 3] = ["0000000000", "9999999999", "+12125550100"];
/// Addresses that stand for "none".
pub const NO_EMAILS: [&str; 3] = ["test@test.com", "none@none.com", "noreply@apexbank.example"];
/// The birth date that stands for "none".
pub const NO_BIRTH: &str = "1900-01-01";

/// A birth date in the ERP: ISO with a minority of day-first ones.
pub fn erp_birth(day: i32, draw: &mut Draw) -> String {
    if draw.chance(0.08) { calendar::day_first(day) } else { calendar::iso_text(day) }
}

/// A birth date in the CRM: month first, some ISO.
pub fn crm_birth(day: i32, draw: &mut Draw) -> String {
    if draw.chance(0.15) { calendar::iso_text(day) } else { calendar::month_first(day) }
}

/// A birth date that somebody typed wrong: another day of the month, or a year off by one.
pub fn slipped(day: i32, draw: &mut Draw) -> i32 {
    match draw.below(3) {
        0 => day + 365,
        1 => day - draw.between(1, 3),
        _ => day + draw.between(9, 11),
    }
}

/// "1204 Maple Street Apt 4", with the short forms that people use.
pub fn street_line(address: &Address, draw: &mut Draw) -> String {
    let short = match address.kind {
        "Street" => "St",
        "Avenue" => "Ave",
        "Road" => "Rd",
        "Drive" => "Dr",
        "Lane" => "Ln",
        "Court" => "Ct",
        "Boulevard" => "Blvd",
        "Place" => "Pl",
        "Terrace" => "Ter",
        other => other,
    };
    let kind = match draw.below(4) {
        0 => short.to_owned(),
        1 => format!("{short}."),
        _ => address.kind.to_owned(),
    };
    let mut line = format!("{} {} {kind}", address.number, address.street);
    if let Some(unit) = address.unit
        && draw.chance(0.8)
    {
        line.push_str(&match draw.below(3) {
            0 => format!(" #{unit}"),
            1 => format!(", Unit {unit}"),
            _ => format!(" Apt {unit}"),
        });
    }
    line
}

/// The ERP's one-line address.
pub fn address_line(address: &Address, draw: &mut Draw) -> String {
    let line = street_line(address, draw);
    let text = match draw.below(3) {
        0 => format!("{line}, {} {}", address.city, address.postcode),
        _ => format!("{line}, {}, {}", address.city, address.postcode),
    };
    if draw.chance(0.07) { text.to_uppercase() } else { text }
}
