//! SQL as a tree. What SQLite says otherwise than the parser expects is put into the parser's words first.

use sqlparser::ast::{Query, Statement};
use sqlparser::dialect::SQLiteDialect;
use sqlparser::keywords::Keyword;
use sqlparser::parser::Parser;
use sqlparser::tokenizer::{Token, Tokenizer};

/// More words than any model has: a tree of so many could be too deep to walk.
const MOST_WORDS: usize = 8_000;

/// One SELECT. The error is the parser's, with the line.
pub(in crate::warehouse) fn query(sql: &str) -> Result<Query, String> {
    let dialect = SQLiteDialect {};
    let tokens = Tokenizer::new(&dialect, sql).tokenize().map_err(|error| error.to_string())?;
    let tokens: Vec<Token> = tokens.into_iter().filter(|token| !matches!(token, Token::Whitespace(_))).collect();
    if tokens.len() > MOST_WORDS {
        return Err(format!("it has more than {MOST_WORDS} words"));
    }
    let read =
        Parser::new(&dialect).with_tokens(null_safe(&without_hints(tokens))).parse_statements().map_err(|error| error.to_string())?;
    match read.into_iter().next() {
        Some(Statement::Query(query)) => Ok(*query),
        _ => Err("it is no SELECT".to_owned()),
    }
}

/// `WITH x AS MATERIALIZED (...)`: how it is to be reckoned, and not what.
fn without_hints(tokens: Vec<Token>) -> Vec<Token> {
    let is_hint = |at: usize| keyword(&tokens, at) == Keyword::MATERIALIZED && at > 0 && keyword(&tokens, at - 1) == Keyword::AS;
    let kept: Vec<bool> = (0..tokens.len()).map(|at| !is_hint(at)).collect();
    tokens.into_iter().zip(kept).filter_map(|(token, is_kept)| is_kept.then_some(token)).collect()
}

/// SQLite's `a IS b` and `a IS NOT b` for any b, as `IS NOT DISTINCT FROM` and `IS DISTINCT FROM`. They get brackets: the parser would take
/// all that follows as the right side.
fn null_safe(tokens: &[Token]) -> Vec<Token> {
    let is_known = |at: usize| matches!(keyword(tokens, at), Keyword::NULL | Keyword::TRUE | Keyword::FALSE | Keyword::DISTINCT);
    let mut out = Vec::with_capacity(tokens.len());
    let mut at = 0;
    while at < tokens.len() {
        let is_not = usize::from(keyword(tokens, at) == Keyword::IS && keyword(tokens, at + 1) == Keyword::NOT);
        let right = at + 1 + is_not;
        if keyword(tokens, at) != Keyword::IS || is_known(right) {
            out.push(tokens[at].clone());
            at += 1;
            continue;
        }
        out.insert(start_of_operand(&out), Token::LParen);
        let words: &[&str] = if is_not == 1 { &["IS", "DISTINCT", "FROM"] } else { &["IS", "NOT", "DISTINCT", "FROM"] };
        out.extend(words.iter().map(|word| Token::make_keyword(word)));
        at = end_of_operand(tokens, right);
        out.extend(null_safe(&tokens[right.min(at)..at]));
        out.push(Token::RParen);
    }
    out
}

fn keyword(tokens: &[Token], at: usize) -> Keyword {
    match tokens.get(at) {
        Some(Token::Word(word)) => word.keyword,
        _ => Keyword::NoKeyword,
    }
}

/// Words behind which a bracket is no list of arguments.
const BEFORE_BRACKETS: [Keyword; 13] = [
    Keyword::AND,
    Keyword::OR,
    Keyword::NOT,
    Keyword::WHERE,
    Keyword::WHEN,
    Keyword::THEN,
    Keyword::ELSE,
    Keyword::CASE,
    Keyword::ON,
    Keyword::IN,
    Keyword::SELECT,
    Keyword::HAVING,
    Keyword::BY,
];

/// Where the name, literal, call, CASE or bracket begins that the tokens end with.
fn start_of_operand(tokens: &[Token]) -> usize {
    let Some(last) = tokens.len().checked_sub(1) else { return 0 };
    let mut start = last;
    if tokens[last] == Token::RParen {
        start = opening(tokens, last, &|at| tokens[at] == Token::LParen, &|at| tokens[at] == Token::RParen);
        let is_call = start > 0 && matches!(tokens[start - 1], Token::Word(_)) && !BEFORE_BRACKETS.contains(&keyword(tokens, start - 1));
        start -= usize::from(is_call);
    } else if keyword(tokens, last) == Keyword::END {
        start = opening(tokens, last, &|at| keyword(tokens, at) == Keyword::CASE, &|at| keyword(tokens, at) == Keyword::END);
    }
    while start >= 2 && tokens[start - 1] == Token::Period {
        start -= 2;
    }
    start
}

/// What opened the one that closes at `last`.
fn opening(tokens: &[Token], last: usize, opens: &dyn Fn(usize) -> bool, closes: &dyn Fn(usize) -> bool) -> usize {
    let mut depth = 0_usize;
    for at in (0..=last.min(tokens.len().saturating_sub(1))).rev() {
        depth += usize::from(closes(at));
        depth = depth.saturating_sub(usize::from(opens(at)));
        if depth == 0 {
            return at;
        }
    }
    0
}

/// Behind the name, literal, call or bracket that begins at `at`.
fn end_of_operand(tokens: &[Token], at: usize) -> usize {
    let mut end = at;
    if tokens.get(end) != Some(&Token::LParen) {
        end += 1;
        while tokens.get(end) == Some(&Token::Period) {
            end += 2;
        }
    }
    let mut depth = 0_usize;
    while let Some(token) = tokens.get(end) {
        match token {
            Token::LParen => depth += 1,
            Token::RParen if depth > 0 => depth -= 1,
            _ if depth == 0 => break,
            _ => {}
        }
        if depth == 0 && *token != Token::RParen {
            break;
        }
        end += 1;
        if depth == 0 {
            break;
        }
    }
    end.min(tokens.len())
}
