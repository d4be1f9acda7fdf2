//! Fields may have any name, and generated code asks nothing of what is in scope.
#![no_implicit_prelude]
#![deny(warnings)]

use ::orm_core::Model as _;
use ::std::string::String;

#[derive(::orm_core::Model)]
struct Odd {
    #[orm(primary_key)]
    id: i64,
    r#type: String,
    path: i32,
    new: i32,
    self_: i32,
    bool: bool,
    i64: i64,
    row: i32,
    value: i32,
    column: i32,
    model: ::std::option::Option<i32>,
    #[orm(default = 7)]
    offset: i32,
    #[orm(server_default = "1")]
    unset: ::orm_core::types::Server<i64>,
    object: i32,
    required: i32,
    optional: i32,
}

#[derive(::orm_core::DbEnum, Clone, Copy, PartialEq)]
enum Kind {
    None,
    Some,
    #[orm(rename = "ok")]
    Ok,
}

#[allow(dead_code)]
struct Vec;
#[allow(dead_code)]
struct Value;
#[allow(dead_code, non_camel_case_types)]
struct core;
#[allow(dead_code)]
mod orm_core {}

fn main() {
    ::std::assert_eq!(Odd::r#type.name(), "type");
    ::std::assert_eq!(Odd::descriptor().columns[1].field, "type");
    ::std::assert_eq!(Odd::self_.name(), "self_");
    let odd = Odd::create()
        .r#type("a")
        .path(1)
        .new(2)
        .self_(3)
        .bool(true)
        .i64(4)
        .row(5)
        .value(6)
        .column(7)
        .object(8)
        .required(9)
        .optional(10)
        .build()
        .object;
    ::std::assert_eq!((odd.offset, odd.self_, odd.optional), (7, 3, 10));
    ::std::assert!(<Kind as ::orm_core::DbEnum>::from_label("ok") == ::std::option::Option::Some(Kind::Ok));
    let _ = (odd.id, odd.path, odd.new, odd.i64, odd.row, odd.value, odd.column, odd.model);
    ::std::assert!(<Odd as ::std::default::Default>::default().offset == 7);
    let _ = (odd.unset, odd.object, odd.required, odd.bool, odd.r#type);
    let _ = (Kind::None, Kind::Some);
}
