//! The app's rows of one person: sessions and the events in them.

use super::Thinning;
use super::calendar::{FIRST_DAY, LAST_DAY};
use super::contact::PhoneStyle;
use super::draw::{Draw, Stream, mix};
use super::person::{Person, Segment, World};
use super::records::{AppUser, EmailState, PhoneState, Records};
use super::row::uuid;
use super::table::{Shard, Table};

const ZONE: &str = "+00:00";

/// What people do in the app, how often in a hundred, and the event's data (quoted for CSV).
const EVENTS: [(&[u8], u32, &[u8]); 10] = [
    (b"view_balance", 30, br#""{""screen"": ""home""}""#),
    (b"view_transactions", 20, br#""{""screen"": ""history""}""#),
    (b"transfer_internal", 15, br#""{""source"": ""mobile_app""}""#),
    (b"bill_payment", 10, br#""{""source"": ""mobile_app""}""#),
    (b"transfer_external", 5, br#""{""source"": ""mobile_app""}""#),
    (b"card_controls", 5, br#""{""screen"": ""cards""}""#),
    (b"view_statements", 5, br#""{""screen"": ""documents""}""#),
    (b"apply_product", 5, br#""{""screen"": ""products""}""#),
    (b"update_profile", 3, br#""{""screen"": ""profile""}""#),
    (b"contact_support", 2, br#""{""screen"": ""help""}""#),
];

/// All sessions and events of a person's app users.
pub fn write(world: &World, person: &Person, records: &Records, thin: Option<Thinning>, shard: &mut Shard) {
    if records.app.is_empty() {
        return;
    }
    let mut draw = Draw::of(world.seed, Stream::App, mix(1, u64::from(person.index)));
    let sessions = match person.segment {
        // Nearer to sixty than to thirty: not everybody has the app.
        Segment::Active => 30 + (draw.unit().sqrt() * 31.0) as u32,
        Segment::AtRisk => 15 + draw.below(16),
        Segment::Churned => 5 + draw.below(11),
    };
    let mut days: Vec<i32> = (0..sessions).map(|nth| day(person, nth, &mut draw)).collect();
    days.sort_unstable();
    let users = records.app.len();
    for (nth, user) in records.app.iter().enumerate() {
        let columns = Columns::of(person, user, &mut draw);
        // A second sign-in follows the first: the older one fell out of use.
        let part = days.len() * nth / users..days.len() * (nth + 1) / users;
        let last = part.end;
        for at in part {
            let place = mix(u64::from(person.index), at as u64 + 7);
            let mut session = Draw::of(world.seed, Stream::App, place);
            let share = session.below(1_000);
            let is_recent = |thin: Thinning| days[at] > LAST_DAY - thin.session_days.cast_signed();
            let is_kept = at + 1 == last || thin.is_none_or(|thin| is_recent(thin) || share < thin.sessions_permille);
            write_session(person, &columns, days[at], is_kept, thin, &mut session, shard);
        }
    }
}

fn day(person: &Person, nth: u32, draw: &mut Draw) -> i32 {
    let first = person.joined.max(FIRST_DAY).min(person.last_active);
    match nth {
        0 => person.last_active,
        1..=4 if person.segment == Segment::Active => draw.between((person.last_active - 28).max(first), person.last_active),
        _ => draw.between(first, person.last_active),
    }
}

/// What is the same in all rows of a user.
struct Columns {
    email: String,
    phone: String,
    user_id: [u8; 36],
    device_id: String,
    device_name: String,
    device_type: &'static str,
    platform: &'static str,
}

impl Columns {
    fn of(person: &Person, user: &AppUser, draw: &mut Draw) -> Self {
        let device_type = match (user.is_apple, user.is_phone) {
            (true, true) => "iPhone",
            (true, false) => "iPad",
            (false, true) => "Android Phone",
            (false, false) => "Android Tablet",
        };
        let email = if user.email == EmailState::Missing { String::new() } else { user.email.text(person) };
        let phone = if user.phone == PhoneState::Missing { String::new() } else { user.phone.text(person, PhoneStyle::App) };
        Self {
            email: if draw.chance(0.04) { email.to_uppercase() } else { email },
            phone,
            user_id: user.user_id,
            device_id: format!("d-{:016x}", user.device_id),
            device_name: user.device_name.clone(),
            device_type,
            platform: if user.is_apple { "iOS" } else { "Android" },
        }
    }
}

fn write_session(person: &Person, columns: &Columns, day: i32, is_kept: bool, thin: Option<Thinning>, draw: &mut Draw, shard: &mut Shard) {
    let events = match person.segment {
        Segment::Active => draw.between(4, 10),
        Segment::AtRisk => draw.between(2, 5),
        Segment::Churned => draw.between(1, 3),
    };
    if !is_kept {
        shard.tally.sessions_left_out += 1;
        shard.tally.events_left_out += u64::from(events.cast_unsigned());
        return;
    }
    let id = uuid(draw.word(), draw.word());
    let start = draw.between(6 * 3_600, 22 * 3_600);
    let seconds = draw.between(20, 90) + events * draw.between(15, 70);
    let version = match day {
        ..19_500 => "3.2.1",
        19_500..19_900 => "3.4.0",
        19_900..20_250 => "4.0.0",
        _ => "4.1.2",
    };
    let mut row = shard.row(Table::SbSessions);
    row.text(version).moment(day, start + seconds + 1, b'T', ZONE).text(columns.device_type).raw(&id).text(columns.platform);
    row.moment(day, start + seconds, b'T', ZONE).moment(day, start, b'T', ZONE).text(&columns.email).raw(&columns.user_id);
    row.text(&columns.phone).text(&columns.device_id).text(&columns.device_name).end();
    for nth in 0..events {
        let (share, at) = (draw.below(1_000), start + 2 + (seconds - 4) * nth / events + draw.between(0, 8));
        let (event, event_id) = (EVENTS[kind(draw)], uuid(draw.word(), draw.word()));
        if thin.is_some_and(|thin| share >= thin.events_permille) {
            shard.tally.events_left_out += 1;
            continue;
        }
        let mut row = shard.row(Table::SbEvents);
        row.moment(day, at, b'T', ZONE).raw(event.2).moment(day, at, b'T', ZONE).raw(event.0).raw(&event_id);
        row.raw(&id).text(&columns.email).raw(&columns.user_id).end();
    }
}

fn kind(draw: &mut Draw) -> usize {
    let mut left = draw.below(100);
    for (at, event) in EVENTS.iter().enumerate() {
        if left < event.1 {
            return at;
        }
        left -= event.1;
    }
    0
}
