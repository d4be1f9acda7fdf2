//! The model sets that the suite shares.

pub(crate) mod item;
pub(crate) mod library;
pub(crate) mod press;
pub(crate) mod ring;
pub(crate) mod shop;
pub(crate) mod sql_language;
pub(crate) mod staff;
pub(crate) mod tagged;
pub(crate) mod user_address;
