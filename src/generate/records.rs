//! The records that one person left in the four systems, with what each still says about him or her.

use super::contact::{self, PhoneStyle};
use super::draw::{Draw, Stream, mix, stratified};
use super::evidence::Facts;
use super::mess::{NameMess, WrittenName, short_name, typo, write_name};
use super::person::{Bond, Person, Segment, Sex, World};
use super::row::{salesforce_id, uuid};

/// Which of a person's e-mails stands in a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EmailState {
    Missing,
    Placeholder,
    Current,
    Stale,
    Family,
}

/// Which of a person's phones stands in a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PhoneState {
    Missing,
    Placeholder,
    Mobile,
    OldMobile,
    Landline,
}

/// What ERP and CRM records have in common.
#[derive(Debug, Clone)]
pub struct Contact {
    pub name: WrittenName,
    pub email: EmailState,
    pub phone: PhoneState,
    pub style: PhoneStyle,
    pub birth_filled: bool,
    /// The birth date as the record has it, where it is filled; None for the placeholder.
    pub birth_day: Option<i32>,
    /// None: empty. Some(true): where the person lives now.
    pub address: Option<bool>,
}

#[derive(Debug, Clone)]
pub struct ErpRecord {
    pub id: u64,
    /// `customer_name`, as every table of the ERP repeats it.
    pub name: String,
    pub contact: Contact,
    pub branch: u32,
    pub created: i32,
    pub modified: i32,
}

#[derive(Debug, Clone)]
pub struct CrmRecord {
    pub id: [u8; 18],
    pub contact: Contact,
    pub created: i32,
    pub modified: i32,
}

/// A sign-in of the app.
#[derive(Debug, Clone)]
pub struct AppUser {
    pub user_id: [u8; 36],
    pub email: EmailState,
    pub phone: PhoneState,
    pub device_id: u64,
    pub device_name: String,
    pub is_phone: bool,
    pub is_apple: bool,
}

/// One name under which the notes sheet knows the person.
#[derive(Debug, Clone)]
pub struct SheetIdentity {
    pub email: EmailState,
    /// Fixed where there is no e-mail: then name and branch are the record's key.
    pub name: String,
    pub branch: u32,
}

#[derive(Debug, Clone)]
pub struct Records {
    pub erp: Vec<ErpRecord>,
    pub crm: Vec<CrmRecord>,
    pub app: Vec<AppUser>,
    pub sheet: Vec<SheetIdentity>,
}

/// All records of a person.
pub fn records(world: &World, person: &Person) -> Records {
    let mut draw = Draw::of(world.seed, Stream::Records, u64::from(person.index));
    let mut all = Records {
        erp: erp_records(world, person, &mut draw),
        crm: crm_records(world, person, &mut draw),
        app: app_users(world, person, &mut draw),
        sheet: sheet_identities(world, person, &mut draw),
    };
    all.mend(person);
    all
}

fn erp_records(world: &World, person: &Person, draw: &mut Draw) -> Vec<ErpRecord> {
    let twice = stratified(world.seed, 21, person.index) < 0.175;
    let count = if !twice {
        1
    } else if draw.chance(0.12) {
        3
    } else {
        2
    };
    (0..count)
        .map(|nth| {
            let tag = 30 + nth * 10;
            let created =
                if nth == 0 { person.joined } else { person.joined + draw.between(20, 700).min(person.last_active - person.joined) };
            let mut contact = contact(world, person, tag, &ERP, draw);
            contact.style = PhoneStyle::ALL[draw.weighted(&PhoneStyle::ERP_WEIGHTS)];
            // Stale values sit in records that nobody has touched for long.
            let stale = contact.email == EmailState::Stale || contact.phone == PhoneState::OldMobile;
            let latest = if stale { created + (person.last_active - created) / 3 } else { person.last_active };
            let branch = match nth {
                0 => person.branch,
                1 => person.other_branch,
                _ => (person.other_branch + 3) % 10,
            };
            ErpRecord {
                id: 1_001 + world.erp_numbers.at(u64::from(person.index) * 3 + nth),
                name: contact.name.in_one_line(draw),
                contact,
                branch,
                created,
                modified: draw.between(created, latest.max(created)),
            }
        })
        .collect()
}

