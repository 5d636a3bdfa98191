//! Tokens -> tree, by binding strength (Pratt). Columns are numbered as they are met.

use super::Dialect;
use super::function::Function;
use super::time;
use super::token::{Token, tokens};
use super::tree::{Comparison, Node, Operator, Side, Target, compare, joined, number_of};
use super::value::Value;

/// How a condition names the columns of the two records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Naming {
    /// `surname_l`, as in comparison levels.
    Suffix,
    /// `l.surname`, as in blocking rules.
    Prefix,
}

/// Parses one condition. `columns` holds the names met so far and gains new ones; names differ by more than their case.
pub fn parse(sql: &str, dialect: Dialect, naming: Naming, columns: &mut Vec<String>) -> Result<Node, String> {
    let mut parser = Parser { tokens: tokens(sql, dialect)?, at: 0, dialect, naming, columns, variables: Vec::new() };
    let node = parser.expression(0)?;
    match parser.peek() {
        None => Ok(node),
        Some(token) => Err(format!("{} is not expected there", told(token))),
    }
}

fn told(token: &Token) -> String {
    match token {
        Token::Word(word) => format!("\"{word}\""),
        Token::Name(name) => format!("the name \"{name}\""),
        Token::Text(_) => "a text".to_owned(),
        Token::Number { .. } => "a number".to_owned(),
        Token::Sign(sign) => format!("\"{sign}\""),
    }
}

/// Binding strength of what stands between two operands; more binds closer.
mod strength {
    pub const OR: u8 = 1;
    pub const AND: u8 = 2;
    pub const NOT: u8 = 3;
    pub const COMPARE: u8 = 4;
    pub const CONCATENATE: u8 = 5;
    pub const ADD: u8 = 6;
    pub const MULTIPLY: u8 = 7;
    pub const SIGN: u8 = 8;
    pub const POWER: u8 = 9;
}

struct Parser<'a> {
    tokens: Vec<Token>,
    at: usize,
    dialect: Dialect,
    naming: Naming,
    columns: &'a mut Vec<String>,
    /// Parameters of the lambdas around, outermost first.
    variables: Vec<String>,
}

