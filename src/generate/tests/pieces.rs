//! Small parts.

use std::collections::HashSet;

use crate::generate::draw::{Draw, Scatter, Stream, stratified};
use crate::generate::mess::typo;
use crate::generate::pools::{CultureKind, Pools, fold};
use crate::generate::row::{Row, salesforce_id, uuid};
use crate::generate::{calendar, person};

#[test]
fn pools_are_large_enough() {
    let pools = Pools::read();
    let all = |pick: fn(&crate::generate::pools::Culture) -> Vec<&'static str>| -> HashSet<&'static str> {
        CultureKind::ALL.iter().flat_map(|kind| pick(pools.culture(*kind))).collect()
    };
    assert!(all(|c| [c.male.clone(), c.female.clone()].concat()).len() >= 300);
    assert!(all(|c| c.surnames.clone()).len() >= 600);
    assert_eq!(pools.nicknames("William"), ["Bill", "Will", "Billy"]);
    assert!(pools.spellings("Mohamed").contains(&"Muhammad"));
    assert!(pools.nicknames("Nobody").is_empty());
}

#[test]
fn a_large_bank_has_plausible_people() {
    let world = person::World::new(1, 50_000);
    let (mut names, mut emails, mut phones) = (HashSet::new(), HashSet::new(), HashSet::new());
    for index in (0..50_000).step_by(5) {
        let person = person::person(&world, index);
        names.insert(format!("{} {}", person.given, person.surname));
        assert!(emails.insert(person.email.clone()) && emails.insert(person.old_email.clone()), "e-mails are one's own");
        assert!(phones.insert(person.mobile) && phones.insert(person.old_mobile), "mobiles are one's own");
        assert!(calendar::LAST_DAY - person.birth_day >= 18 * 365, "customers are of age");
        assert!(person.joined <= person.last_active && person.last_active <= calendar::LAST_DAY);
    }
    assert!(names.len() > 8_500, "{} different names of 10,000", names.len());
}

#[test]
fn a_scatter_is_a_permutation() {
    for modulus in [1, 2, 3, 500, 1_024, 9_999] {
        let scatter = Scatter::new(7, 1, modulus);
        let seen: HashSet<u64> = (0..modulus).map(|index| scatter.at(index)).collect();
        assert_eq!(seen.len() as u64, modulus);
        assert!((0..modulus).all(|index| scatter.at(index) < modulus && scatter.back(scatter.at(index)) == index));
    }
}

#[test]
fn strata_meet_their_share_in_every_block() {
    for block in 0..50 {
        let below = (block * 20..block * 20 + 20).filter(|person| stratified(3, 9, *person) < 0.25).count();
        assert_eq!(below, 5);
    }
}

#[test]
fn days_are_civil() {
    assert_eq!(calendar::civil(calendar::FIRST_DAY), (2023, 1, 1));
    assert_eq!(&calendar::iso(calendar::LAST_DAY), b"2025-12-31");
    assert_eq!(calendar::iso_text(-1), "1969-12-31");
    assert_eq!(calendar::day_first(19_782), "29/02/2024");
    assert_eq!(calendar::month_first(19_782), "02/29/2024");
    assert_eq!(&calendar::clock(86_399), b"23:59:59");
}

#[test]
fn rows_quote_what_needs_it() {
    let mut out = Vec::new();
    let mut row = Row::new(&mut out);
    row.text("plain")
        .text("a,b")
        .text("say \"x\"")
        .text("end ")
        .empty()
        .number(0)
        .money(-5)
        .money(123_456)
        .id("N", 42, 5)
        .moment(0, 86_401, b'T', "Z")
        .end();
    assert_eq!(String::from_utf8(out).unwrap(), "plain,\"a,b\",\"say \"\"x\"\"\",\"end \",,0,-0.05,1234.56,N00042,1970-01-02T00:00:01Z\n");
}

#[test]
fn ids_have_the_shape_of_their_systems() {
    let id = String::from_utf8(uuid(u64::MAX, 0).to_vec()).unwrap();
    assert_eq!(id, "ffffffff-ffff-4fff-8000-000000000000");
    let id = String::from_utf8(salesforce_id("003", 61).to_vec()).unwrap();
    assert_eq!(id, "003g5000000000zAAA");
}

#[test]
fn letters_fold_as_clerks_type_them() {
    assert_eq!(fold("Müller", true), "Mueller");
    assert_eq!(fold("Müller", false), "Muller");
    assert_eq!(fold("Åsa Weiß", true), "Aasa Weiss");
    for kind in CultureKind::ALL {
        let pools = Pools::read();
        let culture = pools.culture(kind);
        for name in culture.male.iter().chain(&culture.female).chain(&culture.surnames) {
            assert!(fold(name, false).is_ascii() && !fold(name, false).contains('x') || name.to_lowercase().contains('x'), "{name}");
        }
    }
}

#[test]
fn slips_change_a_word() {
    let mut draw = Draw::of(1, Stream::Person, 1);
    assert!((0..200).filter_map(|_| typo("Thornwick", &mut draw)).all(|wrong| wrong != "Thornwick"));
    assert!(typo("Li", &mut draw).is_none());
    assert!((0..200).filter_map(|_| typo("Đorđević", &mut draw)).count() > 50);
}
