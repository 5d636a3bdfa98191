use super::super::fixture::{column, customers};
use super::super::{AnalyticsError, Labelled, Parameters, Target, evaluation, leak};
use super::*;
use crate::base::CancelToken;

fn quick() -> Parameters {
    Parameters { trees: 30, ..Parameters::default() }
}

fn trained(data: &Labelled) -> Result<Model> {
    train(data, Target::Churn, 90, &quick(), Vec::new(), &RunCtx::default())
}

#[test]
fn a_model_finds_what_is_there_and_comes_back_from_its_text() {
    let data = customers(120, 1);
    let model = trained(&data).unwrap();
    assert!(model.evaluation.boosting.interval.low > 0.7, "{:?}", model.evaluation.boosting);
    assert_eq!(model.evaluation.boosting.folds.len(), 5);
    assert_eq!(model.importance.last().unwrap().feature, "noise");
    let again = Model::from_text(&model.to_text().unwrap()).unwrap();
    assert_eq!(again.probabilities(&data.table), model.probabilities(&data.table));
    assert_eq!(trained(&data).unwrap().to_text().unwrap(), model.to_text().unwrap());
}

#[test]
fn contributions_add_up_to_the_log_odds() {
    let data = customers(60, 2);
    let model = trained(&data).unwrap();
    let rows: Vec<usize> = (0..20).collect();
    let sums = model.booster.contributions(&data.table, &rows);
    for (parts, p) in sums.iter().zip(model.booster.probabilities(&data.table, &rows)) {
        assert!((parts.iter().sum::<f64>() - (p / (1.0 - p)).ln()).abs() < 1e-3);
    }
}

#[test]
fn chance_is_called_chance() {
    let mut data = customers(120, 3);
    let half = data.labels.len() / 2;
    data.labels.rotate_left(half + 1);
    assert!(!trained(&data).unwrap().evaluation.has_signal);
}

#[test]
fn what_cannot_be_learnt_from_is_refused_with_the_reason() {
    let none = Labelled::default();
    assert!(matches!(trained(&none), Err(AnalyticsError::NoRows(_))));
    let mut data = customers(60, 4);
    data.labels.fill(false);
    assert!(trained(&data).unwrap_err().to_string().contains("still active in all 180 rows"));
    let mut data = customers(60, 4);
    data.table.columns.iter_mut().for_each(|column| column.fill(f64::NAN));
    assert!(matches!(trained(&data), Err(AnalyticsError::NoFeatures { columns: 3 })));
    let mut data = customers(60, 4);
    data.table.subjects.fill("C-1".to_owned());
    assert!(trained(&data).unwrap_err().to_string().contains("only 1 customer with"));
}

#[test]
fn a_text_of_a_newer_program_or_a_damaged_one_says_so() {
    let text = trained(&customers(60, 5)).unwrap().to_text().unwrap();
    let newer = text.replacen("\"format\":1", "\"format\":2", 1);
    assert!(matches!(Model::from_text(&newer), Err(AnalyticsError::Newer { found: 2, known: 1 })));
    assert!(matches!(Model::from_text(&text[..text.len() / 2]), Err(AnalyticsError::Damaged(_))));
}

#[test]
fn a_cancelled_training_gives_nothing() {
    let cancel = CancelToken::default();
    cancel.cancel();
    let ctx = RunCtx { cancel, ..RunCtx::default() };
    assert!(matches!(train(&customers(60, 6), Target::Churn, 90, &quick(), Vec::new(), &ctx), Err(AnalyticsError::Cancelled(_))));
}

#[test]
fn a_feature_that_is_the_outcome_is_refused() {
    let mut data = customers(60, 7);
    data.table.names.push("gone_later".to_owned());
    data.table.columns.push(data.labels.iter().map(|label| f64::from(u8::from(*label))).collect());
    let model = trained(&data).unwrap();
    assert_eq!(model.refused[0].column, "gone_later");
    assert!(!model.booster.features.contains(&"gone_later".to_owned()));
}

#[test]
fn folds_keep_a_customer_s_rows_together() {
    let data = customers(60, 8);
    let fold = super::super::split::folds(&data.table.subjects, &data.labels, 7);
    for (row, subject) in data.table.subjects.iter().enumerate() {
        let first = data.table.subjects.iter().position(|other| other == subject).unwrap();
        assert_eq!(fold[row], fold[first]);
    }
    assert!(evaluation::check(&data, Target::Churn).is_ok());
}

#[test]
fn columns_that_name_the_outcome_are_refused_and_notes_are_not() {
    let text = |name: &str, values: &[(&str, u64)]| leak::TextColumn {
        name: name.to_owned(),
        values: values.iter().map(|(value, count)| ((*value).to_owned(), *count)).collect(),
    };
    let refused = leak::refused_columns(
        &[
            text("bronze.erp_customers.website", &[("active", 311), ("at_risk", 126), ("churned", 63)]),
            text("bronze.sf_contacts.description", &[("Segment: churned, Branch: North", 1)]),
            text("bronze.gs_customer_notes.note_text", &[("Asked about a loan", 400), ("Might churn", 1)]),
        ],
        Target::Churn,
    );
    let names: Vec<&str> = refused.iter().map(|refused| refused.column.as_str()).collect();
    assert_eq!(names, ["bronze.erp_customers.website", "bronze.sf_contacts.description"]);
    assert!(refused[1].why.contains("Segment:"), "{}", refused[1].why);
}

#[test]
fn drift_is_none_on_the_same_rows_and_large_on_others() {
    let then: Vec<f64> = (0..1_000).map(f64::from).collect();
    let reference = Reference::of("x", &then);
    assert!(reference.psi(&column("x", &then).columns[0]) < 1e-9);
    assert!(reference.psi(&then.iter().map(|value| value + 800.0).collect::<Vec<_>>()) > 0.25);
}
