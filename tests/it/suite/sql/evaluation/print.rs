//! An expression as text with parentheses round everything and values in their places: what the compiler's text, with few
//! parentheses and parameters, must mean.

use orm_core::dialect::Dialect;
use orm_core::sql::{BinaryOperator, Expr, Literal, Select, UnaryOperator};
use orm_core::types::{SqlType, Value};

use super::evaluate::V;

/// Prints for one database.
pub(super) struct Printer(pub(super) &'static dyn Dialect);

impl Printer {
    /// The text of an expression.
    pub(super) fn print(&self, expr: &Expr) -> String {
        let not = |negated: bool| if negated { "NOT " } else { "" };
        let inner = match expr {
            Expr::Column(column) => {
                let table = column.table.as_ref().expect("columns have tables");
                return format!("\"{table}\".\"{}\"", column.name);
            }
            Expr::Bind(bind) => V::from(bind).to_sql(),
            Expr::Parameter(parameter) => match &parameter.value {
                Some(Value::Null) | None => self.cast("NULL", parameter.sql_type),
                Some(value) => V::from(value).to_sql(),
            },
            Expr::Literal(literal) => match literal {
                Literal::Null => V::Null.to_sql(),
                Literal::Bool(value) => V::Bool(*value).to_sql(),
                Literal::Integer(value) => V::Int(*value).to_sql(),
                Literal::Text(value) => V::Text(value.to_string()).to_sql(),
                other => panic!("{other:?} is not generated"),
            },
            Expr::Unary(UnaryOperator::Not, operand) => format!("NOT {}", self.print(operand)),
            Expr::Unary(UnaryOperator::Neg, operand) => format!("- {}", self.print(operand)),
            Expr::Binary(operator, operands) => {
                let (left, right) = &**operands;
                let (left, right) = (self.print(left), self.print(right));
                format!("{left} {} {right}", word(*operator))
            }
            Expr::And(terms) if terms.is_empty() => "TRUE".to_owned(),
            Expr::Or(terms) if terms.is_empty() => "FALSE".to_owned(),
            Expr::And(terms) => self.list(terms, " AND "),
            Expr::Or(terms) => self.list(terms, " OR "),
            Expr::IsNull { operand, negated } => {
                format!("{} IS {}NULL", self.print(operand), not(*negated))
            }
            Expr::IsTruth {
                operand,
                value,
                negated,
            } => {
                let value = V::Bool(*value).to_sql();
                format!("{} IS {}{value}", self.print(operand), not(*negated))
            }
            Expr::InList { list, negated, .. } if list.is_empty() => V::Bool(*negated).to_sql(),
            // One query in the list would be taken as the list itself.
            Expr::InList {
                operand,
                list,
                negated,
            } if matches!(list[..], [Expr::Scalar(_)]) => {
                let word = if *negated { "<>" } else { "=" };
                format!("{} {word} {}", self.print(operand), self.print(&list[0]))
            }
            Expr::InList {
                operand,
                list,
                negated,
            } => {
                let list = self.list(list, ", ");
                format!("{} {}IN ({list})", self.print(operand), not(*negated))
            }
            Expr::InArrays { operands, arrays } => {
                let Some(Value::Array(array)) = arrays.first() else {
                    panic!("one array")
                };
                let items: Vec<Expr> = array.1.iter().cloned().map(Expr::Bind).collect();
                return self.print(&Expr::InList {
                    operand: Box::new(operands[0].clone()),
                    list: items,
                    negated: false,
                });
            }
            Expr::InSelect {
                operand,
                select,
                negated,
            } => {
                let select = self.select(select);
                format!("{} {}IN ({select})", self.print(operand), not(*negated))
            }
            Expr::Scalar(select) => self.select(select),
            Expr::Exists(select) => format!("EXISTS ({})", self.select(select)),
            Expr::Between {
                operand,
                low,
                high,
                negated,
            } => {
                let (low, high) = (self.print(low), self.print(high));
                let operand = self.print(operand);
                format!("{operand} {}BETWEEN {low} AND {high}", not(*negated))
            }
            Expr::Like {
                operand,
                pattern,
                escape,
                ignore_case,
                negated,
            } => {
                let ilike = *ignore_case && self.0.capabilities().ilike;
                let escape = escape.map_or(String::new(), |escape| {
                    format!(" ESCAPE {}", V::Text(escape.into()).to_sql())
                });
                format!(
                    "{} {}{} {}{escape}",
                    self.print(operand),
                    not(*negated),
                    if ilike { "ILIKE" } else { "LIKE" },
                    self.print(pattern),
                )
            }
            Expr::Function(function) => {
                format!(
                    "{}({})",
                    function.name,
                    self.list(&function.arguments, ", ")
                )
            }
            Expr::Case { arms, otherwise } => {
                let mut text = "CASE".to_owned();
                for arm in arms {
                    let (when, then) = (self.print(&arm.when), self.print(&arm.then));
                    text += &format!(" WHEN {when} THEN {then}");
                }
                if let Some(otherwise) = otherwise {
                    text += &format!(" ELSE {}", self.print(otherwise));
                }
                text + " END"
            }
            Expr::Cast(operand, sql_type) => self.cast(&self.print(operand), *sql_type),
            Expr::Collate(operand, name) => format!("{} COLLATE \"{name}\"", self.print(operand)),
            other => panic!("{other:?} is not generated"),
        };
        format!("({inner})")
    }

    fn cast(&self, operand: &str, sql_type: SqlType) -> String {
        format!("CAST({operand} AS {})", self.0.type_name(sql_type))
    }

    fn list(&self, exprs: &[Expr], separator: &str) -> String {
        let texts: Vec<String> = exprs.iter().map(|expr| self.print(expr)).collect();
        texts.join(separator)
    }

    fn select(&self, select: &Select) -> String {
        let item = self.print(&select.items[0].expr);
        match &select.filter {
            Some(filter) => format!("SELECT {item} WHERE {}", self.print(filter)),
            None => format!("SELECT {item}"),
        }
    }
}

fn word(operator: BinaryOperator) -> &'static str {
    use BinaryOperator as B;
    match operator {
        B::Eq => "=",
        B::Ne => "<>",
        B::Lt => "<",
        B::Le => "<=",
        B::Gt => ">",
        B::Ge => ">=",
        B::IsDistinctFrom => "IS DISTINCT FROM",
        B::IsNotDistinctFrom => "IS NOT DISTINCT FROM",
        B::Add => "+",
        B::Sub => "-",
        B::Mul => "*",
        B::Div => "/",
        B::Rem => "%",
        B::Concat => "||",
        B::BitAnd => "&",
        B::BitOr => "|",
        B::ShiftLeft => "<<",
        B::ShiftRight => ">>",
        other => panic!("{other:?} is not generated"),
    }
}
