//! Sending. Flow: Letter + [smtp] + password -> connection -> server; every refusal in words.

use std::error::Error as _;
use std::io::ErrorKind;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

use lettre::transport::smtp::Error as SmtpError;
use lettre::transport::smtp::authentication::Credentials;
use lettre::{SmtpTransport, Transport};

use crate::base::{CancelToken, Secret};
use crate::store::run_settings::{Smtp, SmtpTls};

use super::letter::{Letter, MailError};

/// How long a server may keep silent.
const PATIENCE: Duration = Duration::from_secs(15);
/// How often it is looked whether somebody cancelled.
const LOOK: Duration = Duration::from_millis(100);

/// Hands a message to the server. Cancelled within moments, whatever the server does.
pub fn send(letter: &Letter, smtp: &Smtp, password: Option<&Secret>, cancel: &CancelToken) -> Result<(), MailError> {
    let transport = transport(smtp, password)?;
    let letter = letter.clone();
    let (done, answer) = channel();
    // A server that keeps silent holds this thread until its patience ends, and nothing else.
    thread::spawn(move || {
        // Nobody listens any more: it was cancelled.
        let _ = done.send(transport.send_raw(&letter.envelope, &letter.bytes).map(drop));
    });
    loop {
        match answer.recv_timeout(LOOK) {
            Ok(sent) => return sent.map_err(|error| in_words(smtp, &error)),
            Err(RecvTimeoutError::Timeout) if cancel.is_cancelled() => return Err(MailError::Cancelled),
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return Err(MailError::Message("the sender met a fault".to_owned())),
        }
    }
}

fn port(smtp: &Smtp) -> u16 {
    smtp.port.unwrap_or(match smtp.tls {
        SmtpTls::Starttls => 587,
        SmtpTls::Tls => 465,
        SmtpTls::None => 25,
    })
}

fn is_this_machine(server: &str) -> bool {
    server.eq_ignore_ascii_case("localhost") || server.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

fn transport(smtp: &Smtp, password: Option<&Secret>) -> Result<SmtpTransport, MailError> {
    let builder = match smtp.tls {
        SmtpTls::Starttls => SmtpTransport::starttls_relay(&smtp.server).map_err(|error| in_words(smtp, &error))?,
        SmtpTls::Tls => SmtpTransport::relay(&smtp.server).map_err(|error| in_words(smtp, &error))?,
        SmtpTls::None if is_this_machine(&smtp.server) => SmtpTransport::builder_dangerous(smtp.server.as_str()),
        SmtpTls::None => return Err(MailError::InTheClear { server: smtp.server.clone() }),
    };
    let mut builder = builder.port(port(smtp)).timeout(Some(PATIENCE));
    if let Some(user) = &smtp.user {
        let password = password.filter(|password| !password.expose().is_empty()).ok_or(MailError::NoPassword)?;
        builder = builder.credentials(Credentials::new(user.clone(), password.expose().to_owned()));
    }
    Ok(builder.build())
}

fn in_words(smtp: &Smtp, error: &SmtpError) -> MailError {
    let (server, port) = (smtp.server.clone(), port(smtp));
    if let Some(code) = error.status() {
        // 530, 534, 535, 538: what RFC 4954 gives to a sign-in that failed.
        let code = code.to_string();
        if ["530", "534", "535", "538"].contains(&code.as_str()) {
            return MailError::WrongPassword { server };
        }
        return MailError::Rejected { server, why: cause(error) };
    }
    let io = io_kind(error);
    if error.is_tls() || error.is_client() && cause(error).contains("STARTTLS") {
        return MailError::Tls { server, why: cause(error) };
    }
    match io {
        Some(ErrorKind::ConnectionRefused) => MailError::Refused { server, port },
        // A certificate that is not trusted shows as broken input of the connection.
        Some(ErrorKind::InvalidData) => MailError::Tls { server, why: cause(error) },
        _ if error.is_client() => MailError::Rejected { server, why: cause(error) },
        Some(ErrorKind::TimedOut | ErrorKind::WouldBlock) => {
            MailError::Unreachable { server, port, why: format!("no answer within {} seconds", PATIENCE.as_secs()) }
        }
        _ => MailError::Unreachable { server, port, why: cause(error) },
    }
}

/// The innermost reason.
fn cause(error: &SmtpError) -> String {
    let mut text = error.to_string();
    let mut inner = error.source();
    while let Some(source) = inner {
        text = source.to_string();
        inner = source.source();
    }
    text
}

fn io_kind(error: &SmtpError) -> Option<ErrorKind> {
    let mut inner = error.source();
    while let Some(source) = inner {
        if let Some(io) = source.downcast_ref::<std::io::Error>() {
            return Some(io.kind());
        }
        inner = source.source();
    }
    None
}
