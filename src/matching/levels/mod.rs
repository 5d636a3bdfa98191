//! Flow: two standardised values -> the comparison level of their kind (gamma) -> what each level usually means (default m, u).
//!
//! One file per kind of value. A file has `LEVELS` (index = gamma, the highest agrees most) and `gamma(l, r)`.

pub mod birth_date;
pub mod bounds;
pub mod category;
pub mod city;
pub mod code;
pub mod difference;
pub mod email;
pub mod family_name;
pub mod given_name;
pub mod measure;
pub mod organisation;
pub mod phone;
pub mod postcode;
pub mod shared_items;
pub mod street;
pub mod text;

use self::bounds::Bounds;
use super::fields::Value;
use super::settings::ComparisonKind;

/// A level as it is before training.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Level {
    /// `label_for_charts`.
    pub label: &'static str,
    /// In the words of a sentence: "surname 1 letter off".
    pub phrase: &'static str,
    /// Share of matching pairs at this level that training starts from.
    pub m: f64,
    /// The same of random pairs, used where a sample shows none.
    pub u: f64,
    /// Whether rare values weigh more here.
    pub tf: bool,
}

/// Builds a level; used by the tables of this folder.
pub(super) const fn level(label: &'static str, phrase: &'static str, m: f64, u: f64, tf: bool) -> Level {
    Level { label, phrase, m, u, tf }
}

/// The levels of a kind; index = gamma.
pub fn levels_of(kind: ComparisonKind) -> &'static [Level] {
    match kind {
        ComparisonKind::GivenName => given_name::LEVELS,
        ComparisonKind::FamilyName => family_name::LEVELS,
        ComparisonKind::Suffix => category::SUFFIX_LEVELS,
        ComparisonKind::Organisation => organisation::LEVELS,
        ComparisonKind::Email => email::LEVELS,
        ComparisonKind::Phone => phone::LEVELS,
        ComparisonKind::Date => birth_date::LEVELS,
        ComparisonKind::Gender | ComparisonKind::Category => category::LEVELS,
        ComparisonKind::Street => street::LEVELS,
        ComparisonKind::City => city::LEVELS,
        ComparisonKind::Postcode => postcode::LEVELS,
        ComparisonKind::Id => code::LEVELS,
        ComparisonKind::Text => text::LEVELS,
        ComparisonKind::Number => difference::NUMBER_LEVELS,
        ComparisonKind::DateDifference => difference::DATE_LEVELS,
        ComparisonKind::Distance => difference::DISTANCE_LEVELS,
        ComparisonKind::List => shared_items::LIST_LEVELS,
        ComparisonKind::Jaccard | ComparisonKind::Cosine => shared_items::WORD_LEVELS,
    }
}

/// Gamma of two different values of one field; `None` where they cannot be compared. Only measured kinds look at `bounds`.
pub fn gamma(kind: ComparisonKind, bounds: &Bounds, l: &Value, r: &Value) -> Option<u8> {
    match kind {
        ComparisonKind::GivenName => Some(given_name::gamma(l, r)),
        ComparisonKind::FamilyName => Some(family_name::gamma(l, r)),
        ComparisonKind::Organisation => Some(organisation::gamma(l, r)),
        ComparisonKind::Email => Some(email::gamma(l, r)),
        ComparisonKind::Phone => Some(phone::gamma(l, r)),
        ComparisonKind::Date => birth_date::gamma(l.date, r.date),
        ComparisonKind::Gender | ComparisonKind::Category | ComparisonKind::Suffix => Some(category::gamma(l, r)),
        ComparisonKind::Street => Some(street::gamma(l, r)),
        ComparisonKind::City => Some(city::gamma(l, r)),
        ComparisonKind::Postcode => Some(postcode::gamma(l, r)),
        ComparisonKind::Id => Some(code::gamma(l, r)),
        ComparisonKind::Text => Some(text::gamma(l, r)),
        ComparisonKind::Number => difference::number(bounds, l, r),
        ComparisonKind::DateDifference => difference::date(bounds, l.date, r.date),
        ComparisonKind::Distance => difference::distance(bounds, l, r),
        ComparisonKind::List => Some(shared_items::list(l, r)),
        ComparisonKind::Jaccard => Some(shared_items::jaccard(bounds, l, r)),
        ComparisonKind::Cosine => Some(shared_items::cosine(bounds, l, r)),
    }
}

#[cfg(test)]
#[path = "levels_tests.rs"]
mod tests;
