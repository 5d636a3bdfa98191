//! String measures that several kinds use. Characters are Unicode; standardised text is ASCII.

use crate::matching::fields::Value;

/// Edit distance with neighbour swaps (optimal string alignment), or `None` where it exceeds `limit`.
pub fn edits(l: &str, r: &str, limit: usize) -> Option<usize> {
    if l.len().abs_diff(r.len()) > limit {
        return None;
    }
    let (l, r) = without_common_ends(l.as_bytes(), r.as_bytes());
    if l.is_empty() || r.is_empty() {
        let longer = l.len().max(r.len());
        return (longer <= limit).then_some(longer);
    }
    if r.len() < LONGEST_ON_STACK {
        let mut rows = [0_u8; LONGEST_ON_STACK * 3];
        return osa(l, r, limit.min(200), &mut rows[..(r.len() + 1) * 3]);
    }
    let mut rows = vec![0_u8; (r.len() + 1) * 3];
    osa(l, r, limit.min(200), &mut rows)
}

/// Texts shorter than this need no memory of their own.
const LONGEST_ON_STACK: usize = 96;

fn without_common_ends<'a>(mut l: &'a [u8], mut r: &'a [u8]) -> (&'a [u8], &'a [u8]) {
    while let (Some(a), Some(b)) = (l.first(), r.first())
        && a == b
    {
        (l, r) = (&l[1..], &r[1..]);
    }
    while let (Some(a), Some(b)) = (l.last(), r.last())
        && a == b
    {
        (l, r) = (&l[..l.len() - 1], &r[..r.len() - 1]);
    }
    (l, r)
}

/// Optimal string alignment distance over bytes in three rows; gives up once a row leaves no way to stay within `limit`.
fn osa(l: &[u8], r: &[u8], limit: usize, rows: &mut [u8]) -> Option<usize> {
    let width = r.len() + 1;
    let (before, rest) = rows.split_at_mut(width);
    let (above, row) = rest.split_at_mut(width);
    let (mut before, mut above, mut row) = (before, above, row);
    let far = u8::try_from(limit + 1).unwrap_or(u8::MAX);
    for (at, cell) in above.iter_mut().enumerate() {
        *cell = u8::try_from(at).unwrap_or(u8::MAX).min(far);
    }
    for (i, a) in l.iter().enumerate() {
        row[0] = u8::try_from(i + 1).unwrap_or(u8::MAX).min(far);
        // Cells further than `limit` from the diagonal cannot come back within it.
        let (from, to) = (i.saturating_sub(limit), (i + limit + 1).min(r.len()));
        if from > 0 {
            row[from] = far;
        }
        let mut least = row[0];
        for j in from..to {
            let mut cost = (above[j + 1] + 1).min(row[j] + 1).min(above[j] + u8::from(*a != r[j]));
            if i > 0 && j > 0 && *a == r[j - 1] && l[i - 1] == r[j] {
                cost = cost.min(before[j - 1] + 1);
            }
            row[j + 1] = cost.min(far);
            least = least.min(row[j + 1]);
        }
        if to < r.len() {
            row[to + 1] = far;
        }
        if least >= far {
            return None;
        }
        (before, above, row) = (above, row, before);
    }
    let found = usize::from(above[r.len()]);
    (found <= limit).then_some(found)
}

/// Jaro-Winkler similarity, 0 to 1 (over 0.7 a bonus for each of up to four equal first letters), as `strsim` has it.
pub fn jaro_winkler(l: &str, r: &str) -> f64 {
    if l.len() > 64 || r.len() > 64 || !l.is_ascii() || !r.is_ascii() {
        return strsim::jaro_winkler(l, r);
    }
    let jaro = jaro(l.as_bytes(), r.as_bytes());
    if jaro <= 0.7 {
        return jaro;
    }
    jaro + 0.1 * common_prefix(l, r) as f64 * (1.0 - jaro)
}

/// Equal first letters, up to four.
fn common_prefix(l: &str, r: &str) -> usize {
    l.bytes().zip(r.bytes()).take(4).take_while(|(a, b)| a == b).count()
}

/// Jaro similarity of two texts of at most 64 bytes; the letters that have found a partner are bits.
fn jaro(l: &[u8], r: &[u8]) -> f64 {
    if l.is_empty() && r.is_empty() {
        return 1.0;
    }
    let range = (l.len().max(r.len()) / 2).saturating_sub(1);
    let (mut of_l, mut of_r) = (0_u64, 0_u64);
    for (i, a) in l.iter().enumerate() {
        let (from, to) = (i.saturating_sub(range), (i + range + 1).min(r.len()));
        if let Some(j) = (from..to).find(|j| of_r >> j & 1 == 0 && r[*j] == *a) {
            of_l |= 1 << i;
            of_r |= 1 << j;
        }
    }
    let matches = of_l.count_ones();
    if matches == 0 {
        return 0.0;
    }
    let mut crossed = 0_u32;
    let mut rest = of_r;
    for (i, a) in l.iter().enumerate() {
        if of_l >> i & 1 == 1 {
            crossed += u32::from(*a != r[rest.trailing_zeros() as usize]);
            rest &= rest - 1;
        }
    }
    let matches = f64::from(matches);
    (matches / l.len() as f64 + matches / r.len() as f64 + (matches - f64::from(crossed / 2)) / matches) / 3.0
}

