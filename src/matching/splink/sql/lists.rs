//! Functions of lists, with lambdas.

use std::borrow::Cow;

use super::Dialect;
use super::eval::{Frame, evaluate};
use super::function::Function as F;
use super::tree::Node;
use super::value::{Fault, Value};

/// One element: 1 is the first in DuckDB, -1 the last; null outside.
pub fn element(list: &Value, at: &Value, first: i64) -> Value {
    let (Value::List(items), Value::Number(at)) = (list, at) else { return Value::Null };
    let at = *at as i64;
    let place = if at < 0 { at + i64::try_from(items.len()).unwrap_or(i64::MAX) } else { at - first };
    usize::try_from(place).ok().and_then(|place| items.get(place)).cloned().unwrap_or(Value::Null)
}

/// Calls a lambda.
fn applied(lambda: &Node, given: &[&Value], frame: &Frame<'_>) -> Result<Value, Fault> {
    let Node::Lambda { from, parameters, body } = lambda else { return Err(Fault::new("a lambda is missing")) };
    if *parameters != given.len() {
        return Err(Fault::new("a lambda has another number of parameters"));
    }
    let mut inner = frame.clone();
    inner.variables.truncate(*from);
    inner.variables.extend(given.iter().map(|value| (*value).clone()));
    Ok(evaluate(body, &mut inner)?.into_owned())
}

/// Calls a function of lists; null where a list is null.
pub fn call<'a>(function: F, arguments: &'a [Node], frame: &mut Frame<'a>) -> Result<Cow<'a, Value>, Fault> {
    let first = evaluate(&arguments[0], frame)?;
    let Value::List(items) = &*first else {
        return if first.is_null() { Ok(Cow::Owned(Value::Null)) } else { Err(Fault::new("a list is missing")) };
    };
    let value = match function {
        F::ListLength | F::Length => Value::Number(items.len() as f64),
        F::ListTransform => Value::List(items.iter().map(|item| applied(&arguments[1], &[item], frame)).collect::<Result<_, _>>()?),
        F::ListFilter => {
            let mut kept = Vec::new();
            for item in items {
                if applied(&arguments[1], &[item], frame)?.truth() == Some(true) {
                    kept.push(item.clone());
                }
            }
            Value::List(kept)
        }
        F::Flatten => {
            Value::List(items.iter().flat_map(|item| if let Value::List(inner) = item { inner.clone() } else { Vec::new() }).collect())
        }
        F::ListMin | F::ListMax => extreme(items, function == F::ListMax),
        F::ListDistinct => Value::List(distinct(items)),
        F::Aggregate => {
            let mut held = evaluate(&arguments[1], frame)?.into_owned();
            for item in items {
                held = applied(&arguments[2], &[&held, item], frame)?;
            }
            held
        }
        F::ListContains | F::ListElement | F::ListIntersect | F::ListHasAny | F::Cosine | F::ZipWith => {
            let second = evaluate(&arguments[1], frame)?;
            of_two(function, &first, items, &second, arguments, frame)?
        }
        _ => return Err(Fault::new("it is no function of lists")),
    };
    Ok(Cow::Owned(value))
}

fn of_two(function: F, first: &Value, items: &[Value], second: &Value, arguments: &[Node], frame: &Frame<'_>) -> Result<Value, Fault> {
    if second.is_null() {
        // DuckDB takes a missing second list for an empty one; a missing first list gives null everywhere.
        let empty = function == F::ListIntersect && frame.dialect == Dialect::DuckDb;
        return Ok(if empty { Value::List(Vec::new()) } else { Value::Null });
    }
    match function {
        F::ListContains => return Ok(Value::Bool(items.iter().any(|item| item.equals(second) == Some(true)))),
        F::ListElement => return Ok(element(first, second, 1)),
        _ => {}
    }
    let Value::List(others) = second else { return Err(Fault::new("a list is missing")) };
    let is_shared = |item: &&Value| others.iter().any(|other| other.equals(item) == Some(true));
    Ok(match function {
        F::ListIntersect => Value::List(distinct(&items.iter().filter(is_shared).cloned().collect::<Vec<_>>())),
        F::ListHasAny => Value::Bool(items.iter().any(|item| is_shared(&item))),
        F::Cosine => Value::Number(cosine(items, others)?),
        _ => {
            let longer = items.len().max(others.len());
            let at = |list: &[Value], place: usize| list.get(place).cloned().unwrap_or(Value::Null);
            let zipped = (0..longer).map(|place| applied(&arguments[2], &[&at(items, place), &at(others, place)], frame));
            Value::List(zipped.collect::<Result<_, _>>()?)
        }
    })
}

fn distinct(items: &[Value]) -> Vec<Value> {
    let mut kept: Vec<Value> = Vec::new();
    for item in items.iter().filter(|item| !item.is_null()) {
        if !kept.iter().any(|held| held.equals(item) == Some(true)) {
            kept.push(item.clone());
        }
    }
    kept
}

fn extreme(items: &[Value], greatest: bool) -> Value {
    let wanted = if greatest { std::cmp::Ordering::Greater } else { std::cmp::Ordering::Less };
    let mut best: Option<&Value> = None;
    for item in items.iter().filter(|item| !item.is_null()) {
        if best.is_none_or(|held| item.order(held) == Some(wanted)) {
            best = Some(item);
        }
    }
    best.cloned().unwrap_or(Value::Null)
}

/// Cosine of the angle between two lists of numbers; NaN where one has no length.
fn cosine(l: &[Value], r: &[Value]) -> Result<f64, Fault> {
    if l.len() != r.len() {
        return Err(Fault::new("the lists of a cosine differ in length"));
    }
    let (mut product, mut of_l, mut of_r) = (0.0, 0.0, 0.0);
    for (l, r) in l.iter().zip(r) {
        let (Value::Number(l), Value::Number(r)) = (l, r) else { return Err(Fault::new("a list of a cosine holds what is no number")) };
        product += l * r;
        of_l += l * l;
        of_r += r * r;
    }
    let cosine: f64 = product / (f64::sqrt(of_l) * f64::sqrt(of_r));
    Ok(if cosine.is_nan() { cosine } else { cosine.clamp(-1.0, 1.0) })
}
