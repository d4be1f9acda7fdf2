//! Which types the server wants in the places of texts.
//!
//! A text that is declared TEXT compares with `char(n)` and `citext` by the rules of TEXT, and with an enum not at all.
//! Without a type the server infers that of the column beside it; but what it then reads, in binary, may be a number.
//! So a statement that names a table with such columns is prepared without the types of its texts once, to see what it
//! infers, and the types are declared from then on. Where the binary form is not the text, a cast is written instead.

use std::sync::Arc;

use sqlx::postgres::types::Oid;
use sqlx::postgres::{PgTypeInfo, PgTypeKind};
use sqlx::{
    AssertSqlSafe, Connection as _, Either, Executor as _, SqlSafeStr as _, Statement as _,
    TypeInfo as _,
};

use super::known::{Known, QUESTION};
use super::signature::{Learned, Sent};
use super::{Parameters, PostgresDriver, retype};
use crate::engine::driver::classify::{self, Failure};

const TEXT: u32 = 25;
const TEXTS: u32 = 1009;
const JSON: u32 = 114;
const JSONB: u32 = 3802;
const JSONBS: u32 = 3807;

/// Whether there is a text among them, a list of texts, or JSON.
pub(super) fn has_text(types: &[u32]) -> bool {
    types
        .iter()
        .any(|oid| matches!(*oid, TEXT | TEXTS | JSONB | JSONBS))
}

/// Whether a statement failed for the type of a column or parameter.
pub(super) fn is_of_types(failure: &Failure) -> bool {
    // Mismatch, no such operator, cannot be cast.
    matches!(
        failure.error.database_code(),
        Some("42804" | "42883" | "42846")
    )
}

/// Whether another choice of types may do: no type or no operator can be inferred, or several.
fn may_differ(failure: &Failure) -> bool {
    let ambiguous = matches!(
        failure.error.database_code(),
        Some("42P18" | "42725" | "42P08" | "22P02" | "42P38")
    );
    ambiguous || is_of_types(failure)
}

/// What the server infers for a text.
enum Inferred {
    /// A type whose binary form is the text, and that of the items of an array.
    Text(u32, u32),
    /// A type to which text can only be cast.
    Cast(String),
    /// What the program gives a text for by mistake: the server says so when it is declared TEXT.
    Other,
}

impl PostgresDriver {
    /// Notes that a statement may have changed the schema.
    pub(crate) fn altered(&mut self, in_transaction: bool) {
        self.altered |= in_transaction;
        self.catalog.changed();
    }

    /// Asks the catalog, unless another connection did since the schema was changed last.
    pub(super) async fn look_up(&mut self) -> Result<(), Failure> {
        let shared = self.catalog.known();
        let version = self.catalog.version();
        let known = if shared.version == version && !self.altered {
            shared
        } else {
            let asked = sqlx::raw_sql(QUESTION);
            let rows = self.connection.fetch_all(asked).await;
            let rows = rows.map_err(classify::postgres)?;
            let known = Arc::new(Known::new(version, &rows));
            // What this transaction changed is not there for others.
            if !self.altered {
                self.catalog.share(&known);
            }
            known
        };
        let before = std::mem::replace(&mut self.known, known);
        if before.version > 0 && !before.same(&self.known) {
            self.forget_statements().await?;
        }
        Ok(())
    }

    /// How a statement is sent that is not kept prepared.
    pub(super) async fn once(
        &mut self,
        sql: &Arc<str>,
        types: &mut [u32],
        parameters: Parameters<'_>,
        in_transaction: bool,
    ) -> Result<Sent, Failure> {
        if self.known.version != self.catalog.version() {
            Box::pin(self.look_up()).await?;
        }
        if !self.known.may_give(sql) {
            return Ok(Sent::plain(sql));
        }
        if self.signatures.is_full() {
            self.forget_statements().await?;
        }
        match self.signatures.find(sql, types) {
            Some(sent) => Ok(sent),
            None => {
                let learned = self.learn(sql, types, parameters, (in_transaction, true));
                Box::pin(learned).await
            }
        }
    }

