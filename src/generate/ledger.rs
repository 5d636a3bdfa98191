//! Transactions with their running balances, and two ledger entries for each that balance.

use super::calendar::{FIRST_DAY, LAST_DAY};
use super::draw::{BLOCK, Draw, mix};
use super::erp::Account;
use super::person::{Person, Segment, World, segment_of};
use super::table::{Shard, Table};

/// Transactions of the whole bank: 8,569 for 500 customers.
pub fn total(customers: u64) -> u64 {
    (customers * 8_569 + 250) / 500
}

/// At least so many transactions for everybody, so that every account has its opening.
const LEAST: u64 = 4;

/// The number of the person's first transaction and how many there are. The sum over a block is exact, so the bank's total is.
pub fn quota(world: &World, person: u32) -> (u64, u64) {
    let first = person / BLOCK * BLOCK;
    let end = (first + BLOCK).min(world.customers);
    let start_number = total(u64::from(first));
    let spread = (total(u64::from(end)) - start_number).saturating_sub(LEAST * u64::from(end - first));
    let weight = |member: u32| -> u64 {
        let base = match segment_of(world.seed, member) {
            Segment::Active => 17,
            Segment::AtRisk => 10,
            Segment::Churned => 3,
        };
        base * (70 + mix(mix(world.seed, 41), u64::from(member)) % 61)
    };
    let all: u64 = (first..end).map(weight).sum();
    let before: u64 = (first..person).map(weight).sum();
    let share = |sum: u64| spread * sum / all.max(1);
    let (from, to) = (share(before), share(before + weight(person)));
    (start_number + from + LEAST * u64::from(person - first), to - from + LEAST)
}

struct Posting {
    day: i32,
    second: i32,
    kind: &'static str,
    channel: &'static str,
    description: &'static str,
    is_credit: bool,
    amount: i64,
}

/// Writes the person's transactions and returns the closing balance of every account, in cents.
pub fn write(
    world: &World,
    person: &Person,
    accounts: &[Account],
    ledger_days: Option<u32>,
    draw: &mut Draw,
    shard: &mut Shard,
) -> Vec<i64> {
    let (mut number, count) = quota(world, person.index);
    let from_day = ledger_days.map_or(i32::MIN, |days| LAST_DAY - days.cast_signed());
    let others = accounts.len() as u64 - 1;
    let mut left = count;
    let mut balances = Vec::with_capacity(accounts.len());
    for (nth, account) in accounts.iter().enumerate() {
        let waiting = others - nth as u64;
        let own = if waiting == 0 { left } else { (left * 3 / 5).clamp(1, left - waiting) };
        left -= own;
        let (mut balance, mut before) = (0, (i32::MIN, 0));
        let days = days(person, account, own, nth == 0, draw);
        for (at, day) in days.iter().enumerate() {
            let is_last = at + 1 == days.len();
            let mut posting = posting(person, account, *day, at == 0, is_last, balance, draw);
            // The running balance follows date and time.
            if before.0 == posting.day && posting.second <= before.1 {
                posting.second = before.1 + 97;
            }
            before = (posting.day, posting.second);
            balance += if posting.is_credit { posting.amount } else { -posting.amount };
            number += 1;
            write_one(number, account, &posting, balance, from_day, shard);
        }
        balances.push(balance);
    }
    balances
}

/// Sorted days of an account's transactions; the first is its opening, or the first day of the three years.
fn days(person: &Person, account: &Account, count: u64, is_main: bool, draw: &mut Draw) -> Vec<i32> {
    let first = account.opened.max(FIRST_DAY);
    let last = person.last_active.max(first);
    let mut days = vec![first];
    for nth in 1..count {
        let recent = is_main && (nth == 1 || (nth <= 3 && person.segment != Segment::Active));
        days.push(match (recent, nth) {
            (true, 1) => last,
            (true, _) => draw.between((last - 55).max(first), last),
            _ => draw.between(first, last),
        });
    }
    days.sort_unstable();
    days
}

