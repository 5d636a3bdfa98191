//! Comments for a `match.toml` that was chosen: what each part means, why it is there, what it gave.

use crate::base::money::group_thousands;
use crate::matching::auto::ColumnChoice;
use crate::matching::blocking::RuleCount;
use crate::matching::levels::{bounds, levels_of};
use crate::matching::settings::{Comparison, Field};

use super::{ConfigError, MatchConfig};

/// What is known of a run that a reader of its `match.toml` wants to know. All of it may be empty.
#[derive(Debug, Clone, Copy, Default)]
pub struct Reasons<'a> {
    pub columns: &'a [ColumnChoice],
    pub rules: &'a [RuleCount],
    pub threshold_reason: &'a str,
    pub notes: &'a [String],
}

const HEAD: &str = "\
# How Karat matched these files. Change what is wrong and match again:
#   karat match FILES --config match.toml --out DIR
";
const FIELDS: &str = "\
# Fields: what is read from the columns, in a standard form.
#   kind: given_name, family_name, suffix, organisation, email, phone, date, gender, street, city, postcode, id, category, text,
#         number, position (latitude and longitude), list (several items in one cell)
#   part: whole; of a name given, middle, family, suffix; of a date year, month, day; of an address street, city, postcode;
#         of a position latitude, longitude
";
const RULES: &str = "\
# Blocking rules: two records are compared where they agree on all keys of one of these rules.
#   transform: whole, { prefix = 4 }, { last = 7 }, phonetic, full_form, sorted_tokens, year, year_month, month_day, local_part,
#              house_number, street_name, tokens (each word or item is a key of its own)
";
const COMPARISONS: &str = "\
# Comparisons: what is weighed, each with its levels from agreeing to differing. Training finds how much each level says.
#   kind: those of the fields, and for numbers number, for dates date (of birth) or date_difference, for positions distance,
#         for lists list, for texts text, jaccard or cosine
#   evidence: person (members of a household differ in it) or household (they share it)
#   bounds (number, date_difference, distance, jaccard, cosine): where the levels lie, as in
#         [\"1 %\", \"5 %\", \"20 %\"], [\"10\", \"100\", \"500\"], [\"3 days\", \"1 month\", \"1 year\"], [\"0.1 km\", \"1 km\", \"10 km\"], [\"0.9\", \"0.7\", \"0.4\"]
";
const CONFLICTS: &str = "# Conflicts: where all of these hold, two records are never joined without a person's word.\n";

impl MatchConfig {
    /// The text with comments; read again it gives the same configuration. Errors only where a number is not finite.
    pub fn to_commented_toml(&self, reasons: &Reasons<'_>) -> Result<String, ConfigError> {
        let plain = self.to_toml()?;
        let mut out = String::from(HEAD);
        out.push_str(&columns_and_notes(reasons));
        out.push('\n');
        let (mut fields, mut rules, mut comparisons, mut conflicts) = (0, 0, 0, 0);
        for line in plain.lines() {
            match line {
                "[[fields]]" => {
                    open(&mut out, &mut fields, FIELDS);
                    out.push_str(&self.settings.fields.get(fields - 1).map(|field| about_field(field, reasons)).unwrap_or_default());
                }
                "[[blocking_rules_to_generate_predictions]]" => {
                    open(&mut out, &mut rules, RULES);
                    let rule = self.settings.blocking_rules_to_generate_predictions.get(rules - 1);
                    let count = rule.and_then(|rule| reasons.rules.iter().find(|count| count.blocking_rule == rule.blocking_rule));
                    out.push_str(&count.map(about_rule).unwrap_or_default());
                }
                "[[comparisons]]" => {
                    open(&mut out, &mut comparisons, COMPARISONS);
                    out.push_str(&self.settings.comparisons.get(comparisons - 1).map(about_comparison).unwrap_or_default());
                }
                "[[conflicts]]" => open(&mut out, &mut conflicts, CONFLICTS),
                other => out.push_str(&about_setting(other, reasons)),
            }
            out.push_str(line);
            out.push('\n');
        }
        Ok(out)
    }
}

