//! What runs tell of themselves.

use std::fs;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use crate::support::program::command;
use crate::support::smtp::{MailServer, Manners};
use crate::support::{Bench, Ran};

fn report(bench: &Bench, run: i64, ending: &str) -> PathBuf {
    bench.path().join(format!("reports/run-{run:04}.{ending}"))
}

/// Appends to workspace.toml.
fn set(bench: &Bench, text: &str) {
    let path = bench.path().join("workspace.toml");
    let before = fs::read_to_string(&path).unwrap();
    fs::write(path, format!("{before}\n{text}\n")).unwrap();
}

fn smtp(bench: &Bench, port: u16, more: &str) {
    set(
        bench,
        &format!(
            "[smtp]\nserver = \"127.0.0.1\"\nport = {port}\ntls = \"none\"\nfrom = \"Karat <karat@bank.example>\"\nto = [\"data@bank.example\"]\n{more}"
        ),
    );
}

fn run_with(bench: &Bench, password: &str) -> Ran {
    let args = ["-w", bench.ws(), "run"];
    let mut command = command(&args);
    if !password.is_empty() {
        command.env("KARAT_SMTP_PASSWORD", password);
    }
    Ran::of(&command.output().unwrap(), &args)
}

#[test]
fn a_run_leaves_a_report_without_a_value_of_a_customer() {
    let (bench, bank) = Bench::of_bank(60, 11);
    let page = fs::read_to_string(report(&bench, 1, "html")).unwrap();
    assert!(page.starts_with("<!doctype html>") && page.contains("prefers-color-scheme: dark") && page.contains("@media print"));
    assert!(!page.contains("<script") && !page.contains("http"), "it needs no other file");
    let customers = bench.value("SELECT count(*) FROM gold.customer_360");
    for told in
        [format!("<dd>{customers}</dd>"), "The first gold".into(), "<td>erp_customers</td>".into(), "<td>gold.customer_360</td>".into()]
    {
        assert!(page.contains(&told), "{told}\n{page}");
    }
    let text = bank.file("erp_transactions.csv");
    let new: String = text.lines().take(4).map(|line| format!("{}\n", line.replace("TXN-", "NEW-"))).collect();
    bench.karat(&["ingest", &bench.file("erp_transactions_new.csv", new)]).ok();
    let said = bench.karat(&["run"]);
    assert!(said.err.contains("run-0002.html"), "{}", said.err);
    let page = fs::read_to_string(report(&bench, 2, "html")).unwrap();
    assert!(page.contains("Beside v1") && page.contains("erp_transactions_new.csv") && page.contains("Total Transactions"), "{page}");
    let letter = fs::read_to_string(report(&bench, 2, "eml")).unwrap();
    assert!(letter.contains("Subject: Run 2 of ws: done") && letter.contains("multipart/alternative") && letter.contains("X-Unsent: 1"));
    // No name, no address, no identifier of anybody is in either.
    let values = bench.rows(
        "SELECT full_name FROM gold.customer_360 WHERE full_name IS NOT NULL UNION SELECT email FROM gold.customer_360 WHERE email IS NOT NULL
         UNION SELECT source_customer_id FROM gold.bridge_customer_ids",
    );
    assert!(values.len() > 100);
    for value in values.iter().map(|row| &row[0]).filter(|value| value.len() > 3) {
        assert!(!page.contains(value.as_str()) && !letter.contains(value.as_str()), "{value} is in the report");
    }
    let listed = bench.karat(&["runs", "list", "--json"]).json();
    let runs = listed["runs"].as_array().unwrap();
    assert_eq!((runs.len(), runs[0]["state"].as_str(), runs[0]["new_files"].as_u64()), (2, Some("done"), Some(1)));
    assert_eq!((runs[0]["by"].as_str(), runs[0]["report"]["mail"].as_str()), (Some("tester"), Some("off")));
    let shown = bench.karat(&["runs", "show", "2"]).ok();
    assert!(shown.contains("gold.customer_360") && shown.contains("run-0002.html"), "{shown}");
    let copy = bench.dir().join("copy.html");
    bench.karat(&["runs", "report", "2", "--out", copy.to_str().unwrap()]).ok();
    assert_eq!(fs::read_to_string(copy).unwrap(), page);
    assert!(bench.karat(&["runs", "show", "9"]).fails(1).contains("there is no run 9"));
    assert!(bench.karat(&["runs", "send", "2"]).fails(1).contains("no mail server is set"));
}

