//! How fast the window is, in figures: two hundred questions decided by keys over the real engine, and a queue of a hundred thousand.
//!
//! `KARAT_WALK_CUSTOMERS` (300 where it is not set) says for how large a bank, `KARAT_WALK_LOOK_MS` (20) for how long each question is
//! looked at before its key; the figures are printed.

use std::path::Path;
use std::sync::{Arc, LazyLock};
use std::time::{Duration, Instant};

use egui::{Key, Vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _};

use super::fixtures::{Fixture, review};
use super::settings::Settings;
use super::shell::Shell;
use super::theme;
use crate::base::{Clock, ItemId};
use crate::engine::pages::QueuePage;
use crate::engine::{Backend, Command, Engine, Event, Outcome, Page, Query, SessionOptions};

fn harness(backend: Box<dyn Backend>) -> Harness<'static, Shell> {
    harness_at(backend, "review")
}

pub(super) fn harness_at(backend: Box<dyn Backend>, page: &str) -> Harness<'static, Shell> {
    let mut shell = Shell::new(backend, Settings::default());
    shell.show_page(page).expect("a page");
    Harness::builder()
        .with_size(Vec2::new(1280.0, 720.0))
        .with_theme(egui::Theme::Light)
        .with_accessibility_check(false)
        .with_max_steps(40)
        .with_context_setup(theme::apply)
        .build_ui_state(|ui, shell: &mut Shell| shell.ui(ui), shell)
}

/// A frame and how long it took. The window's time is the clock's: what waits for a look waits as long as it does for a person.
pub(super) fn frame(harness: &mut Harness<'static, Shell>) -> Duration {
    static START: LazyLock<Instant> = LazyLock::new(Instant::now);
    let began = Instant::now();
    harness.input_mut().time = Some(START.elapsed().as_secs_f64());
    harness.step();
    began.elapsed()
}

pub(super) fn engine(dir: &Path) -> Engine {
    let options = SessionOptions {
        clock: Clock::System,
        user: "ines".to_owned(),
        holder: "a test".to_owned(),
        wait: Duration::from_secs(5),
        read_only_if_held: false,
        read_only: false,
        prepares_review: true,
        watches: false,
        keeps_schedule: false,
        keys: dir.join("keys"),
    };
    Engine::new(options, Box::new(|| {}))
}

pub(super) fn perform(engine: &Engine, command: Command) {
    let job = engine.send(command);
    loop {
        std::thread::sleep(Duration::from_millis(5));
        for event in engine.poll() {
            if let Event::Ended { job: ended, outcome } = event
                && ended == job
            {
                assert!(matches!(outcome, Outcome::Done(_)), "{outcome:?}");
                return;
            }
        }
    }
}

pub(super) fn milliseconds(of: &[Duration], share: f64) -> f64 {
    let mut sorted: Vec<f64> = of.iter().map(|one| one.as_secs_f64() * 1e3).collect();
    sorted.sort_by(f64::total_cmp);
    #[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a place in a short list")]
    let at = ((sorted.len() - 1) as f64 * share).round() as usize;
    sorted[at]
}

/// The item that the comparison shows: read as a screen reader does.
fn shown(harness: &Harness<'static, Shell>) -> Option<String> {
    let all = harness.root().children_recursive();
    all.filter_map(|node| node.accesskit_node().label()).find(|label| label.starts_with("Compared: "))
}

