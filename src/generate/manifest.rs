//! What was written, counted while it was written.

use serde::Serialize;
use serde_json::{Map, Value, json};

use super::contact::PhoneStyle;
use super::evidence;
use super::mess::NameMess;
use super::person::{Bond, Person, Segment, World};
use super::records::{Contact, EmailState, PhoneState, Records};
use super::table::Table;
use super::{GenerateSpec, Thinning};

/// Fields of ERP or CRM records.
#[derive(Debug, Clone, Copy, Default)]
pub struct FieldTally {
    records: u64,
    email_missing: u64,
    email_stale: u64,
    email_family: u64,
    email_placeholder: u64,
    phone_missing: u64,
    phone_placeholder: u64,
    phone_old: u64,
    phone_landline: u64,
    birth: u64,
    address: u64,
}

/// Sums over persons; adding tallies in any order gives the same.
#[derive(Debug, Clone, Default)]
pub struct Tally {
    segments: [u64; 3],
    erp: FieldTally,
    crm: FieldTally,
    name_mess: [u64; NameMess::ALL.len()],
    phone_styles: [u64; PhoneStyle::ALL.len()],
    erp_twice: u64,
    crm_twice: u64,
    crm_persons: u64,
    app_persons: u64,
    app_twice: u64,
    app_users: u64,
    app_by_email: u64,
    app_by_phone_only: u64,
    app_by_device_only: u64,
    sheet_persons: u64,
    sheet_identities: u64,
    sheet_without_email: u64,
    shares_family_email: u64,
    namesakes: u64,
    twins: u64,
    records: u64,
    unlinkable: u64,
    true_pairs: u64,
    linkable_pairs: u64,
    exact_pairs: u64,
    bank_app_pairs: u64,
    bank_app_pairs_without_email: u64,
    pub wrong_contact_cases: u64,
    pub sessions_left_out: u64,
    pub events_left_out: u64,
    pub ledger_entries_left_out: u64,
}

impl FieldTally {
    fn count(&mut self, contact: &Contact) {
        self.records += 1;
        self.email_missing += u64::from(contact.email == EmailState::Missing);
        self.email_stale += u64::from(contact.email == EmailState::Stale);
        self.email_family += u64::from(contact.email == EmailState::Family);
        self.email_placeholder += u64::from(contact.email == EmailState::Placeholder);
        self.phone_missing += u64::from(contact.phone == PhoneState::Missing);
        self.phone_placeholder += u64::from(contact.phone == PhoneState::Placeholder);
        self.phone_old += u64::from(contact.phone == PhoneState::OldMobile);
        self.phone_landline += u64::from(contact.phone == PhoneState::Landline);
        self.birth += u64::from(contact.birth_filled);
        self.address += u64::from(contact.address.is_some());
    }

    fn add(&mut self, other: &Self) {
        self.records += other.records;
        self.email_missing += other.email_missing;
        self.email_stale += other.email_stale;
        self.email_family += other.email_family;
        self.email_placeholder += other.email_placeholder;
        self.phone_missing += other.phone_missing;
        self.phone_placeholder += other.phone_placeholder;
        self.phone_old += other.phone_old;
        self.phone_landline += other.phone_landline;
        self.birth += other.birth;
        self.address += other.address;
    }

    fn shares(&self) -> Value {
        let of = |part: u64| share(part, self.records);
        json!({
            "records": self.records,
            "email_missing": of(self.email_missing),
            "email_stale": of(self.email_stale),
            "email_missing_or_stale": of(self.email_missing + self.email_stale + self.email_placeholder),
            "email_of_a_relative": of(self.email_family),
            "email_placeholder": of(self.email_placeholder),
            "phone_missing": of(self.phone_missing),
            "phone_placeholder": of(self.phone_placeholder),
            "phone_stale": of(self.phone_old),
            "phone_of_the_household": of(self.phone_landline),
            "birth_date_filled": of(self.birth),
            "address_filled": of(self.address),
        })
    }
}

