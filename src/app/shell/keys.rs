//! The keys of the page that is open (F1 or ?).

use egui::{Rect, Ui, pos2, vec2};

use crate::app::cx::Nav;
use crate::app::theme::kind::{DENSE, DENSE_B};
use crate::app::theme::tokens;
use crate::app::widgets::{Button, ButtonSize, area, dialog, draw, kbd};

type Keys = &'static [(&'static str, &'static str)];

const EVERYWHERE: Keys = &[
    ("Ctrl K", "search and all actions"),
    ("Ctrl 1   Ctrl 0", "go to a page of the rail; Ctrl R: Risk, Ctrl U: Runs"),
    ("F5", "run: match, build, test"),
    ("Ctrl O", "add files, or open a workspace on the start page"),
    ("Ctrl N", "new workspace from a folder of files"),
    ("Ctrl Z", "undo the last decision"),
    ("F9", "mask personal data, or show them (the log says so)"),
    ("Esc", "close what is open, or cancel the running job"),
    ("Ctrl +   Ctrl \u{2212}", "larger, smaller"),
    ("Tab   Enter", "move through the controls and press one"),
];

const REVIEW: Keys = &[
    ("M", "same person: join the groups"),
    ("D", "different: keep them apart"),
    ("H   1   4", "related, not the same: household, parent and child, business, otherwise"),
    ("S", "unsure: later"),
    ("J   K", "next, previous"),
    ("\u{2191}   \u{2193}   \u{2190}   \u{2192}", "to a field of the comparison"),
    ("1   9", "there: take that record's value"),
    ("E   P   R", "there: type, pin, give back to the rule"),
    ("A   C   \u{21e7} N", "give to somebody, comment, hand-over note"),
    ("N   V", "new since the last run; standardised values"),
    ("\u{21e7} S", "put aside until a day"),
    ("B", "blind: hide score and evidence until answered"),
    ("T", "timelines of both, beside each other"),
    ("G", "graph: Tab walks the links, X cuts one, \u{21e7} X parts its ends, Enter commits"),
    ("\u{21e7} B", "groups of one evidence pattern: sample and approve"),
    ("L", "decision log: who, when, why, take back"),
    ("W   \u{21e7} W", "forms of the evidence, what would flip it"),
    ("/", "filter the queue"),
];

fn of_page(nav: Option<Nav>) -> (&'static str, Keys) {
    match nav {
        None => (
            "On the start page",
            &[("Enter", "open the sample bank"), ("Ctrl O", "open a workspace"), ("Ctrl N", "new from a folder of files")],
        ),
        Some(Nav::Sources) => (
            "In Sources",
            &[
                ("Ctrl O", "add files"),
                ("Ctrl C", "copy the chosen row"),
                ("Enter", "mapping: take a column up, put it on a field"),
                ("Ctrl Z", "mapping: take the last change back"),
                ("Ctrl \u{21b5}", "mapping: save and load; quarantine: read again"),
                ("J   K   E", "quarantine: next, previous, change the text"),
                ("Esc", "back to the files"),
            ],
        ),
        Some(Nav::Quality) => ("In Quality", &[("/", "find a table"), ("Esc", "close the failing rows, then take filters off")]),
        Some(Nav::Match) => (
            "In Match",
            &[
                ("Tab", "to a line of the histogram, then to the settings"),
                ("\u{2190}   \u{2192}", "move the line; with Shift in larger steps"),
                ("J   K", "next, previous of the pairs that show"),
                ("Esc", "close a dialog, or the pairs"),
            ],
        ),
        Some(Nav::Review) => ("In Review", REVIEW),
        Some(Nav::Query) => (
            "In Query",
            &[
                ("Ctrl \u{21b5}", "run the statement"),
                ("Tab", "take the first name that is suggested"),
                ("Esc", "close the suggestions, or cancel the statement"),
            ],
        ),
        Some(Nav::Customers) => (
            "In Customers",
            &[
                ("/", "search"),
                ("Enter", "open the chosen customer"),
                ("Backspace", "back to the list"),
                ("G   J   Y", "one customer: cut, join another, why not one"),
                ("\u{2191}   \u{2193}   1   9", "to a golden value; there: take that record's"),
                ("E   P   R", "there: type, pin, give back to the rule"),
                ("T   D", "timeline or as of; there: type a day"),
                ("\u{2190}   \u{2192}", "as of: the change before, the next"),
            ],
        ),
        Some(Nav::Publish) => ("In Publish", &[("Ctrl \u{21e7} P", "publish what was built")]),
        Some(Nav::Risk) => (
            "In Risk",
            &[
                ("[   ]", "previous, next tab"),
                ("J   K", "next, previous of the worklist"),
                ("1   4", "only this tier, or all again"),
                ("Enter   R", "open the customer; where the row comes from"),
                ("E", "what is done: to the owner"),
                ("Ctrl \u{21b5}", "save what is done"),
                ("/", "find in the worklist"),
                ("Esc", "close, then take filters off"),
            ],
        ),
        Some(Nav::Catalogue) => (
            "In Catalogue",
            &[("/", "find a table or a column"), ("[   ]", "previous, next tab"), ("Esc", "the whole table again, then its columns")],
        ),
        Some(Nav::Runs) => (
            "In Runs",
            &[("[   ]", "previous, next tab"), ("J   K", "next, previous run"), ("Esc", "give up what was typed, or close the question")],
        ),
        Some(Nav::Audit) => ("In Audit", &[("[   ]", "previous, next tab"), ("/", "look for a person"), ("Esc", "empty the search")]),
        Some(Nav::Dashboards) => ("In Dashboards", &[("[   ]", "previous, next dashboard"), ("Esc", "clear all filters")]),
    }
}

/// True: closed.
pub fn show(ui: &Ui, nav: Option<Nav>) -> bool {
    let mut close = false;
    // The page's keys and those that hold everywhere, beside each other: one below the other they are higher than a small window.
    let beside = dialog::show_wide(ui, "keys", "Keys", 960.0, |ui, rect| {
        let (title, page) = of_page(nav);
        let columns = area::columns(rect, 2, 32.0);
        let (left, right) = (columns.first().copied().unwrap_or(rect), columns.last().copied().unwrap_or(rect));
        let y = section(ui, left, rect.top(), title, page).max(section(ui, right, rect.top(), "Everywhere", EVERYWHERE));
        let button = Button::new("Close").size(ButtonSize::Medium).keys("Esc");
        let width = button.width(ui);
        close = button.show(ui, pos2(rect.right() - width, y + 26.0)).clicked();
        y + 40.0 - rect.top()
    });
    close || beside
}

fn section(ui: &Ui, rect: Rect, top: f32, title: &str, keys: Keys) -> f32 {
    let t = tokens(ui);
    let mut y = top;
    let head = Rect::from_min_size(pos2(rect.left(), y), vec2(rect.width(), 22.0));
    draw::text_in(ui, head, title, DENSE_B, t.t2);
    y += 24.0;
    for (caps, words) in keys {
        let line = Rect::from_min_size(pos2(rect.left(), y), vec2(rect.width(), 24.0));
        let mut x = line.left();
        for cap in caps.split("   ") {
            x += kbd::paint(ui, x, line.center().y, cap, t) + 4.0;
        }
        draw::text_in(ui, line.with_min_x(line.left() + 150.0), words, DENSE, t.t1);
        draw::spoken(ui, line, ui.scope_id().with(("key", title, *caps)), egui::accesskit::Role::Label, &format!("{caps}: {words}"));
        y += 24.0;
    }
    y
}
