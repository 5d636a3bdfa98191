//! What a person should know of a match of files, a sentence each.

use super::match_input::Input;
use crate::base::money::group_thousands;
use crate::matching::MatchOutcome;
use crate::matching::auto::ColumnChoice;
use crate::matching::diagnostics::RuleReport;

/// Rules with blocks left out that are told one by one.
const RULES_TOLD: usize = 3;

pub(super) fn notes(input: &Input, columns: &[ColumnChoice], found: &MatchOutcome) -> Vec<String> {
    let mut notes = input.notes.clone();
    notes.extend(columns.iter().filter_map(|choice| choice.warning.clone()));
    let mut skipping: Vec<&RuleReport> = found.diagnostics.blocking.rules.iter().filter(|rule| rule.skipped_blocks > 0).collect();
    skipping.sort_by_key(|rule| std::cmp::Reverse(rule.skipped_pairs));
    notes.extend(skipping.iter().take(RULES_TOLD).map(|rule| about_guard(input, rule)));
    if skipping.len() > RULES_TOLD {
        notes.push(format!(
            "{} more blocking rules left out blocks; report.json names them under candidate_pairs_per_rule.",
            skipping.len() - RULES_TOLD
        ));
    }
    if found.scored_pairs == 0 && input.records.len() > 1 {
        notes.push(
            "No two records were compared: no two agree on the keys of a blocking rule. Look at the columns and rules in match.toml."
                .to_owned(),
        );
    }
    notes
}

fn about_guard(input: &Input, rule: &RuleReport) -> String {
    let blocks = if rule.skipped_blocks == 1 { "a block".to_owned() } else { format!("{} blocks", group_thousands(rule.skipped_blocks)) };
    let records = &input.records;
    // A block is named by a record of it: its key is somebody's value.
    let example = rule.largest.iter().find(|block| block.skipped).and_then(|block| {
        let row = block.example as usize;
        Some(format!(
            " The largest holds record {} of {}.",
            records.ids.get(row)?,
            records.sources.get(usize::from(*records.source.get(row)?))?
        ))
    });
    format!(
        "Blocking rule \"{}\" left out {blocks} of {} records, which would make {} pairs: too many to compare.{} Pairs that no other rule gives are missed; give the rule one more key in match.toml, or raise pairs_per_record_and_rule.",
        rule.blocking_rule,
        group_thousands(rule.skipped_records),
        group_thousands(rule.skipped_pairs),
        example.unwrap_or_default()
    )
}