fn crm_records(world: &World, person: &Person, draw: &mut Draw) -> Vec<CrmRecord> {
    if !has_contact(world, person.index, person.segment) {
        return Vec::new();
    }
    let count = if stratified(world.seed, 23, person.index) < 0.045 { 2 } else { 1 };
    (0..count)
        .map(|nth| {
            let mut contact = contact(world, person, 70 + nth * 10, &CRM, draw);
            contact.style = PhoneStyle::ALL[draw.weighted(&PhoneStyle::CRM_WEIGHTS)];
            let created = person.joined + draw.between(0, 200).min(person.last_active - person.joined);
            CrmRecord {
                id: contact_id(world, person.index, nth),
                contact,
                created,
                modified: draw.between(created, person.last_active.max(created)),
            }
        })
        .collect()
}

/// Whether the CRM knows the person at all.
pub fn has_contact(world: &World, index: u32, segment: Segment) -> bool {
    stratified(world.seed, 22, index) < if segment == Segment::Active { 0.89 } else { 1.0 }
}

/// The Salesforce id of a person's contact.
pub fn contact_id(world: &World, index: u32, nth: u64) -> [u8; 18] {
    salesforce_id("003", mix(world.seed, 55) % 9_000_000 + world.email_numbers.at(u64::from(index)) * 2 + nth)
}

/// How well a system fills its fields: each share is of all its records.
struct Habits {
    email_missing: f64,
    email_stale: f64,
    phone_missing: f64,
    phone_old: f64,
    phone_landline: f64,
    birth: f64,
    address: f64,
    middle: bool,
}

const ERP: Habits = Habits {
    email_missing: 0.15,
    email_stale: 0.12,
    phone_missing: 0.215,
    phone_old: 0.07,
    phone_landline: 0.06,
    birth: 0.86,
    address: 0.90,
    middle: true,
};
const CRM: Habits = Habits {
    email_missing: 0.12,
    email_stale: 0.15,
    phone_missing: 0.225,
    phone_old: 0.09,
    phone_landline: 0.04,
    birth: 0.71,
    address: 0.71,
    middle: false,
};
/// Of filled e-mails and phones, and of birth dates.
const PLACEHOLDERS: f64 = 0.012;

fn contact(world: &World, person: &Person, tag: u64, habits: &Habits, draw: &mut Draw) -> Contact {
    let at = |offset: u64| stratified(world.seed, tag + offset, person.index);
    let email = match at(0) {
        u if u < habits.email_missing => EmailState::Missing,
        u if u < habits.email_missing + habits.email_stale => EmailState::Stale,
        _ if draw.chance(PLACEHOLDERS) => EmailState::Placeholder,
        // In half of the couples the ERP has the shared one, in the other half the CRM.
        u if person.family_email.is_some() && (habits.middle == person.index.is_multiple_of(2) || u > 0.9) => EmailState::Family,
        _ => EmailState::Current,
    };
    let old_from = 1.0 - habits.phone_old;
    // Families have a telephone at home; one's own is given less often there.
    let landline = match person.bond {
        Bond::Single | Bond::Siblings => habits.phone_landline / 2.0,
        _ => habits.phone_landline * 2.5,
    };
    let phone = match at(1) {
        u if u < habits.phone_missing => PhoneState::Missing,
        u if u >= old_from => PhoneState::OldMobile,
        u if u >= old_from - landline => PhoneState::Landline,
        _ if draw.chance(PLACEHOLDERS) => PhoneState::Placeholder,
        _ => PhoneState::Mobile,
    };
    let phone = if email == EmailState::Family { PhoneState::Mobile } else { phone };
    let birth_filled = at(2) < habits.birth;
    let birth_day = match draw.below(100) {
        _ if !birth_filled => None,
        0 => None,
        1..=2 => Some(contact::slipped(person.birth_day, draw)),
        _ => Some(person.birth_day),
    };
    let address = (at(3) < habits.address).then(|| !draw.chance(0.09));
    let name = write_name(person, &world.pools, habits.middle, draw);
    Contact { name, email, phone, style: PhoneStyle::International, birth_filled, birth_day, address }
}

