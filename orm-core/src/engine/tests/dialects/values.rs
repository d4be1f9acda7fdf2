//! JSON and dates.

use super::*;

#[tokio::test]
async fn json_keys_find_exactly_their_member() {
    let keys = [
        "a",
        "",
        "a.b",
        "a b",
        "1",
        "é\u{1F600}",
        "it's",
        "q\"x",
        "back\\slash",
        "$",
        "[0]",
        "\n",
        "*",
        "\"",
        "\\\"",
    ];
    let json = serde_json::to_string(&serde_json::Value::Object(
        keys.iter()
            .enumerate()
            .map(|(index, key)| ((*key).to_owned(), (index + 100).into()))
            .collect(),
    ))
    .unwrap();
    let document =
        serde_json::json!({"list": [{"0": "inner"}, null, true, 1.5, "te\"xt", 12], "o": {"a": 1}})
            .to_string();
    for (engine, _, _file) in engines().await {
        let mut c = engine.acquire().await.unwrap();
        let stored = |json: &str| match engine.backend() {
            crate::engine::Backend::Sqlite => Expr::Bind(Value::Text(json.to_owned())),
            crate::engine::Backend::Postgres => {
                Expr::Text(format!("CAST('{}' AS JSONB)", json.replace('\'', "''")).into())
            }
        };
        let read = |json: &str, path: Vec<JsonStep>, text| {
            select([Expr::Json {
                operand: Box::new(stored(json)),
                path,
                text,
            }])
            .into()
        };
        for (index, key) in keys.iter().enumerate() {
            let statement = read(&json, vec![JsonStep::Key(Name::Borrowed(key))], true);
            let found = rows(&mut c, &engine, &statement).await;
            assert_eq!(
                found,
                [[says(&(index + 100).to_string())]],
                "{key:?} on {:?}",
                engine.backend()
            );
        }
        let item = |index| vec![JsonStep::Key("list".into()), JsonStep::Index(index)];
        let mut inner = item(0);
        inner.push(JsonStep::Key("0".into()));
        for (path, expected) in [
            (inner, says("inner")),
            (item(1), Value::Null),
            (item(2), says("true")),
            (item(3), says("1.5")),
            (item(4), says("te\"xt")),
            (item(5), says("12")),
            (item(9), Value::Null),
            (vec![JsonStep::Key("0".into())], Value::Null),
            (
                vec![JsonStep::Key("list".into()), JsonStep::Key("0".into())],
                Value::Null,
            ),
        ] {
            let found = rows(&mut c, &engine, &read(&document, path.clone(), true)).await;
            assert_eq!(found, [[expected]], "{path:?} on {:?}", engine.backend());
        }
        let read = Expr::Cast(
            Box::new(Expr::Json {
                operand: Box::new(stored(&document)),
                path: item(0),
                text: false,
            }),
            SqlType::Text,
        );
        let found = rows(&mut c, &engine, &select([read]).into()).await;
        let Value::Text(found) = &found[0][0] else {
            panic!("{found:?}")
        };
        assert_eq!(found.replace(' ', ""), "{\"0\":\"inner\"}");
    }
}

