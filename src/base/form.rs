//! The form of a value: letters, digits and marks, with what repeats counted.

use std::fmt::Write as _;

/// `AB-1042` -> `A{2}-9{4}`; lower-case letters are `a`, upper-case ones `A`, any script. Space around it does not count. At most 12
/// different pieces.
pub fn form_of(value: &str) -> String {
    let mut form = String::new();
    let mut pieces = 0;
    let mut chars = value.trim().chars().map(class).peekable();
    while let Some(c) = chars.next() {
        let mut times = 1;
        while chars.next_if_eq(&c).is_some() {
            times += 1;
        }
        pieces += 1;
        if pieces > 12 {
            form.push('\u{2026}');
            break;
        }
        form.push(c);
        if times > 1 {
            // Writing to a String cannot fail.
            let _ = write!(form, "{{{times}}}");
        }
    }
    form
}

fn class(c: char) -> char {
    if c.is_numeric() {
        '9'
    } else if c.is_lowercase() {
        'a'
    } else if c.is_alphabetic() {
        'A'
    } else {
        c
    }
}
