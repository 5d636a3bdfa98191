use super::*;
use crate::warehouse::fixture::{build_all, small};

const AS_OF: &str = "2025-12-31";

fn made() -> Project {
    let mut conn = small();
    build_all(&mut conn, AS_OF);
    project(&conn, &Graph::builtin().unwrap(), AS_OF).unwrap()
}

fn file<'a>(project: &'a Project, path: &str) -> &'a str {
    &project.files.iter().find(|(known, _)| known == path).unwrap_or_else(|| panic!("no {path}")).1
}

#[test]
fn every_model_of_gold_but_the_catalogue_and_predictions_is_sql_and_the_others_say_why() {
    let project = made();
    let kept: Vec<&str> = project.kept.iter().map(|(id, _)| id.as_str()).filter(|id| id.starts_with("gold.")).collect();
    assert_eq!(kept, ["gold.catalogue", "gold.churn_predictions", "gold.loan_predictions"], "{:?}", project.kept);
    assert!(project.kept.iter().all(|(_, why)| !why.is_empty()));
    let readme = file(&project, "README.md");
    for (id, why) in &project.kept {
        assert!(readme.contains(&format!("| {} | {why} |", id.replace('.', "_"))), "{id}");
    }
}

#[test]
fn a_model_reads_models_by_ref_and_files_by_source() {
    let project = made();
    let text = file(&project, "models/gold/gold_agg_loans.sql");
    assert!(text.starts_with("{{ config(materialized=\"table\", schema=\"gold\", alias=\"agg_loans\") }}\n-- Loans per kind"), "{text}");
    assert!(
        text.contains("from {{ ref(\"gold_fct_loans\") }} l\nleft join {{ ref(\"gold_dim_loan\") }} d on d.loan_id = l.loan_id"),
        "{text}"
    );
    let kept = file(&project, "models/silver/silver_customer_record.sql");
    assert!(
        kept.contains("from {{ source(\"silver\", \"customer_record\") }}") && kept.contains("-- Read as Karat built it: matching"),
        "{kept}"
    );
    assert!(file(&project, "models/sources.yml").contains("  - name: silver\n    schema: karat_silver\n"));
    let schema = file(&project, "models/schema.yml");
    assert!(schema.contains("  - name: gold_kpi\n") && schema.contains("columns: [\"kpi_id\", \"part\", \"currency\"]"), "{schema}");
    assert!(project.tables.iter().any(|table| table.path == "gold/customer_360"));
    assert!(project.tables.iter().any(|table| table.path == "bronze/erp_customers"));
}

/// Functions that only SQLite, or Karat's own connection, knows.
const UNPORTABLE: [&str; 12] = [
    "group_concat(",
    "julianday(",
    "strftime(",
    "printf(",
    "to_date(",
    "to_timestamp(",
    "seconds_between(",
    "note_key(",
    "to_minor(",
    "clean(",
    "ifnull(",
    ":as_of",
];

#[test]
fn every_reference_leads_somewhere_and_no_word_of_sqlite_is_left() {
    let project = made();
    let models: BTreeSet<&str> = project
        .files
        .iter()
        .filter_map(|(path, _)| path.strip_suffix(".sql").filter(|path| path.starts_with("models/"))?.rsplit('/').next())
        .collect();
    assert_eq!(models.len(), Graph::builtin().unwrap().models().len());
    let sources = file(&project, "models/sources.yml");
    let tables: BTreeSet<&str> = project.tables.iter().map(|table| table.path.as_str()).collect();
    for (path, text) in project.files.iter().filter(|(path, _)| path.starts_with("models/") && path.ends_with(".sql")) {
        for name in text.split("ref(\"").skip(1).filter_map(|rest| rest.split('"').next()) {
            assert!(models.contains(name), "{path} reads {name}");
        }
        for (schema, name) in text.split("source(\"").skip(1).filter_map(|rest| {
            let mut parts = rest.split('"');
            Some((parts.next()?, parts.nth(1)?))
        }) {
            assert!(tables.contains(format!("{schema}/{name}").as_str()), "{path} reads {schema}.{name}, which is not written");
            assert!(sources.contains(&format!("      - name: {name}\n")), "{path} reads {schema}.{name}, which sources.yml does not know");
        }
        let sql: String = text.lines().filter(|line| !line.starts_with("--")).collect::<Vec<_>>().join("\n");
        for word in UNPORTABLE {
            let stands_alone = sql.match_indices(word).any(|(at, _)| !sql[..at].ends_with(|c: char| c.is_ascii_alphanumeric() || c == '_'));
            // The figures keep the SQL that made them as a text.
            assert!(!stands_alone || path.ends_with("gold_kpi.sql"), "{path} has {word}");
        }
    }
}
