//! What a column holds, told by its name and, where the name says nothing, by its values.

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::agreement::Agreement;
use super::look::{Look, look_at};
use super::unnamed;
use super::words::in_english;
use crate::base::{Cancelled, RunCtx};
use crate::matching::records::{Column, Records};
use crate::matching::standardise::fold;

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
    Latitude,
    Longitude,
    /// Both in one column.
    Position,
    List,
    /// A number that agrees where everything else does.
    Number,
    /// A date that agrees where everything else does.
    OtherDate,
    /// Takes no part: row numbers, other dates, amounts, columns that say nothing.
    Ignored,
}

impl Role {
    /// For people: "family name".
    pub fn words(self) -> String {
        serde_json::to_value(self).ok().and_then(|name| name.as_str().map(|name| name.replace('_', " "))).unwrap_or_default()
    }
}

/// What a column was recognised as and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recognised {
    pub role: Role,
    /// In the words of a sentence: "by its name".
    pub why: String,
    /// Something that a person should hear: it looks like the answer.
    pub warning: Option<String>,
}

impl Recognised {
    fn new(role: Role, why: &str) -> Self {
        Self { role, why: why.to_owned(), warning: None }
    }
}

/// Every column, in the order of the columns.
pub fn recognise(records: &Records, ctx: &RunCtx) -> Result<Vec<Recognised>, Cancelled> {
    let look = |column: &Column| ctx.check().map(|()| look_at(column));
    let looks: Vec<Look> = records.columns.par_iter().map(look).collect::<Result<_, _>>()?;
    let mut found: Vec<Recognised> = records
        .columns
        .iter()
        .zip(&looks)
        .map(|(column, look)| match () {
            () if look.values == 0.0 => Recognised::new(Role::Ignored, "it is empty"),
            () if look.distinct < 2.0 && records.len() > 1 => Recognised::new(Role::Ignored, "it holds one value only"),
            () => role_of(&column.name, look),
        })
        .collect();
    mend_names(&mut found, records, &looks);
    unnamed::mend(&mut found, records, &looks);
    leave_out_copies(&mut found, records);
    leave_out_repeats(&mut found, records);
    judge_by_agreement(&mut found, records, &looks, ctx);
    ctx.check()?;
    Ok(found)
}

/// A column that says what another says already would count twice.
fn leave_out_copies(found: &mut [Recognised], records: &Records) {
    for at in 1..found.len() {
        let twin =
            (0..at).find(|other| found[*other].role != Role::Ignored && records.columns[*other].values == records.columns[at].values);
        if let Some(twin) = twin.filter(|_| found[at].role != Role::Ignored) {
            let why = format!("it says the same as \"{}\" in every row", records.columns[twin].name);
            found[at] = Recognised::new(Role::Ignored, &why);
        }
    }
}

/// Rows looked at to tell whether a column only repeats others, and the share of them that must.
const REPEATS_LOOKED_AT: usize = 1_000;
const REPEATED: f64 = 0.7;

/// Words that other columns of the row have already ("first and last name" beside both) would count twice.
fn leave_out_repeats(found: &mut [Recognised], records: &Records) {
    let step = (records.len() / REPEATS_LOOKED_AT).max(1);
    for at in 0..found.len() {
        if found[at].role != Role::Text {
            continue;
        }
        let others: Vec<usize> = (0..found.len()).filter(|other| *other != at && found[*other].role != Role::Ignored).collect();
        let (mut repeated, mut seen) = (0_usize, 0_usize);
        for row in (0..records.len()).step_by(step) {
            let Some(value) = records.columns[at].values[row].as_deref() else { continue };
            seen += 1;
            let beside: Vec<String> = others.iter().filter_map(|other| records.columns[*other].values[row].as_deref()).map(fold).collect();
            let said = |word: &str| beside.iter().any(|text| text.split(' ').any(|other| other == word));
            repeated += usize::from(fold(value).split(' ').all(said));
        }
        if seen > 0 && repeated as f64 >= REPEATED * seen as f64 {
            found[at] = Recognised::new(Role::Ignored, "other columns say it already");
        }
    }
}

