//! The program itself: run it, or start it and see it end.

use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

pub const KARAT: &str = env!("CARGO_BIN_EXE_karat");

/// How the program ended and what it said.
#[derive(Debug)]
pub struct Ran {
    pub code: i32,
    pub out: String,
    pub err: String,
    said: String,
}

/// Runs `karat` with these arguments and waits.
pub fn karat(args: &[&str]) -> Ran {
    Ran::of(&command(args).output().unwrap(), args)
}

/// `karat` with these arguments, not started; nothing of the caller's settings reaches it.
pub fn command(args: &[&str]) -> Command {
    let mut command = Command::new(KARAT);
    command
        .args(args)
        .env_remove("KARAT_WORKSPACE")
        .env_remove("KARAT_PASSPHRASE")
        .env_remove("KARAT_NEW_PASSPHRASE")
        .env_remove("KARAT_KEYS")
        .env_remove("KARAT_SMTP_PASSWORD")
        .env_remove("DISPLAY")
        .env_remove("WAYLAND_DISPLAY")
        .env("USER", "tester");
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

impl Ran {
    pub fn of(output: &Output, args: &[&str]) -> Self {
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
        // A program ended by a signal has no code; 128 + number is what a shell says.
        let code = output.status.code().unwrap_or(128);
        Self { code, out: text(&output.stdout), err: text(&output.stderr), said: format!("karat {}", args.join(" ")) }
    }

    /// Standard output of a success.
    #[track_caller]
    pub fn ok(self) -> String {
        assert_eq!(self.code, 0, "{}\n{}{}", self.said, self.out, self.err);
        self.out
    }

    /// Standard error of a failure with this exit code.
    #[track_caller]
    pub fn fails(self, code: i32) -> String {
        assert_eq!(self.code, code, "{}\n{}{}", self.said, self.out, self.err);
        assert!(!self.err.contains("panicked"), "{}\n{}", self.said, self.err);
        self.err
    }

    #[track_caller]
    pub fn json(self) -> serde_json::Value {
        let text = self.ok();
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"))
    }
}

/// Waits until `seen` is true; false after `limit`.
pub fn wait_for(limit: Duration, mut seen: impl FnMut() -> bool) -> bool {
    let until = Instant::now() + limit;
    while Instant::now() < until {
        if seen() {
            return true;
        }
        std::thread::sleep(Duration::from_millis(3));
    }
    false
}

/// Sends a signal by its name: INT, KILL.
pub fn signal(child: &Child, name: &str) {
    let sent = Command::new("kill").arg(format!("-{name}")).arg(child.id().to_string()).stderr(Stdio::null()).status();
    assert!(sent.is_ok(), "no kill command");
}

/// A file that is there and is not empty.
pub fn has_bytes(path: &Path) -> bool {
    std::fs::metadata(path).is_ok_and(|facts| facts.len() > 0)
}
