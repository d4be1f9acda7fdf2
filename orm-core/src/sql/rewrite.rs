//! One walk over a tree that changes it in place.

use super::{
    Cte, Delete, Distinct, Expr, FrameBound, FromItem, Function, Join, Literal, Name, OrderBy,
    Over, Select, Statement, Update, Window,
};
use crate::types::Value;

/// What changes a tree. Both are called from inside to outside.
pub(crate) trait Rewrite {
    /// Changes an expression, whose parts have been changed already.
    fn expr(&mut self, _: &mut Expr) {}

    /// Changes a query, whose parts have been changed already.
    fn select(&mut self, _: &mut Select) {}

    /// Whether a query inside is changed at all.
    fn enters(&self, _: &Select) -> bool {
        true
    }
}

/// Calls a table by another name.
struct Rename<'a> {
    from: &'a str,
    to: &'a Name,
}

impl Rewrite for Rename<'_> {
    fn expr(&mut self, expr: &mut Expr) {
        if let Expr::Column(column) = expr
            && column
                .table
                .as_ref()
                .is_some_and(|table| table == self.from)
        {
            column.table = Some(self.to.clone());
        }
    }

    /// A query that has a source of that name means its own.
    fn enters(&self, select: &Select) -> bool {
        select.sources().all(|source| source != self.from)
    }
}

/// Writes values into the text.
struct Inline;

impl Rewrite for Inline {
    fn expr(&mut self, expr: &mut Expr) {
        let Expr::Bind(value) = expr else { return };
        let literal = match value {
            Value::Null => Literal::Null,
            Value::Bool(value) => Literal::Bool(*value),
            Value::I16(value) => Literal::Integer((*value).into()),
            Value::I32(value) => Literal::Integer((*value).into()),
            Value::I64(value) => Literal::Integer(*value),
            Value::Text(text) => Literal::Text(std::mem::take(text).into()),
            _ => return,
        };
        *expr = Expr::Literal(literal);
    }
}

impl Expr {
    /// The expression with the columns of a table under another name.
    #[must_use]
    pub(crate) fn renamed(mut self, from: &str, to: &Name) -> Self {
        if from != to {
            self.rewrite(&mut Rename { from, to });
        }
        self
    }

    /// The expression with its values in the text, as far as they can stand there.
    #[must_use]
    pub(crate) fn inlined(mut self) -> Self {
        self.rewrite(&mut Inline);
        self
    }
}

impl Expr {
    /// Changes this expression and everything in it, queries included.
    pub(crate) fn rewrite(&mut self, by: &mut dyn Rewrite) {
        match self {
            Self::Column(_)
            | Self::Bind(_)
            | Self::Parameter(_)
            | Self::Literal(_)
            | Self::Label(_)
            | Self::Text(_)
            | Self::Named(_) => {}
            Self::Scalar(select) | Self::Exists(select) => select.rewrite(by),
            Self::Unary(_, operand)
            | Self::Cast(operand, _)
            | Self::Collate(operand, _)
            | Self::AsDecimal(operand)
            | Self::Extract(_, operand)
            | Self::Truncate(_, operand)
            | Self::IsNull { operand, .. }
            | Self::IsTruth { operand, .. }
            | Self::Json { operand, .. } => operand.rewrite(by),
            Self::InSelect {
                operand, select, ..
            } => {
                operand.rewrite(by);
                select.rewrite(by);
            }
            Self::Binary(_, operands) => {
                operands.0.rewrite(by);
                operands.1.rewrite(by);
            }
            Self::Decimal(_, left, right)
            | Self::Item(left, right)
            | Self::Quantified {
                operand: left,
                values: right,
                ..
            }
            | Self::Like {
                operand: left,
                pattern: right,
                ..
            }
            | Self::Regex {
                operand: left,
                pattern: right,
                ..
            }
            | Self::FullText {
                document: left,
                query: right,
                ..
            } => {
                left.rewrite(by);
                right.rewrite(by);
            }
            Self::PartOf {
                operand,
                part,
                pattern,
                ..
            } => {
                operand.rewrite(by);
                part.rewrite(by);
                pattern.rewrite(by);
            }
            Self::And(terms)
            | Self::Or(terms)
            | Self::Row(terms)
            | Self::Array(terms, _)
            | Self::InArrays {
                operands: terms, ..
            } => each(terms, by),
            Self::InList { operand, list, .. } => {
                operand.rewrite(by);
                each(list, by);
            }
            Self::Between {
                operand, low, high, ..
            } => {
                operand.rewrite(by);
                low.rewrite(by);
                high.rewrite(by);
            }
            Self::Function(function) => function.rewrite(by),
            Self::Case { arms, otherwise } => {
                for arm in arms {
                    arm.when.rewrite(by);
                    arm.then.rewrite(by);
                }
                if let Some(otherwise) = otherwise {
                    otherwise.rewrite(by);
                }
            }
        }
        by.expr(self);
    }
}

