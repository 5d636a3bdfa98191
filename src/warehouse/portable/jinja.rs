//! SQL with marks to SQL with dbt's braces. `karat_clean(x)` becomes `{{ karat_clean("x") }}`: a macro gets its arguments as text, and a macro within one is
//! called within the braces.

/// What a word that begins with `karat_` stands for.
enum Mark {
    /// `ref("gold_kpi")`, `var("as_of")`: an expression of Jinja.
    Expression(String),
    /// The name of a macro; its arguments follow in brackets.
    Macro(String),
}

fn mark(word: &str) -> Option<Mark> {
    let expression = |text: String| Some(Mark::Expression(text));
    match word {
        "karat_as_of" => expression("karat_as_of()".to_owned()),
        "karat_since" => expression("karat_since".to_owned()),
        _ => {
            if let Some((schema, table)) = word.strip_prefix("karat_table__").and_then(|rest| rest.split_once("__")) {
                let call =
                    if schema == "bronze" { format!("source(\"bronze\", \"{table}\")") } else { format!("ref(\"{schema}_{table}\")") };
                return expression(call);
            }
            if let Some(name) = word.strip_prefix("karat_quoted__") {
                return expression(format!("adapter.quote(\"{name}\")"));
            }
            word.starts_with("karat_").then(|| Mark::Macro(word.to_owned()))
        }
    }
}

/// The whole text with every mark in braces.
pub fn filled(sql: &str) -> String {
    pieces(sql)
        .into_iter()
        .map(|piece| match piece {
            Piece::Text(text) => text,
            Piece::Call(call) => format!("{{{{ {call} }}}}"),
        })
        .collect()
}

enum Piece {
    Text(String),
    Call(String),
}

fn pieces(sql: &str) -> Vec<Piece> {
    let (mut found, mut text) = (Vec::new(), String::new());
    let mut rest = sql;
    while !rest.is_empty() {
        let word: &str = &rest[..rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(rest.len())];
        if word.is_empty() {
            // A literal is one piece: what looks like a mark in it is none.
            let end = if rest.starts_with('\'') { literal_end(rest) } else { rest.chars().next().map_or(1, char::len_utf8) };
            text.push_str(&rest[..end]);
            rest = &rest[end..];
            continue;
        }
        rest = &rest[word.len()..];
        let call = match mark(word) {
            None => {
                text.push_str(word);
                continue;
            }
            Some(Mark::Expression(call)) => call,
            Some(Mark::Macro(name)) => {
                let (args, behind) = arguments(rest);
                rest = behind;
                format!("{name}({})", args.iter().map(|arg| expression(arg)).collect::<Vec<_>>().join(", "))
            }
        };
        if !text.is_empty() {
            found.push(Piece::Text(std::mem::take(&mut text)));
        }
        found.push(Piece::Call(call));
    }
    if !text.is_empty() {
        found.push(Piece::Text(text));
    }
    found
}

fn literal_end(text: &str) -> usize {
    let bytes = text.as_bytes();
    let mut at = 1;
    while at < bytes.len() {
        if bytes[at] == b'\'' {
            if bytes.get(at + 1) != Some(&b'\'') {
                return at + 1;
            }
            at += 1;
        }
        at += 1;
    }
    text.len()
}

/// What stands in the brackets that the text begins with, at its commas, and what is behind them.
fn arguments(text: &str) -> (Vec<&str>, &str) {
    let bytes = text.as_bytes();
    let (mut args, mut depth, mut start, mut at) = (Vec::new(), 0_usize, 1, 0);
    while at < bytes.len() {
        match bytes[at] {
            b'\'' => {
                at += literal_end(&text[at..]);
                continue;
            }
            b'(' => depth += 1,
            b')' => {
                depth -= 1;
                if depth == 0 {
                    args.push(text[start..at].trim());
                    return (args, &text[at + 1..]);
                }
            }
            b',' if depth == 1 => {
                args.push(text[start..at].trim());
                start = at + 1;
            }
            _ => {}
        }
        at += 1;
    }
    (args, "")
}

/// An argument as Jinja says it: literals and calls with `~` between.
fn expression(arg: &str) -> String {
    let parts: Vec<String> = pieces(arg)
        .into_iter()
        .map(|piece| match piece {
            Piece::Text(text) => format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', " ")),
            Piece::Call(call) => call,
        })
        .collect();
    parts.join(" ~ ")
}
