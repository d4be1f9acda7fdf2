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
}

fn main() {
    let new = Doc::create().title("t").body("b").length(0).loud("").build();
    assert_eq!(new.object.body.get().unwrap(), "b");
    let doc = Doc { body: "x".into(), picture: Some(vec![1]).into(), ..Default::default() };
    assert_eq!(doc.picture.loaded(), Some(&Some(vec![1])));
    let _ = Doc::select().undefer(Doc::body).filter(Doc::body.like("%x%")).filter(Doc::length.gt(3));
    let _ = Doc::update().set(Doc::body.to("y"));
}