fn posting(person: &Person, account: &Account, day: i32, is_first: bool, is_last: bool, balance: i64, draw: &mut Draw) -> Posting {
    let second = draw.between(7 * 3_600, 21 * 3_600);
    if is_first {
        let (kind, description) =
            if account.opened < FIRST_DAY { ("Opening Balance", "Brought forward") } else { ("Deposit", "Initial deposit") };
        return Posting {
            day,
            second: 25_200,
            kind,
            channel: "Branch",
            description,
            is_credit: true,
            amount: draw.cents(30_000, 4_000_000, 3.0),
        };
    }
    let is_leaving = match person.segment {
        Segment::Active => false,
        Segment::AtRisk => day > LAST_DAY - 125,
        Segment::Churned => day > person.last_active - 120,
    };
    if is_last && account.closed.is_some() && balance > 0 {
        return Posting {
            day,
            second: 75_600,
            kind: "Withdrawal",
            channel: "Branch",
            description: "Account closing",
            is_credit: false,
            amount: balance,
        };
    }
    let credit_share = match (is_leaving, balance) {
        (_, ..10_000) => 1.0,
        (true, _) => 0.08,
        (false, ..200_000) => 0.6,
        (false, _) => 0.44,
    };
    if draw.chance(credit_share) {
        let (kind, channel, description, low, high) = *[
            ("Salary", "Online", "Payroll", 180_000, 620_000),
            ("Deposit", "Branch", "", 5_000, 300_000),
            ("Deposit", "ATM", "", 2_000, 80_000),
            ("Transfer In", "Online", "", 3_000, 250_000),
            ("Deposit", "Mobile", "Check deposit", 2_000, 150_000),
            ("Interest", "Online", "", 100, 4_000),
        ]
        .get(draw.weighted(&[30, 18, 16, 18, 12, 6]))
        .unwrap_or(&("Deposit", "Branch", "", 5_000, 300_000));
        return Posting { day, second, kind, channel, description, is_credit: true, amount: draw.cents(low, high, 1.8) };
    }
    let (kind, channel, description, low, high) = *[
        ("Card Payment", "POS", "Groceries", 800, 22_000),
        ("Card Payment", "POS", "", 500, 60_000),
        ("Withdrawal", "ATM", "", 2_000, 60_000),
        ("Bill Payment", "Mobile", "Utilities", 3_000, 40_000),
        ("Bill Payment", "Online", "Rent", 60_000, 280_000),
        ("Transfer Out", "Online", "", 2_000, 250_000),
        ("Transfer Out", "Mobile", "", 1_000, 120_000),
        ("Withdrawal", "Branch", "", 10_000, 250_000),
        ("Fee", "Online", "Service fee", 500, 3_500),
    ]
    .get(draw.weighted(&[20, 20, 16, 10, 8, 10, 8, 5, 3]))
    .unwrap_or(&("Withdrawal", "ATM", "", 2_000, 60_000));
    let usual = draw.cents(low, high, 1.8).min(balance * 6 / 10);
    // Who is leaving takes the money along.
    let amount = if is_leaving { usual.max(balance * i64::from(draw.between(14, 38)) / 100) } else { usual };
    Posting { day, second, kind, channel, description, is_credit: false, amount: amount.max(1) }
}

fn write_one(number: u64, account: &Account, posting: &Posting, balance: i64, ledger_from: i32, shard: &mut Shard) {
    let currency = account.currency();
    let (own, contra) = if posting.is_credit { ("credit", "debit") } else { ("debit", "credit") };
    let status = if posting.day > LAST_DAY - 2 { "Pending" } else { "Completed" };
    let mut row = shard.row(Table::ErpTransactions);
    row.moment(posting.day, posting.second, b' ', "").id("TXN-", number, 7).id("ACC-", account.number, 8).date(posting.day);
    row.clock(posting.second).text(posting.kind).text(own).text(posting.channel).money(posting.amount).text(currency);
    row.money(balance).text(status).text(posting.description).end();
    if posting.day < ledger_from {
        shard.tally.ledger_entries_left_out += 2;
        return;
    }
    for (nth, side) in [own, contra].into_iter().enumerate() {
        let mut row = shard.row(Table::ErpLedgerEntries);
        row.moment(posting.day, posting.second, b' ', "").id("GLE-", number * 2 + nth as u64, 8).id("TXN-", number, 7);
        // The bank's own side has no account: the outside world.
        if nth == 0 {
            row.id("ACC-", account.number, 8);
        } else {
            row.empty();
        }
        row.text(side).money(posting.amount).text(currency).date(posting.day).end();
    }
}
