//! What becomes of a name on its way into a system.

use super::draw::Draw;
use super::person::{Bond, Person, Sex};
use super::pools::{Pools, fold};

/// What was done to a name, counted in the manifest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NameMess {
    Typo,
    Nickname,
    Initial,
    Swapped,
    FormerName,
    Spelling,
    LetterCase,
    Spaces,
}

impl NameMess {
    pub const ALL: [Self; 8] =
        [Self::Typo, Self::Nickname, Self::Initial, Self::Swapped, Self::FormerName, Self::Spelling, Self::LetterCase, Self::Spaces];

    pub fn label(self) -> &'static str {
        match self {
            Self::Typo => "typo",
            Self::Nickname => "nickname",
            Self::Initial => "initial_only",
            Self::Swapped => "first_and_last_swapped",
            Self::FormerName => "former_name",
            Self::Spelling => "transliteration_or_diacritics",
            Self::LetterCase => "letter_case",
            Self::Spaces => "stray_spaces",
        }
    }
}

/// A name as one clerk knew it.
#[derive(Debug, Clone, Default)]
pub struct WrittenName {
    pub first: String,
    pub middle: String,
    pub last: String,
    pub suffix: String,
    /// Bits by [`NameMess`].
    mess: u16,
}

impl WrittenName {
    pub fn has(&self, mess: NameMess) -> bool {
        self.mess & (1 << mess as u16) != 0
    }

    fn mark(&mut self, mess: NameMess) {
        self.mess |= 1 << mess as u16;
    }

    /// Both halves can still be recognised.
    pub fn is_whole(&self) -> bool {
        !self.has(NameMess::Initial) && !self.has(NameMess::FormerName)
    }

    /// "Last, First" for some, "First M. Last Jr." for most.
    pub fn in_one_line(&self, draw: &mut Draw) -> String {
        let last = if self.suffix.is_empty() { self.last.clone() } else { format!("{} {}", self.last, self.suffix) };
        if draw.chance(0.05) {
            return format!("{last}, {}", self.first);
        }
        let gap = if self.has(NameMess::Spaces) { "  " } else { " " };
        if self.middle.is_empty() { format!("{}{gap}{last}", self.first) } else { format!("{} {}{gap}{last}", self.first, self.middle) }
    }
}

/// Writes a person's name with the mess of one record. Twins and namesakes keep what tells them apart.
pub fn write_name(person: &Person, pools: &Pools, keeps_middle: bool, draw: &mut Draw) -> WrittenName {
    let careful = person.has_same_name_relative();
    let mut name = WrittenName { first: person.given.to_owned(), last: person.surname.clone(), ..WrittenName::default() };
    if let Some(maiden) = &person.maiden
        && draw.chance(0.2)
    {
        name.last.clone_from(maiden);
        name.mark(NameMess::FormerName);
    } else if person.bond == Bond::Single && draw.chance(0.065) {
        // "J. Smith" only where no relative could be meant.
        name.first = format!("{}.", person.given.chars().next().unwrap_or('X'));
        name.mark(NameMess::Initial);
    }
    if name.is_whole() || name.has(NameMess::FormerName) {
        let nicknames = pools.nicknames(person.given);
        if !careful && !nicknames.is_empty() && draw.chance(0.2) {
            name.first = (draw.pick(nicknames)).to_owned();
            name.mark(NameMess::Nickname);
        }
    }
    respell(&mut name, pools, draw);
    if let Some(middle) = person.middle
        && keeps_middle
    {
        match draw.below(10) {
            0..=1 => name.middle = middle.to_owned(),
            2..=5 => name.middle = format!("{}.", middle.chars().next().unwrap_or('X')),
            _ => {}
        }
    }
    if let Some(suffix) = person.suffix
        && draw.chance(0.75)
    {
        name.suffix = if draw.chance(0.3) { suffix.trim_end_matches('.').to_owned() } else { suffix.to_owned() };
    }
    if draw.chance(0.075) {
        let slip_in_last = draw.chance(0.6);
        let part = if slip_in_last { &mut name.last } else { &mut name.first };
        if let Some(wrong) = typo(part, draw) {
            *part = wrong;
            name.mark(NameMess::Typo);
        }
    }
    if !careful && draw.chance(0.025) {
        std::mem::swap(&mut name.first, &mut name.last);
        name.mark(NameMess::Swapped);
    }
    dress(&mut name, draw);
    name
}

