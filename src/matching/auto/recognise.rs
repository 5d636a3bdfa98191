//! What a column holds, told by its name and, where the name says nothing, by its values.

use serde::{Deserialize, Serialize};

use crate::base::dates::{DateOrder, parse_date};
use crate::matching::records::{Column, Records};
use crate::matching::standardise::{fold, nickname};

/// What a column was recognised as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    GivenName,
    MiddleName,
    FamilyName,
    FullName,
    /// A whole name in another script.
    NativeName,
    Organisation,
    Suffix,
    Email,
    Phone,
    BirthDate,
    BirthYear,
    BirthMonth,
    BirthDay,
    Gender,
    /// A number to be put before the street.
    StreetNumber,
    Street,
    City,
    Postcode,
    Id,
    Category,
    Text,
    /// Takes no part: row numbers, other dates, amounts, columns that say nothing.
    Ignored,
}

/// Values looked at per column.
const LOOKED_AT: usize = 2_000;

/// What a look at a column's values gives, as shares of the values looked at.
#[derive(Debug, Default)]
struct Look {
    values: f64,
    filled: f64,
    distinct: f64,
    email: f64,
    date: f64,
    phone: f64,
    numeric: f64,
    alphabetic: f64,
    given: f64,
    address: f64,
    postcode: f64,
    words: f64,
    largest: f64,
}

/// The role of every column, in the order of the columns.
pub fn recognise(records: &Records) -> Vec<Role> {
    let looks: Vec<Look> = records.columns.iter().map(look_at).collect();
    let mut roles: Vec<Role> = records
        .columns
        .iter()
        .zip(&looks)
        .map(|(column, look)| if look.values == 0.0 || look.distinct < 2.0 { Role::Ignored } else { role_of(&column.name, look) })
        .collect();
    mend_names(&mut roles, records, &looks);
    roles
}

fn look_at(column: &Column) -> Look {
    let filled = column.values.iter().flatten().filter(|v| !v.trim().is_empty()).count();
    let step = (filled / LOOKED_AT).max(1);
    let values: Vec<&str> = column.values.iter().flatten().map(|v| v.trim()).filter(|v| !v.is_empty()).step_by(step).collect();
    let count = values.len() as f64;
    let mut look = Look { values: count, filled: filled as f64 / (column.values.len() as f64).max(1.0), ..Look::default() };
    if values.is_empty() {
        return look;
    }
    let share = |test: &dyn Fn(&str) -> bool| values.iter().filter(|v| test(v)).count() as f64 / count;
    look.email = share(&|v| v.contains('@'));
    look.date = share(&|v| {
        v.len() >= 6
            && (v.contains(['-', '/', '.']) || v.len() == 8)
            && parse_date(v, DateOrder::DayFirst, 2025).is_some_and(|d| (1850..2100).contains(&chrono::Datelike::year(&d.date)))
    });
    look.phone = share(&|v| {
        let digits = fold::digits_of(v).len();
        (9..=14).contains(&digits) && v.chars().all(|c| c.is_ascii_digit() || " +-().".contains(c))
    });
    look.numeric = share(&|v| v.parse::<f64>().is_ok());
    look.alphabetic = share(&|v| v.chars().all(|c| c.is_alphabetic() || " '-.".contains(c)));
    look.given = share(&|v| !nickname::rows(fold(v).split(' ').next().unwrap_or("")).is_empty());
    look.address = share(&|v| {
        let folded = fold(v);
        let mut words = folded.split(' ');
        words.next().is_some_and(|w| w.as_bytes().first().is_some_and(u8::is_ascii_digit))
            && words.any(|w| w.len() > 2 && w.bytes().all(|b| b.is_ascii_lowercase()))
    });
    look.postcode = share(&|v| {
        let code: String = v.chars().filter(|c| *c != ' ').collect();
        (5..=8).contains(&code.len())
            && v.split(' ').count() <= 2
            && code.bytes().any(|b| b.is_ascii_digit())
            && code.bytes().next().is_some_and(|b| b.is_ascii_alphabetic())
    });
    look.words = values.iter().map(|v| v.split_whitespace().count() as f64).sum::<f64>() / count;
    look.largest = values.iter().filter_map(|v| v.parse::<f64>().ok()).fold(0.0, f64::max);
    let mut distinct: Vec<&str> = column.values.iter().flatten().map(AsRef::as_ref).collect();
    distinct.sort_unstable();
    distinct.dedup();
    look.distinct = distinct.len() as f64;
    // Every value its own: a row number rather than something two records could share.
    if distinct.len() == filled && filled > 50 && look.filled > 0.99 && look.words < 1.5 && look.email < 0.5 && look.date < 0.5 {
        look.distinct = f64::INFINITY;
    }
    look
}

