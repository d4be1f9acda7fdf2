//! A shop: customers and who brought them, orders, items, a tree of categories; with NULLs, ties and unicode.

use orm_core::engine::Engine;
use orm_core::prelude::*;

pub(super) const TABLES: [&str; 4] = ["customers", "orders", "items", "categories"];

#[derive(Model, Debug, Clone, Default, PartialEq)]
#[orm(table = "customers")]
pub(super) struct Customer {
    #[orm(primary_key)]
    pub(super) id: i64,
    #[orm(unique)]
    pub(super) name: String,
    pub(super) city: Option<String>,
    pub(super) age: Option<i32>,
    pub(super) score: Option<f64>,
    pub(super) active: bool,
    pub(super) vip: Option<bool>,
    #[orm(references = Customer::id)]
    pub(super) referrer_id: Option<i64>,
    pub(super) referrer: BelongsTo<Customer>,
    #[orm(back_populates = customer)]
    pub(super) orders: HasMany<Order>,
}

#[derive(Model, Debug, Clone, Default, PartialEq)]
#[orm(table = "orders")]
pub(super) struct Order {
    #[orm(primary_key)]
    pub(super) id: i64,
    #[orm(references = Customer::id)]
    pub(super) customer_id: Option<i64>,
    pub(super) status: String,
    pub(super) total: i64,
    pub(super) note: Option<String>,
    #[orm(back_populates = orders)]
    pub(super) customer: BelongsTo<Customer>,
    #[orm(back_populates = order)]
    pub(super) items: HasMany<Item>,
}

#[derive(Model, Debug, Clone, Default, PartialEq)]
#[orm(table = "items")]
pub(super) struct Item {
    #[orm(primary_key)]
    pub(super) id: i64,
    #[orm(references = Order::id)]
    pub(super) order_id: i64,
    #[orm(references = Category::id)]
    pub(super) category_id: Option<i64>,
    pub(super) qty: i32,
    pub(super) price: Option<i64>,
    #[orm(back_populates = items)]
    pub(super) order: BelongsTo<Order>,
    pub(super) category: BelongsTo<Category>,
}

#[derive(Model, Debug, Clone, Default, PartialEq)]
#[orm(table = "categories")]
pub(super) struct Category {
    #[orm(primary_key)]
    pub(super) id: i64,
    #[orm(references = Category::id)]
    pub(super) parent_id: Option<i64>,
    pub(super) name: String,
    pub(super) parent: BelongsTo<Category>,
}

/// The next of a fixed row of numbers, below a bound.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (self.0 >> 33) % bound
    }

    fn id(&mut self, bound: u64) -> i64 {
        i64::try_from(self.below(bound)).expect("a small number") + 1
    }

    fn maybe<T>(&mut self, value: T) -> Option<T> {
        (self.below(4) > 0).then_some(value)
    }

    fn of<T: Copy>(&mut self, values: &[T]) -> T {
        values[usize::try_from(self.below(values.len() as u64)).expect("an index")]
    }
}

/// Makes the tables and a few hundred rows.
pub(super) async fn fill(engine: &Engine) -> orm_core::Result<()> {
    Metadata::of::<(Customer, Order, Item, Category)>()?
        .create_all(engine)
        .await?;
    let mut numbers = Numbers(7);
    let mut session = engine.session();
    let cities = [
        "Köln", "Zürich", "東京", "Paris", "paris", "100%", "a_b", "O'Hara",
    ];
    for n in 1..=60_i64 {
        let city = numbers.of(&cities);
        let age = 18 + i32::try_from(numbers.below(30)).expect("an age");
        let score = f64::from(u32::try_from(numbers.below(40)).expect("a score")) / 4.0;
        session.add(Customer {
            id: n,
            name: format!("{}{n}", numbers.of(&["Ann", "bob", "Çem", "😀", "o'neil"])),
            city: numbers.maybe(city.to_owned()),
            age: numbers.maybe(age),
            score: numbers.maybe(score),
            active: numbers.below(2) == 0,
            vip: {
                let vip = numbers.below(2) == 0;
                numbers.maybe(vip)
            },
            referrer_id: if n > 5 {
                let id = numbers.id(5);
                numbers.maybe(id)
            } else {
                None
            },
            ..Default::default()
        });
    }
    for n in 1..=20_i64 {
        session.add(Category {
            id: n,
            parent_id: (n > 3).then(|| numbers.id(3.max(n.unsigned_abs() / 2))),
            name: format!("category {}", n % 7),
            ..Default::default()
        });
    }
    session.flush().await?;
    for n in 1..=150_i64 {
        let customer = numbers.id(50);
        session.add(Order {
            id: n,
            customer_id: numbers.maybe(customer),
            status: numbers.of(&["new", "paid", "sent", "void"]).to_owned(),
            total: numbers.id(40) * 5 - 20,
            note: numbers
                .of(&[None, Some(""), Some("öl"), Some("rush")])
                .map(str::to_owned),
            ..Default::default()
        });
    }
    session.flush().await?;
    for n in 1..=300_i64 {
        let (category, price) = (numbers.id(18), numbers.id(30));
        session.add(Item {
            id: n,
            order_id: numbers.id(120),
            category_id: numbers.maybe(category),
            qty: i32::try_from(numbers.below(6)).expect("a quantity"),
            price: numbers.maybe(price),
            ..Default::default()
        });
    }
    session.commit().await
}
