//! How tightly each expression binds, for parentheses only where they are needed.

use crate::sql::{BinaryOperator, Expr, Literal, UnaryOperator};

/// From loose to tight. Where the databases differ, neighbours share a level or are kept apart, so that a text means the
/// same on both: `||` and `->` bind tighter than `*` on SQLite, and looser than `+` on PostgreSQL, where they share a level
/// with `&`, `<<` and `@>`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Precedence {
    /// Text of the program's own: nothing is known of it.
    Raw,
    Or,
    And,
    Not,
    /// Every comparison; they do not chain.
    Comparison,
    /// It binds tightly, but PostgreSQL does not take it everywhere without parentheses.
    Collate,
    /// The arrows into JSON, and the operators of arrays.
    Other,
    Concat,
    Bit,
    Additive,
    Multiplicative,
    Unary,
    Atom,
}

pub(super) fn of(expr: &Expr) -> Precedence {
    match expr {
        Expr::Text(_) | Expr::Named(_) => Precedence::Raw,
        // One that is always true or false is written as a comparison on SQLite.
        Expr::And(terms) | Expr::Or(terms) if terms.is_empty() => Precedence::Comparison,
        Expr::InList { list, .. } if list.is_empty() => Precedence::Comparison,
        // A column alone is written as one there, too.
        Expr::And(terms) | Expr::Or(terms) if matches!(terms[..], [Expr::Column(_)]) => {
            Precedence::Comparison
        }
        Expr::And(terms) | Expr::Or(terms) if terms.len() == 1 => of(&terms[0]),
        Expr::Or(_) => Precedence::Or,
        Expr::And(_) => Precedence::And,
        Expr::Unary(UnaryOperator::Not, _) => Precedence::Not,
        Expr::Unary(UnaryOperator::Neg, _) => Precedence::Unary,
        // The smallest integer is written in parentheses.
        Expr::Literal(Literal::Integer(number)) if *number < 0 && *number != i64::MIN => {
            Precedence::Unary
        }
        Expr::Binary(operator, ..) | Expr::Decimal(operator, ..) => binary(*operator),
        Expr::AsDecimal(inner) => of(inner),
        Expr::IsNull { .. }
        | Expr::IsTruth { .. }
        | Expr::InList { .. }
        | Expr::InArrays { .. }
        | Expr::InSelect { .. }
        | Expr::Quantified { .. }
        | Expr::Between { .. }
        | Expr::Like { .. }
        | Expr::PartOf { .. }
        | Expr::Regex { .. }
        | Expr::FullText { .. } => Precedence::Comparison,
        Expr::Collate(..) => Precedence::Collate,
        Expr::Json { .. } => Precedence::Other,
        Expr::Row(fields) if fields.len() == 1 => of(&fields[0]),
        _ => Precedence::Atom,
    }
}

pub(super) fn binary(operator: BinaryOperator) -> Precedence {
    use BinaryOperator as Op;
    match operator {
        Op::Add | Op::Sub => Precedence::Additive,
        Op::Mul | Op::Div | Op::Rem => Precedence::Multiplicative,
        Op::BitAnd | Op::BitOr | Op::ShiftLeft | Op::ShiftRight => Precedence::Bit,
        Op::Concat => Precedence::Concat,
        Op::Contains | Op::ContainedBy | Op::Overlaps => Precedence::Other,
        Op::Eq
        | Op::Ne
        | Op::Lt
        | Op::Le
        | Op::Gt
        | Op::Ge
        | Op::IsDistinctFrom
        | Op::IsNotDistinctFrom => Precedence::Comparison,
    }
}

/// Whether `operand` needs parentheses on this side of `operator`.
pub(super) fn needs_parentheses(operator: BinaryOperator, operand: &Expr, right: bool) -> bool {
    let (outer, inner) = (binary(operator), of(operand));
    match outer {
        Precedence::Concat => {
            let same = matches!(operand, Expr::Binary(BinaryOperator::Concat, ..)) && !right;
            !(same || inner >= Precedence::Unary)
        }
        Precedence::Other => inner < Precedence::Additive,
        // Comparisons do not chain, and the left operand of the others needs none at the same level.
        _ => inner < outer || inner == outer && (right || outer == Precedence::Comparison),
    }
}
