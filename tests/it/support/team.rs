//! People of a workspace with their keys in a folder beside it.

use std::io::Write;
use std::process::Stdio;

use super::program::{Ran, command};
use super::{Bench, karat};

/// A workspace whose people are enrolled: ines approves, tomas decides, erik builds, ana reads.
#[derive(Debug)]
pub struct Team {
    pub bench: Bench,
}

pub const PEOPLE: [(&str, &str); 4] = [("ines", "approver"), ("tomas", "steward"), ("erik", "engineer"), ("ana", "analyst")];

impl Team {
    pub fn enrol(bench: Bench) -> Self {
        let team = Self { bench };
        for (name, role) in PEOPLE {
            team.with_new_key("ines", &["person", "add", name, "--role", role], &passphrase(name)).ok();
        }
        team
    }

    pub fn keys(&self) -> String {
        self.bench.dir().join("keys").to_string_lossy().into_owned()
    }

    /// Runs the program in a person's name, with their passphrase.
    pub fn ran(&self, who: &str, args: &[&str]) -> Ran {
        self.run(who, args, &[("KARAT_PASSPHRASE", &passphrase(who))])
    }

    pub fn with_new_key(&self, who: &str, args: &[&str], new: &str) -> Ran {
        self.run(who, args, &[("KARAT_PASSPHRASE", &passphrase(who)), ("KARAT_NEW_PASSPHRASE", new)])
    }

    /// Runs the program in a person's name with these settings of the environment.
    pub fn run(&self, who: &str, args: &[&str], env: &[(&str, &str)]) -> Ran {
        let mut all = vec!["-w", self.bench.ws(), "--as", who];
        all.extend(args);
        let mut command = command(&all);
        command.env("KARAT_KEYS", self.keys()).envs(env.iter().copied());
        Ran::of(&command.output().unwrap(), &all)
    }

    /// Runs the program in a person's name with their passphrase on a descriptor.
    pub fn ran_by_descriptor(&self, who: &str, args: &[&str]) -> Ran {
        let mut all = vec!["-w", self.bench.ws(), "--as", who, "--passphrase-fd", "0"];
        all.extend(args);
        let mut command = command(&all);
        let mut child = command.env("KARAT_KEYS", self.keys()).stdin(Stdio::piped()).spawn().unwrap();
        writeln!(child.stdin.take().unwrap(), "{}", passphrase(who)).unwrap();
        Ran::of(&child.wait_with_output().unwrap(), &all)
    }

    /// Places of what `karat audit verify` finds.
    #[track_caller]
    pub fn findings(&self) -> Vec<(String, String)> {
        let ran = karat(&["-w", self.bench.ws(), "audit", "verify", "--json"]);
        let report: serde_json::Value = serde_json::from_str(&ran.out).unwrap_or_else(|_| panic!("{}{}", ran.out, ran.err));
        let text = |finding: &serde_json::Value, name: &str| finding[name].as_str().unwrap_or_default().to_owned();
        let found: Vec<_> = report["findings"].as_array().unwrap().iter().map(|f| (text(f, "kind"), text(f, "place"))).collect();
        assert_eq!(ran.code, i32::from(!found.is_empty()), "{}", ran.err);
        found
    }

    /// Changes control.db behind Karat's back.
    pub fn tamper(&self, sql: &str) {
        let conn = rusqlite::Connection::open(self.bench.path().join("control.db")).unwrap();
        conn.execute_batch("PRAGMA foreign_keys = OFF").unwrap();
        let triggers = ["audit_is_not_changed", "audit_is_not_shortened", "decision_is_not_changed", "decision_is_not_removed"];
        for trigger in triggers {
            conn.execute_batch(&format!("DROP TRIGGER IF EXISTS {trigger}")).unwrap();
        }
        conn.execute_batch(sql).unwrap();
    }

    /// Items of the queue in a state.
    #[track_caller]
    pub fn items(&self, who: &str, state: &str) -> Vec<String> {
        let list = self.ran(who, &["review", "list", "--state", state, "--json"]).json();
        list.as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap().to_owned()).collect()
    }
}

pub fn passphrase(name: &str) -> String {
    format!("{name} opens it")
}
