use super::*;

fn key(id: &str) -> RecordKey {
    RecordKey::new("s", id)
}

fn claim(item: &str, answer: Answer, groups: &[&[&str]], cuts: bool) -> Claim {
    Claim::new(item, Some(answer), groups.iter().map(|group| group.iter().map(|id| key(id)).collect()).collect(), cuts)
}

fn clashes(local: &[Claim], incoming: &[Claim]) -> Vec<(usize, i64)> {
    let local: Vec<(DecisionId, Claim)> = (1..).map(DecisionId).zip(local.iter().cloned()).collect();
    conflicts(&local, incoming).into_iter().map(|conflict| (conflict.incoming, conflict.local.0)).collect()
}

#[test]
fn what_says_the_opposite_is_found_also_through_a_third_record() {
    use Answer::{Different, Related, Same, Unsure};
    let same = |item, a: &str, b: &str| claim(item, Same, &[&[a], &[b]], false);
    let apart = |item, a: &str, b: &str| claim(item, Different, &[&[a], &[b]], false);
    assert_eq!(clashes(&[same("1", "a", "b")], &[apart("1", "a", "b")]), [(0, 1)]);
    assert_eq!(clashes(&[same("1", "a", "b")], &[same("1", "a", "b")]), []);
    assert_eq!(clashes(&[apart("1", "a", "b")], &[claim("1", Related, &[&["a"], &["b"]], false)]), [(0, 1)]);
    assert_eq!(clashes(&[same("1", "a", "b")], &[claim("1", Unsure, &[&["a"], &["b"]], false)]), []);
    // a-b here, b-c there, and a and c are kept apart here.
    assert_eq!(clashes(&[same("1", "a", "b"), apart("2", "a", "c")], &[same("3", "b", "c")]), [(0, 2)]);
    // a-b and b-c here, a and c apart there.
    assert_eq!(clashes(&[same("1", "a", "b"), same("2", "b", "c")], &[apart("3", "c", "a")]), [(0, 2)]);
    // The second of two incoming ones closes the circle.
    assert_eq!(clashes(&[apart("1", "a", "c")], &[same("2", "a", "b"), same("3", "b", "c")]), [(1, 1)]);
    // Overlapping partitions: a cut that joins two and parts the third, and its opposite.
    let cut = claim("9", Different, &[&["a", "b"], &["c"]], true);
    assert_eq!(clashes(std::slice::from_ref(&cut), &[same("4", "b", "c")]), [(0, 1)]);
    assert_eq!(clashes(&[apart("4", "a", "b")], &[cut]), [(0, 1)]);
    assert_eq!(clashes(&[same("1", "a", "b")], &[same("2", "x", "y"), apart("3", "a", "x")]), []);
}
