//! UNION, INTERSECT, EXCEPT, and common table expressions.

use super::Compiler;
use super::compiler::invalid;
use crate::error::Result;
use crate::sql::{Cte, Select, SetOperation, SetOperator, Statement};

impl Compiler<'_> {
    /// Appends the common table expressions before a statement.
    pub(super) fn with(&mut self, with: &[Cte]) -> Result<()> {
        if with.is_empty() {
            return Ok(());
        }
        // The word stands once, and lets every one of them read its own rows.
        let recursive = with.iter().any(|cte| cte.recursive);
        self.push(if recursive {
            "WITH RECURSIVE "
        } else {
            "WITH "
        });
        self.list(with, ", ", Self::cte)?;
        self.clause("");
        Ok(())
    }

    fn cte(&mut self, cte: &Cte) -> Result<()> {
        self.identifier(&cte.name)?;
        if !cte.columns.is_empty() {
            self.push("(");
            self.identifiers(&cte.columns)?;
            self.push(")");
        }
        self.push(match cte.materialized {
            None => " AS ",
            Some(true) => " AS MATERIALIZED ",
            Some(false) => " AS NOT MATERIALIZED ",
        });
        self.open();
        match &*cte.statement {
            Statement::Select(select) => {
                if let Some(width) = select.width()
                    && !cte.columns.is_empty()
                    && cte.columns.len() != width
                {
                    return Err(invalid(format!(
                        "the common table expression {} names {} columns, and its query has {width}",
                        cte.name,
                        cte.columns.len()
                    )));
                }
                self.select(select)?;
            }
            Statement::Text(text) => {
                self.raw |= !text.reads();
                self.text(text)?;
            }
            writing => {
                let what = format!("common table expressions that write, as {} does", cte.name);
                self.needs(
                    self.capabilities.writing_ctes,
                    &what,
                    "run that statement first, with RETURNING, and use its rows",
                )?;
                let bare = std::mem::take(&mut self.bare_columns);
                self.deeper(|out| out.any_statement(writing).map(drop))?;
                self.bare_columns = bare;
            }
        }
        self.close();
        Ok(())
    }

    /// The queries with the operator between them. `outer` is the query that the operation is the body of.
    pub(super) fn set_operation(&mut self, outer: &Select, set: &SetOperation) -> Result<()> {
        if outer.has_body() {
            return Err(invalid(
                "a query that combines others has columns, tables or conditions of its own; put them into the queries it combines",
            ));
        }
        if set.operands.len() < 2 {
            return Err(invalid(format!(
                "{} combines at least two queries; it has {}",
                word(set),
                set.operands.len()
            )));
        }
        self.needs(
            !set.all || set.operator == SetOperator::Union || self.capabilities.counted_sets,
            word(set),
            "leave ALL out, or compare the rows with EXISTS",
        )?;
        check_widths(set)?;
        for (index, operand) in set.operands.iter().enumerate() {
            if index > 0 {
                self.clause(word(set));
                self.clause("");
            }
            self.set_operand(set, operand, index == 0)?;
        }
        Ok(())
    }

    fn set_operand(&mut self, outer: &SetOperation, operand: &Select, first: bool) -> Result<()> {
        let plain = operand.with.is_empty()
            && operand.order_by.is_empty()
            && operand.limit.is_none()
            && operand.offset.is_none()
            && operand.lock.is_none();
        let bare = match &operand.set {
            None => plain,
            // A chain of one operator is read from left to right, and it is all the same where it begins, but for EXCEPT.
            Some(inner) => {
                plain
                    && inner.operator == outer.operator
                    && inner.all == outer.all
                    && (first || outer.operator != SetOperator::Except)
            }
        };
        if bare {
            return self.select(operand);
        }
        if !self.capabilities.nested_operands {
            self.push("SELECT * FROM ");
        }
        self.subquery(operand)
    }
}

fn word(set: &SetOperation) -> &'static str {
    match (set.operator, set.all) {
        (SetOperator::Union, false) => "UNION",
        (SetOperator::Union, true) => "UNION ALL",
        (SetOperator::Intersect, false) => "INTERSECT",
        (SetOperator::Intersect, true) => "INTERSECT ALL",
        (SetOperator::Except, false) => "EXCEPT",
        (SetOperator::Except, true) => "EXCEPT ALL",
    }
}

fn check_widths(set: &SetOperation) -> Result<()> {
    let mut widths = set.operands.iter().filter_map(Select::width);
    let Some(first) = widths.next() else {
        return Ok(());
    };
    match widths.find(|width| *width != first) {
        None => Ok(()),
        Some(other) => Err(invalid(format!(
            "{} combines queries of {first} and of {other} columns; give them the same number",
            word(set)
        ))),
    }
}
