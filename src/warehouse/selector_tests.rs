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

/// b has failed and its head was another, c was skipped, f is new, x has a batch that nobody saw.
fn before(graph: &Graph) -> Before {
    let results = [("silver.b", "failed"), ("silver.c", "skipped"), ("silver.a", "built")].map(|(id, s)| (id.into(), s.into()));
    let mut hashes: std::collections::BTreeMap<String, String> =
        graph.models().iter().filter(|model| model.name != "f").map(|model| (model.id(), model.hash.clone())).collect();
    let (_, body) = hashes["silver.b"].split_once('.').unwrap();
    let changed = format!("another.{body}");
    hashes.insert("silver.b".to_owned(), changed);
    Before { results: Some(results.into()), hashes: Some(hashes), fresher: Some(["bronze.x".to_owned()].into()) }
}

#[test]
fn forty_eight_selections_choose_what_dbt_chooses() {
    let graph = graph();
    let before = before(&graph);
    let table: [(&str, &str, &str); 48] = [
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
        ("result:skipped", "", "c"),
        ("silver_a+1", "", "abe"),
        ("core", "", "abc"),
        ("core.silver_b", "", "b"),
        ("core.silver_?,tag:daily", "", "ab"),
        ("models/mart", "", "de"),
        ("path:models/**/e.sql", "", "e"),
        ("file:e.sql", "", "e"),
        ("d.sql", "", "d"),
        ("source:bronze.x+1", "", "a"),
        ("source:bronze+2", "", "abe"),
        ("config.materialized:table,tag:none", "", "f"),
        ("state:modified+", "", "bcdf"),
        ("state:modified.body", "", "f"),
        ("state:new", "", "f"),
        ("source_status:fresher+1", "", "a"),
    ];
    for (wanted, without, expected) in table {
        let words = |text: &str| if text.is_empty() { Vec::new() } else { vec![text.to_owned()] };
        let found = select(&graph, &words(wanted), &words(without), &before).unwrap();
        let letters: String = found.iter().map(|id| id.trim_start_matches("silver.")).collect();
        assert_eq!(letters, expected, "--select '{wanted}' --exclude '{without}'");
    }
}

#[test]
fn what_is_no_selection_is_refused() {
    let graph = graph();
    for wrong in
        ["nothing", "tag:nothing", "path:elsewhere", "+", "@+a", "@a+", "a+x", "a,,b", "state:moved", "result:odd", "source_status:old"]
    {
        assert!(select(&graph, &[wrong.to_owned()], &[], &before(&graph)).is_err(), "{wrong}");
    }
    let said = |word: &str| select(&graph, &[word.to_owned()], &[], &Before::default()).unwrap_err().to_string();
    assert!(said("state:modified+").contains("Say 'karat run' first"), "{}", said("state:modified+"));
    assert!(said("result:error+").contains("karat run --retry"), "{}", said("result:error+"));
    assert!(said("source_status:fresher+").contains("none is built"), "{}", said("source_status:fresher+"));
    assert!(said("colour:red").contains("there are tag, path"), "{}", said("colour:red"));
}

#[test]
fn the_shipped_models_can_be_chosen() {
    let graph = Graph::builtin().unwrap();
    let ids = |expression: &str| select(&graph, &[expression.to_owned()], &[], &Before::default()).unwrap();
    assert_eq!(ids("silver.fct_loans").len(), 1);
    assert!(ids("+gold.customer_360").contains("silver.fct_transactions"));
    assert!(ids("silver.fct_transactions+").contains("gold.kpi"));
    assert!(ids("layer:gold").iter().all(|id| id.starts_with("gold.")));
}
