use orm_core::prelude::*;

#[derive(Model)]
struct Strange {
    #[orm(primary_key)]
    id: i64,
    what: Deferred<std::rc::Rc<str>>,
}

#[derive(Model, Default)]
struct Doc {
    #[orm(primary_key)]
    id: i64,
    title: String,
    body: Deferred<String>,
    note: Deferred<Option<String>>,
}

fn main() {
    // What has no default has to be given, deferred or not.
    let _ = Doc::create().title("t").body("b").build();
    let _ = Doc::create().title("t").build();
    let _ = Doc { body: 3.into(), ..Default::default() };
    let _ = Doc::select().undefer("body");
}
