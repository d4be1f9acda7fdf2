//! One walk over an expression, for every pass that looks at trees.

use super::{Expr, FrameBound, Function, Name, OrderBy, Over, Select, Window};

/// What stands directly in an expression.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Part<'a> {
    /// An expression.
    Expr(&'a Expr),
    /// A query, whose names are its own.
    Select(&'a Select),
}

impl Expr {
    /// Calls `visit` with what stands directly in this expression, in the order of the text.
    pub(crate) fn parts<'a>(&'a self, visit: &mut dyn FnMut(Part<'a>)) {
        match self {
            Self::Column(_)
            | Self::Bind(_)
            | Self::Parameter(_)
            | Self::Literal(_)
            | Self::Label(_)
            | Self::Text(_)
            | Self::Named(_) => {}
            Self::Scalar(select) | Self::Exists(select) => visit(Part::Select(select)),
            Self::Unary(_, operand)
            | Self::Cast(operand, _)
            | Self::Collate(operand, _)
            | Self::AsDecimal(operand)
            | Self::Extract(_, operand)
            | Self::Truncate(_, operand)
            | Self::IsNull { operand, .. }
            | Self::IsTruth { operand, .. }
            | Self::Json { operand, .. } => visit(Part::Expr(operand)),
            Self::InSelect {
                operand, select, ..
            } => {
                visit(Part::Expr(operand));
                visit(Part::Select(select));
            }
            Self::Binary(_, operands) => {
                visit(Part::Expr(&operands.0));
                visit(Part::Expr(&operands.1));
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
                visit(Part::Expr(left));
                visit(Part::Expr(right));
            }
            Self::PartOf {
                operand,
                part,
                pattern,
                ..
            } => {
                visit(Part::Expr(operand));
                visit(Part::Expr(part));
                visit(Part::Expr(pattern));
            }
            Self::And(terms)
            | Self::Or(terms)
            | Self::Row(terms)
            | Self::Array(terms, _)
            | Self::InArrays {
                operands: terms, ..
            } => each(terms, visit),
            Self::InList { operand, list, .. } => {
                visit(Part::Expr(operand));
                each(list, visit);
            }
            Self::Between {
                operand, low, high, ..
            } => {
                visit(Part::Expr(operand));
                visit(Part::Expr(low));
                visit(Part::Expr(high));
            }
            Self::Function(function) => function.parts(visit),
            Self::Case { arms, otherwise } => {
                for arm in arms {
                    visit(Part::Expr(&arm.when));
                    visit(Part::Expr(&arm.then));
                }
                if let Some(otherwise) = otherwise {
                    visit(Part::Expr(otherwise));
                }
            }
        }
    }

    /// Calls `visit` with this expression and everything inside it, outer before inner, left before right; queries inside
    /// it are not entered, since their names are their own.
    pub fn walk<'a>(&'a self, visit: &mut dyn FnMut(&'a Self)) {
        visit(self);
        self.parts(&mut |part| {
            if let Part::Expr(expr) = part {
                expr.walk(visit);
            }
        });
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

fn each<'a>(exprs: impl IntoIterator<Item = &'a Expr>, visit: &mut dyn FnMut(Part<'a>)) {
    exprs.into_iter().for_each(|expr| visit(Part::Expr(expr)));
}

impl Function {
    pub(super) fn parts<'a>(&'a self, visit: &mut dyn FnMut(Part<'a>)) {
        let order = |terms: &'a [OrderBy]| terms.iter().map(|term| &term.expr);
        each(&self.arguments, visit);
        each(order(&self.order_by), visit);
        each(order(&self.within_group), visit);
        each(&self.filter, visit);
        if let Some(Over::Window(window)) = &self.over {
            window.parts(visit);
        }
    }
}

impl Window {
    pub(crate) fn parts<'a>(&'a self, visit: &mut dyn FnMut(Part<'a>)) {
        each(&self.partition_by, visit);
        each(self.order_by.iter().map(|term| &term.expr), visit);
        if let Some(frame) = &self.frame {
            for bound in [Some(&frame.start), frame.end.as_ref()] {
                if let Some(FrameBound::Preceding(expr) | FrameBound::Following(expr)) = bound {
                    visit(Part::Expr(expr));
                }
            }
        }
    }
}
