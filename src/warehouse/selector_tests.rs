use super::*;
use crate::warehouse::model::parse;

/// bronze.x -> a -> b -> c -> d, a -> e -> d, and f alone; two tags.
fn graph() -> Graph {
    let model = |path: &str, tags: &str, inputs: &[&str]| {
        let name = path.rsplit('/').next().unwrap();
        let head = format!("-- model: {name}\n-- layer: silver\n-- inputs: {}\n-- tag: {tags}\n-- column: id TEXT\n", inputs.join(", "));
        let from: Vec<String> = inputs.iter().map(|input| format!("SELECT id FROM {input}")).collect();
        let body = if from.is_empty() { "SELECT 'x' AS id".to_owned() } else { from.join(" UNION ALL ") };
        parse(&format!("models/{path}.sql"), &format!("{head}{body}\n")).unwrap()
    };
    Graph::of(vec![
        model("core/a", "daily", &["bronze.x"]),
        model("core/b", "daily, pii", &["silver.a"]),
        model("core/c", "weekly", &["silver.b"]),
        model("mart/d", "weekly, pii", &["silver.c", "silver.e"]),
        model("mart/e", "daily", &["silver.a"]),
        model("f", "none", &[]),
    ])
    .unwrap()
}

#[test]
fn thirty_selections_choose_what_dbt_chooses() {
    let graph = graph();
    let last: LastStates =
        [("silver.b", "failed"), ("silver.c", "skipped"), ("silver.a", "built")].map(|(id, s)| (id.into(), s.into())).into();
    let table: [(&str, &str, &str); 32] = [
        ("", "", "abcdef"),
        ("a", "", "a"),
        ("silver.a", "", "a"),
        ("a+", "", "abcde"),
        ("a+1", "", "abe"),
        ("a+2", "", "abcde"),
        ("+d", "", "abcde"),
        ("1+d", "", "cde"),
        ("2+d", "", "abcde"),
        ("+c", "", "abc"),
        ("+b+", "", "abcd"),
        ("1+c+1", "", "bcd"),
        ("2+c+1", "", "abcd"),
        ("0+c+0", "", "c"),
        ("@e", "", "abcde"),
        ("@c", "", "abcde"),
        ("@f", "", "f"),
        ("tag:daily", "", "abe"),
        ("tag:pii", "", "bd"),
        ("tag:daily,tag:pii", "", "b"),
        ("tag:daily tag:pii", "", "abde"),
        ("path:models/core", "", "abc"),
        ("path:models/mart/", "", "de"),
        ("path:models/core/b.sql", "", "b"),
        ("path:models/*/e.sql", "", "e"),
        ("+c,+e", "", "a"),
        ("b+,tag:weekly f", "", "cdf"),
        ("a+", "tag:pii", "ace"),
        ("", "b+ f", "ae"),
        ("bronze.x+1", "", "a"),
        ("result:error+", "", "bcd"),
        ("silver.*,tag:weekly", "c", "d"),
    ];
    for (wanted, without, expected) in table {
        let words = |text: &str| if text.is_empty() { Vec::new() } else { vec![text.to_owned()] };
        let found = select(&graph, &words(wanted), &words(without), &last).unwrap();
        let letters: String = found.iter().map(|id| id.trim_start_matches("silver.")).collect();
        assert_eq!(letters, expected, "--select '{wanted}' --exclude '{without}'");
    }
}

#[test]
fn what_is_no_selection_is_refused() {
    let graph = graph();
    for wrong in ["nothing", "tag:nothing", "path:elsewhere", "+", "@+a", "@a+", "a+x", "state:modified+", "a,,b"] {
        assert!(select(&graph, &[wrong.to_owned()], &[], &LastStates::new()).is_err(), "{wrong}");
    }
}

#[test]
fn the_shipped_models_can_be_chosen() {
    let graph = Graph::builtin().unwrap();
    let ids = |expression: &str| select(&graph, &[expression.to_owned()], &[], &LastStates::new()).unwrap();
    assert_eq!(ids("silver.fct_loans").len(), 1);
    assert!(ids("+gold.customer_360").contains("silver.fct_transactions"));
    assert!(ids("silver.fct_transactions+").contains("gold.kpi"));
    assert!(ids("layer:gold").iter().all(|id| id.starts_with("gold.")));
}
