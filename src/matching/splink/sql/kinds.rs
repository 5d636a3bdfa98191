//! What kind of value each column holds, told by how the conditions use it: text, unless it is counted with, read as a date or as a list.

use std::sync::Arc;

use super::Dialect;
use super::function::Function as F;
use super::pattern::Pattern;
use super::time::{self, Format};
use super::tree::{Comparison, Node, Operator, Target};
use super::value::Value;

/// What a node yields. `Any`: known only when it is computed (elements of lists, null).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Kind {
    /// A column that nothing has told about yet.
    #[default]
    Unknown,
    Any,
    Bool,
    Number,
    Text,
    Time,
    List,
}

impl Kind {
    /// For messages.
    pub fn noun(self) -> &'static str {
        match self {
            Self::Unknown | Self::Any => "a value",
            Self::Bool => "true or false",
            Self::Number => "a number",
            Self::Text => "text",
            Self::Time => "a date",
            Self::List => "a list",
        }
    }
}

/// The kinds of all columns, found by going over all conditions until nothing new is learned.
#[derive(Debug)]
pub struct Kinds<'a> {
    pub columns: Vec<Kind>,
    names: &'a [String],
    dialect: Dialect,
    changed: bool,
    /// The last round: what is still unknown is refused where it matters.
    last: bool,
}

/// Learns the kinds of columns from conditions and readies patterns and formats. Errors carry the number of the condition.
pub fn resolve(nodes: &mut [&mut Node], names: &[String], dialect: Dialect) -> Result<Vec<Kind>, (usize, String)> {
    let mut kinds = Kinds { columns: vec![Kind::Unknown; names.len()], names, dialect, changed: true, last: false };
    loop {
        kinds.last = !kinds.changed;
        kinds.changed = false;
        for (at, node) in nodes.iter_mut().enumerate() {
            kinds.visit(node).and_then(|_| kinds.want(node, Kind::Bool)).map_err(|reason| (at, reason))?;
        }
        if kinds.last {
            return Ok(kinds.columns);
        }
    }
}

