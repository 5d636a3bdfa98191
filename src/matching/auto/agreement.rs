//! Does a column agree in records that agree in everything strong? Told from the data alone, before any training.

use rayon::prelude::*;

use super::recognise::Role;
use crate::base::RunCtx;
use crate::base::hash::stable_64;
use crate::matching::records::Records;
use crate::matching::standardise::fold;

/// Pairs that are looked at, and how few say nothing.
const MOST: usize = 2_000;
const LEAST: usize = 50;
/// Records of one key: more are no one person's.
const LARGEST_GROUP: usize = 6;

/// Pairs of rows that have one name and one other strong value in common, and as many pairs by chance.
#[derive(Debug)]
pub(super) struct Agreement {
    alike: Vec<(u32, u32)>,
    by_chance: Vec<(u32, u32)>,
}

impl Agreement {
    /// `None` where the table has no names or nothing strong beside them, or too few such pairs. Cancelled, rows that are left are passed over.
    pub fn of(records: &Records, roles: &[Role], ctx: &RunCtx) -> Option<Self> {
        let of =
            |wanted: &[Role]| -> Vec<usize> { wanted.iter().filter_map(|role| roles.iter().position(|known| known == role)).collect() };
        let mut names = of(&[Role::GivenName, Role::FamilyName]);
        if names.len() < 2 {
            names = of(&[Role::FullName, Role::Organisation]).into_iter().take(1).collect();
        }
        let strong = of(&[Role::BirthDate, Role::Email, Role::Phone, Role::Street, Role::BirthYear, Role::Postcode]);
        if names.is_empty() {
            return None;
        }
        names.push(*strong.first()?);
        let key = |row: u32| {
            ctx.check().ok()?;
            let parts: Option<Vec<String>> =
                names.iter().map(|at| records.columns[*at].values[row as usize].as_deref().map(fold)).collect();
            let parts = parts.filter(|parts| parts.iter().all(|part| !part.is_empty()))?;
            Some((stable_64(parts.join("\u{1f}").as_bytes()), row))
        };
        let rows = 0..u32::try_from(records.len()).unwrap_or(u32::MAX);
        let mut keyed: Vec<(u64, u32)> = rows.into_par_iter().filter_map(key).collect();
        keyed.par_sort_unstable();
        let groups = keyed.chunk_by(|a, b| a.0 == b.0).filter(|group| (2..=LARGEST_GROUP).contains(&group.len()));
        let alike: Vec<(u32, u32)> = groups.take(MOST).map(|group| (group[0].1, group[1].1)).collect();
        if alike.len() < LEAST {
            return None;
        }
        let by_chance = alike.iter().zip(alike.iter().skip(1)).map(|(a, b)| (a.0, b.1)).collect();
        Some(Self { alike, by_chance })
    }

    /// Shares of pairs with equal values of a column: where all else agrees, and by chance; `None` where too few have values.
    pub fn share(&self, records: &Records, column: usize) -> Option<(f64, f64)> {
        let values = &records.columns[column].values;
        let equal = |pairs: &[(u32, u32)]| {
            let both = pairs.iter().filter_map(|(l, r)| Some((values[*l as usize].as_deref()?, values[*r as usize].as_deref()?)));
            let (mut same, mut all) = (0_usize, 0_usize);
            both.for_each(|(l, r)| (same, all) = (same + usize::from(l == r), all + 1));
            (all >= LEAST / 2).then(|| same as f64 / all as f64)
        };
        Some((equal(&self.alike)?, equal(&self.by_chance)?))
    }
}
