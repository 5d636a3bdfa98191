//! Rows of CSV, put byte by byte into a buffer that is used again.

use super::calendar;

/// One row being written. Fields are parted by commas; [`Row::end`] closes the line.
#[derive(Debug)]
pub struct Row<'a> {
    out: &'a mut Vec<u8>,
    started: bool,
}

impl<'a> Row<'a> {
    pub fn new(out: &'a mut Vec<u8>) -> Self {
        Self { out, started: false }
    }

    fn part(&mut self) {
        if self.started {
            self.out.push(b',');
        }
        self.started = true;
    }

    /// Text that may hold anything; quoted where it must be (RFC 4180), also around outer spaces.
    pub fn text(&mut self, value: &str) -> &mut Self {
        let bytes = value.as_bytes();
        let outer_space = bytes.first() == Some(&b' ') || bytes.last() == Some(&b' ');
        if !outer_space && !bytes.iter().any(|b| matches!(b, b',' | b'"' | b'\n' | b'\r')) {
            return self.raw(bytes);
        }
        self.part();
        self.out.push(b'"');
        for byte in bytes {
            if *byte == b'"' {
                self.out.push(b'"');
            }
            self.out.push(*byte);
        }
        self.out.push(b'"');
        self
    }

    /// Bytes known to need no quotes.
    pub fn raw(&mut self, value: &[u8]) -> &mut Self {
        self.part();
        self.out.extend_from_slice(value);
        self
    }

    pub fn empty(&mut self) -> &mut Self {
        self.raw(b"")
    }

    pub fn number(&mut self, value: u64) -> &mut Self {
        self.part();
        push_number(self.out, value, 1);
        self
    }

    /// A prefix and a number of at least `width` digits: `TXN-0000042`.
    pub fn id(&mut self, prefix: &str, value: u64, width: usize) -> &mut Self {
        self.part();
        self.out.extend_from_slice(prefix.as_bytes());
        push_number(self.out, value, width);
        self
    }

    /// Cents as `1234.50`.
    pub fn money(&mut self, minor: i64) -> &mut Self {
        self.part();
        if minor < 0 {
            self.out.push(b'-');
        }
        let absolute = minor.unsigned_abs();
        push_number(self.out, absolute / 100, 1);
        self.out.push(b'.');
        push_number(self.out, absolute % 100, 2);
        self
    }

    pub fn date(&mut self, day: i32) -> &mut Self {
        self.raw(&calendar::iso(day))
    }

    pub fn clock(&mut self, second: i32) -> &mut Self {
        self.raw(&calendar::clock(second))
    }

    /// A moment: date, `separator`, time, `zone`.
    pub fn moment(&mut self, day: i32, second: i32, separator: u8, zone: &str) -> &mut Self {
        self.part();
        let (day, second) = (day + second.div_euclid(86_400), second.rem_euclid(86_400));
        self.out.extend_from_slice(&calendar::iso(day));
        self.out.push(separator);
        self.out.extend_from_slice(&calendar::clock(second));
        self.out.extend_from_slice(zone.as_bytes());
        self
    }

    pub fn end(&mut self) {
        self.out.push(b'\n');
    }
}

fn push_number(out: &mut Vec<u8>, mut value: u64, width: usize) {
    let mut digits = [b'0'; 20];
    let mut at = digits.len();
    while value > 0 {
        at -= 1;
        digits[at] = b'0' + (value % 10) as u8;
        value /= 10;
    }
    at = at.min(digits.len() - width);
    out.extend_from_slice(&digits[at..]);
}

/// A version-4 UUID of two random words.
pub fn uuid(high: u64, low: u64) -> [u8; 36] {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    let high = (high & !0xF000) | 0x4000;
    let low = (low & !(3 << 62)) | (1 << 63);
    let mut out = [b'-'; 36];
    let mut at = 0;
    for (place, byte) in high.to_be_bytes().iter().chain(&low.to_be_bytes()).enumerate() {
        if matches!(place, 4 | 6 | 8 | 10) {
            at += 1;
        }
        out[at] = HEX[usize::from(byte >> 4)];
        out[at + 1] = HEX[usize::from(byte & 15)];
        at += 2;
    }
    out
}

/// A Salesforce id: 15 characters that distinguish case, and 3 that say which of them are capitals.
pub fn salesforce_id(prefix: &str, mut number: u64) -> [u8; 18] {
    const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    const CHECK: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ012345";
    let mut out = *b"000g50000000000000";
    out[..prefix.len()].copy_from_slice(prefix.as_bytes());
    for at in (8..15).rev() {
        out[at] = DIGITS[(number % 62) as usize];
        number /= 62;
    }
    for part in 0..3 {
        let capitals = (0..5).filter(|at| out[part * 5 + at].is_ascii_uppercase()).fold(0_usize, |sum, at| sum | 1 << at);
        out[15 + part] = CHECK[capitals];
    }
    out
}
