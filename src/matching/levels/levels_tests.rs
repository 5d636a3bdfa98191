//! Each level of each kind by an example.

use super::*;
use crate::matching::settings::FieldKind;

fn g(kind: ComparisonKind, field: FieldKind, l: &str, r: &str) -> u8 {
    let (l, r) = (Value::of(field, l), Value::of(field, r));
    let bounds = Bounds::read(kind, &[]).unwrap();
    let (there, back) = (gamma(kind, &bounds, &l, &r), gamma(kind, &bounds, &r, &l));
    assert_eq!(there, back, "a comparison does not depend on the side");
    there.unwrap_or(u8::MAX)
}

#[test]
fn given_names() {
    let given = |l, r| g(ComparisonKind::GivenName, FieldKind::GivenName, l, r);
    assert_eq!(given("maria", "maria"), given_name::EXACT);
    assert_eq!(given("robert", "bob"), given_name::SHORT_FORM);
    assert_eq!(given("mary ann", "ann"), given_name::SHORT_FORM);
    assert_eq!(given("oliver", "olirev"), given_name::TYPO);
    assert_eq!(given("sahra", "zara"), given_name::TYPO, "one sound");
    assert_eq!(given("nga", "naoko"), given_name::ELSE, "one key of sounds, but another name");
    assert_eq!(given("margaret", "peggie"), given_name::SHORT_FORM);
    assert_eq!(given("mary", "mark"), given_name::ELSE, "two names that differ in a letter");
    assert_eq!(given("darla", "darletta"), given_name::ELSE, "three letters came: no typing error");
    assert_eq!(given("henrieta", "henriko"), given_name::SIMILAR);
    assert_eq!(given("j", "john"), given_name::INITIAL);
    assert_eq!(given("j", "mark"), given_name::ELSE);
    assert_eq!(given("nadia", "boris"), given_name::ELSE);
}

#[test]
fn surnames() {
    let family = |l, r| g(ComparisonKind::FamilyName, FieldKind::FamilyName, l, r);
    assert_eq!(family("smith", "smith"), 5);
    assert_eq!(family("smith", "smyth"), 4);
    assert_eq!(family("smith jones", "jones"), 3);
    assert_eq!(family("s", "smith"), 2);
    assert_eq!(family("smith", "brown"), 0);
}

#[test]
fn birth_dates() {
    let date = |l, r| g(ComparisonKind::Date, FieldKind::Date, l, r);
    assert_eq!(date("1980-04-03", "1980-04-03"), birth_date::EXACT);
    assert_eq!(date("1980-04-03", "1980-03-04"), 5, "day and month swapped");
    assert_eq!(date("1980-04-03", "1980-04-13"), 5, "one digit");
    assert_eq!(date("1980-04-03", "1980-04-27"), 3, "two of three parts");
    assert_eq!(date("1980-04-00", "1980-04-27"), 4, "as far as known");
    assert_eq!(date("1980-00-00", "1980-04-27"), 2);
    assert_eq!(date("1980-04-03", "1980-11-27"), 1);
    assert_eq!(date("1980-04-03", "1955-11-27"), birth_date::ELSE);
    assert_eq!(date("1980-00-00", "0000-04-27"), u8::MAX, "nothing in common to compare");
}

#[test]
fn emails() {
    let mail = |l, r| g(ComparisonKind::Email, FieldKind::Email, l, r);
    assert_eq!(mail("ann.lee@a.org", "ann.lee@a.org"), email::EXACT);
    assert_eq!(mail("ann.lee@a.org", "ann.lee@b.org"), 4);
    assert_eq!(mail("roberta25@smith.net", "robert255@smith.net"), 3);
    assert_eq!(mail("adnan.ahmed31@gmail.com", "adnan.ahmed45@gmail.com"), 0, "another number is another person");
    assert_eq!(mail("ann@rare.org", "bob@rare.org"), 1);
    assert_eq!(mail("bsmith@work.com", "psmith@rare.org"), 0, "another initial at another provider");
    assert_eq!(mail("bsmith@work.com", "bsmyth@work.com"), 3);
}