/// Two words that are one but for a typing error: 1 edit (words of 3 letters and more), 2 in long ones.
pub fn is_typo(l: &str, r: &str) -> bool {
    typo_limit(l, r).is_some_and(|limit| edits(l, r, limit).is_some())
}

fn typo_limit(l: &str, r: &str) -> Option<usize> {
    match l.len().min(r.len()) {
        0..=2 => None,
        3..=8 => Some(1),
        _ => Some(2),
    }
}

/// Share of the tokens of the side with fewer that have an equal or nearly equal partner on the other; and the same for the side with more.
pub fn token_overlap<T: AsRef<str>>(l: &[T], r: &[T]) -> (f64, f64) {
    let (few, many) = if l.len() <= r.len() { (l, r) } else { (r, l) };
    if few.is_empty() {
        return (0.0, 0.0);
    }
    let mut taken = Taken::default();
    let mut found = 0_u32;
    for token in few {
        let token = token.as_ref();
        let partner = (0..many.len()).find(|at| !taken.has(*at) && many[*at].as_ref() == token).or_else(|| {
            let wordy = token.len() >= 4 && !token.bytes().any(|b| b.is_ascii_digit());
            (0..many.len()).find(|at| wordy && !taken.has(*at) && is_typo(token, many[*at].as_ref()))
        });
        if let Some(at) = partner {
            taken.take(at);
            found += 1;
        }
    }
    (f64::from(found) / few.len() as f64, f64::from(found) / many.len() as f64)
}

/// Which tokens have a partner; the first 64 need no memory of their own.
#[derive(Default)]
struct Taken {
    first: u64,
    rest: Vec<usize>,
}

impl Taken {
    fn has(&self, at: usize) -> bool {
        if at < 64 { self.first >> at & 1 == 1 } else { self.rest.contains(&at) }
    }

    fn take(&mut self, at: usize) {
        if at < 64 { self.first |= 1 << at } else { self.rest.push(at) }
    }
}

/// Whether the texts of two values without their spaces are within so many edits.
pub fn within(l: &Value, r: &Value, limit: usize) -> bool {
    let (a, b) = (l.squeezed(), r.squeezed());
    // Every edit takes away at most one letter that both have.
    let far = l.shape.common_at_most(&r.shape).is_some_and(|common| a.len().max(b.len()) > common + limit);
    !far && edits(a, b, limit).is_some()
}

/// `is_typo` of the texts of two values without their spaces.
pub fn is_typo_of(l: &Value, r: &Value) -> bool {
    typo_limit(l.squeezed(), r.squeezed()).is_some_and(|limit| within(l, r, limit))
}

/// Whether two values are one but for a typing error at most.
pub fn is_same_or_typo(l: &Value, r: &Value) -> bool {
    // The longest error that is forgiven takes two letters away.
    let far = l.shape.common_at_most(&r.shape).is_some_and(|common| l.squeezed().len().max(r.squeezed().len()) > common + 2);
    !far && (l.squeezed() == r.squeezed() || is_typo_of(l, r))
}

/// Jaro-Winkler similarity of the texts of two values without their spaces; 0 where it stays below `least`.
pub fn similarity_from(l: &Value, r: &Value, least: f64) -> f64 {
    let (a, b) = (l.squeezed(), r.squeezed());
    if l.shape.common_at_most(&r.shape).is_some_and(|common| similarity_at_most(a, b, common) < least) {
        return 0.0;
    }
    let found = jaro_winkler(a, b);
    if found < least { 0.0 } else { found }
}

/// Jaro-Winkler similarity if all common letters stood in order.
fn similarity_at_most(l: &str, r: &str, common: usize) -> f64 {
    let (shorter, longer) = (l.len().min(r.len()), l.len().max(r.len()));
    let common = common.min(shorter) as f64;
    if common == 0.0 {
        return if longer == 0 { 1.0 } else { 0.0 };
    }
    let jaro = (common / shorter as f64 + common / longer as f64 + 1.0) / 3.0;
    // Rounding may not rule out what the measure would let through.
    jaro + 0.1 * common_prefix(l, r) as f64 * (1.0 - jaro) + 1e-9
}

#[cfg(test)]
mod tests {
    use super::{edits, jaro_winkler};
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]

        #[test]
        fn measures_are_those_of_the_library(l in "[a-d ]{0,14}", r in "[a-d ]{0,14}", limit in 0_usize..6) {
            let distance = strsim::osa_distance(&l, &r);
            prop_assert_eq!(edits(&l, &r, limit), (distance <= limit).then_some(distance));
            prop_assert!((jaro_winkler(&l, &r) - strsim::jaro_winkler(&l, &r)).abs() < 1e-12);
        }
    }
}
