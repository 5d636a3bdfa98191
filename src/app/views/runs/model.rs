//! What Runs shows, as plain words. No egui.

use crate::app::words;
use crate::engine::JobProgress;
use crate::engine::pages::{MailState, ModelOutcome, RetentionRule, RunLine, RunsPage, ScheduleView};

/// How something stands, for its icon and colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mood {
    Quiet,
    Busy,
    Done,
    Warn,
    Error,
}

/// The state of a run in a word.
pub fn state(run: &RunLine) -> (Mood, &'static str) {
    match run.state.as_str() {
        "running" => (Mood::Busy, "Running"),
        "done" if run.errors > 0 || run.models_left > 0 => (Mood::Warn, "Done"),
        "done" => (Mood::Done, "Done"),
        "failed" => (Mood::Error, "Failed"),
        "cancelled" => (Mood::Quiet, "Cancelled"),
        _ => (Mood::Warn, "Interrupted"),
    }
}

/// The state of a model or a test of a run.
pub fn state_of_model(state: &str) -> (Mood, &'static str) {
    match state {
        "built" => (Mood::Done, "built"),
        "failed" => (Mood::Error, "failed"),
        "skipped" => (Mood::Warn, "skipped"),
        _ => (Mood::Quiet, "no source"),
    }
}

/// Where the chosen run stands in the list; the newest where none is chosen.
pub fn place(page: &RunsPage, chosen: Option<i64>) -> usize {
    chosen.and_then(|chosen| page.runs.iter().position(|run| run.run == chosen)).unwrap_or(0)
}

pub fn took(run: &RunLine) -> String {
    if run.seconds > 0.0 { words::seconds(run.seconds) } else { "\u{2013}".to_owned() }
}

/// "95, 3 new"
pub fn files(run: &RunLine) -> String {
    let new = if run.new_files > 0 { format!(", {} new", words::count(run.new_files)) } else { String::new() };
    format!("{}{new}", words::count(run.files))
}

/// "v41", "v42, not published"
pub fn gold(run: &RunLine) -> String {
    match run.gold_version {
        Some(version) if run.published => format!("v{version}"),
        Some(version) => format!("v{version}, not published"),
        None => "\u{2013}".to_owned(),
    }
}

/// "31", "31, 2 left out"
pub fn models(run: &RunLine) -> String {
    let left = if run.models_left > 0 { format!(", {} left out", words::count(run.models_left)) } else { String::new() };
    format!("{}{left}", words::count(run.models_built))
}

/// "1 error, 2 warnings"
pub fn tests(run: &RunLine) -> String {
    let mut parts = Vec::new();
    if run.errors > 0 {
        parts.push(words::counted(run.errors, "error", "errors"));
    }
    if run.warnings > 0 {
        parts.push(words::counted(run.warnings, "warning", "warnings"));
    }
    if parts.is_empty() { "\u{2013}".to_owned() } else { parts.join(", ") }
}

/// What became of its report, in a few words; more where the pointer rests.
pub fn report(run: &RunLine) -> (Mood, String) {
    match (&run.report.file, run.report.mail) {
        (_, MailState::Failed) => (Mood::Warn, "not sent".to_owned()),
        (Some(_), MailState::Sent) => (Mood::Done, "written, sent".to_owned()),
        (Some(_), MailState::Off) => (Mood::Quiet, "written".to_owned()),
        (None, MailState::Sent) => (Mood::Done, "sent".to_owned()),
        (None, MailState::Off) if run.report.message.is_empty() => (Mood::Quiet, "\u{2013}".to_owned()),
        (None, MailState::Off) => (Mood::Warn, "not written".to_owned()),
    }
}

/// One fact of the strip above the list.
#[derive(Debug, Clone, PartialEq)]
pub struct Fact {
    pub label: &'static str,
    pub words: String,
    pub below: String,
    pub mood: Mood,
}

pub fn facts(page: &RunsPage) -> [Fact; 4] {
    let (words, below, mood) = next(&page.schedule);
    let room = &page.forecast;
    let free = room.free_bytes.map_or_else(String::new, |free| format!("{} are free", words::bytes(free)));
    [
        Fact { label: "Next run", words, below, mood },
        Fact {
            label: "Room for a run",
            words: if room.needed_bytes > 0 { words::bytes(room.needed_bytes) } else { "not known yet".to_owned() },
            below: free,
            mood: if room.is_impossible {
                Mood::Error
            } else if room.is_tight {
                Mood::Warn
            } else {
                Mood::Quiet
            },
        },
        Fact {
            label: "Kept",
            words: if page.retention == "everything is kept" { "Everything".to_owned() } else { words::capital(&page.retention) },
            below: "by the retention rule".to_owned(),
            mood: Mood::Quiet,
        },
        Fact {
            label: "Reports go to",
            words: page.mail.clone().unwrap_or_else(|| "this workspace".to_owned()),
            below: if page.mail.is_some() { "and into reports".to_owned() } else { "into reports; [smtp] sends them, too".to_owned() },
            mood: Mood::Quiet,
        },
    ]
}

