//! Masks: an analyst never meets a value in the clear; others unmask, and the log says so.

use crate::support::{Bench, Ran, Team};

/// Names, e-mails and phones of the bank as they stand in silver.
fn values(team: &Team) -> Vec<String> {
    let sql = "SELECT full_name FROM silver.dim_customer WHERE length(full_name) > 8 UNION SELECT email FROM silver.dim_customer UNION SELECT phone FROM silver.dim_customer WHERE length(phone) > 6";
    let text = team.ran("ines", &["query", "--unmask", "--format", "csv", "--limit", "100000", sql]).ok();
    text.lines().skip(1).map(|line| line.trim_matches('"').to_owned()).filter(|value| !value.is_empty()).collect()
}

#[track_caller]
fn shows_none(ran: &Ran, values: &[String], what: &str) {
    let shown = values.iter().find(|value| ran.out.contains(value.as_str()) || ran.err.contains(value.as_str()));
    assert!(shown.is_none(), "{what} shows {shown:?}");
}

#[test]
fn an_analyst_sees_no_value_in_the_clear_on_any_page() {
    let team = Team::enrol(Bench::of_bank(80, 5).0);
    team.ran("tomas", &["review", "decide", &team.items("tomas", "open")[0], "same"]).ok();
    let values = values(&team);
    assert!(values.len() > 150, "{}", values.len());
    let item = team.items("tomas", "open")[0].clone();
    let commands: [&[&str]; 14] = [
        &["status", "--json"],
        &["query", "select * from gold.customer_360", "--format", "csv", "--limit", "100000"],
        &["query", "select * from gold.dim_customer", "--format", "json", "--limit", "100000"],
        &["query", "select * from silver.dim_customer"],
        &["query", "select * from bronze.erp_customers"],
        &["query", "select * from control.decision"],
        &["query", "--unmask", "select * from silver.dim_customer"],
        &["review", "list", "--json"],
        &["review", "show", &item],
        &["review", "proposals"],
        &["decision", "list"],
        &["audit", "list"],
        &["versions", "--json"],
        &["publish", "--dry-run", "--json"],
    ];
    // An analyst, a stranger, and a steward who gives no passphrase: nobody has shown who they are.
    for command in commands {
        shows_none(&team.ran("ana", command), &values, &format!("ana {command:?}"));
        shows_none(&team.run("mallory", command, &[]), &values, &format!("mallory {command:?}"));
        shows_none(&team.run("tomas", command, &[]), &values, &format!("tomas without a key {command:?}"));
    }
    let gold = team.ran("ana", &["query", "select count(*) from gold.customer_360", "--format", "csv"]).ok();
    assert!(gold.lines().nth(1).unwrap().parse::<u32>().unwrap() > 50);
    assert!(team.ran("ana", &["query", "select * from silver.dim_customer"]).fails(1).contains("Only the masked gold is open"));
    let export = team.bench.dir().join("log.csv");
    assert!(team.ran("ana", &["audit", "export", export.to_str().unwrap()]).fails(1).contains("analyst"));
    assert!(!export.exists());
    // The one file of theirs.
    let masked = std::fs::read(team.bench.path().join("gold/0001_masked.db")).unwrap();
    let shown = values.iter().find(|value| masked.windows(value.len()).any(|bytes| bytes == value.as_bytes()));
    assert!(shown.is_none(), "{shown:?}");
}

#[test]
fn others_are_masked_until_they_unmask_and_the_log_says_who_saw_what() {
    let team = Team::enrol(Bench::of_bank(80, 5).0);
    let values = values(&team);
    shows_none(
        &team.ran("tomas", &["query", "select * from gold.dim_customer", "--format", "csv", "--limit", "100000"]),
        &values,
        "masked by default",
    );
    let refused = team.ran("tomas", &["query", "select full_name from silver.dim_customer"]).fails(1);
    assert!(refused.contains("--unmask"), "{refused}");
    let clear = team.ran("tomas", &["query", "--unmask", "select full_name from silver.dim_customer", "--limit", "5"]).ok();
    assert!(values.iter().any(|value| clear.contains(value.as_str())), "{clear}");
    team.ran("tomas", &["review", "show", &team.items("tomas", "open")[0]]).ok();
    let day = team.ran("ines", &["audit", "list", "--json"]).json()["entries"][0]["at"].as_str().unwrap()[..10].to_owned();
    let seen = team.ran("ines", &["audit", "list", "--deed", "unmask", "--day", &day, "--person", "tomas", "--json"]).json();
    let what: Vec<&str> = seen["entries"].as_array().unwrap().iter().map(|entry| entry["detail"].as_str().unwrap()).collect();
    assert_eq!(what.len(), 3, "{what:?}");
    assert!(what[0].starts_with("review item ") && what[1] == "review list" && what[2].contains("silver.dim_customer"), "{what:?}");
    assert!(seen["entries"].as_array().unwrap().iter().all(|entry| entry["is_signed"] == true));
    // Without people everybody sees everything, as ever; who wants it noted can have it.
    let (plain, _) = Bench::of_bank(80, 5);
    assert!(plain.number("SELECT count(*) FROM silver.dim_customer") > 50);
    plain.karat(&["query", "--unmask", "select 1", "--as", "somebody"]).ok();
    assert_eq!(plain.value("SELECT author FROM control.audit WHERE deed = 'unmask'"), "somebody");
}
