//! Words of column names in other languages -> the English ones that recognition knows.

use crate::matching::standardise::fold;

/// A name's words (`words_of`) in English as far as they are known: "prénom" -> "first_name", "geburtsdatum" -> "birth_date".
pub(super) fn in_english(name: &str) -> String {
    let words: Vec<String> = name.split('_').map(|word| known(&fold(word)).map_or_else(|| word.to_owned(), str::to_owned)).collect();
    let has = |wanted: &str| words.iter().any(|word| word == wanted);
    if has("first_name") && (has("last_name") || has("name")) {
        return "full_name".to_owned();
    }
    words.join("_")
}

/// German, French, Spanish, Italian, Portuguese and Dutch.
fn known(word: &str) -> Option<&'static str> {
    Some(match word {
        "vorname" | "vornamen" | "rufname" | "prenom" | "prenoms" | "voornaam" | "voornamen" => "first_name",
        "nachname" | "familienname" | "zuname" | "apellido" | "apellidos" | "cognome" | "sobrenome" | "achternaam" | "familienaam" => {
            "last_name"
        }
        "nom" | "nombre" | "nombres" | "nome" | "naam" => "name",
        "geburtsname" | "madchenname" => "birth_name",
        "vollstandig" | "complet" | "completo" | "volledige" => "full",
        "firma" | "firmenname" | "unternehmen" | "entreprise" | "societe" | "empresa" | "azienda" | "ditta" | "bedrijf" => "company",
        "geburtsdatum" | "naissance" | "nacimiento" | "nascita" | "nascimento" | "geboortedatum" => "birth_date",
        "geburtsjahr" | "geboortejaar" => "birth_year",
        "geburtsmonat" | "geboortemaand" => "birth_month",
        "geburtstag" | "geboortedag" => "birth_day",
        "geburtsort" | "geboorteplaats" => "birth_place",
        "jahr" | "annee" | "ano" | "anno" | "jaar" => "year",
        "monat" | "mois" | "mes" | "mese" | "maand" => "month",
        "tag" | "jour" | "dia" | "giorno" | "dag" => "day",
        "geschlecht" | "sexe" | "sexo" | "sesso" | "geslacht" | "genre" | "genero" => "gender",
        "strasse" | "rue" | "calle" | "rua" | "straat" => "street",
        "hausnummer" | "hausnr" | "huisnummer" => "street_number",
        "adresse" | "anschrift" | "direccion" | "indirizzo" | "endereco" | "adres" => "address",
        "ort" | "stadt" | "wohnort" | "gemeinde" | "ville" | "commune" | "ciudad" | "citta" | "comune" | "cidade" | "plaats" => "city",
        "plz" | "postleitzahl" | "codepostal" => "postcode",
        "bundesland" | "kanton" | "departement" | "provincia" | "estado" | "provincie" => "state",
        "courriel" | "correo" => "email",
        "handy" | "movil" | "cellulare" => "mobile",
        "sozialversicherungsnummer" => "ssn",
        "steuernummer" | "steuerid" => "tax",
        _ => return None,
    })
}