fn app_users(world: &World, person: &Person, draw: &mut Draw) -> Vec<AppUser> {
    let share = match person.segment {
        Segment::Active => 0.90,
        Segment::AtRisk => 0.82,
        Segment::Churned => 0.62,
    };
    if stratified(world.seed, 24, person.index) >= share {
        return Vec::new();
    }
    let count = if stratified(world.seed, 25, person.index) < 0.07 { 2 } else { 1 };
    let mut users: Vec<AppUser> = Vec::with_capacity(count);
    for nth in 0..count {
        let kind = stratified(world.seed, 26 + 100 * nth as u64, person.index);
        let email = match kind {
            u if u >= 0.56 => EmailState::Missing,
            _ if draw.chance(0.14) => EmailState::Stale,
            _ => EmailState::Current,
        };
        let phone = match kind {
            // The other half of the couple gives this e-mail too: the phone says whose sign-in it is.
            _ if email == EmailState::Current && person.bond == Bond::SharedEmail => PhoneState::Mobile,
            u if u >= 0.81 => PhoneState::Missing,
            u if u >= 0.56 && draw.chance(0.05) => PhoneState::OldMobile,
            u if u < 0.56 && draw.chance(0.08) => PhoneState::Missing,
            _ => PhoneState::Mobile,
        };
        let same_device = users.first().filter(|_| draw.chance(0.7)).map(|first| (first.device_id, first.is_phone, first.is_apple));
        let (device_id, is_phone, is_apple) = same_device.unwrap_or((draw.word(), draw.chance(0.85), draw.chance(0.5)));
        let device_name = device_name(person, &world.pools, is_phone, is_apple, draw);
        users.push(AppUser { user_id: uuid(draw.word(), draw.word()), email, phone, device_id, device_name, is_phone, is_apple });
    }
    users
}

fn device_name(person: &Person, pools: &super::pools::Pools, is_phone: bool, is_apple: bool, draw: &mut Draw) -> String {
    let owner = match pools.nicknames(person.given) {
        [] => person.given,
        nicknames if draw.chance(0.3) => draw.pick(nicknames),
        _ => person.given,
    };
    let thing = match (is_phone, is_apple) {
        (true, true) => "iPhone",
        (true, false) => draw.pick(&["Galaxy S22", "Galaxy A54", "Pixel 7", "Redmi Note 12"]),
        (false, true) => "iPad",
        (false, false) => "Galaxy Tab",
    };
    match draw.below(100) {
        0..=64 => format!("{owner}'s {thing}"),
        65..=82 => format!("{thing} of {owner} {}", person.surname),
        _ => thing.to_owned(),
    }
}

fn sheet_identities(world: &World, person: &Person, draw: &mut Draw) -> Vec<SheetIdentity> {
    let present = match person.segment {
        Segment::Active => 0.68,
        Segment::AtRisk | Segment::Churned => 1.0,
    };
    if stratified(world.seed, 27, person.index) >= present {
        return Vec::new();
    }
    let twice = stratified(world.seed, 28, person.index) < 0.10;
    let first = match stratified(world.seed, 29, person.index) {
        u if u < 0.07 => EmailState::Missing,
        u if u < 0.22 => EmailState::Stale,
        _ => EmailState::Current,
    };
    let mut states = vec![first];
    if twice {
        states.push(match first {
            EmailState::Current if draw.chance(0.6) => EmailState::Stale,
            EmailState::Current => EmailState::Missing,
            _ => EmailState::Current,
        });
    }
    states
        .into_iter()
        .map(|email| {
            let mut name = short_name(person, &world.pools, draw);
            if draw.chance(0.05) {
                name = typo(&name, draw).unwrap_or(name);
            }
            if email == EmailState::Missing {
                // The clerk points at the paper folder instead; so two customers never share a line's key.
                name = format!("{name} (folder {})", 1_000 + world.old_email_numbers.at(u64::from(person.index)));
            }
            SheetIdentity { email, name, branch: person.branch }
        })
        .collect()
}

impl Contact {
    fn facts(&self, person: &Person) -> Facts {
        Facts {
            email: self.email.fact(),
            phone: self.phone.fact(),
            device: None,
            birth: self.birth_day == Some(person.birth_day),
            // Father and son live at one address: it proves nothing between them.
            address: self.address.filter(|_| !person.has_same_name_relative()),
            whole_name: self.name.is_whole(),
            former_name: self.name.has(NameMess::FormerName),
            named: true,
        }
    }

    pub fn email_text(&self, person: &Person) -> String {
        self.email.text(person)
    }

    pub fn phone_text(&self, person: &Person) -> String {
        self.phone.text(person, self.style)
    }

    /// Makes sure that a careful reader finds the owner of this record.
    fn tie(&mut self) {
        self.phone = PhoneState::Mobile;
    }

    fn has_own_contact(&self) -> bool {
        self.email == EmailState::Current || self.phone == PhoneState::Mobile
    }
}

impl EmailState {
    fn fact(self) -> Option<u8> {
        match self {
            Self::Missing | Self::Placeholder => None,
            Self::Current => Some(0),
            Self::Stale => Some(1),
            Self::Family => Some(2),
        }
    }

