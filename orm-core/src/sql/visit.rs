//! One walk over an expression, for every pass that looks at trees.

use super::{Expr, FromItem, Name, Select};

impl Expr {
    /// Calls `visit` with this expression and everything inside it, outer before inner, left before right; queries inside
    /// it are not entered, since their names are their own.
    pub fn walk<'a>(&'a self, visit: &mut dyn FnMut(&'a Self)) {
        visit(self);
        match self {
            Self::Column(_)
            | Self::Bind(_)
            | Self::Text(_)
            | Self::Named(_)
            | Self::Scalar(_)
            | Self::Exists(_) => {}
            Self::Unary(_, operand)
            | Self::Cast(operand, _)
            | Self::IsNull { operand, .. }
            | Self::InSelect { operand, .. } => operand.walk(visit),
            Self::Binary(_, left, right) => {
                left.walk(visit);
                right.walk(visit);
            }
            Self::And(terms)
            | Self::Or(terms)
            | Self::InArrays {
                operands: terms, ..
            } => {
                terms.iter().for_each(|term| term.walk(visit));
            }
            Self::InList { operand, list, .. } => {
                operand.walk(visit);
                list.iter().for_each(|item| item.walk(visit));
            }
            Self::Between {
                operand, low, high, ..
            } => {
                operand.walk(visit);
                low.walk(visit);
                high.walk(visit);
            }
            Self::Like {
                operand, pattern, ..
            } => {
                operand.walk(visit);
                pattern.walk(visit);
            }
            Self::Function(function) => {
                function
                    .arguments
                    .iter()
                    .for_each(|argument| argument.walk(visit));
            }
            Self::Case { arms, otherwise } => {
                for arm in arms {
                    arm.when.walk(visit);
                    arm.then.walk(visit);
                }
                if let Some(otherwise) = otherwise {
                    otherwise.walk(visit);
                }
            }
        }
    }

    /// The tables that the expression's columns name, in order, each as often as it is named.
    pub fn tables(&self) -> Vec<&Name> {
        let mut tables = Vec::new();
        self.walk(&mut |expr| {
            if let Self::Column(column) = expr {
                tables.extend(&column.table);
            }
        });
        tables
    }
}

impl Select {
    /// The first table that a column names although the query does not read from it where the column stands.
    pub fn out_of_scope(&self) -> Option<&Name> {
        let mut scope: Vec<&Name> = self.from.iter().map(FromItem::label).collect();
        for join in &self.joins {
            scope.push(join.from.label());
            let tables = join.on.iter().flat_map(Expr::tables);
            if let Some(missing) = tables.into_iter().find(|table| !scope.contains(table)) {
                return Some(missing);
            }
        }
        let columns = self.items.iter().map(|item| &item.expr);
        let order = self.order_by.iter().map(|term| &term.expr);
        columns
            .chain(&self.filter)
            .chain(&self.group_by)
            .chain(&self.having)
            .chain(order)
            .flat_map(Expr::tables)
            .find(|table| !scope.contains(table))
    }

    /// The first name under which the query reads from two things at once.
    pub fn name_taken_twice(&self) -> Option<&Name> {
        let joined = self.joins.iter().map(|join| &join.from);
        let names: Vec<&Name> = self
            .from
            .iter()
            .chain(joined)
            .map(FromItem::label)
            .collect();
        (1..names.len())
            .find(|&index| names[..index].contains(&names[index]))
            .map(|index| names[index])
    }
}
