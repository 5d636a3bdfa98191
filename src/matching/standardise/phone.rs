//! Phone numbers: digits only, whatever was written between them.

/// `+880 1488-807028`, `8801997658729.0`, `(702) 919-1300 ext 5` -> digits without trunk zeros.
/// `None` for fewer than 6 digits and for numbers nobody has (all digits one, 1234567890).
pub fn clean_phone(text: &str) -> Option<String> {
    let text = text.trim().to_lowercase();
    let text = text.strip_suffix(".0").unwrap_or(&text);
    let text = text.split(['x', ';', '/', ',']).next().unwrap_or("");
    let text = text.split("ext").next().unwrap_or("");
    let text = text.replace("(0)", "");
    let digits: String = match text.split_once('e') {
        Some((mantissa, exponent)) if text.contains('.') => from_float(mantissa, exponent)?,
        _ => text.chars().filter(char::is_ascii_digit).collect(),
    };
    let digits = digits.trim_start_matches('0');
    if digits.len() < 6 || is_placeholder(digits) {
        return None;
    }
    Some(digits.to_owned())
}

/// A spreadsheet's 8.801997658729e12.
fn from_float(mantissa: &str, exponent: &str) -> Option<String> {
    let places: usize = exponent.trim_start_matches('+').parse().ok()?;
    let (whole, fraction) = mantissa.split_once('.')?;
    let mut digits = format!("{whole}{fraction}");
    while digits.len() < whole.len() + places {
        digits.push('0');
    }
    (digits.len() <= 16).then_some(digits)
}

fn is_placeholder(digits: &str) -> bool {
    let bytes = digits.as_bytes();
    let rest = &bytes[bytes.len().saturating_sub(7)..];
    rest.iter().all(|b| *b == rest[0]) || matches!(digits, "123456" | "1234567" | "12345678" | "123456789" | "1234567890" | "9876543210")
}

/// The last nine digits: what stays of a number when country and trunk codes come and go.
pub fn subscriber(digits: &str) -> &str {
    &digits[digits.len().saturating_sub(9)..]
}
