//! Who a customer is: family, names, dates, addresses, ways to be reached. All of it follows from (seed, number).

use super::calendar::{FIRST_DAY, LAST_DAY};
use super::draw::{BLOCK, Draw, Scatter, Stream, mix, stratified};
use super::pools::{Culture, CultureKind, Pools, fold};

/// What every part of the generator shares; read-only.
#[derive(Debug)]
pub struct World {
    pub seed: u64,
    pub customers: u32,
    pub pools: Pools,
    pub mobiles: Scatter,
    pub landlines: Scatter,
    pub email_numbers: Scatter,
    pub old_email_numbers: Scatter,
    pub erp_numbers: Scatter,
    /// The order of persons in the CRM's, the app's and the sheet's files.
    pub orders: [Scatter; 4],
}

impl World {
    pub fn new(seed: u64, customers: u32) -> Self {
        let pools = Pools::read();
        let areas = pools.areas.len() as u64;
        let numbers = (u64::from(customers) * 2).max(900);
        Self {
            seed,
            customers,
            mobiles: Scatter::new(seed, 11, areas * 70_000),
            landlines: Scatter::new(seed, 12, areas * 30_000),
            email_numbers: Scatter::new(seed, 13, numbers),
            old_email_numbers: Scatter::new(seed, 14, numbers),
            erp_numbers: Scatter::new(seed, 15, u64::from(customers) * 3),
            orders: [16, 17, 18, 19].map(|tag| Scatter::new(seed, tag, u64::from(customers))),
            pools,
        }
    }

    /// Ten digits; mobiles have the exchanges 550-556, landlines 557-559, so that no two customers are given one number.
    fn mobile(&self, index: u64) -> u64 {
        let place = self.mobiles.at(index);
        self.pools.areas[(place / 70_000) as usize] * 10_000_000 + 5_500_000 + place % 70_000
    }

