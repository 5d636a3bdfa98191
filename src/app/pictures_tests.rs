//! Pictures of every page, drawn where KARAT_PICTURES names a folder: to be looked at beside the mock-ups.

use std::path::PathBuf;

use super::fixtures::Fixture;
use super::screenshot::{Picture, draw};
use super::settings::{Recent, Settings};
use super::shell::Shell;

const DRAWN: &[&str] = &[
    "start",
    "sources",
    "sources:map:/data/exports/kunden_mitte.csv",
    "sources:mappings",
    "sources:quarantine",
    "match",
    "match:preview",
    "match:suggested",
    "match:measured",
    "match:audited",
    "review",
    "review:i2",
    "review:graph",
    "review:bulk",
    "review:audit",
    "review:log",
    "customers",
    "customer:C-0731",
    "publish",
    "publish:criteria",
    "audit",
    "audit:people",
    "audit:verify",
    "audit:packs",
    "review:approve",
    "review:timeline",
    "dashboards",
    "query",
    "catalogue",
    "runs",
    "runs:schedule",
    "runs:retention",
    "quality",
    "catalogue:lineage:silver.dim_account",
    "catalogue:lineage:silver.dim_account.balance_minor",
    "dashboards:transactions",
    "risk",
    "risk:evaluation",
    "risk:models",
    "risk:monitoring",
    "risk:what_if",
    "risk:loan_default/worklist",
    "palette:pe",
    "keys",
];

#[test]
fn pictures_of_every_page() {
    let Ok(dir) = std::env::var("KARAT_PICTURES") else {
        eprintln!("pictures skipped: KARAT_PICTURES names no folder");
        return;
    };
    let only = std::env::var("KARAT_PAGE").unwrap_or_default();
    let sizes = std::env::var("KARAT_SIZES").unwrap_or_else(|_| "1280x720 1920x1080".into());
    for page in DRAWN.iter().copied() {
        if !only.is_empty() && !only.split(' ').any(|only| only == page) {
            continue;
        }
        for size in sizes.split(' ') {
            let Some((width, height)) = size.split_once('x') else { continue };
            for dark in [false, true] {
                let (backend, state) = Fixture::pair();
                state.closed.set(page == "start");
                state.previewed.set(page == "match:preview");
                state.suggested.set(page == "match:suggested");
                let shown = if page == "match:suggested" { "match:preview" } else { page };
                let mut settings = Settings::default();
                for (name, dir, subtitle, opened) in [
                    ("Branch clean-up", "/home/ines/Work/branches", "not published yet", "2026-11-02"),
                    ("Riverside pilot", "/home/ines/Work/riverside-pilot", "48,210 customers, gold v7", "2026-11-14"),
                    ("Apex National Bank", "/home/ines/Documents/apex", "500 customers, gold v41", "2026-11-21"),
                ] {
                    settings.remember(Recent { name: name.into(), dir: dir.into(), subtitle: subtitle.into(), opened: opened.into() });
                }
                let mut shell = Shell::new(backend, settings);
                let size = (width.parse().expect("a width"), height.parse().expect("a height"));
                let picture = Picture { page: shown, size, scale: 1.0, dark, pointer: None };
                let name = format!("{}-{}-{}x{}.png", page.replace([':', '/'], "-"), if dark { "dark" } else { "light" }, size.0, size.1);
                draw(&mut shell, &picture, &PathBuf::from(&dir).join(name)).expect("a picture");
            }
        }
    }
}
