//! Keys that names which sound alike share.

/// A small Metaphone-like key of a folded word: first letter kept, vowels dropped, letters that sound alike made one, repeats dropped.
/// At most 6 letters. Empty for text without letters.
pub fn phonetic(word: &str) -> String {
    let letters: Vec<u8> = word.bytes().filter(u8::is_ascii_lowercase).collect();
    let mut out = String::with_capacity(6);
    let mut last = 0_u8;
    let mut at = 0;
    while at < letters.len() && out.len() < 6 {
        let next = letters.get(at + 1).copied().unwrap_or(0);
        let (code, used) = code_of(letters[at], next, at == 0);
        at += used;
        if code != 0 && code != last {
            out.push(char::from(code));
        }
        last = code;
    }
    out
}

/// The sound of the letter at hand and how many letters it takes.
fn code_of(letter: u8, next: u8, first: bool) -> (u8, usize) {
    match (letter, next) {
        (b'p', b'h') => (b'f', 2),
        (b'c' | b's', b'h') => (b'x', 2),
        (b't', b'h') => (b't', 2),
        (b'c', b'k') => (b'k', 2),
        (b'g', b'h') => (if first { b'k' } else { 0 }, 2),
        (b'k' | b'g', b'n') if first => (b'n', 2),
        (b'w', b'r') if first => (b'r', 2),
        (b'c', b'e' | b'i' | b'y') | (b's' | b'z', _) => (b's', 1),
        (b'c' | b'k' | b'q' | b'g', _) => (b'k', 1),
        (b'b' | b'p', _) => (b'p', 1),
        (b'd' | b't', _) => (b't', 1),
        (b'f' | b'v', _) => (b'f', 1),
        (b'w' | b'h', _) => (0, 1),
        (b'j', _) => (b'j', 1),
        (b'a' | b'e' | b'i' | b'o' | b'u' | b'y', _) => (if first { b'a' } else { 0 }, 1),
        (other, _) => (other, 1),
    }
}