/// The name's words: "dateOfBirth" and "DATE-OF_BIRTH" -> "date_of_birth".
fn words_of(name: &str) -> String {
    let mut out = String::new();
    let mut lower = false;
    for c in name.chars() {
        if c.is_uppercase() && lower {
            out.push('_');
        }
        lower = c.is_lowercase();
        if c.is_alphanumeric() {
            out.extend(c.to_lowercase());
        } else if !out.ends_with('_') {
            out.push('_');
        }
    }
    out.trim_matches('_').to_owned()
}

fn role_of(name: &str, look: &Look) -> Role {
    let name = words_of(name);
    let words: Vec<&str> = name.split('_').collect();
    let has = |list: &[&str]| words.iter().any(|w| list.contains(w));
    let within = |list: &[&str]| list.iter().any(|part| name.contains(part));
    if look.email > 0.5 || within(&["email", "e_mail"]) {
        return Role::Email;
    }
    if within(&["phone", "mobile", "telefon", "cellular"]) || has(&["tel", "cell", "fax", "msisdn"]) {
        return if has(&["type", "kind"]) { Role::Ignored } else { Role::Phone };
    }
    if has(&["type", "kind", "role", "status", "amount", "created", "modified", "updated", "creation"]) {
        return Role::Ignored;
    }
    if let Some(role) = birth_role(&name, &words, look) {
        return role;
    }
    if let Some(role) = name_role(&name, &words) {
        return role;
    }
    if let Some(role) = place_role(&name, &words) {
        return role;
    }
    if has(&["gender", "sex"]) {
        return Role::Gender;
    }
    if within(&["soc_sec", "ssn", "passport", "national_id", "nino", "tax", "licen", "iban", "device", "social_security"])
        || has(&["nin", "vat", "uen", "pan", "aadhaar", "imei"])
    {
        return if has(&["state", "country", "issuer"]) { Role::Ignored } else { Role::Id };
    }
    if has(&["id", "uuid", "key", "rowid", "index", "no", "nr"]) || look.distinct.is_infinite() {
        return if look.distinct.is_infinite() || look.numeric > 0.5 && !has(&["id"]) {
            Role::Ignored
        } else if has(&["id"]) && look.distinct > 0.3 * look.values {
            Role::Id
        } else {
            Role::Ignored
        };
    }
    by_content(look)
}

fn birth_role(name: &str, words: &[&str], look: &Look) -> Option<Role> {
    let has = |list: &[&str]| words.iter().any(|w| list.contains(w));
    let birth =
        has(&["dob", "birth", "birthdate", "birthday", "born", "bday", "geburtsdatum", "naissance"]) || name.contains("dateofbirth");
    if birth {
        if has(&["place", "city", "town", "country"]) {
            return Some(Role::City);
        }
        return Some(match () {
            () if has(&["year", "yr", "yyyy"]) => Role::BirthYear,
            () if has(&["month", "mon", "mm"]) => Role::BirthMonth,
            () if has(&["day", "dd"]) && look.largest <= 31.0 => Role::BirthDay,
            () => Role::BirthDate,
        });
    }
    let short = match name {
        "by" | "birthyear" | "yob" if look.numeric > 0.9 && look.largest > 1000.0 => Role::BirthYear,
        "bm" | "birthmonth" | "mob" if look.numeric > 0.9 && look.largest <= 12.0 => Role::BirthMonth,
        "bd" | "birthday" if look.numeric > 0.9 && look.largest <= 31.0 => Role::BirthDay,
        _ => return None,
    };
    Some(short)
}

