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

/// Surnames, towns and positions are told by their neighbours.
pub(super) fn mend(found: &mut [Recognised], records: &Records, looks: &[Look]) {
    let is_open = |at: usize| says_nothing(&words_of(&records.columns[at].name));
    let set = |found: &mut [Recognised], at: usize, role: Role, why: &str| {
        (found[at].role, found[at].why) = (role, why.to_owned());
    };
    let given: Vec<usize> = (0..found.len()).filter(|at| found[*at].role == Role::GivenName).collect();
    if let [given] = given[..]
        && found.iter().all(|column| column.role != Role::FamilyName)
    {
        let wordy = |at: &usize| {
            let look = &looks[*at];
            is_open(*at) && found[*at].role == Role::Text && look.alphabetic > 0.8 && look.words < 1.6
        };
        // The nearest column; of two, the one behind.
        let nearest = (0..found.len()).filter(wordy).min_by_key(|at| (at.abs_diff(given), *at < given));
        if let Some(at) = nearest.filter(|at| at.abs_diff(given) <= 2) {
            set(found, at, Role::FamilyName, "it stands beside given names");
        }
    }
    one_of_two_given_names(found, looks, &is_open);
    for at in 0..found.len() {
        let look = &looks[at];
        let beside =
            (at.saturating_sub(3)..(at + 4).min(found.len())).any(|other| matches!(found[other].role, Role::Street | Role::Postcode));
        let town = look.alphabetic > 0.9 && look.words < 3.0 && look.length > 3.0 && look.distinct < 0.5 * look.values;
        if is_open(at) && matches!(found[at].role, Role::Text | Role::Ignored) && beside && town {
            set(found, at, Role::City, "it holds repeated words beside addresses");
        }
    }
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

/// Many surnames are given names too: of two such columns the one with fewer known ones holds surnames.
fn one_of_two_given_names(found: &mut [Recognised], looks: &[Look], is_open: &dyn Fn(usize) -> bool) {
    let given: Vec<usize> = (0..found.len()).filter(|at| found[*at].role == Role::GivenName).collect();
    if let [a, b] = given[..]
        && is_open(a)
        && is_open(b)
        && found.iter().all(|column| column.role != Role::FamilyName)
    {
        let surname = if looks[a].given < looks[b].given { a } else { b };
        (found[surname].role, found[surname].why) = (Role::FamilyName, "of two columns of names it has fewer known given names".to_owned());
    }
}
