//! The notes sheet: what branch clerks wrote about a person.

use super::calendar::{FIRST_DAY, day_first};
use super::draw::{Draw, Stream};
use super::mess::short_name;
use super::person::{Person, Segment, World};
use super::records::{EmailState, Records, SheetIdentity};
use super::reference::BRANCHES;
use super::table::{Shard, Table};

const CLERKS: [&str; 12] = [
    "R. Ellison",
    "T. Marchetti",
    "J. Okafor",
    "S. Lindgren",
    "P. Varga",
    "D. Castellanos",
    "M. Thornbury",
    "A. Rezaei",
    "K. Osei",
    "L. Brandt",
    "C. Yamane",
    "N. Dubois",
];
const GOOD: [&str; 7] = [
    "Very happy with the new app, says it saves her branch visits",
    "Keeps a high balance, wants to hear about premium savings",
    "Thanked the team for quick help with a lost card",
    "Interested in a mortgage, call back next quarter",
    "Long-standing customer, knows everybody at the branch",
    "Brought a friend who opened an account",
    "Satisfied with the loan terms, signed the same day",
];
const PLAIN: [&str; 7] = [
    "Asked for opening hours over the holidays",
    "Updated contact details at the counter",
    "Requested a printed statement",
    "Picked up a new card",
    "Asked about transfer limits",
    "Safe deposit box visit",
    "Signed the new terms",
];
const BAD: [&str; 8] = [
    "Unhappy about fees, threatens to leave",
    "Complained about the long queue again",
    "Compared our rates with another bank, not pleased",
    "Upset: card was blocked on a trip",
    "Wants to close the savings account",
    "Disappointed that nobody called back",
    "Moved salary to another bank",
    "Angry about an app outage, refused to wait",
];

/// All notes about a person.
pub fn write(world: &World, person: &Person, records: &Records, shard: &mut Shard) {
    let Some(first) = records.sheet.first() else { return };
    let mut draw = Draw::of(world.seed, Stream::Sheet, u64::from(person.index));
    let count = match person.segment {
        Segment::Active => 1 + draw.weighted(&[20, 38, 42]) as u32,
        Segment::AtRisk => draw.between(2, 4).cast_unsigned(),
        Segment::Churned => draw.between(2, 5).cast_unsigned(),
    };
    // Every name under which the sheet knows the person has at least one note.
    let count = count.max(u32::try_from(records.sheet.len()).unwrap_or(1));
    let since = person.joined.max(FIRST_DAY).min(person.last_active);
    for nth in 0..count {
        let identity = if nth > 0 && nth + 1 == count { records.sheet.last().unwrap_or(first) } else { first };
        let bad_share = match person.segment {
            Segment::Active => [48, 44, 8],
            Segment::AtRisk => [18, 37, 45],
            Segment::Churned => [8, 27, 65],
        };
        let (mood, text) = match draw.weighted(&bad_share) {
            0 => ("positive", draw.pick(&GOOD)),
            1 => ("neutral", draw.pick(&PLAIN)),
            _ => ("negative", draw.pick(&BAD)),
        };
        let day = draw.between(since, person.last_active);
        let place = world.orders[3].at(u64::from(person.index));
        let name = name(world, person, identity, &mut draw);
        let mut row = shard.row(Table::GsCustomerNotes);
        row.text(BRANCHES[identity.branch as usize].id).text(draw.pick(&CLERKS)).text(&identity.email.text(person));
        row.text(&day_first(day)).id("N", place * 6 + u64::from(nth) + 1, 6).text(text).text(mood).text(&name).end();
    }
}

/// Mostly the same name on every line; with an e-mail beside it, a clerk sometimes writes another form.
fn name(world: &World, person: &Person, identity: &SheetIdentity, draw: &mut Draw) -> String {
    if identity.email != EmailState::Missing && draw.chance(0.25) {
        return short_name(person, &world.pools, draw);
    }
    identity.name.clone()
}
