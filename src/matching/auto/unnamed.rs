//! Columns whose names say nothing ("column_3", "field7", "x"): told by their values and by what stands beside them.

use super::look::Look;
use super::recognise::{self, Recognised, Role, words_of};
use crate::matching::records::Records;

/// Whether a name (in words) is a number or a letter and no more.
pub(super) fn says_nothing(name: &str) -> bool {
    let letters: String = name.chars().filter(|c| c.is_alphabetic()).collect();
    let numbered = name.chars().any(|c| c.is_ascii_digit());
    name.is_empty()
        || letters.is_empty()
        || letters.len() == 1 && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        || matches!(letters.as_str(), "column" | "col" | "field" | "var" | "attr" | "attribute" | "feature" | "unnamed") && numbered
}

/// What the values say where nothing else can.
pub(super) fn by_content(look: &Look) -> (Role, &'static str) {
    let share_distinct = look.distinct / (look.values / look.filled.max(1e-9)).max(1.0);
    match () {
        () if look.email > 0.5 => (Role::Email, "its values are e-mail addresses"),
        () if look.gender > 0.95 && look.distinct <= 8.0 => (Role::Gender, "its values are genders"),
        () if look.date > 0.9 && look.years >= 15.0 => (Role::BirthDate, "its dates spread over as many years as people's births"),
        () if look.distinct.is_infinite() => (Role::Ignored, "each value stands in one row only"),
        () if look.five_digits > 0.9 && look.distinct < 0.95 * look.values => (Role::Postcode, "its values look like postcodes"),
        () if look.alphabetic > 0.95 && look.length <= 3.0 && look.distinct <= 80.0 => (Role::Category, "its values are a few short codes"),
        () if look.numeric < 0.5
            && look.alphabetic < 0.1
            && look.words < 1.5
            && look.phone < 0.8
            && look.postcode < 0.8
            && share_distinct > 0.2 =>
        {
            (Role::Ignored, "ids of a system are no evidence")
        }
        () => recognise::by_content(look),
    }
}

/// Surnames, dates in parts, companies, streets, towns and positions are told by what else there is.
pub(super) fn mend(found: &mut [Recognised], records: &Records, looks: &[Look]) {
    let is_open = |at: usize| says_nothing(&words_of(&records.columns[at].name));
    let is_unknown = |at: usize| recognise::is_unknown(&records.columns[at].name, &looks[at]);
    surname(found, looks, &is_unknown);
    one_of_two_given_names(found, looks, &is_unknown);
    parts_of_a_birth_date(found, looks, &is_unknown);
    organisation(found, looks, &is_unknown);
    streets(found, looks, &is_unknown);
    towns(found, looks, &is_open);
    positions(found, looks, &is_open);
}

fn set(found: &mut [Recognised], at: usize, role: Role, why: &str) {
    (found[at].role, found[at].why) = (role, why.to_owned());
}

/// Whether some column has the role.
fn has(found: &[Recognised], roles: &[Role]) -> bool {
    found.iter().any(|column| roles.contains(&column.role))
}

/// Of the single words beside given names those are surnames of which most are given names too; where that tells little, those that
/// stand nearest.
fn surname(found: &mut [Recognised], looks: &[Look], is_unknown: &dyn Fn(usize) -> bool) {
    let given: Vec<usize> = (0..found.len()).filter(|at| found[*at].role == Role::GivenName).collect();
    if given.len() > 1 || has(found, &[Role::FamilyName]) {
        return;
    }
    let wordy = |at: &usize| {
        let look = &looks[*at];
        is_unknown(*at) && found[*at].role == Role::Text && look.alphabetic > 0.8 && look.words < 1.6 && look.street < 0.1
    };
    let mut candidates: Vec<usize> = (0..found.len()).filter(wordy).collect();
    let [given] = given[..] else {
        // Persons without given names: of their words those that are names of people now and then.
        let most = candidates.into_iter().max_by(|a, b| looks[*a].given.total_cmp(&looks[*b].given));
        let persons = has(found, &[Role::BirthDate, Role::BirthYear]) && !has(found, &[Role::FullName, Role::Organisation]);
        if let Some(at) = most.filter(|at| persons && looks[*at].given >= 0.05) {
            set(found, at, Role::FamilyName, "beside birth dates its words are names now and then");
        }
        return;
    };
    // The nearest column; of two, the one behind.
    candidates.sort_by_key(|at| (at.abs_diff(given), *at < given));
    let Some(nearest) = candidates.first().copied() else { return };
    let mut telling = candidates.clone();
    telling.sort_by(|a, b| looks[*b].given.total_cmp(&looks[*a].given));
    let next = telling.get(1).map_or(0.0, |at| looks[*at].given);
    // Whole names have the surname already: then what is told must be told well.
    if candidates.len() == 1 && !has(found, &[Role::FullName]) {
        set(found, nearest, Role::FamilyName, "it is the only column of single words beside given names");
    } else if looks[telling[0]].given > 1.5 * next {
        set(found, telling[0], Role::FamilyName, "beside given names it has more words that are names than the other columns");
    } else if nearest.abs_diff(given) <= 2 {
        set(found, nearest, Role::FamilyName, "it stands beside given names");
    }
}

