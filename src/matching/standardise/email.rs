//! E-mail addresses: lower case, the display name around them and the +tag inside them taken away.

use super::fold::digits_of;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EmailParts<'a> {
    pub local: &'a str,
    pub domain: &'a str,
}

/// `"Jay Jones" <JJones+bank@fmail.com>` -> `jjones@fmail.com`. `None` where there is no address or it is a known placeholder.
pub fn clean_email(text: &str) -> Option<String> {
    let text = text.trim();
    let text = match (text.rfind('<'), text.rfind('>')) {
        (Some(from), Some(to)) if from < to => &text[from + 1..to],
        _ => text,
    };
    let text: String = text.trim().trim_start_matches("mailto:").chars().filter(|c| !c.is_whitespace()).collect::<String>().to_lowercase();
    let (local, domain) = text.split_once('@')?;
    let local = local.split_once('+').map_or(local, |(before, _)| before);
    let domain = domain.trim_end_matches(['.', ',', ';', '>']);
    if local.is_empty() || domain.is_empty() || is_placeholder(local, domain) {
        return None;
    }
    Some(format!("{local}@{domain}"))
}

/// The parts of a cleaned address.
pub fn email_parts(clean: &str) -> EmailParts<'_> {
    let (local, domain) = clean.split_once('@').unwrap_or((clean, ""));
    EmailParts { local, domain }
}

/// Addresses that forms are filled with when nobody gave one.
fn is_placeholder(local: &str, domain: &str) -> bool {
    let word = matches!(
        local,
        "test"
            | "none"
            | "noemail"
            | "no.email"
            | "no-email"
            | "na"
            | "n/a"
            | "unknown"
            | "noreply"
            | "no-reply"
            | "donotreply"
            | "example"
            | "xxx"
            | "nomail"
            | "null"
    );
    // Made-up banks and tests give everybody an address at example.com that is still the person's own; what many share is found by who shares it.
    let place = match domain.split('.').next().unwrap_or("") {
        "test" | "none" | "noemail" | "invalid" | "localhost" => true,
        "example" => matches!(local, "user" | "name" | "your" | "you" | "email" | "mail" | "someone" | "somebody"),
        _ => false,
    };
    word || place || (digits_of(local).len() == local.len() && local.bytes().all(|b| b == b'0'))
}

/// Providers whose domain says nothing about a person.
pub fn is_common_provider(domain: &str) -> bool {
    matches!(
        domain.split('.').next().unwrap_or(""),
        "gmail"
            | "googlemail"
            | "yahoo"
            | "hotmail"
            | "outlook"
            | "live"
            | "icloud"
            | "aol"
            | "gmx"
            | "web"
            | "proton"
            | "protonmail"
            | "mail"
            | "msn"
            | "me"
    )
}
