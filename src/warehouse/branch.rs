//! Which branch a free spelling means: "DT Main Branch", "downtown main br." and "BR001" are one.

use std::collections::BTreeSet;

use deunicode::deunicode;
use rusqlite::Connection;
use strsim::normalized_damerau_levenshtein;

use super::error::{Result, SqlContext};

/// The least share of a spelling that a branch must explain.
const ACCEPT: f64 = 0.72;
/// How far the best branch must lie before the second.
const MARGIN: f64 = 0.08;

#[derive(Debug, Clone, PartialEq)]
pub struct Branch {
    pub branch_id: String,
    pub branch_name: String,
}

#[derive(Debug, Clone, PartialEq)]
pub struct BranchMatch {
    pub branch_id: Option<String>,
    /// id, name, words or none.
    pub method: &'static str,
    /// 0 to 1.
    pub score: f64,
}

/// Finds the branch that a spelling means among the bank's branches.
pub fn resolve(raw: &str, branches: &[Branch]) -> BranchMatch {
    let plain = squeezed(raw);
    if plain.is_empty() {
        return BranchMatch { branch_id: None, method: "none", score: 0.0 };
    }
    let hit = |branch: &Branch, method| BranchMatch { branch_id: Some(branch.branch_id.clone()), method, score: 1.0 };
    if let Some(branch) = branches.iter().find(|b| squeezed(&b.branch_id) == plain || same_number(&plain, &squeezed(&b.branch_id))) {
        return hit(branch, "id");
    }
    let words = words(raw);
    let joined = words.concat();
    if joined.is_empty() {
        return BranchMatch { branch_id: None, method: "none", score: 0.0 };
    }
    let exact: Vec<&Branch> = branches.iter().filter(|b| self::words(&b.branch_name).concat() == joined).collect();
    if let [branch] = exact.as_slice() {
        return hit(branch, "name");
    }
    let mut scored: Vec<(f64, &Branch)> = branches.iter().map(|branch| (score(&words, &branch.branch_name, branches), branch)).collect();
    scored.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.branch_id.cmp(&b.1.branch_id)));
    match scored.as_slice() {
        [(best, branch), rest @ ..] if *best >= ACCEPT && rest.first().is_none_or(|(second, _)| best - second >= MARGIN) => {
            BranchMatch { branch_id: Some(branch.branch_id.clone()), method: "words", score: *best }
        }
        [(best, _), ..] => BranchMatch { branch_id: None, method: "none", score: *best },
        [] => BranchMatch { branch_id: None, method: "none", score: 0.0 },
    }
}

/// Mean likeness of the spelling's words to the branch's, with a little taken off for words of the branch that nothing speaks for.
/// A word that many branches share ("Business") counts less than one that is only in this name.
fn score(raw: &[String], branch_name: &str, branches: &[Branch]) -> f64 {
    let name = words(branch_name);
    if name.is_empty() {
        return 0.0;
    }
    let raw = &joined_up(raw, &name);
    let spaced_otherwise = normalized_damerau_levenshtein(&raw.concat(), &name.concat());
    let (mut sum, mut weights, mut spoken) = (0.0, 0.0, 0.0);
    let mut used = BTreeSet::new();
    for word in raw {
        let best = name.iter().enumerate().map(|(at, other)| (likeness(word, other), at)).max_by(|a, b| a.0.total_cmp(&b.0));
        let Some((like, at)) = best else { continue };
        let weight = rarity(&name[at], branches);
        sum += like * weight;
        weights += weight;
        if like > 0.5 && used.insert(at) {
            spoken += rarity(&name[at], branches);
        }
    }
    let whole: f64 = name.iter().map(|word| rarity(word, branches)).sum();
    let by_words = if weights > 0.0 { sum / weights * (0.75 + 0.25 * spoken / whole) } else { 0.0 };
    let initials: String = name.iter().filter_map(|word| word.chars().next()).collect();
    let by_initials = if name.len() > 1 && raw.concat() == initials { 0.8 } else { 0.0 };
    by_words.max(by_initials).max(if spaced_otherwise >= 0.85 { spaced_otherwise } else { 0.0 })
}

/// "south gate" as one word where the branch writes it so.
fn joined_up(raw: &[String], name: &[String]) -> Vec<String> {
    let mut out: Vec<String> = Vec::with_capacity(raw.len());
    for word in raw {
        match out.last_mut() {
            Some(last) if name.contains(&format!("{last}{word}")) => last.push_str(word),
            _ => out.push(word.clone()),
        }
    }
    out
}

