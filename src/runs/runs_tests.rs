//! Reports as text, page and message.

use std::time::SystemTime;

use super::*;
use crate::store::run_settings::{MailWhen, Smtp, SmtpTls};

fn report() -> RunReport {
    RunReport {
        workspace: "B\u{e4}nk <&> Sons".into(),
        run: 12,
        state: "done".into(),
        started_at: "2026-11-20T07:00:12Z".into(),
        finished_at: "2026-11-20T07:03:40Z".into(),
        seconds: 208.4,
        by: "lena, by schedule".into(),
        gold: "v7, published".into(),
        customers: 1_482,
        tests_run: 30,
        tests: vec![TestLine { name: "unique".into(), table: "gold.x".into(), is_error: true, failing_rows: 3, message: "3 rows".into() }],
        figures: vec![FigureLine { name: "Total Balance".into(), old: "1".into(), new: "2".into(), change: "+1".into(), changed: true }],
        ..RunReport::default()
    }
}

#[test]
fn a_page_is_whole_and_escaped() {
    let page = html(&report());
    assert!(page.contains("<h1>Run 12 of B\u{e4}nk &lt;&amp;&gt; Sons: done, 1 test failed</h1>"), "{page}");
    assert!(page.contains("<dd>3 min 28 s</dd>") && page.contains("<dd>1,482</dd>") && page.contains("29 of 30 passed."));
    for (open, close) in [("<table", "</table>"), ("<tr", "</tr>"), ("<td", "</td>"), ("<tbody", "</tbody>"), ("<p", "</p>")] {
        let opened = page.matches(&format!("{open}>")).count() + page.matches(&format!("{open} ")).count();
        assert_eq!(opened, page.matches(close).count(), "{open}");
    }
}

#[test]
fn a_message_has_both_parts_and_names_who_it_is_for() {
    let smtp = Smtp {
        server: "mail.bank.example".into(),
        port: None,
        tls: SmtpTls::Starttls,
        user: None,
        from: "Karat <karat@bank.example>".into(),
        to: vec!["data@bank.example".into()],
        when: MailWhen::Always,
    };
    let at = SystemTime::UNIX_EPOCH;
    let put_together = |smtp: &Smtp| letter(&report(), Some(smtp), at);
    let bytes = String::from_utf8(put_together(&smtp).unwrap().bytes).unwrap();
    assert!(bytes.is_ascii() && bytes.contains("To: data@bank.example") && bytes.contains("Thu, 01 Jan 1970 00:00:00"), "{bytes}");
    assert!(bytes.contains("text/plain") && bytes.contains("text/html") && !bytes.contains("X-Unsent"));
    assert!(bytes.lines().all(|line| line.len() < 998), "no line is too long for a mail server");
    let wrong = Smtp { to: vec!["nobody".into()], ..smtp.clone() };
    assert!(put_together(&wrong).unwrap_err().to_string().starts_with("to of [smtp] in workspace.toml is no e-mail address"));
    assert!(matches!(put_together(&Smtp { to: vec![], ..smtp }), Err(MailError::NoRecipient)));
}
