use super::*;

fn person() -> Person {
    Person {
        values: ["Marit Solvang-Hale", "+4791234567", "marit@mail.example"].map(str::to_owned).into(),
        details: ["Marit".to_owned(), "Bergen".to_owned()].into(),
        pseudonyms: BTreeMap::from([("marit@mail.example".to_owned(), "erased-1".to_owned())]),
        ..Person::default()
    }
}

#[test]
fn values_go_wherever_they_stand_and_nothing_else_does() {
    let matcher = Matcher::new(&person()).expect("a pattern");
    assert_eq!(matcher.without("joined MARIT SOLVANG-HALE and Ann"), Some("joined (erased) and Ann".into()));
    assert_eq!(matcher.without("marit@mail.example"), Some("erased-1".into()));
    assert_eq!(matcher.without(" Marit Solvang-Hale"), Some(" ".into()));
    assert_eq!(matcher.without("Marit Solvang-Haleson"), None, "another person's longer name");
    assert_eq!(matcher.without("Marit of Bergen"), None, "a first name is many people's");
    assert_eq!(matcher.line_without("7,Marit,Bergen,+4791234567\n"), Some("7,(erased),(erased),(erased)\n".into()));
}

#[test]
fn what_identifies_is_looked_for_everywhere_and_what_many_share_is_not() {
    for value in ["a@b.example", "+4791234567", "Marit Solvang", "12 Salem Street", "d-177a56e0a3034778"] {
        assert!(identifies(value), "{value}");
    }
    for value in ["1976-10-08", "Marit", "Bergen", "22341", "Female"] {
        assert!(!identifies(value), "{value}");
    }
    for (column, value, wanted) in
        [("customer", "17", true), ("account_id", "17", false), ("name", "CUST-001743", true), ("amount", "CUST-001743", false)]
    {
        assert_eq!(links(column, value), wanted, "{column}");
    }
    for (column, wanted) in [
        ("customer_name", true),
        ("email_id", true),
        ("device_id", true),
        ("name", false),
        ("sf_contact_id", false),
        ("date_of_birth", true),
        ("note_date", false),
        ("note_text", true),
        ("device_type", false),
        ("amount", false),
    ] {
        assert_eq!(is_personal(column), wanted, "{column}");
    }
}

#[test]
fn a_row_that_comes_again_comes_in_empty() {
    let mut known = Suppression { salt: "s".into(), keys: BTreeMap::new() };
    known.keys.insert(known.hash_of("CUST-001743"), None);
    known.keys.insert(known.hash_of("marit@mail.example"), Some("erased-1".into()));
    let columns = ["name", "customer_name", "email_id", "creation"].map(str::to_owned);
    let row = ["CUST-001743", "Marit Solvang", "Marit@mail.example ", "2023-04-09"];
    let emptied = known.emptied(&columns, |at| row[at]).expect("theirs");
    assert_eq!(emptied, ["CUST-001743", "", "erased-1", "2023-04-09"]);
    let other = ["CUST-001744", "Marit Solvang", "x@mail.example", "2023-04-09"];
    assert_eq!(known.emptied(&columns, |at| other[at]), None);
    assert!(known.is_named_in("broken,line;CUST-001743") && !known.is_named_in("broken,line"));
}