/// Numbers and dates of which nothing is known are compared only where they agree in records that agree otherwise; what agrees there
/// almost always and is an id is likely to be the answer itself.
fn judge_by_agreement(found: &mut [Recognised], records: &Records, looks: &[Look], ctx: &RunCtx) {
    let roles: Vec<Role> = found.iter().map(|found| found.role).collect();
    let Some(agreement) = Agreement::of(records, &roles, ctx) else { return };
    for (at, look) in looks.iter().enumerate() {
        let name = words_of(&records.columns[at].name);
        if found[at].role != Role::Ignored
            || look.values == 0.0
            || look.distinct < 2.0
            || look.distinct.is_infinite()
            || found[at].warning.is_some()
        {
            continue;
        }
        let Some((same, by_chance)) = agreement.share(records, at) else { continue };
        let single = look.words < 1.5 && look.date < 0.5;
        // Of a column without a name nobody knows what its numbers are: large whole ones are ids.
        let coded = look.numeric < 0.9 || unnamed::says_nothing(&name) && look.whole && look.largest >= 10_000.0;
        if is_id_name(&name) || look.counts_things || single && coded && look.distinct > 0.2 * look.values {
            if same >= 0.95 && by_chance <= 0.01 {
                found[at].warning = Some(answer_warning(&records.columns[at].name, "agrees almost always where names and the rest agree"));
            }
            continue;
        }
        if same < 0.7 || by_chance > 0.1 {
            continue;
        }
        if look.date > 0.9 {
            found[at] = Recognised::new(Role::OtherDate, "it holds dates that agree where the rest agrees");
        } else if look.numeric > 0.9 && !has_any(&name, NOT_COMPARED) {
            found[at] = Recognised::new(Role::Number, "it holds numbers that agree where the rest agrees");
        }
    }
}

fn answer_warning(column: &str, why: &str) -> String {
    format!(
        "Column \"{column}\" {why}: it may be the answer. It is not compared. To measure against it, give --truth \"{column}\"; to compare it all the same, name it in match.toml."
    )
}

/// Words of names that tell of systems, not of people.
const NOT_COMPARED: &[&str] = &["type", "kind", "role", "status", "amount", "created", "modified", "updated", "creation"];
/// Words of columns that name the entity that is looked for.
const ANSWERS: &[&str] =
    &["cluster", "clusters", "entity", "ent", "truth", "gold", "golden", "label", "duplicate", "dup", "matched", "match"];

fn has_any(name: &str, list: &[&str]) -> bool {
    name.split('_').any(|word| list.contains(&word))
}

fn is_id_name(name: &str) -> bool {
    has_any(name, &["id", "ids", "uuid", "guid", "key", "rowid", "index", "no", "nr", "num", "number", "code", "ref"])
}

