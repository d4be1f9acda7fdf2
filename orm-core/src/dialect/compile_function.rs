//! Function calls, aggregates and windows.

use super::Compiler;
use super::compiler::invalid;
use crate::error::Result;
use crate::sql::{Frame, FrameBound, FrameExclude, FrameUnit, Function, Over, Window};

impl Compiler<'_> {
    /// Appends a function call as every database writes it.
    ///
    /// # Errors
    /// `InvalidQuery` when the name is not one; `Unsupported` when the database has no such form of call.
    pub fn call(&mut self, function: &Function) -> Result<()> {
        self.function_name(&function.name)?;
        self.push(if function.distinct { "(DISTINCT " } else { "(" });
        if function.star {
            self.push("*");
        } else {
            self.list(&function.arguments, ", ", Self::untyped)?;
        }
        if !function.order_by.is_empty() {
            self.push(" ORDER BY ");
            self.list(&function.order_by, ", ", Self::order_term)?;
        }
        self.push(")");
        if !function.within_group.is_empty() {
            self.needs(
                self.capabilities.ordered_sets,
                "aggregates over an ordered set (WITHIN GROUP)",
                "order the rows, and take the one at the place that is looked for",
            )?;
            self.push(" WITHIN GROUP (ORDER BY ");
            self.list(&function.within_group, ", ", Self::order_term)?;
            self.push(")");
        }
        if let Some(filter) = &function.filter {
            self.push(" FILTER (WHERE ");
            self.condition(filter)?;
            self.push(")");
        }
        match &function.over {
            None => Ok(()),
            Some(Over::Named(name)) => {
                self.push(" OVER ");
                self.identifier(name)
            }
            Some(Over::Window(window)) => {
                self.push(" OVER ");
                self.window(window)
            }
        }
    }

    /// A name as it is written; words that are reserved are quoted, and capitals stay without quotes, since functions of
    /// the databases are often written so.
    fn function_name(&mut self, name: &str) -> Result<()> {
        let is_name = |part: &str| {
            !part.as_bytes().first().is_none_or(u8::is_ascii_digit)
                && part
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        };
        if !name.split('.').all(is_name) {
            return Err(invalid(format!("{name:?} is not a function's name")));
        }
        self.list(name.split('.'), ".", |out, part| {
            if part.bytes().any(|byte| byte.is_ascii_uppercase()) {
                out.push(part);
                return Ok(());
            }
            out.identifier(part)
        })
    }

    /// Appends a window in its parentheses.
    pub(super) fn window(&mut self, window: &Window) -> Result<()> {
        self.push("(");
        let mut separator = "";
        if let Some(base) = &window.base {
            self.identifier(base)?;
            separator = " ";
        }
        if !window.partition_by.is_empty() {
            self.push(separator);
            self.push("PARTITION BY ");
            self.list(&window.partition_by, ", ", Self::expr)?;
            separator = " ";
        }
        if !window.order_by.is_empty() {
            self.push(separator);
            self.push("ORDER BY ");
            self.list(&window.order_by, ", ", Self::order_term)?;
            separator = " ";
        }
        if let Some(frame) = &window.frame {
            self.push(separator);
            self.frame(frame)?;
        }
        self.push(")");
        Ok(())
    }

    fn frame(&mut self, frame: &Frame) -> Result<()> {
        self.push(match frame.unit {
            FrameUnit::Rows => "ROWS ",
            FrameUnit::Range => "RANGE ",
            FrameUnit::Groups => "GROUPS ",
        });
        match &frame.end {
            None => self.bound(&frame.start)?,
            Some(end) => {
                self.push("BETWEEN ");
                self.bound(&frame.start)?;
                self.push(" AND ");
                self.bound(end)?;
            }
        }
        self.push(match frame.exclude {
            None => "",
            Some(FrameExclude::CurrentRow) => " EXCLUDE CURRENT ROW",
            Some(FrameExclude::Group) => " EXCLUDE GROUP",
            Some(FrameExclude::Ties) => " EXCLUDE TIES",
        });
        Ok(())
    }

    fn bound(&mut self, bound: &FrameBound) -> Result<()> {
        match bound {
            FrameBound::UnboundedPreceding => self.push("UNBOUNDED PRECEDING"),
            FrameBound::CurrentRow => self.push("CURRENT ROW"),
            FrameBound::UnboundedFollowing => self.push("UNBOUNDED FOLLOWING"),
            FrameBound::Preceding(distance) => {
                self.operand(distance)?;
                self.push(" PRECEDING");
            }
            FrameBound::Following(distance) => {
                self.operand(distance)?;
                self.push(" FOLLOWING");
            }
        }
        Ok(())
    }
}
