use super::*;
use crate::ingest::profile::by_name;

fn sample(labels: &[&str], rows: &[&[&str]], has_header: bool) -> Sample {
    Sample {
        labels: labels.iter().map(|label| (*label).to_owned()).collect(),
        rows: rows.iter().map(|row| row.iter().map(|cell| Some((*cell).to_owned())).collect()).collect(),
        has_header,
        ..Sample::default()
    }
}

fn told(sample: &Sample, table: &str) -> BTreeMap<String, String> {
    suggest(sample, by_name(table).unwrap()).into_iter().map(|one| (one.label, one.field)).collect()
}

#[test]
fn labels_of_another_language_are_understood_and_values_have_a_say() {
    let kunden = sample(
        &["Kundennummer", "Kunde", "E-Mail", "Telefon", "Geburtsdatum", "Filiale", "Bemerkungen"],
        &[
            &["K-1", "Ann Ray", "ann@example.com", "+49 30 1234567", "17.03.1984", "Mitte", "x"],
            &["K-2", "Bob Roe", "bob@example.com", "030-7654321", "02.11.1990", "Nord", ""],
        ],
        true,
    );
    let found = told(&kunden, "erp_customers");
    for (label, field) in [
        ("Kundennummer", "name"),
        ("Kunde", "customer_name"),
        ("E-Mail", "email_id"),
        ("Telefon", "mobile_no"),
        ("Geburtsdatum", "date_of_birth"),
    ] {
        assert_eq!(found.get(label).map(String::as_str), Some(field), "{found:?}");
    }
    assert_eq!(found.get("Filiale").map(String::as_str), Some("territory"), "{found:?}");
}

#[test]
fn values_that_cannot_be_of_a_field_outweigh_its_name() {
    let odd = sample(&["email", "x"], &[&["none", "a@b.example"], &["none", "c@d.example"], &["none", "e@f.example"]], true);
    let found = told(&odd, "erp_customers");
    assert_eq!(found.get("x").map(String::as_str), Some("email_id"), "{found:?}");
    assert!(!found.contains_key("email"), "{found:?}");
}

#[test]
fn the_right_table_fits_best() {
    let notes = sample(
        &["Filiale", "Mail", "Datum", "Notiz Nr", "Notiz Text"],
        &[
            &["BR001", "a@b.example", "2025-01-02", "N-1", "Called about the loan and asked for a date"],
            &["BR002", "c@d.example", "2025-01-03", "N-2", "Wants a new card; the old one is in the machine"],
        ],
        true,
    );
    let fit_of = |table: &str| {
        let profile = by_name(table).unwrap();
        fit(&notes, profile, &suggest(&notes, profile))
    };
    let best = crate::ingest::profile::all().iter().max_by(|a, b| fit_of(&a.table).total_cmp(&fit_of(&b.table))).unwrap();
    assert_eq!(best.table, "gs_customer_notes");
}
