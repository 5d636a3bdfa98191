//! What the log shows, as plain words. No egui.

use crate::app::words;
use crate::engine::pages::{DecisionPage, DecisionView, GoldenSide, UndoDifference};

/// "Joined", "Kept apart": what an entry is.
pub fn kind_name(one: &DecisionView) -> &'static str {
    match (one.kind.as_str(), one.relation.as_deref()) {
        ("same", _) => "Joined",
        ("different", _) => "Kept apart",
        ("split", _) => "Cut",
        ("related", Some("household")) => "One household",
        ("related", Some("parent_child")) => "Parent and child",
        ("related", Some("business_of")) => "A person and their business",
        ("related", _) => "Related",
        ("override", _) => "Golden value",
        ("naming", _) => "Spelling",
        _ => "Unsure",
    }
}

/// Entries that have every typed word in who, when, what or why.
pub fn listed<'a>(all: &'a [DecisionView], text: &str) -> Vec<&'a DecisionView> {
    let typed: Vec<String> = text.split_whitespace().map(str::to_lowercase).collect();
    let fits = |one: &&DecisionView| {
        let reason = one.reason.as_deref().unwrap_or_default();
        let whole =
            format!("{} {} {} {} {} {reason}", one.user, one.at, words::moment(&one.at), one.summary, kind_name(one)).to_lowercase();
        typed.iter().all(|word| whole.contains(word))
    };
    all.iter().filter(fits).collect()
}

/// The difference that shows.
pub fn difference(page: &DecisionPage, with_dependants: bool) -> &UndoDifference {
    if with_dependants { &page.with_dependants } else { &page.only_this }
}

/// "Take back", "Take back both", "Take back all 3"
pub fn take_back_words(entries: usize) -> String {
    match entries {
        0 | 1 => "Take it back".to_owned(),
        2 => "Take both back".to_owned(),
        many => format!("Take all {many} back"),
    }
}

/// One side of the difference: whose record, and each field with whether it is another one than on the other side.
pub fn side_lines(side: &GoldenSide, others: &[GoldenSide]) -> Vec<(String, String, bool)> {
    let same =
        |label: &str, value: &str| others.iter().any(|other| other.fields.iter().any(|(known, held)| known == label && held == value));
    side.fields.iter().map(|(label, value)| (label.clone(), value.clone(), !same(label, value))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::fixtures::workbench;

    #[test]
    fn the_log_is_searched_by_who_when_and_what() {
        let log = workbench::log();
        assert_eq!(listed(&log, "okonjo").len(), 1);
        assert_eq!(listed(&log, "fabry c-0731").iter().map(|one| one.decision.0).collect::<Vec<_>>(), [88]);
        assert_eq!(listed(&log, "19 nov").len(), 3);
        assert_eq!(listed(&log, "").len(), 3);
    }

    #[test]
    fn what_would_be_new_is_marked() {
        let page = workbench::decision(88).expect("the fixture");
        let difference = difference(&page, false);
        let after = difference.after.get(1).expect("two customers");
        assert!(side_lines(after, &difference.before).iter().all(|(_, _, is_new)| *is_new));
        let kept = difference.after.first().expect("the first");
        assert!(side_lines(kept, &difference.before).iter().all(|(_, _, is_new)| !is_new));
        assert_eq!(take_back_words(page.with_dependants.taken_back.len()), "Take both back");
    }
}
