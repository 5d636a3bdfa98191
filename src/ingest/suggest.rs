//! What the columns of an unknown file may be, told by their labels and by their values. Flow: Sample + Profile -> score of each pair -> the best pairs.

use std::collections::{BTreeMap, BTreeSet};

use super::profile::{Profile, ValueType};
use super::sample::Sample;
use super::schema::fits_type;

/// A column of the file that is probably a field of the table.
#[derive(Debug, Clone, PartialEq)]
pub struct Suggestion {
    pub label: String,
    pub field: String,
    /// 0 to 1.
    pub score: f64,
    pub why: Why,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    Name,
    Content,
    Both,
}

impl Why {
    pub fn words(self) -> &'static str {
        match self {
            Self::Name => "by its name",
            Self::Content => "by its values",
            Self::Both => "by its name and its values",
        }
    }
}

/// Scores below this are no suggestion.
const LEAST: f64 = 0.4;
/// This share of the values must be of the field's type.
const MOST: f64 = 0.9;

/// Words of labels in several languages and what they are about. A word of four letters and more is found inside others
/// ("Kundennummer" is about a customer and a number).
const WORDS: &[(&str, &[&str])] = &[
    ("id", &["id", "ids", "nr", "no", "num", "number", "nummer", "numero", "número", "key", "code", "kennung", "schlüssel", "uuid"]),
    ("name", &["name", "nom", "nombre", "naam", "bezeichnung", "nome"]),
    ("first", &["first", "given", "forename", "vorname", "prenom", "prénom"]),
    ("last", &["last", "family", "surname", "nachname", "apellido", "cognome"]),
    ("email", &["email", "mail", "courriel", "correo"]),
    ("phone", &["phone", "mobile", "mobil", "telefon", "teléfono", "telefono", "téléphone", "tel", "handy", "cell"]),
    ("birth", &["birth", "birthdate", "dob", "geburt", "geboren", "born", "naissance", "nacimiento", "nascita"]),
    ("gender", &["gender", "sex", "geschlecht", "sexe", "género", "genero"]),
    ("address", &["address", "adresse", "anschrift", "street", "strasse", "straße", "dirección", "direccion", "calle", "mailing"]),
    ("city", &["city", "ort", "stadt", "ville", "ciudad", "town"]),
    ("postcode", &["zip", "plz", "postcode", "postal", "postleitzahl"]),
    ("country", &["country", "land", "pays", "país", "pais"]),
    ("branch", &["branch", "filiale", "territory", "agence", "sucursal", "zweigstelle", "niederlassung", "gebiet"]),
    ("region", &["region", "región", "bezirk"]),
    ("amount", &["amount", "betrag", "montant", "importe", "total", "summe", "sum"]),
    ("balance", &["balance", "saldo", "solde", "kontostand"]),
    ("currency", &["currency", "währung", "waehrung", "devise", "moneda"]),
    ("date", &["date", "datum", "fecha", "jour", "day", "tag"]),
    ("time", &["time", "zeit", "uhrzeit", "heure", "hora", "timestamp", "zeitpunkt"]),
    ("created", &["created", "creation", "erstellt", "angelegt", "créé", "creado"]),
    ("modified", &["modified", "updated", "geändert", "modifié", "modificado"]),
    ("opened", &["opened", "open", "eröffnet", "geöffnet", "ouvert", "abierto"]),
    ("closed", &["closed", "geschlossen", "fermé", "cerrado"]),
    ("posting", &["posting", "buchung", "comptable"]),
    ("due", &["due", "fällig", "échéance"]),
    ("status", &["status", "zustand", "statut", "estado", "state"]),
    ("type", &["type", "typ", "art", "tipo", "kind"]),
    ("group", &["group", "gruppe", "groupe", "grupo", "segment"]),
    ("customer", &["customer", "kunde", "client", "cliente", "klant"]),
    ("account", &["account", "konto", "compte", "cuenta"]),
    ("contact", &["contact", "kontakt"]),
    ("case", &["case", "fall", "vorgang"]),
    ("subject", &["subject", "betreff", "objet", "asunto"]),
    ("description", &["description", "beschreibung", "bemerkung", "descripción", "comment", "remark"]),
    ("priority", &["priority", "priorität", "priorité", "prioridad"]),
    ("note", &["note", "notiz", "nota"]),
    ("text", &["text", "inhalt", "texte", "texto"]),
    ("manager", &["manager", "leiter", "leitung", "directeur", "gerente"]),
    ("staff", &["staff", "personal", "mitarbeiter", "größe", "employees"]),
    ("rating", &["rating", "score", "bewertung", "grade"]),
    ("channel", &["channel", "kanal", "canal"]),
    ("direction", &["direction", "richtung", "sens"]),
    ("device", &["device", "gerät", "appareil"]),
    ("item", &["item", "artikel", "produkt", "product"]),
    ("interest", &["interest", "zins", "intérêt"]),
    ("loan", &["loan", "kredit", "darlehen", "prêt"]),
    ("transaction", &["transaction", "umsatz", "transaktion", "operation"]),
];

