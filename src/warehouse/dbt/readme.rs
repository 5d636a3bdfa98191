//! What the project is, how it is built, and what in it is not portable.

use super::Said;

pub(super) fn text(said: &[Said<'_>], as_of: &str) -> String {
    let kept: Vec<(&str, String, &str)> =
        said.iter().filter_map(|one| Some((one.model.layer.schema(), one.model.flat_name(), one.body.as_ref().err()?.as_str()))).collect();
    let count = |schema: &str| {
        let all = said.iter().filter(|one| one.model.layer.schema() == schema);
        (all.clone().filter(|one| one.body.is_ok()).count(), all.count())
    };
    let (silver, all_silver) = count("silver");
    let (gold, all_gold) = count("gold");
    let mut text = format!(
        "# Silver and gold as a dbt project\n\nWritten by Karat {}. `parquet/` has every table of bronze, silver and gold; `matching/` the matching model: `model.json`\n\
         loads in Splink, `model.karat.json` has it as Karat scores it. Money is whole numbers of its smallest unit (`_minor`), dates are ISO texts, truth values are 1 and 0.\n\n\
         ## Build it\n\n    pip install dbt-core dbt-duckdb\n    dbt build --profiles-dir .\n\n\
         `profiles.yml` has targets `duckdb` (a file beside it) and `spark`; for Spark `pip install 'dbt-spark[session]'` and `dbt build --profiles-dir . --target spark`.\n\
         `--vars 'as_of: {as_of}'` is the day that \"last 90 days\" counts from. A model is called `gold_kpi`, its table `gold.kpi`.\n\n\
         ## What is translated\n\n{gold} of {all_gold} models of gold and {silver} of {all_silver} of silver are SQL here. The others read what Karat built, from its Parquet file:\n\n\
         | model | why |\n|---|---|\n",
        env!("CARGO_PKG_VERSION")
    );
    for (_, model, why) in &kept {
        text.push_str(&format!("| {model} | {} |\n", why.replace('|', "\\|")));
    }
    let later: Vec<String> = said
        .iter()
        .filter(|one| one.body.as_ref().is_ok_and(|body| body.contains("with recursive") || body.contains("\nlimit ")))
        .map(|one| format!("`{}`", one.model.flat_name()))
        .collect();
    text.push_str(&format!(
        "\nOn Spark before version 4 these do not parse, for they walk recursively or look one row up per row: {}.\n\n\
         Lower case of letters beyond A to Z (`karat_norm_id`) is that of the database. Tests of Karat that dbt has no word for (range, regex, length, sums, row counts) are not here; `karat test` runs them.\n",
        later.join(", ")
    ));
    text
}