fn each<'a>(exprs: impl IntoIterator<Item = &'a mut Expr>, by: &mut dyn Rewrite) {
    exprs.into_iter().for_each(|expr| expr.rewrite(by));
}

fn order(terms: &mut [OrderBy], by: &mut dyn Rewrite) {
    each(terms.iter_mut().map(|term| &mut term.expr), by);
}

fn sources(from: &mut [FromItem], joins: &mut [Join], by: &mut dyn Rewrite) {
    from.iter_mut().for_each(|item| item.rewrite(by));
    for join in joins {
        join.from.rewrite(by);
        each(&mut join.on, by);
    }
}

fn ctes(with: &mut [Cte], by: &mut dyn Rewrite) {
    with.iter_mut().for_each(|cte| cte.statement.rewrite(by));
}

impl Function {
    fn rewrite(&mut self, by: &mut dyn Rewrite) {
        each(&mut self.arguments, by);
        order(&mut self.order_by, by);
        order(&mut self.within_group, by);
        each(&mut self.filter, by);
        if let Some(Over::Window(window)) = &mut self.over {
            window.rewrite(by);
        }
    }
}

impl Window {
    fn rewrite(&mut self, by: &mut dyn Rewrite) {
        each(&mut self.partition_by, by);
        order(&mut self.order_by, by);
        if let Some(frame) = &mut self.frame {
            for bound in [Some(&mut frame.start), frame.end.as_mut()] {
                if let Some(FrameBound::Preceding(expr) | FrameBound::Following(expr)) = bound {
                    expr.rewrite(by);
                }
            }
        }
    }
}

impl FromItem {
    fn rewrite(&mut self, by: &mut dyn Rewrite) {
        match self {
            Self::Table(_) | Self::Text { .. } => {}
            Self::Subquery { select, .. } => select.rewrite(by),
            Self::Values { rows, .. } => rows.iter_mut().for_each(|row| each(row, by)),
            Self::Function { function, .. } => function.rewrite(by),
        }
    }
}

impl Select {
    /// Changes everything in the query, and then the query itself.
    pub(crate) fn rewrite(&mut self, by: &mut dyn Rewrite) {
        if !by.enters(self) {
            return;
        }
        ctes(&mut self.with, by);
        if let Some(set) = &mut self.set {
            set.operands.iter_mut().for_each(|one| one.rewrite(by));
        }
        each(self.items.iter_mut().map(|item| &mut item.expr), by);
        if let Distinct::On(keys) = &mut self.distinct {
            each(keys, by);
        }
        sources(&mut self.from, &mut self.joins, by);
        each(&mut self.filter, by);
        each(&mut self.group_by, by);
        each(&mut self.having, by);
        for (_, window) in &mut self.windows {
            window.rewrite(by);
        }
        order(&mut self.order_by, by);
        by.select(self);
    }
}

impl Update {
    pub(crate) fn rewrite(&mut self, by: &mut dyn Rewrite) {
        ctes(&mut self.with, by);
        each(self.set.iter_mut().map(|(_, value)| value), by);
        sources(&mut self.from, &mut self.joins, by);
        each(&mut self.filter, by);
        each(self.returning.iter_mut().map(|item| &mut item.expr), by);
    }
}

impl Delete {
    pub(crate) fn rewrite(&mut self, by: &mut dyn Rewrite) {
        ctes(&mut self.with, by);
        sources(&mut self.using, &mut self.joins, by);
        each(&mut self.filter, by);
        each(self.returning.iter_mut().map(|item| &mut item.expr), by);
    }
}

impl Statement {
    pub(crate) fn rewrite(&mut self, by: &mut dyn Rewrite) {
        match self {
            Self::Select(select) => select.rewrite(by),
            Self::Update(update) => update.rewrite(by),
            Self::Delete(delete) => delete.rewrite(by),
            Self::Insert(_) | Self::Text(_) => {}
        }
    }
}
