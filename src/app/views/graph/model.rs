//! What the graph shows, as plain numbers. No egui.

use std::collections::BTreeSet;

use crate::app::widgets::hallmark;
use crate::app::words;
use crate::base::RecordKey;
use crate::engine::pages::{Link, PartsPage};

/// More records than this are a matrix.
pub const MOST_DRAWN: usize = 30;

/// Indices into `PartsPage::links` of those that hold, weakest first.
pub fn walk(page: &PartsPage) -> Vec<usize> {
    let mut held: Vec<usize> = (0..page.links.len()).filter(|at| page.links.get(*at).is_some_and(|link| link.holds)).collect();
    let weight = |at: &usize| page.links.get(*at).map_or(0.0, |link| link.match_weight);
    held.sort_by(|a, b| weight(a).total_cmp(&weight(b)).then_with(|| a.cmp(b)));
    held
}

/// Per record the number of its part, counted from 0 in the order of the records.
pub fn parts(page: &PartsPage, cuts: &BTreeSet<usize>) -> Vec<usize> {
    let count = page.records.len();
    let mut part = vec![usize::MAX; count];
    let mut next = 0;
    for start in 0..count {
        if part.get(start).is_none_or(|part| *part != usize::MAX) {
            continue;
        }
        let mut open = vec![start];
        while let Some(at) = open.pop() {
            match part.get_mut(at) {
                Some(place) if *place == usize::MAX => *place = next,
                _ => continue,
            }
            let near = page.links.iter().enumerate().filter(|(link, held)| held.holds && !cuts.contains(link));
            open.extend(near.filter_map(|(_, link)| other_end(link, at)));
        }
        next += 1;
    }
    part
}

/// The links to cut so that both ends of one are in different parts: every other record stays with the end that it is linked to more
/// strongly (as single linkage would have it, from the strongest link down).
pub fn parting(page: &PartsPage, link: usize) -> BTreeSet<usize> {
    let Some((left, right)) = page.links.get(link).map(|link| (link.left, link.right)) else { return BTreeSet::new() };
    let mut part: Vec<usize> = (0..page.records.len()).collect();
    let of = |part: &[usize], at: usize| part.get(at).copied().unwrap_or(at);
    for at in walk(page).into_iter().rev() {
        let Some(held) = page.links.get(at) else { continue };
        let (from, to) = (of(&part, held.left), of(&part, held.right));
        let ends = [of(&part, left), of(&part, right)];
        if from != to && !(ends.contains(&from) && ends.contains(&to)) {
            part.iter_mut().filter(|part| **part == from).for_each(|part| *part = to);
        }
    }
    let between = |at: &usize| {
        let parts = page.links.get(*at).map(|held| (of(&part, held.left), of(&part, held.right)));
        parts.is_some_and(|(from, to)| from != to)
    };
    walk(page).into_iter().filter(between).collect()
}

fn other_end(link: &Link, at: usize) -> Option<usize> {
    match at {
        at if at == link.left => Some(link.right),
        at if at == link.right => Some(link.left),
        _ => None,
    }
}

/// The records of each part.
pub fn groups(page: &PartsPage, part: &[usize]) -> Vec<Vec<RecordKey>> {
    let count = part.iter().max().map_or(0, |last| last + 1);
    let of =
        |wanted: usize| page.records.iter().zip(part).filter(|(_, part)| **part == wanted).map(|(record, _)| record.key.clone()).collect();
    (0..count).map(of).collect()
}

/// Where the records stand, each axis 0 to 1. The same records stand in the same places every time: springs along the links that
/// hold, every record pushing every other away (Fruchterman and Reingold 1991), from a circle, a fixed number of steps.
#[expect(clippy::cast_precision_loss, reason = "at most 30 records")]
pub fn places(page: &PartsPage) -> Vec<(f32, f32)> {
    let count = page.records.len();
    let turn = std::f32::consts::TAU / count.max(1) as f32;
    let mut at: Vec<(f32, f32)> = (0..count).map(|one| ((one as f32 * turn).cos(), (one as f32 * turn).sin())).collect();
    let rest = 1.6 / (count.max(1) as f32).sqrt();
    let mut heat = 0.15;
    for _ in 0..240 {
        let mut push = vec![(0.0_f32, 0.0_f32); count];
        for (one, from) in at.iter().enumerate() {
            for (other, to) in at.iter().enumerate().filter(|(other, _)| *other != one) {
                let (x, y) = (from.0 - to.0, from.1 - to.1);
                let square = (x * x + y * y).max(1e-4);
                if let Some(push) = push.get_mut(one) {
                    // A hair of difference parts what stands in one place.
                    push.0 += x * rest * rest / square + 1e-4 * (one as f32 - other as f32);
                    push.1 += y * rest * rest / square;
                }
            }
        }
        for link in page.links.iter().filter(|link| link.holds) {
            let (Some(l), Some(r)) = (at.get(link.left), at.get(link.right)) else { continue };
            let (x, y) = (r.0 - l.0, r.1 - l.1);
            let pull = (x * x + y * y).sqrt() / rest * if link.is_bridge { 0.6 } else { 1.0 };
            for (end, sign) in [(link.left, 1.0), (link.right, -1.0)] {
                if let Some(push) = push.get_mut(end) {
                    push.0 += sign * x * pull;
                    push.1 += sign * y * pull;
                }
            }
        }
        for (at, push) in at.iter_mut().zip(push) {
            let length = (push.0 * push.0 + push.1 * push.1).sqrt().max(1e-6);
            let step = length.min(heat) / length;
            at.0 += push.0 * step;
            at.1 += push.1 * step;
        }
        heat *= 0.985;
    }
    spread(&mut at);
    at
}

