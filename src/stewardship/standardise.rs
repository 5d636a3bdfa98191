//! Staged values become standardised ones. Flow: `[StagedRecord]` -> what the columns say of themselves (date order, country code)
//! -> CustomerRecord with the raw values beside the clean ones.

use std::collections::BTreeMap;

use crate::base::RecordKey;
use crate::base::dates::{DateOrder, column_order, parse_date};
use crate::matching::standardise::address::{clean_postcode, clean_street, split_address};
use crate::matching::standardise::email::clean_email;
use crate::matching::standardise::fold::{digits_of, fold};
use crate::matching::standardise::gender::clean_gender;
use crate::matching::standardise::name::{NameParts, parse_name};
use crate::matching::standardise::phone::clean_phone;

use super::record::{CustomerRecord, Field, FlagKind, RawField};

/// One row of `stg_customer_record`: the values of a source as they came.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StagedRecord {
    pub source_system: String,
    pub source_customer_id: String,
    pub raw_name: Option<String>,
    pub first_name: Option<String>,
    pub last_name: Option<String>,
    pub raw_email: Option<String>,
    pub raw_phone: Option<String>,
    pub raw_birth_date: Option<String>,
    pub gender: Option<String>,
    pub raw_address: Option<String>,
    pub street: Option<String>,
    pub city: Option<String>,
    pub postcode: Option<String>,
    pub country: Option<String>,
    pub raw_branch: Option<String>,
    pub branch_id: Option<String>,
    pub device_id: Option<String>,
    pub device_name: Option<String>,
    pub customer_type: Option<String>,
    pub customer_group: Option<String>,
    pub kyc_status: Option<String>,
    pub risk_rating: Option<String>,
    pub customer_since: Option<String>,
    pub updated_at: Option<String>,
    pub file: String,
    pub line: u64,
}

/// What is decided per column and not per value.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ColumnFacts {
    /// Date order per source system.
    order: BTreeMap<String, DateOrder>,
    /// Country code of most phones and the number of digits behind it.
    country: Option<(String, usize)>,
    /// Two-digit years up to this one belong to its century.
    pivot_year: i32,
}

/// Standardises all records and puts them into the order of their keys. `as_of` is an ISO date.
pub fn standardise_all(staged: &[StagedRecord], as_of: &str) -> Vec<CustomerRecord> {
    let facts = column_facts(staged, as_of);
    let mut records: Vec<CustomerRecord> = staged.iter().map(|row| standardise(row, &facts)).collect();
    records.sort_by(|a, b| a.key.cmp(&b.key));
    records
}

/// Looks at whole columns: the order of dates per source, the usual country code of phones.
pub fn column_facts(staged: &[StagedRecord], as_of: &str) -> ColumnFacts {
    let mut by_source: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for row in staged {
        if let Some(date) = &row.raw_birth_date {
            by_source.entry(row.source_system.clone()).or_default().push(date);
        }
    }
    ColumnFacts {
        order: by_source.into_iter().map(|(source, dates)| (source, column_order(dates).0)).collect(),
        country: usual_country(staged),
        pivot_year: as_of.get(..4).and_then(|year| year.parse().ok()).unwrap_or(2050),
    }
}

/// One record.
pub fn standardise(row: &StagedRecord, facts: &ColumnFacts) -> CustomerRecord {
    let mut record = CustomerRecord::new(RecordKey::new(&row.source_system, &row.source_customer_id));
    record.set_raw(RawField::Name, row.raw_name.as_deref());
    record.set_raw(RawField::Email, row.raw_email.as_deref());
    record.set_raw(RawField::Phone, row.raw_phone.as_deref());
    record.set_raw(RawField::BirthDate, row.raw_birth_date.as_deref());
    record.set_raw(RawField::Address, row.raw_address.as_deref());
    record.set_raw(RawField::Branch, row.raw_branch.as_deref());
    set_name(&mut record, row);
    set_email(&mut record, row);
    set_phone(&mut record, row, facts);
    set_birth_date(&mut record, row, facts);
    set_address(&mut record, row);
    record.set(Field::Gender, row.gender.as_deref().and_then(clean_gender));
    record.set(Field::BranchId, row.branch_id.as_deref());
    record.set(Field::DeviceId, row.device_id.as_deref());
    record.set(Field::CustomerType, row.customer_type.as_deref());
    record.set(Field::CustomerGroup, row.customer_group.as_deref());
    record.set(Field::KycStatus, row.kyc_status.as_deref());
    record.set(Field::RiskRating, row.risk_rating.as_deref());
    record.set(Field::CustomerSince, row.customer_since.as_deref());
    record.updated_at.clone_from(&row.updated_at);
    record.file.clone_from(&row.file);
    record.line = row.line;
    record
}

