//! Decimal arithmetic, with the results of PostgreSQL.

use super::*;

fn number(text: &str) -> Decimal {
    Decimal::parse(text).expect("a number")
}

#[test]
fn texts() {
    for (text, expected) in [
        ("0", "0"),
        ("-0.00", "0.00"),
        ("007.50", "7.50"),
        (".5", "0.5"),
        ("5.", "5"),
        ("1.5e3", "1500"),
        ("1.5E-3", "0.0015"),
        ("-0.001", "-0.001"),
        ("+12", "12"),
    ] {
        assert_eq!(number(text).to_string(), expected);
    }
    for text in [
        "", "-", ".", "1.2.3", "1 ", "NaN", "1e", "1e999999", "--1", "0x1", "ä",
    ] {
        assert!(Decimal::parse(text).is_none(), "{text}");
    }
    assert_eq!(Decimal::from(i64::MIN).to_string(), "-9223372036854775808");
}

#[test]
fn order_is_by_value() {
    let sorted = [
        "-1e3",
        "-10",
        "-9.99",
        "-1.1",
        "-0.01",
        "0",
        "0.0001",
        "0.01",
        "1.1",
        "1.11",
        "2",
        "10",
        "1e3",
        "12345678901234567890.5",
        "a",
        "b",
    ];
    for (i, a) in sorted.iter().enumerate() {
        for (j, b) in sorted.iter().enumerate() {
            assert_eq!(compare(a.as_bytes(), b.as_bytes()), i.cmp(&j), "{a} {b}");
        }
    }
    for (a, b) in [
        ("1.10", "1.1"),
        ("-0", "0.00"),
        ("010", "10"),
        ("1e2", "100.0"),
        (".5", "0.50"),
    ] {
        assert_eq!(compare(a.as_bytes(), b.as_bytes()), Ordering::Equal);
        assert_eq!(number(a), number(b));
    }
}

#[test]
fn arithmetic() {
    for (a, b, sum, difference, product) in [
        ("1.10", "2", "3.10", "-0.90", "2.20"),
        ("-1.5", "1.5", "0.0", "-3.0", "-2.25"),
        ("0", "-7", "-7", "7", "0"),
        ("999", "0.001", "999.001", "998.999", "0.999"),
        (
            "-99999999999999999999",
            "-1",
            "-100000000000000000000",
            "-99999999999999999998",
            "99999999999999999999",
        ),
    ] {
        assert_eq!(number(a).add(&number(b)).to_string(), sum);
        assert_eq!(number(a).subtract(&number(b)).to_string(), difference);
        assert_eq!(number(a).multiply(&number(b)).to_string(), product);
    }
    for (a, b, quotient, remainder) in [
        ("1", "3", "0.33333333333333333333", "1"),
        ("2", "3", "0.66666666666666666667", "2"),
        ("10", "4", "2.5000000000000000", "2"),
        ("1", "8", "0.12500000000000000000", "1"),
        ("-7.5", "2", "-3.7500000000000000", "-1.5"),
        ("100000", "3", "33333.333333333333", "1"),
        ("1", "70000", "0.000014285714285714285714", "1"),
        ("0", "5", "0.00000000000000000000", "0"),
        ("9999", "10000", "0.99990000000000000000", "9999"),
        ("12345678901234567890", "7", "1763668414462081127", "1"),
    ] {
        assert_eq!(
            number(a).divide(&number(b)).unwrap().to_string(),
            quotient,
            "{a} / {b}"
        );
        assert_eq!(
            number(a).remainder(&number(b)).unwrap().to_string(),
            remainder,
            "{a} % {b}"
        );
    }
    assert!(number("1").divide(&number("0.00")).is_none());
    assert!(number("1").remainder(&number("0")).is_none());
}

#[test]
fn rounding() {
    for (text, places, expected) in [
        ("2.5", 0, "3"),
        ("-2.5", 0, "-3"),
        ("2.45", 1, "2.5"),
        ("2.4", 3, "2.400"),
        ("1250", -2, "1300"),
        ("49", -2, "0"),
        ("50", -2, "100"),
        ("0.04", 1, "0.0"),
        ("-0.04", 1, "0.0"),
        ("99.99", 1, "100.0"),
        ("0.5", 0, "1"),
        ("0.05", 0, "0"),
    ] {
        assert_eq!(
            number(text).round(places).to_string(),
            expected,
            "{text} {places}"
        );
    }
    assert_eq!(number("1").round(i64::MIN).to_string(), "0");
    assert_eq!(number("-1.5").magnitude().to_string(), "1.5");
    assert_eq!(number("0.0").negated().to_string(), "0.0");
}