    fn landline(&self, household: u64) -> u64 {
        let place = self.landlines.at(household);
        self.pools.areas[(place / 30_000) as usize] * 10_000_000 + 5_570_000 + place % 30_000
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sex {
    Female,
    Male,
}

/// How the people under one roof belong together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bond {
    Single,
    Couple,
    /// A couple of whom one gives the other's e-mail at the counter.
    SharedEmail,
    /// Two parents and a grown child.
    Family,
    Siblings,
    /// Father and son of one name.
    FatherSon,
    Twins,
}

impl Bond {
    pub fn label(self) -> &'static str {
        match self {
            Self::Single => "single",
            Self::Couple | Self::SharedEmail => "couple",
            Self::Family => "family",
            Self::Siblings => "siblings",
            Self::FatherSon => "father_son",
            Self::Twins => "twins",
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Segment {
    Active,
    AtRisk,
    Churned,
}

#[derive(Debug, Clone)]
pub struct Address {
    pub number: u32,
    pub street: &'static str,
    pub kind: &'static str,
    pub unit: Option<u32>,
    pub city: &'static str,
    pub postcode: u32,
}

/// A customer as he or she is; records are what became of this in four systems.
#[derive(Debug, Clone)]
pub struct Person {
    pub index: u32,
    pub sex: Sex,
    pub given: &'static str,
    pub middle: Option<&'static str>,
    pub surname: String,
    /// The name before a marriage that older records may still carry.
    pub maiden: Option<String>,
    pub suffix: Option<&'static str>,
    pub birth_day: i32,
    pub bond: Bond,
    /// 0 for the head of a household.
    pub role: u32,
    /// The head's number; it may be `>= customers` in a cut-off last block, then nobody wrote that record.
    pub head: u32,
    pub email: String,
    pub old_email: String,
    /// The head's e-mail where this person gives it as his or her own.
    pub family_email: Option<String>,
    pub mobile: u64,
    pub old_mobile: u64,
    pub landline: u64,
    pub address: Address,
    pub old_address: Address,
    /// 0..10
    pub branch: u32,
    pub other_branch: u32,
    pub segment: Segment,
    pub joined: i32,
    /// The last day with any business of one's own.
    pub last_active: i32,
}

impl Person {
    /// Relatives whom a careless match would take for one person.
    pub fn has_same_name_relative(&self) -> bool {
        matches!(self.bond, Bond::FatherSon | Bond::Twins)
    }
}

/// Slot 0 holds the head; which slots belong together is the same in every block, but for slots 0 and 1.
fn place_of(seed: u64, person: u32) -> (Bond, u32, u32) {
    const STEPS: [u32; 8] = [1, 3, 7, 9, 11, 13, 17, 19];
    let block = person / BLOCK;
    let h = mix(mix(seed, 900), u64::from(block));
    let (step, offset) = (STEPS[(h & 7) as usize], ((h >> 3) % u64::from(BLOCK)) as u32);
    let slot = (step * (person % BLOCK) + offset) % BLOCK;
    let (bond, head_slot) = match slot {
        0 | 1 => match (u64::from(block) + seed) % 5 {
            0 => (Bond::FatherSon, 0),
            2 => (Bond::Twins, 0),
            _ => (Bond::Couple, 0),
        },
        2 | 3 => (Bond::SharedEmail, 2),
        4..=6 => (Bond::Family, 4),
        7 | 8 => (Bond::Siblings, 7),
        other => (Bond::Single, other),
    };
    // The member that sits in the head's slot: slot = step * member + offset (mod 20), solved for the member.
    let member = (0..BLOCK).find(|m| (step * m + offset) % BLOCK == head_slot).unwrap_or(0);
    (bond, slot - head_slot, block * BLOCK + member)
}

pub fn segment_of(seed: u64, person: u32) -> Segment {
    match stratified(seed, 1, person) {
        u if u < 0.60 => Segment::Active,
        u if u < 0.85 => Segment::AtRisk,
        _ => Segment::Churned,
    }
}

/// The person of that number.
pub fn person(world: &World, index: u32) -> Person {
    let (bond, role, head) = place_of(world.seed, index);
    let home = Home::of(world, bond, head);
    let mut draw = Draw::of(world.seed, Stream::Person, u64::from(index));
    let culture = world.pools.culture(home.culture);
    let sex = match (bond, role) {
        (Bond::Twins, _) => home.twins,
        (Bond::FatherSon, _) | (Bond::Couple | Bond::SharedEmail | Bond::Family, 0) => Sex::Male,
        (Bond::Couple | Bond::SharedEmail | Bond::Family, 1) => Sex::Female,
        _ if draw.chance(0.5) => Sex::Female,
        _ => Sex::Male,
    };
    let given = given_name(culture, sex, &home, bond, role, &mut draw);
    let middle = draw.chance(0.45).then(|| draw.pick_early(names_of(culture, sex), 1.3));
    let wife = role == 1 && matches!(bond, Bond::Couple | Bond::SharedEmail | Bond::Family);
    let own_name = wife && draw.chance(0.3);
    let maiden = if wife || (sex == Sex::Female && bond == Bond::Single && draw.chance(0.3)) {
        Some(feminine(surname(culture, home.culture, &mut draw), home.culture, sex))
    } else {
        None
    };
    let (surname, maiden) = match maiden {
        Some(maiden) if own_name => (maiden, None),
        other => (feminine(home.surname.clone(), home.culture, sex), other),
    };
    let birth_day = birth_day(&home, bond, role, &mut draw);
    let segment = segment_of(world.seed, index);
    let joined = match segment {
        Segment::Churned => draw.between(FIRST_DAY - 2_500, FIRST_DAY + 300),
        _ if draw.chance(0.75) => draw.between(FIRST_DAY - 3_600, FIRST_DAY),
        _ => draw.between(FIRST_DAY, LAST_DAY - 120),
    };
    let last_active = match segment {
        Segment::Active => LAST_DAY - draw.between(0, 9),
        Segment::AtRisk => LAST_DAY - draw.between(16, 60),
        Segment::Churned => LAST_DAY - draw.between(110, 420),
    };
    let branch = draw.below(10);
    let branch = if bond == Bond::Single || draw.chance(0.2) { branch } else { home.branch };
    let other_branch = (branch + 1 + draw.below(9)) % 10;
    let moved = Address::draw(world, &mut draw);
    let names = (given, surname.as_str());
    Person {
        index,
        sex,
        given,
        middle,
        email: email(world, index, names, EmailKind::Current),
        old_email: email(world, index, (given, maiden.as_deref().unwrap_or(&surname)), EmailKind::Old),
        family_email: (bond == Bond::SharedEmail && role == 1 && head < world.customers).then(|| head_email(world, head)),
        suffix: (bond == Bond::FatherSon).then_some(if role == 0 { "Sr." } else { "Jr." }),
        surname,
        maiden,
        birth_day,
        bond,
        role,
        head,
        mobile: world.mobile(u64::from(index) * 2),
        old_mobile: world.mobile(u64::from(index) * 2 + 1),
        landline: world.landline(u64::from(head)),
        // Half of the twins, and all other siblings, have moved apart.
        address: if role > 0 && (bond == Bond::Siblings || (bond == Bond::Twins && head.is_multiple_of(2))) {
            Address::draw(world, &mut draw)
        } else {
            home.address
        },
        old_address: moved,
        branch,
        other_branch,
        segment,
        joined,
        last_active,
    }
}

/// What a household has in common.
struct Home {
    culture: CultureKind,
    surname: String,
    given: (usize, usize),
    /// Twins are brothers or sisters.
    twins: Sex,
    birth_day: i32,
    address: Address,
    branch: u32,
}

impl Home {
    fn of(world: &World, bond: Bond, head: u32) -> Self {
        let mut draw = Draw::of(world.seed, Stream::Household, u64::from(head));
        let culture = CultureKind::ALL[draw.weighted(&CultureKind::WEIGHTS)];
        let pool = world.pools.culture(culture);
        let oldest = if bond == Bond::FatherSon || bond == Bond::Family { 21_000 } else { 13_000 };
        Self {
            culture,
            surname: surname(pool, culture, &mut draw),
            given: (draw.index(pool.male.len()), draw.index(pool.female.len())),
            twins: if draw.chance(0.5) { Sex::Female } else { Sex::Male },
            // Heads are 30 to 88 years old in families, 25 and more elsewhere.
            birth_day: draw.between(-13_000, LAST_DAY - oldest.min(18_000)),
            address: Address::draw(world, &mut draw),
            branch: draw.below(10),
        }
    }
}

fn birth_day(home: &Home, bond: Bond, role: u32, draw: &mut Draw) -> i32 {
    let grown = LAST_DAY - 18 * 366;
    match (bond, role) {
        (Bond::Twins, _) | (Bond::Couple | Bond::SharedEmail | Bond::Family | Bond::FatherSon, 0) => home.birth_day.min(grown),
        (Bond::FatherSon, _) | (Bond::Family, 2..) => (home.birth_day.min(grown - 9_200) + draw.between(7_800, 9_000)).min(grown),
        (Bond::Couple | Bond::SharedEmail | Bond::Family, _) => (home.birth_day + draw.between(-2_200, 2_600)).min(grown),
        _ => draw.between(-12_000, grown),
    }
}

fn names_of(culture: &Culture, sex: Sex) -> &[&'static str] {
    match sex {
        Sex::Female => &culture.female,
        Sex::Male => &culture.male,
    }
}

fn given_name(culture: &Culture, sex: Sex, home: &Home, bond: Bond, role: u32, draw: &mut Draw) -> &'static str {
    let names = names_of(culture, sex);
    match bond {
        Bond::FatherSon => names[home.given.0 % names.len()],
        Bond::Twins => {
            // Names that begin alike and go on differently, where the pool allows: Daniel and Dmitri.
            let first = names[home.given.0 % names.len()];
            let begins = |name: &str, at: usize| name.chars().nth(at);
            let is_alike = |name: &&&str| begins(name, 0) == begins(first, 0) && begins(name, 1) != begins(first, 1);
            let alike: Vec<&&str> = names.iter().filter(is_alike).collect();
            if role == 0 {
                first
            } else if alike.is_empty() {
                names[(home.given.0 + 3) % names.len()]
            } else {
                alike[home.given.1 % alike.len()]
            }
        }
        Bond::Single => draw.pick_early(names, 1.5),
        // Nobody else under one roof has the same name by chance: every role has its own quarter of the pool.
        _ => {
            let wanted = draw.pick_early(names, 1.5);
            let at = names.iter().position(|name| *name == wanted).unwrap_or(0) / 4 * 4 + role as usize % 4;
            names[if at < names.len() { at } else { at - 4 }]
        }
    }
}

fn surname(pool: &Culture, kind: CultureKind, draw: &mut Draw) -> String {
    let first = one_surname(pool, 1.7, draw);
    let second = one_surname(pool, 1.3, draw);
    let double = match kind {
        CultureKind::Hispanic => 0.35,
        CultureKind::Western | CultureKind::Germanic => 0.06,
        _ => 0.0,
    };
    if first == second || !draw.chance(double) {
        first
    } else if kind == CultureKind::Hispanic {
        format!("{first} {second}")
    } else {
        format!("{first}-{second}")
    }
}

fn one_surname(pool: &Culture, bend: f64, draw: &mut Draw) -> String {
    if !pool.heads.is_empty() && draw.chance(0.35) {
        let head = draw.pick(&pool.heads);
        return format!("{head}{}", draw.pick(&pool.tails));
    }
    draw.pick_early(&pool.surnames, bend).to_owned()
}

fn feminine(name: String, kind: CultureKind, sex: Sex) -> String {
    let changes = kind == CultureKind::Slavic && sex == Sex::Female && (name.ends_with("ov") || name.ends_with("ev"));
    if changes { name + "a" } else { name }
}

impl Address {
    fn draw(world: &World, draw: &mut Draw) -> Self {
        let city = draw.below(u32::try_from(world.pools.cities.len()).unwrap_or(1));
        let longest = if draw.chance(0.6) { 400 } else { 9_800 };
        Self {
            number: 1 + draw.below(longest),
            street: draw.pick(&world.pools.streets),
            kind: draw.pick_early(&world.pools.street_kinds, 1.5),
            unit: draw.chance(0.25).then(|| 1 + draw.below(90)),
            city: world.pools.cities[city as usize],
            postcode: 20_140 + city * 137 + draw.below(9) * 3,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum EmailKind {
    Current,
    Old,
}

/// The head's current e-mail, without telling the whole head.
fn head_email(world: &World, head: u32) -> String {
    let shallow = person(world, head);
    shallow.email
}

/// Reserved domains (RFC 2606) only: nobody real is written to.
fn email(world: &World, index: u32, (given, surname): (&str, &str), kind: EmailKind) -> String {
    const NOW: [&str; 5] = ["mail.example.com", "inbox.example.org", "post.example.net", "home.example.com", "me.example.org"];
    const ONCE: [&str; 4] = ["webmail.example.net", "campus.example.org", "dial.example.com", "work.example.net"];
    let mut draw = Draw::of(world.seed, Stream::Contact, u64::from(index) * 2 + u64::from(kind == EmailKind::Old));
    let letters = |text: &str| fold(text, false).to_ascii_lowercase().replace([' ', '-', '\''], "");
    let (given, surname) = (letters(given), letters(surname));
    // The number is one person's own, so no two addresses are alike by chance.
    let (number, domain) = match kind {
        EmailKind::Current => (world.email_numbers.at(u64::from(index)), draw.pick_early(&NOW, 1.4)),
        EmailKind::Old => (world.old_email_numbers.at(u64::from(index)), draw.pick_early(&ONCE, 1.4)),
    };
    let initial = &given[..given.chars().next().map_or(0, char::len_utf8)];
    match draw.weighted(&[40, 20, 12, 14, 14]) {
        0 => format!("{given}.{surname}{number}@{domain}"),
        1 => format!("{initial}{surname}{number}@{domain}"),
        2 => format!("{surname}.{given}{number}@{domain}"),
        3 => format!("{given}{number}@{domain}"),
        _ => format!("{given}_{surname}{number}@{domain}"),
    }
}
