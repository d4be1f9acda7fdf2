//! Column types of other crates, however their names are written.

use chrono::Utc;
use orm_core::types::{Json, Server, SqlType};
use orm_core::{DbEnum, Model};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
struct Settings {
    theme: String,
}

#[derive(DbEnum, Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Status {
    #[default]
    Draft,
}

#[derive(Model, Debug, Clone, PartialEq)]
struct Document {
    #[orm(primary_key, default = Uuid::now_v7)]
    id: Uuid,
    status: Status,
    #[orm(server_default = "CURRENT_TIMESTAMP")]
    created: Server<chrono::DateTime<chrono::Utc>>,
    changed: Option<chrono::DateTime<Utc>>,
    price: Decimal,
    settings: Json<Settings>,
    raw: serde_json::Value,
    tags: Vec<String>,
    bytes: Vec<u8>,
    parent: Option<Uuid>,
    days: Option<Vec<chrono::NaiveDate>>,
}

fn main() {
    let types: Vec<_> = Document::descriptor().columns.iter().map(|column| (column.sql_type, column.nullable)).collect();
    assert_eq!(types[0], (SqlType::Uuid, false));
    assert_eq!(types[3], (SqlType::TimestampTz, true));
    assert_eq!(types[5], (SqlType::Json, false));
    assert_eq!(types[7], (SqlType::Array(&SqlType::Text), false));
    assert_eq!(types[8], (SqlType::Bytes, false));
    assert_eq!(types[9], (SqlType::Uuid, true));
    assert_eq!(types[10], (SqlType::Array(&SqlType::Date), true));
    let new = Document::create()
        .status(Status::Draft)
        .price(Decimal::ONE)
        .settings(Settings::default())
        .raw(serde_json::json!({"a": 1}))
        .tags(vec!["a".to_owned()])
        .bytes(vec![1])
        .build();
    assert_eq!(new.object.id.get_version_num(), 7);
    assert_eq!(new.object.tags, ["a"]);
    assert_eq!(Document::default().id.get_version_num(), 7);
    assert!(Document::default().created.is_left_out());
}