#[test]
fn a_report_goes_to_the_mail_server() {
    let (bench, _) = Bench::of_bank(60, 11);
    let server = MailServer::start(Manners::Takes);
    smtp(&bench, server.port, "user = \"karat\"");
    let said = run_with(&bench, "open sesame");
    assert!(said.err.contains("sent to data@bank.example"), "{}", said.err);
    said.ok();
    let mail = server.mail();
    for part in [
        "AUTH PLAIN",
        "MAIL FROM:<karat@bank.example>",
        "RCPT TO:<data@bank.example>",
        "Subject: Run 2 of ws: done",
        "text/html",
        "Total Balance",
    ] {
        assert!(mail.contains(part), "{part}\n{mail}");
    }
    // The password is in no file.
    assert!(bench.bytes().values().all(|bytes| !bytes.windows(11).any(|part| part == b"open sesame")));
    assert_eq!(bench.karat(&["runs", "list", "--json"]).json()["runs"][0]["report"]["mail"], "sent");
    // Once more, by hand.
    let args = ["-w", bench.ws(), "runs", "send", "2"];
    let again = command(&args).env("KARAT_SMTP_PASSWORD", "open sesame").output().unwrap();
    Ran::of(&again, &args).ok();
    assert!(server.mail().contains("Run 2 of ws"));
}

#[test]
fn a_mail_server_that_does_not_take_it_is_told_of_and_fails_no_run() {
    let (bench, _) = Bench::of_bank(60, 11);
    let before = bench.hashes();
    let plain = fs::read_to_string(bench.path().join("workspace.toml")).unwrap();
    let cases: [(&str, Manners, &str, &str); 4] = [
        ("user = \"karat\"", Manners::DoubtsPassword, "wrong", "did not accept the user or the password"),
        ("", Manners::KnowsNobody, "", "did not take the message"),
        ("user = \"karat\"", Manners::Takes, "", "Set KARAT_SMTP_PASSWORD"),
        ("when = \"problems\"", Manners::KnowsNobody, "", ""),
    ];
    for (more, manners, password, message) in cases {
        fs::write(bench.path().join("workspace.toml"), &plain).unwrap();
        let server = MailServer::start(manners);
        smtp(&bench, server.port, more);
        let said = run_with(&bench, password);
        assert!(message.is_empty() || said.err.contains(message), "{message}\n{}", said.err);
        assert_eq!(said.err.contains("was not sent"), !message.is_empty(), "{}", said.err);
        said.ok();
        assert!(server.is_empty());
    }
    fs::write(bench.path().join("workspace.toml"), &plain).unwrap();
    smtp(&bench, MailServer::nobody(), "");
    let said = run_with(&bench, "");
    assert!(said.err.contains("127.0.0.1 refused the connection on port") && said.err.contains("[smtp]"), "{}", said.err);
    said.ok();
    let told = bench.karat(&["runs", "show", "6"]).ok();
    assert!(told.contains("refused the connection"), "kept with the run: {told}");
    assert!(report(&bench, 6, "eml").exists());
    assert_eq!(bench.hashes(), before);
    // In the clear to another machine: never.
    let far = plain.clone() + "\n[smtp]\nserver = \"mail.bank.example\"\ntls = \"none\"\nfrom = \"k@b.example\"\nto = [\"d@b.example\"]\n";
    fs::write(bench.path().join("workspace.toml"), far).unwrap();
    let said = bench.karat(&["runs", "send", "6"]).fails(1);
    assert!(said.contains("in the clear"), "{said}");
}

#[cfg(unix)]
#[test]
fn cancelled_while_the_mail_server_keeps_silent_the_run_stands() {
    use crate::support::program::{signal, wait_for};
    let (bench, _) = Bench::of_bank(60, 11);
    let server = MailServer::start(Manners::KeepsSilent);
    smtp(&bench, server.port, "");
    let mut child = command(&["-w", bench.ws(), "run"]).spawn().unwrap();
    assert!(wait_for(Duration::from_secs(60), || report(&bench, 2, "eml").exists()));
    std::thread::sleep(Duration::from_millis(300));
    let asked = Instant::now();
    signal(&child, "INT");
    let status = child.wait().unwrap();
    assert!(asked.elapsed() < Duration::from_secs(5), "it waited {:?}", asked.elapsed());
    assert_eq!(status.code(), Some(0), "the run was done before");
    assert!(bench.karat(&["runs", "show", "2"]).ok().contains("it was cancelled before the mail server had the message"));
}

#[test]
fn a_report_that_cannot_be_written_fails_no_run() {
    let (bench, _) = Bench::of_bank(60, 11);
    let before = bench.hashes();
    fs::remove_dir_all(bench.path().join("reports")).unwrap();
    fs::write(bench.path().join("reports"), "a file in its place").unwrap();
    let said = bench.karat(&["run"]);
    assert!(said.err.contains("There is no report of this run") && said.err.contains("reports"), "{}", said.err);
    said.ok();
    assert_eq!(bench.hashes(), before);
    assert!(bench.karat(&["runs", "show", "2"]).ok().contains("its report was not written"));
    // What was not written can be asked for all the same.
    bench.karat(&["runs", "report", "2", "--out", bench.dir().join("r.html").to_str().unwrap()]).ok();
}