impl Kinds<'_> {
    fn want(&mut self, node: &mut Node, kind: Kind) -> Result<(), String> {
        match node {
            Node::Column { column, .. } => {
                let held = self.columns[*column];
                if held == Kind::Unknown {
                    self.columns[*column] = kind;
                    self.changed = true;
                } else if held != kind {
                    let name = &self.names[*column];
                    return Err(format!("column \"{name}\" is used as {} here and as {} elsewhere; cast it", kind.noun(), held.noun()));
                }
                Ok(())
            }
            Node::Literal(value) => Self::want_literal(value, kind),
            Node::Case { arms, otherwise } => {
                for (_, then) in arms.iter_mut() {
                    self.want(then, kind)?;
                }
                self.want(otherwise, kind)
            }
            Node::Call(F::Coalesce | F::Greatest | F::Least, all) => all.iter_mut().try_for_each(|node| self.want(node, kind)),
            Node::Call(F::NullIf, all) => all.iter_mut().try_for_each(|node| self.want(node, kind)),
            other => {
                let found = self.visit(other)?;
                if found == kind || matches!(found, Kind::Any | Kind::Unknown) {
                    Ok(())
                } else {
                    Err(format!("{} stands where {} is expected", found.noun(), kind.noun()))
                }
            }
        }
    }

    fn want_literal(value: &mut Value, kind: Kind) -> Result<(), String> {
        let found = match (&*value, kind) {
            (Value::Null, _)
            | (Value::Text(_), Kind::Text)
            | (Value::Number(_), Kind::Number)
            | (Value::Bool(_), Kind::Bool)
            | (Value::Date(_) | Value::Time(_), Kind::Time)
            | (_, Kind::Any | Kind::Unknown) => return Ok(()),
            (Value::Text(text), Kind::Number) => text.trim().parse().ok().map(Value::Number),
            (Value::Text(text), Kind::Time) => time::read(text),
            _ => None,
        };
        *value = found.ok_or_else(|| format!("a literal stands where {} is expected", kind.noun()))?;
        Ok(())
    }

    /// Both sides of a comparison are of one kind.
    fn unify(&mut self, l: &mut Node, r: &mut Node) -> Result<Kind, String> {
        let (a, b) = (self.visit(l)?, self.visit(r)?);
        let told = |kind: Kind| !matches!(kind, Kind::Unknown | Kind::Any);
        match (told(a), told(b)) {
            // A text literal becomes what the other side is.
            (true, true) if a != b && matches!(l, Node::Literal(Value::Text(_))) => self.want(l, b).map(|()| b),
            (true, _) => self.want(r, a).map(|()| a),
            (false, true) => self.want(l, b).map(|()| b),
            (false, false) => Ok(if a == Kind::Unknown { a } else { b }),
        }
    }

    fn unify_all(&mut self, all: &mut [Node]) -> Result<Kind, String> {
        let Some((first, rest)) = all.split_first_mut() else { return Ok(Kind::Any) };
        let mut kind = self.visit(first)?;
        for node in rest {
            kind = self.unify(first, node)?;
        }
        Ok(kind)
    }

    fn visit(&mut self, node: &mut Node) -> Result<Kind, String> {
        Ok(match node {
            Node::Literal(value) => match value {
                Value::Null | Value::Fault(_) => Kind::Any,
                Value::Bool(_) => Kind::Bool,
                Value::Number(_) => Kind::Number,
                Value::Text(_) => Kind::Text,
                Value::Date(_) | Value::Time(_) => Kind::Time,
                Value::List(_) => Kind::List,
            },
            Node::Column { column, .. } => self.columns[*column],
            Node::Variable(_) | Node::Pattern(_) | Node::Format(_) => Kind::Any,
            Node::Not(inner) => self.all(&mut [inner], Kind::Bool, Kind::Bool)?,
            Node::Negate(inner) => self.all(&mut [inner], Kind::Number, Kind::Number)?,
            Node::Arithmetic(Operator::Concatenate, l, r) => self.all(&mut [l, r], Kind::Text, Kind::Text)?,
            Node::Arithmetic(_, l, r) => self.all(&mut [l, r], Kind::Number, Kind::Number)?,
            Node::Compare { how, l, r, .. } => self.comparison(*how, l, r)?,
            Node::And(all) | Node::Or(all) => {
                for inner in all {
                    self.visit(inner)?;
                    self.want(inner, Kind::Bool)?;
                }
                Kind::Bool
            }
            Node::IsNull(inner) => {
                self.visit(inner)?;
                Kind::Bool
            }
            Node::Case { arms, otherwise } => self.case(arms, otherwise)?,
            Node::In { what, list } => {
                for item in list {
                    self.unify(what, item)?;
                }
                Kind::Bool
            }
            Node::Like { what, pattern, .. } => self.all(&mut [what, pattern], Kind::Text, Kind::Bool)?,
            Node::Cast { to, what, .. } => {
                self.visit(what)?;
                match to {
                    Target::Text => Kind::Text,
                    Target::Whole | Target::Double | Target::Float => Kind::Number,
                    Target::Date | Target::Time => Kind::Time,
                    Target::Bool => Kind::Bool,
                }
            }
            Node::List(all) => {
                for item in all {
                    self.visit(item)?;
                }
                Kind::List
            }
            Node::Index { list, at, .. } => {
                self.visit(at)?;
                self.want(at, Kind::Number)?;
                // A pair that a lambda makes is indexed by number as well.
                if !matches!(**list, Node::Variable(_)) {
                    self.want(list, Kind::List)?;
                }
                Kind::Any
            }
            Node::Lambda { body, .. } => {
                self.visit(body)?;
                Kind::Any
            }
            Node::Call(function, arguments) => self.call(*function, arguments)?,
        })
    }

    fn comparison(&mut self, how: Comparison, l: &mut Node, r: &mut Node) -> Result<Kind, String> {
        let kind = self.unify(l, r)?;
        let ordered = matches!(how, Comparison::Less | Comparison::LessOrEqual | Comparison::Greater | Comparison::GreaterOrEqual);
        if ordered && kind == Kind::Unknown && self.last {
            return Err("nothing tells whether the columns that it orders hold numbers, dates or text; cast them".to_owned());
        }
        Ok(Kind::Bool)
    }

    fn case(&mut self, arms: &mut [(Node, Node)], otherwise: &mut Node) -> Result<Kind, String> {
        let mut kind = self.visit(otherwise)?;
        for (when, then) in arms {
            self.visit(when)?;
            self.want(when, Kind::Bool)?;
            kind = self.unify(otherwise, then)?;
        }
        Ok(kind)
    }

    fn all(&mut self, nodes: &mut [&mut Box<Node>], wanted: Kind, gives: Kind) -> Result<Kind, String> {
        for node in nodes.iter_mut() {
            self.visit(node)?;
            self.want(node, wanted)?;
        }
        Ok(gives)
    }

    fn call(&mut self, function: F, arguments: &mut [Node]) -> Result<Kind, String> {
        match function {
            F::NullIf | F::Coalesce | F::Greatest | F::Least => return self.unify_all(arguments),
            F::Length if self.visit(&mut arguments[0])? == Kind::List => return Ok(Kind::Number),
            F::RegexExtract | F::RegexMatches | F::RegexFullMatch | F::RegexReplace => ready_pattern(function, arguments)?,
            F::ParseTime => self.ready_format(arguments)?,
            _ => {}
        }
        let (wanted, gives) = signature(function);
        for (at, argument) in arguments.iter_mut().enumerate() {
            self.visit(argument)?;
            let kind = wanted.get(at).or(wanted.last()).copied().unwrap_or(Kind::Any);
            if kind != Kind::Any && !matches!(argument, Node::Pattern(_) | Node::Format(_)) {
                self.want(argument, kind)?;
            }
        }
        Ok(gives)
    }

    fn ready_format(&self, arguments: &mut [Node]) -> Result<(), String> {
        if let Node::Literal(Value::Text(text)) = &arguments[1] {
            arguments[1] = Node::Format(Arc::new(Format::parse(text, self.dialect)?));
        }
        if matches!(arguments[1], Node::Format(_)) { Ok(()) } else { Err("the format of a date must be a literal".to_owned()) }
    }
}

