//! What of a value is worked out once, so that most pairs of values need no string measure: bounds first, measures after.

use super::settings::FieldKind;
use super::standardise::address::house_number;
use super::standardise::nickname;
use super::standardise::phone::subscriber;
use super::standardise::phonetic::phonetic;

/// Parts of one value's text. Bounds never rule out what the measure itself would accept.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Shape {
    /// What is compared where it is not the text: the text without its spaces, of a phone the subscriber's number.
    squeezed: Option<Box<str>>,
    /// Per word of a given name (of no other field) the rows of the list of names that it stands in.
    pub forms: Box<[&'static [u16]]>,
    letters: Letters,
    /// A bit per word, by its hash.
    words: u64,
    /// Sounds of the squeezed text, up to 8 bytes of the key; 0 where it has none.
    pub sound: u64,
    /// Digits of the house number and how many they are.
    pub house: Option<(u8, u32)>,
    /// Words without digits, and their bytes together.
    pub named: (u16, u16),
}

impl Shape {
    pub fn of(kind: FieldKind, text: &str, tokens: &[Box<str>]) -> Self {
        let squeezed = match kind {
            FieldKind::Phone => Some(subscriber(text)).filter(|number| number.len() < text.len()).map(Box::from),
            _ => text.contains(' ').then(|| text.replace(' ', "").into_boxed_str()),
        };
        let run: &str = squeezed.as_deref().unwrap_or(text);
        let wordy = matches!(
            kind,
            FieldKind::GivenName
                | FieldKind::FamilyName
                | FieldKind::Organisation
                | FieldKind::City
                | FieldKind::Text
                | FieldKind::Category
        );
        Self {
            letters: Letters::of(if kind == FieldKind::Email { tokens.first().map_or("", AsRef::as_ref) } else { run }),
            words: tokens.iter().fold(0, |bits, token| bits | 1 << (crate::base::hash::stable_64(token.as_bytes()) & 63)),
            sound: if wordy { sound_of(run) } else { 0 },
            forms: if kind == FieldKind::GivenName { tokens.iter().map(|token| nickname::rows(token)).collect() } else { Box::default() },
            house: if matches!(kind, FieldKind::Street | FieldKind::Text) { house_number(text).map(house_of) } else { None },
            named: named(tokens),
            squeezed,
        }
    }

    /// The text without its spaces; of a phone the subscriber's number.
    pub fn squeezed<'a>(&'a self, text: &'a str) -> &'a str {
        self.squeezed.as_deref().unwrap_or(text)
    }

    /// Reads from where the letters lie.
    #[inline]
    pub fn touch(&self) -> u8 {
        u8::from(self.letters.beyond)
    }

    /// Letters that the two texts can have in common at most; `None`: cannot be told.
    pub fn common_at_most(&self, other: &Self) -> Option<usize> {
        self.letters.common_at_most(&other.letters)
    }

    /// False: no word stands in both.
    pub fn may_share_a_word(&self, other: &Self) -> bool {
        self.words & other.words != 0
    }
}

fn named(tokens: &[Box<str>]) -> (u16, u16) {
    let words = tokens.iter().filter(|word| !word.bytes().any(|byte| byte.is_ascii_digit()));
    words
        .fold((0, 0), |(count, bytes), word| (count.saturating_add(1), bytes.saturating_add(u16::try_from(word.len()).unwrap_or(u16::MAX))))
}

fn sound_of(text: &str) -> u64 {
    phonetic(text).bytes().take(8).fold(0, |key, byte| key << 8 | u64::from(byte))
}

fn house_of(digits: &str) -> (u8, u32) {
    (u8::try_from(digits.len()).unwrap_or(u8::MAX), digits.parse().unwrap_or(0))
}

/// Which characters a text has, up to three times each; a few rare ones share a place.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
struct Letters {
    times: [u32; 3],
    /// Characters that are not ASCII, or more of one than are counted.
    beyond: bool,
}

impl Letters {
    fn of(text: &str) -> Self {
        let mut counts = [0_u8; 32];
        let mut beyond = false;
        for byte in text.bytes() {
            let at = match byte {
                b'a'..=b'z' => byte - b'a',
                b'0'..=b'9' => 26 + (byte - b'0') % 5,
                _ => 31,
            };
            beyond |= !byte.is_ascii() || counts[usize::from(at)] == 3;
            counts[usize::from(at)] = (counts[usize::from(at)] + 1).min(3);
        }
        let mut times = [0_u32; 3];
        for (at, count) in counts.iter().enumerate() {
            times.iter_mut().take(usize::from(*count)).for_each(|bits| *bits |= 1 << at);
        }
        Self { times, beyond }
    }

    fn common_at_most(&self, other: &Self) -> Option<usize> {
        (!self.beyond && !other.beyond).then(|| self.times.iter().zip(&other.times).map(|(a, b)| (a & b).count_ones() as usize).sum())
    }
}
