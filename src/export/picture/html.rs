//! A page for a browser: one file, nothing fetched, the charts as SVG, each with its definition, SQL and table.

use std::fmt::Write as _;

use super::canvas::escaped;
use super::fonts::css;
use super::{Board, Figure, Picture, chart_svg};
use crate::base::DataTable;
use crate::base::shown::{cell, head};

const STYLE: &str = "body{font:14px/1.4 Inter,'Helvetica Neue','Segoe UI',Roboto,'Noto Sans','Liberation Sans',Arial,sans-serif;color:#1A1917;background:#FAF9F6;margin:24px auto;max-width:1240px;padding:0 20px}
h1{font-size:22px;margin:0}p.stamp{color:#69645C;margin:4px 0 18px}
.figures{display:grid;grid-template-columns:repeat(auto-fit,minmax(180px,1fr));gap:12px}
.figure,.chart{background:#fff;border:1px solid #E3E0D9;border-radius:10px;padding:12px}
.figure b{font-size:24px;font-weight:600}.figure small{color:#69645C}.figure .good{color:#1D7240}.figure .bad{color:#924E00}
.charts{display:grid;grid-template-columns:repeat(auto-fit,minmax(520px,1fr));gap:12px;margin-top:12px}
.chart svg{width:100%;height:auto}details{margin-top:6px;color:#56524B}summary{cursor:pointer}pre{white-space:pre-wrap;background:#FAF9F6;padding:8px;border-radius:6px}
table{border-collapse:collapse;font-size:12px}td,th{padding:3px 10px;border-bottom:1px solid #E3E0D9;text-align:left}td.n{text-align:right}";
/// Rows of a table that are shown; a file of its data has all of them.
const ROWS: usize = 500;

/// The whole page.
pub fn board_html(board: &Board) -> String {
    let mut html = String::new();
    // Infallible, here and below: it writes into a string.
    let _ = write!(
        html,
        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><title>{0}</title><style>{4}{STYLE}</style></head><body>\n<h1>{0}</h1>\n<p class=\"stamp\">{1}<br>{2}<br>{3}</p>\n<section class=\"figures\">\n",
        escaped(&board.title),
        escaped(&board.stamp.workspace),
        escaped(&board.stamp.filters),
        escaped(&board.stamp.snapshot),
        css()
    );
    for figure in &board.figures {
        tile(&mut html, figure);
    }
    html.push_str("</section>\n<section class=\"charts\">\n");
    for picture in &board.pictures {
        let _ = write!(html, "<article class=\"chart\">{}", chart_svg(picture, &board.stamp));
        behind(&mut html, &picture.definition, &picture.sql);
        rows(&mut html, picture);
        html.push_str("</article>\n");
    }
    html.push_str("</section>\n</body></html>\n");
    html
}

fn tile(html: &mut String, figure: &Figure) {
    let class = match figure.better {
        Some(true) => " class=\"good\"",
        Some(false) => " class=\"bad\"",
        None => "",
    };
    let _ = write!(
        html,
        "<article class=\"figure\"><div>{}</div><b>{}</b> <small>{}</small><div{class}>{}</div>",
        escaped(&figure.title),
        escaped(&figure.value),
        escaped(&figure.unit),
        escaped(&figure.change)
    );
    behind(html, &figure.definition, &figure.sql);
    html.push_str("</article>\n");
}

fn behind(html: &mut String, definition: &str, sql: &str) {
    let _ = write!(html, "<details><summary>Definition and SQL</summary><p>{}</p><pre>{}</pre></details>", escaped(definition), lines(sql));
}

/// SQL keeps its lines.
fn lines(sql: &str) -> String {
    sql.lines().map(escaped).collect::<Vec<_>>().join("\n")
}

fn rows(html: &mut String, picture: &Picture) {
    let DataTable { columns, rows, .. } = &picture.table;
    html.push_str("<details><summary>Table</summary><table><tr>");
    for column in columns {
        let _ = write!(html, "<th>{}</th>", escaped(&head(column)));
    }
    html.push_str("</tr>");
    for row in rows.iter().take(ROWS) {
        html.push_str("<tr>");
        for value in row {
            let class = if value.is_number() { " class=\"n\"" } else { "" };
            let _ = write!(html, "<td{class}>{}</td>", escaped(&cell(value)));
        }
        html.push_str("</tr>");
    }
    html.push_str("</table></details>");
}
