//! Values that people type. Flow: field + text -> the field's own cleaning -> the value as it is kept, or why it cannot be one.

use super::record::{CustomerRecord, Field, FlagKind};
use super::standardise::{ColumnFacts, StagedRecord, standardise};

/// The value as golden records hold it. `today` is an ISO date. Errors say what the field needs, never what was typed.
pub fn validated(field: Field, text: &str, today: &str) -> Result<String, String> {
    let text = text.trim();
    if text.is_empty() {
        return Err(format!("{} needs a value; to leave the choice to the rules, give it back.", field.label()));
    }
    if text.chars().count() > LONGEST || text.chars().any(char::is_control) {
        return Err(format!("{} is one line of at most {LONGEST} characters.", field.label()));
    }
    let cleaned = cleaned(field, text);
    let is_refused = cleaned.is_flagged(field, FlagKind::Placeholder) || cleaned.is_flagged(field, FlagKind::Unreadable);
    let value = cleaned.get(field).filter(|_| !is_refused).ok_or_else(|| format!("{} {}", field.label(), needs(field)))?;
    if matches!(field, Field::BirthDate | Field::CustomerSince) && !("1880-01-01"..=today).contains(&value) {
        return Err(format!("{} lies between 1880 and today.", field.label()));
    }
    Ok(value.to_owned())
}

/// A record that holds nothing but this text, cleaned as a source's value is. Of a full name it holds the parts, too.
pub fn cleaned(field: Field, text: &str) -> CustomerRecord {
    let mut row = StagedRecord { source_system: "steward".to_owned(), ..StagedRecord::default() };
    let value = Some(text.to_owned());
    match field {
        Field::FullName => row.raw_name = value,
        Field::Email => row.raw_email = value,
        Field::Phone => row.raw_phone = value,
        Field::BirthDate | Field::CustomerSince => row.raw_birth_date = value,
        Field::Postcode => row.postcode = value,
        Field::Gender => row.gender = value,
        // As they are written: a word that somebody types is meant so.
        Field::FirstName
        | Field::MiddleName
        | Field::LastName
        | Field::Suffix
        | Field::Street
        | Field::City
        | Field::Country
        | Field::BranchId
        | Field::DeviceId
        | Field::CustomerType
        | Field::CustomerGroup
        | Field::KycStatus
        | Field::RiskRating => {}
    }
    let mut record = standardise(&row, &ColumnFacts::default());
    match field {
        Field::CustomerSince => {
            let date = record.get(Field::BirthDate).map(str::to_owned);
            record.set(field, date);
        }
        Field::FullName | Field::Email | Field::Phone | Field::BirthDate | Field::Postcode | Field::Gender => {}
        Field::FirstName | Field::MiddleName | Field::LastName => record.set(field, Some(text).filter(|text| has_letters(text))),
        _ => record.set(field, Some(text)),
    }
    record
}

const LONGEST: usize = 200;

fn has_letters(text: &str) -> bool {
    text.chars().any(char::is_alphabetic) && !text.chars().any(|c| c.is_ascii_digit())
}

fn needs(field: Field) -> &'static str {
    match field {
        Field::Email => "needs an address like name@bank.example.",
        Field::Phone => "needs a number of 6 to 15 digits, best with + and the country.",
        Field::BirthDate | Field::CustomerSince => "needs a date like 1984-05-17.",
        Field::FullName | Field::FirstName | Field::MiddleName | Field::LastName => "needs a name in letters.",
        Field::Postcode => "needs a postcode of letters and digits.",
        Field::Gender => "needs female, male or other.",
        _ => "needs a value.",
    }
}

#[cfg(test)]
#[path = "validate_tests.rs"]
mod tests;
