use super::super::record::Field;
use super::*;
use crate::base::ItemId;

#[derive(Debug)]
struct Some2(Vec<(u32, u32, f64)>);

impl Pairs for Some2 {
    fn each(&self, visit: &mut dyn FnMut(u32, u32, f64)) {
        self.0.iter().for_each(|(l, r, weight)| visit(*l, *r, *weight));
    }
}

fn record(id: u32, email: &str) -> CustomerRecord {
    let mut record = CustomerRecord::new(RecordKey::new("s", id.to_string()));
    record.set(Field::Email, Some(email));
    record
}

fn records() -> Vec<CustomerRecord> {
    (0..4).map(|id| record(id, "a@x.example")).collect()
}

fn decision(id: i64, answer: Answer, groups: &[&[u32]], seen: &[CustomerRecord]) -> Decision {
    let groups: Vec<Vec<RecordKey>> = groups.iter().map(|g| g.iter().map(|n| RecordKey::new("s", n.to_string())).collect()).collect();
    Decision {
        id: DecisionId(id),
        item: ItemId::of(&groups),
        answer,
        fingerprint: fingerprint(seen.iter().filter(|record| groups.iter().flatten().any(|key| *key == record.key))),
        groups,
        whole_groups: false,
        was_one: false,
        relation: None,
        match_weight: Some(6.0),
        batch: None,
        author: "a".into(),
        decided_at: String::new(),
        reason: None,
        summary: String::new(),
        undone_by: None,
    }
}

/// What is asked again of `log`: (decision, why).
fn asked(
    log: &[Decision],
    now: &[CustomerRecord],
    cluster: &[u32],
    pairs: &[(u32, u32, f64)],
    overruled: &[i64],
) -> Vec<(i64, Contradicted)> {
    let index = (0_u32..).zip(now).map(|(at, record)| (record.key.clone(), at)).collect();
    let overruled: Vec<DecisionId> = overruled.iter().map(|id| DecisionId(*id)).collect();
    let with_values = log.iter().map(|decision| decision.id).collect();
    let pairs = Some2(pairs.to_vec());
    let found = Found { records: now, index: &index, cluster, pairs: &pairs, overruled: &overruled, with_values: &with_values };
    contradictions(log, &found).into_iter().filter_map(|(item, _)| item.about.map(|about| (about.decision.0, about.why))).collect()
}

#[test]
fn changed_values_bring_an_answer_back_until_it_is_given_anew() {
    let (then, mut now) = (records(), records());
    let log = vec![decision(1, Answer::Same, &[&[0], &[1]], &then)];
    assert!(asked(&log, &now, &[0, 0, 2, 3], &[], &[]).is_empty());
    now[1] = record(1, "b@x.example");
    assert_eq!(asked(&log, &now, &[0, 0, 2, 3], &[], &[]), [(1, Contradicted::ValuesChanged)]);
    let answered = [log[0].clone(), decision(2, Answer::Same, &[&[0], &[1]], &now)];
    assert!(asked(&answered, &now, &[0, 0, 2, 3], &[], &[]).is_empty());
}

#[test]
fn what_is_overwhelming_now_is_asked_again_and_what_was_so_then_is_not() {
    let all = records();
    let mut log = vec![decision(1, Answer::Different, &[&[0], &[1]], &all)];
    assert!(asked(&log, &all, &[0, 1, 2, 3], &[(0, 1, 6.0)], &[]).is_empty());
    assert_eq!(asked(&log, &all, &[0, 1, 2, 3], &[(0, 1, 15.0)], &[]), [(1, Contradicted::Overwhelming)]);
    // Another record of one side says so, too.
    assert_eq!(asked(&log, &all, &[0, 1, 0, 3], &[(1, 2, 15.0)], &[]), [(1, Contradicted::Overwhelming)]);
    log[0].match_weight = Some(14.0);
    assert!(asked(&log, &all, &[0, 1, 2, 3], &[(0, 1, 15.0)], &[]).is_empty());
}

#[test]
fn an_overruled_answer_is_asked_again() {
    let all = records();
    let log = [decision(1, Answer::Same, &[&[0], &[1]], &all), decision(2, Answer::Different, &[&[0], &[1, 2]], &all)];
    assert_eq!(asked(&log, &all, &[0, 1, 1, 3], &[], &[1]), [(1, Contradicted::Overruled)]);
}
