use super::*;
use crate::app::fixtures::risk;

#[test]
fn the_list_is_narrowed_by_tier_owner_and_words() {
    let page = risk::page();
    let of = |search: &Search| listed(&page, search, "Ines Fabry").iter().map(|at| id(&page.rows[*at])).collect::<Vec<_>>();
    assert_eq!(of(&Search::default()).len(), page.rows.len());
    assert_eq!(of(&Search { tier: Some(Tier::Critical), ..Search::default() }), ["C-0731", "C-0412"]);
    assert_eq!(of(&Search { whose: Whose::Mine, ..Search::default() }), ["C-0731"]);
    assert_eq!(of(&Search { text: "spring waiver".into(), ..Search::default() }), ["C-0731"]);
    assert_eq!(of(&Search { by_loss: true, ..Search::default() })[0], "C-0412");
    let mut search = Search::default();
    search.sort(true);
    let falling = of(&search);
    search.sort(true);
    assert_eq!(of(&search).into_iter().rev().collect::<Vec<_>>(), falling, "pressed again, the other way round");
    search.sort(false);
    assert_eq!(of(&search), of(&Search::default()), "another column begins with the most");
}

#[test]
fn what_is_missing_is_said_with_what_to_do() {
    let none = risk::untrained();
    let (words, remedy) = why_absent(&none, "no source: no model of churn is in production.");
    assert!(words.contains("No model is trained yet") && remedy == Remedy::Train, "{words}");
    let (words, remedy) = why_absent(&ChurnPage { gold_version: None, ..risk::untrained() }, "");
    assert!(words.contains("Run, then publish") && remedy == Remedy::Run, "{words}");
    let mut candidate = risk::page();
    candidate.models.retain(|model| model.stage != ModelStage::Production);
    assert_eq!(why_absent(&candidate, "x").1, Remedy::Models);
}

#[test]
fn assumptions_are_read_or_say_what_is_wrong() {
    let typed = |contact: &str, success: &str| Costs { contact: contact.into(), success: success.into(), value: "1,000".into() };
    let found = typed("12.5", "30").read().expect("numbers");
    assert!((found.cost_of_contact - 12.5).abs() < 1e-9 && (found.success_rate - 0.3).abs() < 1e-9 && found.value_per_customer > 999.0);
    assert!(typed("much", "30").read().unwrap_err().starts_with("Cost of a contact"));
    assert!(typed("1", "300").read().unwrap_err().contains("between 0 and 1"));
}

#[test]
fn a_draft_is_the_work_that_stands_until_it_is_changed() {
    let page = risk::page();
    let row = page.rows.first().expect("a row");
    let work = row.work.as_ref().map(|entry| &entry.work);
    let draft = Draft::of(row.customer.expect("a key"), work);
    assert_eq!(Some(&draft.work()), work);
    assert_eq!(Draft { owner: "  ".into(), ..draft }.work().owner, None);
    assert_eq!(money(Some(-1_234_500.0), Some("USD")), "\u{2212}12,345\u{2009}USD");
}
