//! Money as whole numbers with a scale: never a float on the way from a file to a sum.

use std::fmt::Write as _;

/// A decimal as `minor / 10^scale`, exactly as it was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decimal {
    pub minor: i64,
    pub scale: u8,
}

impl Decimal {
    /// Reads `-1,234.50`, `1234`, `.5`; a comma is a thousands mark. None where it is no number or does not fit.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let (negative, digits) = match text.as_bytes().first()? {
            b'-' => (true, &text[1..]),
            b'+' => (false, &text[1..]),
            _ => (false, text),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        if whole.is_empty() && fraction.is_empty() {
            return None;
        }
        let mut minor: i64 = 0;
        let mut push = |byte: u8| -> Option<()> {
            let digit = i64::from(byte.checked_sub(b'0').filter(|d| *d <= 9)?);
            minor = minor.checked_mul(10)?.checked_add(digit)?;
            Some(())
        };
        for byte in whole.bytes().filter(|b| *b != b',') {
            push(byte)?;
        }
        for byte in fraction.bytes() {
            push(byte)?;
        }
        let scale = u8::try_from(fraction.len()).ok()?;
        Some(Self { minor: if negative { -minor } else { minor }, scale })
    }

    /// The same amount with another scale; None if digits would be lost or it does not fit.
    pub fn at_scale(self, scale: u8) -> Option<i64> {
        if scale >= self.scale {
            self.minor.checked_mul(10_i64.checked_pow(u32::from(scale - self.scale))?)
        } else {
            let factor = 10_i64.checked_pow(u32::from(self.scale - scale))?;
            (self.minor % factor == 0).then_some(self.minor / factor)
        }
    }
}

/// `1234567, 2` -> `12,345.67`
pub fn format_minor(minor: i64, scale: u8) -> String {
    let factor = 10_u64.pow(u32::from(scale));
    let absolute = minor.unsigned_abs();
    let mut text = if minor < 0 { "\u{2212}".to_owned() } else { String::new() };
    text.push_str(&group_thousands(absolute / factor));
    if scale > 0 {
        // Writing to a String cannot fail.
        let _ = write!(text, ".{:0width$}", absolute % factor, width = usize::from(scale));
    }
    text
}

/// `1482` -> `1,482`
pub fn group_thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
#[path = "money_tests.rs"]
mod tests;
