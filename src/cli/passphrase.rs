//! Who acts from a terminal. Flow: --as + passphrase (descriptor, environment, terminal) -> open key; people enrolled -> unmask, logged.

use std::io::{BufRead, BufReader, IsTerminal};
use std::sync::OnceLock;

use crate::base::Secret;
use crate::engine::pages::{PeoplePage, Sight, TrustPage};
use crate::engine::{self, Page, Query, TrustDeed, TrustQuery};

use super::args::Common;
use super::client::{Client, Fallback, Stop, user, workspace};

pub fn people_of(client: &Client) -> Result<PeoplePage, Stop> {
    match &*client.ask(Query::Trust(TrustQuery::People))? {
        Page::Trust(page) => match &**page {
            TrustPage::People(people) => Ok(people.clone()),
            _ => Ok(PeoplePage::default()),
        },
        _ => Ok(PeoplePage::default()),
    }
}

/// Opens the acting person's key where they are enrolled. `asks`: a terminal may be asked for the passphrase.
pub fn sign_in(common: &Common, client: &Client, asks: bool) -> Result<(), Stop> {
    let name = user(common);
    let page = people_of(client)?;
    if !page.people.iter().any(|row| row.person.retired_at.is_none() && row.person.name == name) {
        return Ok(());
    }
    let passphrase = match given_passphrase(common)? {
        Some(passphrase) => passphrase,
        None if asks && std::io::stdin().is_terminal() => prompt(&format!("Passphrase of {name}: "))?,
        // The engine says what is missing once it matters.
        None => return Ok(()),
    };
    client.perform(engine::Command::Trust(TrustDeed::SignIn { person: name, passphrase })).map(drop)
}

/// A client that may show personal data; where people are enrolled, the log says who looked at what.
pub fn unmasked(common: &Common, name: &str, what: String, says_always: bool) -> Result<Client, Stop> {
    let client = super::run::reader(common, name)?;
    if !says_always && people_of(&client)?.sight == Sight::Clear {
        return Ok(client);
    }
    drop(client);
    let client = Client::new(common, name, false);
    client.open(&workspace(common, Fallback::Sample)?)?;
    sign_in(common, &client, true)?;
    client.perform(engine::Command::Trust(TrustDeed::Unmask { what, user: user(common) }))?;
    Ok(client)
}

/// Unmasks for a writer where data are masked.
pub fn show(common: &Common, client: &Client, what: String) -> Result<(), Stop> {
    if people_of(client)?.sight == Sight::Clear {
        return Ok(());
    }
    client.perform(engine::Command::Trust(TrustDeed::Unmask { what, user: user(common) })).map(drop)
}

/// What came through --passphrase-fd: a pipe is read once, and the key may be opened twice.
static FROM_FD: OnceLock<Secret> = OnceLock::new();

/// The acting person's passphrase: --passphrase-fd, else KARAT_PASSPHRASE.
fn given_passphrase(common: &Common) -> Result<Option<Secret>, Stop> {
    if let Some(fd) = common.passphrase_fd {
        let held = match FROM_FD.get() {
            Some(held) => held,
            None => {
                let read = first_line(fd)?;
                FROM_FD.get_or_init(|| read)
            }
        };
        return Ok(Some(held.clone()));
    }
    Ok(std::env::var("KARAT_PASSPHRASE").ok().map(Secret::new))
}

/// As given, or asked for at the terminal.
pub fn passphrase(common: &Common, person: &str) -> Result<Option<Secret>, Stop> {
    match given_passphrase(common)? {
        None if std::io::stdin().is_terminal() => prompt(&format!("Passphrase of {person}: ")).map(Some),
        given => Ok(given),
    }
}

/// The passphrase of a key to be made. `or_acting`: that of whoever acts serves where no other is given.
pub fn new_passphrase(common: &Common, person: &str, or_acting: bool) -> Result<Secret, Stop> {
    if let Ok(given) = std::env::var("KARAT_NEW_PASSPHRASE") {
        return Ok(Secret::new(given));
    }
    if let Some(given) = given_passphrase(common)?.filter(|_| or_acting) {
        return Ok(given);
    }
    if !std::io::stdin().is_terminal() {
        return Err(no_passphrase(person));
    }
    let first = prompt(&format!("New passphrase for {person}: "))?;
    if prompt("Once more: ")? != first {
        return Err(Stop::Usage("the two passphrases differ. Nothing was done.".to_owned()));
    }
    Ok(first)
}

pub fn no_passphrase(person: &str) -> Stop {
    Stop::Usage(format!(
        "no passphrase for {person}. Set KARAT_PASSPHRASE (KARAT_NEW_PASSPHRASE for a new key), say --passphrase-fd N, or use a terminal."
    ))
}

fn prompt(text: &str) -> Result<Secret, Stop> {
    rpassword::prompt_password(text).map(Secret::new).map_err(|error| Stop::Failed(format!("the terminal: {error}")))
}

fn first_line(fd: u32) -> Result<Secret, Stop> {
    let refused = |error: std::io::Error| Stop::Usage(format!("--passphrase-fd {fd}: {error}"));
    let file = std::fs::File::open(format!("/dev/fd/{fd}")).map_err(refused)?;
    let mut line = String::new();
    BufReader::new(file).read_line(&mut line).map_err(refused)?;
    line.truncate(line.trim_end_matches(['\r', '\n']).len());
    Ok(Secret::new(line))
}