/// Suggestions for a table, each column and each field at most once, the surest first.
pub fn suggest(sample: &Sample, profile: &Profile) -> Vec<Suggestion> {
    let labels: Vec<BTreeSet<&'static str>> = sample.labels.iter().map(|label| concepts(label)).collect();
    let fields: Vec<(&String, ValueType, BTreeSet<&'static str>)> = profile
        .columns
        .iter()
        .map(|(field, kind)| {
            let mut about = concepts(field);
            if profile.keys.contains(field) {
                about.insert("id");
            }
            (field, *kind, about)
        })
        .collect();
    let mut pairs = Vec::new();
    for (at, label) in sample.labels.iter().enumerate() {
        let values: Vec<&str> = sample.values(at).collect();
        let content = Content::of(&values);
        for (field, kind, about) in &fields {
            let by_name = if profile.column_of(label) == Some(field.as_str()) { 1.0 } else { overlap(&labels[at], about) };
            let by_content = content.speaks_for(*kind, about, profile.keys.contains(*field));
            if by_content < 0.0 || values.is_empty() && by_name < 1.0 {
                continue;
            }
            // Of two fields that a column speaks for as much, the one that the table needs.
            let needed = f64::from(u8::from(profile.required.contains(field))) * 0.05 * f64::from(u8::from(by_name > 0.0));
            let by_values = if sample.has_header { 0.0 } else { 0.6 * by_content };
            let score = (0.75 * by_name + 0.25 * by_content + needed).max(by_values).min(1.0);
            let why = match (by_name > 0.3, by_content > 0.5) {
                (true, true) => Why::Both,
                (true, false) => Why::Name,
                _ => Why::Content,
            };
            // Values alone say enough only where they can be little else.
            if score >= LEAST || by_content >= 1.0 {
                pairs.push(Suggestion { label: label.clone(), field: (*field).clone(), score: score.max(LEAST), why });
            }
        }
    }
    pairs.sort_by(|a, b| b.score.total_cmp(&a.score).then_with(|| (&a.field, &a.label).cmp(&(&b.field, &b.label))));
    let (mut taken_labels, mut taken_fields) = (BTreeSet::new(), BTreeSet::new());
    pairs.retain(|pair| {
        let is_free = !taken_labels.contains(&pair.label) && !taken_fields.contains(&pair.field);
        if is_free {
            taken_labels.insert(pair.label.clone());
            taken_fields.insert(pair.field.clone());
        }
        is_free
    });
    pairs
}

/// How well a table explains a file, from 0 to 1: the suggestions' scores, over what the table needs and what the file has.
#[expect(clippy::cast_precision_loss, reason = "counts of columns")]
pub fn fit(sample: &Sample, profile: &Profile, suggestions: &[Suggestion]) -> f64 {
    let needed = profile.required.iter().filter(|field| suggestions.iter().any(|one| one.field == **field)).count();
    let of_needed = if profile.required.is_empty() { 1.0 } else { needed as f64 / profile.required.len() as f64 };
    let sum: f64 = suggestions.iter().map(|one| one.score).sum();
    let of_file = sum / sample.labels.len().max(1) as f64;
    let of_table = sum / profile.columns.len().max(1) as f64;
    of_needed * (0.6 * of_file.min(1.0) + 0.4 * of_table.min(1.0))
}

/// "kundenNr." -> {"customer", "id"}
fn concepts(label: &str) -> BTreeSet<&'static str> {
    let words = words_of(label);
    let mut found = BTreeSet::new();
    for (concept, known) in WORDS {
        let is_about = known.iter().any(|known| {
            words.iter().any(|word| word == known || known.chars().count() >= 4 && word.contains(known) && word.chars().count() > 5)
        });
        if is_about {
            found.insert(*concept);
        }
    }
    // "Vorname" and "Nachname" hold "name" as well: what is narrower says it.
    if found.contains("first") || found.contains("last") {
        found.remove("name");
    }
    if found.contains("email") {
        found.remove("address");
        found.remove("id");
    }
    if found.contains("phone") {
        found.remove("id");
    }
    found
}

