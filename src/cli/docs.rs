//! The catalogue as one HTML page that needs no network. Flow: CataloguePage -> sections, SVG -> index.html.

use std::fmt::Write as _;
use std::path::Path;

use crate::base::money::group_thousands;
use crate::engine::Page;
use crate::engine::pages::{CatalogueColumn, CataloguePage, CatalogueTable, CatalogueTest, Kin, Node};

use super::args::Common;
use super::client::{Stop, note};
use super::print;

const STYLE: &str = include_str!("../../assets/docs/style.css");
const SCRIPT: &str = include_str!("../../assets/docs/search.js");
const LAYERS: [(&str, &str); 3] = [("bronze", "Bronze"), ("silver", "Silver"), ("gold", "Gold")];

pub fn write(common: &Common, page: &Page, dir: &Path) -> Result<(), Stop> {
    let Page::Catalogue(page) = page else { return Ok(()) };
    let file = dir.join("index.html");
    let failed = |error: std::io::Error| Stop::Failed(format!("{} cannot be written: {error}", file.display()));
    std::fs::create_dir_all(dir).map_err(failed)?;
    std::fs::write(&file, html(page)).map_err(failed)?;
    if common.json {
        return print::json(&serde_json::json!({ "file": file.display().to_string(), "tables": page.tables.len() }));
    }
    note(&format!("Wrote {} tables into {}.", page.tables.len(), file.display()));
    Ok(())
}

/// Text between tags or in an attribute.
fn esc(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

fn html(page: &CataloguePage) -> String {
    let columns: usize = page.tables.iter().map(|table| table.columns.len()).sum();
    let title = format!("Catalogue of {}", esc(&page.workspace));
    let mut out = format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <meta name=\"color-scheme\" content=\"light dark\"><title>{title}</title><style>\n{STYLE}</style></head><body>\n\
         <header><h1>{title}</h1><p>{} tables, {columns} columns, as of {}</p>\
         <label>Find a table or a column <input id=\"find\" type=\"search\" autocomplete=\"off\"></label><span id=\"found\" role=\"status\"></span></header>\n",
        page.tables.len(),
        esc(&page.as_of)
    );
    out.push_str("<nav aria-label=\"Tables\">\n");
    for (layer, title) in LAYERS {
        let tables: Vec<&CatalogueTable> = page.tables.iter().filter(|table| table.layer == layer).collect();
        let _ = write!(out, "<section><h2 class=\"{layer}\">{title} <small>{}</small></h2><ul>", tables.len());
        for table in tables {
            let class = if matches!(table.state.as_str(), "built" | "loaded") { "" } else { " class=\"absent\"" };
            let _ = write!(out, "<li data-table=\"{}\"{class}><a href=\"#{0}\">{}</a></li>", esc(&table.table), esc(name_of(&table.table)));
        }
        out.push_str("</ul></section>\n");
    }
    out.push_str("</nav>\n<main>\n");
    for table in &page.tables {
        section(&mut out, page, table);
    }
    let _ = write!(out, "</main>\n<script>\n{SCRIPT}</script></body></html>\n");
    out
}

fn name_of(table: &str) -> &str {
    table.split_once('.').map_or(table, |(_, name)| name)
}

fn section(out: &mut String, page: &CataloguePage, table: &CatalogueTable) {
    let words: Vec<&str> = table.columns.iter().map(|column| column.name.as_str()).collect();
    let _ = write!(
        out,
        "<article id=\"{0}\" data-words=\"{0} {1}\"><h2>{2} <span class=\"layer {3}\">{3}</span></h2><p>{4}</p>\n<dl>",
        esc(&table.table),
        esc(&words.join(" ")),
        esc(name_of(&table.table)),
        table.layer,
        esc(&table.about)
    );
    for (label, value) in facts(table) {
        let _ = write!(out, "<div><dt>{label}</dt><dd>{}</dd></div>", esc(&value));
    }
    out.push_str("</dl>\n");
    let kin = page.kin(&table.table, 1);
    if kin.nodes.len() > 1 {
        svg(out, &kin, &table.table);
    }
    columns(out, table);
    if !table.tests.is_empty() {
        out.push_str("<h3>Tests</h3><table><thead><tr><th>Result</th><th>Test</th><th>Column</th><th class=\"n\">Failing rows</th><th>Run</th></tr></thead><tbody>");
        for test in &table.tests {
            test_row(out, test);
        }
        out.push_str("</tbody></table>\n");
    }
    out.push_str("</article>\n");
}

fn facts(table: &CatalogueTable) -> Vec<(&'static str, String)> {
    let state = if table.message.is_empty() { table.state.clone() } else { format!("{}: {}", table.state, table.message) };
    let all = [
        ("Kind", table.kind.clone()),
        ("State", state),
        ("Rows", table.rows.map(group_thousands).unwrap_or_default()),
        ("Size", table.bytes.map(|bytes| format!("{} KB", group_thousands(bytes.div_ceil(1024)))).unwrap_or_default()),
        ("Data to", table.fresh.clone()),
        ("Owner", if table.owner.is_empty() { "nobody named".to_owned() } else { table.owner.clone() }),
        ("Key", table.key.join(", ")),
        ("Tags", table.tags.join(", ")),
        ("File", table.file.clone()),
        ("Source", table.source_system.clone().unwrap_or_default()),
    ];
    all.into_iter().filter(|(_, value)| !value.is_empty()).collect()
}

