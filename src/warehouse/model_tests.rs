use super::*;

const HEAD: &str = "-- model: a\n-- layer: silver\n-- about: One row.\n-- inputs: bronze.t\n-- key: id\n-- column: id TEXT pii:id | key\n";

#[test]
fn a_model_says_what_it_is() {
    let model = parse("a.sql", &format!("{HEAD}SELECT id FROM bronze.t -- not gold.x\nWHERE 'silver.y' <> id;")).unwrap();
    assert_eq!(model.id(), "silver.a");
    assert_eq!(model.inputs, ["bronze.t"]);
    assert_eq!(model.columns[0].pii.as_deref(), Some("id"));
    assert!(model.body.starts_with("SELECT id") && !model.body.ends_with(';'));
}

#[test]
fn an_undeclared_input_is_named_with_its_line() {
    let error = parse("a.sql", &format!("{HEAD}SELECT id FROM bronze.t\nJOIN silver.other USING (id)")).unwrap_err();
    assert_eq!(error.to_string(), "a.sql, line 8: silver.other is read but not declared as an input");
}

#[test]
fn an_input_nobody_reads_is_refused() {
    let error = parse("a.sql", &format!("{HEAD}SELECT 1 AS id")).unwrap_err();
    assert!(error.to_string().contains("never read"), "{error}");
}