/// When the next one comes, what more there is to say, and how that stands.
fn next(schedule: &ScheduleView) -> (String, String, Mood) {
    if schedule.problem.is_some() {
        return ("The schedule can't be read".to_owned(), "Schedule says where".to_owned(), Mood::Error);
    }
    let Some(at) = schedule.next.first() else {
        return ("By hand".to_owned(), "no schedule is set".to_owned(), Mood::Quiet);
    };
    let missed = schedule.missed.len() as u64;
    if missed > 0 {
        return (words::moment(at), format!("{} missed", words::counted(missed, "run was", "runs were")), Mood::Warn);
    }
    (words::moment(at), schedule.words.clone(), Mood::Quiet)
}

/// The job is a run: its models show as they are built.
pub fn is_run(job: &JobProgress) -> bool {
    job.title.to_lowercase().contains("run")
}

/// The list with the run that goes on in front, where the list was made before it began.
pub fn with_going(page: &RunsPage, going: Option<&JobProgress>, user: &str) -> RunsPage {
    let mut page = page.clone();
    if going.is_some() && page.runs.first().is_none_or(|run| run.state != "running") {
        page.runs.insert(0, RunLine { state: "running".to_owned(), by: user.to_owned(), ..RunLine::default() });
    }
    page
}

/// Its number; nothing where it is not known yet.
pub fn number(run: &RunLine) -> String {
    if run.run > 0 { run.run.to_string() } else { String::new() }
}

/// Models of a run that goes on.
pub fn live_models(job: &JobProgress) -> Vec<ModelOutcome> {
    job.steps.iter().cloned().map(ModelOutcome::from).collect()
}

/// The rule as its fields show it.
pub fn rule_fields(rule: &RetentionRule) -> [String; 3] {
    [rule.batch_days, rule.gold_versions, rule.reports].map(|value| value.map(|value| value.to_string()).unwrap_or_default())
}

/// What the fields say: a whole number, or nothing: kept for ever. None where a field says something else.
pub fn rule_of(fields: &[String; 3]) -> Option<RetentionRule> {
    let read = |text: &str| match text.trim() {
        "" => Some(None),
        number => number.parse::<u32>().ok().map(Some),
    };
    let [batch_days, gold_versions, reports] = fields;
    Some(RetentionRule { batch_days: read(batch_days)?, gold_versions: read(gold_versions)?, reports: read(reports)? })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::fixtures::runs;

    #[test]
    fn a_run_is_told_in_words() {
        let page = runs::page();
        let told: Vec<(&str, String, String, String)> =
            page.runs.iter().map(|run| (state(run).1, gold(run), tests(run), report(run).1)).collect();
        let expected = [
            ("Done", "v42, not published", "2 warnings", "written, sent"),
            ("Failed", "\u{2013}", "\u{2013}", "not sent"),
            ("Cancelled", "\u{2013}", "\u{2013}", "\u{2013}"),
            ("Done", "v41", "1 error, 2 warnings", "written"),
        ];
        for (found, wanted) in told.iter().zip(expected) {
            assert_eq!((found.0, found.1.as_str(), found.2.as_str(), found.3.as_str()), wanted);
        }
        assert_eq!((files(&page.runs[0]).as_str(), models(&page.runs[3]).as_str()), ("95, 3 new", "29, 2 left out"));
        assert_eq!(place(&page, Some(10)), 2);
        assert_eq!(place(&page, Some(99)), 0);
    }

    #[test]
    fn the_strip_says_what_is_missed_and_what_is_tight() {
        let page = runs::page();
        let facts = facts(&page);
        assert_eq!((facts[0].words.as_str(), facts[0].below.as_str(), facts[0].mood), ("22 Nov 07:00", "1 run was missed", Mood::Warn));
        assert_eq!(facts[1].mood, Mood::Warn);
        let mut wrong = page.clone();
        wrong.schedule =
            ScheduleView { cron: Some("x".into()), problem: Some("it has 1 of five fields".into()), ..ScheduleView::default() };
        assert_eq!(super::facts(&wrong)[0].mood, Mood::Error);
        wrong.schedule = ScheduleView::default();
        assert_eq!(super::facts(&wrong)[0].words, "By hand");
    }

    #[test]
    fn a_rule_is_read_from_its_fields() {
        let fields = |texts: [&str; 3]| texts.map(str::to_owned);
        let rule = rule_of(&fields(["90", "", " 60 "])).expect("a rule");
        assert_eq!((rule.batch_days, rule.gold_versions, rule.reports), (Some(90), None, Some(60)));
        assert_eq!(rule_of(&rule_fields(&rule)), Some(rule));
        for wrong in ["-1", "many", "1.5", "99999999999"] {
            assert_eq!(rule_of(&fields(["", wrong, ""])), None, "{wrong}");
        }
    }
}
