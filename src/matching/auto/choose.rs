//! Roles -> fields -> comparisons.

use serde::Serialize;

use crate::base::{Cancelled, RunCtx};
use crate::matching::records::Records;
use crate::matching::settings::{
    Against, Comparison, ComparisonKind, Conflict, Evidence, Field, FieldKind, Input, LinkType, Part, Settings,
};

use super::recognise::{Role, recognise};
use super::rules::blocking_rules;
use crate::matching::standardise::split_address;
use crate::matching::vector::MAX_COMPARISONS;

/// Values looked at to tell whole addresses from streets.
const ADDRESSES_LOOKED_AT: usize = 1_000;

/// Share of right pairs among the merged that a table of unknown purpose should have.
const PRECISION_AT_LEAST: f64 = 0.99;

/// Settings that were chosen, and what was made of each column.
#[derive(Debug, Clone, PartialEq)]
pub struct Choice {
    pub settings: Settings,
    pub columns: Vec<ColumnChoice>,
}

/// What a column was taken for and why, in words; whether it takes part; what a person should hear of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ColumnChoice {
    pub column: String,
    pub role: Role,
    pub why: String,
    pub is_used: bool,
    pub warning: Option<String>,
}

/// Settings for a table of which nothing is known but its columns.
#[cfg(test)]
pub fn settings_for(records: &Records, link_type: LinkType) -> Settings {
    choose(records, link_type, &RunCtx::default()).unwrap().settings
}

/// The same, with the reasons.
pub fn choose(records: &Records, link_type: LinkType, ctx: &RunCtx) -> Result<Choice, Cancelled> {
    let recognised = recognise(records, ctx)?;
    let roles: Vec<Role> = recognised.iter().map(|found| found.role).collect();
    let settings = settings_of(records, link_type, &roles);
    let columns = records
        .columns
        .iter()
        .zip(recognised)
        .map(|(column, found)| {
            let reads = |field: &&Field| field.inputs.iter().any(|input| input.column == column.name);
            let is_read = settings.fields.iter().any(|field| reads(&field));
            let is_used = settings.comparisons.iter().filter_map(|c| settings.field(&c.field)).any(|field| reads(&field));
            let why = if is_read && !is_used {
                format!("{}, but no more than {MAX_COMPARISONS} comparisons are made", found.why)
            } else if is_used || found.role == Role::Ignored {
                found.why
            } else if link_type == LinkType::LinkOnly {
                format!("{}, but not every file has it, or another column says it already", found.why)
            } else {
                format!("{}, but another column says it already or there is no place for it", found.why)
            };
            ColumnChoice { column: column.name.clone(), role: found.role, why, is_used, warning: found.warning }
        })
        .collect();
    Ok(Choice { settings, columns })
}

fn settings_of(records: &Records, link_type: LinkType, roles: &[Role]) -> Settings {
    let usable = |at: usize| link_type != LinkType::LinkOnly || in_every_source(records, at);
    let columns = |wanted: Role| -> Vec<String> {
        let mut found: Vec<usize> = (0..roles.len()).filter(|at| roles[*at] == wanted && usable(*at)).collect();
        if matches!(wanted, Role::GivenName | Role::FamilyName | Role::BirthYear | Role::BirthMonth | Role::BirthDay) {
            // One column is read: of first and second given names the one that most records have, wherever it stands.
            found.sort_by_key(|at| std::cmp::Reverse(records.columns[*at].values.iter().flatten().count()));
        }
        found.into_iter().map(|at| records.columns[at].name.clone()).collect()
    };
    let mut settings = Settings::new(link_type);
    name_fields(&mut settings, &columns);
    let whole = |names: Vec<String>| names.into_iter().map(|column| Input { column, part: Part::Whole }).collect::<Vec<_>>();
    add(&mut settings, "organisation", FieldKind::Organisation, whole(columns(Role::Organisation)));
    add(&mut settings, "email", FieldKind::Email, whole(columns(Role::Email)));
    add(&mut settings, "phone", FieldKind::Phone, whole(columns(Role::Phone)));
    let date = columns(Role::BirthDate);
    if date.is_empty() {
        let part = |role, part| columns(role).into_iter().take(1).map(move |column| Input { column, part });
        let parts: Vec<Input> =
            part(Role::BirthYear, Part::Year).chain(part(Role::BirthMonth, Part::Month)).chain(part(Role::BirthDay, Part::Day)).collect();
        add(&mut settings, "birth_date", FieldKind::Date, parts);
    } else {
        add(&mut settings, "birth_date", FieldKind::Date, whole(date));
    }
    add(&mut settings, "gender", FieldKind::Gender, whole(columns(Role::Gender)));
    place_fields(&mut settings, records, &columns);
    for (role, kind) in [(Role::Id, FieldKind::Id), (Role::Category, FieldKind::Category), (Role::Text, FieldKind::Text)] {
        for column in columns(role) {
            add(&mut settings, &column.clone(), kind, whole(vec![column]));
        }
    }
    measured_fields(&mut settings, &columns);
    settings.comparisons = comparisons_for(&settings.fields);
    if settings.comparison_index("suffix").is_some() {
        settings.conflicts.push(conflict("name suffix differs", &[("suffix", 0)]));
    }
    settings.blocking_rules_to_generate_predictions = blocking_rules(&settings.fields, records.len());
    settings.leave_out_poor_rules = true;
    settings.precision_at_least = Some(PRECISION_AT_LEAST);
    settings
}

