//! The CRM's rows of one person: contacts, cases, tasks, opportunities, campaign responses.

use super::calendar::{FIRST_DAY, LAST_DAY};
use super::contact::{NO_BIRTH, crm_birth, street_line};
use super::draw::{Draw, Stream, mix};
use super::erp::dressed;
use super::person::{Person, Segment, World, segment_of};
use super::records::{CrmRecord, Records, contact_id, has_contact};
use super::row::salesforce_id;
use super::table::{Shard, Table};

const ZONE: &str = ".000+0000";

/// What people complain about: type, and three ways to say it.
const TOPICS: [(&str, [&str; 3]); 9] = [
    ("Card", ["ATM ate my card", "Card stuck in ATM", "Cash machine kept my debit card"]),
    ("Card", ["Card declined at store", "Debit card does not work at checkout", "Payment refused by terminal"]),
    ("Fees", ["Unexpected monthly fee", "Charged a fee nobody told me about", "Wrong service charge on statement"]),
    ("App", ["Cannot log in to mobile app", "App locks me out", "Mobile login fails with code"]),
    ("Transfer", ["Transfer has not arrived", "Wire still pending after a week", "Money sent but not received"]),
    ("Fraud", ["Transaction I did not make", "Unknown card charge", "Suspicious withdrawal on my account"]),
    ("Service", ["Long wait at branch", "Nobody answers the phone", "Promised call back never came"]),
    ("Loan", ["Loan application takes too long", "No answer on my loan request", "Wrong interest rate on loan offer"]),
    ("Account", ["Address change not done", "Statement sent to old address", "My details are out of date again"]),
];

/// All rows of the CRM for a person who is known there.
pub fn write(world: &World, person: &Person, records: &Records, shard: &mut Shard) {
    if records.crm.is_empty() {
        return;
    }
    let mut draw = Draw::of(world.seed, Stream::Service, u64::from(person.index));
    for record in &records.crm {
        write_contact(person, record, &mut draw, shard);
    }
    let place = world.orders[1].at(u64::from(person.index));
    write_cases(world, person, records, place, &mut draw, shard);
    write_tasks(person, records, place, &mut draw, shard);
    write_opportunities(person, records, place, &mut draw, shard);
    write_responses(person, records, place, &mut draw, shard);
}

fn write_contact(person: &Person, record: &CrmRecord, draw: &mut Draw, shard: &mut Shard) {
    let contact = &record.contact;
    let last =
        if contact.name.suffix.is_empty() { contact.name.last.clone() } else { format!("{} {}", contact.name.last, contact.name.suffix) };
    let birth = match (contact.birth_filled, contact.birth_day) {
        (true, Some(day)) => crm_birth(day, draw),
        (true, None) => NO_BIRTH.to_owned(),
        (false, _) => String::new(),
    };
    let source = ["Branch", "Web", "Referral", "Phone Inquiry", "Campaign", ""][draw.weighted(&[40, 22, 14, 10, 8, 6])];
    let seconds = (draw.between(28_800, 64_000), draw.between(64_000, 72_000));
    let email = dressed(contact.email_text(person), draw);
    let mut row = shard.row(Table::SfContacts);
    row.moment(record.created, seconds.0, b'T', ZONE).empty().text(&email);
    row.text(&contact.name.first).text(&last).text(source).moment(record.modified, seconds.1, b'T', ZONE);
    row.text(&contact.phone_text(person)).raw(&record.id).text(&birth);
    match contact.address.map(|now| if now { &person.address } else { &person.old_address }) {
        Some(home) => row.text(&street_line(home, draw)).text(home.city).number(u64::from(home.postcode)),
        None => row.empty().empty().empty(),
    };
    row.end();
}

fn since(person: &Person) -> i32 {
    person.joined.max(FIRST_DAY).min(person.last_active)
}

