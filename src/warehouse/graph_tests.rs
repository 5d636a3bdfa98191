use super::*;

fn model(name: &str, input: &str) -> Model {
    let text = format!("-- model: {name}\n-- layer: silver\n-- inputs: {input}\n-- column: id TEXT\nSELECT id FROM {input}");
    parse(&format!("{name}.sql"), &text).unwrap()
}

#[test]
fn the_order_follows_the_inputs() {
    let graph = Graph::of(vec![model("b", "silver.a"), model("a", "bronze.erp_items")]).unwrap();
    let names: Vec<&str> = graph.models().iter().map(|m| m.name.as_str()).collect();
    assert_eq!(names, ["a", "b"]);
}

#[test]
fn a_circle_names_its_models() {
    let error = Graph::of(vec![model("a", "silver.b"), model("b", "silver.a")]).unwrap_err();
    assert!(error.to_string().contains("silver.a, silver.b"), "{error}");
}

#[test]
fn a_missing_input_is_named() {
    let error = Graph::of(vec![model("a", "silver.nothing")]).unwrap_err();
    assert_eq!(error.to_string(), "a.sql, line 5: no model or source table is called silver.nothing");
}

#[test]
fn the_models_of_the_program_fit_together() {
    let graph = Graph::builtin().unwrap();
    for model in graph.models() {
        assert!(!model.about.is_empty(), "{} says nothing about itself", model.id());
        assert!(!model.columns.is_empty(), "{} has no columns", model.id());
    }
}

#[test]
fn every_model_file_is_listed() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/models");
    for layer in ["staging", "silver", "gold"] {
        for entry in std::fs::read_dir(root.join(layer)).unwrap() {
            let name = format!("{layer}/{}", entry.unwrap().file_name().to_string_lossy());
            if name.ends_with(".sql") {
                assert!(embedded::FILES.iter().any(|(file, _)| file.ends_with(&name)), "{name} is not in embedded.rs");
            }
        }
    }
}