/// Positions, lists, and the numbers and dates that behave like evidence.
fn measured_fields(settings: &mut Settings, columns: &dyn Fn(Role) -> Vec<String>) {
    let whole = |column: String| vec![Input { column, part: Part::Whole }];
    let (latitude, longitude) = (columns(Role::Latitude), columns(Role::Longitude));
    for (at, (latitude, longitude)) in latitude.into_iter().zip(longitude).enumerate() {
        let name = if at == 0 { "position".to_owned() } else { format!("position_{}", at + 1) };
        let part = |column, part| Input { column, part };
        add(settings, &name, FieldKind::Position, vec![part(latitude, Part::Latitude), part(longitude, Part::Longitude)]);
    }
    for (role, kind) in [
        (Role::Position, FieldKind::Position),
        (Role::List, FieldKind::List),
        (Role::Number, FieldKind::Number),
        (Role::OtherDate, FieldKind::Date),
    ] {
        for column in columns(role) {
            add(settings, &column.clone(), kind, whole(column));
        }
    }
}

/// A conflict from (comparison, gamma at most).
pub(super) fn conflict(label: &str, all: &[(&str, u8)]) -> Conflict {
    Conflict {
        label: label.to_owned(),
        all: all.iter().map(|(comparison, gamma)| Against { comparison: (*comparison).to_owned(), gamma_at_most: *gamma }).collect(),
    }
}

fn in_every_source(records: &Records, column: usize) -> bool {
    let mut seen = vec![false; records.sources.len()];
    for (value, source) in records.columns[column].values.iter().zip(&records.source) {
        if value.is_some() {
            seen[usize::from(*source)] = true;
        }
    }
    seen.iter().all(|s| *s)
}

fn add(settings: &mut Settings, name: &str, kind: FieldKind, inputs: Vec<Input>) {
    if !inputs.is_empty() {
        let name = if settings.field(name).is_some() { format!("{name}_2") } else { name.to_owned() };
        settings.fields.push(Field { name, kind, inputs });
    }
}

fn name_fields(settings: &mut Settings, columns: &dyn Fn(Role) -> Vec<String>) {
    let input = |column: &String, part| Input { column: column.clone(), part };
    let fulls: Vec<String> = columns(Role::FullName).into_iter().chain(columns(Role::NativeName)).collect();
    let part = |own: Role, part: Part| -> Vec<Input> {
        columns(own).iter().take(1).map(|c| input(c, Part::Whole)).chain(fulls.iter().map(|c| input(c, part))).collect()
    };
    let (given, family) = (part(Role::GivenName, Part::Given), part(Role::FamilyName, Part::Family));
    // Given and family name in any order, for swapped names.
    let both: Vec<Input> = given.iter().chain(&family).cloned().collect();
    add(settings, "first_name", FieldKind::GivenName, given);
    add(settings, "last_name", FieldKind::FamilyName, family);
    let mut suffix: Vec<Input> = columns(Role::Suffix).iter().map(|c| input(c, Part::Whole)).collect();
    suffix.extend(columns(Role::FamilyName).iter().chain(&columns(Role::GivenName)).chain(&fulls).map(|c| input(c, Part::Suffix)));
    if !both.is_empty() {
        add(settings, "suffix", FieldKind::Suffix, suffix);
        add(settings, "whole_name", FieldKind::Text, both);
    }
}

