//! What runs leave behind, and when the next one comes. Flow: RunReport -> html, text -> letter -> mail; cron expression -> schedule ->
//! snippets for the system's own timers; sizes -> forecast of a run's room; what there is -> retention (what may go).
//!
//! Reports say counts and figures and never a customer's values: they leave the machine.

mod forecast;
mod html;
mod letter;
mod mail;
mod report;
mod retention;
mod schedule;
mod snippets;
mod text;
mod words;

pub use forecast::{Forecast, Sizes, forecast};
pub use html::html;
pub use letter::{Letter, MailError, letter};
pub use mail::send;
pub use report::{ChangeLine, FigureLine, FileLine, ModelLine, RunReport, TableLine, TestLine};
pub use retention::{GoldFile, Pinned, Plan, ReportFiles, plan};
pub use schedule::{DAILY, Schedule, ScheduleError, iso};
pub use snippets::{SnippetError, Timer, snippet};
pub use words::bytes;

#[cfg(test)]
#[path = "runs_tests.rs"]
mod tests;
