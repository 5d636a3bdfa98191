use super::*;

fn decision(reason: &str) -> SealedDecision {
    let member = |group: i64, id: &str| {
        Columns::from([("group_no".into(), group.into()), ("source_system".into(), "erp".into()), ("source_customer_id".into(), id.into())])
    };
    let mut made = SealedDecision {
        uid: "u1".into(),
        salt: "s".into(),
        digest: String::new(),
        public_key: None,
        signature: None,
        row: Columns::from([("answer".into(), "same".into()), ("reason".into(), reason.into()), ("author".into(), "ines".into())]),
        parts: BTreeMap::from([(MEMBERS.to_owned(), vec![member(0, "A"), member(1, "B")])]),
    };
    made.digest = made.digest();
    made
}

#[test]
fn a_signature_holds_for_its_key_its_words_and_its_workspace_only() {
    let (ines, tomas) = (Signer::from_seed(&[7; 32]), Signer::from_seed(&[8; 32]));
    let said = statement("decision", "w1", &decision("x").digest);
    let signature = ines.sign(&said);
    assert!(holds(&ines.public_key(), &said, &signature));
    assert!(!holds(&tomas.public_key(), &said, &signature));
    for other in [
        statement("decision", "w1", &decision("y").digest),
        statement("audit", "w1", &decision("x").digest),
        statement("decision", "w2", &decision("x").digest),
    ] {
        assert!(!holds(&ines.public_key(), &other, &signature));
    }
    assert!(!holds("no key", &said, &signature) && !holds(&ines.public_key(), &said, "no signature"));
    assert!(is_public_key(&ines.public_key()) && !is_public_key("") && !is_public_key(&"zz".repeat(32)));
    assert!(!format!("{ines:?}").contains(&hex(&[7; 32])));
}

#[test]
fn a_digest_sees_every_word_and_no_empty_column() {
    let plain = decision("x");
    let mut wider = plain.clone();
    wider.row.insert("whole_groups".into(), 0.into());
    wider.row.insert("relation".into(), Value::Null);
    wider.parts.insert("naming".into(), Vec::new());
    assert_eq!(plain.digest(), wider.digest());
    let mut swapped = plain.clone();
    swapped.parts.get_mut(MEMBERS).expect("members").reverse();
    assert_eq!(plain.digest(), swapped.digest(), "rows have no order");
    let mut other = plain.clone();
    other.parts.get_mut(MEMBERS).expect("members")[0].insert("group_no".into(), 1.into());
    assert_ne!(plain.digest(), other.digest());
    assert_eq!(plain.groups().len(), 2);
    let text = serde_json::to_string(&plain).expect("JSON");
    assert_eq!(serde_json::from_str::<SealedDecision>(&text).expect("the same").digest(), plain.digest);
}