    pub fn text(self, person: &Person) -> String {
        match self {
            Self::Missing => String::new(),
            Self::Placeholder => contact::NO_EMAILS[person.index as usize % contact::NO_EMAILS.len()].to_owned(),
            Self::Current => person.email.clone(),
            Self::Stale => person.old_email.clone(),
            Self::Family => person.family_email.clone().unwrap_or_default(),
        }
    }
}

impl PhoneState {
    fn fact(self) -> Option<u8> {
        match self {
            Self::Missing | Self::Placeholder => None,
            Self::Mobile => Some(0),
            Self::OldMobile => Some(1),
            Self::Landline => Some(2),
        }
    }

    pub fn text(self, person: &Person, style: PhoneStyle) -> String {
        match self {
            Self::Missing => String::new(),
            Self::Placeholder => contact::NO_PHONES[person.index as usize % contact::NO_PHONES.len()].to_owned(),
            Self::Mobile => style.write(person.mobile),
            Self::OldMobile => style.write(person.old_mobile),
            Self::Landline => style.write(person.landline),
        }
    }
}

impl Records {
    /// ERP, CRM, app, sheet: the order of everything that counts records.
    pub fn facts(&self, person: &Person) -> Vec<Facts> {
        let erp = self.erp.iter().map(|r| r.contact.facts(person));
        let crm = self.crm.iter().map(|r| r.contact.facts(person));
        let app =
            self.app.iter().map(|u| Facts { email: u.email.fact(), phone: u.phone.fact(), device: Some(u.device_id), ..Facts::default() });
        let sheet = self.sheet.iter().map(|s| Facts { email: s.email.fact(), named: true, ..Facts::default() });
        erp.chain(crm).chain(app).chain(sheet).collect()
    }

    /// ERP and CRM records that nothing would tie to the person are given a value that does: no bank keeps unsolvable customers on purpose.
    fn mend(&mut self, person: &Person) {
        if person.has_same_name_relative() {
            let records = self.erp.iter_mut().map(|r| &mut r.contact).chain(self.crm.iter_mut().map(|r| &mut r.contact));
            for contact in records {
                if person.suffix.is_some() {
                    contact.birth_filled = true;
                    contact.birth_day = Some(person.birth_day);
                }
                if !contact.has_own_contact() {
                    contact.tie();
                }
            }
        }
        let own = self.erp.len() + self.crm.len();
        let linked = super::evidence::linked(&self.facts(person)[..own], true);
        if linked.iter().any(|l| !l) {
            for (at, contact) in self.erp.iter_mut().map(|r| &mut r.contact).chain(self.crm.iter_mut().map(|r| &mut r.contact)).enumerate()
            {
                if at == 0 || !linked[at] || !linked[0] {
                    contact.tie();
                }
            }
        }
        self.mend_app(person);
    }

    /// Most app users are known at the counter by the number that they signed in with, most e-mails in the sheet by some record: a few riddles stay.
    fn mend_app(&mut self, person: &Person) {
        let keeps_riddle = mix(u64::from(person.index), 31).is_multiple_of(6);
        if keeps_riddle {
            return;
        }
        let asks = self.app.iter().any(|u| u.phone == PhoneState::Mobile);
        let known = self.contacts().any(|c| c.phone == PhoneState::Mobile);
        if asks && !known {
            match self.crm.first_mut() {
                Some(crm) if person.index.is_multiple_of(2) => crm.contact.phone = PhoneState::Mobile,
                _ => self.erp[0].contact.phone = PhoneState::Mobile,
            }
        }
        let known_as = |wanted: EmailState, all: &Self| all.contacts().any(|c| c.email == wanted);
        let better = [EmailState::Current, EmailState::Stale].into_iter().find(|state| known_as(*state, self));
        let Some(better) = better else { return };
        for at in 0..self.app.len() {
            let email = self.app[at].email;
            if email != EmailState::Missing && !known_as(email, self) && self.app[at].phone == PhoneState::Missing {
                self.app[at].email = better;
            }
        }
        for at in 0..self.sheet.len() {
            let email = self.sheet[at].email;
            let is_taken = self.sheet.iter().any(|s| s.email == better);
            if email != EmailState::Missing && !known_as(email, self) && !is_taken {
                self.sheet[at].email = better;
            }
        }
    }

    fn contacts(&self) -> impl Iterator<Item = &Contact> {
        self.erp.iter().map(|r| &r.contact).chain(self.crm.iter().map(|r| &r.contact))
    }
}

impl ErpRecord {
    pub fn gender(person: &Person) -> &'static str {
        match person.sex {
            Sex::Female => "Female",
            Sex::Male => "Male",
        }
    }
}
