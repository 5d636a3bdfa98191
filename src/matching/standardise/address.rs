//! Addresses: street types in one form, the house number found, one line taken apart.

use super::fold::fold;

/// Parts in folded form; a part that is not there is empty.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AddressParts {
    pub street: String,
    pub city: String,
    pub postcode: String,
    pub country: String,
}

/// One written form for words of a street: "blvd." -> "boulevard", "n" -> "north".
pub fn street_word(word: &str) -> &str {
    match word {
        "st" | "str" | "strasse" | "stret" | "street" => "street",
        "rd" | "road" => "road",
        "ave" | "av" | "avenue" | "aven" => "avenue",
        "blvd" | "blv" | "boulevard" | "boul" => "boulevard",
        "dr" | "drive" | "drv" => "drive",
        "ln" | "lane" | "la" => "lane",
        "ct" | "court" | "crt" => "court",
        "pl" | "place" | "plc" => "place",
        "sq" | "square" => "square",
        "ter" | "terr" | "terrace" | "tce" => "terrace",
        "cres" | "cr" | "crescent" | "cct" => "crescent",
        "hwy" | "highway" => "highway",
        "pkwy" | "parkway" | "pky" => "parkway",
        "cl" | "close" => "close",
        "cir" | "circle" | "circuit" => "circle",
        "apt" | "appt" | "apartment" | "flat" | "flt" | "unit" | "suite" | "ste" => "unit",
        "n" | "north" => "north",
        "s" | "south" | "so" => "south",
        "e" | "east" => "east",
        "w" | "west" => "west",
        "bldg" | "building" | "bld" => "building",
        "mt" => "mount",
        "ft" => "fort",
        "first" => "1st",
        "second" => "2nd",
        "third" => "3rd",
        "fourth" => "4th",
        "fifth" => "5th",
        "sixth" => "6th",
        "seventh" => "7th",
        "eighth" => "8th",
        "ninth" => "9th",
        "tenth" => "10th",
        "eleventh" => "11th",
        "twelfth" => "12th",
        other => other,
    }
}

/// "road", "ave": words that name a kind of street and hardly anything else.
pub fn is_kind_of_street(word: &str) -> bool {
    matches!(
        street_word(word),
        "street"
            | "road"
            | "avenue"
            | "boulevard"
            | "drive"
            | "lane"
            | "court"
            | "place"
            | "square"
            | "terrace"
            | "crescent"
            | "highway"
            | "parkway"
            | "close"
            | "circle"
    )
}

/// Words that begin a description of where a numbered house stands ("between 44th and 45th sts.", "at 10th st.", "near West St.").
const DIRECTIONS_FROM: &[&str] =
    &["between", "bet", "btwn", "at", "near", "nr", "off", "opposite", "opp", "corner", "cnr", "facing", "behind"];

/// Folded, words in one form: "13, Mill Ln." -> "13 mill lane".
/// What only describes the way to a house that has its number is left out.
pub fn clean_street(text: &str) -> String {
    let folded = fold(text);
    let mut words: Vec<&str> = folded.split(' ').collect();
    if house_number(words[0]).is_some()
        && let Some(at) = words.iter().position(|word| DIRECTIONS_FROM.contains(word))
        && at > 1
    {
        words.truncate(at);
    }
    words.into_iter().map(street_word).collect::<Vec<_>>().join(" ")
}

/// A town's name, folded, points of the compass and the like written out: "W. Hollywood" -> "west hollywood".
pub fn clean_city(text: &str) -> String {
    let folded = fold(text);
    folded
        .split(' ')
        .map(|word| match word {
            "n" => "north",
            "s" => "south",
            "e" => "east",
            "w" => "west",
            "ft" => "fort",
            "mt" => "mount",
            "st" => "saint",
            other => other,
        })
        .collect::<Vec<_>>()
        .join(" ")
}

/// Upper case letters and digits: "wa3 7pa" -> "WA37PA". `None` where there is no digit.
pub fn clean_postcode(text: &str) -> Option<String> {
    let text = text.trim();
    let text = text.strip_suffix(".0").unwrap_or(text);
    let code: String = text.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_uppercase();
    let code = if code.len() == 9 && code.bytes().all(|b| b.is_ascii_digit()) { code[..5].to_owned() } else { code };
    (code.bytes().any(|b| b.is_ascii_digit()) && !code.bytes().all(|b| b == b'0')).then_some(code)
}

