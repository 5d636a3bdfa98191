use super::*;

#[test]
fn a_decimal_keeps_every_digit() {
    assert_eq!(Decimal::parse("43102.81"), Some(Decimal { minor: 4_310_281, scale: 2 }));
    assert_eq!(Decimal::parse("-1,234.5"), Some(Decimal { minor: -12_345, scale: 1 }));
    assert_eq!(Decimal::parse(".5"), Some(Decimal { minor: 5, scale: 1 }));
    assert_eq!(Decimal::parse("12a"), None);
    assert_eq!(Decimal::parse(""), None);
    assert_eq!(Decimal::parse("-"), None);
    assert_eq!(Decimal::parse("99999999999999999999"), None);
}

#[test]
fn a_scale_never_drops_digits_in_silence() {
    let amount = Decimal { minor: 12_345, scale: 3 };
    assert_eq!(amount.at_scale(2), None);
    assert_eq!(amount.at_scale(4), Some(123_450));
    assert_eq!(Decimal { minor: 1_200, scale: 3 }.at_scale(1), Some(12));
}

#[test]
fn amounts_print_with_thousands_marks() {
    assert_eq!(format_minor(226_946_162, 2), "2,269,461.62");
    assert_eq!(format_minor(-5, 2), "\u{2212}0.05");
    assert_eq!(group_thousands(1_000_000), "1,000,000");
}
