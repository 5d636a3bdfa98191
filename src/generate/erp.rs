//! The ERP's rows of one person: customers, accounts, invoices, loans, investments.

use super::calendar::{FIRST_DAY, LAST_DAY};
use super::contact::{NO_BIRTH, address_line, erp_birth};
use super::draw::{Draw, Stream, mix};
use super::ledger;
use super::person::{Person, Segment, World};
use super::records::{ErpRecord, Records};
use super::reference::{BRANCHES, PRODUCTS, territory_as_typed};
use super::table::{Shard, Table};

/// An account of a person; it hangs on one of the person's ERP records.
#[derive(Debug, Clone, Copy)]
pub struct Account {
    pub number: u64,
    pub holder: usize,
    pub is_eur: bool,
    pub opened: i32,
    pub closed: Option<i32>,
}

impl Account {
    pub fn currency(&self) -> &'static str {
        if self.is_eur { "EUR" } else { "USD" }
    }
}

/// One line of `erp_customers.csv`.
pub fn write_customer(world: &World, person: &Person, record: &ErpRecord, shard: &mut Shard) {
    let mut draw = Draw::of(world.seed, Stream::Contact, mix(3, record.id));
    let group = match LAST_DAY - person.birth_day {
        age if age < 25 * 365 => "Student",
        age if age > 66 * 365 => "Senior",
        _ if draw.chance(0.15) => "Premium",
        _ => "Individual",
    };
    let contact = &record.contact;
    let birth = match (contact.birth_filled, contact.birth_day) {
        (true, Some(day)) => erp_birth(day, &mut draw),
        (true, None) => NO_BIRTH.to_owned(),
        (false, _) => String::new(),
    };
    let home = contact.address.map(|now| if now { &person.address } else { &person.old_address });
    let address = home.map(|home| address_line(home, &mut draw)).unwrap_or_default();
    let gender = if draw.chance(0.95) { ErpRecord::gender(person) } else { "" };
    let kyc = ["Verified", "Pending", "Expired"][draw.weighted(&[86, 9, 5])];
    let risk = ["Low", "Medium", "High"][draw.weighted(&if person.segment == Segment::Active { [74, 21, 5] } else { [55, 32, 13] })];
    let (at, touched) = (draw.between(28_800, 64_000), draw.between(28_800, 64_000));
    let territory = territory_as_typed(record.branch, &mut draw);
    let mut row = shard.row(Table::ErpCustomers);
    row.moment(record.created, at, b' ', "").text(group).text(&record.name).text("Individual");
    row.text(&dressed(contact.email_text(person), &mut draw)).text(gender).text(&contact.phone_text(person));
    row.moment(record.modified, touched.max(at), b' ', "").id("CUST-", record.id, 6).text(territory).empty();
    row.text(kyc).text(risk).text(&birth).text(&address).end();
}

/// E-mails come with the odd capital and stray space.
pub fn dressed(email: String, draw: &mut Draw) -> String {
    match draw.below(100) {
        0..=2 => email.to_uppercase(),
        3..=4 if !email.is_empty() => format!("{email} "),
        5..=8 => email.chars().take(1).flat_map(char::to_uppercase).chain(email.chars().skip(1)).collect(),
        _ => email,
    }
}

/// Everything of the ERP that hangs on a person's customers.
pub fn write_business(world: &World, person: &Person, records: &Records, ledger_days: Option<u32>, shard: &mut Shard) {
    let mut draw = Draw::of(world.seed, Stream::Money, u64::from(person.index));
    let accounts = accounts(world, person, records, &mut draw);
    let balances = ledger::write(world, person, &accounts, ledger_days, &mut draw, shard);
    for (account, balance) in accounts.iter().zip(&balances) {
        let holder = &records.erp[account.holder];
        let status = match (account.closed, person.segment) {
            (Some(_), _) => "Closed",
            (None, Segment::Churned) => "Dormant",
            (None, _) => "Active",
        };
        let kind = ["Checking", "Savings", "Money Market", "Fixed Deposit"][draw.weighted(&[52, 34, 9, 5])];
        let mut row = shard.row(Table::ErpAccounts);
        row.moment(account.opened, 36_000, b' ', "").moment(account.closed.unwrap_or(person.last_active), 61_200, b' ', "");
        row.id("ACC-", account.number, 8).id("CUST-", holder.id, 6).text(kind).text(account.currency()).money(*balance).text(status);
        row.text(BRANCHES[holder.branch as usize].id).date(account.opened);
        match account.closed {
            Some(day) => row.date(day),
            None => row.empty(),
        };
        row.end();
    }
    write_invoices(world, person, records, &mut draw, shard);
    write_loans(world, person, records, &accounts, &mut draw, shard);
    write_investments(world, person, records, &mut draw, shard);
}

fn accounts(world: &World, person: &Person, records: &Records, draw: &mut Draw) -> Vec<Account> {
    let wanted = match draw.below(100) {
        0..=11 => 3,
        12..=47 => 2,
        _ => 1,
    };
    let closes = person.segment == Segment::Churned && draw.chance(0.7);
    (0..wanted.max(records.erp.len()))
        .map(|nth| {
            let holder = if nth < records.erp.len() { nth } else { 0 };
            let from = records.erp[holder].created;
            let opened = if nth < records.erp.len() { from } else { draw.between(from, (person.last_active - 20).max(from)) };
            Account {
                number: 40_000_000 + world.erp_numbers.at(u64::from(person.index) * 3 + nth as u64),
                holder,
                is_eur: draw.chance(if nth == 0 { 0.03 } else { 0.14 }),
                opened,
                closed: closes.then(|| (person.last_active + draw.between(0, 20)).min(LAST_DAY)),
            }
        })
        .collect()
}

