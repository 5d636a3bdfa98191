//! Tests that a profile speaks for: what holds for all rows, or for nearly all, and is not tested yet. All are warnings until a person says otherwise.

use crate::engine::pages::{ColumnKind, ColumnProfile, SuggestedTest};
use crate::store::data_test::{DataTest, Scalar, Severity, TestKind};

/// Rows from which a rule is more than chance.
const ENOUGH: u64 = 20;

pub fn suggested(table: &str, columns: &[ColumnProfile], known: &[DataTest]) -> Vec<SuggestedTest> {
    let mut found = Vec::new();
    for column in columns.iter().filter(|column| column.filled() >= ENOUGH) {
        for (title, test) in of_column(table, column) {
            let is_known = known.iter().any(|other| other.table == table && other.kind == test.kind && other.column == test.column);
            if !is_known {
                let toml = format!("[[test]]\n{}", toml::to_string(&test).unwrap_or_default());
                found.push(SuggestedTest { title, test, toml });
            }
        }
    }
    found
}

#[expect(clippy::cast_precision_loss, reason = "shares")]
fn of_column(table: &str, column: &ColumnProfile) -> Vec<(String, DataTest)> {
    let name = column.name.as_str();
    let of = |kind| DataTest { severity: Some(Severity::Warn), ..DataTest::of(table, kind, Some(name)) };
    let filled = column.filled() as f64;
    let mut found = Vec::new();
    if column.kind == ColumnKind::Key || column.distinct as f64 >= 0.99 * filled && column.kind == ColumnKind::Text && name.ends_with("id")
    {
        found.push((format!("{name} stands once"), of(TestKind::Unique)));
    }
    if column.missing_share() < 0.01 {
        found.push((format!("{name} is never missing"), of(TestKind::NotNull)));
    }
    match column.kind {
        // Values of a hundredth of the rows and more; what is rarer may be a mistake.
        ColumnKind::Category => {
            let values: Vec<Scalar> = column
                .top
                .iter()
                .filter(|top| !top.is_placeholder && top.rows as f64 >= 0.01 * filled)
                .map(|top| Scalar::Text(top.value.clone()))
                .collect();
            found.push((format!("{name} is one of {}", values.len()), DataTest { values, ..of(TestKind::AcceptedValues) }));
        }
        ColumnKind::Number => {
            if let Some(numbers) = column.numbers.as_ref().filter(|numbers| (numbers.negative as f64) < 0.01 * filled) {
                let max = (numbers.outliers > 0).then_some(Scalar::Real(numbers.q75 + 3.0 * (numbers.q75 - numbers.q25)));
                found.push((format!("{name} is not negative"), DataTest { min: Some(Scalar::Integer(0)), max, ..of(TestKind::Range) }));
            }
        }
        ColumnKind::Date => {
            if let Some(dates) = column.dates.as_ref().filter(|dates| !dates.earliest.is_empty()) {
                let bound = |text: &str| Some(Scalar::Text(text.to_owned()));
                let test = DataTest { min: bound(&dates.earliest), max: bound("2100-01-01"), ..of(TestKind::Range) };
                found.push((format!("{name} is not before {}", dates.earliest), test));
            }
        }
        ColumnKind::Key | ColumnKind::Text => {
            if let Some((form, rows)) = column.forms.first().filter(|(_, rows)| *rows as f64 >= 0.95 * filled) {
                let test = DataTest { pattern: Some(regex_of(form)), ..of(TestKind::Regex) };
                found.push((format!("{name} has the form {form} ({rows} rows have)"), test));
            }
        }
        ColumnKind::Empty => {}
    }
    found
}

/// `A{2}-9{4}` -> `^\p{Lu}{2}\-\p{N}{4}$`
fn regex_of(form: &str) -> String {
    let mut text = String::from("^");
    let mut in_count = false;
    for c in form.chars() {
        match c {
            '{' => in_count = true,
            '}' => in_count = false,
            _ => {}
        }
        match c {
            '{' | '}' => text.push(c),
            c if in_count => text.push(c),
            'A' => text.push_str("[^\\p{Ll}\\P{L}]"),
            'a' => text.push_str("\\p{Ll}"),
            '9' => text.push_str("\\p{N}"),
            // Forms of more than 12 pieces end here.
            '\u{2026}' => return text,
            other => text.push_str(&regex::escape(&other.to_string())),
        }
    }
    text.push('$');
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::quality::Profiler;

    #[test]
    fn what_holds_for_nearly_all_rows_is_suggested_and_is_a_test() {
        let mut ids = Profiler::new("customer_id");
        let mut kinds = Profiler::new("kind");
        for n in 0..200 {
            ids.add(Some(&format!("CUST-{n:04}")), 1);
        }
        kinds.add(Some("credit"), 120);
        kinds.add(Some("debit"), 79);
        kinds.add(Some("cerdit"), 1);
        let found = suggested("bronze.t", &[ids.finish(), kinds.finish()], &[]);
        let titles: Vec<&str> = found.iter().map(|one| one.title.as_str()).collect();
        assert_eq!(
            titles,
            [
                "customer_id stands once",
                "customer_id is never missing",
                "customer_id has the form A{4}-9{4} (200 rows have)",
                "kind is never missing",
                "kind is one of 2"
            ]
        );
        let form = found[2].test.pattern.clone().unwrap();
        assert!(regex::Regex::new(&form).unwrap().is_match("CUST-0042") && !regex::Regex::new(&form).unwrap().is_match("cust-0042"));
        #[derive(serde::Deserialize)]
        struct File {
            test: Vec<DataTest>,
        }
        for one in &found {
            let read: File = toml::from_str(&one.toml).unwrap();
            assert_eq!(read.test, std::slice::from_ref(&one.test));
        }
        let known = [found[0].test.clone()];
        let mut ids = Profiler::new("customer_id");
        (0..200).for_each(|n| ids.add(Some(&format!("CUST-{n:04}")), 1));
        assert_eq!(suggested("bronze.t", &[ids.finish()], &known).len(), 2);
    }
}