fn looks_like_postcode(word: &str) -> bool {
    let digits = word.bytes().filter(u8::is_ascii_digit).count();
    let all_digits = digits == word.len();
    (all_digits && (4..=6).contains(&digits))
        || (!all_digits && digits >= 1 && (5..=8).contains(&word.len()) && word.as_bytes()[0].is_ascii_alphabetic())
}

/// Takes "12 Mill Lane, Leeds LS23 8QF, UK" apart by its commas; the postcode is the last word group that looks like one.
pub fn split_address(text: &str) -> AddressParts {
    let mut parts = AddressParts::default();
    let mut pieces: Vec<String> = text.split([',', '\n', ';']).map(|p| p.trim().to_owned()).filter(|p| !p.is_empty()).collect();
    if pieces.is_empty() {
        return parts;
    }
    for at in (0..pieces.len()).rev() {
        if let Some((rest, code)) = take_postcode(&pieces[at], at > 0) {
            parts.postcode = code;
            pieces[at] = rest;
            break;
        }
    }
    pieces.retain(|p| !p.is_empty());
    if pieces.is_empty() {
        return parts;
    }
    let street_end = street_end(&pieces);
    parts.street = if street_end > 2 {
        // "#01-11, Hill Tower, 4 Hill Rise": the street leads, what the building is called says no more.
        clean_street(&format!("{} {}", pieces[street_end - 1], pieces[0]))
    } else {
        clean_street(&pieces[..street_end].join(" "))
    };
    // Two letters are a state or a country, not a town.
    if let Some(city) = pieces.iter().skip(street_end).map(|piece| clean_city(piece)).find(|city| city.len() > 2) {
        parts.city = city;
    }
    if pieces.len() > street_end + 1 {
        parts.country = pieces.last().map(|p| fold(p)).unwrap_or_default();
    }
    parts
}

/// How many pieces the street takes. "Unit 4, 12 Mill Lane": it is the first piece with a number unless that is only a unit.
fn street_end(pieces: &[String]) -> usize {
    let is_numbered = |piece: &String| piece.as_bytes().first().is_some_and(u8::is_ascii_digit);
    match pieces {
        [_, second, ..] if is_numbered(second) || is_unit(second) => 2,
        [first, _, third, ..] if is_unit(first) && is_numbered(third) => 3,
        _ => 1,
    }
}

/// "Unit 80", "#12", "Apt. 4b".
fn is_unit(piece: &str) -> bool {
    let folded = clean_street(piece);
    let mut words = folded.split(' ');
    piece.starts_with('#') || (words.next() == Some("unit") && words.next().is_some_and(|w| w.len() <= 5))
}

/// The postcode at the end of a piece and what stands before it. A lone number at the head of the first piece is a house number.
fn take_postcode(piece: &str, may_be_whole: bool) -> Option<(String, String)> {
    let words: Vec<&str> = piece.split_whitespace().collect();
    let (last, before) = words.split_last()?;
    if before.is_empty() && !may_be_whole {
        return None;
    }
    let last_two = before.last().map(|w| format!("{w}{last}"));
    if let Some(joined) = last_two
        && last.len() == 3
        && last.as_bytes()[0].is_ascii_digit()
        && joined.as_bytes()[0].is_ascii_alphabetic()
        && looks_like_postcode(&joined)
    {
        return Some((before[..before.len() - 1].join(" "), clean_postcode(&joined)?));
    }
    let bare = last.trim_matches(|c: char| !c.is_ascii_alphanumeric());
    let bare = bare.split('-').next().unwrap_or(bare);
    if looks_like_postcode(bare) {
        return clean_postcode(bare).map(|code| (before.join(" "), code));
    }
    // "FL-2198 Triesen", "80331 München": before the town.
    let (first, after) = words.split_first()?;
    let number = first.rsplit('-').next().unwrap_or(first);
    let leads = may_be_whole && !after.is_empty() && number.len() >= 4 && number.bytes().all(|b| b.is_ascii_digit());
    leads.then(|| clean_postcode(number).map(|code| (after.join(" "), code))).flatten()
}

/// The first number of a street in folded form, without its letter: "12a mill lane" -> "12".
pub fn house_number(street: &str) -> Option<&str> {
    street.split(' ').find_map(|word| {
        let digits = word.bytes().take_while(u8::is_ascii_digit).count();
        (digits > 0 && digits <= 5 && word.len() <= digits + 1).then(|| &word[..digits])
    })
}