fn ready_pattern(function: F, arguments: &mut [Node]) -> Result<(), String> {
    if let Node::Literal(Value::Text(text)) = &arguments[1] {
        arguments[1] = Node::Pattern(Arc::new(Pattern::parse(text, function == F::RegexFullMatch)?));
    }
    if matches!(arguments[1], Node::Pattern(_)) { Ok(()) } else { Err("a regular expression must be a literal".to_owned()) }
}

/// Kinds of the arguments (the last one holds for all that follow) and of the result.
fn signature(function: F) -> (&'static [Kind], Kind) {
    use Kind::{Any, Bool, List, Number, Text, Time};
    match function {
        F::Levenshtein | F::DamerauLevenshtein | F::Jaro | F::JaroWinkler | F::Jaccard | F::Hamming | F::Length => (&[Text], Number),
        F::Lower
        | F::Upper
        | F::Trim
        | F::TrimStart
        | F::TrimEnd
        | F::Replace
        | F::Reverse
        | F::RegexReplace
        | F::Concatenate
        | F::ConcatenateWith => (&[Text], Text),
        F::Substring | F::Left | F::Right => (&[Text, Number], Text),
        F::SplitPart => (&[Text, Text, Number], Text),
        F::RegexExtract => (&[Text, Any, Number], Text),
        F::Split => (&[Text], List),
        F::StartsWith | F::EndsWith | F::Contains => (&[Text], Bool),
        F::RegexMatches | F::RegexFullMatch => (&[Text, Any], Bool),
        F::Abs
        | F::Round
        | F::Floor
        | F::Ceiling
        | F::Sqrt
        | F::Exp
        | F::Ln
        | F::Log2
        | F::Log10
        | F::Power
        | F::Sin
        | F::Cos
        | F::Acos
        | F::Asin
        | F::Atan2
        | F::Radians => (&[Number], Number),
        F::ParseTime => (&[Text, Any], Time),
        F::Epoch | F::DaysBetween | F::Year | F::Month | F::Day => (&[Time], Number),
        F::Date => (&[Time], Time),
        F::PartsBetween => (&[Text, Time, Time], Number),
        F::ListTransform | F::ListFilter => (&[List, Any], List),
        F::ListIntersect | F::Flatten | F::ListDistinct => (&[List], List),
        F::ListMin | F::ListMax => (&[List], Any),
        F::ListContains => (&[List, Any], Bool),
        F::ListHasAny => (&[List], Bool),
        F::ListElement => (&[List, Number], Any),
        F::ListLength | F::Cosine => (&[List], Number),
        F::ZipWith => (&[List, List, Any], List),
        F::Aggregate => (&[List, Any], Any),
        F::NullIf | F::Coalesce | F::Greatest | F::Least => (&[Any], Any),
    }
}