impl Tally {
    /// Counts one person and all records of his or hers.
    pub fn count(&mut self, person: &Person, records: &Records, linkable: &[bool]) {
        self.segments[match person.segment {
            Segment::Active => 0,
            Segment::AtRisk => 1,
            Segment::Churned => 2,
        }] += 1;
        records.erp.iter().for_each(|r| self.erp.count(&r.contact));
        records.crm.iter().for_each(|r| self.crm.count(&r.contact));
        let contacts = || records.erp.iter().map(|r| &r.contact).chain(records.crm.iter().map(|r| &r.contact));
        for contact in contacts() {
            for (count, mess) in self.name_mess.iter_mut().zip(NameMess::ALL) {
                *count += u64::from(contact.name.has(mess));
            }
            if contact.phone != PhoneState::Missing {
                self.phone_styles[contact.style as usize] += 1;
            }
        }
        self.erp_twice += u64::from(records.erp.len() > 1);
        self.crm_twice += u64::from(records.crm.len() > 1);
        self.crm_persons += u64::from(!records.crm.is_empty());
        self.app_persons += u64::from(!records.app.is_empty());
        self.app_twice += u64::from(records.app.len() > 1);
        self.sheet_persons += u64::from(!records.sheet.is_empty());
        for user in &records.app {
            self.app_users += 1;
            let (email, phone) = (user.email != EmailState::Missing, user.phone != PhoneState::Missing);
            self.app_by_email += u64::from(email);
            self.app_by_phone_only += u64::from(phone && !email);
            self.app_by_device_only += u64::from(!phone && !email);
        }
        self.sheet_identities += records.sheet.len() as u64;
        self.sheet_without_email += records.sheet.iter().filter(|s| s.email == EmailState::Missing).count() as u64;
        self.shares_family_email += u64::from(contacts().any(|c| c.email == EmailState::Family));
        self.namesakes += u64::from(person.bond == Bond::FatherSon);
        self.twins += u64::from(person.bond == Bond::Twins);
        self.count_pairs(person, records, linkable);
    }

    fn count_pairs(&mut self, person: &Person, records: &Records, linkable: &[bool]) {
        let facts = records.facts(person);
        let blind = evidence::groups(&facts, false);
        let values = values(person, records);
        let bank_and_app = facts.len() - records.sheet.len();
        self.records += facts.len() as u64;
        self.unlinkable += linkable.iter().filter(|l| !**l).count() as u64;
        for a in 0..facts.len() {
            for b in a + 1..facts.len() {
                self.true_pairs += 1;
                if !(linkable[a] && linkable[b]) {
                    continue;
                }
                self.linkable_pairs += 1;
                let same = |x: &str, y: &str| !x.is_empty() && x == y;
                let exact = same(&values[a].0, &values[b].0) || same(&values[a].1, &values[b].1);
                self.exact_pairs += u64::from(exact);
                if b < bank_and_app {
                    self.bank_app_pairs += 1;
                    self.bank_app_pairs_without_email += u64::from(blind[a] == blind[b]);
                }
            }
        }
    }

    pub fn add(&mut self, other: &Self) {
        for (sum, part) in self.segments.iter_mut().zip(other.segments) {
            *sum += part;
        }
        for (sum, part) in self.name_mess.iter_mut().zip(other.name_mess) {
            *sum += part;
        }
        for (sum, part) in self.phone_styles.iter_mut().zip(other.phone_styles) {
            *sum += part;
        }
        self.erp.add(&other.erp);
        self.crm.add(&other.crm);
        for (sum, part) in self.counters().into_iter().zip(other.clone().counters()) {
            *sum += *part;
        }
    }

    fn counters(&mut self) -> [&mut u64; 26] {
        [
            &mut self.erp_twice,
            &mut self.crm_twice,
            &mut self.crm_persons,
            &mut self.app_persons,
            &mut self.app_twice,
            &mut self.app_users,
            &mut self.app_by_email,
            &mut self.app_by_phone_only,
            &mut self.app_by_device_only,
            &mut self.sheet_persons,
            &mut self.sheet_identities,
            &mut self.sheet_without_email,
            &mut self.shares_family_email,
            &mut self.namesakes,
            &mut self.twins,
            &mut self.records,
            &mut self.unlinkable,
            &mut self.true_pairs,
            &mut self.linkable_pairs,
            &mut self.exact_pairs,
            &mut self.bank_app_pairs,
            &mut self.bank_app_pairs_without_email,
            &mut self.wrong_contact_cases,
            &mut self.sessions_left_out,
            &mut self.events_left_out,
            &mut self.ledger_entries_left_out,
        ]
    }
}

/// E-mail in lower case and phone digits of every record, as a plain reader of the files would compare them.
fn values(person: &Person, records: &Records) -> Vec<(String, String)> {
    let digits = |text: String| -> String { text.trim_end_matches(".0").chars().filter(char::is_ascii_digit).collect() };
    let contacts = records.erp.iter().map(|r| &r.contact).chain(records.crm.iter().map(|r| &r.contact));
    let of_contacts = contacts.map(|c| (c.email_text(person), digits(c.phone_text(person))));
    let app = records.app.iter().map(|u| (u.email.text(person), digits(u.phone.text(person, PhoneStyle::App))));
    let sheet = records.sheet.iter().map(|s| (s.email.text(person), String::new()));
    of_contacts.chain(app).chain(sheet).collect()
}

