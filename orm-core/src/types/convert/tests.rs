//! What fits which Rust type.

use super::*;

#[test]
fn integers_are_checked() {
    assert_eq!(i16::from_value(ValueRef::I64(7)).unwrap(), 7);
    let error = i16::from_value(ValueRef::I64(70_000)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Decode);
    assert_eq!(
        error.message(),
        "the integer is out of range for i16; use a wider type"
    );
}

#[test]
fn null_needs_option() {
    assert_eq!(Option::<i32>::from_value(ValueRef::Null).unwrap(), None);
    let error = i32::from_value(ValueRef::Null).unwrap_err();
    assert_eq!(
        error.message(),
        "the column is NULL but i32 cannot be; use Option<i32>"
    );
}

#[test]
fn other_types_are_refused() {
    let error = String::from_value(ValueRef::I64(1)).unwrap_err();
    assert_eq!(error.message(), "BIGINT does not fit alloc::string::String");
    assert!(bool::from_value(ValueRef::I64(2)).is_err());
}

#[test]
fn same_compares_without_a_value() {
    assert!("a".to_owned().same(&Value::Text("a".into())));
    assert!(!"a".to_owned().same(&Value::Text("b".into())));
    assert!(7_i32.same(&Value::I64(7)));
    assert!(!7_i32.same(&Value::F64(7.0)));
    assert!(f64::NAN.same(&Value::F64(f64::NAN)));
    assert!(!0.0_f64.same(&Value::F64(-0.0)));
    assert!(None::<String>.same(&Value::Null));
    assert!(!Some(String::new()).same(&Value::Null));
    assert!(Some(vec![1_u8]).same(&Value::Bytes(vec![1])));
}
