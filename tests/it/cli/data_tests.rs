//! Data tests and single models from a terminal.

use std::fs;

use crate::support::Bench;

fn with_tests(bench: &Bench, toml: &str) {
    let path = bench.path().join("workspace.toml");
    let mut text = fs::read_to_string(&path).unwrap();
    text.push_str(toml);
    fs::write(path, text).unwrap();
}

const BREACH: &str =
    "\n[[test]]\ntable = \"silver.dim_branch\"\nkind = \"accepted_values\"\ncolumn = \"branch_id\"\nvalues = [\"BR001\"]\n";
const ORPHANS: &str = "\n[[test]]\nname = \"orphans\"\ntable = \"bronze.erp_accounts\"\nkind = \"relationships\"\ncolumn = \"customer\"\nto = \"bronze.erp_customers.name\"\n";

#[test]
fn tests_end_with_three_only_where_an_error_stands() {
    let (bench, _) = Bench::of_bank(40, 9);
    let before = bench.karat(&["test", "--json"]).json();
    assert!(before["tests"].as_array().unwrap().len() > 20);
    with_tests(&bench, ORPHANS);
    let names = |json: &serde_json::Value| {
        json["tests"].as_array().unwrap().iter().map(|test| test["name"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert!(names(&bench.karat(&["test", "--json"]).json()).contains(&"orphans".to_owned()));
    with_tests(&bench, BREACH);
    let said = bench.karat(&["test"]).fails(3);
    assert!(said.contains("1 of severity error failed"), "{said}");
    // Its rows are kept and open, also after another test alone was run.
    bench.karat(&["test", "--select", "orphans"]).ok();
    let rows = bench.karat(&["test", "--rows", "accepted_values_branch_id", "--format", "csv"]).ok();
    let failing: i64 = bench
        .number("select failing_rows from control.test_result where name = 'accepted_values_branch_id' order by test_run_id desc limit 1");
    assert_eq!(rows.lines().count() as i64, failing + 1, "{rows}");
    assert!(failing > 0 && rows.starts_with("branch_id,"), "{rows}");
    assert_eq!(bench.number("select count(*) from control.test_run"), 5);
    bench.karat(&["test", "--rows", "nothing"]).fails(1);
}

#[test]
fn an_error_stops_what_is_built_from_the_table_and_publishing() {
    let (bench, _) = Bench::of_bank(40, 9);
    with_tests(&bench, "\n[[test]]\ntable = \"silver.fct_loans\"\nkind = \"range\"\ncolumn = \"loan_amount_minor\"\nmax = 0\n");
    let outcome = bench.karat(&["run", "--json"]).json();
    let state = |model: &str| {
        let models = outcome["models"].as_array().unwrap();
        let found = models.iter().find(|known| known["model"] == model).unwrap();
        (found["state"].as_str().unwrap().to_owned(), found["message"].as_str().unwrap().to_owned())
    };
    assert_eq!(state("silver.fct_loans").0, "built");
    let (skipped, why) = state("gold.fct_loans");
    assert_eq!(skipped, "skipped");
    assert_eq!(why, "the test range_loan_amount_minor of silver.fct_loans failed");
    assert_eq!(state("gold.fct_transactions").0, "built");
    assert_eq!(state("gold.agg_loans").0, "skipped");
    assert_eq!(outcome["published"], false);
    let refused = bench.karat(&["publish"]).fails(1);
    assert!(refused.contains("range_loan_amount_minor"), "{refused}");
    bench.karat(&["publish", "--override", " "]).fails(1);
    bench.karat(&["publish", "--override", "the auditor asked for it"]).ok();
    let logged = bench.value("select detail from control.audit where deed = 'override'");
    assert!(logged.contains("range_loan_amount_minor") && logged.contains("the auditor asked for it"), "{logged}");
}

#[test]
fn models_and_tests_of_the_workspace_are_built_and_run() {
    let (bench, _) = Bench::of_bank(40, 9);
    let folder = bench.path().join("models/mart");
    fs::create_dir_all(&folder).unwrap();
    fs::create_dir_all(bench.path().join("tests")).unwrap();
    let model = "-- model: branch_size\n-- layer: gold\n-- about: Customers per branch.\n-- inputs: silver.dim_customer\n-- tag: mart\n-- key: branch_id\n\
                 -- test: kind = \"unique\", column = \"branch_id\"\n-- column: branch_id TEXT pii:none | the branch\n-- column: customers INTEGER | how many\n\
                 SELECT branch_id, count(*)\nFROM silver.dim_customer WHERE branch_id IS NOT NULL GROUP BY 1\n";
    fs::write(folder.join("branch_size.sql"), model).unwrap();
    fs::write(bench.path().join("tests/none_is_empty.sql"), "-- severity: warn\nSELECT * FROM gold.branch_size WHERE customers = 0\n")
        .unwrap();
    let outcome = bench.karat(&["run", "--select", "tag:mart", "--json"]).json();
    assert_eq!(outcome["models"].as_array().unwrap().len(), 1);
    assert_eq!(outcome["tests"].as_array().unwrap().len(), 2, "{outcome}");
    assert!(bench.number("select count(*) from gold.branch_size") > 0);
    let published = bench.number("select count(*) from gold.customer_360");
    assert!(published > 0);
    // A whole run builds it, too, and nothing else differs.
    let tables = bench.tables();
    bench.karat(&["run"]).ok();
    let whole = bench.tables();
    let changed: Vec<&String> = whole.keys().filter(|table| whole.get(*table) != tables.get(*table)).collect();
    assert_eq!(changed, ["gold.catalogue", "gold.model_run"], "the catalogue lists the new table now");
    bench.karat(&["run", "--select", "gold.catalogue"]).ok();

    let refused = |text: &str| {
        fs::write(folder.join("branch_size.sql"), text).unwrap();
        bench.karat(&["run", "--select", "tag:mart"]).fails(1)
    };
    let said = refused(&model.replace("count(*)\n", "count(*)) wrong\n"));
    assert!(said.contains("models/mart/branch_size.sql, line 10"), "{said}");
    let said = refused(&model.replace("silver.dim_customer", "silver.nothing"));
    assert!(said.contains("models/mart/branch_size.sql, line 11: no model or source table is called silver.nothing"), "{said}");
    let said = refused(
        &model
            .replace("-- inputs: silver.dim_customer", "-- inputs: gold.branch_size")
            .replace("FROM silver.dim_customer", "FROM gold.branch_size"),
    );
    assert!(said.contains("in a circle"), "{said}");
    assert!(bench.leftovers().is_empty() || bench.karat(&["status"]).code == 0);
}

#[test]
fn profiles_lineage_and_exports_are_told() {
    let (bench, _) = Bench::of_bank(40, 9);
    let profile = bench.karat(&["profile", "silver.dim_customer", "--json"]).json();
    let column = |name: &str| profile["columns"].as_array().unwrap().iter().find(|column| column["name"] == name).unwrap().clone();
    let customers = bench.number("select count(*) from silver.dim_customer");
    assert_eq!((column("customer_key")["kind"].as_str(), column("customer_key")["distinct"].as_i64()), (Some("key"), Some(customers)));
    let missing = bench.number("select count(*) from silver.dim_customer where email is null");
    assert_eq!(column("email")["nulls"].as_i64(), Some(missing));
    // What is suggested can be pasted and is run.
    let toml = bench.karat(&["profile", "silver.dim_customer", "--suggest"]).ok();
    let suggested = toml.matches("[[test]]").count();
    assert!(suggested > 3, "{toml}");
    with_tests(&bench, &toml);
    let before = bench.karat(&["test", "--select", "silver.dim_customer", "--json"]).json();
    let declared = before["tests"].as_array().unwrap().iter().filter(|test| test["severity"] == "warning").count();
    assert!(declared >= suggested, "{before}");
    assert_eq!(bench.number("select count(*) from control.table_score where table_name = 'silver.dim_customer'"), 1);
    // A file needs no workspace.
    let file = bench.file("some.csv", "id,amount\n1,10.5\n2,7\n3,x\n");
    let of_file = crate::support::karat(&["profile", &file, "--json"]).json();
    assert_eq!((of_file["rows"].as_i64(), of_file["columns"][1]["distinct"].as_i64()), (Some(3), Some(3)));

    let lineage = bench.karat(&["lineage", "gold.customer_360", "--json"]).json();
    let names =
        |side: &str| lineage[side].as_array().unwrap().iter().map(|table| table["table"].as_str().unwrap().to_owned()).collect::<Vec<_>>();
    assert!(names("upstream").contains(&"bronze.erp_customers".to_owned()) && names("downstream").contains(&"gold.kpi".to_owned()));
    assert!(bench.karat(&["lineage", "customer_360"]).fails(1).contains("Did you mean gold.customer_360"));

    for ending in ["csv", "json", "parquet", "xlsx"] {
        let out = bench.dir().join(format!("out.{ending}")).display().to_string();
        let said = bench.karat(&["export", "gold.customer_360", "--out", &out]);
        assert_eq!(said.code, 0, "{}", said.err);
        assert!(said.err.contains(&format!("Wrote {customers} customers").replace("customers", "rows")), "{}", said.err);
    }
    let back = crate::support::karat(&["profile", &bench.dir().join("out.parquet").display().to_string(), "--json"]).json();
    assert_eq!(back["rows"].as_i64(), Some(customers));
    bench.karat(&["export", "--query", "delete from gold.kpi", "--out", &bench.dir().join("x.csv").display().to_string()]).fails(1);
}

#[test]
fn what_is_unlike_before_and_how_values_are_written_lead_to_rows() {
    use karat::engine::data_deed::Filter;
    use karat::engine::{DataQuery, Page, Query};

    let bench = Bench::new();
    let file = |day: u32, rows: u32| {
        let lines: String = (0..rows).map(|n| format!("BR{n:03},Branch {n},A. Ray,2015-03-{:02},4,Nord,{n}\n", n % 28 + 1)).collect();
        let text = format!("branch_id,branch_name,manager_name,opened_date,performance_rating,region,staff_count\n{lines}");
        bench.karat(&["ingest", &bench.file(&format!("day{day}/gs_branches.csv"), text)]).ok();
    };
    for (day, rows) in [(1, 60), (2, 61), (3, 59)] {
        file(day, rows);
    }
    let profile = || bench.karat(&["profile", "bronze.gs_branches"]).ok();
    assert!(!profile().contains("Far fewer rows"), "59 are as many as before");
    file(4, 20);
    assert!(
        profile().contains("Far fewer rows than before. The newest file has 20; the 3 before it had 60 in the middle."),
        "{}",
        profile()
    );
    // The finding, a form and a length open their rows.
    let desk = bench.desk();
    let Page::TableQuality(page) = &*desk.ask(Query::Data(DataQuery::Table { table: "bronze.gs_branches".into() })) else { panic!() };
    let finding = page.findings.iter().find(|finding| finding.title.starts_with("Far fewer")).unwrap();
    let rows = |filter: Filter| {
        let query = DataQuery::Rows { table: "bronze.gs_branches".into(), filters: vec![filter], facets: Vec::new(), limit: 100 };
        match &*desk.ask(Query::Data(query)) {
            Page::TableRows(page) => page.matching,
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(rows(Filter::Where { column: finding.column.clone(), condition: finding.condition.clone() }), 20);
    let of = |name: &str| name.to_owned();
    assert_eq!(rows(Filter::Form { column: of("branch_name"), form: of("Aa{5} 9{2}") }), 10);
    assert_eq!(rows(Filter::Length { column: of("branch_name"), characters: 8 }), 10);
    assert_eq!(page.rows_before, [60, 61, 59]);
}
