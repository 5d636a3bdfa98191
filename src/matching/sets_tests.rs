//! The labelled public sets, where they are present: scores without any configuration. Ids and the order of rows take no part.

use std::path::{Path, PathBuf};

use super::{Column, Constraints, LinkType, Records, auto, evaluate, match_records};
use crate::base::RunCtx;

/// The folder of real data, by `KARAT_SHARED_DATA` or beside the project.
pub(super) fn shared_data() -> Option<PathBuf> {
    let named = std::env::var("KARAT_SHARED_DATA").ok().map(PathBuf::from);
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().skip(1).map(|folder| folder.join("shared/data"));
    named.into_iter().chain(beside).find(|folder| folder.join("er").is_dir())
}

/// Reads a table; `entity` takes the truth out of a row's values (by column name) and `left_out` names columns that matching must not see.
pub(super) fn read(file: &Path, records: &mut Records, left_out: &[&str], entity: &dyn Fn(&str, &str) -> Option<String>) -> Vec<String> {
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_path(file).unwrap();
    let headers = reader.headers().unwrap().clone();
    let source = u16::try_from(records.sources.len()).unwrap();
    records.sources.push(file.file_stem().unwrap().to_string_lossy().into_owned());
    let mut truth = Vec::new();
    for row in reader.records() {
        let row = row.unwrap();
        for (name, value) in headers.iter().zip(row.iter()) {
            truth.extend(entity(name, value));
            if left_out.contains(&name) {
                continue;
            }
            let at = records.columns.iter().position(|c| c.name == name).unwrap_or_else(|| {
                records.columns.push(Column { name: name.to_owned(), values: vec![None; records.len()] });
                records.columns.len() - 1
            });
            records.columns[at].values.push((!value.is_empty()).then(|| value.into()));
        }
        records.source.push(source);
        records.ids.push(records.ids.len().to_string());
        for column in &mut records.columns {
            column.values.resize(records.source.len(), None);
        }
    }
    truth
}

fn score(
    files: &[&str],
    link_type: LinkType,
    left_out: &[&str],
    entity: &dyn Fn(&str, &str) -> Option<String>,
) -> Option<evaluate::Pairwise> {
    let Some(root) = shared_data() else {
        println!("skipped: no shared data beside the project and KARAT_SHARED_DATA is not set");
        return None;
    };
    let (mut records, mut truth) = (Records::default(), Vec::new());
    for file in files {
        truth.extend(read(&root.join("er").join(file), &mut records, left_out, entity));
    }
    assert_eq!(truth.len(), records.len());
    let settings = auto::settings_for(&records, link_type);
    let outcome = match_records(&records, &settings, None, &Constraints::default(), &RunCtx::default()).unwrap();
    let source = (link_type == LinkType::LinkOnly).then_some(records.source.as_slice());
    let score = evaluate::pairwise(&outcome.cluster, &truth, source);
    println!("{files:?}: F1 {:.4}, precision {:.4}, recall {:.4}", score.f1, score.precision, score.recall);
    Some(score)
}

/// `rec-12-dup-0` -> `rec-12`
pub(super) fn febrl_entity(name: &str, value: &str) -> Option<String> {
    (name == "rec_id").then(|| value.splitn(3, '-').take(2).collect::<Vec<_>>().join("-"))
}

pub(super) fn column_entity(column: &'static str) -> impl Fn(&str, &str) -> Option<String> {
    move |name, value| (name == column).then(|| value.to_owned())
}

#[test]
fn febrl_dataset_3() {
    if let Some(score) = score(&["febrl/dataset3.csv"], LinkType::DedupeOnly, &["rec_id"], &febrl_entity) {
        assert!(score.f1 >= 0.9995, "{score:?}");
    }
}

#[test]
fn febrl_dataset_4() {
    if let Some(score) = score(&["febrl/dataset4a.csv", "febrl/dataset4b.csv"], LinkType::LinkOnly, &["rec_id"], &febrl_entity) {
        assert!(score.f1 >= 0.9995, "{score:?}");
    }
}

#[test]
fn fake_1000() {
    let truth = column_entity("cluster");
    if let Some(score) = score(&["fake_1000/fake_1000.csv"], LinkType::DedupeOnly, &["unique_id", "cluster"], &truth) {
        assert!(score.f1 >= 0.95, "{score:?}");
    }
}

#[test]
fn census_households_stay_persons() {
    let files = ["essnet_census_cis/census.csv", "essnet_census_cis/cis.csv"];
    let truth = column_entity("person_id");
    if let Some(score) = score(&files, LinkType::LinkOnly, &["person_id", "census_id", "cis_id"], &truth) {
        assert!(score.f1 >= 0.98 && score.precision >= 0.995, "{score:?}");
    }
}