/// Many surnames are given names too: of two such columns the one with fewer known ones holds surnames.
fn one_of_two_given_names(found: &mut [Recognised], looks: &[Look], is_unknown: &dyn Fn(usize) -> bool) {
    let given: Vec<usize> = (0..found.len()).filter(|at| found[*at].role == Role::GivenName).collect();
    if let [a, b] = given[..]
        && is_unknown(a)
        && is_unknown(b)
        && !has(found, &[Role::FamilyName])
    {
        let surname = if looks[a].given < looks[b].given { a } else { b };
        set(found, surname, Role::FamilyName, "of two columns of names it has fewer known given names");
    }
}

/// Beside names: one column of years over a lifetime, one of months, one of days.
fn parts_of_a_birth_date(found: &mut [Recognised], looks: &[Look], is_unknown: &dyn Fn(usize) -> bool) {
    if !has(found, &[Role::GivenName, Role::FullName]) || has(found, &[Role::BirthDate, Role::BirthYear]) {
        return;
    }
    let only = |fits: &dyn Fn(&Look) -> bool| -> Option<usize> {
        let numbers = |at: &usize| looks[*at].numeric > 0.9 && looks[*at].values > 0.0 && is_unknown(*at);
        let mut fitting = (0..found.len()).filter(numbers).filter(|at| fits(&looks[*at]));
        let first = fitting.next();
        first.filter(|_| fitting.next().is_none())
    };
    let years = only(&|look| look.smallest >= 1500.0 && look.largest < 2100.0 && look.largest - look.smallest >= 15.0);
    let months = only(&|look| look.smallest >= 1.0 && look.largest == 12.0 && look.distinct <= 12.0);
    let days = only(&|look| look.smallest >= 1.0 && (28.0..=31.0).contains(&look.largest) && look.distinct > 12.0);
    if let (Some(year), Some(month), Some(day)) = (years, months, days) {
        let why = "years, months and days stand beside names";
        set(found, year, Role::BirthYear, why);
        set(found, month, Role::BirthMonth, why);
        set(found, day, Role::BirthDay, why);
    }
}

/// Words that repeat least name what the table is about where it has no other names.
fn organisation(found: &mut [Recognised], looks: &[Look], is_unknown: &dyn Fn(usize) -> bool) {
    if has(found, &[Role::GivenName, Role::FamilyName, Role::FullName, Role::Organisation]) {
        return;
    }
    let share = |at: usize| {
        let look = &looks[at];
        // Each value once: infinite.
        (look.distinct * look.filled / look.values.max(1.0)).min(1.0)
    };
    let names = |at: &usize| {
        let look = &looks[*at];
        let wordy = (1.2..=6.0).contains(&look.words) && look.filled > 0.5 && look.numeric < 0.1 && look.street < 0.3;
        is_unknown(*at) && found[*at].role == Role::Text && wordy && share(*at) > 0.3
    };
    let most = (0..found.len()).filter(names).min_by(|a, b| share(*b).total_cmp(&share(*a)).then(a.cmp(b)));
    if let Some(at) = most {
        set(found, at, Role::Organisation, "its words repeat least and the table has no other names");
    }
}

/// "kirkland circuit" without a number, and the numbers of such streets in a column before.
fn streets(found: &mut [Recognised], looks: &[Look], is_unknown: &dyn Fn(usize) -> bool) {
    if has(found, &[Role::Street]) {
        return;
    }
    let street = |at: &usize| is_unknown(*at) && found[*at].role == Role::Text && looks[*at].street > 0.4;
    let Some(at) = (0..found.len()).filter(street).max_by(|a, b| looks[*a].street.total_cmp(&looks[*b].street)) else { return };
    set(found, at, Role::Street, "its values end in words for streets");
    let number = |at: &usize| {
        let look = &looks[*at];
        is_unknown(*at)
            && found[*at].role == Role::Ignored
            && look.numeric > 0.9
            && look.whole
            && look.smallest >= 0.0
            && look.largest < 1e5
    };
    if let Some(before) = at.checked_sub(1).filter(number) {
        set(found, before, Role::StreetNumber, "it holds numbers before streets");
    }
}

fn towns(found: &mut [Recognised], looks: &[Look], is_open: &dyn Fn(usize) -> bool) {
    for at in 0..found.len() {
        let look = &looks[at];
        let beside =
            (at.saturating_sub(3)..(at + 4).min(found.len())).any(|other| matches!(found[other].role, Role::Street | Role::Postcode));
        let town = look.alphabetic > 0.9 && look.words < 3.0 && look.length > 3.0 && look.distinct < 0.5 * look.values;
        if is_open(at) && matches!(found[at].role, Role::Text | Role::Ignored) && beside && town {
            set(found, at, Role::City, "it holds repeated words beside addresses");
        }
    }
}

fn positions(found: &mut [Recognised], looks: &[Look], is_open: &dyn Fn(usize) -> bool) {
    for at in 1..found.len() {
        let (a, b) = (&looks[at - 1], &looks[at]);
        let measured = |look: &Look| look.precise > 0.8 && look.numeric > 0.9;
        let fits = a.smallest >= -90.0 && a.largest <= 90.0 && b.smallest >= -180.0 && b.largest <= 180.0;
        let free = found[at - 1].role == Role::Ignored && found[at].role == Role::Ignored;
        if is_open(at) && is_open(at - 1) && free && measured(a) && measured(b) && fits {
            set(found, at - 1, Role::Latitude, "it holds degrees beside degrees");
            set(found, at, Role::Longitude, "it holds degrees beside degrees");
        }
    }
}
