//! A run's report as one HTML file that needs no network, no script and no other file.

use std::fmt::Write as _;

use crate::base::money::group_thousands;

use super::report::{RunReport, seconds};

const STYLE: &str = include_str!("../../assets/report/style.css");

/// The whole page; light or dark as the reader's system is, and fit for paper.
pub fn html(report: &RunReport) -> String {
    let title = esc(&report.subject());
    let mut out = format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <meta name=\"color-scheme\" content=\"light dark\"><title>{title}</title><style>\n{STYLE}</style></head><body>\n<h1>{title}</h1>\n"
    );
    says(&mut out, report);
    out.push_str("<dl>");
    for (label, value) in report.facts() {
        // Writing to a String cannot fail.
        let _ = write!(out, "<div><dt>{label}</dt><dd>{}</dd></div>", esc(&value));
    }
    out.push_str("</dl>\n");
    if !report.matched.is_empty() {
        let _ = write!(out, "<p class=\"matched\">Customers: {}.</p>", esc(report.matched.trim_end_matches('.')));
    }
    changes(&mut out, report);
    tests(&mut out, report);
    sources(&mut out, report);
    models(&mut out, report);
    let _ = write!(
        out,
        "<footer>Karat {}. Counts and figures alone: no value of a customer is in this report.</footer>\n</body></html>\n",
        esc(&report.program)
    );
    out
}

/// Text between tags or in an attribute.
fn esc(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// What a hurried reader has to know.
fn says(out: &mut String, report: &RunReport) {
    let mut line = |class: &str, text: &str| {
        let _ = writeln!(out, "<p class=\"says {class}\">{}</p>", esc(text));
    };
    if !report.message.is_empty() {
        line("error", &report.message);
    }
    match report.errors() {
        0 => {}
        1 => line("error", "1 test of severity error failed: what is downstream of its table was left out, and publishing is refused."),
        errors => line(
            "error",
            &format!(
                "{errors} tests of severity error failed: what is downstream of their tables was left out, and publishing is refused."
            ),
        ),
    }
    for warning in &report.warnings {
        line("warn", warning);
    }
    if !report.has_problems() {
        line("ok", "Everything was built, and no test of severity error failed.");
    }
}

fn head(out: &mut String, title: &str, about: &str, columns: &[(&str, bool)]) {
    let _ = write!(out, "<h2>{title}</h2>\n<table>");
    if !about.is_empty() {
        let _ = write!(out, "<caption>{}</caption>", esc(about));
    }
    out.push_str("<thead><tr>");
    for (column, is_number) in columns {
        let class = if *is_number { " class=\"n\"" } else { "" };
        let _ = write!(out, "<th scope=\"col\"{class}>{column}</th>");
    }
    out.push_str("</tr></thead><tbody>\n");
}

fn row(out: &mut String, class: &str, cells: &[(&str, bool)]) {
    let class = if class.is_empty() { String::new() } else { format!(" class=\"{class}\"") };
    let _ = write!(out, "<tr{class}>");
    for (cell, is_number) in cells {
        let class = if *is_number { " class=\"n\"" } else { "" };
        let _ = write!(out, "<td{class}>{}</td>", esc(cell));
    }
    out.push_str("</tr>\n");
}

fn changes(out: &mut String, report: &RunReport) {
    if report.changes.is_empty() && report.figures.is_empty() {
        return;
    }
    let about = match &report.compared_with {
        Some(version) => format!("Beside {version}, which people saw before."),
        None => "The first gold: everything is new.".to_owned(),
    };
    head(out, "What changed in gold", &about, &[("Customers", false), ("Count", true), ("", false)]);
    for change in &report.changes {
        row(out, "", &[(&change.label, false), (&group_thousands(change.count), true), (&change.detail, false)]);
    }
    out.push_str("</tbody></table>\n");
    head(out, "Figures", "", &[("Figure", false), ("Before", true), ("Now", true), ("Change", true)]);
    for figure in &report.figures {
        let class = if figure.changed { "" } else { "same" };
        row(out, class, &[(&figure.name, false), (&figure.old, true), (&figure.new, true), (&figure.change, true)]);
    }
    out.push_str("</tbody></table>\n");
}

fn tests(out: &mut String, report: &RunReport) {
    if report.tests_run == 0 {
        return;
    }
    let passed = report.tests_run.saturating_sub(report.tests.len() as u64);
    let about = format!("{} of {} passed.", group_thousands(passed), group_thousands(report.tests_run));
    head(out, "Tests", &about, &[("", false), ("Test", false), ("Table", false), ("Rows", true), ("", false)]);
    for test in &report.tests {
        let (class, word) = if test.is_error { ("error", "error") } else { ("warn", "warning") };
        let _ = write!(out, "<tr><td class=\"{class}\">{word}</td>");
        for cell in [&test.name, &test.table] {
            let _ = write!(out, "<td>{}</td>", esc(cell));
        }
        let _ = writeln!(out, "<td class=\"n\">{}</td><td>{}</td></tr>", group_thousands(test.failing_rows), esc(&test.message));
    }
    out.push_str("</tbody></table>\n");
}

fn sources(out: &mut String, report: &RunReport) {
    if !report.tables.is_empty() {
        let columns = [("Table", false), ("Files", true), ("Rows", true), ("New files", true), ("New rows", true), ("Kept aside", true)];
        head(out, "Sources", "", &columns);
        for table in &report.tables {
            let numbers = [table.files, table.rows, table.new_files, table.new_rows, table.rejected].map(group_thousands);
            let cells: Vec<(&str, bool)> = numbers.iter().map(|number| (number.as_str(), true)).collect();
            let class = if table.new_files == 0 { "same" } else { "" };
            row(out, class, &[&[(table.table.as_str(), false)], cells.as_slice()].concat());
        }
        out.push_str("</tbody></table>\n");
    }
    if !report.files.is_empty() {
        let about = match report.files_left_off {
            0 => String::new(),
            left => format!("And {} more.", group_thousands(left)),
        };
        head(out, "New files", &about, &[("File", false), ("Table", false), ("Rows", true), ("Kept aside", true)]);
        for file in &report.files {
            let (rows, rejected) = (group_thousands(file.rows), group_thousands(file.rejected));
            row(out, "", &[(&file.file, false), (&file.table, false), (&rows, true), (&rejected, true)]);
        }
        out.push_str("</tbody></table>\n");
    }
}

fn models(out: &mut String, report: &RunReport) {
    if !report.models.is_empty() {
        let about = ["built", "absent", "skipped", "failed"]
            .iter()
            .filter(|state| report.models_in(state) > 0)
            .map(|state| format!("{} {}", report.models_in(state), if *state == "absent" { "without a source" } else { state }))
            .collect::<Vec<_>>()
            .join(", ");
        head(out, "Models", &about, &[("Model", false), ("State", false), ("Rows", true), ("Seconds", true), ("", false)]);
        for model in &report.models {
            let class = match model.state.as_str() {
                "built" => "",
                "absent" => "same",
                _ => "warn",
            };
            let (rows, seconds) = (group_thousands(model.rows), format!("{:.2}", model.seconds));
            row(out, class, &[(&model.model, false), (&model.state, false), (&rows, true), (&seconds, true), (&model.message, false)]);
        }
        out.push_str("</tbody></table>\n");
    }
    if !report.stages.is_empty() {
        head(out, "Stages", "", &[("Stage", false), ("Time", true)]);
        for (stage, took) in &report.stages {
            row(out, "", &[(stage, false), (&seconds(*took), true)]);
        }
        out.push_str("</tbody></table>\n");
    }
}
