//! An SQL expression as a tree.

use std::sync::Arc;

use super::Dialect;
use super::function::Function;
use super::pattern::Pattern;
use super::time::Format;
use super::value::Value;

/// Of which record a column is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Side {
    L,
    R,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operator {
    Add,
    Subtract,
    Multiply,
    Divide,
    /// Quotient without its fraction.
    DivideWhole,
    Remainder,
    Power,
    Concatenate,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparison {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    /// `is not distinct from`: nulls are equal.
    Same,
    NotSame,
}

/// What a cast makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    Text,
    /// Rounded half away from zero.
    Whole,
    Double,
    /// Rounded to 32 bits.
    Float,
    Date,
    Time,
    Bool,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Node {
    Literal(Value),
    /// A number of a column: of the expression's own list while parsed, of the table once bound.
    Column {
        column: usize,
        side: Side,
    },
    /// A parameter of a lambda, by its number from the outside.
    Variable(usize),
    Not(Box<Node>),
    Negate(Box<Node>),
    Arithmetic(Operator, Box<Node>, Box<Node>),
    /// `single`: compared as 32 bit numbers.
    Compare {
        how: Comparison,
        l: Box<Node>,
        r: Box<Node>,
        single: bool,
    },
    And(Vec<Node>),
    Or(Vec<Node>),
    IsNull(Box<Node>),
    Case {
        arms: Vec<(Node, Node)>,
        otherwise: Box<Node>,
    },
    In {
        what: Box<Node>,
        list: Vec<Node>,
    },
    Like {
        what: Box<Node>,
        pattern: Box<Node>,
        any_case: bool,
    },
    Cast {
        to: Target,
        or_null: bool,
        what: Box<Node>,
    },
    Call(Function, Vec<Node>),
    List(Vec<Node>),
    /// `first` is the number of the first element.
    Index {
        list: Box<Node>,
        at: Box<Node>,
        first: i64,
    },
    /// A regular expression, and how a date is written; only as arguments.
    Pattern(Arc<Pattern>),
    Format(Arc<Format>),
    /// Only as an argument. Its parameters are the variables from `from` on.
    Lambda {
        from: usize,
        parameters: usize,
        body: Box<Node>,
    },
}

impl Node {
    /// The nodes right below.
    pub fn children(&self) -> Vec<&Self> {
        match self {
            Self::Literal(_) | Self::Column { .. } | Self::Variable(_) | Self::Pattern(_) | Self::Format(_) => Vec::new(),
            Self::Not(a) | Self::Negate(a) | Self::IsNull(a) => vec![a],
            Self::Cast { what, .. } => vec![what],
            Self::Lambda { body, .. } => vec![body],
            Self::Arithmetic(_, a, b) => vec![a, b],
            Self::Compare { l, r, .. } => vec![l, r],
            Self::Like { what, pattern, .. } => vec![what, pattern],
            Self::Index { list, at, .. } => vec![list, at],
            Self::And(all) | Self::Or(all) | Self::Call(_, all) | Self::List(all) => all.iter().collect(),
            Self::Case { arms, otherwise } => {
                arms.iter().flat_map(|(when, then)| [when, then]).chain(std::iter::once(otherwise.as_ref())).collect()
            }
            Self::In { what, list } => std::iter::once(what.as_ref()).chain(list).collect(),
        }
    }

    pub fn children_mut(&mut self) -> Vec<&mut Self> {
        match self {
            Self::Literal(_) | Self::Column { .. } | Self::Variable(_) | Self::Pattern(_) | Self::Format(_) => Vec::new(),
            Self::Not(a) | Self::Negate(a) | Self::IsNull(a) => vec![a],
            Self::Cast { what, .. } => vec![what],
            Self::Lambda { body, .. } => vec![body],
            Self::Arithmetic(_, a, b) => vec![a, b],
            Self::Compare { l, r, .. } => vec![l, r],
            Self::Like { what, pattern, .. } => vec![what, pattern],
            Self::Index { list, at, .. } => vec![list, at],
            Self::And(all) | Self::Or(all) | Self::Call(_, all) | Self::List(all) => all.iter_mut().collect(),
            Self::Case { arms, otherwise } => {
                arms.iter_mut().flat_map(|(when, then)| [when, then]).chain(std::iter::once(otherwise.as_mut())).collect()
            }
            Self::In { what, list } => std::iter::once(what.as_mut()).chain(list).collect(),
        }
    }

    /// Every column read, with its side, in the order of the text; repeats stay.
    pub fn columns(&self, found: &mut Vec<(usize, Side)>) {
        if let Self::Column { column, side } = self {
            found.push((*column, *side));
        }
        for child in self.children() {
            child.columns(found);
        }
    }

    /// Whether it reads a variable that a lambda outside of it gives.
    pub fn is_open(&self) -> bool {
        fn reads(node: &Node, bound_from: usize) -> bool {
            match node {
                Node::Variable(at) => *at < bound_from,
                Node::Lambda { from, body, .. } => reads(body, bound_from.min(*from)),
                other => other.children().iter().any(|child| reads(child, bound_from)),
            }
        }
        reads(self, usize::MAX)
    }
}

/// The number of a column by name; a new one is added.
pub fn number_of(name: &str, columns: &mut Vec<String>) -> usize {
    let lower = name.to_lowercase();
    columns.iter().position(|held| held.to_lowercase() == lower).unwrap_or_else(|| {
        columns.push(name.to_owned());
        columns.len() - 1
    })
}

/// Two conditions as one; chains stay flat.
pub fn joined(left: Node, right: Node, and: bool) -> Node {
    let mut all = Vec::new();
    for node in [left, right] {
        match (node, and) {
            (Node::And(inner), true) | (Node::Or(inner), false) => all.extend(inner),
            (other, _) => all.push(other),
        }
    }
    if and { Node::And(all) } else { Node::Or(all) }
}

/// DuckDB compares a 32 bit number with any other as 32 bit numbers.
pub fn compare(how: Comparison, l: Node, r: Node, dialect: Dialect) -> Node {
    let is_single = |node: &Node| matches!(node, Node::Cast { to: Target::Float, .. });
    let single = dialect == Dialect::DuckDb && (is_single(&l) || is_single(&r));
    Node::Compare { how, l: Box::new(l), r: Box::new(r), single }
}
