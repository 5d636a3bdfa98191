use super::*;

fn row() -> StagedRecord {
    StagedRecord { source_system: "erpnext".into(), source_customer_id: "A".into(), ..StagedRecord::default() }
}

/// Rows are made for one use: taking them saves every caller a borrow.
#[expect(clippy::needless_pass_by_value, reason = "each row is made for this call")]
fn one(row: StagedRecord) -> CustomerRecord {
    let facts = column_facts(
        &[
            row.clone(),
            StagedRecord { raw_phone: Some("+1 212 555 0142".into()), raw_birth_date: Some("31/12/1980".into()), ..self::row() },
        ],
        "2025-12-31",
    );
    standardise(&row, &facts)
}

#[test]
fn names_keep_their_accents_and_lose_their_noise() {
    let record = one(StagedRecord { raw_name: Some("  MARIT   solvang-hale (VIP) ".into()), ..row() });
    assert_eq!(record.get(Field::FullName), Some("Marit Solvang-Hale"));
    assert_eq!((record.get(Field::FirstName), record.get(Field::LastName)), (Some("Marit"), Some("Solvang-Hale")));
    let record = one(StagedRecord { raw_name: Some("J\u{fc}rgen M\u{fc}ller Jr".into()), ..row() });
    assert_eq!(record.get(Field::FullName), Some("J\u{fc}rgen M\u{fc}ller Jr."));
    let record = one(StagedRecord { raw_name: Some("Adnan Ahmed 831".into()), ..row() });
    assert_eq!(record.get(Field::FullName), Some("Adnan Ahmed"));
    assert!(record.is_flagged(Field::FullName, FlagKind::Changed));
}

#[test]
fn a_device_may_tell_its_owners_name() {
    let record = one(StagedRecord { device_name: Some("Priya's iPhone 14".into()), ..row() });
    assert_eq!(record.get(Field::FullName), Some("Priya"));
    assert!(record.is_flagged(Field::FullName, FlagKind::Doubtful));
    assert_eq!(one(StagedRecord { device_name: Some("SM-G991B".into()), ..row() }).get(Field::FullName), None);
}

#[test]
fn phones_get_the_country_that_most_have() {
    for raw in ["+1 212 555 0142", "(212) 555-0142", "2125550142.0", "1-212-555-0142"] {
        assert_eq!(one(StagedRecord { raw_phone: Some(raw.into()), ..row() }).get(Field::Phone), Some("+12125550142"), "{raw}");
    }
    let record = one(StagedRecord { raw_phone: Some("0000000000".into()), ..row() });
    assert!(record.get(Field::Phone).is_none() && record.is_flagged(Field::Phone, FlagKind::Placeholder));
}

#[test]
fn dates_follow_the_order_of_their_source() {
    let record = one(StagedRecord { raw_birth_date: Some("02/03/1984".into()), ..row() });
    assert_eq!(record.get(Field::BirthDate), Some("1984-03-02"));
    assert!(record.is_flagged(Field::BirthDate, FlagKind::Doubtful));
    let record = one(StagedRecord { raw_birth_date: Some("1900-01-01".into()), ..row() });
    assert!(record.get(Field::BirthDate).is_none() && record.is_flagged(Field::BirthDate, FlagKind::Placeholder));
}

#[test]
fn split_and_whole_addresses_end_alike() {
    let whole = one(StagedRecord { raw_address: Some("18 Larch Row, Port Ellis 10482".into()), ..row() });
    let split =
        one(StagedRecord { street: Some("18 LARCH ROW".into()), city: Some("Port Ellis".into()), postcode: Some("10482".into()), ..row() });
    for field in [Field::Street, Field::City, Field::Postcode] {
        assert_eq!(whole.get(field), split.get(field), "{field:?}");
        assert!(whole.get(field).is_some(), "{field:?}");
    }
}

#[test]
fn records_come_in_the_order_of_their_keys() {
    let rows = ["B", "A"].map(|id| StagedRecord { source_customer_id: id.into(), ..row() });
    let records = standardise_all(&rows, "2025-12-31");
    assert_eq!(records.iter().map(|r| r.key.source_customer_id.as_str()).collect::<Vec<_>>(), ["A", "B"]);
}
