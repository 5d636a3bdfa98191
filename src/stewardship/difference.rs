//! Which characters of a value differ from another. Flow: two texts -> longest common subsequence -> runs.

/// Cuts `value` into runs of characters that stand in `reference` too (`false`) and that do not (`true`), in order.
/// Upper and lower case count as the same; a run of one common character between two differing ones counts as differing.
pub fn difference_runs(reference: &str, value: &str) -> Vec<(bool, String)> {
    let (a, b): (Vec<char>, Vec<char>) = (reference.chars().collect(), value.chars().collect());
    // Values longer than a screen line are shown as a whole: marking characters in them helps nobody.
    const LONGEST: usize = 400;
    if a.len() > LONGEST || b.len() > LONGEST {
        return vec![(reference != value, value.to_owned())];
    }
    let mut differs = marks(&a, &b);
    for at in 1..differs.len().saturating_sub(1) {
        if !differs[at] && differs[at - 1] && differs[at + 1] {
            differs[at] = true;
        }
    }
    let mut runs: Vec<(bool, String)> = Vec::new();
    for (mark, letter) in differs.into_iter().zip(b) {
        match runs.last_mut() {
            Some((last, text)) if *last == mark => text.push(letter),
            _ => runs.push((mark, letter.to_string())),
        }
    }
    runs
}

/// Per character of `b`: is it outside the longest common subsequence with `a`?
fn marks(a: &[char], b: &[char]) -> Vec<bool> {
    let same = |x: char, y: char| x == y || x.to_lowercase().eq(y.to_lowercase());
    let width = b.len() + 1;
    let mut longest = vec![0_u16; (a.len() + 1) * width];
    for i in (0..a.len()).rev() {
        for j in (0..b.len()).rev() {
            longest[i * width + j] = if same(a[i], b[j]) {
                longest[(i + 1) * width + j + 1] + 1
            } else {
                longest[(i + 1) * width + j].max(longest[i * width + j + 1])
            };
        }
    }
    let mut differs = vec![true; b.len()];
    let (mut i, mut j) = (0, 0);
    while i < a.len() && j < b.len() {
        if same(a[i], b[j]) {
            differs[j] = false;
            (i, j) = (i + 1, j + 1);
        } else if longest[(i + 1) * width + j] >= longest[i * width + j + 1] {
            i += 1;
        } else {
            j += 1;
        }
    }
    differs
}

#[cfg(test)]
#[path = "difference_tests.rs"]
mod tests;