#[test]
fn a_run_that_failed_tells_how_far_it_came() {
    let (bench, _) = Bench::of_bank(60, 11);
    set(
        &bench,
        "[[test]]\ntable = \"silver.stg_customer_record\"\nkind = \"sql\"\nname = \"never\"\nsql = \"SELECT 1\"\nseverity = \"error\"\n",
    );
    let before = bench.hashes();
    let said = bench.karat(&["run"]).fails(1);
    assert!(said.contains("nothing was put in place"), "{said}");
    let run = &bench.karat(&["runs", "show", "2", "--json"]).json();
    assert_eq!(run["line"]["state"], "failed");
    let models = run["models"].as_array().unwrap();
    assert!(models.iter().any(|model| model["model"] == "silver.stg_customer_record" && model["state"] == "built"), "{models:?}");
    let page = fs::read_to_string(report(&bench, 2, "html")).unwrap();
    assert!(page.contains("Run 2 of ws: failed") && page.contains("nothing was put in place"), "{page}");
    assert_eq!(bench.hashes(), before);
}

#[test]
fn a_schedule_is_set_shown_printed_and_taken_out() {
    let bench = Bench::new();
    assert!(bench.karat(&["schedule", "show"]).err.contains("No run comes by itself"));
    assert!(bench.karat(&["schedule", "print", "cron"]).fails(1).contains("no schedule to print"));
    let toml = || fs::read_to_string(bench.path().join("workspace.toml")).unwrap();
    let before = toml();
    let said = bench.karat(&["schedule", "set", "0 25 * * *"]).fails(1);
    assert!(said.contains("at character 3: \"25\" is no hour") && said.contains("\"0 7 * * *\" is every day"), "{said}");
    assert_eq!(toml(), before);
    bench.karat(&["schedule", "set", "0  7 * * *"]).ok();
    assert!(toml().contains("[schedule]\ncron = \"0 7 * * *\""), "{}", toml());
    let shown = bench.karat(&["schedule", "show"]).ok();
    assert!(shown.contains("07:00") && shown.contains("missed       none"), "{shown}");
    let next = bench.karat(&["schedule", "next", "--count", "3"]).ok();
    assert!(next.lines().count() == 3 && next.lines().all(|line| line.ends_with("T07:00:00Z")), "{next}");
    assert!(bench.karat(&["status"]).ok().contains("schedule     At 07:00, UTC; next 2"));
    let cron = bench.karat(&["schedule", "print", "cron"]).ok();
    assert!(cron.contains("0 7 * * * '") && cron.contains(bench.ws()), "{cron}");
    assert!(bench.karat(&["schedule", "print", "systemd"]).ok().contains("OnCalendar=*-*-* 07:00:00 UTC"));
    assert!(bench.karat(&["schedule", "print", "windows"]).ok().contains("<ScheduleByDay>"));
    assert_eq!(bench.rows("SELECT deed, detail FROM control.audit WHERE deed = 'schedule'"), [["schedule", "0 7 * * *"]]);
    bench.karat(&["schedule", "off"]).ok();
    assert!(!toml().contains("schedule"));
    // Written by hand and wrong: everything else goes on, and it is told.
    set(&bench, "[schedule]\ncron = \"every morning\"");
    assert!(bench.karat(&["schedule", "show"]).fails(1).contains("2 of five fields"));
    assert!(bench.karat(&["status"]).ok().contains("is no schedule"));
}

#[test]
fn runs_that_were_missed_are_named() {
    let (bench, _) = Bench::of_bank(60, 11);
    bench.karat(&["schedule", "set", "0 */6 * * *"]).ok();
    // It holds since three days.
    let since = karat::base::Clock::System.now() - chrono::TimeDelta::days(3);
    let kept = format!("{} 0 */6 * * *", since.format("%Y-%m-%dT%H:%M:%SZ"));
    let conn = rusqlite::Connection::open(bench.path().join("control.db")).unwrap();
    conn.execute("UPDATE setting SET value = ?1 WHERE name = 'schedule.since'", [kept]).unwrap();
    drop(conn);
    let missed = bench.karat(&["schedule", "show", "--json"]).json()["missed"].as_array().unwrap().len();
    // The workspace's own run was a moment ago; the one before it was due within the last six hours.
    assert!((10..=13).contains(&missed), "{missed}");
    assert!(bench.karat(&["status"]).ok().contains("that were due did not come"));
}
