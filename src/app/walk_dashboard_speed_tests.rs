//! How fast the dashboards are, in figures that are printed: a click that filters until the page is drawn anew over the real engine, and
//! frames of a chart of a hundred thousand points.
//!
//! `KARAT_WALK_WORKSPACE` names the workspace that is clicked through; without it a small bank is made.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use egui_kittest::Harness;

use super::fixtures::{Fixture, dashboards};
use super::shell::Shell;
use super::walk_speed_tests::{engine, frame, harness_at, milliseconds, perform};
use crate::engine::pages::{DashboardFilter, DashboardPage, DashboardView, narrowed_by};
use crate::engine::{Command, Page, Query};

/// Frames until the answer to the page's own query has been drawn; how long that took.
fn redrawn(harness: &mut Harness<'static, Shell>, frames: &mut Vec<Duration>) -> Duration {
    let began = Instant::now();
    let state = &harness.state().pages.dashboards;
    let query = Query::Dashboard { page: state.page, filter: state.filter.clone() };
    loop {
        let is_there = harness.state().data.known(&query).is_some();
        frames.push(frame(harness));
        if is_there {
            return began.elapsed();
        }
        assert!(began.elapsed() < Duration::from_secs(60), "no answer to {query:?}");
        std::thread::sleep(Duration::from_micros(500));
    }
}

fn workspace(dir: &Path) -> (PathBuf, bool) {
    std::env::var_os("KARAT_WALK_WORKSPACE").map_or_else(|| (dir.join("ws"), false), |named| (named.into(), true))
}

/// What a person clicks on a page, one after the other: each part of each chart that filters, at most so many.
fn clicks(view: &DashboardView, most: usize) -> Vec<DashboardFilter> {
    let parts = view.charts.iter().filter_map(|chart| Some((chart.facet.as_deref()?, &chart.filter_keys)));
    let first_two = parts.flat_map(|(facet, keys)| keys.iter().flatten().take(2).map(move |key| (facet, key)));
    first_two.map(|(facet, key)| narrowed_by(&DashboardFilter::default(), facet, key)).take(most).collect()
}

#[test]
fn a_click_that_filters_is_drawn_soon() {
    let dir = tempfile::tempdir().expect("a folder");
    let engine = engine(dir.path());
    let (ws, is_there) = workspace(dir.path());
    if is_there {
        perform(&engine, Command::Open { dir: ws });
    } else {
        let files = dir.path().join("files");
        perform(&engine, Command::Generate { customers: 60, seed: 5, dir: files.clone(), thin: true });
        perform(&engine, Command::Create { dir: ws, name: "Bank".to_owned(), from: Some(files) });
    }
    let mut harness = harness_at(Box::new(engine), "dashboards");
    let mut all = Vec::new();
    for page in DashboardPage::ALL {
        harness.state_mut().pages.dashboards.page = page;
        harness.state_mut().pages.dashboards.filter = DashboardFilter::default();
        let mut frames = Vec::new();
        let first = redrawn(&mut harness, &mut frames);
        let query = Query::Dashboard { page, filter: DashboardFilter::default() };
        let clicks = match harness.state().data.known(&query).as_deref() {
            Some(Page::Dashboard(view)) => clicks(view, 8),
            other => panic!("{other:?}"),
        };
        let mut waits = Vec::new();
        for filter in clicks {
            harness.state_mut().pages.dashboards.filter = filter;
            waits.push(redrawn(&mut harness, &mut frames));
        }
        if !waits.is_empty() {
            println!(
                "{}: opened after {:.1} ms; {} clicks drawn after {:.1} ms (median), {:.1} (most); frames {:.1} ms (median), {:.1} (most)",
                page.name(),
                first.as_secs_f64() * 1e3,
                waits.len(),
                milliseconds(&waits, 0.5),
                milliseconds(&waits, 1.0),
                milliseconds(&frames, 0.5),
                milliseconds(&frames, 1.0)
            );
        }
        all.extend(waits);
    }
    println!("all: {} clicks drawn after {:.1} ms (median), {:.1} (most)", all.len(), milliseconds(&all, 0.5), milliseconds(&all, 1.0));
    assert!(all.len() > 20, "{} clicks", all.len());
}

#[test]
fn a_chart_of_a_hundred_thousand_points_is_drawn_frame_by_frame() {
    const POINTS: usize = 100_000;
    let (backend, state) = Fixture::pair();
    let mut view = dashboards::view(DashboardPage::Executive, &DashboardFilter::default());
    let chart = &mut view.charts[0];
    chart.x_labels = (0..POINTS).map(|at| format!("place {at}")).collect();
    chart.spans.clear();
    for (at, series) in chart.series.iter_mut().enumerate() {
        let value = |place: usize| f64::from(u32::try_from((place * 7_919 + at * 31) % 10_007).expect("a small number"));
        series.values = (0..POINTS).map(|place| Some(value(place))).collect();
    }
    *state.board.borrow_mut() = Some(Arc::new(Page::Dashboard(Box::new(view))));
    let mut harness = harness_at(backend, "dashboards");
    harness.run_steps(4);
    let mut frames = Vec::new();
    for step in 0_u8..100 {
        harness.hover_at(egui::pos2(300.0 + f32::from(step) * 3.0, 400.0));
        frames.push(frame(&mut harness));
    }
    println!(
        "a chart of {POINTS} points, {} frames with the pointer over it: {:.2} ms (median), {:.2} (99 %), {:.2} (most)",
        frames.len(),
        milliseconds(&frames, 0.5),
        milliseconds(&frames, 0.99),
        milliseconds(&frames, 1.0)
    );
    assert!(milliseconds(&frames, 0.5) < 250.0, "a debug build; two points to a pixel are drawn");
}
