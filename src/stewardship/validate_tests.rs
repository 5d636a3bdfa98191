use super::*;

const TODAY: &str = "2026-11-20";

fn said(field: Field, text: &str) -> Result<String, String> {
    validated(field, text, TODAY)
}

#[test]
fn a_typed_value_is_kept_as_its_field_keeps_values() {
    assert_eq!(said(Field::Email, " Marit@Solvang.Example "), Ok("marit@solvang.example".to_owned()));
    assert_eq!(said(Field::BirthDate, "17/05/1984"), Ok("1984-05-17".to_owned()));
    assert_eq!(said(Field::Phone, "+47 22 33 44 55"), Ok("+4722334455".to_owned()));
    assert_eq!(said(Field::FullName, "MARIT SOLVANG-HALE"), Ok("Marit Solvang-Hale".to_owned()));
    assert_eq!(said(Field::Street, "12 Quay St"), Ok("12 Quay St".to_owned()));
    assert_eq!(said(Field::Gender, "f"), Ok("female".to_owned()));
}

#[test]
fn what_a_field_cannot_hold_is_refused_and_not_repeated() {
    for (field, text) in [
        (Field::Email, "nobody at all"),
        (Field::Email, "test@test.com"),
        (Field::Phone, "call me"),
        (Field::BirthDate, "31/02/1984"),
        (Field::BirthDate, "1900-01-01"),
        (Field::BirthDate, "2030-01-01"),
        (Field::CustomerSince, "1720-01-01"),
        (Field::LastName, "4711"),
        (Field::City, "   "),
        (Field::City, "two\nlines"),
    ] {
        let why = said(field, text).expect_err(text);
        assert!(!why.contains(text.trim()) || text.trim().is_empty(), "{why}");
    }
}