fn columns(out: &mut String, table: &CatalogueTable) {
    out.push_str("<h3>Columns</h3><table><thead><tr><th>Column</th><th>Type</th><th>Meaning</th><th>Made from</th></tr></thead><tbody>");
    for column in &table.columns {
        let pii = column
            .pii
            .as_ref()
            .map(|kind| format!(" <span class=\"pii\" title=\"personal data\">{}</span>", esc(kind)))
            .unwrap_or_default();
        let key = if column.is_key { " <span class=\"key\" title=\"part of the key\">key</span>" } else { "" };
        let _ = write!(
            out,
            "<tr id=\"{}.{}\"><td><code>{1}</code>{key}{pii}</td><td>{}</td><td>{}</td><td>{}</td></tr>",
            esc(&table.table),
            esc(&column.name),
            column.sql_type.to_lowercase(),
            esc(&column.about),
            made(column)
        );
    }
    out.push_str("</tbody></table>\n");
}

fn made(column: &CatalogueColumn) -> String {
    match (column.origin.as_str(), column.from.is_empty()) {
        ("source", _) => "the files of its source".to_owned(),
        ("constant", _) => "a constant".to_owned(),
        ("generated", _) => "generated by Karat".to_owned(),
        ("unknown", true) => "not known".to_owned(),
        _ => {
            let link = |from: &String| match from.strip_suffix(".*") {
                Some(table) => format!("<a href=\"#{}\">the rows of {0}</a>", esc(table)),
                None => format!("<a href=\"#{}\">{0}</a>", esc(from)),
            };
            column.from.iter().map(link).collect::<Vec<_>>().join(", ")
        }
    }
}

fn test_row(out: &mut String, test: &CatalogueTest) {
    let _ = write!(
        out,
        "<tr><td class=\"{0}\">{0}</td><td>{1}</td><td>{2}</td><td class=\"n\">{3}</td><td>{4}</td></tr>",
        esc(&test.outcome),
        esc(&test.name),
        esc(test.column.as_deref().unwrap_or_default()),
        group_thousands(test.failing_rows),
        esc(test.at.get(..16).unwrap_or(&test.at)).replace('T', " ")
    );
}

const NODE: (usize, usize) = (220, 28);
const GAP: (usize, usize) = (70, 8);

/// What a table is made from at the left, what is made from it at the right.
fn svg(out: &mut String, kin: &Kin, middle: &str) {
    let first = kin.nodes.iter().map(|node| node.steps).min().unwrap_or(0);
    let last = kin.nodes.iter().map(|node| node.steps).max().unwrap_or(0);
    let tallest = kin.nodes.iter().map(|node| node.place + 1).max().unwrap_or(1);
    let count = |steps: i32| kin.nodes.iter().filter(|node| node.steps == steps).count();
    let place = |node: &Node| {
        let column = usize::try_from(node.steps - first).unwrap_or(0);
        let above = (tallest - count(node.steps)) * (NODE.1 + GAP.1) / 2;
        (column * (NODE.0 + GAP.0), above + node.place * (NODE.1 + GAP.1))
    };
    let columns = usize::try_from(last - first + 1).unwrap_or(1);
    let (width, height) = (columns * (NODE.0 + GAP.0) - GAP.0 + 2, tallest * (NODE.1 + GAP.1) - GAP.1 + 2);
    let _ = write!(
        out,
        "<div class=\"scroll\"><svg viewBox=\"-1 -1 {width} {height}\" width=\"{width}\" height=\"{height}\" role=\"img\" aria-label=\"Lineage of {}\">",
        esc(middle)
    );
    for (from, to) in &kin.edges {
        let ((x1, y1), (x2, y2)) = (place(&kin.nodes[*from]), place(&kin.nodes[*to]));
        if x1 < x2 {
            let (x1, y1, y2, half) = (x1 + NODE.0, y1 + NODE.1 / 2, y2 + NODE.1 / 2, GAP.0 / 2);
            let _ = write!(out, "<path d=\"M{x1} {y1}C{} {y1} {} {y2} {x2} {y2}\"/>", x1 + half, x2 - half);
        }
    }
    for node in &kin.nodes {
        let (x, y) = place(node);
        let layer = node.table.split('.').next().unwrap_or_default();
        let here = if node.table == middle { " here" } else { "" };
        let _ = write!(
            out,
            "<a href=\"#{0}\"><g class=\"{layer}{here}\"><title>{0}</title><rect x=\"{x}\" y=\"{y}\" width=\"{1}\" height=\"{2}\" rx=\"6\"/>\
             <text x=\"{3}\" y=\"{4}\">{5}</text></g></a>",
            esc(&node.table),
            NODE.0,
            NODE.1,
            x + 10,
            y + 18,
            esc(&shortened(&node.table))
        );
    }
    out.push_str("</svg></div>\n");
}

/// Names longer than a box end in dots.
fn shortened(table: &str) -> String {
    const WIDEST: usize = 32;
    if table.chars().count() <= WIDEST {
        table.to_owned()
    } else {
        format!("{}\u{2026}", table.chars().take(WIDEST - 1).collect::<String>())
    }
}

#[cfg(test)]
#[path = "docs_tests.rs"]
mod tests;
