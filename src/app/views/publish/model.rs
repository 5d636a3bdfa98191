//! What Publish shows, as plain words. No egui.

use serde::Serialize;

use crate::app::words;
use crate::engine::pages::{PublishPage, TestOutcome, VersionRow};

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Model {
    pub live: Option<u32>,
    pub built: Option<u32>,
    /// "v42, built 07:02"
    pub built_words: Option<String>,
    pub refused: Option<String>,
    pub banner: Banner,
    /// Places of the figures that show.
    pub figures: Vec<usize>,
    pub changed: usize,
    pub tests: Tests,
    pub versions: Vec<Version>,
    /// "12 kept, 310 MB"
    pub kept: String,
    /// The version that "Roll back" goes to.
    pub before: Option<u32>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Banner {
    pub mood: Mood,
    pub title: String,
    pub detail: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Mood {
    Good,
    Warning,
    Bad,
    Quiet,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Tests {
    pub failed: u64,
    pub warned: u64,
    pub passed: u64,
    /// The ones that did not pass, errors first.
    pub open: Vec<Test>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Test {
    pub is_error: bool,
    pub title: String,
    pub detail: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Version {
    pub version: u32,
    pub state: String,
    pub at: String,
    pub detail: String,
    pub restores: bool,
}

pub fn build(page: &PublishPage, changed_only: bool, waiting: u64) -> Model {
    let time = page.built_at.as_deref().map(words::moment);
    let built_words = page.built.map(|version| match &time {
        Some(time) => format!("v{version}, built {time}"),
        None => format!("v{version}, built"),
    });
    let versions: Vec<Version> = page.versions.iter().map(version).collect();
    let kept = page.versions.iter().filter(|row| row.state != "removed").count() as u64;
    Model {
        live: page.live,
        built: page.built,
        built_words,
        refused: page.refused_because.clone(),
        banner: banner(page, waiting),
        figures: (0..page.figures.len()).filter(|at| !changed_only || page.figures.get(*at).is_some_and(|figure| figure.changed)).collect(),
        changed: page.figures.iter().filter(|figure| figure.changed).count(),
        tests: tests(page),
        before: versions
            .iter()
            .find(|version| version.state == "kept" && page.live.is_some_and(|live| version.version < live))
            .map(|version| version.version),
        versions,
        kept: format!("{} kept, {}", words::count(kept), words::bytes(page.size_bytes)),
    }
}

/// `waiting`: decisions that the built version does not know yet.
fn banner(page: &PublishPage, waiting: u64) -> Banner {
    let stays = page.live.map_or_else(|| "People see no gold yet.".to_owned(), |live| format!("People still see v{live}."));
    match (page.built, &page.refused_because) {
        (Some(version), Some(why)) => {
            let first = page.tests.iter().find(|test| test.is_error()).map(detail).unwrap_or_default();
            let why = why.trim_end_matches('.');
            Banner { mood: Mood::Bad, title: format!("{why}, so v{version} can't be published. {stays}"), detail: first }
        }
        (Some(version), None) if waiting > 0 => Banner {
            mood: Mood::Warning,
            title: format!(
                "{} made since v{version} was built. Run again, so that it holds what was decided.",
                words::counted(waiting, "decision was", "decisions were")
            ),
            detail: stays,
        },
        (Some(version), None) if page.tests_warned > 0 => Banner {
            mood: Mood::Warning,
            title: format!("v{version} can be published. {}.", words::counted(page.tests_warned, "test warns", "tests warn")),
            detail: stays,
        },
        (Some(version), None) => {
            Banner { mood: Mood::Good, title: format!("v{version} can be published: every test passed."), detail: stays }
        }
        (None, _) => {
            let title = match page.live {
                Some(live) => match page.versions.iter().find(|row| row.version > live && row.state == "rolled back") {
                    Some(row) => format!("v{live} is what people see; v{} was rolled back.", row.version),
                    None => format!("v{live} is what people see. Nothing newer is built."),
                },
                None => "Nothing is built yet.".to_owned(),
            };
            Banner {
                mood: Mood::Quiet,
                title,
                detail: "Run builds a new gold beside the published one; nobody sees it before it is published.".to_owned(),
            }
        }
    }
}

fn fails(test: &TestOutcome) -> bool {
    test.is_error() || test.is_warning()
}

fn detail(test: &TestOutcome) -> String {
    if test.message.is_empty() {
        format!("{} on {}: {}", test.name, test.model, words::counted(test.failing_rows, "row fails", "rows fail"))
    } else {
        format!("{}: {}", test.name, test.message)
    }
}

fn tests(page: &PublishPage) -> Tests {
    let mut open: Vec<Test> = page
        .tests
        .iter()
        .filter(|test| fails(test))
        .map(|test| Test { is_error: test.is_error(), title: format!("{} on {}", test.name, test.model), detail: detail(test) })
        .collect();
    open.sort_by_key(|test| !test.is_error);
    Tests { failed: page.tests_failed, warned: page.tests_warned, passed: page.tests_passed, open }
}

fn version(row: &VersionRow) -> Version {
    let at = row.published_at.as_deref().unwrap_or(&row.built_at);
    let mut parts = Vec::new();
    if let Some(user) = row.user.as_deref().filter(|user| !user.is_empty()) {
        parts.push(user.to_owned());
    }
    parts.push(words::counted(row.customers, "customer", "customers"));
    if let Some(at) = &row.restored_at {
        let by = row.restored_by.as_deref().map(|by| format!(" by {by}")).unwrap_or_default();
        parts.push(format!("restored {}{by}", words::moment(at)));
    }
    Version {
        version: row.version,
        state: row.state.clone(),
        at: words::moment(at),
        detail: parts.join(", "),
        restores: matches!(row.state.as_str(), "kept" | "rolled back"),
    }
}

#[cfg(test)]
mod tests_of_model {
    use super::*;
    use crate::app::fixtures::publish as fixture;

    #[test]
    fn a_failed_test_says_so_and_live_stays() {
        let model = build(&fixture::refused(), false, 0);
        assert_eq!(model.banner.title, "One test of severity error stands, so v42 can't be published. People still see v41.");
        assert_eq!(model.banner.detail, "relationships: 4 rows of customer_record have a branch that is not in dim_branch.");
        assert_eq!((model.before, model.built_words.as_deref()), (Some(40), Some("v42, built 21 Nov 07:02")));
        assert!(model.versions.iter().all(|version| version.restores == matches!(version.state.as_str(), "kept" | "rolled back")));
    }

    #[test]
    fn only_changed_figures_show_when_asked() {
        let page = fixture::page();
        assert_eq!((build(&page, false, 0).figures.len(), build(&page, true, 0).figures.len()), (9, 3));
        assert_eq!(build(&PublishPage::default(), false, 0).banner.mood, Mood::Quiet);
        let mut page = page;
        page.refused_because = None;
        page.built = Some(42);
        let told = build(&page, false, 2).banner.title;
        assert_eq!(told, "2 decisions were made since v42 was built. Run again, so that it holds what was decided.");
    }
}
