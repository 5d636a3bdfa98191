//! Walks the window by accessible names, as a screen reader would: every control answers, the keys send what they say.

use std::path::PathBuf;
use std::rc::Rc;
use std::sync::mpsc::{Receiver, channel};

use egui::{Key, Modifiers, Vec2};
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use egui_kittest::{Harness, Node};

use super::fixtures::{Fixture, State};
use super::settings::Settings;
use super::shell::Shell;
use super::shell::files::{FilePicker, Want};
use super::theme;
use crate::engine::{Answer, Command, Query};

/// Answers at once with the same path.
struct GivenPath(&'static str);

impl FilePicker for GivenPath {
    fn pick(&self, _want: Want, _title: &str, wake: Box<dyn Fn() + Send>) -> Receiver<Vec<PathBuf>> {
        let (send, receive) = channel();
        send.send(vec![PathBuf::from(self.0)]).expect("the window listens");
        wake();
        receive
    }
}

pub(super) fn open(page: &str) -> (Harness<'static, Shell>, Rc<State>) {
    open_with(page, |_| {})
}

fn open_with(page: &str, set: impl FnOnce(&mut Settings)) -> (Harness<'static, Shell>, Rc<State>) {
    let (backend, state) = Fixture::pair();
    state.closed.set(page == "start");
    let mut settings = Settings::default();
    set(&mut settings);
    let mut shell = Shell::new(backend, settings).with_picker(Box::new(GivenPath("/data/exports")));
    shell.show_page(page).expect("a page");
    let harness = Harness::builder()
        .with_size(Vec2::new(1280.0, 720.0))
        .with_os(egui::os::OperatingSystem::Nix)
        .with_theme(egui::Theme::Light)
        .with_accessibility_check(false)
        .with_max_steps(40)
        .with_context_setup(theme::apply)
        .build_ui_state(|ui, shell: &mut Shell| shell.ui(ui), shell);
    let mut harness = harness;
    harness.run();
    (harness, state)
}

pub(super) fn press(harness: &mut Harness<'static, Shell>, name: &str) {
    harness.get_by_label(name).click();
    harness.run();
}

fn names(harness: &Harness<'static, Shell>) -> Vec<String> {
    harness.root().children_recursive().flat_map(|node| [node.accesskit_node().label(), node.accesskit_node().value()]).flatten().collect()
}

pub(super) fn says(harness: &Harness<'static, Shell>, words: &str) -> bool {
    names(harness).iter().any(|name| name.contains(words))
}

const PAGES: [&str; 28] = [
    "quality",
    "runs",
    "runs:schedule",
    "runs:retention",
    "sources:map:/data/exports/kunden_mitte.csv",
    "sources:quarantine",
    "query",
    "publish:criteria",
    "risk",
    "risk:evaluation",
    "risk:models",
    "risk:monitoring",
    "risk:what_if",
    "catalogue",
    "start",
    "sources",
    "match",
    "review",
    "review:approve",
    "customers",
    "customer:C-0731",
    "publish",
    "dashboards",
    "audit",
    "audit:people",
    "audit:verify",
    "audit:packs",
    "keys",
];

/// Role, name and state of everything, with what was sent and copied: what a person could notice.
fn fingerprint(harness: &Harness<'static, Shell>, state: &State) -> String {
    let mut text = String::new();
    for node in harness.root().children_recursive() {
        let node = node.accesskit_node();
        text.push_str(&format!("{:?} {:?} {:?} {:?} {:?}\n", node.role(), node.label(), node.value(), node.is_selected(), node.toggled()));
    }
    text.push_str(&format!("{:?} {} {:?}", state.sent.borrow(), state.cancelled.get(), harness.state().settings));
    text
}

fn is_control(node: &Node<'_>) -> bool {
    use egui::accesskit::Role;
    let node = node.accesskit_node();
    matches!(
        node.role(),
        Role::Button
            | Role::CheckBox
            | Role::Tab
            | Role::MenuItem
            | Role::MenuItemRadio
            | Role::RadioButton
            | Role::ListBoxOption
            | Role::Row
            | Role::ColumnHeader
            | Role::Cell
    ) && !node.is_disabled()
}

/// Heads that only name a column, and golden cells, are read but not pressed.
fn only_speaks(name: &str, page: &str) -> bool {
    name.starts_with("Golden ") || (page == "review" && name.contains(", line "))
}

fn controls(harness: &Harness<'static, Shell>, page: &str) -> Vec<(String, usize)> {
    let mut seen: Vec<(String, usize)> = Vec::new();
    let screen = egui::Rect::from_min_size(egui::Pos2::ZERO, Vec2::new(1280.0, 720.0));
    for node in harness.root().children_recursive().filter(is_control) {
        let name = node.accesskit_node().label().unwrap_or_default();
        assert!(!name.trim().is_empty(), "a control of {page} has no name: {:?} at {:?}", node.accesskit_node().role(), node.rect());
        // Scrolled away under the bottom bar.
        let is_of_list = node.accesskit_node().role() == egui::accesskit::Role::Row
            || ["Show the file", "Filter by"].iter().any(|start| name.starts_with(start));
        let hidden = is_of_list && node.rect().top() > 650.0;
        if hidden || only_speaks(&name, page) || !screen.contains(node.rect().center()) {
            continue;
        }
        let count = seen.iter().filter(|(known, _)| *known == name).count();
        seen.push((name, count));
    }
    seen
}

#[test]
fn every_control_of_every_page_answers() {
    let mut dead = Vec::new();
    for page in PAGES.into_iter().filter(|page| *page != "keys") {
        let (harness, _) = open(page);
        let controls = controls(&harness, page);
        assert!(controls.len() > 3, "{page} shows its controls");
        // Rows of a list are all alike: the first ones stand for the rest.
        let mut rows = 0;
        for (name, count) in controls {
            let (mut harness, state) = open(page);
            let node = harness
                .root()
                .children_recursive()
                .filter(is_control)
                .filter(|node| node.accesskit_node().label().as_deref() == Some(&name))
                .nth(count);
            let Some(node) = node else { panic!("{name} of {page} is gone") };
            let role = node.accesskit_node().role();
            if matches!(role, egui::accesskit::Role::Row | egui::accesskit::Role::ListBoxOption | egui::accesskit::Role::Cell) {
                rows += 1;
                if rows > 6 {
                    continue;
                }
            }
            let chosen = node.accesskit_node().is_selected() == Some(true)
                || node.accesskit_node().toggled() == Some(egui::accesskit::Toggled::True);
            if chosen && role != egui::accesskit::Role::CheckBox {
                // What is chosen already may stay as it is.
                continue;
            }
            // A row at a list's lower edge may be half hidden.
            let at = egui::pos2(node.rect().center().x, node.rect().top() + (node.rect().height() / 2.0).min(6.0));
            harness.hover_at(at);
            harness.run_steps(8);
            let before = fingerprint(&harness, &state);
            for pressed in [true, false] {
                harness.event(egui::Event::PointerButton {
                    pos: at,
                    button: egui::PointerButton::Primary,
                    pressed,
                    modifiers: Modifiers::NONE,
                });
            }
            harness.run_steps(1);
            let copied =
                harness.output().platform_output.commands.iter().any(|command| matches!(command, egui::OutputCommand::CopyText(_)));
            harness.run_steps(4);
            if !copied && fingerprint(&harness, &state) == before {
                dead.push(format!("{name:?} of {page}"));
            }
        }
    }
    assert!(dead.is_empty(), "these do nothing:\n{}", dead.join("\n"));
}

#[test]
fn the_keys_close_by_button_and_by_key() {
    let (mut harness, _) = open("keys");
    assert!(says(&harness, "go to a page of the rail"));
    press(&mut harness, "Close");
    assert!(!says(&harness, "go to a page of the rail"));
    harness.key_press(Key::F1);
    harness.run();
    assert!(says(&harness, "go to a page of the rail"));
    harness.key_press(Key::Escape);
    harness.run();
    assert!(!says(&harness, "go to a page of the rail"));
}

#[test]
fn everything_to_act_on_has_a_name() {
    for page in PAGES {
        let (harness, _) = open(page);
        assert_eq!(harness.unnamed_widgets(), Vec::<String>::new(), "{page}");
    }
}

#[test]
fn the_rail_leads_to_every_page() {
    let (mut harness, _) = open("sources");
    for (name, heading) in [
        ("Match", "Blocking rules"),
        ("Review, 175 open", "Customer C-1042"),
        ("Customers", "500 customers"),
        ("Publish, v42 built, not published", "Versions"),
        ("Dashboards", "Executive"),
        ("Runs", "Next run: 22 Nov 07:00"),
        ("Audit", "Saw personal data"),
    ] {
        harness
            .root()
            .children_recursive()
            .find(|node| {
                node.accesskit_node().label().as_deref() == Some(name) && node.accesskit_node().role() == egui::accesskit::Role::Tab
            })
            .expect(name)
            .click();
        harness.run();
        assert!(says(&harness, heading) || heading == "500 customers", "{name} shows {heading}");
    }
}

#[test]
fn the_answers_keys_send_decisions_and_move_on() {
    let (mut harness, state) = open("review");
    for (key, answer, item) in
        [(Key::M, Answer::Same, "i1"), (Key::D, Answer::Different, "i2"), (Key::M, Answer::Same, "i3"), (Key::S, Answer::Unsure, "i4")]
    {
        harness.key_press(key);
        harness.run();
        match state.last() {
            Some(Command::Decide { item: sent, answer: given, user, .. }) => {
                assert_eq!((sent.0.as_str(), given, user.as_str()), (item, answer, "Ines Fabry"));
            }
            other => panic!("{key:?} sent {other:?}"),
        }
    }
    assert_eq!(harness.state().pages.review.selected.as_ref().map(|id| id.0.clone()), Some("i5".to_owned()));
    harness.key_press_modifiers(Modifiers::COMMAND, Key::Z);
    harness.run();
    assert!(matches!(state.last(), Some(Command::Undo { .. })), "{:?}", state.last());
    // The item whose answer was taken back is in front again.
    assert_eq!(harness.state().pages.review.selected.as_ref().map(|id| id.0.clone()), Some("i4".to_owned()));
}

#[test]
fn moving_asks_for_the_neighbours_ahead() {
    let (mut harness, state) = open("review");
    let asked = |id: &str| state.asked.borrow().iter().any(|query| matches!(query, Query::Item(item) if item.0 == id));
    let items = || state.asked.borrow().iter().filter(|query| matches!(query, Query::Item(_))).count();
    assert!(asked("i1") && asked("i2") && asked("i3") && asked("i5") && !asked("i10"));
    let before = items();
    harness.key_press(Key::J);
    harness.run();
    assert_eq!(items(), before + 1, "each once");
    harness.key_press(Key::K);
    harness.run();
    assert_eq!(harness.state().pages.review.selected.as_ref().map(|id| id.0.clone()), Some("i1".to_owned()));
}

#[test]
fn letters_typed_in_the_filter_decide_nothing() {
    let (mut harness, state) = open("review");
    harness.key_press(Key::Slash);
    harness.run();
    harness.event(egui::Event::Text("mds".to_owned()));
    for key in [Key::M, Key::D, Key::S] {
        harness.key_press(key);
    }
    harness.run();
    assert!(state.sent.borrow().is_empty(), "{:?}", state.sent.borrow());
    assert_eq!(harness.state().pages.review.filter.text, "mds");
}

#[test]
fn w_hides_the_evidence_and_a_facet_filters() {
    let (mut harness, state) = open("review");
    assert!(says(&harness, "Match weight 7.9"));
    harness.key_press(Key::W);
    harness.run();
    assert!(says(&harness, "Net 7.9: likely the same person.") && harness.state().settings.waterfall_hidden, "the sentences alone");
    harness.key_press(Key::W);
    harness.run();
    assert!(!says(&harness, "Match weight 7.9"), "none of it");
    press(&mut harness, "Likely, 58");
    let asked = state.asked.borrow();
    assert!(asked.iter().any(|query| matches!(query, Query::Queue(filter) if filter.bands.contains("likely"))));
}

#[test]
fn run_cancel_and_files() {
    let (mut harness, state) = open("sources");
    harness.key_press(Key::F5);
    harness.run();
    assert_eq!(state.last(), Some(Command::Run { publish: false, full_refresh: false }));
    state.running.set(true);
    harness.run_steps(2);
    assert!(says(&harness, "36,204 of 95,310"));
    harness.key_press(Key::Escape);
    harness.run_steps(2);
    assert_eq!(state.cancelled.get(), 1);
    state.running.set(false);
    harness.key_press_modifiers(Modifiers::COMMAND, Key::O);
    harness.run();
    press(&mut harness, "Choose a folder");
    match state.last() {
        Some(Command::Ingest { paths, .. }) => assert_eq!(paths, [PathBuf::from("/data/exports")]),
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_start_page_opens_makes_and_takes_typed_paths() {
    let (mut harness, state) = open("start");
    harness.key_press(Key::Enter);
    harness.run();
    assert!(matches!(state.last(), Some(Command::OpenSample { .. })), "{:?}", state.last());
    let (mut harness, state) = open("start");
    harness.key_press_modifiers(Modifiers::COMMAND, Key::N);
    harness.run();
    press(&mut harness, "Choose a folder of files");
    press(&mut harness, "Make the workspace");
    match state.last() {
        Some(Command::Create { dir, name, from }) => {
            assert_eq!((dir, name.as_str(), from), (PathBuf::from("/data/exports.karat"), "exports", Some(PathBuf::from("/data/exports"))));
        }
        other => panic!("{other:?}"),
    }
    let (mut harness, state) = open("start");
    harness.key_press_modifiers(Modifiers::COMMAND, Key::O);
    harness.run();
    harness.event(egui::Event::Text("/data/apex".to_owned()));
    harness.run();
    assert!(harness.root().children_recursive().any(|node| node.accesskit_node().value().as_deref() == Some("/data/apex")), "typed");
    harness.key_press(Key::Enter);
    harness.run();
    assert_eq!(state.last(), Some(Command::Open { dir: PathBuf::from("/data/apex") }));
}

#[test]
fn publishing_explains_itself_and_rolling_back_asks() {
    let (mut harness, state) = open("publish");
    harness.key_press_modifiers(Modifiers::COMMAND | Modifiers::SHIFT, Key::P);
    harness.run();
    assert!(state.sent.borrow().is_empty());
    assert!(says(&harness, "One test of severity error stands"));
    press(&mut harness, "Restore v40");
    assert!(state.sent.borrow().is_empty());
    let restore = harness
        .root()
        .children_recursive()
        .filter(|node| node.accesskit_node().label().as_deref() == Some("Restore v40"))
        .last()
        .expect("the dialog's button");
    restore.click();
    harness.run();
    assert!(matches!(state.last(), Some(Command::Rollback { version: Some(version), .. }) if version.0 == 40), "{:?}", state.last());
}

#[test]
fn the_palette_finds_and_opens() {
    let (mut harness, _) = open("sources");
    harness.key_press_modifiers(Modifiers::COMMAND, Key::K);
    harness.run();
    harness.event(egui::Event::Text("petra".to_owned()));
    harness.run();
    harness.key_press(Key::Enter);
    harness.run();
    assert!(says(&harness, "Golden record"));
    assert_eq!(harness.state().pages.customers.open.map(|key| key.0), Some(731));
}

#[test]
fn a_branch_bar_filters_and_a_tile_opens_its_table() {
    let (mut harness, state) = open("dashboards");
    press(&mut harness, "Filter by Downtown Main");
    assert!(
        state
            .asked
            .borrow()
            .iter()
            .any(|query| matches!(query, Query::Dashboard { filter, .. } if filter.branch.as_deref() == Some("BR001")))
    );
    press(&mut harness, "Remove filter Branch: Downtown Main");
    assert_eq!(harness.state().pages.dashboards.filter, Default::default());
    press(&mut harness, "Total Customers 131 , +2.3\u{2009}% from 128");
    assert!(says(&harness, "Copy as TSV"));
}

#[derive(Debug)]
struct Dropped(PathBuf);

impl egui::DroppedFile for Dropped {
    fn path(&self) -> &std::path::Path {
        &self.0
    }

    fn bytes(&self) -> Result<Vec<u8>, String> {
        Err("the window does not read files".to_owned())
    }
}

#[test]
fn dropped_files_are_added_or_make_a_workspace() {
    let (mut harness, state) = open("review");
    harness.input_mut().dropped_files.push(std::sync::Arc::new(Dropped("/data/a.csv".into())));
    harness.run();
    assert!(matches!(state.last(), Some(Command::Ingest { paths, .. }) if paths == [PathBuf::from("/data/a.csv")]), "{:?}", state.last());
    let (mut harness, state) = open("start");
    harness.input_mut().dropped_files.push(std::sync::Arc::new(Dropped("/data/bank".into())));
    harness.run();
    assert!(state.sent.borrow().is_empty());
    press(&mut harness, "Make the workspace");
    assert!(
        matches!(state.last(), Some(Command::Create { from: Some(from), .. }) if from.as_os_str() == "/data/bank"),
        "{:?}",
        state.last()
    );
}

#[test]
fn the_theme_changes_and_is_kept() {
    let (mut harness, _) = open("sources");
    press(&mut harness, "Theme: as the system");
    assert_eq!(harness.state().settings.theme, theme::ThemeChoice::Dark);
}

#[test]
fn nothing_moves_while_nothing_happens() {
    for page in PAGES {
        let (harness, _) = open(page);
        let delay = harness.output().viewport_output.values().map(|viewport| viewport.repaint_delay).min().expect("a viewport");
        assert!(delay > std::time::Duration::from_millis(300), "{page} repaints after {delay:?}");
    }
}
