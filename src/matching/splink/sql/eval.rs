//! The value of an expression for a pair of records, in SQL's three-valued logic.
//!
//! Small print per dialect: DuckDB's string measures count bytes, the others' characters; DuckDB divides by zero as IEEE 754 does,
//! Spark and SQLite give null.

use std::borrow::Cow;
use std::cmp::Ordering;

use super::tree::{Comparison, Node, Operator, Side, Target};
use super::value::{Fault, Value};
use super::{Dialect, lists, scalar, time};

/// Where columns are read.
pub trait Source {
    fn value(&self, column: usize, side: Side) -> &Value;
}

/// What an evaluation reads: the pair, the dialect, and the parameters of the lambdas it is in.
#[derive(Clone)]
pub struct Frame<'a> {
    pub source: &'a dyn Source,
    pub dialect: Dialect,
    pub variables: Vec<Value>,
}

impl std::fmt::Debug for Frame<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Frame").field("dialect", &self.dialect).finish_non_exhaustive()
    }
}

impl<'a> Frame<'a> {
    pub fn new(source: &'a dyn Source, dialect: Dialect) -> Self {
        Self { source, dialect, variables: Vec::new() }
    }
}

type Outcome<'a> = Result<Cow<'a, Value>, Fault>;

/// Three-valued truth of a condition.
pub fn truth<'a>(node: &'a Node, frame: &mut Frame<'a>) -> Result<Option<bool>, Fault> {
    match node {
        Node::And(all) => {
            let mut found = Some(true);
            for inner in all {
                match truth(inner, frame)? {
                    Some(true) => {}
                    Some(false) => return Ok(Some(false)),
                    None => found = None,
                }
            }
            Ok(found)
        }
        Node::Or(all) => {
            let mut found = Some(false);
            for inner in all {
                match truth(inner, frame)? {
                    Some(true) => return Ok(Some(true)),
                    Some(false) => {}
                    None => found = None,
                }
            }
            Ok(found)
        }
        Node::Not(inner) => Ok(truth(inner, frame)?.map(|found| !found)),
        Node::IsNull(inner) => Ok(Some(evaluate(inner, frame)?.is_null())),
        Node::Compare { how, l, r, single } => {
            let (l, r) = (evaluate(l, frame)?, evaluate(r, frame)?);
            compared(*how, &l, &r, *single)
        }
        Node::In { what, list } => {
            let what = evaluate(what, frame)?.into_owned();
            let mut found = if what.is_null() { None } else { Some(false) };
            for item in list {
                match what.equals(&*evaluate(item, frame)?) {
                    Some(true) => return Ok(Some(true)),
                    Some(false) => {}
                    None => found = None,
                }
            }
            Ok(found)
        }
        Node::Like { what, pattern, any_case } => {
            let (what, pattern) = (evaluate(what, frame)?, evaluate(pattern, frame)?);
            match (&*what, &*pattern) {
                (Value::Text(what), Value::Text(pattern)) if *any_case => {
                    Ok(Some(scalar::is_like(&scalar::lower(what), &scalar::lower(pattern))))
                }
                (Value::Text(what), Value::Text(pattern)) => Ok(Some(scalar::is_like(what, pattern))),
                _ => Ok(None),
            }
        }
        other => Ok(evaluate(other, frame)?.truth()),
    }
}

fn compared(how: Comparison, l: &Value, r: &Value, single: bool) -> Result<Option<bool>, Fault> {
    if let (Comparison::Same | Comparison::NotSame, true) = (how, l.is_null() || r.is_null()) {
        let same = l.is_null() && r.is_null();
        return Ok(Some(same == (how == Comparison::Same)));
    }
    if l.is_null() || r.is_null() {
        return Ok(None);
    }
    let order = match (l, r, single) {
        (Value::Number(a), Value::Number(b), true) => Value::Number(f64::from(*a as f32)).order(&Value::Number(f64::from(*b as f32))),
        _ => l.order(r),
    };
    let Some(order) = order else { return Err(Fault::new("it compares values of different kinds")) };
    Ok(Some(match how {
        Comparison::Equal | Comparison::Same => order == Ordering::Equal,
        Comparison::NotEqual | Comparison::NotSame => order != Ordering::Equal,
        Comparison::Less => order == Ordering::Less,
        Comparison::LessOrEqual => order != Ordering::Greater,
        Comparison::Greater => order == Ordering::Greater,
        Comparison::GreaterOrEqual => order != Ordering::Less,
    }))
}

