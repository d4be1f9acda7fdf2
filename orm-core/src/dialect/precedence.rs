//! How tightly each expression binds, for parentheses only where they are needed.

use crate::sql::{BinaryOperator, Expr, UnaryOperator};

/// From loose to tight. Where the databases differ (`IS` and `||` stand elsewhere in each), neighbours share a level or are
/// kept apart, so that a text means the same on both.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Precedence {
    /// Text of the program's own: nothing is known of it.
    Raw,
    Or,
    And,
    Not,
    /// Every comparison; they do not chain.
    Comparison,
    Concat,
    Additive,
    Multiplicative,
    Unary,
    Atom,
}

pub(super) fn of(expr: &Expr) -> Precedence {
    match expr {
        Expr::Text(_) | Expr::Named(_) => Precedence::Raw,
        // One that is always true or false is written as a comparison.
        Expr::And(terms) | Expr::Or(terms) if terms.is_empty() => Precedence::Comparison,
        Expr::And(terms) | Expr::Or(terms) if terms.len() == 1 => of(&terms[0]),
        Expr::Or(_) => Precedence::Or,
        Expr::And(_) => Precedence::And,
        Expr::Unary(UnaryOperator::Not, _) => Precedence::Not,
        Expr::Unary(UnaryOperator::Neg, _) => Precedence::Unary,
        Expr::Binary(operator, ..) | Expr::Decimal(operator, ..) => binary(*operator),
        Expr::AsDecimal(inner) => of(inner),
        Expr::IsNull { .. }
        | Expr::InList { .. }
        | Expr::InArrays { .. }
        | Expr::InSelect { .. }
        | Expr::Between { .. }
        | Expr::Like { .. } => Precedence::Comparison,
        _ => Precedence::Atom,
    }
}

pub(super) fn binary(operator: BinaryOperator) -> Precedence {
    match operator {
        BinaryOperator::Add | BinaryOperator::Sub => Precedence::Additive,
        BinaryOperator::Mul | BinaryOperator::Div | BinaryOperator::Rem => {
            Precedence::Multiplicative
        }
        BinaryOperator::Concat => Precedence::Concat,
        _ => Precedence::Comparison,
    }
}

/// Whether `operand` needs parentheses on this side of `operator`.
pub(super) fn needs_parentheses(operator: BinaryOperator, operand: &Expr, right: bool) -> bool {
    let (outer, inner) = (binary(operator), of(operand));
    if outer == Precedence::Concat {
        // `||` binds tighter than arithmetic on SQLite and looser on PostgreSQL: arithmetic inside is always marked.
        let same = matches!(operand, Expr::Binary(BinaryOperator::Concat, ..)) && !right;
        return !(same || inner >= Precedence::Unary);
    }
    inner < outer || inner == outer && (right || outer == Precedence::Comparison)
}