fn name_role(name: &str, words: &[&str]) -> Option<Role> {
    let has = |list: &[&str]| words.iter().any(|w| list.contains(w));
    let within = |list: &[&str]| list.iter().any(|part| name.contains(part));
    let named = within(&["name"]);
    if has(&["suffix"]) {
        return Some(Role::Suffix);
    }
    if named && has(&["native"]) {
        return Some(Role::NativeName);
    }
    if named && has(&["org", "organisation", "organization", "company", "business", "legal"])
        || has(&["company", "organisation", "organization"])
    {
        return Some(Role::Organisation);
    }
    if within(&["surname", "lastname", "familyname"]) && !has(&["first"])
        || has(&["lname", "nachname"])
        || named && has(&["last", "family"])
    {
        return Some(Role::FamilyName);
    }
    if has(&["middle"]) {
        return Some(Role::MiddleName);
    }
    if within(&["firstname", "forename", "givenname"])
        || has(&["fname", "vorname"])
        || named && (has(&["first", "given"])) && !within(&["surname", "last"])
    {
        return Some(Role::GivenName);
    }
    if within(&["fullname"])
        || named
            && (has(&["full", "whole"])
                || words == ["name"]
                || has(&["customer", "person", "contact", "client", "member"])
                || within(&["surname"]))
    {
        return Some(Role::FullName);
    }
    None
}

fn place_role(name: &str, words: &[&str]) -> Option<Role> {
    let has = |list: &[&str]| words.iter().any(|w| list.contains(w));
    let within = |list: &[&str]| list.iter().any(|part| name.contains(part));
    if within(&["postcode", "postal", "zip", "postleit"]) || has(&["plz", "postcode"]) {
        return Some(Role::Postcode);
    }
    if within(&["street", "address", "addr", "strasse"]) {
        if has(&["number", "no", "num", "nr"]) || name.contains("hse_num") {
            return Some(Role::StreetNumber);
        }
        if has(&["city", "town", "suburb"]) {
            return Some(Role::City);
        }
        if has(&["state", "country", "region", "county"]) {
            return Some(Role::Category);
        }
        return Some(Role::Street);
    }
    if within(&["city", "town", "suburb", "birthplace", "municipality"]) || has(&["ort", "locality", "village"]) {
        return Some(Role::City);
    }
    if has(&["state", "county", "province", "region"]) {
        return Some(Role::Category);
    }
    None
}

fn by_content(look: &Look) -> Role {
    match () {
        () if look.postcode > 0.8 => Role::Postcode,
        () if look.address > 0.6 => Role::Street,
        () if look.date > 0.9 || look.numeric > 0.5 => Role::Ignored,
        () if look.phone > 0.8 => Role::Phone,
        () if look.given > 0.35 && look.alphabetic > 0.8 && look.words < 1.5 => Role::GivenName,
        () if look.given > 0.35 && look.alphabetic > 0.8 && look.words < 4.0 => Role::FullName,
        () if look.distinct > 8.0 && look.filled > 0.3 && look.words <= 12.0 => Role::Text,
        () => Role::Ignored,
    }
}

/// A given name stands beside a surname: where only one of two name-like columns was told, the other is the other.
fn mend_names(roles: &mut [Role], records: &Records, looks: &[Look]) {
    let given = roles.iter().filter(|r| **r == Role::GivenName).count();
    let family = roles.contains(&Role::FamilyName);
    if given == 1 && !family {
        let candidate = records.columns.iter().zip(looks).enumerate().position(|(at, (column, look))| {
            matches!(roles[at], Role::Text | Role::FullName)
                && words_of(&column.name).contains("name")
                && look.alphabetic > 0.8
                && look.words < 1.6
        });
        if let Some(at) = candidate {
            roles[at] = Role::FamilyName;
        }
    }
    // "name" of things that are no persons: few known given names.
    let persons = given > 0 || family;
    for (role, look) in roles.iter_mut().zip(looks) {
        if *role == Role::FullName && !persons && look.given < 0.15 {
            *role = Role::Organisation;
        }
    }
}
