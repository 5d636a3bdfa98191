//! E-mails, phones and ids that several different people carry: found by who carries them, then discounted (shared) or not used at all (generic).

use std::sync::Arc;

use rayon::prelude::*;
use serde::Serialize;

use crate::base::RunCtx;

use super::comparison::{Comparer, Conflicts};
use super::error::MatchError;
use super::fields::NULL;
use super::levels::{birth_date, given_name};
use super::settings::{ComparisonKind, Settings};

/// From this many different people a value says nothing about anybody.
const GENERIC_FROM: u8 = 6;
/// Carriers looked at per value; more add nothing.
pub(super) const CARRIERS_LIMIT: usize = 60;

/// Per distinct value: how many different people were seen to carry it (1 where nothing contradicts).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sharing {
    people: Arc<[u8]>,
}

impl Sharing {
    /// Per value number the people seen.
    pub(super) fn new(people: Vec<u8>) -> Self {
        Self { people: people.into() }
    }

    pub(super) fn people(&self) -> &[u8] {
        &self.people
    }

    /// How a value with so many people counts: 0 one person's, 1 shared, 2 generic.
    pub(super) fn class(people: u8) -> u8 {
        u8::from(people >= 2) + u8::from(people >= GENERIC_FROM)
    }

    pub fn is_shared(&self, value: u32) -> bool {
        self.people[value as usize] >= 2
    }

    pub fn is_generic(&self, value: u32) -> bool {
        self.people[value as usize] >= GENERIC_FROM
    }
}

/// A value carried by several people, for the list of data-quality findings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SharedValue {
    pub comparison: String,
    pub value: String,
    pub records: u32,
    /// Counted up to 6 ("6" means 6 or more).
    pub people: u8,
    /// True where it is left out of every comparison.
    pub generic: bool,
}

/// Looks at the carriers of every repeated e-mail and phone and fills `comparer.sharing`. Returns what was found, most carried first.
pub fn find_shared(
    comparer: &mut Comparer<'_>,
    settings: &Settings,
    conflicts: &Conflicts,
    ctx: &RunCtx,
) -> Result<Vec<SharedValue>, MatchError> {
    let mut found = Vec::new();
    for (at, comparison) in settings.comparisons.iter().enumerate() {
        if !matches!(comparison.kind, ComparisonKind::Email | ComparisonKind::Phone) {
            continue;
        }
        let field = &comparer.fields.fields[comparer.field_of(at)];
        let mut order: Vec<u32> =
            (0..u32::try_from(field.ids.len()).unwrap_or(u32::MAX)).filter(|r| field.ids[*r as usize] != NULL).collect();
        order.sort_unstable_by_key(|r| (field.ids[*r as usize], *r));
        let groups: Vec<&[u32]> = order.chunk_by(|a, b| field.ids[*a as usize] == field.ids[*b as usize]).collect();
        let counted: Vec<(u32, u8)> = groups
            .par_iter()
            .filter(|group| group.len() > 1 && !ctx.cancel.is_cancelled())
            .map(|group| (field.ids[group[0] as usize], people_in(comparer, settings, conflicts, at, group)))
            .collect();
        ctx.check()?;
        let mut people = vec![1_u8; field.values.len()];
        for (value, count) in counted {
            people[value as usize] = count;
            if count > 1 {
                found.push(SharedValue {
                    comparison: comparison.output_column_name.clone(),
                    value: field.values[value as usize].text.to_string(),
                    records: field.counts[value as usize],
                    people: count,
                    generic: count >= GENERIC_FROM,
                });
            }
        }
        comparer.sharing[at] = Some(Sharing::new(people));
    }
    found.sort_by(|a, b| b.people.cmp(&a.people).then(b.records.cmp(&a.records)).then_with(|| a.value.cmp(&b.value)));
    Ok(found)
}

/// Counts people among the carriers: two are different where given names clearly differ (and birth dates are not the same), or a conflict of the settings holds.
pub(super) fn people_in(comparer: &Comparer<'_>, settings: &Settings, conflicts: &Conflicts, skip: usize, carriers: &[u32]) -> u8 {
    let given = settings.comparisons.iter().position(|c| c.kind == ComparisonKind::GivenName);
    let family = settings.comparisons.iter().position(|c| c.kind == ComparisonKind::FamilyName);
    let birth = settings.comparisons.iter().position(|c| c.kind == ComparisonKind::Date);
    let mut scratch = comparer.scratch();
    let mut people: Vec<u32> = Vec::new();
    // Records that say most come first: an anonymous one would stand for everybody.
    let said = |record: u32| {
        (0..settings.comparisons.len()).filter(|c| comparer.fields.fields[comparer.field_of(*c)].ids[record as usize] != NULL).count()
    };
    let named = |record: u32| given.is_none_or(|g| comparer.fields.fields[comparer.field_of(g)].ids[record as usize] != NULL);
    let mut order: Vec<u32> = carriers.iter().copied().filter(|record| named(*record)).take(CARRIERS_LIMIT).collect();
    order.sort_by_key(|record| (std::cmp::Reverse(said(*record)), *record));
    for record in order {
        let known = people.iter().any(|person| {
            let mut gamma = comparer.vector(*person, record, &mut scratch);
            gamma.set(skip, None);
            let other_given = given.and_then(|g| gamma.get(g)).is_some_and(|g| g == given_name::ELSE);
            let other_family = given.is_none() && family.and_then(|f| gamma.get(f)) == Some(0);
            let one_birth = birth.and_then(|b| gamma.get(b)) == Some(birth_date::EXACT);
            // One surname changes with a marriage, one birth date is a typing error; both together are another person.
            let other_person = family.and_then(|f| gamma.get(f)) == Some(0) && birth.and_then(|b| gamma.get(b)) == Some(birth_date::ELSE);
            !((other_given && !one_birth) || other_family || other_person || conflicts.any(gamma))
        });
        if !known {
            people.push(record);
        }
        if people.len() >= usize::from(GENERIC_FROM) {
            break;
        }
    }
    u8::try_from(people.len().max(1)).unwrap_or(GENERIC_FROM)
}