fn place_fields(settings: &mut Settings, records: &Records, columns: &dyn Fn(Role) -> Vec<String>) {
    let input = |column: &String, part| Input { column: column.clone(), part };
    let whole = |names: &[String]| names.iter().map(|column| input(column, Part::Whole)).collect::<Vec<_>>();
    let (numbers, streets, mut cities, postcodes) =
        (columns(Role::StreetNumber), columns(Role::Street), columns(Role::City), columns(Role::Postcode));
    // A column with whole addresses beside columns with their parts: one record has the one, another the others.
    let (full, lines): (Vec<String>, Vec<String>) = streets.into_iter().partition(|name| holds_whole_addresses(records, name));
    let taken_apart = |part| full.iter().map(move |column| input(column, part)).collect::<Vec<_>>();
    let mut street = if numbers.is_empty() { Vec::new() } else { whole(&numbers[..1]) };
    street.extend(whole(&lines[..lines.len().min(1)]));
    street.extend(taken_apart(Part::Street));
    add(settings, "street", FieldKind::Street, street);
    for other in lines.iter().skip(1) {
        add(settings, other, FieldKind::Street, whole(std::slice::from_ref(other)));
    }
    let mut city = if cities.is_empty() { Vec::new() } else { whole(&[cities.remove(0)]) };
    city.extend(taken_apart(Part::City));
    add(settings, "city", FieldKind::City, city);
    for other in &cities {
        add(settings, other, FieldKind::City, whole(std::slice::from_ref(other)));
    }
    let mut postcode = whole(&postcodes);
    postcode.extend(taken_apart(Part::Postcode));
    add(settings, "postcode", FieldKind::Postcode, postcode);
}

/// Addresses with a town and a postcode in one line.
fn holds_whole_addresses(records: &Records, column: &str) -> bool {
    let Some(column) = records.column(column) else { return false };
    let values: Vec<&str> = column.values.iter().flatten().map(AsRef::as_ref).take(ADDRESSES_LOOKED_AT).collect();
    let whole = values.iter().filter(|value| {
        let parts = split_address(value);
        !parts.street.is_empty() && !parts.postcode.is_empty()
    });
    whole.count() * 2 > values.len()
}

/// One comparison per field, in the order of the fields; helper fields are not compared.
pub(super) fn comparisons_for(fields: &[Field]) -> Vec<Comparison> {
    let has_family = fields.iter().any(|f| f.name == "last_name");
    fields
        .iter()
        .filter(|field| field.name != "whole_name")
        .take(MAX_COMPARISONS)
        .map(|field| {
            let (kind, evidence, term_frequency) = match field.kind {
                FieldKind::GivenName => (ComparisonKind::GivenName, Evidence::Person, true),
                FieldKind::FamilyName => (ComparisonKind::FamilyName, Evidence::Household, true),
                FieldKind::Suffix => (ComparisonKind::Suffix, Evidence::Person, false),
                FieldKind::Organisation => (ComparisonKind::Organisation, Evidence::Person, true),
                FieldKind::Email => (ComparisonKind::Email, Evidence::Person, false),
                FieldKind::Phone => (ComparisonKind::Phone, Evidence::Person, false),
                // A date of birth has typing errors, another date may be a few days off.
                FieldKind::Date if field.name == "birth_date" => (ComparisonKind::Date, Evidence::Person, false),
                FieldKind::Date => (ComparisonKind::DateDifference, Evidence::Household, false),
                FieldKind::Gender => (ComparisonKind::Gender, Evidence::Person, true),
                FieldKind::Street => (ComparisonKind::Street, Evidence::Household, true),
                FieldKind::City => (ComparisonKind::City, Evidence::Household, true),
                FieldKind::Postcode => (ComparisonKind::Postcode, Evidence::Household, true),
                FieldKind::Id => (ComparisonKind::Id, Evidence::Person, false),
                FieldKind::Category => (ComparisonKind::Category, Evidence::Household, true),
                FieldKind::Text => (ComparisonKind::Text, Evidence::Person, true),
                FieldKind::Number => (ComparisonKind::Number, Evidence::Household, false),
                FieldKind::Position => (ComparisonKind::Distance, Evidence::Household, false),
                FieldKind::List => (ComparisonKind::List, Evidence::Person, false),
            };
            Comparison {
                output_column_name: field.name.clone(),
                kind,
                field: field.name.clone(),
                evidence,
                term_frequency,
                swapped_with: (field.kind == FieldKind::GivenName && has_family).then(|| "last_name".to_owned()),
                bounds: Vec::new(),
            }
        })
        .collect()
}
