//! Files whose every line is one quoted field that holds the whole row (`"a,b,c";`), as the rows that they mean. Line by line, so
//! that line numbers stay those of the file.

use std::io::{self, BufRead, BufReader, Read};

use super::csv::RECORD_LIMIT_BYTES;

/// Takes the outer quotes off every line of a stream of UTF-8.
pub struct Unwrapper<R> {
    inner: BufReader<R>,
    line: Vec<u8>,
    ready: Vec<u8>,
    taken: usize,
}

impl<R> std::fmt::Debug for Unwrapper<R> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Unwrapper").field("ready", &self.ready.len()).finish_non_exhaustive()
    }
}

impl<R: Read> Unwrapper<R> {
    pub fn new(inner: R) -> Self {
        Self { inner: BufReader::with_capacity(64 * 1024, inner), line: Vec::new(), ready: Vec::new(), taken: 0 }
    }
}

impl<R: Read> Read for Unwrapper<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        if self.taken == self.ready.len() {
            self.line.clear();
            self.ready.clear();
            self.taken = 0;
            // A line without an end is handed on in pieces; the reader of records refuses it by its length.
            self.inner.by_ref().take(RECORD_LIMIT_BYTES as u64).read_until(b'\n', &mut self.line)?;
            unwrap_line(&self.line, &mut self.ready);
        }
        let take = buf.len().min(self.ready.len() - self.taken);
        buf[..take].copy_from_slice(&self.ready[self.taken..self.taken + take]);
        self.taken += take;
        Ok(take)
    }
}

/// The same text without the outer quotes of its lines.
pub fn unwrap_text(text: &str) -> String {
    let mut out = Vec::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        unwrap_line(line.as_bytes(), &mut out);
    }
    // Only whole ASCII characters were left out.
    String::from_utf8(out).unwrap_or_default()
}

/// A line that is not wrapped passes as it is. Quotes inside are halved where all of them are doubled, and kept where one is not.
fn unwrap_line(line: &[u8], out: &mut Vec<u8>) {
    let text = line.trim_ascii_end();
    let body = text.strip_suffix(b";").or_else(|| text.strip_suffix(b",")).unwrap_or(text).trim_ascii_end();
    let Some(inner) = body.strip_prefix(b"\"").and_then(|rest| rest.strip_suffix(b"\"")) else {
        out.extend_from_slice(line);
        return;
    };
    let doubled = inner.split(|byte| *byte != b'"').all(|quotes| quotes.len() % 2 == 0);
    let mut quotes = 0_usize;
    for byte in inner {
        quotes = if *byte == b'"' { quotes + 1 } else { 0 };
        if !doubled || quotes.is_multiple_of(2) {
            out.push(*byte);
        }
    }
    out.extend_from_slice(&line[text.len()..]);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn through(text: &str) -> String {
        let mut out = String::new();
        Unwrapper::new(text.as_bytes()).read_to_string(&mut out).unwrap();
        assert_eq!(out, unwrap_text(text));
        out
    }

    #[test]
    fn outer_quotes_and_what_follows_them_are_taken_off() {
        assert_eq!(through("\"a,b,c\";\r\n\"1,2,3\";\r\n"), "a,b,c\r\n1,2,3\r\n");
        assert_eq!(through("\"a,b\"\n\n\"1,\u{e9}\""), "a,b\n\n1,\u{e9}");
    }

    #[test]
    fn quotes_inside_are_halved_where_they_are_doubled_and_kept_where_they_are_not() {
        assert_eq!(through("\"1,\"\"x, y\"\",3\"\n"), "1,\"x, y\",3\n");
        assert_eq!(through("\"1,Frenzel\";\",3\";\n"), "1,Frenzel\";\",3\n");
    }

    #[test]
    fn a_line_that_is_not_wrapped_passes() {
        assert_eq!(through("1,2;\n\"\n\"x,y\";\n"), "1,2;\n\"\nx,y\n");
    }
}
