//! A run's report as a message. Flow: RunReport -> text and HTML -> MIME -> bytes of an `.eml`.

use std::time::SystemTime;

use lettre::address::Envelope;
use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, Mailboxes, MessageBuilder, MultiPart, header};
use lettre::{Address, Message};

use crate::store::run_settings::Smtp;

use super::html::html;
use super::report::RunReport;
use super::text::text;

#[derive(Debug, thiserror::Error)]
pub enum MailError {
    #[error("{what} of [smtp] in workspace.toml is no e-mail address. It reads name@bank.example, or Name <name@bank.example>.")]
    Address { what: &'static str },
    #[error("to of [smtp] in workspace.toml names nobody. List who reads the reports.")]
    NoRecipient,
    #[error("the message could not be put together: {0}")]
    Message(String),
    #[error(
        "[smtp] has tls = \"none\" for {server}, which is not this machine: reports and the password would cross the network in the clear. Set tls to \"starttls\" or \"tls\"."
    )]
    InTheClear { server: String },
    #[error("[smtp] has a user and no password is given. Set KARAT_SMTP_PASSWORD; it is never kept in a file.")]
    NoPassword,
    #[error(
        "{server} refused the connection on port {port}. Is the mail server running there, and are server, port and tls of [smtp] right?"
    )]
    Refused { server: String, port: u16 },
    #[error("{server} could not be reached on port {port} ({why}). Look at the network and at server of [smtp], then send it again.")]
    Unreachable { server: String, port: u16, why: String },
    #[error("{server} could not be trusted or does not protect the connection ({why}). Look at tls and port of [smtp].")]
    Tls { server: String, why: String },
    #[error("{server} did not accept the user or the password. Look at user of [smtp] and at KARAT_SMTP_PASSWORD.")]
    WrongPassword { server: String },
    #[error("{server} did not take the message: {why}")]
    Rejected { server: String, why: String },
    #[error("it was cancelled before the mail server had the message")]
    Cancelled,
}

/// A message that is ready, with who sends it to whom.
#[derive(Debug, Clone)]
pub struct Letter {
    pub envelope: Envelope,
    /// What stands in the `.eml`.
    pub bytes: Vec<u8>,
}

/// Puts the message together. Without `smtp` it is one that nobody sent yet: mail programs open it ready to be addressed.
pub fn letter(report: &RunReport, smtp: Option<&Smtp>, at: SystemTime) -> Result<Letter, MailError> {
    let wrong = |error: &dyn std::fmt::Display| MailError::Message(error.to_string());
    let own = Address::new("karat", "localhost").map_err(|error| wrong(&error))?;
    let (from, to) = match smtp {
        Some(smtp) => (mailbox(&smtp.from, "from")?, recipients(smtp)?),
        None => (Mailbox::new(Some("Karat".to_owned()), own), Vec::new()),
    };
    let reached = if to.is_empty() { vec![from.email.clone()] } else { to.iter().map(|to| to.email.clone()).collect() };
    let envelope = Envelope::new(Some(from.email.clone()), reached).map_err(|error| wrong(&error))?;
    let mut builder: MessageBuilder =
        Message::builder().from(from).subject(report.subject()).date(at).message_id(None).envelope(envelope.clone());
    if to.is_empty() {
        let draft = HeaderValue::new(HeaderName::new_from_ascii_str("X-Unsent"), "1".to_owned());
        builder = builder.raw_header(draft);
    } else {
        builder = builder.mailbox(header::To::from(to.into_iter().collect::<Mailboxes>()));
    }
    let message = builder.multipart(MultiPart::alternative_plain_html(text(report), html(report))).map_err(|error| wrong(&error))?;
    Ok(Letter { envelope, bytes: message.formatted() })
}

fn mailbox(text: &str, what: &'static str) -> Result<Mailbox, MailError> {
    text.trim().parse().map_err(|_| MailError::Address { what })
}

fn recipients(smtp: &Smtp) -> Result<Vec<Mailbox>, MailError> {
    let to: Vec<Mailbox> = smtp.to.iter().map(|one| mailbox(one, "to")).collect::<Result<_, _>>()?;
    if to.is_empty() { Err(MailError::NoRecipient) } else { Ok(to) }
}