fn set_name(record: &mut CustomerRecord, row: &StagedRecord) {
    let split = row.first_name.is_some() && row.last_name.is_some();
    let whole = match (&row.raw_name, &row.device_name) {
        (Some(name), _) => name.clone(),
        (None, Some(device)) => {
            // "Priya's iPhone": a name that its owner gave, and no more than a hint.
            let Some(owner) = device_owner(device) else { return };
            record.flag(Field::FullName, FlagKind::Doubtful);
            owner
        }
        (None, None) => return,
    };
    // A hyphen ties: for taking a name apart its halves are one word; they are written out again as they stood.
    let parse_name = |text: &str| parse_name(&text.replace('-', ""));
    let fold = |text: &str| fold(&text.replace('-', ""));
    let parts = parse_name(&whole);
    let mut parts = if split {
        let (first, last) = (parse_name(row.first_name.as_deref().unwrap_or_default()), fold(row.last_name.as_deref().unwrap_or_default()));
        let last_parts = parse_name(row.last_name.as_deref().unwrap_or_default());
        let suffix = [parts.suffix.clone(), last_parts.suffix].into_iter().find(|suffix| !suffix.is_empty()).unwrap_or_default();
        let last = if suffix.is_empty() { last } else { parts.last.clone() };
        NameParts { prefix: parts.prefix.clone(), first: first.first, middle: first.middle, last, suffix }
    } else {
        parts
    };
    if parts.first.is_empty() && parts.last.is_empty() {
        record.flag(Field::FullName, FlagKind::Unreadable);
        return;
    }
    if !split && parts.first.is_empty() {
        std::mem::swap(&mut parts.first, &mut parts.middle);
    }
    let (first, middle, last) = (as_written(&parts.first, &whole), as_written(&parts.middle, &whole), as_written(&parts.last, &whole));
    let suffix = suffix_in_words(&parts.suffix);
    let full =
        [&first, &middle, &last, &suffix].into_iter().filter(|part| !part.is_empty()).map(String::as_str).collect::<Vec<_>>().join(" ");
    if row.raw_name.as_deref().is_some_and(|raw| raw != full) {
        record.flag(Field::FullName, FlagKind::Changed);
    }
    record.set(Field::FullName, Some(full));
    record.set(Field::FirstName, Some(first));
    record.set(Field::MiddleName, Some(middle));
    record.set(Field::LastName, Some(last));
    record.set(Field::Suffix, Some(suffix));
}

/// The words of `folded` as they stand in `written`, with their accents; words in one case only are written like names.
fn as_written(folded: &str, written: &str) -> String {
    let candidates: Vec<(String, &str)> = written
        .split(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | '(' | ')' | '"'))
        .filter(|word| !word.is_empty())
        .map(|word| (fold(&word.replace('-', "")), word.trim_matches('.')))
        .collect();
    let mut words = Vec::new();
    let mut rest = folded;
    while !rest.is_empty() {
        let found = candidates
            .iter()
            .filter(|(key, _)| {
                !key.is_empty() && (rest == key || rest.strip_prefix(key.as_str()).is_some_and(|tail| tail.starts_with(' ')))
            })
            .max_by_key(|(key, _)| key.len());
        let taken = match found {
            Some((key, word)) => {
                words.push(name_case(word));
                key.len()
            }
            None => {
                let word = rest.split(' ').next().unwrap_or(rest);
                words.push(name_case(word));
                word.len()
            }
        };
        rest = rest[taken..].trim_start();
    }
    words.join(" ")
}

/// `SOLVANG-HALE` and `solvang-hale` -> `Solvang-Hale`; mixed case stays as somebody meant it.
pub fn name_case(word: &str) -> String {
    let is_mixed = word.chars().any(char::is_lowercase) && word.chars().any(char::is_uppercase);
    if is_mixed || word.chars().count() < 2 && word.chars().any(char::is_uppercase) {
        return word.to_owned();
    }
    let mut at_start = true;
    word.chars()
        .flat_map(|letter| {
            let cased: Vec<char> = if at_start { letter.to_uppercase().collect() } else { letter.to_lowercase().collect() };
            at_start = !letter.is_alphanumeric();
            cased
        })
        .collect()
}

fn suffix_in_words(suffix: &str) -> String {
    match suffix {
        "jr" => "Jr.".to_owned(),
        "sr" => "Sr.".to_owned(),
        other => other.to_uppercase(),
    }
}

/// "Priya's iPhone" -> "Priya"
fn device_owner(device: &str) -> Option<String> {
    let at = device.find("'s ").or_else(|| device.find("\u{2019}s "))?;
    let owner = device[..at].trim();
    (!owner.is_empty() && owner.chars().all(|c| c.is_alphabetic() || matches!(c, ' ' | '-' | '.'))).then(|| owner.to_owned())
}

fn set_email(record: &mut CustomerRecord, row: &StagedRecord) {
    let Some(raw) = row.raw_email.as_deref().filter(|raw| !raw.trim().is_empty()) else { return };
    match clean_email(raw) {
        Some(email) => {
            if email != raw {
                record.flag(Field::Email, FlagKind::Changed);
            }
            record.set(Field::Email, Some(email));
        }
        None => record.flag(Field::Email, if raw.contains('@') { FlagKind::Placeholder } else { FlagKind::Unreadable }),
    }
}

