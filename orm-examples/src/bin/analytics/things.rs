//! Questions about products.

use chrono::{Days, NaiveTime};
use orm_core::mapping::{alias, entity};
use orm_core::prelude::*;

use crate::money::{amount, euros};
use crate::report::Report;
use crate::shop::{Category, Order, OrderItem, Product, opening};

/// A tree of categories, and what each root sold, however deep the product stands.
pub async fn categories(report: &Report) -> orm_core::Result<()> {
    let roots = select((
        Category::id,
        Category::name,
        Category::id,
        func::value(0_i64),
    ))
    .filter(Category::parent_id.is_null());
    let tree = roots
        .cte("tree")
        .names(["root", "name", "id", "depth"])
        .recursive(|tree| {
            let (root, name, parent, depth) = tree.columns();
            select((root, name, Category::id, depth + 1))
                .from::<Category>()
                .join_on(tree, Category::parent_id.eq(parent))
        });
    let (root, name, category, depth) = tree.columns();
    let query = select((
        name.clone(),
        func::max(depth).label("depth"),
        func::count_distinct(Product::id).label("products"),
        func::sum(amount()).label("revenue"),
    ))
    .from_source(&tree)
    .join_on(entity::<Product>(), Product::category_id.eq(category))
    .join_table::<OrderItem>()
    .group_by((root.clone(), name))
    .order_by(root);
    report
        .ask(
            "What does each branch of the catalogue bring?",
            query,
            |(name, depth, products, revenue)| {
                let depth = depth.unwrap_or_default();
                format!(
                    "{name:<8} {products:>3} products, {depth} levels down  {:>14}",
                    euros(*revenue)
                )
            },
        )
        .await
}

/// The table of items read twice, and that of products.
pub async fn together(report: &Report) -> orm_core::Result<()> {
    let (one, other) = (alias::<OrderItem>("one"), alias::<OrderItem>("other"));
    let (left, right) = (
        alias::<Product>("left_product"),
        alias::<Product>("right_product"),
    );
    let times = func::count_all().label("times");
    let query = select((
        left.col(Product::name),
        right.col(Product::name),
        times.clone(),
    ))
    .from_source(&one)
    .join_on(
        &other,
        one.col(OrderItem::order_id)
            .eq(other.col(OrderItem::order_id))
            .and(
                one.col(OrderItem::product_id)
                    .lt(other.col(OrderItem::product_id)),
            ),
    )
    .join_on(
        &left,
        left.col(Product::id).eq(one.col(OrderItem::product_id)),
    )
    .join_on(
        &right,
        right.col(Product::id).eq(other.col(OrderItem::product_id)),
    )
    .group_by((
        left.col(Product::id),
        left.col(Product::name),
        right.col(Product::id),
        right.col(Product::name),
    ))
    .having(func::count_all().gt(100))
    .order_by((times.desc(), left.col(Product::id), right.col(Product::id)));
    report
        .ask("What is bought together?", query, |(left, right, times)| {
            format!("{left} and {right}: {times} times")
        })
        .await
}

/// Whole objects: those for which nothing is found elsewhere.
pub async fn left_on_the_shelf(report: &Report) -> orm_core::Result<()> {
    let begin = (opening() + Days::new(20)).and_time(NaiveTime::MIN);
    let end = (opening() + Days::new(40)).and_time(NaiveTime::MIN);
    let sold = select(OrderItem::order_id)
        .join(OrderItem::order)
        .filter(OrderItem::product_id.eq(Product::id))
        .filter(Order::placed_at.between(begin, end));
    let query = select(entity::<Product>())
        .filter(not_exists(sold))
        .order_by((Product::price.desc(), Product::id));
    report
        .ask(
            "What did nobody want in the first weeks?",
            query,
            |product| format!("{} at {}", product.name, product.price),
        )
        .await
}
