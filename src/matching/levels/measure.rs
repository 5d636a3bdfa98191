//! String measures that several kinds use. Characters are Unicode; standardised text is ASCII.

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
    let found = osa(l, r);
    (found <= limit).then_some(found)
}

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

/// Optimal string alignment distance over bytes in three rows.
fn osa(l: &[u8], r: &[u8]) -> usize {
    let width = r.len() + 1;
    let mut rows = vec![0_usize; width * 3];
    let (before, rest) = rows.split_at_mut(width);
    let (above, row) = rest.split_at_mut(width);
    let (mut before, mut above, mut row) = (before, above, row);
    for (at, cell) in above.iter_mut().enumerate() {
        *cell = at;
    }
    for (i, a) in l.iter().enumerate() {
        row[0] = i + 1;
        for (j, b) in r.iter().enumerate() {
            let mut cost = (above[j + 1] + 1).min(row[j] + 1).min(above[j] + usize::from(a != b));
            if i > 0 && j > 0 && *a == r[j - 1] && l[i - 1] == *b {
                cost = cost.min(before[j - 1] + 1);
            }
            row[j + 1] = cost;
        }
        (before, above, row) = (above, row, before);
    }
    above[r.len()]
}

/// Jaro-Winkler similarity, 0 to 1.
pub fn jaro_winkler(l: &str, r: &str) -> f64 {
    strsim::jaro_winkler(l, r)
}

/// Two words that are one but for a typing error: 1 edit (words of 3 letters and more), 2 in long ones.
pub fn is_typo(l: &str, r: &str) -> bool {
    let shorter = l.len().min(r.len());
    let limit = match shorter {
        0..=2 => return false,
        3..=8 => 1,
        _ => 2,
    };
    edits(l, r, limit).is_some()
}

/// Share of the tokens of the side with fewer that have an equal or nearly equal partner on the other; and the same for the side with more.
pub fn token_overlap(l: &[Box<str>], r: &[Box<str>]) -> (f64, f64) {
    let (few, many) = if l.len() <= r.len() { (l, r) } else { (r, l) };
    if few.is_empty() {
        return (0.0, 0.0);
    }
    let mut taken = vec![false; many.len()];
    let mut found = 0_u32;
    for token in few {
        let partner = (0..many.len()).find(|at| !taken[*at] && many[*at] == *token).or_else(|| {
            let wordy = token.len() >= 4 && !token.bytes().any(|b| b.is_ascii_digit());
            (0..many.len()).find(|at| wordy && !taken[*at] && is_typo(token, &many[*at]))
        });
        if let Some(at) = partner {
            taken[at] = true;
            found += 1;
        }
    }
    (f64::from(found) / few.len() as f64, f64::from(found) / many.len() as f64)
}

/// Letters and digits run together.
pub fn squeezed(text: &str) -> String {
    text.chars().filter(|c| *c != ' ').collect()
}
