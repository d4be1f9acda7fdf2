use orm_core::prelude::*;

#[derive(Model, Debug, Clone, Default, PartialEq)]
#[orm(table = "docs")]
pub struct Doc {
    #[orm(primary_key)]
    pub id: i64,
    pub title: String,
    #[orm(deferred)]
    pub body: Deferred<String>,
    #[orm(deferred = "media", server_default = "NULL")]
    pub picture: Deferred<Option<Vec<u8>>>,
    #[orm(sql = func::length(Self::title))]
    pub length: i32,
    #[orm(sql = "upper(title)")]
    pub loud: Deferred<String>,
    #[orm(sql = Self::level)]
    pub again: Level,
    pub level: Level,
}

#[derive(DbEnum, Debug, Clone, Copy, PartialEq, Default)]
pub enum Level {
    #[default]
    Low,
}

/// An enum need not have a default, computed or not.
#[derive(DbEnum, Debug, Clone, Copy, PartialEq)]
pub enum Size {
    Small,
}

#[derive(Model, Debug, Clone)]
pub struct Parcel {
    #[orm(primary_key)]
    pub id: i64,
    pub size: Size,
    #[orm(sql = Self::size)]
    pub class: Size,
}

fn main() {
    // What each query works out need not be given.
    let new = Doc::create().title("t").body("b").level(Level::Low).build();
    assert_eq!(new.object.body.get().unwrap(), "b");
    assert!(new.object.loud.is_unloaded() && new.object.picture.is_unloaded());
    let given = Doc::create().title("t").body("b").level(Level::Low).length(1).loud("T").build();
    assert_eq!(given.object.length, 1);
    let doc = Doc { body: "x".into(), picture: Some(vec![1]).into(), ..Default::default() };
    assert_eq!(doc.picture.loaded(), Some(&Some(vec![1])));
    let _ = Doc::select().undefer(Doc::body).filter(Doc::body.like("%x%")).filter(Doc::length.gt(3));
    let _ = Doc::select().undefer((Doc::body, Doc::loud)).with_expression(Doc::loud, func::lower(Doc::title));
    let parcel = Parcel::create().size(Size::Small).class(Size::Small).build();
    assert_eq!(parcel.object.size, Size::Small);
    let _ = Doc::update().set(Doc::body.to("y"));
}