impl Parser<'_> {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at)
    }

    fn is_sign(&self, sign: &str) -> bool {
        matches!(self.peek(), Some(Token::Sign(found)) if *found == sign)
    }

    fn is_word(&self, word: &str) -> bool {
        matches!(self.peek(), Some(Token::Word(found)) if found.eq_ignore_ascii_case(word))
    }

    fn take_sign(&mut self, sign: &str) -> bool {
        let found = self.is_sign(sign);
        self.at += usize::from(found);
        found
    }

    fn take_word(&mut self, word: &str) -> bool {
        let found = self.is_word(word);
        self.at += usize::from(found);
        found
    }

    fn need_sign(&mut self, sign: &str) -> Result<(), String> {
        if self.take_sign(sign) { Ok(()) } else { Err(self.missing(sign)) }
    }

    fn need_word(&mut self, word: &str) -> Result<(), String> {
        if self.take_word(word) { Ok(()) } else { Err(self.missing(&word.to_uppercase())) }
    }

    fn missing(&self, wanted: &str) -> String {
        match self.peek() {
            Some(token) => format!("\"{wanted}\" is missing before {}", told(token)),
            None => format!("\"{wanted}\" is missing at its end"),
        }
    }

    fn expression(&mut self, least: u8) -> Result<Node, String> {
        let mut left = self.operand()?;
        while let Some((strength, sign)) = self.operator() {
            if strength < least {
                break;
            }
            left = self.after(left, strength, &sign)?;
        }
        Ok(left)
    }

    /// The operator that comes next, in lower case.
    fn operator(&self) -> Option<(u8, String)> {
        let sign = match self.peek()? {
            Token::Sign(sign) => (*sign).to_owned(),
            Token::Word(word) => word.to_ascii_lowercase(),
            _ => return None,
        };
        let strength = match sign.as_str() {
            "or" => strength::OR,
            "and" => strength::AND,
            "=" | "==" | "<>" | "!=" | "<" | "<=" | ">" | ">=" | "<=>" | "is" | "in" | "like" | "ilike" | "between" | "not" => {
                strength::COMPARE
            }
            "||" => strength::CONCATENATE,
            "+" | "-" => strength::ADD,
            "*" | "/" | "%" | "//" => strength::MULTIPLY,
            "^" | "**" if self.dialect != Dialect::Spark => strength::POWER,
            _ => return None,
        };
        Some((strength, sign))
    }

    /// The rest of an operation whose left side is known.
    fn after(&mut self, left: Node, strength: u8, sign: &str) -> Result<Node, String> {
        self.at += 1;
        match sign {
            "or" | "and" => {
                let right = self.expression(strength + 1)?;
                return Ok(joined(left, right, sign == "and"));
            }
            "is" => return self.after_is(left),
            "not" => {
                let inner = match self.peek() {
                    Some(Token::Word(word)) => word.to_ascii_lowercase(),
                    _ => String::new(),
                };
                if !["in", "like", "ilike", "between"].contains(&inner.as_str()) {
                    return Err(self.missing("IN"));
                }
                return Ok(Node::Not(Box::new(self.after(left, strength, &inner)?)));
            }
            "in" => {
                self.need_sign("(")?;
                let list = self.arguments(")")?;
                return Ok(Node::In { what: Box::new(left), list });
            }
            "between" => {
                let low = self.expression(strength::CONCATENATE)?;
                self.need_word("and")?;
                let high = self.expression(strength::CONCATENATE)?;
                let above = compare(Comparison::GreaterOrEqual, left.clone(), low, self.dialect);
                return Ok(Node::And(vec![above, compare(Comparison::LessOrEqual, left, high, self.dialect)]));
            }
            _ => {}
        }
        let right = self.expression(strength + 1)?;
        let arithmetic = |operator| Ok(Node::Arithmetic(operator, Box::new(left.clone()), Box::new(right.clone())));
        let comparison = |how| Ok(compare(how, left.clone(), right.clone(), self.dialect));
        match sign {
            "=" | "==" => comparison(Comparison::Equal),
            "<>" | "!=" => comparison(Comparison::NotEqual),
            "<" => comparison(Comparison::Less),
            "<=" => comparison(Comparison::LessOrEqual),
            ">" => comparison(Comparison::Greater),
            ">=" => comparison(Comparison::GreaterOrEqual),
            "<=>" => comparison(Comparison::Same),
            "like" | "ilike" => Ok(Node::Like {
                what: Box::new(left),
                pattern: Box::new(right),
                any_case: sign == "ilike" || self.dialect == Dialect::Sqlite,
            }),
            "||" => arithmetic(Operator::Concatenate),
            "+" => arithmetic(Operator::Add),
            "-" => arithmetic(Operator::Subtract),
            "*" => arithmetic(Operator::Multiply),
            "/" if self.divides_whole(&left, &right) => {
                Err(format!("\"/\" drops fractions of whole numbers in {}; cast one side to a float", self.dialect.name()))
            }
            "/" => arithmetic(Operator::Divide),
            "//" => arithmetic(Operator::DivideWhole),
            "%" => arithmetic(Operator::Remainder),
            _ => arithmetic(Operator::Power),
        }
    }

    /// SQLite and Postgres divide whole numbers without a rest, and the kind of a number is not known here.
    fn divides_whole(&self, left: &Node, right: &Node) -> bool {
        let is_float = |node: &Node| match node {
            Node::Literal(Value::Number(number)) => number.fract() != 0.0,
            Node::Cast { to, .. } => matches!(to, Target::Double | Target::Float),
            _ => false,
        };
        matches!(self.dialect, Dialect::Sqlite | Dialect::Postgres) && !is_float(left) && !is_float(right)
    }

    fn after_is(&mut self, left: Node) -> Result<Node, String> {
        let negated = self.take_word("not");
        let found = if self.take_word("null") {
            Node::IsNull(Box::new(left))
        } else if self.take_word("distinct") {
            self.need_word("from")?;
            let right = self.expression(strength::CONCATENATE)?;
            compare(Comparison::NotSame, left, right, self.dialect)
        } else if self.is_word("true") || self.is_word("false") {
            let wanted = self.is_word("true");
            self.at += 1;
            compare(Comparison::Same, left, Node::Literal(Value::Bool(wanted)), self.dialect)
        } else {
            return Err(self.missing("NULL"));
        };
        Ok(if negated { Node::Not(Box::new(found)) } else { found })
    }

    fn operand(&mut self) -> Result<Node, String> {
        let Some(token) = self.peek().cloned() else { return Err("it ends where a value is expected".to_owned()) };
        self.at += 1;
        let node = match token {
            Token::Number { value, .. } => Node::Literal(Value::Number(value)),
            Token::Text(text) => Node::Literal(Value::Text(text.into())),
            Token::Sign("(") => {
                let inner = self.expression(0)?;
                self.need_sign(")")?;
                inner
            }
            Token::Sign("[") => Node::List(self.arguments("]")?),
            Token::Sign("-") => match self.expression(strength::SIGN)? {
                Node::Literal(Value::Number(number)) => Node::Literal(Value::Number(-number)),
                other => Node::Negate(Box::new(other)),
            },
            Token::Sign("+") => self.expression(strength::SIGN)?,
            Token::Sign(sign) => return Err(format!("\"{sign}\" is not expected there")),
            Token::Name(name) => self.column(&name)?,
            Token::Word(word) => self.word(&word)?,
        };
        self.postfix(node)
    }

    /// `[1]` and `::type` behind a value.
    fn postfix(&mut self, mut node: Node) -> Result<Node, String> {
        loop {
            if self.take_sign("[") {
                let at = self.expression(0)?;
                self.need_sign("]")?;
                if matches!(at, Node::Literal(Value::Text(_))) {
                    return Err("it reads a part of a struct, which a table of text columns does not have".to_owned());
                }
                let first = i64::from(self.dialect != Dialect::Spark);
                node = Node::Index { list: Box::new(node), at: Box::new(at), first };
            } else if self.take_sign("::") {
                let to = self.target()?;
                node = Node::Cast { to, or_null: false, what: Box::new(node) };
            } else {
                return Ok(node);
            }
        }
    }

    fn word(&mut self, word: &str) -> Result<Node, String> {
        let lower = word.to_ascii_lowercase();
        match lower.as_str() {
            "not" => return Ok(Node::Not(Box::new(self.expression(strength::NOT)?))),
            "null" => return Ok(Node::Literal(Value::Null)),
            "true" | "false" => return Ok(Node::Literal(Value::Bool(lower == "true"))),
            "case" => return self.case(),
            "date" | "timestamp" if matches!(self.peek(), Some(Token::Text(_))) => return self.moment(&lower),
            "interval" => return Err("INTERVAL is not one of the forms that Karat knows".to_owned()),
            _ => {}
        }
        if self.is_sign("(") {
            self.at += 1;
            return match lower.as_str() {
                "cast" | "try_cast" => self.cast(lower == "try_cast"),
                "extract" => self.extract(),
                "array" => Ok(Node::List(self.arguments(")")?)),
                "row" | "struct" | "exists" | "select" => Err(format!("{lower} is not one of the forms that Karat knows")),
                _ => self.call(&lower),
            };
        }
        if lower == "array" && self.take_sign("[") {
            return Ok(Node::List(self.arguments("]")?));
        }
        if let Some(at) = self.variables.iter().rposition(|name| name.eq_ignore_ascii_case(word)) {
            return Ok(Node::Variable(at));
        }
        self.column(word)
    }

    /// `date '2020-01-31'`
    fn moment(&mut self, kind: &str) -> Result<Node, String> {
        let Some(Token::Text(text)) = self.peek().cloned() else { return Err(self.missing("a text")) };
        self.at += 1;
        let found = time::read(&text).ok_or_else(|| format!("the {kind} in it cannot be read"))?;
        Ok(Node::Literal(if kind == "date" { time::midnight(&found) } else { found }))
    }

    fn case(&mut self) -> Result<Node, String> {
        let what = if self.is_word("when") { None } else { Some(self.expression(0)?) };
        let mut arms = Vec::new();
        while self.take_word("when") {
            let when = self.expression(0)?;
            self.need_word("then")?;
            let then = self.expression(0)?;
            let when = match &what {
                Some(what) => compare(Comparison::Equal, what.clone(), when, self.dialect),
                None => when,
            };
            arms.push((when, then));
        }
        let otherwise = if self.take_word("else") { self.expression(0)? } else { Node::Literal(Value::Null) };
        self.need_word("end")?;
        Ok(Node::Case { arms, otherwise: Box::new(otherwise) })
    }

    fn cast(&mut self, or_null: bool) -> Result<Node, String> {
        let what = self.expression(0)?;
        self.need_word("as")?;
        let to = self.target()?;
        self.need_sign(")")?;
        Ok(Node::Cast { to, or_null, what: Box::new(what) })
    }

    fn target(&mut self) -> Result<Target, String> {
        let Some(Token::Word(word)) = self.peek().cloned() else { return Err(self.missing("a type")) };
        self.at += 1;
        let wide_floats = matches!(self.dialect, Dialect::Sqlite | Dialect::Postgres);
        let target = match word.to_ascii_lowercase().as_str() {
            "text" | "varchar" | "string" | "char" | "bpchar" => Target::Text,
            "int" | "integer" | "bigint" | "smallint" | "tinyint" | "int4" | "int8" | "long" => Target::Whole,
            "double" => {
                self.take_word("precision");
                Target::Double
            }
            "float8" => Target::Double,
            "float" if wide_floats => Target::Double,
            "real" if self.dialect == Dialect::Sqlite => Target::Double,
            "float" | "real" | "float4" => Target::Float,
            "date" => Target::Date,
            "timestamp" | "datetime" => Target::Time,
            "boolean" | "bool" => Target::Bool,
            other => return Err(format!("a cast to {other} is not one of the forms that Karat knows")),
        };
        if self.is_sign("(") || self.is_sign("[") {
            return Err(format!("a cast to {}(…) is not one of the forms that Karat knows", word.to_ascii_lowercase()));
        }
        Ok(target)
    }

    fn extract(&mut self) -> Result<Node, String> {
        let part = match self.peek().cloned() {
            Some(Token::Word(part) | Token::Text(part)) => part.to_ascii_lowercase(),
            _ => return Err(self.missing("a part of a date")),
        };
        self.at += 1;
        self.need_word("from")?;
        let what = self.expression(0)?;
        self.need_sign(")")?;
        let function = match part.as_str() {
            "epoch" => Function::Epoch,
            "year" => Function::Year,
            "month" => Function::Month,
            "day" => Function::Day,
            other => return Err(format!("extract({other} …) is not one of the forms that Karat knows")),
        };
        Ok(Node::Call(function, vec![what]))
    }

    fn call(&mut self, name: &str) -> Result<Node, String> {
        if self.is_word("distinct") {
            return Err(format!("{name}(DISTINCT …) is not one of the forms that Karat knows"));
        }
        let arguments = self.arguments(")")?;
        if name == "if" && arguments.len() == 3 && self.dialect != Dialect::Postgres {
            let mut parts = arguments.into_iter();
            if let (Some(when), Some(then), Some(otherwise)) = (parts.next(), parts.next(), parts.next()) {
                return Ok(Node::Case { arms: vec![(when, then)], otherwise: Box::new(otherwise) });
            }
            return Err("if() needs three arguments".to_owned());
        }
        Ok(Node::Call(Function::named(name, arguments.len(), self.dialect)?, arguments))
    }

    fn arguments(&mut self, end: &str) -> Result<Vec<Node>, String> {
        let mut found = Vec::new();
        if self.take_sign(end) {
            return Ok(found);
        }
        loop {
            let lambda = self.lambda_head();
            found.push(match lambda {
                Some(names) => {
                    let (from, parameters) = (self.variables.len(), names.len());
                    self.variables.extend(names);
                    let body = self.expression(0);
                    self.variables.truncate(from);
                    Node::Lambda { from, parameters, body: Box::new(body?) }
                }
                None => self.expression(0)?,
            });
            if self.take_sign(end) {
                return Ok(found);
            }
            self.need_sign(",")?;
        }
    }

    /// `x ->`, `(x, y) ->` or `lambda x, y:`; taken only when it is whole.
    fn lambda_head(&mut self) -> Option<Vec<String>> {
        let (mut at, mut names) = (self.at, Vec::new());
        let word = |at: usize| match self.tokens.get(at) {
            Some(Token::Word(word)) => Some(word.clone()),
            _ => None,
        };
        let sign = |at: usize, wanted: &str| matches!(self.tokens.get(at), Some(Token::Sign(found)) if *found == wanted);
        let spoken = word(at).is_some_and(|w| w.eq_ignore_ascii_case("lambda")) && word(at + 1).is_some();
        let bracket = sign(at, "(");
        at += usize::from(spoken || bracket);
        loop {
            names.push(word(at)?);
            at += 1;
            if !((spoken || bracket) && sign(at, ",")) {
                break;
            }
            at += 1;
        }
        if bracket {
            if !sign(at, ")") {
                return None;
            }
            at += 1;
        }
        if !sign(at, if spoken { ":" } else { "->" }) {
            return None;
        }
        self.at = at + 1;
        Some(names)
    }

    /// A column of one of the two records.
    fn column(&mut self, name: &str) -> Result<Node, String> {
        let (name, side) = match self.naming {
            Naming::Suffix => {
                let split = name.len().saturating_sub(2);
                let side = match name.get(split..).map(str::to_ascii_lowercase).as_deref() {
                    Some("_l") => Side::L,
                    Some("_r") => Side::R,
                    _ => return Err(format!("\"{name}\" is not a column of one side (its name ends in neither _l nor _r)")),
                };
                (name[..split].to_owned(), side)
            }
            Naming::Prefix => {
                let side = match name.to_ascii_lowercase().as_str() {
                    "l" => Side::L,
                    "r" => Side::R,
                    _ => return Err(format!("\"{name}\" is not a column of one side (it stands behind neither l. nor r.)")),
                };
                self.need_sign(".")?;
                let Some(Token::Word(name) | Token::Name(name)) = self.peek().cloned() else { return Err(self.missing("a column")) };
                self.at += 1;
                (name, side)
            }
        };
        if self.is_sign(".") {
            return Err("it reads a part of a struct, which a table of text columns does not have".to_owned());
        }
        Ok(Node::Column { column: number_of(&name, self.columns), side })
    }
}
