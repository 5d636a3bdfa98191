//! Customers by any of their names, typing errors allowed. Flow: words of records and identifiers -> distinct words with their customers,
//! trigrams -> words like those typed -> customers that have one for each.
//!
//! Two letters wrong are forgiven in a word of seven and more, one in a word of four and more (optimal string alignment: a swap is one).

use rustc_hash::FxHashMap;

use crate::engine::error::EngineError;
use crate::matching::standardise::{digits_of, fold};
use crate::store::reader::Connection;
use crate::store::silver::searchable;

use super::sqlite;

/// Every distinct word that some customer can be found by.
#[derive(Debug, Default)]
pub struct Finder {
    /// `C-1042`, by place.
    keys: Vec<String>,
    words: Vec<Box<str>>,
    /// Per word the places of its customers, rising.
    customers: Vec<Vec<u32>>,
    /// Three letters -> words that have them, rising; a word's edges count as letters.
    trigrams: FxHashMap<[u8; 3], Vec<u32>>,
}

/// How near a word is to what was typed.
const WHOLE: u32 = 8;
const BEGINS: u32 = 6;
const INSIDE: u32 = 4;
const ALMOST: u32 = 2;

fn trigrams_of(word: &str, edges: bool) -> Vec<[u8; 3]> {
    let text = if edges { format!("\u{1}{word}\u{1}") } else { word.to_owned() };
    let mut found: Vec<[u8; 3]> = text.as_bytes().windows(3).map(|three| [three[0], three[1], three[2]]).collect();
    found.sort_unstable();
    found.dedup();
    found
}

/// Letters that may be wrong.
fn forgiven(word: &str) -> usize {
    match word.len() {
        0..=3 => 0,
        4..=6 => 1,
        _ => 2,
    }
}

/// Words by which a value is found: each word folded, and an identifier, address or number also whole.
fn words_of(value: &str, words: &mut Vec<String>) {
    let folded = fold(value);
    let has_digits = folded.bytes().any(|byte| byte.is_ascii_digit());
    let parted = folded.contains(' ');
    words.extend(folded.split(' ').filter(|word| !word.is_empty()).map(str::to_owned));
    if parted && (has_digits || value.contains('@')) {
        words.push(folded.replace(' ', ""));
    }
}

/// A finder under construction.
#[derive(Default)]
struct Gathered {
    finder: Finder,
    places: FxHashMap<String, u32>,
    known: FxHashMap<Box<str>, u32>,
    words: Vec<String>,
}

impl Gathered {
    /// May come several times for one customer.
    fn add(&mut self, key: &str, values: &[String]) {
        let place = match self.places.get(key) {
            Some(place) => *place,
            None => {
                let place = u32::try_from(self.finder.keys.len()).unwrap_or(u32::MAX);
                self.places.insert(key.to_owned(), place);
                self.finder.keys.push(key.to_owned());
                place
            }
        };
        self.words.clear();
        values.iter().for_each(|value| words_of(value, &mut self.words));
        for word in &self.words {
            let at = match self.known.get(word.as_str()) {
                Some(at) => *at,
                None => {
                    let at = u32::try_from(self.finder.words.len()).unwrap_or(u32::MAX);
                    self.known.insert(word.as_str().into(), at);
                    self.finder.words.push(word.as_str().into());
                    self.finder.customers.push(Vec::new());
                    at
                }
            };
            self.finder.customers[at as usize].push(place);
        }
    }

    fn done(self) -> Finder {
        let mut finder = self.finder;
        for places in &mut finder.customers {
            places.sort_unstable();
            places.dedup();
        }
        for (at, word) in (0_u32..).zip(&finder.words) {
            for three in trigrams_of(word, true) {
                finder.trigrams.entry(three).or_default().push(at);
            }
        }
        finder
    }
}

impl Finder {
    pub fn read(conn: &Connection) -> Result<Self, EngineError> {
        let mut gathered = Gathered::default();
        sqlite(searchable(conn, |key, values| gathered.add(key, values)))?;
        Ok(gathered.done())
    }