/// Numbers of a person's documents; `slots` is how many a person can have at most.
fn document(world: &World, person: &Person, slots: u64, nth: u64) -> u64 {
    world.erp_numbers.at(u64::from(person.index) * 3) * slots + nth + 1
}

fn year_of(day: i32) -> u64 {
    u64::try_from(super::calendar::civil(day).0).unwrap_or(2_023)
}

fn since(person: &Person) -> i32 {
    person.joined.max(FIRST_DAY)
}

fn write_invoices(world: &World, person: &Person, records: &Records, draw: &mut Draw, shard: &mut Shard) {
    let count = match person.segment {
        Segment::Active => 2 + draw.below(4),
        Segment::AtRisk => 1 + draw.below(4),
        Segment::Churned => draw.below(4),
    };
    for nth in 0..u64::from(count) {
        let holder = &records.erp[draw.index(records.erp.len())];
        let posted = draw.between(since(person).min(person.last_active), person.last_active);
        let (code, _, _, fee) = draw.pick_early(&PRODUCTS, 1.6);
        let status = match draw.below(100) {
            _ if posted > LAST_DAY - 25 => "Unpaid",
            0..=87 => "Paid",
            88..=95 => "Overdue",
            _ => "Unpaid",
        };
        let territory = territory_as_typed(holder.branch, draw);
        let second = draw.between(28_800, 64_000);
        let mut row = shard.row(Table::ErpSalesInvoices);
        row.moment(posted, second, b' ', "").id("CUST-", holder.id, 6).text(&holder.name).number(1).date(posted + 30);
        row.money(fee).moment(posted, second, b' ', "");
        let prefix = format!("ACC-SINV-{}-", year_of(posted));
        row.id(&prefix, document(world, person, 6, nth), 6).date(posted).text(status).text(territory).text(code).text("USD").end();
    }
}

fn write_loans(world: &World, person: &Person, records: &Records, accounts: &[Account], draw: &mut Draw, shard: &mut Shard) {
    if !draw.chance(0.2) {
        return;
    }
    let account = draw.pick(accounts);
    let (kind, low, high) = draw.pick(&[
        ("Home", 8_000_000, 60_000_000),
        ("Auto", 800_000, 5_000_000),
        ("Personal", 100_000, 3_000_000),
        ("Student", 300_000, 6_000_000),
        ("Business", 1_000_000, 25_000_000),
    ]);
    let amount = draw.cents(low, high, 2.0) / 10_000 * 10_000;
    let applied = draw.between(since(person).min(person.last_active), person.last_active);
    let status = ["Approved", "Rejected", "Pending", "Closed", "Defaulted"][match (person.segment, LAST_DAY - applied) {
        (Segment::Active, 0..40) => draw.weighted(&[50, 10, 40, 0, 0]),
        (Segment::Active, _) => draw.weighted(&[66, 15, 0, 17, 2]),
        _ => draw.weighted(&[48, 24, 2, 16, 10]),
    }];
    let is_paid_out = !matches!(status, "Rejected" | "Pending");
    let disbursed = (applied + draw.between(3, 21)).min(LAST_DAY);
    let left = match status {
        "Approved" | "Defaulted" => draw.cents(amount / 5, amount, 1.0),
        _ => 0,
    };
    let rate = format!("{}.{:02}", 3 + draw.below(9), draw.below(4) * 25);
    let mut row = shard.row(Table::ErpLoans);
    row.moment(applied, 39_600, b' ', "").moment(disbursed, 39_600, b' ', "").id("LOAN-", document(world, person, 1, 0), 6);
    row.id("CUST-", records.erp[account.holder].id, 6).id("ACC-", account.number, 8).text(kind).money(amount).text(&rate);
    row.text(account.currency()).date(applied).text(status);
    if is_paid_out {
        row.date(disbursed);
    } else {
        row.empty();
    }
    row.money(left).end();
}

fn write_investments(world: &World, person: &Person, records: &Records, draw: &mut Draw, shard: &mut Shard) {
    let count = if draw.chance(0.18) { 1 + draw.below(3) } else { 0 };
    for nth in 0..u64::from(count) {
        let holder = records.erp[draw.index(records.erp.len())].id;
        let kind = draw.pick(&["Mutual Fund", "Bonds", "Stocks", "Fixed Deposit", "Gold"]);
        let amount = draw.cents(50_000, 8_000_000, 2.5) / 1_000 * 1_000;
        let gain = amount / 1_000 * i64::from(draw.between(-60, 190));
        let day = draw.between(since(person).min(person.last_active), person.last_active);
        let status =
            ["Active", "Matured", "Sold"][draw.weighted(&if person.segment == Segment::Churned { [5, 35, 60] } else { [72, 18, 10] })];
        let currency = if draw.chance(0.08) { "EUR" } else { "USD" };
        let mut row = shard.row(Table::ErpInvestments);
        row.moment(day, 43_200, b' ', "").moment(person.last_active, 43_200, b' ', "").id("INV-", document(world, person, 3, nth), 6);
        row.id("CUST-", holder, 6).text(kind).money(amount).money(amount + gain).text(currency).date(day).text(status).end();
    }
}