#[test]
fn an_address_made_of_the_name_is_told_from_one_that_says_more() {
    let made = |mail, given, family| {
        let value = |kind, text| Value::of(kind, text);
        let names = (value(FieldKind::GivenName, given), value(FieldKind::FamilyName, family));
        email::is_made_of(&value(FieldKind::Email, mail), &names.0, &names.1)
    };
    for mail in ["jay.jones@a.org", "jjones@a.org", "jonesj@a.org", "jones@a.org", "jayj@a.org", "jones_jay@a.org"] {
        assert!(made(mail, "jay", "jones"), "{mail}");
    }
    for mail in ["jay.jones7@a.org", "kusha@a.org", "jayjones.london@a.org"] {
        assert!(!made(mail, "jay", "jones"), "{mail}");
    }
}

#[test]
fn phones_ids_and_categories() {
    let phone = |l, r| g(ComparisonKind::Phone, FieldKind::Phone, l, r);
    assert_eq!(phone("17029191300", "7029191300"), phone::EXACT, "the country code comes and goes");
    assert_eq!(phone("7029191300", "7029191301"), 2);
    assert_eq!(phone("7029191300", "2125550100"), 0);
    let id = |l, r| g(ComparisonKind::Id, FieldKind::Id, l, r);
    assert_eq!((id("1974014", "1974014"), id("1974014", "1974041"), id("1974014", "1974099"), id("1974014", "5550000")), (3, 2, 1, 0));
    assert_eq!(g(ComparisonKind::Gender, FieldKind::Gender, "male", "female"), 0);
    assert_eq!(g(ComparisonKind::Suffix, FieldKind::Suffix, "jr", "sr"), 0);
}

#[test]
fn places_and_texts() {
    let street = |l, r| g(ComparisonKind::Street, FieldKind::Street, l, r);
    assert_eq!(street("12 mill lane", "12 mill lane"), 4);
    assert_eq!(street("12 mill lane", "12 mil lane"), 3);
    assert_eq!(street("12 mill lane", "14 mill lane"), 2);
    assert_eq!(street("12 mill lane", "7 high street"), 0);
    let postcode = |l, r| g(ComparisonKind::Postcode, FieldKind::Postcode, l, r);
    assert_eq!(
        (postcode("LS238QF", "LS238QF"), postcode("LS238QF", "LS238QG"), postcode("LS238QF", "LS239AB"), postcode("LS238QF", "M11AA")),
        (3, 2, 1, 0)
    );
    let city = |l, r| g(ComparisonKind::City, FieldKind::City, l, r);
    assert_eq!((city("london", "lonon"), city("san ramon", "ramon"), city("london", "leeds")), (2, 1, 0));
    let name = |l, r| g(ComparisonKind::Organisation, FieldKind::Organisation, l, r);
    assert_eq!(name("hotel bel air", "bel air hotel"), 3);
    assert_eq!(name("universal exports inc", "universal exports"), 3);
    let text = |l, r| g(ComparisonKind::Text, FieldKind::Text, l, r);
    assert_eq!((text("french bistro", "french"), text("french", "thai")), (2, 0));
}

#[test]
fn levels_of_every_kind_are_ordered_and_complete() {
    use ComparisonKind as K;
    for kind in [
        K::GivenName,
        K::FamilyName,
        K::Suffix,
        K::Organisation,
        K::Email,
        K::Phone,
        K::Date,
        K::Gender,
        K::Street,
        K::City,
        K::Postcode,
        K::Id,
        K::Category,
        K::Text,
        K::Number,
        K::DateDifference,
        K::Distance,
        K::List,
        K::Jaccard,
        K::Cosine,
    ] {
        let levels = levels_of(kind);
        assert!(levels.len() >= 2 && levels.len() < 15);
        assert!(levels[0].m < levels[0].u, "{kind:?}: disagreement speaks against");
        assert!(levels[levels.len() - 1].m > levels[levels.len() - 1].u, "{kind:?}: agreement speaks for");
    }
}

#[test]
fn edit_distance_counts_swaps_once() {
    assert_eq!(measure::edits("ca", "ac", 2), Some(1));
    assert_eq!(measure::edits("kitten", "sitting", 3), Some(3));
    assert_eq!(measure::edits("kitten", "sitting", 2), None);
    assert_eq!(measure::edits("", "ab", 2), Some(2));
}

