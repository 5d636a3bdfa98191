//! Who acts: the menu in the top bar, F9, and what hides while personal data are masked. Flow: Acting -> menu, veil -> TrustDeed.

use egui::{Rect, Ui};

use crate::app::cx::{Action, Cx, Nav, TrustAsk};
use crate::app::theme::kind::{DENSE, icon};
use crate::app::theme::tokens;
use crate::app::views::Pages;
use crate::app::widgets::toast::Mood;
use crate::app::widgets::{Button, draw, empty, menu};
use crate::engine::pages::{Acting, Sight, StatusPage, TrustOutcome, TrustPage};
use crate::engine::{Command, Page, Query, TrustDeed, TrustQuery};

use super::ask::Ask;
use super::ask_trust::AskTrust;
use super::frame::{Over, Shell};

/// "ines, steward", "ines, not signed in"
pub fn said(status: &StatusPage) -> String {
    let role = match (status.acting.people, status.acting.role, status.acting.is_signed_in) {
        (0, ..) => return status.user.clone(),
        (_, None, _) => "not enrolled",
        (_, Some(_), false) => "not signed in",
        (_, Some(role), true) => role.name(),
    };
    format!("{}, {role}", status.user)
}

/// The menu under the name of whoever acts.
pub fn menu(ui: &mut Ui, cx: &mut Cx<'_>, status: &StatusPage) {
    menu::width(ui, 288.0);
    menu::heading(ui, &said(status));
    let acting = status.acting;
    let looked = cx.data.look(&Query::Trust(TrustQuery::People)).page;
    if acting.people == 0 {
        let t = tokens(ui);
        let words = "Nobody is enrolled here: everybody may do everything, and nothing is masked.";
        let galley = draw::wrapped(ui, words, DENSE, t.t2, 268.0);
        let (place, _) = ui.allocate_exact_size(egui::vec2(284.0, galley.size().y + 8.0), egui::Sense::hover());
        draw::spoken(ui, place, ui.scope_id().with("nobody"), egui::accesskit::Role::Label, words);
        ui.painter().galley(draw::snapped(ui, place.min + egui::vec2(8.0, 2.0)), galley, t.t2);
    } else if acting.sight != Sight::MaskedOnly {
        let label = if acting.sight == Sight::Clear { "Mask personal data" } else { "Show personal data" };
        let code = if acting.sight == Sight::Clear { icon::BLIND } else { icon::EYE };
        if menu::item(ui, Some(code), label, Some("F9"), true).clicked() {
            cx.act(Action::ToggleMask);
            ui.close();
        }
    }
    if let Some(Page::Trust(page)) = looked.as_deref()
        && let TrustPage::People(page) = page.as_ref()
    {
        for row in page.people.iter().filter(|row| row.person.retired_at.is_none() && row.has_key_here) {
            let name = &row.person.name;
            if *name == status.user && acting.is_signed_in {
                continue;
            }
            let label = format!("Sign in as {name}, {}", row.person.role.name());
            if menu::item(ui, Some(icon::USER), &label, None, true).clicked() {
                cx.act(Action::AskTrust(TrustAsk::SignIn(name.clone())));
                ui.close();
            }
        }
    }
    if acting.is_signed_in {
        if menu::item(ui, Some(icon::EDIT), "Change the passphrase", None, true).clicked() {
            cx.act(Action::AskTrust(TrustAsk::Passphrase(status.user.clone())));
            ui.close();
        }
        if menu::item(ui, Some(icon::CLOSE), "Sign out", None, true).clicked() {
            cx.send(Command::Trust(TrustDeed::SignOut));
            ui.close();
        }
    }
    menu::line(ui);
    if menu::item(ui, Some(icon::CUSTOMERS), "People, keys and the log", None, true).clicked() {
        cx.act(Action::Go(Nav::Audit));
        ui.close();
    }
}

