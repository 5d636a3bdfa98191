//! A mail server on this machine that says what a test wants it to say.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

/// How the server behaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Manners {
    /// Takes every message.
    Takes,
    /// Says that the password is wrong.
    DoubtsPassword,
    /// Does not know the recipient.
    KnowsNobody,
    /// Accepts the connection and says nothing.
    KeepsSilent,
}

/// Listens on a port of its own and gives what it was sent.
#[derive(Debug)]
pub struct MailServer {
    pub port: u16,
    mails: Receiver<String>,
}

impl MailServer {
    pub fn start(manners: Manners) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let (got, mails) = channel();
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                if manners == Manners::KeepsSilent {
                    // Held open until the program gives up.
                    thread::sleep(Duration::from_secs(60));
                    continue;
                }
                if let Some(mail) = talk(stream, manners)
                    && got.send(mail).is_err()
                {
                    return;
                }
            }
        });
        Self { port, mails }
    }

    /// A port on which nobody listens.
    pub fn nobody() -> u16 {
        TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
    }

    /// The next message as it came over the wire.
    pub fn mail(&self) -> String {
        self.mails.recv_timeout(Duration::from_secs(20)).expect("no message came")
    }

    pub fn is_empty(&self) -> bool {
        self.mails.try_recv().is_err()
    }
}

/// One connection: what stood between DATA and the dot, with the commands before it.
fn talk(stream: TcpStream, manners: Manners) -> Option<String> {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let mut writer = stream;
    let mut said = String::new();
    writer.write_all(b"220 test ESMTP\r\n").ok()?;
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).ok()? == 0 {
            return None;
        }
        let word = line.get(0..4).unwrap_or_default().to_uppercase();
        said.push_str(&line);
        let answer = match word.as_str() {
            "EHLO" => "250-test\r\n250-8BITMIME\r\n250 AUTH PLAIN LOGIN\r\n",
            "AUTH" if manners == Manners::DoubtsPassword => "535 5.7.8 bad credentials\r\n",
            "AUTH" => "235 ok\r\n",
            "RCPT" if manners == Manners::KnowsNobody => "550 5.1.1 no such mailbox\r\n",
            "DATA" => {
                writer.write_all(b"354 go on\r\n").ok()?;
                loop {
                    let mut line = String::new();
                    reader.read_line(&mut line).ok()?;
                    if line == ".\r\n" {
                        break;
                    }
                    said.push_str(&line);
                }
                writer.write_all(b"250 taken\r\n").ok()?;
                return Some(said);
            }
            "QUIT" => {
                let _ = writer.write_all(b"221 bye\r\n");
                return None;
            }
            _ => "250 ok\r\n",
        };
        writer.write_all(answer.as_bytes()).ok()?;
    }
}
