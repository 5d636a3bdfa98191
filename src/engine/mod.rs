//! The boundary. Flow: Command -> (job) -> Event, and Query -> Arc<Page>.
//!
//! Everything on this side is plain data; the window and the command line stand on the other side and see nothing else of Karat.

pub mod command;
pub mod event;
pub mod pages;
pub mod query;

pub use command::{Answer, Command};
pub use event::{Backend, Event, JobId, JobProgress, Outcome, Report, Ticket};
pub use query::{Page, Query, QueueFilter, QueueSort};