fn set_phone(record: &mut CustomerRecord, row: &StagedRecord, facts: &ColumnFacts) {
    let Some(raw) = row.raw_phone.as_deref().filter(|raw| !raw.trim().is_empty()) else { return };
    match clean_phone(raw) {
        Some(digits) => {
            let phone = international(raw, &digits, facts);
            if phone != raw {
                record.flag(Field::Phone, FlagKind::Changed);
            }
            record.set(Field::Phone, Some(phone));
        }
        None => record.flag(Field::Phone, if digits_of(raw).len() >= 6 { FlagKind::Placeholder } else { FlagKind::Unreadable }),
    }
}

/// E.164 where the country is known: it was written, or the digits fit the country of most phones.
fn international(raw: &str, digits: &str, facts: &ColumnFacts) -> String {
    if raw.trim_start().starts_with('+') || raw.trim_start().starts_with("00") {
        return format!("+{digits}");
    }
    match &facts.country {
        Some((code, length)) if digits.len() == *length => format!("+{code}{digits}"),
        Some((code, length)) if digits.len() == code.len() + length && digits.starts_with(code.as_str()) => format!("+{digits}"),
        _ => digits.to_owned(),
    }
}

/// Country code and national length of most numbers that were written with a plus.
fn usual_country(staged: &[StagedRecord]) -> Option<(String, usize)> {
    let mut counts: BTreeMap<(String, usize), usize> = BTreeMap::new();
    for raw in staged.iter().filter_map(|row| row.raw_phone.as_deref()).filter(|raw| raw.trim_start().starts_with('+')) {
        if let Some(digits) = clean_phone(raw) {
            let code = country_code(&digits);
            *counts.entry((code.to_owned(), digits.len() - code.len())).or_default() += 1;
        }
    }
    counts.into_iter().max_by_key(|((code, _), count)| (*count, std::cmp::Reverse(code.clone()))).map(|(country, _)| country)
}

/// The country code at the head of an international number (ITU-T E.164: zones 1 and 7 have one digit, the listed ones two,
/// all others three).
fn country_code(digits: &str) -> &str {
    const TWO: [&str; 43] = [
        "20", "27", "30", "31", "32", "33", "34", "36", "39", "40", "41", "43", "44", "45", "46", "47", "48", "49", "51", "52", "53", "54",
        "55", "56", "57", "58", "60", "61", "62", "63", "64", "65", "66", "81", "82", "84", "86", "90", "91", "92", "93", "94", "95",
    ];
    let length = match digits.as_bytes().first() {
        Some(b'1' | b'7') => 1,
        _ if digits.get(..2).is_some_and(|head| TWO.contains(&head) || head == "98") => 2,
        _ => 3,
    };
    &digits[..length.min(digits.len())]
}

fn set_birth_date(record: &mut CustomerRecord, row: &StagedRecord, facts: &ColumnFacts) {
    let Some(raw) = row.raw_birth_date.as_deref().filter(|raw| !raw.trim().is_empty()) else { return };
    let order = facts.order.get(&row.source_system).copied().unwrap_or_default();
    let Some(parsed) = parse_date(raw, order, facts.pivot_year) else {
        record.flag(Field::BirthDate, FlagKind::Unreadable);
        return;
    };
    let iso = parsed.date.to_string();
    if is_placeholder_date(&iso) {
        record.flag(Field::BirthDate, FlagKind::Placeholder);
        return;
    }
    if parsed.ambiguous {
        record.flag(Field::BirthDate, FlagKind::Doubtful);
    } else if iso != raw {
        record.flag(Field::BirthDate, FlagKind::Changed);
    }
    record.set(Field::BirthDate, Some(iso));
}

/// Dates that forms are filled with when nobody knows.
fn is_placeholder_date(iso: &str) -> bool {
    matches!(iso, "1900-01-01" | "1970-01-01" | "1899-12-30" | "1901-01-01" | "9999-12-31" | "2000-01-01")
}

fn set_address(record: &mut CustomerRecord, row: &StagedRecord) {
    let is_split = row.street.is_some() || row.city.is_some() || row.postcode.is_some();
    let (street, city, postcode, country) = if is_split {
        (
            row.street.as_deref().map(clean_street).unwrap_or_default(),
            row.city.as_deref().map(fold).unwrap_or_default(),
            row.postcode.as_deref().and_then(clean_postcode).unwrap_or_default(),
            row.country.as_deref().map(fold).unwrap_or_default(),
        )
    } else {
        let Some(raw) = row.raw_address.as_deref() else { return };
        let parts = split_address(raw);
        (parts.street, parts.city, parts.postcode, parts.country)
    };
    record.set(Field::Street, Some(title_case(&street)));
    record.set(Field::City, Some(title_case(&city)));
    record.set(Field::Postcode, Some(postcode.to_uppercase()));
    record.set(Field::Country, Some(title_case(&country)));
}

fn title_case(folded: &str) -> String {
    folded.split(' ').map(name_case).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
#[path = "standardise_tests.rs"]
mod tests;
