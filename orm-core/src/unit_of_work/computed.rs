//! Writes with expressions among the values: one statement for each object.

use super::plan::{Operation, Write};
use crate::sql::{
    BinaryOperator, ColumnRef, Expr, Insert, InsertSource, Item, Name, Statement, TableRef, Update,
};
use crate::types::Value;

impl Write {
    /// The statement of a batch with expressions; `values` are what [`Write::values`] gives for its only row.
    pub(crate) fn statement(&self, values: Vec<Value>) -> Statement {
        let name = |column: usize| Name::Borrowed(self.descriptor.columns[column].name);
        let mut values = values.into_iter().map(Expr::Bind);
        let plain = self.columns.iter().map(|&column| name(column));
        let mut set: Vec<(Name, Expr)> = plain.zip(&mut values).collect();
        let computed = self.computed.iter();
        set.extend(computed.map(|computed| (name(computed.column), computed.expr.clone())));
        let table = TableRef::new(self.descriptor.table);
        let returning = self.returning.iter();
        let returning = returning
            .map(|&column| Item::from(Expr::Column(ColumnRef::bare(name(column)))))
            .collect();
        if self.operation == Operation::Insert {
            let (columns, row) = set.into_iter().unzip();
            return Statement::Insert(Insert {
                columns,
                source: InsertSource::Rows(vec![row]),
                returning,
                ..Insert::new(table)
            });
        }
        let keys = self.descriptor.guard().len();
        let found_by = self.found_by().into_iter().zip(values).enumerate();
        let filter = found_by.map(|(index, (column, value))| {
            let column = Expr::column(self.descriptor.table, name(column));
            let operator = match index < keys {
                true => BinaryOperator::Eq,
                false => BinaryOperator::IsNotDistinctFrom,
            };
            Expr::binary(operator, column, value)
        });
        Statement::Update(Update {
            set,
            filter: filter.reduce(Expr::and),
            returning,
            ..Update::new(table)
        })
    }
}
