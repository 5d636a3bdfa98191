use super::*;
use crate::matching::cluster::Judgement;

/// Clusters conflict if one holds record 0 and the other record 2: father and son.
#[derive(Debug)]
struct FatherAndSon;

impl Judges for FatherAndSon {
    type Judge<'j> = Self;

    fn judge(&self) -> Self {
        Self
    }
}

impl Judge for FatherAndSon {
    fn judge_whole(&mut self, left: &[u32], right: &[u32]) -> Judgement {
        let conflict = (left.contains(&0) && right.contains(&2)) || (left.contains(&2) && right.contains(&0));
        Judgement { mean_evidence: 0.0, own_evidence: None, profile_weight: 0.0, conflict }
    }
}

fn clusters() -> Clustering {
    Clustering { cluster: vec![0, 0, 1], members: vec![vec![0, 1], vec![2]], refused: Vec::new() }
}

fn part(rival: f64, decided: &[u32]) -> Vec<u32> {
    let claims = [Claim { l: 0, r: 1, weight: 9.0 }, Claim { l: 1, r: 2, weight: rival }];
    let decided = decided.iter().copied().collect();
    part_doubtful(clusters(), &claims, 0.98, &decided, &FatherAndSon, &RunCtx::default()).expect("parted").cluster
}

#[test]
fn a_name_that_fits_father_and_son_is_nobodys() {
    assert_eq!(part(8.0, &[]), [0, 2, 1]);
}

#[test]
fn a_weak_rival_changes_nothing_and_a_decision_stands() {
    assert_eq!(part(2.0, &[]), [0, 0, 1]);
    assert_eq!(part(8.0, &[1]), [0, 0, 1]);
}