/// The words of a label in lower case: "firstName", "first_name" and "First Name" are alike.
fn words_of(label: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut lower = false;
    for c in label.replace("E-Mail", "Email").replace("e-mail", "email").chars() {
        if !c.is_alphanumeric() || c.is_uppercase() && lower {
            words.push(String::new());
        }
        lower = c.is_lowercase();
        if c.is_alphanumeric()
            && let Some(word) = words.last_mut()
        {
            word.extend(c.to_lowercase());
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

#[expect(clippy::cast_precision_loss, reason = "counts of a few words")]
fn overlap(a: &BTreeSet<&str>, b: &BTreeSet<&str>) -> f64 {
    // Dice's coefficient: what both are about, over what each is about.
    let both = a.intersection(b).count() as f64;
    let sum = (a.len() + b.len()) as f64;
    if sum == 0.0 { 0.0 } else { 0.95 * 2.0 * both / sum }
}

/// What the values of a column are.
struct Content {
    fits: BTreeMap<&'static str, f64>,
    filled: usize,
    emails: f64,
    phones: f64,
    unique: bool,
    longest: usize,
}

impl Content {
    #[expect(clippy::cast_precision_loss, reason = "at most some hundred values")]
    fn of(values: &[&str]) -> Self {
        let share = |is_one: &dyn Fn(&str) -> bool| {
            if values.is_empty() { 0.0 } else { values.iter().filter(|value| is_one(value)).count() as f64 / values.len() as f64 }
        };
        let kinds = [
            ValueType::Integer,
            ValueType::Decimal,
            ValueType::Date,
            ValueType::Timestamp,
            ValueType::Boolean,
            ValueType::Json,
            ValueType::Uuid,
        ];
        let distinct: BTreeSet<&&str> = values.iter().collect();
        Self {
            fits: kinds.into_iter().map(|kind| (kind.name(), share(&|value| is_plainly(value, kind)))).collect(),
            filled: values.len(),
            emails: share(&is_email),
            phones: share(&is_phone),
            unique: distinct.len() == values.len() && values.len() > 1,
            longest: values.iter().map(|value| value.chars().count()).max().unwrap_or(0),
        }
    }

    /// 1: the values can be little else; 0: they say nothing; below: they cannot be of the field.
    fn speaks_for(&self, kind: ValueType, about: &BTreeSet<&'static str>, is_key: bool) -> f64 {
        if self.filled == 0 {
            return 0.0;
        }
        if is_key && !self.unique && self.filled > 20 {
            return -1.0;
        }
        if about.contains("email") {
            return if self.emails >= MOST {
                1.0
            } else if self.emails < 0.3 {
                -1.0
            } else {
                0.3
            };
        }
        if self.emails >= MOST {
            return -1.0;
        }
        if about.contains("phone") {
            return if self.phones >= MOST {
                0.9
            } else if self.phones < 0.3 {
                -1.0
            } else {
                0.2
            };
        }
        match kind {
            ValueType::Text if is_key => {
                if self.unique {
                    0.6
                } else {
                    0.0
                }
            }
            ValueType::Text => {
                if about.contains("text") || about.contains("description") {
                    f64::from(u8::from(self.longest > 30)) * 0.5
                } else {
                    0.1
                }
            }
            typed => {
                let share = self.fits.get(typed.name()).copied().unwrap_or(0.0);
                match typed {
                    _ if share < MOST => -1.0,
                    ValueType::Uuid | ValueType::Json => 0.9,
                    ValueType::Date | ValueType::Timestamp => 0.7,
                    _ => 0.4,
                }
            }
        }
    }
}

/// A number is JSON too, and says nothing of it.
fn is_plainly(value: &str, kind: ValueType) -> bool {
    fits_type(value, kind) && (kind != ValueType::Json || value.trim_start().starts_with(['{', '[']))
}

fn is_email(value: &str) -> bool {
    let value = value.trim();
    value.split_once('@').is_some_and(|(user, host)| !user.is_empty() && host.contains('.') && !value.contains(' '))
}

fn is_phone(value: &str) -> bool {
    let digits = value.bytes().filter(u8::is_ascii_digit).count();
    let is_date = fits_type(value, ValueType::Date);
    (7..=16).contains(&digits) && !is_date && value.bytes().all(|b| b.is_ascii_digit() || b" +-./()x".contains(&b))
}

#[cfg(test)]
#[path = "suggest_tests.rs"]
mod tests;
