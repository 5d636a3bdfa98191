//! SQL as a tree. What SQLite says otherwise than the parser expects is put into the parser's words first.

use sqlparser::ast::{Query, Statement};
use sqlparser::dialect::SQLiteDialect;
use sqlparser::keywords::Keyword;
use sqlparser::parser::Parser;
use sqlparser::tokenizer::{Token, Tokenizer};

/// More words than any model has: a tree of so many could be too deep to walk.
const MOST_WORDS: usize = 8_000;

/// One SELECT. The error is the parser's, with the line.
pub(super) fn query(sql: &str) -> Result<Query, String> {
    let dialect = SQLiteDialect {};
    let tokens = Tokenizer::new(&dialect, sql).tokenize().map_err(|error| error.to_string())?;
    let tokens: Vec<Token> = tokens.into_iter().filter(|token| !matches!(token, Token::Whitespace(_))).collect();
    if tokens.len() > MOST_WORDS {
        return Err(format!("it has more than {MOST_WORDS} words"));
    }
    let read = Parser::new(&dialect).with_tokens(null_safe(&tokens)).parse_statements().map_err(|error| error.to_string())?;
    match read.into_iter().next() {
        Some(Statement::Query(query)) => Ok(*query),
        _ => Err("it is no SELECT".to_owned()),
    }
}

/// SQLite's `a IS b` and `a IS NOT b` for any b, as `IS NOT DISTINCT FROM` and `IS DISTINCT FROM`.
fn null_safe(tokens: &[Token]) -> Vec<Token> {
    let keyword = |at: usize| match tokens.get(at) {
        Some(Token::Word(word)) => word.keyword,
        _ => Keyword::NoKeyword,
    };
    let is_known = |at: usize| matches!(keyword(at), Keyword::NULL | Keyword::TRUE | Keyword::FALSE | Keyword::DISTINCT);
    let mut out = Vec::with_capacity(tokens.len());
    let mut at = 0;
    while at < tokens.len() {
        out.push(tokens[at].clone());
        if keyword(at) == Keyword::IS {
            let is_not = keyword(at + 1) == Keyword::NOT;
            if !is_known(at + 1 + usize::from(is_not)) {
                let words: &[&str] = if is_not { &["DISTINCT", "FROM"] } else { &["NOT", "DISTINCT", "FROM"] };
                out.extend(words.iter().map(|word| Token::make_keyword(word)));
                at += usize::from(is_not);
            }
        }
        at += 1;
    }
    out
}