#[test]
fn two_hundred_questions_are_decided_by_keys_alone() {
    let customers: u32 = std::env::var("KARAT_WALK_CUSTOMERS").ok().and_then(|text| text.parse().ok()).unwrap_or(300);
    let look: u64 = std::env::var("KARAT_WALK_LOOK_MS").ok().and_then(|text| text.parse().ok()).unwrap_or(20);
    let dir = tempfile::tempdir().expect("a folder");
    let (files, ws) = (dir.path().join("files"), dir.path().join("ws"));
    let engine = engine(dir.path());
    perform(&engine, Command::Generate { customers, seed: 5, dir: files.clone(), thin: false });
    perform(&engine, Command::Create { dir: ws, name: "Bank".to_owned(), from: Some(files) });
    let mut harness = harness(Box::new(engine));
    let queue = |harness: &Harness<'static, Shell>| -> Option<Arc<Page>> {
        harness.state().data.known(&Query::Queue(harness.state().pages.review.filter.clone()))
    };
    let began = Instant::now();
    while shown(&harness).is_none() && began.elapsed() < Duration::from_secs(60) {
        std::thread::sleep(Duration::from_millis(5));
        frame(&mut harness);
    }
    let open = match queue(&harness).as_deref() {
        Some(Page::Queue(queue)) => usize::try_from(queue.open_total).expect("a count"),
        other => panic!("{other:?}"),
    };
    let wanted = open.min(200);
    assert!(wanted > 10, "{wanted} questions");
    let (mut waits, mut frames) = (Vec::new(), Vec::new());
    let started = Instant::now();
    for at in 0..wanted {
        let before = harness.state().pages.review.selected.clone();
        let key = [Key::M, Key::D, Key::S][at % 3];
        let pressed = Instant::now();
        harness.key_press(key);
        // One key; frames until the next question's own comparison is on screen.
        loop {
            frames.push(frame(&mut harness));
            let selected = harness.state().pages.review.selected.clone();
            let there = selected.as_ref().is_some_and(|id| harness.state().data.known(&Query::Item(id.clone())).is_some());
            if at + 1 == wanted || selected != before && there {
                break;
            }
            assert!(pressed.elapsed() < Duration::from_secs(20), "the next question does not come: {selected:?}");
            std::thread::sleep(Duration::from_millis(1));
        }
        waits.push(pressed.elapsed());
        // A person looks at it a moment; the engine works meanwhile.
        let looks = Instant::now();
        while looks.elapsed() < Duration::from_millis(look) {
            std::thread::sleep(Duration::from_millis(16));
            frames.push(frame(&mut harness));
        }
    }
    println!(
        "{wanted} of {open} questions of {customers} customers in {:.1} s: next on screen after {:.1} ms (median), {:.1} (99 %), {:.1} (most); frames {:.1} ms (median), {:.1} (99 %), {:.1} (most)",
        started.elapsed().as_secs_f64(),
        milliseconds(&waits, 0.5),
        milliseconds(&waits, 0.99),
        milliseconds(&waits, 1.0),
        milliseconds(&frames, 0.5),
        milliseconds(&frames, 0.99),
        milliseconds(&frames, 1.0)
    );
    let ended = Instant::now();
    while harness.state().data.is_working() && ended.elapsed() < Duration::from_secs(30) {
        std::thread::sleep(Duration::from_millis(5));
        frame(&mut harness);
    }
    harness.run_steps(3);
    let log = harness.state_mut().data.look(&Query::Decisions);
    let began = Instant::now();
    let mut page = log.page;
    while page.is_none() && began.elapsed() < Duration::from_secs(10) {
        std::thread::sleep(Duration::from_millis(5));
        frame(&mut harness);
        page = harness.state_mut().data.look(&Query::Decisions).page;
    }
    match page.as_deref() {
        Some(Page::Decisions(all)) => assert_eq!(all.len(), wanted, "each key is one entry of the log"),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_queue_of_a_hundred_thousand_is_moved_through_frame_by_frame() {
    const ITEMS: usize = 100_000;
    let (backend, state) = Fixture::pair();
    let small = review::queue(&Default::default());
    let row = small.items[0].clone();
    let items = (0..ITEMS).map(|at| {
        let mut row = row.clone();
        row.id = ItemId(format!("i{at}"));
        row.title = format!("{} {at}", row.title);
        row
    });
    let total = ITEMS as u64;
    *state.queue.borrow_mut() =
        Some(Arc::new(Page::Queue(QueuePage { items: Arc::new(items.collect()), open_total: total, total, ..small })));
    let mut harness = harness(backend);
    harness.run_steps(4);
    let mut frames = Vec::new();
    let list = harness.get_by_label("Filter the queue").rect().center() + egui::vec2(0.0, 420.0);
    harness.hover_at(list);
    for step in 0..300 {
        harness.event(egui::Event::MouseWheel {
            unit: egui::MouseWheelUnit::Point,
            delta: egui::vec2(0.0, if step % 100 < 90 { -4_000.0 } else { 20_000.0 }),
            modifiers: egui::Modifiers::NONE,
            phase: egui::TouchPhase::Move,
            source: egui::MouseWheelSource::Wheel,
        });
        frames.push(frame(&mut harness));
    }
    let scrolled = frames.len();
    for key in [Key::J, Key::K, Key::N, Key::N, Key::J, Key::J] {
        harness.key_press(key);
        frames.push(frame(&mut harness));
        frames.push(frame(&mut harness));
    }
    harness.state_mut().pages.review.filter.sort = crate::engine::QueueSort::HighestValue;
    frames.push(frame(&mut harness));
    harness.state_mut().pages.review.filter.text = "petra".into();
    frames.push(frame(&mut harness));
    println!(
        "a queue of {ITEMS}: {scrolled} frames of scrolling and {} of filter and sort: {:.2} ms (median), {:.2} (99 %), {:.2} (most)",
        frames.len() - scrolled,
        milliseconds(&frames, 0.5),
        milliseconds(&frames, 0.99),
        milliseconds(&frames, 1.0)
    );
    assert!(milliseconds(&frames, 0.99) < 100.0, "a debug build; nothing grows with the queue");
}