    /// Keys of the customers that have a word like each that was typed, nearest first; of equals by key.
    pub fn find(&self, text: &str) -> Vec<&str> {
        let mut scores: Option<FxHashMap<u32, u32>> = None;
        for typed in typed_words(text) {
            let mut found: FxHashMap<u32, u32> = FxHashMap::default();
            for (word, score) in self.like(&typed) {
                for place in &self.customers[word as usize] {
                    let held = found.entry(*place).or_default();
                    *held = (*held).max(score);
                }
            }
            scores = Some(match scores {
                None => found,
                Some(before) => found.into_iter().filter_map(|(place, score)| Some((place, score + before.get(&place)?))).collect(),
            });
        }
        let mut ranked: Vec<(u32, u32)> = scores.unwrap_or_default().into_iter().collect();
        ranked.sort_by_key(|(place, score)| (std::cmp::Reverse(*score), *place));
        ranked.into_iter().map(|(place, _)| self.keys[place as usize].as_str()).collect()
    }

    /// Words like a typed one, and how near each is.
    fn like(&self, typed: &str) -> Vec<(u32, u32)> {
        let near = |word: &str| {
            if word == typed {
                Some(WHOLE)
            } else if word.starts_with(typed) {
                Some(BEGINS)
            } else if word.contains(typed) {
                Some(INSIDE)
            } else {
                let most = forgiven(typed);
                (most > 0 && word.len().abs_diff(typed.len()) <= most && strsim::osa_distance(word, typed) <= most).then_some(ALMOST)
            }
        };
        let score = |at: u32| near(&self.words[at as usize]).map(|score| (at, score));
        let inner = trigrams_of(typed, false);
        if inner.is_empty() {
            return (0..u32::try_from(self.words.len()).unwrap_or(u32::MAX)).filter_map(score).collect();
        }
        // A wrong letter spoils three threes at most. Where so many can be spoilt that none is left, one will do.
        let whole = trigrams_of(typed, true);
        let least = whole.len().saturating_sub(3 * forgiven(typed)).clamp(1, inner.len());
        let mut shared: FxHashMap<u32, usize> = FxHashMap::default();
        for three in &whole {
            for at in self.trigrams.get(three).into_iter().flatten() {
                *shared.entry(*at).or_default() += 1;
            }
        }
        let mut found: Vec<(u32, u32)> = shared.into_iter().filter(|(_, count)| *count >= least).filter_map(|(at, _)| score(at)).collect();
        found.sort_unstable();
        found
    }
}

/// A number with gaps is one word; everything else is its words.
fn typed_words(text: &str) -> Vec<String> {
    let digits = digits_of(text);
    if digits.len() >= 5 && !text.chars().any(char::is_alphabetic) {
        return vec![digits];
    }
    if text.contains('@') && !text.trim().contains(' ') {
        return vec![fold(text).replace(' ', "")];
    }
    fold(text).split(' ').filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finder() -> Finder {
        let mut gathered = Gathered::default();
        for (key, values) in [
            ("C-1", ["Marit Solvang-Hale", "marit.hale@fjord.example", "+1 212 555 0177", "CUST-00233"]),
            ("C-2", ["Petra Llanwyn", "petra@harbour.example", "+1 212 555 0188", "CUST-00418"]),
            ("C-3", ["Peter Lanwin", "", "", "003Qy00000Cc81x"]),
        ] {
            gathered.add(key, &values.map(str::to_owned));
        }
        // A second record of the same customer.
        gathered.add("C-1", &["Solveng Hale, M\u{e4}rit".to_owned()]);
        gathered.done()
    }

    #[test]
    fn typing_errors_are_forgiven_and_every_word_counts() {
        let finder = finder();
        for (typed, wanted) in [
            ("solvang", vec!["C-1"]),
            ("solvagn", vec!["C-1"]),
            ("Slovang hale", vec!["C-1"]),
            ("m\u{e4}rit", vec!["C-1"]),
            ("petra llanwin", vec!["C-2", "C-3"]),
            ("lanwyn", vec!["C-2", "C-3"]),
            ("marit llanwyn", vec![]),
            ("zebra", vec![]),
        ] {
            assert_eq!(finder.find(typed), wanted, "{typed}");
        }
        assert_eq!(finder.find("pet").len(), 2, "a beginning");
        assert_eq!(finder.find("c8").len(), 1, "two letters inside an id");
    }

    #[test]
    fn numbers_addresses_and_ids_are_found_however_they_are_written() {
        let finder = finder();
        for typed in
            ["212 555 0177", "(212) 555-0177", "5550177", "2125550717", "CUST-00233", "cust00233", "marit.hale@fjord.example", "fjord"]
        {
            assert_eq!(finder.find(typed).first(), Some(&"C-1"), "{typed}");
        }
        assert_eq!(finder.find("003Qy00000Cc81x"), ["C-3"]);
        assert!(finder.find("").is_empty());
    }
}
