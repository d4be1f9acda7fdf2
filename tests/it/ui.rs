//! What the derives accept, and what they say of what they do not: `ui/<subject>/{pass,fail}/*.rs`.
//!
//! The texts are those of the pinned compiler; write them anew by `TRYBUILD=overwrite`, and read the difference.

#[test]
fn derives_say_what_is_wrong() {
    let cases = trybuild::TestCases::new();
    cases.pass("ui/*/pass/*.rs");
    cases.compile_fail("ui/*/fail/*.rs");
}
