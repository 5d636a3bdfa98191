//! The pages. Flow: start -> sources -> quality -> matching -> review -> customers -> publish -> dashboards -> risk -> query -> catalogue -> runs -> audit; each is state -> model (no egui) -> paint.

pub mod audit;
pub mod catalogue;
pub mod customers;
pub mod dashboards;
pub mod graph;
pub mod log;
pub mod matching;
mod origin;
mod parts;
pub mod publish;
pub mod quality;
pub mod query;
pub mod review;
pub mod risk;
pub mod runs;
pub mod sources;
pub mod start;

use egui::{Rect, Ui};

use super::cx::{Cx, Nav};

/// Every page's own state: what is chosen, typed, sorted.
#[derive(Debug, Default)]
pub struct Pages {
    pub start: start::Start,
    pub sources: sources::Sources,
    pub quality: quality::Quality,
    pub matching: matching::Matching,
    pub review: review::Review,
    pub customers: customers::Customers,
    pub publish: publish::Publish,
    pub dashboards: dashboards::Dashboards,
    pub risk: risk::Risk,
    pub query: query::QueryPage,
    pub catalogue: catalogue::Catalogue,
    pub runs: runs::Runs,
    pub audit: audit::Audit,
}

impl Pages {
    pub fn show(&mut self, nav: Nav, ui: &mut Ui, rect: Rect, cx: &mut Cx<'_>) {
        match nav {
            Nav::Sources => self.sources.ui(ui, rect, cx),
            Nav::Quality => self.quality.ui(ui, rect, cx),
            Nav::Match => self.matching.ui(ui, rect, cx),
            Nav::Review => self.review.ui(ui, rect, cx),
            Nav::Customers => self.customers.ui(ui, rect, cx),
            Nav::Publish => self.publish.ui(ui, rect, cx),
            Nav::Dashboards => self.dashboards.ui(ui, rect, cx),
            Nav::Risk => self.risk.ui(ui, rect, cx),
            Nav::Query => self.query.ui(ui, rect, cx),
            Nav::Catalogue => self.catalogue.ui(ui, rect, cx),
            Nav::Runs => self.runs.ui(ui, rect, cx),
            Nav::Audit => self.audit.ui(ui, rect, cx),
        }
    }

    /// The same places with nothing kept of what was seen there.
    pub fn veiled(before: &Self) -> Self {
        let mut fresh = Self::default();
        fresh.review.filter.clone_from(&before.review.filter);
        fresh.review.selected.clone_from(&before.review.selected);
        fresh.customers.open = before.customers.open;
        fresh.audit = before.audit.veiled();
        fresh
    }

    /// How high what stands at the page's foot is: messages stay above it.
    pub fn foot(&self, nav: Nav) -> f32 {
        match nav {
            Nav::Review => self.review.foot(),
            Nav::Risk => self.risk.foot(),
            _ => 0.0,
        }
    }

    /// Esc, when nothing lies over the page.
    pub fn escape(&mut self, nav: Nav) {
        match nav {
            Nav::Dashboards => self.dashboards.clear(),
            Nav::Risk => self.risk.escape(),
            Nav::Catalogue => self.catalogue.escape(),
            Nav::Runs => self.runs.escape(),
            Nav::Audit => self.audit.escape(),
            Nav::Customers => self.customers.escape(),
            Nav::Quality => self.quality.escape(),
            Nav::Match => self.matching.escape(),
            Nav::Review => self.review.escape(),
            Nav::Sources => self.sources.escape(),
            Nav::Publish => self.publish.escape(),
            Nav::Query => {}
        }
    }

    /// Esc, while somebody types in a field of the page.
    pub fn leave_field(&mut self, nav: Nav) {
        match nav {
            Nav::Sources => self.sources.leave_field(),
            Nav::Review => self.review.leave_field(),
            Nav::Customers => self.customers.leave_field(),
            Nav::Quality => self.quality.leave_field(),
            Nav::Catalogue => self.catalogue.leave_field(),
            Nav::Risk => self.risk.leave_field(),
            Nav::Runs => self.runs.leave_field(),
            _ => {}
        }
    }

    /// The page's own item of the rail was pressed while it shows: back to its first view.
    pub fn again(&mut self, nav: Nav) {
        if nav == Nav::Customers {
            self.customers.open = None;
        }
    }
}
