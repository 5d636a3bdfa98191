use super::*;
use crate::app::fixtures::review as fixture;

#[test]
fn the_waterfall_ends_at_the_weight_and_skips_what_is_ignored() {
    let proof = proof(&fixture::item("i1").expect("the fixture"));
    let [.., last, net] = proof.bars.as_slice() else { panic!("bars") };
    assert!((last.to - 7.9).abs() < 1e-9, "{}", last.to);
    assert_eq!((net.ink, net.value.as_str()), (Ink::Net, "+7.9"));
    let ignored = proof.bars.iter().find(|bar| bar.ink == Ink::Ignored).expect("the shared e-mail");
    assert!((ignored.from - ignored.to).abs() < 1e-9);
    assert_eq!(proof.pair, Some(("salesforce".into(), "google_sheets".into())));
}

#[test]
fn the_sheet_knows_its_groups_and_keeps_what_is_not_compared_below() {
    let sheet = sheet(&fixture::item("i1").expect("the fixture"), false);
    assert_eq!(sheet.columns.iter().map(|column| column.begins_group).collect::<Vec<_>>(), [false, false, false, true]);
    let group = sheet.groups.get(1).expect("two groups");
    assert_eq!((group.title.as_str(), group.detail.as_str(), group.from, group.to), ("Same person?", "C-1187, 1 record", 3, 4));
    let first_other = sheet.lines.iter().position(|line| line.kind == LineKind::NotCompared).expect("some");
    assert!(sheet.lines.iter().skip(first_other).all(|line| line.kind == LineKind::NotCompared));
}

#[test]
fn the_foot_counts_and_measures() {
    let page = fixture::queue(&QueueFilter::default());
    let foot = foot(&page, &[0.0, 10.0, 20.0]);
    assert_eq!((foot.decided, foot.total, foot.speed.as_deref()), (37, 212, Some("6.0 a minute")));
    assert_eq!(foot.left.as_deref(), Some("about 29 minutes left"));
    assert_eq!(super::foot(&page, &[5.0]).speed, None);
}

#[test]
fn after_an_answer_the_next_open_item_comes() {
    let page = fixture::queue(&QueueFilter::default());
    let open = |row: &QueueRow| row.id.0 != "i3";
    assert_eq!(next_open(&page.items, 1, open), Some(3));
    let last = page.items.len() - 1;
    assert_eq!(next_open(&page.items, last, open), Some(0));
    assert_eq!(next_open(&page.items, 0, |_| false), None);
}