    /// Learns how a statement is sent that is new with these types, and changes them to those to declare. One that is run
    /// `once` is prepared in any case: the driver looks the types of its columns up, which would make the server forget a
    /// statement without a name.
    pub(super) async fn learn(
        &mut self,
        sql: &Arc<str>,
        types: &mut [u32],
        parameters: Parameters<'_>,
        (in_transaction, once): (bool, bool),
    ) -> Result<Sent, Failure> {
        let text = match retype::arrays(&self.known, sql, parameters) {
            Some(text) => text.into(),
            None => Arc::clone(sql),
        };
        let open: Vec<usize> = match parameters {
            Parameters::Columns { .. } => Vec::new(),
            _ => (0..types.len())
                .filter(|&index| matches!(types[index], TEXT | TEXTS | JSONB))
                .collect(),
        };
        let mut sent = Sent::plain(&text);
        let mut learned = types.to_vec();
        let mut items = vec![0; types.len()];
        let mut prepared = None;
        for index in retype::json_arrays(&text, types) {
            (learned[index], items[index]) = (199, JSON);
        }
        if !open.is_empty() || once {
            if in_transaction {
                self.simple("SAVEPOINT orm_types".into()).await?;
            }
            let inferred = self.infer(sql, &text, types, &open, in_transaction).await?;
            if in_transaction {
                self.simple("RELEASE SAVEPOINT orm_types".into()).await?;
            }
            let mut casts = Vec::new();
            for (index, inferred) in &inferred.places {
                match inferred {
                    Inferred::Text(oid, item) => (learned[*index], items[*index]) = (*oid, *item),
                    Inferred::Cast(to) => casts.push((index + 1, to.clone())),
                    Inferred::Other => {}
                }
            }
            let texts = inferred.places.iter().filter(|(_, it)| it.is_text());
            if texts.count() == open.len() {
                prepared = inferred.text;
            }
            if !casts.is_empty() {
                sent.text = retype::cast(&text, &casts).into();
            }
        }
        sent.learned = Some(Arc::new(Learned {
            types: learned.clone().into(),
            items: items.into(),
        }));
        if !self.named {
            // Its name must not outlive the transaction, which the server's session may.
            let cleared = self.connection.clear_cached_statements().await;
            cleared.map_err(classify::postgres)?;
        } else if let Some(prepared) = prepared {
            sent.text = prepared;
        } else {
            let text = Arc::clone(&sent.text);
            sent.text = self.signatures.unused(sql, &text);
        }
        self.signatures.keep(sql, types, sent.clone());
        types.copy_from_slice(&learned);
        Ok(sent)
    }

    /// What the server infers for these parameters; those of which it can say nothing are left out.
    async fn infer(
        &mut self,
        sql: &Arc<str>,
        text: &Arc<str>,
        types: &[u32],
        open: &[usize],
        in_transaction: bool,
    ) -> Result<Attempt, Failure> {
        let mut best = Attempt::default();
        match self.attempt(sql, text, types, open, in_transaction).await? {
            Ok(inferred) => return Ok(inferred),
            // The statement is wrong in another way, which it will say when it is sent.
            Err(failure) if !may_differ(&failure) => return Ok(best),
            Err(_) => {}
        }
        let mut chosen = Vec::new();
        for &index in open {
            chosen.push(index);
            let attempt = self.attempt(sql, text, types, &chosen, in_transaction);
            match attempt.await? {
                Ok(inferred) => best = inferred,
                Err(_) => {
                    chosen.pop();
                }
            }
        }
        Ok(best)
    }

