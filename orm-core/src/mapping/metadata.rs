//! Metadata from models.

use super::{ForeignKey as ModelKey, LinkTable, Model, ModelDescriptor, RelationDescriptor};
use crate::error::{Error, ErrorKind, Result};
use crate::schema::{
    Check, Column, Computed, ForeignKey, Index, Metadata, PrimaryKey, Table, Unique, naming,
};
use crate::sql::{ColumnRef, Expr, Name, TableRef};
use crate::types::{SqlType, Value};

/// A model, or a tuple of up to twelve.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a model or a tuple of models",
    label = "expected a model, or a tuple of up to twelve"
)]
pub trait Models {
    /// Appends the descriptors.
    fn push_models(out: &mut Vec<&'static ModelDescriptor>);
}

impl<M: Model> Models for M {
    fn push_models(out: &mut Vec<&'static ModelDescriptor>) {
        out.push(M::descriptor());
    }
}

macro_rules! tuple {
    ($($name:ident),+) => {
        impl<$($name: Model),+> Models for ($($name,)+) {
            fn push_models(out: &mut Vec<&'static ModelDescriptor>) {
                $(out.push($name::descriptor());)+
            }
        }
    };
}

tuple!(A);
tuple!(A, B);
tuple!(A, B, C);
tuple!(A, B, C, D);
tuple!(A, B, C, D, E);
tuple!(A, B, C, D, E, F);
tuple!(A, B, C, D, E, F, G);
tuple!(A, B, C, D, E, F, G, H);
tuple!(A, B, C, D, E, F, G, H, I);
tuple!(A, B, C, D, E, F, G, H, I, J);
tuple!(A, B, C, D, E, F, G, H, I, J, K);
tuple!(A, B, C, D, E, F, G, H, I, J, K, L);

impl Metadata {
    /// The tables of models, and of every model that their references and relationships lead to.
    ///
    /// # Errors
    /// `InvalidMapping` when two models have one table, or a reference or relationship is broken.
    pub fn of<M: Models>() -> Result<Self> {
        let mut models = Vec::new();
        M::push_models(&mut models);
        Self::of_models(models)
    }

