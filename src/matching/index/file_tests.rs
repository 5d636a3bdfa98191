//! An index comes back from its bytes as it was; bytes that are not whole are refused.

use super::index_tests::{built, families, held, rows, settings};
use super::*;
use crate::base::RunCtx;

fn grown() -> Index {
    let all = families(150, 3);
    let (old, new): (Vec<usize>, Vec<usize>) = (0..all.len()).partition(|row| row % 4 > 0);
    let mut index = built(&rows(&all, &old), &settings());
    index.add(&rows(&all, &new), &RunCtx::default()).unwrap();
    let go: Vec<u32> = index.records().filter(|record| record % 17 == 0).collect();
    index.remove(&go, &RunCtx::default()).unwrap();
    index
}

#[test]
fn an_index_comes_back_as_it_was_and_goes_on_alike() {
    let mut index = grown();
    let bytes = index.encode().unwrap();
    let mut back = Index::decode(&bytes).unwrap();
    assert_eq!(back, index);
    assert_eq!(back.encode().unwrap(), bytes);
    let more = families(30, 77);
    let mut more = rows(&more, &(0..more.len()).collect::<Vec<_>>());
    more.ids.iter_mut().for_each(|id| *id = format!("more {id}"));
    let (one, two) = (index.add(&more, &RunCtx::default()).unwrap(), back.add(&more, &RunCtx::default()).unwrap());
    assert_eq!((one.placements, held(&index)), (two.placements, held(&back)));
}

#[test]
fn what_is_not_a_whole_index_is_refused() {
    let bytes = grown().encode().unwrap();
    let said = |bytes: &[u8]| Index::decode(bytes).unwrap_err().to_string();
    assert!(said(b"source,id,cluster_id\n1,2,3\n and so on and so on").contains("not an index"));
    assert!(said(&[]).contains("not an index"));
    let mut newer = bytes.clone();
    newer[8] = 9;
    assert!(said(&newer).contains("version 9"));
    for cut in [HEADER_LENGTH, bytes.len() / 2, bytes.len() - 1] {
        assert!(said(&bytes[..cut]).contains("cut short"), "{cut}");
    }
    for at in [HEADER_LENGTH, bytes.len() / 3, bytes.len() - 1] {
        let mut flipped = bytes.clone();
        flipped[at] ^= 0x10;
        assert!(said(&flipped).contains("checksum"), "{at}");
    }
}

const HEADER_LENGTH: usize = 28;