#[tokio::test]
async fn parts_of_dates() {
    let extract = |field, of: &'static str, sql_type: &'static str| (field, of, sql_type);
    let cases = [
        (
            extract(DateField::Year, "2024-12-30 23:59:59.999999", "TIMESTAMP"),
            2024,
        ),
        (
            extract(
                DateField::Quarter,
                "2024-12-30 23:59:59.999999",
                "TIMESTAMP",
            ),
            4,
        ),
        (
            extract(DateField::Month, "2024-12-30 23:59:59.999999", "TIMESTAMP"),
            12,
        ),
        (
            extract(DateField::Week, "2024-12-30 23:59:59.999999", "TIMESTAMP"),
            1,
        ),
        (extract(DateField::Week, "2021-01-03", "DATE"), 53),
        (
            extract(DateField::Day, "2024-12-30 23:59:59.999999", "TIMESTAMP"),
            30,
        ),
        (extract(DateField::DayOfWeek, "2024-12-29", "DATE"), 0),
        (extract(DateField::DayOfYear, "2024-12-31", "DATE"), 366),
        (
            extract(DateField::Hour, "2024-12-30 23:59:59.999999", "TIMESTAMP"),
            23,
        ),
        (
            extract(DateField::Minute, "2024-12-30 23:59:59.999999", "TIMESTAMP"),
            59,
        ),
        (
            extract(
                DateField::Second,
                "2024-12-30 23:59:59.999999",
                "TIMESTAMPTZ",
            ),
            59,
        ),
        (
            extract(
                DateField::Epoch,
                "1970-01-02 00:00:01.999999",
                "TIMESTAMPTZ",
            ),
            86401,
        ),
        (
            extract(DateField::Epoch, "1969-12-31 23:59:58.5", "TIMESTAMPTZ"),
            -2,
        ),
        (extract(DateField::Hour, "13:14:15", "TIME"), 13),
    ];
    let cut = [
        (
            DateField::Year,
            "2024-08-30 23:59:58.999999",
            "TIMESTAMP",
            "2024-01-01 00:00:00",
        ),
        (
            DateField::Quarter,
            "2024-08-30 23:59:58.999999",
            "TIMESTAMP",
            "2024-07-01 00:00:00",
        ),
        (
            DateField::Month,
            "2024-08-30 23:59:58.999999",
            "TIMESTAMP",
            "2024-08-01 00:00:00",
        ),
        (
            DateField::Week,
            "2024-09-01 23:59:59.999999",
            "TIMESTAMP",
            "2024-08-26 00:00:00",
        ),
        (
            DateField::Week,
            "2024-08-26 00:00:00",
            "TIMESTAMP",
            "2024-08-26 00:00:00",
        ),
        (
            DateField::Day,
            "2024-08-30 23:59:58.999999",
            "TIMESTAMP",
            "2024-08-30 00:00:00",
        ),
        (
            DateField::Hour,
            "2024-08-30 23:59:58.999999",
            "TIMESTAMP",
            "2024-08-30 23:00:00",
        ),
        (
            DateField::Minute,
            "2024-08-30 23:59:58.999999",
            "TIMESTAMP",
            "2024-08-30 23:59:00",
        ),
        (
            DateField::Second,
            "2024-08-30 23:59:58.999999",
            "TIMESTAMP",
            "2024-08-30 23:59:58",
        ),
        (DateField::Quarter, "2024-12-30", "DATE", "2024-10-01"),
        (DateField::Week, "2024-12-31", "DATE", "2024-12-30"),
        (DateField::Hour, "2024-12-31", "DATE", "2024-12-31"),
        (
            DateField::Day,
            "2024-08-30 23:59:58.999999",
            "TIMESTAMPTZ",
            "2024-08-30 00:00:00",
        ),
    ];
    for (engine, _, _file) in engines().await {
        let sqlite = engine.backend() == crate::engine::Backend::Sqlite;
        let mut c = engine.acquire().await.unwrap();
        let stored = |of: &'static str, sql_type: &str| {
            Box::new(if sqlite {
                text(of)
            } else {
                let zone = if sql_type == "TIMESTAMPTZ" { "Z" } else { "" };
                Expr::Text(format!("CAST('{of}{zone}' AS {sql_type})").into())
            })
        };
        for ((field, of, sql_type), expected) in cases {
            let expr = Expr::Extract(field, stored(of, sql_type));
            let found = rows(&mut c, &engine, &select([expr]).into()).await;
            assert_eq!(
                found,
                [[Value::I64(expected)]],
                "{field:?} of {of} on {:?}",
                engine.backend()
            );
        }
        for (field, of, sql_type, expected) in cut {
            let cut = Expr::Truncate(field, stored(of, sql_type));
            let expr = if sqlite {
                cut
            } else {
                let format = match sql_type {
                    "DATE" => "YYYY-MM-DD",
                    _ => "YYYY-MM-DD HH24:MI:SS",
                };
                Expr::function("to_char", vec![cut, text(format)])
            };
            let found = rows(&mut c, &engine, &select([expr]).into()).await;
            assert_eq!(
                found,
                [[says(expected)]],
                "{field:?} of {of} on {:?}",
                engine.backend()
            );
        }
    }
}
