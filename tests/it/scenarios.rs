//! The model sets that the suite shares.

pub(crate) mod item;
pub(crate) mod shop;
pub(crate) mod user_address;
