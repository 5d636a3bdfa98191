//! String measures exactly as DuckDB computes them: on the bytes of UTF-8. Spark, SQLite and Postgres count characters.

/// Edit distance: insertions, deletions, substitutions.
pub fn levenshtein<T: PartialEq>(l: &[T], r: &[T]) -> usize {
    let (short, long) = if l.len() <= r.len() { (l, r) } else { (r, l) };
    let mut row: Vec<usize> = (0..=short.len()).collect();
    for (i, a) in long.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, b) in short.iter().enumerate() {
            let cost = diagonal + usize::from(a != b);
            diagonal = row[j + 1];
            row[j + 1] = cost.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[short.len()]
}

/// Unrestricted Damerau-Levenshtein: neighbours may be swapped with edits between them ('ca', 'abc' = 2).
pub fn damerau_levenshtein<T: PartialEq>(l: &[T], r: &[T]) -> usize {
    if l.is_empty() || r.is_empty() {
        return l.len().max(r.len());
    }
    // Lowrance and Wagner 1975. Rows and columns 0 hold `limit`, which no path takes.
    let (height, width) = (l.len() + 2, r.len() + 2);
    let limit = l.len() + r.len();
    let mut cell = vec![0_usize; height * width];
    cell[0] = limit;
    for i in 0..=l.len() {
        cell[(i + 1) * width] = limit;
        cell[(i + 1) * width + 1] = i;
    }
    for j in 0..=r.len() {
        cell[j + 1] = limit;
        cell[width + j + 1] = j;
    }
    for i in 1..=l.len() {
        let mut last_match_in_r = 0;
        for j in 1..=r.len() {
            // The last row above whose character is this one of r.
            let row = l[..i - 1].iter().rposition(|c| *c == r[j - 1]).map_or(0, |at| at + 1);
            let column = last_match_in_r;
            let same = l[i - 1] == r[j - 1];
            if same {
                last_match_in_r = j;
            }
            let replaced = cell[i * width + j] + usize::from(!same);
            let inserted = cell[(i + 1) * width + j] + 1;
            let deleted = cell[i * width + j + 1] + 1;
            let swapped = cell[row * width + column] + (i - row - 1) + 1 + (j - column - 1);
            cell[(i + 1) * width + j + 1] = replaced.min(inserted).min(deleted).min(swapped);
        }
    }
    cell[(l.len() + 1) * width + r.len() + 1]
}

/// Jaro similarity, 0 to 1; 0 where a side is empty.
pub fn jaro<T: PartialEq>(l: &[T], r: &[T]) -> f64 {
    if l.is_empty() || r.is_empty() {
        return 0.0;
    }
    let reach = (l.len().max(r.len()) / 2).saturating_sub(1);
    let mut taken_l = vec![false; l.len()];
    let mut taken_r = vec![false; r.len()];
    let mut common = 0_usize;
    for (i, a) in l.iter().enumerate() {
        let from = i.saturating_sub(reach);
        let to = (i + reach + 1).min(r.len());
        if let Some(j) = (from..to.max(from)).find(|j| !taken_r[*j] && r[*j] == *a) {
            taken_l[i] = true;
            taken_r[j] = true;
            common += 1;
        }
    }
    if common == 0 {
        return 0.0;
    }
    let in_l = l.iter().zip(&taken_l).filter(|(_, taken)| **taken).map(|(c, _)| c);
    let in_r = r.iter().zip(&taken_r).filter(|(_, taken)| **taken).map(|(c, _)| c);
    let moved = in_l.zip(in_r).filter(|(a, b)| a != b).count() / 2;
    let m = common as f64;
    (m / l.len() as f64 + m / r.len() as f64 + (m - moved as f64) / m) / 3.0
}

/// Jaro-Winkler similarity: the bonus for up to four common first characters counts only where Jaro exceeds 0.7.
pub fn jaro_winkler<T: PartialEq>(l: &[T], r: &[T]) -> f64 {
    let jaro = jaro(l, r);
    if jaro <= 0.7 {
        return jaro;
    }
    let prefix = l.iter().zip(r).take(4).take_while(|(a, b)| a == b).count();
    jaro + prefix as f64 * 0.1 * (1.0 - jaro)
}

/// Shared characters by all characters, each counted once; `None` where a side is empty (DuckDB refuses that).
pub fn jaccard(l: &[u8], r: &[u8]) -> Option<f64> {
    if l.is_empty() || r.is_empty() {
        return None;
    }
    let set = |text: &[u8]| {
        let mut seen = [false; 256];
        for byte in text {
            seen[usize::from(*byte)] = true;
        }
        seen
    };
    let (l, r) = (set(l), set(r));
    let both = l.iter().zip(&r).filter(|(a, b)| **a && **b).count();
    let either = l.iter().zip(&r).filter(|(a, b)| **a || **b).count();
    Some(both as f64 / either as f64)
}

/// As Apache Commons Text has it: two empty texts are the same, one empty text shares nothing.
pub fn jaccard_of_characters(l: &str, r: &str) -> f64 {
    let set = |text: &str| text.chars().collect::<std::collections::BTreeSet<char>>();
    let (l, r) = (set(l), set(r));
    let either = l.union(&r).count();
    if either == 0 { 1.0 } else { l.intersection(&r).count() as f64 / either as f64 }
}

/// Places that differ; `None` where the lengths differ or are 0 (DuckDB refuses that).
pub fn hamming(l: &[u8], r: &[u8]) -> Option<usize> {
    (l.len() == r.len() && !l.is_empty()).then(|| l.iter().zip(r).filter(|(a, b)| a != b).count())
}
