//! What the engine said: pages by query, asked again when data changed, the old one shown meanwhile.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::engine::pages::StatusPage;
use crate::engine::{Backend, Command, Event, JobId, JobProgress, Outcome, Page, Query, Ticket};

/// Pages kept beside the ones on screen (items looked at, searches typed).
const KEPT: usize = 200;

struct Held {
    page: Option<Arc<Page>>,
    error: Option<String>,
    /// Data version of `page` (or of the error).
    version: u64,
    asked: Option<Ticket>,
    used: u64,
}

/// What is known about a query now.
#[derive(Debug, Clone, Default)]
pub struct Looked {
    pub page: Option<Arc<Page>>,
    /// A newer one is on its way.
    pub waiting: bool,
    pub error: Option<String>,
}

/// A thing that happened and that the shell answers to.
#[derive(Debug, Clone)]
pub enum News {
    Opened,
    Ended { command: Option<Arc<Command>>, outcome: Outcome },
}

pub struct Data {
    backend: Box<dyn Backend>,
    pages: FxHashMap<Query, Held>,
    tickets: FxHashMap<Ticket, (Query, u64)>,
    jobs: FxHashMap<JobId, Arc<Command>>,
    version: u64,
    clock: u64,
    pub status: Option<Arc<StatusPage>>,
    /// The page that `status` was taken from.
    status_page: Option<Arc<Page>>,
}

impl std::fmt::Debug for Data {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Data").field("version", &self.version).field("pages", &self.pages.len()).finish_non_exhaustive()
    }
}

impl Data {
    pub fn new(backend: Box<dyn Backend>) -> Self {
        Self {
            backend,
            pages: FxHashMap::default(),
            tickets: FxHashMap::default(),
            jobs: FxHashMap::default(),
            version: 0,
            clock: 0,
            status: None,
            status_page: None,
        }
    }

    /// The page of a query; asks for it where it is missing or old.
    pub fn look(&mut self, query: &Query) -> Looked {
        self.clock += 1;
        let version = self.version;
        let held = self.pages.entry(query.clone()).or_insert(Held { page: None, error: None, version: 0, asked: None, used: 0 });
        held.used = self.clock;
        let known = held.page.is_some() || held.error.is_some();
        if held.asked.is_none() && (!known || held.version != version) {
            let ticket = self.backend.ask(query.clone());
            held.asked = Some(ticket);
            self.tickets.insert(ticket, (query.clone(), version));
        }
        Looked { page: held.page.clone(), waiting: held.asked.is_some(), error: held.error.clone() }
    }

    /// Asks for what will soon be looked at, unless something of it is known: whoever comes to it sees that at once and the newer one after.
    pub fn look_ahead(&mut self, query: &Query) {
        match self.pages.get_mut(query) {
            Some(held) => {
                self.clock += 1;
                held.used = self.clock;
            }
            None => {
                self.look(query);
            }
        }
    }

    /// The page of a query as it is known, old or new; asks for nothing.
    pub fn known(&self, query: &Query) -> Option<Arc<Page>> {
        self.pages.get(query).and_then(|held| held.page.clone())
    }

    /// Takes what the engine has said since.
    pub fn poll(&mut self) -> Vec<News> {
        let mut news = Vec::new();
        for event in self.backend.poll() {
            match event {
                Event::Answer { ticket, page } => self.answered(ticket, page),
                Event::Opened { status } => {
                    self.pages.clear();
                    self.tickets.clear();
                    self.version += 1;
                    self.status = Some(status);
                    news.push(News::Opened);
                }
                Event::Started { job, command } => {
                    self.jobs.insert(job, command);
                }
                Event::Ended { job, outcome } => news.push(News::Ended { command: self.jobs.remove(&job), outcome }),
                Event::DataChanged { version } => self.version = version.max(self.version + 1),
            }
        }
        if self.status.is_some() {
            let looked = self.look(&Query::Status);
            if let Some(page) = looked.page
                && self.status_page.as_ref().is_none_or(|known| !Arc::ptr_eq(known, &page))
            {
                if let Page::Status(status) = page.as_ref() {
                    self.status = Some(Arc::new(status.clone()));
                }
                self.status_page = Some(page);
            }
        }
        self.forget();
        news
    }

    fn answered(&mut self, ticket: Ticket, page: Result<Arc<Page>, String>) {
        // Tickets of a workspace that was closed are no longer here.
        let Some((query, version)) = self.tickets.remove(&ticket) else { return };
        let Some(held) = self.pages.get_mut(&query) else { return };
        held.asked = None;
        held.version = version;
        match page {
            Ok(page) => {
                held.page = Some(page);
                held.error = None;
            }
            Err(message) => held.error = Some(message),
        }
    }

    /// Lets every page go, and the answers that are on their way: who looks may see other things now.
    pub fn forget_pages(&mut self) {
        self.pages.clear();
        self.tickets.clear();
    }

    fn forget(&mut self) {
        if self.pages.len() <= KEPT {
            return;
        }
        let mut used: Vec<u64> = self.pages.values().map(|held| held.used).collect();
        used.sort_unstable();
        let oldest = used.get(self.pages.len() - KEPT / 2).copied().unwrap_or(0);
        self.pages.retain(|_, held| held.used >= oldest || held.asked.is_some());
    }

    /// True while an answer is on its way.
    pub fn waits(&self) -> bool {
        !self.tickets.is_empty()
    }

    /// True while a command that was sent has not ended.
    pub fn is_working(&self) -> bool {
        !self.jobs.is_empty()
    }

    pub fn send(&mut self, command: Command) -> JobId {
        let job = self.backend.send(command.clone());
        self.jobs.insert(job, Arc::new(command));
        job
    }

    pub fn progress(&self) -> Option<JobProgress> {
        self.backend.progress()
    }

    pub fn cancel(&self, job: JobId) {
        self.backend.cancel(job);
    }

    pub fn user(&self) -> String {
        self.status.as_ref().map(|status| status.user.clone()).unwrap_or_default()
    }
}