fn write_cases(world: &World, person: &Person, records: &Records, place: u64, draw: &mut Draw, shard: &mut Shard) {
    let count = match person.segment {
        Segment::Active => draw.below(3),
        Segment::AtRisk => 2 + draw.below(4),
        Segment::Churned => 3 + draw.below(6),
    };
    let mut repeated: Option<(usize, i32)> = None;
    for nth in 0..u64::from(count) {
        let (topic, opened) = match repeated.take() {
            Some((topic, day)) => (topic, (day + draw.between(0, 3)).min(LAST_DAY)),
            None => {
                let topic = draw.index(TOPICS.len());
                let from = match person.segment {
                    // Trouble comes before the leave-taking.
                    Segment::AtRisk if nth < 2 || draw.chance(0.5) => (LAST_DAY - 85).max(since(person)),
                    Segment::Active | Segment::AtRisk => since(person),
                    Segment::Churned => (person.last_active - 240).max(since(person)),
                };
                let to = if person.segment == Segment::AtRisk { LAST_DAY - 2 } else { person.last_active };
                (topic, draw.between(from.min(to), to))
            }
        };
        // Some complain twice about one thing, by another channel and in other words.
        if draw.chance(0.06) {
            repeated = Some((topic, opened));
        }
        let is_wrong = draw.chance(0.0115);
        let own = records.crm[draw.index(records.crm.len())].id;
        let other = if is_wrong { another_contact(world, person.index, draw) } else { None };
        let id = salesforce_id("500", 4_000_000 + place * 10 + nth);
        if other.is_some() {
            shard.tally.wrong_contact_cases += 1;
            shard.row(Table::MisfiledCases).raw(&id).id("P-", u64::from(person.index) + 1, 6).end();
        }
        write_case(person, &id, &other.unwrap_or(own), TOPICS[topic], opened, draw, shard);
    }
}

fn write_case(
    person: &Person,
    id: &[u8; 18],
    contact: &[u8; 18],
    topic: (&str, [&str; 3]),
    opened: i32,
    draw: &mut Draw,
    shard: &mut Shard,
) {
    let days = match person.segment {
        Segment::Active => draw.between(0, 9),
        Segment::AtRisk => draw.between(2, 24),
        Segment::Churned => draw.between(4, 45),
    };
    let is_open = opened + days > LAST_DAY || draw.chance(if person.segment == Segment::Active { 0.03 } else { 0.12 });
    let status = match (is_open, draw.below(4)) {
        (false, _) => "Closed",
        (true, 0) => "New",
        (true, 1) => "Escalated",
        (true, _) => "Working",
    };
    let unhappy = person.segment != Segment::Active;
    let priority = ["High", "Medium", "Low"][draw.weighted(&if unhappy { [38, 42, 20] } else { [14, 46, 40] })];
    let origin = ["Phone", "Email", "Web", "Branch"][draw.weighted(&[38, 26, 24, 12])];
    let score = match (is_open, unhappy) {
        (true, _) => 0,
        _ if draw.chance(0.35) => 0,
        (_, true) => 1 + draw.below(3),
        (_, false) => 3 + draw.below(3),
    };
    let second = draw.between(25_200, 70_000);
    let mut row = shard.row(Table::SfCases);
    if is_open {
        row.empty();
    } else {
        row.moment(opened + days, 72_000 + second / 10, b'T', ZONE);
    }
    row.moment(opened, second, b'T', ZONE).text(if draw.chance(0.3) { "Customer asks for an answer by phone" } else { "" });
    row.text(origin).text(priority).raw(id).raw(contact).text(status).text(draw.pick(&topic.1)).text(topic.0).date(opened);
    if score == 0 {
        row.empty();
    } else {
        row.number(u64::from(score));
    }
    row.end();
}

/// Somebody else's contact id: the case of a clerk who picked the wrong line.
fn another_contact(world: &World, index: u32, draw: &mut Draw) -> Option<[u8; 18]> {
    (0..20)
        .map(|_| draw.below(world.customers))
        .find(|other| *other != index && has_contact(world, *other, segment_of(world.seed, *other)))
        .map(|other| contact_id(world, other, 0))
}