/// The name's words: "dateOfBirth" and "DATE-OF_BIRTH" -> "date_of_birth".
pub(super) fn words_of(name: &str) -> String {
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

/// Whether nothing is known of what a column is called: only its values can tell.
pub(super) fn is_unknown(column: &str, look: &Look) -> bool {
    let name = in_english(&words_of(column));
    unnamed::says_nothing(&name) || by_name(&name, look).is_none() && !has_any(&name, ANSWERS) && !is_id_name(&name)
}

fn role_of(column: &str, look: &Look) -> Recognised {
    let name = in_english(&words_of(column));
    if unnamed::says_nothing(&name) {
        let (role, why) = unnamed::by_content(look);
        return Recognised::new(role, why);
    }
    if let Some(role) = by_name(&name, look) {
        return Recognised::new(
            role,
            if role == Role::Ignored { "its name tells of the system, not of whom it describes" } else { "by its name" },
        );
    }
    if has_any(&name, ANSWERS) && !name.contains("name") && look.words < 1.5 && look.date < 0.5 {
        let mut found = Recognised::new(Role::Ignored, "its name says that it holds the answer");
        found.warning = Some(answer_warning(column, "is called like an answer"));
        return found;
    }
    if is_id_name(&name) || look.distinct.is_infinite() {
        let every = look.distinct.is_infinite();
        return Recognised::new(Role::Ignored, if every { "each value stands in one row only" } else { "ids of a system are no evidence" });
    }
    let (role, why) = by_content(look);
    Recognised::new(role, why)
}

/// What the name alone says, checked against the values.
fn by_name(name: &str, look: &Look) -> Option<Role> {
    let words: Vec<&str> = name.split('_').collect();
    let has = |list: &[&str]| has_any(name, list);
    let within = |list: &[&str]| list.iter().any(|part| name.contains(part));
    if look.email > 0.5 || within(&["email", "e_mail"]) {
        return Some(Role::Email);
    }
    if within(&["phone", "mobile", "telefon", "cellular"]) || has(&["tel", "cell", "fax", "msisdn"]) {
        return Some(if has(&["type", "kind"]) { Role::Ignored } else { Role::Phone });
    }
    if has(NOT_COMPARED) {
        return Some(Role::Ignored);
    }
    if look.numeric > 0.9 && look.smallest >= -180.0 && look.largest <= 180.0 {
        if has(&["lat", "latitude"]) && look.smallest >= -90.0 && look.largest <= 90.0 {
            return Some(Role::Latitude);
        }
        if has(&["lon", "lng", "long", "longitude"]) {
            return Some(Role::Longitude);
        }
    }
    let told = birth_role(name, &words, look).or_else(|| name_role(name, &words)).or_else(|| place_role(name, &words));
    if told.is_some() {
        return told;
    }
    if has(&["gender", "sex"]) {
        return Some(Role::Gender);
    }
    if within(&["soc_sec", "ssn", "passport", "national_id", "nino", "tax", "licen", "iban", "device", "social_security"])
        || has(&["nin", "vat", "uen", "pan", "aadhaar", "imei"])
    {
        return Some(if has(&["state", "country", "issuer"]) { Role::Ignored } else { Role::Id });
    }
    None
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

/// What the values say of a column whose name says nothing that is known.
pub(super) fn by_content(look: &Look) -> (Role, &'static str) {
    match () {
        () if look.position > 0.9 => (Role::Position, "its values are latitudes and longitudes"),
        () if look.postcode > 0.8 => (Role::Postcode, "its values look like postcodes"),
        () if look.address > 0.6 => (Role::Street, "its values look like addresses"),
        () if look.date > 0.9 => (Role::Ignored, "it holds dates of which nothing says that they tell one from another"),
        () if look.numeric > 0.5 => (Role::Ignored, "it holds numbers of which nothing says that they tell one from another"),
        () if look.phone > 0.8 => (Role::Phone, "its values look like phone numbers"),
        () if look.legal_form > 0.2 => (Role::Organisation, "its values have the legal forms of companies"),
        () if look.given > 0.35 && look.alphabetic > 0.8 && look.words < 1.5 => {
            (Role::GivenName, "many of its values are known given names")
        }
        () if look.given > 0.35 && look.alphabetic > 0.8 && look.words < 4.0 => (Role::FullName, "its values begin with known given names"),
        () if look.marked_list > 0.3 => (Role::List, "its values are lists"),
        () if look.distinct > 8.0 && look.filled > 0.3 && look.words <= 12.0 => (Role::Text, "it holds words"),
        () => (Role::Ignored, "its values say too little, or too much for words to be compared"),
    }
}

/// A given name stands beside a surname: where only one of two name-like columns was told, the other is the other.
fn mend_names(found: &mut [Recognised], records: &Records, looks: &[Look]) {
    let given = found.iter().filter(|f| f.role == Role::GivenName).count();
    let family = found.iter().any(|f| f.role == Role::FamilyName);
    if given == 1 && !family {
        let candidate = records.columns.iter().zip(looks).enumerate().position(|(at, (column, look))| {
            matches!(found[at].role, Role::Text | Role::FullName)
                && words_of(&column.name).contains("name")
                && look.alphabetic > 0.8
                && look.words < 1.6
        });
        if let Some(at) = candidate {
            found[at] = Recognised::new(Role::FamilyName, "it is the other name column beside given names");
        }
    }
    // "Name, Vorname": the whole name that stands beside one part of it is the other part.
    let by_role = |wanted: Role| found.iter().filter(|f| f.role == wanted).count();
    let (given, family) = (by_role(Role::GivenName), by_role(Role::FamilyName));
    if (given > 0) != (family > 0) {
        let other = if given > 0 { Role::FamilyName } else { Role::GivenName };
        for ((found, look), column) in found.iter_mut().zip(looks).zip(&records.columns) {
            if found.role == Role::FullName && in_english(&words_of(&column.name)) == "name" && look.words < 1.6 {
                *found = Recognised::new(other, "it is the other name column beside one that is known");
            }
        }
    }
    // "name" of things that are no persons: few known given names.
    let persons = given + family > 0;
    for (found, look) in found.iter_mut().zip(looks) {
        if found.role == Role::FullName && !persons && look.given < 0.15 {
            *found = Recognised::new(Role::Organisation, "its names are not those of persons");
        }
    }
}