/// In the place of a page with personal data: why it is empty, and what to do.
pub fn veil(ui: &Ui, rect: Rect, nav: Nav, status: &StatusPage, cx: &mut Cx<'_>) {
    draw::fill(ui, rect, 0.0, tokens(ui).bg1);
    if status.acting.sight == Sight::Masked {
        let words =
            format!("{} shows personal data, and they are masked. Showing them is written into the log, with your name.", nav.title());
        let button = Button::new("Show personal data").keys("F9");
        if empty::show(ui, rect, icon::BLIND, &words, Some(&button)).is_some_and(|response| response.clicked()) {
            cx.act(Action::ToggleMask);
        }
        return;
    }
    let words = format!(
        "{} shows personal data. {} sees the masked gold only: Dashboards and Publish. A steward, an approver or an engineer signs in for more.",
        nav.title(),
        if status.user.is_empty() { "Whoever is not signed in" } else { status.user.as_str() }
    );
    let button = Button::new("Open the dashboards");
    if empty::show(ui, rect, icon::BLIND, &words, Some(&button)).is_some_and(|response| response.clicked()) {
        cx.act(Action::Go(Nav::Dashboards));
    }
}

impl Shell {
    /// Somebody else acts, or sees more or less than a frame ago: nothing that was on screen stays.
    pub(super) fn watch_acting(&mut self) {
        let Some(status) = self.data.status.clone() else { return };
        let now = (status.user.clone(), Acting { proposals_open: 0, ..status.acting });
        if self.acted.as_ref() != Some(&now) {
            if self.acted.replace(now).is_some() {
                self.hide();
            }
            self.noted.clear();
        }
        self.note_sight(&status);
    }

    fn hide(&mut self) {
        self.data.forget_pages();
        self.pages = Pages::veiled(&self.pages);
        self.decided.clear();
        self.toasts.standing.retain(|toast| toast.mood == Mood::Info);
        if matches!(self.over, Some(Over::Palette(_))) {
            self.over = None;
        }
    }

    /// Each page with personal data, and each customer, is noted once after personal data were unmasked.
    fn note_sight(&mut self, status: &StatusPage) {
        if status.acting.people == 0 || status.acting.sight != Sight::Clear || !self.nav.is_personal() || self.at_start {
            return;
        }
        let what = self.seen_now();
        if self.noted.insert(what.clone()) {
            self.data.send(Command::Trust(TrustDeed::Unmask { what, user: status.user.clone() }));
        }
    }

    fn seen_now(&self) -> String {
        match (self.nav, self.pages.customers.open) {
            (Nav::Customers, Some(key)) => format!("window, customer {key}"),
            (nav, _) => format!("window, {}", nav.title()),
        }
    }

    pub(super) fn toggle_mask(&mut self, now: f64) {
        let Some(status) = self.data.status.clone() else { return };
        match status.acting.sight {
            Sight::Clear if status.acting.people == 0 => {
                let words = "Nobody is enrolled here, so nothing is masked. Audit, People enrols the first.";
                self.toasts.tell(now, Mood::Info, words, None);
            }
            Sight::Clear => _ = self.data.send(Command::Trust(TrustDeed::Mask)),
            Sight::Masked => {
                let what = self.seen_now();
                self.data.send(Command::Trust(TrustDeed::Unmask { what, user: status.user.clone() }));
            }
            Sight::MaskedOnly => {
                let words = format!("{} may not see personal data. Sign in as somebody who may: the menu under the name.", status.user);
                self.toasts.tell(now, Mood::Info, words, None);
            }
        }
    }

    /// A deed of trust was done.
    pub(super) fn trusted(&mut self, now: f64, command: Option<&Command>, outcome: &TrustOutcome) {
        match command {
            // What the log notes of a page that is opened is no news.
            Some(Command::Trust(TrustDeed::Unmask { .. } | TrustDeed::Mask)) => return,
            // An answer that waits for a second person.
            Some(Command::Decide { .. }) => {
                self.pages.review.decided(now, &outcome.summary);
                self.pages.review.noted();
            }
            Some(Command::Trust(TrustDeed::ImportPack { .. })) => self.pages.audit.imported(),
            Some(Command::Trust(TrustDeed::Erase { .. })) => self.pages.customers.erased(),
            _ => {}
        }
        let mut text = outcome.summary.clone();
        for remark in &outcome.remarks {
            text.push_str(". ");
            text.push_str(remark.trim_end_matches('.'));
        }
        if let Some(file) = outcome.files.first() {
            text.push_str(&format!(": {file}"));
        }
        self.toasts.tell(now, Mood::Info, text, None);
    }

    /// True: the refusal is told where the passphrase was asked for.
    pub(super) fn refused_trust(&mut self, command: &Command, message: &str) -> bool {
        let Command::Trust(TrustDeed::SignIn { person, .. }) = command else { return false };
        self.over = Some(Over::Ask(Ask::Trust(Box::new(AskTrust::sign_in(person, Some(message.to_owned()))))));
        true
    }
}