#[expect(clippy::cast_precision_loss, reason = "a bank has far fewer than 2^52 branches")]
fn rarity(word: &str, branches: &[Branch]) -> f64 {
    let holders = branches.iter().filter(|branch| words(&branch.branch_name).iter().any(|w| w == word)).count().max(1);
    1.0 / holders as f64
}

fn likeness(word: &str, other: &str) -> f64 {
    if word == other {
        return 1.0;
    }
    let same_start = word.chars().next() == other.chars().next();
    if !same_start {
        return 0.0;
    }
    if word.len() >= 3 && other.starts_with(word) {
        return 0.92;
    }
    let mut rest = other.chars();
    if (2..=5).contains(&word.len()) && word.len() < other.len() && word.chars().all(|c| rest.any(|o| o == c)) {
        return 0.9;
    }
    let like = normalized_damerau_levenshtein(word, other);
    if like >= 0.72 { like.max(0.85) } else { 0.0 }
}

/// Lower-case words without those that every branch name may carry; compass points and common short forms spelled out.
fn words(text: &str) -> Vec<String> {
    deunicode(text)
        .to_lowercase()
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| {
            !word.is_empty()
                && !matches!(*word, "branch" | "br" | "brn" | "brnch" | "brch" | "bch" | "office" | "ofc" | "bank" | "the" | "of" | "no")
        })
        .map(|word| match word {
            "n" => "north",
            "s" => "south",
            "e" => "east",
            "w" => "west",
            "univ" | "uni" => "university",
            "apt" | "arpt" => "airport",
            "dist" => "district",
            "biz" => "business",
            other => other,
        })
        .map(str::to_owned)
        .collect()
}

fn squeezed(text: &str) -> String {
    super::functions::norm_key(text)
}

/// "BR001", "br1", "branch 1" and "001" name one number.
fn same_number(raw: &str, id: &str) -> bool {
    let number = |text: &str| {
        let digits = text.trim_start_matches(|c: char| c.is_ascii_alphabetic());
        let letters = &text[..text.len() - digits.len()];
        let fits = matches!(letters, "" | "b" | "br" | "branch" | "branchno" | "brn" | "brno");
        digits.parse::<u64>().ok().filter(|_| fits)
    };
    number(raw).is_some_and(|n| number(id) == Some(n))
}

/// Fills `silver.branch_alias` with every spelling that the sources use.
pub(crate) fn fill_alias(conn: &Connection) -> Result<()> {
    let what = "silver.branch_alias";
    let mut statement = conn.prepare("SELECT branch_id, coalesce(branch_name, '') FROM silver.dim_branch ORDER BY branch_id").at(what)?;
    let branches: Vec<Branch> = statement
        .query_map([], |row| Ok(Branch { branch_id: row.get(0)?, branch_name: row.get(1)? }))
        .at(what)?
        .collect::<rusqlite::Result<_>>()
        .at(what)?;
    let mut spellings = conn
        .prepare(
            "SELECT clean(territory) AS raw FROM temp.src_erp_customers
             UNION SELECT clean(territory) FROM temp.src_erp_sales_invoices
             UNION SELECT clean(territory_name) FROM temp.src_erp_territories
             UNION SELECT clean(branch) FROM temp.src_erp_accounts
             UNION SELECT clean(branch_id) FROM temp.src_gs_customer_notes
             UNION SELECT after_label(description, 'Branch:') FROM temp.src_sf_contacts
             UNION SELECT branch_id FROM silver.dim_branch
             UNION SELECT branch_name FROM silver.dim_branch
             ORDER BY raw",
        )
        .at(what)?;
    let mut insert =
        conn.prepare("INSERT INTO silver.branch_alias (branch_raw, branch_id, method, score) VALUES (?1, ?2, ?3, ?4)").at(what)?;
    let mut rows = spellings.query([]).at(what)?;
    while let Some(row) = rows.next().at(what)? {
        let Some(raw) = row.get::<_, Option<String>>(0).at(what)? else { continue };
        let found = resolve(&raw, &branches);
        insert.execute(rusqlite::params![raw, found.branch_id, found.method, found.score]).at(what)?;
    }
    Ok(())
}

#[cfg(test)]
#[path = "branch_tests.rs"]
mod tests;