fn respell(name: &mut WrittenName, pools: &Pools, draw: &mut Draw) {
    for part in [&mut name.first, &mut name.last] {
        let spellings = pools.spellings(part);
        if !spellings.is_empty() && draw.chance(0.3) {
            *part = (draw.pick(spellings)).to_owned();
            name.mess |= 1 << NameMess::Spelling as u16;
        } else if !part.is_ascii() && draw.chance(0.5) {
            let german = draw.chance(0.5);
            *part = fold(part, german);
            name.mess |= 1 << NameMess::Spelling as u16;
        }
    }
}

fn dress(name: &mut WrittenName, draw: &mut Draw) {
    let change: Option<fn(&str) -> String> = match draw.below(100) {
        0..=8 => Some(str::to_uppercase),
        9..=11 => Some(str::to_lowercase),
        _ => None,
    };
    if let Some(change) = change {
        for part in [&mut name.first, &mut name.middle, &mut name.last] {
            *part = change(part);
        }
        name.mark(NameMess::LetterCase);
    }
    if draw.chance(0.035) {
        if draw.chance(0.5) {
            name.last.push(' ');
        } else {
            name.first.insert(0, ' ');
        }
        name.mark(NameMess::Spaces);
    }
}

/// One slip of the hand or of a scanner; None where the word is too short to bear one.
pub fn typo(word: &str, draw: &mut Draw) -> Option<String> {
    let mut letters: Vec<char> = word.chars().collect();
    if letters.len() < 4 {
        return None;
    }
    // The first letter is seldom wrong.
    let at = 1 + draw.index(letters.len() - 2);
    match draw.below(6) {
        0 => letters.swap(at, at + 1),
        1 => {
            letters.remove(at);
        }
        2 => letters.insert(at, letters[at]),
        3 | 4 => letters[at] = neighbour(letters[at], draw)?,
        _ => {
            let text: String = letters.iter().collect();
            return [("rn", "m"), ("m", "rn"), ("l", "1"), ("o", "0"), ("cl", "d"), ("vv", "w")]
                .iter()
                .find(|(seen, _)| text.contains(seen))
                .map(|(seen, read)| text.replacen(seen, read, 1));
        }
    }
    let wrong: String = letters.into_iter().collect();
    (wrong != word).then_some(wrong)
}

/// A key beside the right one.
fn neighbour(letter: char, draw: &mut Draw) -> Option<char> {
    const ROWS: [&str; 3] = ["qwertyuiop", "asdfghjkl", "zxcvbnm"];
    let row = ROWS.iter().find(|row| row.contains(letter))?;
    let at = row.find(letter)?;
    let step = if draw.chance(0.5) && at > 0 { at - 1 } else { (at + 1).min(row.len() - 2) };
    row[step..].chars().next()
}

/// How a branch clerk writes a customer into the notes sheet.
pub fn short_name(person: &Person, pools: &Pools, draw: &mut Draw) -> String {
    let given = match pools.nicknames(person.given) {
        [] => person.given,
        nicknames if draw.chance(0.2) => draw.pick(nicknames),
        _ => person.given,
    };
    let title = match person.sex {
        Sex::Female if person.bond == Bond::Single => "Ms.",
        Sex::Female => "Mrs.",
        Sex::Male => "Mr.",
    };
    let initial = |text: &str| text.chars().next().unwrap_or('X');
    // Where a couple shares this e-mail, "J. Smith" could be either.
    let weights = if person.bond == Bond::SharedEmail { [60, 12, 0, 0, 14, 0, 14] } else { [44, 12, 12, 10, 8, 4, 10] };
    match draw.weighted(&weights) {
        0 => format!("{given} {}", person.surname),
        1 => format!("{given} {}.", initial(&person.surname)),
        2 => format!("{title} {}. {}", initial(given), person.surname),
        3 => format!("{}. {}", initial(given), person.surname),
        4 => format!("{given} {}. (VIP)", initial(&person.surname)),
        5 => format!("{title} {}", person.surname),
        _ => format!("{}, {given}", person.surname),
    }
}