/// Stretches both axes over 0 to 1.
fn spread(at: &mut [(f32, f32)]) {
    for axis in [false, true] {
        let of = |place: &(f32, f32)| if axis { place.1 } else { place.0 };
        let (least, most) = at.iter().map(of).fold((f32::MAX, f32::MIN), |(least, most), one| (least.min(one), most.max(one)));
        for place in at.iter_mut() {
            let value = if most - least < 1e-3 { 0.5 } else { (of(place) - least) / (most - least) };
            if axis {
                place.1 = value;
            } else {
                place.0 = value;
            }
        }
    }
}

/// Records for the matrix: part by part, and inside a part the best known first.
pub fn order(page: &PartsPage, part: &[usize]) -> Vec<usize> {
    let mut strength = vec![0.0_f64; page.records.len()];
    for link in page.links.iter().filter(|link| link.holds) {
        for end in [link.left, link.right] {
            if let Some(strength) = strength.get_mut(end) {
                *strength += link.match_weight.max(0.0);
            }
        }
    }
    let mut order: Vec<usize> = (0..page.records.len()).collect();
    order.sort_by(|a, b| {
        let of = |at: &usize| (part.get(*at).copied().unwrap_or(0), strength.get(*at).copied().unwrap_or(0.0));
        let ((part_a, a_strength), (part_b, b_strength)) = (of(a), of(b));
        part_a.cmp(&part_b).then_with(|| b_strength.total_cmp(&a_strength)).then_with(|| a.cmp(b))
    });
    order
}

/// "ERP CUST-00418"
pub fn record_name(page: &PartsPage, at: usize) -> String {
    let Some(record) = page.records.get(at) else { return String::new() };
    format!("{} {}", hallmark::of(&record.key.source_system).short, record.key.source_customer_id)
}

/// A link as it is read aloud.
pub fn link_says(page: &PartsPage, at: usize, cuts: &BTreeSet<usize>) -> String {
    let Some(link) = page.links.get(at) else { return String::new() };
    let bridge = if link.is_bridge { ", a bridge" } else { "" };
    let cut = if cuts.contains(&at) { ", cut" } else { "" };
    format!(
        "{} and {}: match weight {}{bridge}{cut}",
        record_name(page, link.left),
        record_name(page, link.right),
        words::weight(link.match_weight)
    )
}

/// What the cuts made of the records, in one sentence.
pub fn state_says(page: &PartsPage, parts: usize, cuts: &BTreeSet<usize>) -> String {
    let records = words::counted(page.records.len() as u64, "record", "records");
    match (parts, cuts.len()) {
        (1, 0) => format!("{records}, one customer. Tab walks the links, weakest first; X cuts one, Shift X parts its two ends."),
        (1, many) => {
            format!(
                "{} cut, and still one customer: other links hold the records. Shift X parts the two ends.",
                words::counted(many as u64, "link is", "links are")
            )
        }
        (parts, _) => format!("{records}, {} customers.", words::count(parts as u64)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::fixtures::workbench::knots;

    #[test]
    fn cutting_the_bridge_parts_the_two_knots() {
        let page = knots(6);
        let bridge = page.links.iter().position(|link| link.is_bridge).expect("a bridge");
        assert_eq!(walk(&page).first(), Some(&bridge), "the weakest comes first");
        assert_eq!(parts(&page, &BTreeSet::new()), [0; 6]);
        let part = parts(&page, &BTreeSet::from([bridge]));
        assert_eq!(part, [0, 0, 0, 1, 1, 1]);
        assert_eq!(groups(&page, &part).iter().map(Vec::len).collect::<Vec<_>>(), [3, 3]);
        let other = walk(&page).get(1).copied().expect("more links");
        assert_eq!(parts(&page, &BTreeSet::from([other])), [0; 6], "another way still holds");
        assert!(state_says(&page, 1, &BTreeSet::from([other])).contains("still one customer"));
    }

    #[test]
    fn parting_two_ends_cuts_whatever_else_would_hold_them() {
        let page = knots(6);
        for link in walk(&page) {
            let part = parts(&page, &parting(&page, link));
            let held = &page.links[link];
            assert_ne!(part[held.left], part[held.right], "{held:?}");
            assert_eq!(part.iter().max(), Some(&1), "two parts, no more");
        }
        assert_eq!(parting(&page, walk(&page)[0]).len(), 1, "of a bridge it is the bridge alone");
    }

    #[test]
    fn records_stand_in_the_same_places_every_time_and_apart() {
        let page = knots(12);
        let at = places(&page);
        assert_eq!(at, places(&page));
        for (one, a) in at.iter().enumerate() {
            assert!((0.0..=1.0).contains(&a.0) && (0.0..=1.0).contains(&a.1));
            for b in at.iter().skip(one + 1) {
                assert!((a.0 - b.0).hypot(a.1 - b.1) > 0.04, "{a:?} {b:?}");
            }
        }
    }
}
