//! E-mail addresses: the whole, the part before the @, typing errors, the domain.

use super::measure;
use super::{Level, level};
use crate::matching::fields::Value;
use crate::matching::standardise::email::is_common_provider;

/// Equal, and records that carry it do not contradict each other.
pub const EXACT: u8 = 5;
/// Equal, but different people are seen to carry it.
pub const SHARED: u8 = 2;
/// The same before the @ of another provider.
pub const SAME_LOCAL: u8 = 4;

pub const LEVELS: &[Level] = &[
    level("All other comparisons", "e-mail differs", 0.20, 0.98, false),
    level("Same rare domain", "e-mail domain same", 0.03, 0.004, false),
    level("Exact match, used by several people", "shared e-mail same", 0.03, 1e-5, false),
    level("1-2 characters differ", "e-mail 1-2 characters", 0.08, 2e-5, false),
    level("Same before the @", "e-mail same before the @", 0.06, 2e-5, false),
    level("Exact match", "e-mail same", 0.60, 1e-6, true),
];

pub fn gamma(l: &Value, r: &Value) -> u8 {
    if l.text == r.text {
        return EXACT;
    }
    let ((local_l, domain_l), (local_r, domain_r)) = (parts(l), parts(r));
    if local_l == local_r && local_l.len() >= 4 {
        return SAME_LOCAL;
    }
    // The letters of a value's shape are those before the @: where the domains are one, they rule out most.
    let common = if domain_l == domain_r { l.shape.common_at_most(&r.shape) } else { None };
    let far = common.is_some_and(|common| local_l.len().max(local_r.len()) > common + 2);
    // Before the @ of another domain a letter more or less is another person: "bsmith" and "psmith".
    let one_domain = domain_l == domain_r;
    if !far && !other_number(local_l, local_r) && (one_domain && near(local_l, local_r) || near(&l.text, &r.text)) {
        return 3;
    }
    u8::from(one_domain && !is_common_provider(domain_l))
}

/// Whether what stands before the @ is the name and no more ("jjones", "jay.jones"): whoever is called so has such an address.
pub fn is_made_of(email: &Value, given: &Value, family: &Value) -> bool {
    let local = parts(email).0;
    if !local.bytes().all(|byte| byte.is_ascii_alphabetic() || matches!(byte, b'.' | b'_' | b'-')) {
        return false;
    }
    let letters: String = local.chars().filter(char::is_ascii_alphabetic).collect();
    let (given, family) = (given.squeezed(), family.squeezed());
    let is_joined = |head: &str, tail: &str| {
        !head.is_empty()
            && letters
                .strip_prefix(head)
                .is_some_and(|rest| !rest.is_empty() && (rest == tail || tail.starts_with(rest) && rest.len() == 1))
            || head.is_ascii() && !head.is_empty() && letters.strip_prefix(&head[..1]).is_some_and(|rest| rest == tail)
    };
    letters == given || letters == family || is_joined(given, family) || is_joined(family, given)
}

/// Before and after the @.
fn parts(value: &Value) -> (&str, &str) {
    let part = |at: usize| value.tokens.get(at).map_or("", AsRef::as_ref);
    (part(0), part(1))
}

fn near(l: &str, r: &str) -> bool {
    let shorter = l.len().min(r.len());
    shorter >= 5 && measure::edits(l, r, if shorter >= 8 { 2 } else { 1 }).is_some()
}

/// "adnan.ahmed31" and "adnan.ahmed45" are two people: where only digits differ it is no typing error.
fn other_number(l: &str, r: &str) -> bool {
    let has_digits = |text: &str| text.bytes().any(|b| b.is_ascii_digit());
    has_digits(l)
        && has_digits(r)
        && l.chars().filter(char::is_ascii_alphabetic).eq(r.chars().filter(char::is_ascii_alphabetic))
        && !l.bytes().filter(u8::is_ascii_digit).eq(r.bytes().filter(u8::is_ascii_digit))
}