    /// Prepares a text without the types of these parameters; the inner failure is the server's refusal.
    async fn attempt(
        &mut self,
        sql: &Arc<str>,
        text: &Arc<str>,
        types: &[u32],
        open: &[usize],
        in_transaction: bool,
    ) -> Result<Result<Attempt, Failure>, Failure> {
        let declared: Vec<PgTypeInfo> = types
            .iter()
            .enumerate()
            .map(|(index, oid)| if open.contains(&index) { 0 } else { *oid })
            .map(|oid| PgTypeInfo::with_oid(Oid(oid)))
            .collect();
        let unused = self.signatures.unused(sql, text);
        let sent = AssertSqlSafe(&*unused).into_sql_str();
        let prepared = self.connection.prepare_with(sent, &declared).await;
        let prepared = match prepared.map_err(classify::postgres) {
            Ok(prepared) => prepared,
            Err(failure) if failure.broken => return Err(failure),
            Err(failure) => {
                if in_transaction {
                    self.simple("ROLLBACK TO SAVEPOINT orm_types".into())
                        .await?;
                }
                return Ok(Err(failure));
            }
        };
        let of = |&index: &usize| {
            let Some(Either::Left(inferred)) = prepared.parameters() else {
                return None;
            };
            let info = inferred.get(index)?;
            Some((index, Inferred::of(info, types[index])))
        };
        Ok(Ok(Attempt {
            places: open.iter().filter_map(of).collect(),
            text: Some(unused),
        }))
    }
}

/// What a text says that was prepared.
#[derive(Default)]
struct Attempt {
    places: Vec<(usize, Inferred)>,
    text: Option<Arc<str>>,
}

impl Inferred {
    fn is_text(&self) -> bool {
        matches!(self, Self::Text(..))
    }

    /// What is inferred for a value of the type `given`.
    fn of(info: &PgTypeInfo, given: u32) -> Self {
        let Some(oid) = info.oid().filter(|_| info.name() != "?") else {
            return Self::Other;
        };
        if given == JSONB {
            // JSON keeps the text as it is, JSONB what it means.
            return match oid.0 {
                JSON => Self::Text(JSON, JSON),
                _ => Self::Other,
            };
        }
        match (given == TEXTS, info.kind()) {
            (true, PgTypeKind::Array(item)) => match (item.oid(), cast_name(item)) {
                (Some(item_oid), _) if is_text(item) => Self::Text(oid.0, item_oid.0),
                (_, Some(name)) => Self::Cast(format!("::{name}[]")),
                _ => Self::Other,
            },
            (true, _) => Self::Other,
            _ if is_text(info) => Self::Text(oid.0, 0),
            _ => match cast_name(info) {
                Some(name) => Self::Cast(format!("::TEXT::{name}")),
                None => Self::Other,
            },
        }
    }
}

/// Whether the binary form of a type is its text: that of text, `char(n)`, enums, `citext`, and domains over these.
pub(super) fn is_text(info: &PgTypeInfo) -> bool {
    // The name "?" is of a type the driver could not look up; its kind must not be asked for.
    if info.name() == "?" {
        return false;
    }
    match info.kind() {
        PgTypeKind::Enum(_) => true,
        PgTypeKind::Domain(base) => is_text(base),
        _ => {
            let name = info.name();
            matches!(info.oid(), Some(Oid(TEXT | 1042 | 1043)))
                || name == "citext"
                || name.ends_with(".citext")
        }
    }
}

/// The name of a type in a cast, where the type is one that has no value of its own here.
fn cast_name(info: &PgTypeInfo) -> Option<&str> {
    if info.name() == "?" {
        return None;
    }
    match info.oid()?.0 {
        // BIT(1) would cut what is longer.
        1560 => Some("VARBIT"),
        // XML, circles, macaddr8, macaddr, inet, cidr, interval, timetz, varbit, tsvector, tsquery and ranges
        142 | 718 | 774 | 829 | 869 | 650 | 1186 | 1266 | 1562 | 3614 | 3615 | 3904..=3926 => {
            Some(info.name())
        }
        // money, points and other shapes
        790 | 600..=604 | 628 => Some(info.name()),
        16_384.. => match info.kind() {
            PgTypeKind::Simple | PgTypeKind::Range(_) => Some(info.name()),
            PgTypeKind::Domain(base) => cast_name(base),
            _ => None,
        },
        _ => None,
    }
}