    pub(crate) fn of_models(models: Vec<&'static ModelDescriptor>) -> Result<Self> {
        let mut metadata = Self::new();
        let models = reachable(models);
        for &model in &models {
            if metadata.table(model.table).is_some() {
                return Err(Error::new(
                    ErrorKind::InvalidMapping,
                    format!(
                        "{} has the table {}, which is another model's already",
                        model.name, model.table
                    ),
                )
                .with_table(model.table));
            }
            for relation in model.relations {
                relation.link()?;
            }
            metadata.add(table(model)?)?;
        }
        for relation in models.iter().flat_map(|model| model.relations) {
            if let Some(link) = relation.link_table()? {
                add_link_table(&mut metadata, relation, link)?;
            }
        }
        Ok(metadata)
    }
}

/// The models given, and those they lead to, in the order in which they are met.
fn reachable(mut models: Vec<&'static ModelDescriptor>) -> Vec<&'static ModelDescriptor> {
    let mut met: Vec<&'static ModelDescriptor> = Vec::new();
    models.reverse();
    while let Some(model) = models.pop() {
        if met.contains(&model) {
            continue;
        }
        met.push(model);
        let references = model.columns.iter().flat_map(|column| &column.references);
        let parents = references.map(|reference| (reference.model)());
        let targets = model.relations.iter().map(|relation| (relation.target)());
        // After everything that was waiting, so that the order given comes first.
        let found: Vec<_> = parents.chain(targets).collect();
        models.splice(0..0, found.into_iter().rev());
    }
    met
}

/// Adds the table between two models, unless it is there: the other side has it too, or a model is mapped to it.
fn add_link_table(
    metadata: &mut Metadata,
    relation: &RelationDescriptor,
    link: &LinkTable,
) -> Result<()> {
    let Some(known) = metadata.table(link.table) else {
        return metadata.add(link.schema());
    };
    let mut columns = link.local.columns.iter().chain(&link.remote.columns);
    match columns.find(|column| known.column(column).is_none()) {
        None => Ok(()),
        Some(missing) => Err(Error::new(
            ErrorKind::InvalidMapping,
            format!(
                "{relation:?} links by {}.{missing}, which that table does not have; name its columns with \
                 #[orm(secondary_local = \"..\", secondary_remote = \"..\")]",
                link.table
            ),
        )
        .with_table(link.table)),
    }
}

fn table(model: &'static ModelDescriptor) -> Result<Table> {
    let mut table = Table::new(model.table);
    for column in model.columns.iter().filter(|column| column.is_stored()) {
        table.columns.push(Column {
            nullable: column.nullable,
            generated: column.generated,
            default: column.server_default.map(|sql| Expr::Text(sql.into())),
            computed: column
                .generated_as
                .map(|sql| Computed::stored(Expr::Text(sql.into()))),
            ..Column::new(column.name, column.sql_type)
        });
        let alone = || vec![Name::Borrowed(column.name)];
        // A key of this column alone makes it unique already; part of a key does not.
        if column.unique && !(column.primary_key && model.primary_key.len() == 1) {
            table.uniques.push(unique(model, None, alone()));
        }
        if column.index {
            table.indexes.push(index(model, None, alone()));
        }
        if let SqlType::Enum(labels) = column.sql_type {
            table.checks.push(Check {
                name: Some(naming::check(model.table, column.name).into()),
                condition: Expr::InList {
                    operand: Box::new(Expr::Column(ColumnRef::bare(column.name))),
                    list: labels
                        .labels
                        .iter()
                        .map(|&label| Expr::Bind(Value::Text(label.to_owned())))
                        .collect(),
                    negated: false,
                },
            });
        }
        check_reference(model, column)?;
    }
    if !model.primary_key.is_empty() {
        let columns = model.primary_key.iter();
        table.primary_key = Some(PrimaryKey {
            name: Some(naming::primary_key(model.table).into()),
            columns: columns
                .map(|&column| model.columns[column].name.into())
                .collect(),
        });
    }
    table.checks.extend(model.checks.iter().map(|check| Check {
        name: Some(naming::check(model.table, check.name).into()),
        condition: Expr::Text(check.sql.into()),
    }));
    for described in model.indexes {
        let unknown = described
            .columns
            .iter()
            .find(|column| model.column_index(column).is_none());
        if let Some(unknown) = unknown {
            return Err(unknown_column(model, "an index", unknown));
        }
        let columns = described
            .columns
            .iter()
            .map(|&column| column.into())
            .collect();
        if described.unique {
            table.uniques.push(unique(model, described.name, columns));
        } else {
            table.indexes.push(index(model, described.name, columns));
        }
    }
    table.foreign_keys = model
        .foreign_keys()
        .into_iter()
        .map(|key| check_target(model, &key).map(|()| foreign_key(model, key)))
        .collect::<Result<_>>()?;
    Ok(table)
}

fn unique(model: &ModelDescriptor, name: Option<&'static str>, columns: Vec<Name>) -> Unique {
    let conventional = || naming::unique(model.table, &columns).into();
    Unique {
        name: Some(name.map_or_else(conventional, Name::Borrowed)),
        columns,
    }
}

fn index(model: &ModelDescriptor, name: Option<&'static str>, columns: Vec<Name>) -> Index {
    let conventional = || naming::index(model.table, &columns).into();
    let name: Name = name.map_or_else(conventional, Name::Borrowed);
    Index::new(columns).named(name)
}

fn foreign_key(model: &'static ModelDescriptor, key: ModelKey) -> ForeignKey {
    let names = |model: &'static ModelDescriptor, columns: &[usize]| {
        columns
            .iter()
            .map(|&column| model.columns[column].name.into())
            .collect()
    };
    ForeignKey {
        columns: names(model, &key.columns),
        table: TableRef::new(key.parent.table),
        references: names(key.parent, &key.remote),
        on_delete: key.reference.on_delete,
        on_update: key.reference.on_update,
        name: Some(key.name.into()),
    }
}

fn check_reference(model: &ModelDescriptor, column: &super::ColumnDescriptor) -> Result<()> {
    let Some(reference) = &column.references else {
        return Ok(());
    };
    let parent = (reference.model)();
    match parent.column_index(reference.column) {
        Some(_) => Ok(()),
        None => {
            let what = format!("the reference of {}.{}", model.name, column.field);
            Err(unknown_column(parent, &what, reference.column))
        }
    }
}

/// What a foreign key refers to has to tell rows apart: a primary key, or a unique column or constraint.
fn check_target(model: &ModelDescriptor, key: &ModelKey) -> Result<()> {
    let parent = key.parent;
    let names = |model: &ModelDescriptor, columns: &[usize]| {
        columns
            .iter()
            .map(|&column| model.columns[column].name)
            .collect::<Vec<_>>()
    };
    let mut remote = names(parent, &key.remote);
    remote.sort_unstable();
    let is_remote = |mut columns: Vec<&str>| {
        columns.sort_unstable();
        columns == remote
    };
    let unique = is_remote(names(parent, parent.primary_key))
        || matches!(key.remote.as_slice(), [only] if parent.columns[*only].unique)
        || parent
            .indexes
            .iter()
            .any(|index| index.unique && is_remote(index.columns.to_vec()));
    if unique {
        return Ok(());
    }
    let (columns, remote) = (names(model, &key.columns).join(", "), remote.join(", "));
    Err(Error::new(
        ErrorKind::InvalidMapping,
        format!(
            "{}.{columns} references {}.{remote}, which is neither the primary key nor unique; reference the whole primary \
             key, or put #[orm(unique)] on it",
            model.table, parent.table
        ),
    )
    .with_table(model.table))
}

#[cold]
fn unknown_column(model: &ModelDescriptor, what: &str, column: &str) -> Error {
    let message = format!(
        "{what} names the column {column}, which {} does not have",
        model.name
    );
    Error::new(ErrorKind::InvalidMapping, message).with_table(model.table)
}