fn share(part: u64, whole: u64) -> f64 {
    if whole == 0 { 0.0 } else { (part as f64 / whole as f64 * 10_000.0).round() / 10_000.0 }
}

/// The manifest as JSON; keys in a fixed order, no clock in it.
pub fn manifest(spec: &GenerateSpec, world: &World, rows: &[u64], tally: &Tally) -> Value {
    let counts: Map<String, Value> = Table::ALL.iter().zip(rows).map(|(table, rows)| (table.path().to_owned(), json!(rows))).collect();
    let people = u64::from(world.customers);
    let written = tally.erp.records + tally.crm.records;
    let names: Map<String, Value> =
        NameMess::ALL.iter().zip(tally.name_mess).map(|(mess, count)| (mess.label().to_owned(), json!(share(count, written)))).collect();
    let phones: u64 = tally.phone_styles.iter().sum();
    let styles: Map<String, Value> = PhoneStyle::ALL
        .iter()
        .zip(tally.phone_styles)
        .filter(|(_, count)| *count > 0)
        .map(|(style, count)| (style.label().to_owned(), json!(share(count, phones))))
        .collect();
    json!({
        "made_by": super::MADE_BY,
        "complete": true,
        "bank": "Apex National Bank",
        "customers": spec.customers,
        "seed": spec.seed,
        "first_business_date": "2023-01-01",
        "last_business_date": "2025-12-31",
        "rows": counts,
        "thinning": spec.thin.map_or(Value::Null, |thin| thinning(thin, tally)),
        "shares": {
            "segments": { "active": share(tally.segments[0], people), "at_risk": share(tally.segments[1], people), "churned": share(tally.segments[2], people) },
            "customers_with_erp_duplicates": share(tally.erp_twice, people),
            "customers_with_crm_contact": share(tally.crm_persons, people),
            "customers_with_crm_duplicates": share(tally.crm_twice, people),
            "customers_with_app": share(tally.app_persons, people),
            "customers_with_two_app_users": share(tally.app_twice, people),
            "customers_in_notes": share(tally.sheet_persons, people),
            "customers_sharing_a_family_email": share(tally.shares_family_email, people),
            "same_name_relatives": share(tally.namesakes + tally.twins, people),
            "fathers_and_sons_of_one_name": share(tally.namesakes, people),
            "twins": share(tally.twins, people),
            "app_users_with_email": share(tally.app_by_email, tally.app_users),
            "app_users_with_phone_only": share(tally.app_by_phone_only, tally.app_users),
            "app_users_with_device_only": share(tally.app_by_device_only, tally.app_users),
            "note_identities_without_email": share(tally.sheet_without_email, tally.sheet_identities),
            "erp": tally.erp.shares(),
            "crm": tally.crm.shares(),
            "names": names,
            "phone_formats": styles,
            "cases_at_the_wrong_contact": share(tally.wrong_contact_cases, rows[Table::SfCases as usize]),
        },
        "pairs": {
            "records": tally.records,
            "records_that_nothing_could_link": tally.unlinkable,
            "share_that_nothing_could_link": share(tally.unlinkable, tally.records),
            "true_pairs": tally.true_pairs,
            "linkable_pairs": tally.linkable_pairs,
            "found_by_exact_email_or_phone": share(tally.exact_pairs, tally.linkable_pairs),
            "erp_crm_app_pairs": tally.bank_app_pairs,
            "erp_crm_app_pairs_with_evidence_without_email": share(tally.bank_app_pairs_without_email, tally.bank_app_pairs),
        },
    })
}

fn thinning(thin: Thinning, tally: &Tally) -> Value {
    #[derive(Serialize)]
    struct Said {
        #[serde(flatten)]
        thin: Thinning,
        sessions_left_out: u64,
        events_left_out: u64,
        ledger_entries_left_out: u64,
        note: &'static str,
    }
    json!(Said {
        thin,
        sessions_left_out: tally.sessions_left_out,
        events_left_out: tally.events_left_out,
        ledger_entries_left_out: tally.ledger_entries_left_out,
        note: "Thinned to keep the folder small: all app sessions of the last days and every user's last one are kept, earlier ones and events by share; ledger entries of the last days only, always both of a transaction.",
    })
}
