//! Thousands of generated values of every type: each comes back as it went in, and sorts as it does in Rust.

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use orm_core::prelude::*;
use rust_decimal::Decimal;
use uuid::Uuid;

use crate::harness::{Backend, both};

const COUNT: usize = 2_000;

#[derive(Model, Debug, Clone, Default, PartialEq)]
#[orm(table = "generated")]
struct Generated {
    #[orm(primary_key)]
    id: i64,
    day: NaiveDate,
    clock: NaiveTime,
    moment: DateTime<Utc>,
    price: Decimal,
    token: Uuid,
    data: serde_json::Value,
}

/// Numbers by xorshift: the same in every run.
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound
    }

    fn row(&mut self) -> Generated {
        // Microseconds of the years 1 to 9999; often near the beginning of 1970, a day or a second.
        let first = -62_135_596_800_000_000_i64;
        let range = 315_537_897_600_000_000;
        let micros = match self.below(4) {
            0 => self.below(2_000_000) as i64 - 1_000_000,
            1 => (first + self.below(range) as i64) / 86_400_000_000 * 86_400_000_000,
            _ => first + self.below(range) as i64,
        };
        let moment = DateTime::from_timestamp_micros(micros).expect("a moment");
        let wide = self.below(97) as u32;
        let mantissa =
            (u128::from(self.next()) << 64 | u128::from(self.next())) & ((1_u128 << wide) - 1);
        let mut price = Decimal::from_i128_with_scale(mantissa as i128, self.below(29) as u32);
        price.set_sign_negative(self.below(2) == 0 && mantissa != 0);
        let token = Uuid::from_u128(u128::from(self.next()) << 64 | u128::from(self.next()));
        let text: String = (0..self.below(6))
            .filter_map(|_| char::from_u32(1 + self.below(0x2FF) as u32))
            .collect();
        let number = match self.below(3) {
            0 => serde_json::json!(self.next() as i64),
            1 => serde_json::json!((self.next() as i64) as f64 / 1e3),
            _ => serde_json::json!(self.below(10)),
        };
        let data = serde_json::json!({"number": number, text.clone(): [text, null, true, {}]});
        Generated {
            id: 0,
            day: moment.date_naive(),
            clock: moment.time(),
            moment,
            price,
            token,
            data,
        }
    }
}

both! {
    async fn generated_values(db: Db) {
        let engine = db.engine().await;
        Metadata::of::<Generated>()?.create_all(&engine).await?;
        let mut numbers = Numbers(0x9E37_79B9_7F4A_7C15);
        let rows: Vec<_> = (0..COUNT).map(|_| numbers.row()).collect();
        let mut session = engine.session();
        session.add_all(rows.clone());
        session.commit().await?;
        let read = engine.all(Generated::select().order_by(Generated::id)).await?;
        for (expected, found) in rows.iter().zip(&read) {
            assert_eq!(Generated { id: found.id, ..expected.clone() }, *found);
            assert_eq!(expected.price.to_string(), found.price.to_string());
        }
        assert_eq!(read.len(), COUNT);
        let sorted = |mut ids: Vec<usize>, by: &dyn Fn(&Generated, &Generated) -> std::cmp::Ordering| {
            ids.sort_by(|&a, &b| by(&rows[a], &rows[b]));
            ids.into_iter().map(|index| index as i64 + 1).collect::<Vec<_>>()
        };
        let all = || (0..COUNT).collect::<Vec<_>>();
        let id = Generated::id;
        assert_eq!(engine.all(select(id).order_by((Generated::moment, id))).await?, sorted(all(), &|a, b| a.moment.cmp(&b.moment)));
        assert_eq!(engine.all(select(id).order_by((Generated::day, id))).await?, sorted(all(), &|a, b| a.day.cmp(&b.day)));
        assert_eq!(engine.all(select(id).order_by((Generated::clock, id))).await?, sorted(all(), &|a, b| a.clock.cmp(&b.clock)));
        assert_eq!(engine.all(select(id).order_by((Generated::price, id))).await?, sorted(all(), &|a, b| a.price.cmp(&b.price)));
        assert_eq!(engine.all(select(id).order_by((Generated::token, id))).await?, sorted(all(), &|a, b| a.token.cmp(&b.token)));
        for row in read.iter().step_by(97) {
            let found = engine.all(select(id).filter(Generated::price.eq(row.price.normalize())).filter(Generated::moment.eq(row.moment)).filter(Generated::token.eq(row.token))).await?;
            assert_eq!(found, [row.id]);
        }
    }

    /// The databases compute alike: each result of one is the same text as PostgreSQL's own.
    async fn quotients_of_generated_numbers(db: Db) {
        let engine = db.engine().await;
        let mut numbers = Numbers(7);
        let mut results = String::new();
        for _ in 0..400 {
            let (a, b) = (numbers.row().price, numbers.row().price);
            if b.is_zero() {
                continue;
            }
            // As text, since the results may be longer than what Rust's type holds.
            let sql = match db.backend() {
                Backend::Postgres => "SELECT (:a / :b)::TEXT || ' ' || (:a % :b)::TEXT || ' ' || (:a * :b)::TEXT || ' ' || (:a - :b)::TEXT || ' ' || round(:a, 3)::TEXT",
                Backend::Sqlite => "SELECT decimal_div(:a, :b) || ' ' || decimal_rem(:a, :b) || ' ' || decimal_mul(:a, :b) || ' ' || decimal_sub(:a, :b) || ' ' || decimal_round(:a, 3)",
            };
            results.push_str(&engine.one(text(sql).bind("a", a).bind("b", b).columns::<String>()).await?);
            results.push('\n');
        }
        let hash = results.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
        assert_eq!(format!("{hash:016x}"), "23caed5024f70508", "{}", results.lines().take(3).collect::<Vec<_>>().join("\n"));
    }
}