fn write_tasks(person: &Person, records: &Records, place: u64, draw: &mut Draw, shard: &mut Shard) {
    const SUBJECTS: [&str; 8] = [
        "Follow-up Call",
        "Account Review",
        "Birthday Greeting",
        "Product Inquiry Response",
        "Document Request",
        "Retention Call",
        "Welcome Call",
        "Send Statement",
    ];
    for nth in 0..u64::from(1 + draw.below(4) + u32::from(draw.chance(0.1))) {
        let day = draw.between(since(person), person.last_active);
        let subject = SUBJECTS
            [draw.weighted(&if person.segment == Segment::Active { [22, 20, 14, 16, 10, 2, 8, 8] } else { [20, 14, 8, 10, 10, 26, 4, 8] })];
        let status = ["Completed", "Not Started", "In Progress", "Deferred"][draw.weighted(&[70, 14, 10, 6])];
        let priority = ["Normal", "High", "Low"][draw.weighted(&[62, 20, 18])];
        let contact = records.crm[draw.index(records.crm.len())].id;
        let mut row = shard.row(Table::SfTasks);
        row.date(day)
            .empty()
            .text(priority)
            .raw(&contact)
            .raw(&salesforce_id("00T", 7_000_000 + place * 8 + nth))
            .text(status)
            .text(subject)
            .end();
    }
}

fn write_opportunities(person: &Person, records: &Records, place: u64, draw: &mut Draw, shard: &mut Shard) {
    if !draw.chance(0.26) {
        return;
    }
    let product = draw.pick(&["Home Mortgage", "Credit Card Platinum", "Premium Savings", "Investment Portfolio", "Personal Loan"]);
    let created = draw.between(since(person), person.last_active);
    let close = created + draw.between(14, 120);
    let stage = match (close > LAST_DAY, person.segment) {
        (true, _) => draw.pick(&["Prospecting", "Qualification", "Proposal", "Negotiation"]),
        (false, Segment::Active) => ["Closed Won", "Closed Lost"][draw.weighted(&[58, 42])],
        (false, _) => ["Closed Won", "Closed Lost"][draw.weighted(&[18, 82])],
    };
    let amount = draw.cents(50_000, 30_000_000, 3.0) / 1_000 * 1_000;
    let mut row = shard.row(Table::SfOpportunities);
    row.raw(&salesforce_id("006", 2_000_000 + place)).raw(&records.crm[0].id).text(product).text(stage).money(amount).text("USD");
    row.date(close).moment(created, 36_000, b'T', ZONE).end();
}

fn write_responses(person: &Person, records: &Records, place: u64, draw: &mut Draw, shard: &mut Shard) {
    const CAMPAIGNS: [(&str, i32); 6] = [
        ("Spring Savings 2023", 19_450),
        ("Card Upgrade 2023", 19_620),
        ("Mortgage Week 2024", 19_815),
        ("Refer a Friend 2024", 19_985),
        ("Green Loan 2025", 20_180),
        ("Stay With Us 2025", 20_350),
    ];
    for (nth, (name, start)) in CAMPAIGNS.iter().enumerate() {
        if person.joined > *start || person.last_active < *start || !draw.chance(0.2) {
            continue;
        }
        let status =
            ["Sent", "Opened", "Responded"][draw.weighted(&if person.segment == Segment::Active { [38, 36, 26] } else { [64, 26, 10] })];
        let id = salesforce_id("00v", mix(5, 5) % 1_000_000 + place * 6 + nth as u64);
        let mut row = shard.row(Table::SfCampaignResponses);
        row.raw(&id).raw(&records.crm[0].id).text(name).text(status);
        if status == "Responded" {
            row.date((start + draw.between(1, 30)).min(LAST_DAY));
        } else {
            row.empty();
        }
        row.moment(*start, 28_800, b'T', ZONE).end();
    }
}
