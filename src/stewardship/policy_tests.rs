use super::*;

#[test]
fn each_clause_asks_for_a_second_person_and_nothing_else_does() {
    let policy = FourEyes {
        probability: Some((0.4, 0.6)),
        field_override: true,
        naming: true,
        vip: vec!["Private Banking".into()],
        records_over: Some(4),
        value_over: Some(100_000),
    };
    let calm = Case {
        match_probability: Some(0.9),
        records: 4,
        value_minor: 10_000_000,
        customer_groups: vec!["Individual".into()],
        ..Case::default()
    };
    assert!(policy.reasons(&calm).is_empty(), "{:?}", policy.reasons(&calm));
    let cases = [
        (Case { match_probability: Some(0.6), ..calm.clone() }, "probability"),
        (Case { is_override: true, ..calm.clone() }, "golden value"),
        (Case { is_naming: true, ..calm.clone() }, "spelling"),
        (Case { customer_groups: vec!["private banking".into()], ..calm.clone() }, "VIP"),
        (Case { records: 5, ..calm.clone() }, "5 records"),
        (Case { value_minor: 10_000_101, ..calm.clone() }, "value"),
    ];
    for (case, word) in cases {
        let reasons = policy.reasons(&case);
        // A hundred thousand and one cent is not yet a whole unit more.
        let wanted = usize::from(case.value_minor / 100 > 100_000 || word != "value");
        assert_eq!(reasons.len(), wanted, "{word}: {reasons:?}");
        assert!(reasons.iter().all(|reason| reason.contains(word)), "{reasons:?}");
        assert!(FourEyes::default().reasons(&case).is_empty());
    }
    assert_eq!(policy.reasons(&Case { value_minor: 10_000_100, ..calm }).len(), 1);
}

#[test]
fn an_analyst_may_nothing_and_only_an_approver_approves() {
    for right in [Right::Unmask, Right::Decide, Right::Approve, Right::Build, Right::Publish, Right::Govern] {
        assert!(!Role::Analyst.may(right));
        assert!(Role::ALL.iter().any(|role| role.may(right)));
    }
    assert_eq!(Role::ALL.into_iter().filter(|role| role.may(Right::Approve)).collect::<Vec<_>>(), [Role::Approver]);
    assert!(Role::ALL.iter().all(|role| Role::from_name(role.name()) == Some(*role)));
}