#[test]
fn numbers_dates_and_places_by_how_far_they_lie_apart() {
    let number = |l, r| g(ComparisonKind::Number, FieldKind::Number, l, r);
    assert_eq!(
        [number("100", "100"), number("100", "100.5"), number("100", "104"), number("100", "115"), number("100", "200")],
        [4, 3, 2, 1, 0]
    );
    assert_eq!((number("0", "0"), number("0", "5"), number("-10", "10")), (4, 0, 0));
    let date = |l, r| g(ComparisonKind::DateDifference, FieldKind::Date, l, r);
    assert_eq!(
        [
            date("2020-01-31", "2020-01-31"),
            date("2020-01-31", "2020-02-02"),
            date("2020-01-31", "2020-02-28"),
            date("2020-01-31", "2020-12-31")
        ],
        [4, 3, 2, 1]
    );
    assert_eq!((date("2020-01-31", "2022-01-31"), date("2020-01-00", "2020-01-31")), (0, u8::MAX), "a day must be known");
    let place = |l, r| g(ComparisonKind::Distance, FieldKind::Position, l, r);
    let berlin = "52.52000,13.40500";
    assert_eq!([place(berlin, berlin), place(berlin, "52.52050,13.40500"), place(berlin, "52.52500,13.40500")], [4, 3, 2]);
    assert_eq!([place(berlin, "52.57000,13.40500"), place(berlin, "48.13743,11.57549")], [1, 0]);
    assert_eq!(place("10.00000,179.99990", "10.00000,-179.99990"), 3, "over the date line");
}

#[test]
fn lists_and_words_by_what_both_have() {
    let list = |l, r| g(ComparisonKind::List, FieldKind::List, l, r);
    assert_eq!(
        [list("a;b", "a;b"), list("a;b", "a;b;c"), list("a;b;c;d", "a;b;x;y;z"), list("a;b;c", "a;x;y"), list("a", "b")],
        [4, 3, 2, 1, 0]
    );
    let jaccard = |l, r| g(ComparisonKind::Jaccard, FieldKind::Text, l, r);
    let cosine = |l, r| g(ComparisonKind::Cosine, FieldKind::Text, l, r);
    let (abcd, abc, ab) = ("red big old house", "old red house", "red house");
    assert_eq!([jaccard(abcd, "house old big red"), jaccard(abcd, abc), jaccard(abcd, ab), jaccard(abcd, "blue car")], [4, 2, 1, 0]);
    assert_eq!([cosine(abcd, abcd), cosine(abcd, abc), cosine(abcd, ab), cosine(abcd, "blue car")], [4, 2, 2, 0]);
}

#[test]
fn bounds_are_read_in_their_units() {
    let read = |kind, texts: &[&str]| Bounds::read(kind, &texts.iter().map(|t| (*t).to_owned()).collect::<Vec<_>>());
    let days = read(ComparisonKind::DateDifference, &["1 day", "2 months", "1 year"]).unwrap();
    assert_eq!(days.at, [1.0, 60.875, 365.25]);
    assert_eq!(read(ComparisonKind::Distance, &["500 m", "2 km", "30km"]).unwrap().at, [0.5, 2.0, 30.0]);
    let plain = read(ComparisonKind::Number, &["10", "100", "1000"]).unwrap();
    assert!(!plain.relative && plain.gamma_of_difference(99.0) == 2);
    assert!(read(ComparisonKind::Number, &["1 %", "5", "9"]).unwrap_err().contains("in one unit"));
    assert!(read(ComparisonKind::Number, &["5 %", "1 %", "9 %"]).unwrap_err().contains("from near to far"));
    assert!(read(ComparisonKind::Distance, &["1 mile", "2 km", "3 km"]).unwrap_err().contains("cannot be read"));
    assert!(read(ComparisonKind::Cosine, &["0.9", "0.8"]).unwrap_err().contains("there are 2 bounds"));
    assert!(read(ComparisonKind::City, &["1 km"]).unwrap_err().contains("has no bounds"));
    assert_eq!(bounds::label(ComparisonKind::Distance, &[], 3).as_deref(), Some("Within 0.1 km"));
    assert_eq!(bounds::label(ComparisonKind::Distance, &[], 4), None);
}
