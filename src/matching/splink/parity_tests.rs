//! Every pair that Splink scored with two saved models, where the reference files are present.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::super::records::{Column, Records};
use super::super::run::Constraints;
use super::{SplinkOptions, SplinkOutcome, match_splink, read_model};
use crate::base::RunCtx;

/// The folder of real data, by `KARAT_SHARED_DATA` or beside the project.
fn shared_data() -> Option<PathBuf> {
    let named = std::env::var("KARAT_SHARED_DATA").ok().map(PathBuf::from);
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().skip(1).map(|folder| folder.join("shared/data"));
    named.into_iter().chain(beside).find(|folder| folder.join("er/splink_reference").is_dir()).map(|folder| folder.join("er"))
}

fn read(file: &Path, source: &str, id: &str, records: &mut Records) {
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_path(file).unwrap();
    let headers = reader.headers().unwrap().clone();
    let number = u16::try_from(records.sources.len()).unwrap();
    records.sources.push(source.to_owned());
    for row in reader.records() {
        let row = row.unwrap();
        for (name, value) in headers.iter().zip(row.iter()) {
            if name == id {
                records.ids.push(value.to_owned());
                continue;
            }
            let at = records.columns.iter().position(|c| c.name == name).unwrap_or_else(|| {
                records.columns.push(Column { name: name.to_owned(), values: vec![None; records.source.len()] });
                records.columns.len() - 1
            });
            records.columns[at].values.push((!value.is_empty()).then(|| value.into()));
        }
        records.source.push(number);
    }
}

/// Compares every pair: there, its weight, match_key and gammas.
fn compare(set: &str, id: &str, records: &Records, found: &SplinkOutcome, golden: &Path, pairs: usize) {
    let width = found.comparisons.len();
    let ends = |l: u32, r: u32| (records.ids[l as usize].clone(), records.ids[r as usize].clone());
    let place: BTreeMap<_, usize> = found.pairs.iter().enumerate().map(|(at, pair)| (ends(pair.l, pair.r), at)).collect();
    let mut reader = csv::Reader::from_path(golden).unwrap();
    let headers = reader.headers().unwrap().clone();
    let column = |name: &str| headers.iter().position(|held| held == name).unwrap();
    let mut seen = 0;
    for row in reader.records() {
        let row = row.unwrap();
        let key = (row[column(&format!("{id}_l"))].to_owned(), row[column(&format!("{id}_r"))].to_owned());
        let at = place.get(&key).copied().unwrap_or_else(|| panic!("{set}: the pair {key:?} is missing"));
        let pair = &found.pairs[at];
        let weight: f64 = row[column("match_weight")].parse().unwrap();
        assert!((weight - pair.match_weight).abs() <= 1e-9 * weight.abs().max(1.0), "{set} {key:?}: {weight}, here {}", pair.match_weight);
        assert_eq!(row[column("match_key")], pair.match_key.to_string(), "{set} {key:?}");
        for (comparison, gamma) in found.comparisons.iter().zip(&found.gammas[at * width..]) {
            assert_eq!(row[column(&format!("gamma_{comparison}"))], gamma.to_string(), "{set} {key:?} {comparison}");
        }
        seen += 1;
    }
    assert_eq!((seen, found.pairs.len(), found.scored_pairs), (pairs, pairs, pairs as u64), "{set}: none missing, none extra");
}

fn parity(set: &str, id: &str, files: &[(&str, &str)], pairs: usize) {
    let Some(er) = shared_data() else {
        println!("skipped: no shared data beside the project and KARAT_SHARED_DATA is not set");
        return;
    };
    let mut records = Records::default();
    for (file, source) in files {
        read(&er.join(file), source, id, &mut records);
    }
    let options = SplinkOptions { link_type: None, threshold: 0.95, keep_from: 0.0, sources_unique: Vec::new() };
    for version in [4, 5] {
        let text = std::fs::read_to_string(er.join(format!("splink_reference/{set}_model_splink{version}.json"))).unwrap();
        let model = read_model(&text).unwrap();
        let found = match_splink(&records, &model, &options, &Constraints::default(), &RunCtx::default()).unwrap();
        compare(set, id, &records, &found, &er.join(format!("splink_reference/{set}_pairs.csv")), pairs);
    }
}

#[test]
fn every_pair_of_fake_1000_is_splinks() {
    parity("fake_1000", "unique_id", &[("fake_1000/fake_1000.csv", "fake_1000")], 3_989);
}

#[test]
fn every_pair_of_febrl_4_is_splinks() {
    parity("febrl4", "rec_id", &[("febrl/dataset4a.csv", "a"), ("febrl/dataset4b.csv", "b")], 31_956);
}

#[test]
fn the_models_of_the_public_demos_are_read() {
    let Some(er) = shared_data() else {
        println!("skipped: no shared data beside the project and KARAT_SHARED_DATA is not set");
        return;
    };
    for (name, comparisons) in [("model_h50k.json", 6), ("saved_model_from_demo.json", 5)] {
        let model = read_model(&std::fs::read_to_string(er.join("splink_reference").join(name)).unwrap()).unwrap();
        assert_eq!((model.comparisons.len(), model.notes.len()), (comparisons, 0), "{name}");
    }
}
