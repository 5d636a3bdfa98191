//! Days since 1970 and the bank's fixed three years. No wall clock anywhere.

/// The first day with business: 2023-01-01.
pub const FIRST_DAY: i32 = 19_358;
/// The last day with business: 2025-12-31.
pub const LAST_DAY: i32 = 20_453;

/// Year, month, day of a day since 1970 (Howard Hinnant's civil_from_days).
pub fn civil(day: i32) -> (i32, i32, i32) {
    let z = day + 719_468;
    let era = z.div_euclid(146_097);
    let doe = z.rem_euclid(146_097);
    let yoe = (doe - doe / 1_460 + doe / 36_524 - doe / 146_096) / 365;
    let doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    let mp = (5 * doy + 2) / 153;
    let d = doy - (153 * mp + 2) / 5 + 1;
    let m = if mp < 10 { mp + 3 } else { mp - 9 };
    (yoe + era * 400 + i32::from(m <= 2), m, d)
}

/// `2025-12-31`
pub fn iso(day: i32) -> [u8; 10] {
    let (y, m, d) = civil(day);
    let mut out = *b"0000-00-00";
    put(&mut out[0..4], y);
    put(&mut out[5..7], m);
    put(&mut out[8..10], d);
    out
}

/// `18:04:09` of a second of the day.
pub fn clock(second: i32) -> [u8; 8] {
    let mut out = *b"00:00:00";
    put(&mut out[0..2], second / 3_600);
    put(&mut out[3..5], second / 60 % 60);
    put(&mut out[6..8], second % 60);
    out
}

/// `31/12/2025`
pub fn day_first(day: i32) -> String {
    let (y, m, d) = civil(day);
    format!("{d:02}/{m:02}/{y}")
}

/// `12/31/2025`
pub fn month_first(day: i32) -> String {
    let (y, m, d) = civil(day);
    format!("{m:02}/{d:02}/{y}")
}

/// `2025-12-31` as text.
pub fn iso_text(day: i32) -> String {
    let (y, m, d) = civil(day);
    format!("{y:04}-{m:02}-{d:02}")
}

fn put(out: &mut [u8], mut number: i32) {
    for byte in out.iter_mut().rev() {
        *byte = b'0' + u8::try_from(number % 10).unwrap_or(0);
        number /= 10;
    }
}