/// The value of any expression.
pub fn evaluate<'a>(node: &'a Node, frame: &mut Frame<'a>) -> Outcome<'a> {
    let owned = |value: Value| Ok(Cow::Owned(value));
    match node {
        Node::Literal(value) => Ok(Cow::Borrowed(value)),
        Node::Column { column, side } => match frame.source.value(*column, *side) {
            Value::Fault(fault) => Err(fault.clone()),
            value => Ok(Cow::Borrowed(value)),
        },
        Node::Variable(at) => owned(frame.variables.get(*at).cloned().unwrap_or(Value::Null)),
        Node::Negate(inner) => match &*evaluate(inner, frame)? {
            Value::Number(number) => owned(Value::Number(-number)),
            Value::Null => owned(Value::Null),
            _ => Err(Fault::new("it negates what is no number")),
        },
        Node::Arithmetic(operator, l, r) => {
            let (l, r) = (evaluate(l, frame)?, evaluate(r, frame)?);
            owned(calculated(*operator, &l, &r, frame.dialect)?)
        }
        Node::Case { arms, otherwise } => {
            for (when, then) in arms {
                if truth(when, frame)? == Some(true) {
                    return evaluate(then, frame);
                }
            }
            evaluate(otherwise, frame)
        }
        Node::Cast { to, or_null, what } => {
            let what = match evaluate(what, frame) {
                Err(_) if *or_null => return owned(Value::Null),
                other => other?,
            };
            match cast(&what, *to) {
                Some(value) => owned(value),
                None if *or_null => owned(Value::Null),
                None => Err(Fault::new("a cast meets a value that cannot be cast")),
            }
        }
        Node::List(all) => {
            let items = all.iter().map(|item| evaluate(item, frame).map(Cow::into_owned)).collect::<Result<_, _>>()?;
            owned(Value::List(items))
        }
        Node::Index { list, at, first } => {
            let (list, at) = (evaluate(list, frame)?, evaluate(at, frame)?);
            owned(lists::element(&list, &at, *first))
        }
        Node::Call(function, arguments) => scalar::call(*function, arguments, frame),
        Node::Lambda { .. } | Node::Pattern(_) | Node::Format(_) => Err(Fault::new("a lambda stands where a value is expected")),
        Node::Not(_) | Node::And(_) | Node::Or(_) | Node::IsNull(_) | Node::Compare { .. } | Node::In { .. } | Node::Like { .. } => {
            owned(Value::from_truth(truth(node, frame)?))
        }
    }
}

fn calculated(operator: Operator, l: &Value, r: &Value, dialect: Dialect) -> Result<Value, Fault> {
    if l.is_null() || r.is_null() {
        return Ok(Value::Null);
    }
    if let (Operator::Concatenate, Value::Text(l), Value::Text(r)) = (operator, l, r) {
        return Ok(Value::Text(format!("{l}{r}").into()));
    }
    let (Value::Number(l), Value::Number(r)) = (l, r) else { return Err(Fault::new("it counts with what is no number")) };
    let divides = matches!(operator, Operator::Divide | Operator::DivideWhole | Operator::Remainder);
    if divides && *r == 0.0 && dialect != Dialect::DuckDb {
        return Ok(Value::Null);
    }
    Ok(Value::Number(match operator {
        Operator::Add => l + r,
        Operator::Subtract => l - r,
        Operator::Multiply => l * r,
        Operator::Divide => l / r,
        Operator::DivideWhole | Operator::Remainder if *r == 0.0 => return Err(Fault::new("it divides by zero")),
        Operator::DivideWhole => (l / r).trunc(),
        Operator::Remainder => l % r,
        Operator::Power => l.powf(*r),
        Operator::Concatenate => return Err(Fault::new("it joins what is no text")),
    }))
}

/// `None` where the value has no such form.
pub fn cast(value: &Value, to: Target) -> Option<Value> {
    if value.is_null() {
        return Some(Value::Null);
    }
    let number = || match value {
        Value::Number(number) => Some(*number),
        Value::Bool(found) => Some(f64::from(u8::from(*found))),
        Value::Text(text) => text.trim().parse().ok(),
        _ => None,
    };
    match to {
        Target::Text => written(value).map(|text| Value::Text(text.into())),
        Target::Double => number().map(Value::Number),
        Target::Float => number().map(|number| Value::Number(f64::from(number as f32))),
        Target::Whole => number().filter(|number| number.is_finite()).map(|number| Value::Number(number.round())),
        Target::Date | Target::Time => {
            let moment = match value {
                Value::Text(text) => time::read(text)?,
                Value::Date(_) | Value::Time(_) => value.clone(),
                _ => return None,
            };
            Some(match (to, moment) {
                (Target::Date, moment) => time::midnight(&moment),
                (_, Value::Date(at)) => Value::Time(at),
                (_, moment) => moment,
            })
        }
        Target::Bool => match value {
            Value::Bool(_) => Some(value.clone()),
            Value::Number(number) => Some(Value::Bool(*number != 0.0)),
            Value::Text(text) => match text.to_ascii_lowercase().as_str() {
                "true" | "t" | "1" | "yes" | "y" => Some(Value::Bool(true)),
                "false" | "f" | "0" | "no" | "n" => Some(Value::Bool(false)),
                _ => None,
            },
            _ => None,
        },
    }
}

/// As a cast to text writes it. A number's text depends on its type (42, 42.0), which text columns do not tell.
fn written(value: &Value) -> Option<String> {
    match value {
        Value::Text(text) => Some(text.to_string()),
        Value::Bool(found) => Some(found.to_string()),
        Value::Date(_) | Value::Time(_) => time::write(value),
        _ => None,
    }
}
