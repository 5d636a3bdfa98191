//! One written form per meaning.

use super::address::{clean_street, house_number};
use super::phonetic::phonetic;
use super::*;

#[test]
fn names_are_taken_apart() {
    let parts = |text: &str| {
        let p = parse_name(text);
        [p.prefix, p.first, p.middle, p.last, p.suffix].join("|")
    };
    assert_eq!(parts("Dr. John Q. Smith Jr."), "dr|john|q|smith|jr");
    assert_eq!(parts("Smith, John"), "|john||smith|");
    assert_eq!(parts("John S. (VIP)"), "|john||s|");
    assert_eq!(parts("Adnan Ahmed 831"), "|adnan||ahmed|");
    assert_eq!(parts("Mr. Williams"), "mr|||williams|");
    assert_eq!(parts("Ludwig van der Berg"), "|ludwig||van der berg|");
    assert_eq!(parts("SMITH, JOHN, Sr"), "|john||smith|sr");
    assert_eq!(parts("Müller"), "|muller|||");
    assert_eq!(parts("Charles Windsor I"), "|charles||windsor|i");
    assert_eq!(parts("Mary I. Smith"), "|mary|i|smith|");
    assert_eq!(parts("n/a"), "||||");
}

#[test]
fn emails_phones_and_codes() {
    assert_eq!(clean_email("\"Jay Jones\" <JJones+bank@Fmail.com>").as_deref(), Some("jjones@fmail.com"));
    assert_eq!(clean_email("test@test.com"), None);
    assert_eq!(clean_email("you@example.com"), None);
    assert_eq!(clean_email("Alice.Walker@example.com").as_deref(), Some("alice.walker@example.com"));
    assert_eq!(clean_email("nobody"), None);
    assert_eq!(clean_phone("8801997658729.0").as_deref(), Some("8801997658729"));
    assert_eq!(clean_phone("(702) 919-1300 ext 5").as_deref(), Some("7029191300"));
    assert_eq!(clean_phone("8.801997658729e12").as_deref(), Some("8801997658729"));
    assert_eq!(clean_phone("0000000000"), None);
    assert_eq!(clean_suffix("Junior"), Some("jr"));
    assert_eq!(clean_gender(" F "), Some("female"));
    assert_eq!(address::clean_postcode("wa3 7pa").as_deref(), Some("WA37PA"));
}

#[test]
fn addresses_are_split() {
    let parts = split_address("9552 Church Avenue #19, Redfield, 22627");
    assert_eq!((parts.street.as_str(), parts.city.as_str(), parts.postcode.as_str()), ("9552 church avenue 19", "redfield", "22627"));
    let parts = split_address("328 LINCOLN AVE., Unit 8, BROOKFIELD 21248");
    assert_eq!((parts.street.as_str(), parts.city.as_str(), parts.postcode.as_str()), ("328 lincoln avenue unit 8", "brookfield", "21248"));
    let parts = split_address("#01-11, HillV2, 4 Hillview Rise, 667979");
    assert_eq!((parts.street.as_str(), parts.city.as_str(), parts.postcode.as_str()), ("4 hillview rise 01 11", "", "667979"));
    let parts = split_address("12 Mill Lane, Leeds LS23 8QF");
    assert_eq!((parts.city.as_str(), parts.postcode.as_str()), ("leeds", "LS238QF"));
    let parts = split_address("Fieldstrasse 10, FL-2198 Triesen, Liechtenstein");
    assert_eq!((parts.city.as_str(), parts.postcode.as_str()), ("triesen", "2198"));
    let parts = split_address("3212 W. 32nd St, Palm Harbor, FL, 60527");
    assert_eq!((parts.city.as_str(), parts.postcode.as_str()), ("palm harbor", "60527"));
    assert_eq!(clean_street("13, Mill Ln."), "13 mill lane");
    assert_eq!(clean_street("854 Seventh Ave. between 54th and 55th Sts."), clean_street("854 7th Avenue"));
    assert_eq!(clean_street("at the old mill"), "at the old mill", "no number: the description is all there is");
    assert_eq!(house_number("12a mill lane"), Some("12"));
}

#[test]
fn dates_may_be_in_parts_or_wrong() {
    let read = |text| PartialDate::parse(text, crate::base::dates::DateOrder::DayFirst, 2025).map(PartialDate::text);
    assert_eq!(read("1956-04-09").as_deref(), Some("1956-04-09"));
    assert_eq!(read("19505309").as_deref(), Some("1950-53-09"), "a typing error is kept for comparison");
    assert_eq!(read("1900-01-01"), None, "a placeholder");
    assert_eq!(read("1956").as_deref(), Some("1956-00-00"));
}

#[test]
fn sounds() {
    assert_eq!(phonetic("smith"), phonetic("smyth"));
    assert_eq!(phonetic("philip"), phonetic("filip"));
    assert_ne!(phonetic("smith"), phonetic("brown"));
    assert!(nickname::are_forms_of_one_name("bob", "robert"));
    assert_eq!(nickname::full_form("bob"), "robert");
    assert_eq!(nickname::full_form("darla"), "darla");
    let different = |l, r| nickname::are_of_different_names(nickname::rows(l), nickname::rows(r));
    assert!(different("mary", "mark") && !different("bob", "robert"));
    assert!(!different("mary", "marx"), "a name that is not known may be a typing error");
}