/// Before the first of a kind stands what the kind is.
fn open(out: &mut String, count: &mut usize, section: &str) {
    if *count == 0 {
        out.push_str(section);
    }
    *count += 1;
}

fn columns_and_notes(reasons: &Reasons<'_>) -> String {
    let mut text = String::new();
    if !reasons.columns.is_empty() {
        text.push_str("#\n# The columns, what each was taken for, and why:\n");
    }
    let widest = reasons.columns.iter().map(|choice| choice.column.chars().count()).max().unwrap_or(0).min(32);
    for choice in reasons.columns {
        let role = if choice.is_used { choice.role.words() } else { "not compared".to_owned() };
        text.push_str(&comment(&format!("  {:widest$}  {role}: {}", choice.column, choice.why)));
    }
    if !reasons.notes.is_empty() {
        text.push_str("#\n# What to know of this run:\n");
    }
    for note in reasons.notes {
        text.push_str(&comment(&format!("  {note}")));
    }
    text
}

/// One line of comment, whatever a name of a column holds.
fn comment(text: &str) -> String {
    let one_line: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    format!("# {}\n", one_line.trim_end())
}

fn about_field(field: &Field, reasons: &Reasons<'_>) -> String {
    let told = field.inputs.iter().filter_map(|input| {
        let choice = reasons.columns.iter().find(|choice| choice.column == input.column)?;
        Some(format!("\"{}\" {}", choice.column, choice.why))
    });
    let mut told: Vec<String> = told.collect();
    told.dedup();
    if told.is_empty() { String::new() } else { comment(&told.join("; ")) }
}

fn about_rule(count: &RuleCount) -> String {
    let mut text = if count.left_out {
        let pairs = group_thousands(count.pairs);
        format!("Not used: of its {pairs} pairs training expected hardly a match; leave_out_poor_rules = false uses it all the same")
    } else {
        format!("{} pairs, {} of them from no rule above", group_thousands(count.pairs), group_thousands(count.new_pairs))
    };
    if count.skipped_blocks > 0 {
        text.push_str(&format!(
            "; {} blocks of {} records left out as too large ({} pairs)",
            group_thousands(count.skipped_blocks),
            group_thousands(count.skipped_records),
            group_thousands(count.skipped_pairs)
        ));
    }
    comment(&text)
}

fn about_comparison(comparison: &Comparison) -> String {
    let labels: Vec<String> = levels_of(comparison.kind)
        .iter()
        .enumerate()
        .rev()
        .map(|(gamma, level)| bounds::label(comparison.kind, &comparison.bounds, gamma).unwrap_or_else(|| level.label.to_owned()))
        .collect();
    comment(&labels.join("; "))
}

fn about_setting(line: &str, reasons: &Reasons<'_>) -> String {
    let Some((key, _)) = line.split_once(" = ") else { return String::new() };
    match key {
        "link_type" => comment("dedupe_only: within the files; link_only: between files; link_and_dedupe: both"),
        "auto_threshold" => {
            let why = if reasons.threshold_reason.is_empty() { String::new() } else { format!(" This run: {}", reasons.threshold_reason) };
            comment(&format!("match_probability from which two records are one, where precision_at_least does not find a better one.{why}"))
        }
        "precision_at_least" => {
            comment("the threshold goes down as far as this share of right pairs allows; take it out to fix auto_threshold")
        }
        "review_floor" => comment("match_probability from which pairs are written to pairs.csv"),
        "pairs_per_record_and_rule" => comment("a rule that would give more leaves out its largest blocks, and says so"),
        "leave_out_poor_rules" => comment("after training, rules that bring hardly a match for very many pairs are not used, and named"),
        "sources_unique" => comment("files without duplicates: a cluster holds at most one record of each"),
        "header" => comment("whether the first rows of the files hold the names of the columns"),
        _ => String::new(),
    }
}
