use super::*;
use crate::warehouse::fixture::{build_all, connect, load_folder, shared_data, small};

fn built() -> Connection {
    let mut conn = small();
    build_all(&mut conn, "2025-12-31");
    conn
}

fn tile<'a>(board: &'a Dashboard, id: &str) -> &'a Tile {
    board.tiles.iter().find(|t| t.id == id).unwrap()
}

fn chart<'a>(board: &'a Dashboard, id: &str) -> &'a Chart {
    board.charts.iter().find(|c| c.id == id).unwrap()
}

#[test]
fn the_executive_page_counts_what_gold_holds() {
    let conn = built();
    let filter = DashboardFilter { from: Some("2025-10-01".into()), ..Default::default() };
    let board = dashboard(&conn, DashboardPage::Executive, &filter).unwrap();
    assert_eq!((board.period.as_str(), board.period_before.as_str()), ("1 Oct to 31 Dec 2025", "1 Jul to 30 Sep 2025"));
    assert_eq!(board.filter.currency.as_deref(), Some("USD"));
    assert_eq!(board.tiles.len(), 6);
    let customers = tile(&board, "total_customers");
    assert_eq!(customers.value, "4");
    assert!(customers.settled_share.is_some_and(|share| share < 1.0));
    assert_eq!((tile(&board, "total_balance").value.as_str(), tile(&board, "total_balance").unit.as_str()), ("621", "USD"));
    assert_eq!(tile(&board, "total_transactions").number, Some(3.0));
    assert_eq!(tile(&board, "open_complaints").number, Some(2.0));
    let branches = chart(&board, "balance_by_branch");
    assert_eq!(branches.x_labels, ["Downtown Main", "Westside Plaza"]);
    assert_eq!(branches.filter_keys, ["BR001", "BR002"]);
    let flow = chart(&board, "credit_and_debit");
    assert_eq!(flow.x_labels, ["Oct 2025", "Nov 2025", "Dec 2025"]);
    assert_eq!(flow.series[1].values[2], Some(300.0));
    assert_eq!(chart(&board, "amount_over_time").series.len(), 2);
}

#[test]
fn a_branch_and_a_currency_narrow_every_figure() {
    let conn = built();
    let filter = DashboardFilter { branch: Some("BR002".into()), currency: Some("EUR".into()), ..Default::default() };
    let board = dashboard(&conn, DashboardPage::Executive, &filter).unwrap();
    assert_eq!(tile(&board, "total_balance").value, "1,000");
    assert_eq!(tile(&board, "total_balance").unit, "EUR");
    assert_eq!(tile(&board, "total_transactions").number, None);
}

#[test]
fn every_page_has_tiles_and_charts_with_their_rows() {
    let conn = built();
    for page in DashboardPage::ALL {
        let board = dashboard(&conn, page, &DashboardFilter::default()).unwrap();
        assert!(board.tiles.len() >= 4 && board.charts.len() >= 3, "{page:?}");
        for tile in &board.tiles {
            assert!(!tile.definition.is_empty() && !tile.sql.is_empty(), "{page:?} {}", tile.id);
            assert!(tile.number.is_some() || tile.change_text == "no source", "{page:?} {}", tile.id);
        }
        for chart in &board.charts {
            assert!(!chart.definition.is_empty() && !chart.sql.is_empty(), "{page:?} {}", chart.id);
            assert!(!chart.table.rows.is_empty() || chart.note.is_some(), "{page:?} {}", chart.id);
            assert!(chart.filter_keys.is_empty() || chart.filter_keys.len() == chart.x_labels.len());
            for series in &chart.series {
                assert!(series.values.len() == chart.x_labels.len(), "{page:?} {}", chart.id);
            }
        }
    }
}

#[test]
fn a_bank_without_accounts_says_so() {
    let Some(folder) = shared_data("banks/002_apex_bank_churn") else { return };
    let mut conn = connect(None);
    load_folder(&conn, &folder);
    build_all(&mut conn, "2026-01-11");
    let board = dashboard(&conn, DashboardPage::Executive, &DashboardFilter::default()).unwrap();
    assert_eq!(tile(&board, "total_balance").value, "\u{2013}");
    assert_eq!(tile(&board, "total_balance").change_text, "no source");
    assert!(tile(&board, "total_transactions").number.is_some_and(|n| n > 100.0));
    for page in DashboardPage::ALL {
        let started = std::time::Instant::now();
        dashboard(&conn, page, &DashboardFilter::default()).unwrap();
        println!("{page:?} {:?}", started.elapsed());
    }
}
