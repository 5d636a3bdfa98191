//! Who is who: read by evaluation only, never by the pipeline.

use crate::base::hash::stable_64;

use super::evidence;
use super::person::{Bond, Person, World};
use super::records::{EmailState, Records, SheetIdentity};
use super::reference::BRANCHES;
use super::table::{Shard, Table};

/// One line for every record of the person, and one for each relative who is head of the household.
pub fn write(world: &World, person: &Person, records: &Records, shard: &mut Shard) {
    let linkable = evidence::linked(&records.facts(person), true);
    let mut said = linkable.iter().map(|is| if *is { "yes" } else { "no" });
    let entity = u64::from(person.index) + 1;
    let mut line = |system: &str, key: &str| {
        shard.row(Table::Truth).text(system).text(key).id("P-", entity, 6).text(said.next().unwrap_or("yes")).end();
    };
    for record in &records.erp {
        line("erpnext", &format!("CUST-{:06}", record.id));
    }
    for record in &records.crm {
        line("salesforce", &String::from_utf8_lossy(&record.id));
    }
    for user in &records.app {
        line("supabase", &String::from_utf8_lossy(&user.user_id));
    }
    for identity in &records.sheet {
        line("google_sheets", &sheet_key(person, identity));
    }
    if person.bond != Bond::Single && person.role > 0 && person.head < world.customers {
        shard.row(Table::Relatives).id("P-", u64::from(person.head) + 1, 6).id("P-", entity, 6).text(person.bond.label()).end();
    }
    shard.tally.count(person, records, &linkable);
}

/// The sheet has no ids: its key is the e-mail, else a hash of name and branch.
fn sheet_key(person: &Person, identity: &SheetIdentity) -> String {
    if identity.email == EmailState::Missing {
        let text = format!("{}\u{1f}{}", identity.name.trim().to_lowercase(), BRANCHES[identity.branch as usize].id);
        format!("n-{:016x}", stable_64(text.as_bytes()))
    } else {
        identity.email.text(person).trim().to_lowercase()
    }
}
