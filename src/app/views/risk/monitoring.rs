//! How predictions lay from gold to gold: drift of scores and features since training, agreement with the rule, share of Critical.

use egui::{Rect, Ui};

use super::charts::{self, Curve};
use super::{Risk, model};
use crate::app::theme::kind::{DENSE, DENSE_M, icon};
use crate::app::theme::tokens;
use crate::app::views::parts;
use crate::app::widgets::table::{Column, Table};
use crate::app::widgets::{draw, empty};
use crate::app::words;
use crate::engine::pages::{ChurnPage, FeatureDrift, WatchView};

pub fn show(ui: &mut Ui, rect: Rect, state: &mut Risk, page: &ChurnPage) {
    let t = tokens(ui);
    if page.watches.is_empty() {
        let words = "Nothing is scored yet. Each run with a model in production notes here how its predictions lie.";
        empty::show(ui, rect, icon::TREND_UP, words, None);
        return;
    }
    draw::fill(ui, rect, 0.0, t.bg2);
    let inner = rect.shrink(12.0);
    let left = inner.with_max_x(inner.left() + inner.width() * 0.56 - 6.0);
    let right = inner.with_min_x(left.right() + 12.0);
    let split = left.top() + (left.height() * 0.45).max(160.0).min(left.height());
    trend(ui, left.with_max_y(split - 6.0), page);
    golds(ui, left.with_min_y(split + 6.0), state, page);
    let chosen = state.watched.and_then(|gold| page.watches.iter().find(|watch| watch.gold_version == gold)).or(page.watches.first());
    if let Some(watch) = chosen {
        features(ui, right, watch);
    }
}

fn trend(ui: &mut Ui, rect: Rect, page: &ChurnPage) {
    let t = tokens(ui);
    let oldest_first: Vec<&WatchView> = page.watches.iter().rev().collect();
    let golds: Vec<u32> = oldest_first.iter().map(|watch| watch.gold_version).collect();
    let points = |value: &dyn Fn(&WatchView) -> Option<f64>| {
        (0_u32..).zip(&oldest_first).filter_map(|(at, watch)| Some([f64::from(at), value(watch)?.clamp(0.0, 1.0)])).collect::<Vec<_>>()
    };
    let curve = |name: &str, color, points| Curve { name: name.to_owned(), points, color, dots: true };
    let curves = [
        curve("Share of Critical", t.con, points(&|watch| Some(watch.critical_share))),
        curve("Same tier as the rule", t.series[0], points(&|watch| watch.agreement)),
    ];
    charts::trend(ui, rect, "From gold to gold", &golds, &curves);
}

fn golds(ui: &mut Ui, rect: Rect, state: &mut Risk, page: &ChurnPage) {
    let (_, body) = parts::panel(ui, rect, "Golds that were scored", true);
    let columns = [
        Column::fixed("Gold", 56.0),
        Column::fixed("Model", 60.0),
        Column::flex("As of", 1.0, 90.0),
        Column::fixed("Scored", 76.0).right(),
        Column::fixed("Critical", 76.0).right(),
        Column::flex("As the rule", 1.0, 84.0).right(),
        Column::flex("Scores, PSI", 1.2, 130.0),
    ];
    let cells = |at: usize| page.watches.get(at).map(gold_texts).unwrap_or_default();
    let newest = page.watches.first().map(|watch| watch.gold_version);
    let chosen = state.watched.or(newest);
    let table = Table {
        salt: "risk-golds",
        name: "Golds that were scored",
        columns: &columns,
        rows: page.watches.len(),
        row_height: 28.0,
        selected: page.watches.iter().position(|watch| Some(watch.gold_version) == chosen),
        show: None,
        sort: None,
        texts: &cells,
    };
    let answer = table.show(ui, body, |cell, at, column| {
        let Some(watch) = page.watches.get(at) else { return };
        let t = cell.t;
        let text = gold_texts(watch).get(column).cloned().unwrap_or_default();
        let warns = column == 6 && watch.drift.scores.is_some_and(|psi| psi >= crate::engine::pages::PSI_OLD);
        let color = match (warns, column) {
            (true, _) => t.warn.text,
            (_, 0) => t.t1,
            _ => t.t2,
        };
        cell.text(&text, if column == 0 { DENSE_M } else { DENSE }, color);
    });
    if let Some(watch) = answer.clicked.or(answer.opened).and_then(|at| page.watches.get(at)) {
        state.watched = Some(watch.gold_version);
    }
    parts::panel_edge(ui, rect);
}

fn gold_texts(watch: &WatchView) -> Vec<String> {
    vec![
        format!("v{}", watch.gold_version),
        watch.model_version.to_string(),
        words::date(&watch.as_of),
        words::count(watch.customers),
        words::percent(watch.critical_share),
        watch.agreement.map_or_else(|| "no rule".to_owned(), words::percent),
        watch.drift.scores.map_or_else(|| "\u{2013}".to_owned(), |psi| format!("{psi:.3}, {}", model::psi_words(psi))),
    ]
}

fn features(ui: &mut Ui, rect: Rect, watch: &WatchView) {
    let title = format!("Features of v{} since training, the furthest first", watch.gold_version);
    let (_, body) = parts::panel(ui, rect, &title, true);
    if watch.drift.features.is_empty() {
        empty::show(ui, body, icon::TABLE, "Nobody was scored in this gold.", None);
        return;
    }
    let columns = [
        Column::flex("Feature", 2.0, 130.0),
        Column::fixed("PSI", 60.0).right(),
        Column::flex("Since training", 1.2, 110.0),
        Column::fixed("Missing then", 92.0).right(),
        Column::fixed("Now", 66.0).right(),
    ];
    let cells = |at: usize| watch.drift.features.get(at).map(feature_texts).unwrap_or_default();
    let table = Table {
        salt: "risk-features",
        name: "Drift of features",
        columns: &columns,
        rows: watch.drift.features.len(),
        row_height: 26.0,
        selected: None,
        show: None,
        sort: None,
        texts: &cells,
    };
    table.show(ui, body, |cell, at, column| {
        let Some(feature) = watch.drift.features.get(at) else { return };
        let t = cell.t;
        let warns = column == 2 && feature.psi >= crate::engine::pages::PSI_MOVED;
        let text = feature_texts(feature).get(column).cloned().unwrap_or_default();
        cell.text(
            &text,
            DENSE,
            if warns {
                t.warn.text
            } else if column < 2 {
                t.t1
            } else {
                t.t2
            },
        );
    });
    parts::panel_edge(ui, rect);
}

fn feature_texts(feature: &FeatureDrift) -> Vec<String> {
    vec![
        words::capital(&feature.name.replace('_', " ")),
        format!("{:.3}", feature.psi),
        model::psi_words(feature.psi).to_owned(),
        words::percent(feature.missing_then),
        words::percent(feature.missing_now),
    ]
}
