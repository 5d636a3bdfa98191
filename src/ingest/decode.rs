//! Any encoding to UTF-8 as a stream, in bounded memory.

use std::io::{self, Read};

use encoding_rs::{Decoder, Encoding};

use super::sniff::TextEncoding;

impl TextEncoding {
    fn encoding(self) -> &'static Encoding {
        match self {
            Self::Utf8 => encoding_rs::UTF_8,
            Self::Utf16Le => encoding_rs::UTF_16LE,
            Self::Utf16Be => encoding_rs::UTF_16BE,
            Self::Windows1252 => encoding_rs::WINDOWS_1252,
        }
    }
}

/// The head of a file as text; what is wrong becomes U+FFFD, a cut last character is dropped.
pub fn decode_head(bytes: &[u8], encoding: TextEncoding) -> String {
    let mut decoder = encoding.encoding().new_decoder_without_bom_handling();
    let mut text = String::with_capacity(decoder.max_utf8_buffer_length(bytes.len()).unwrap_or(bytes.len() * 3));
    let _ = decoder.decode_to_string(bytes, &mut text, false);
    text
}

/// Reads UTF-8 out of a reader of another encoding.
pub struct Transcoder<R> {
    inner: R,
    decoder: Decoder,
    raw: Vec<u8>,
    raw_start: usize,
    raw_end: usize,
    at_end: bool,
    /// Output that did not fit into the caller's buffer.
    spill: Vec<u8>,
    spill_start: usize,
}

impl<R> std::fmt::Debug for Transcoder<R> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Transcoder").field("at_end", &self.at_end).finish_non_exhaustive()
    }
}

impl<R: Read> Transcoder<R> {
    /// `inner` stands behind the byte-order mark.
    pub fn new(inner: R, encoding: TextEncoding) -> Self {
        Self {
            inner,
            decoder: encoding.encoding().new_decoder_without_bom_handling(),
            raw: vec![0; 64 * 1024],
            raw_start: 0,
            raw_end: 0,
            at_end: false,
            spill: Vec::new(),
            spill_start: 0,
        }
    }

    fn refill(&mut self) -> io::Result<()> {
        let mut out = vec![0; 4 * self.raw.len()];
        while self.spill_start == self.spill.len() && !(self.at_end && self.raw_start == self.raw_end) {
            if self.raw_start == self.raw_end && !self.at_end {
                self.raw_start = 0;
                self.raw_end = self.inner.read(&mut self.raw)?;
                self.at_end = self.raw_end == 0;
            }
            let (_, read, written, _) = self.decoder.decode_to_utf8(&self.raw[self.raw_start..self.raw_end], &mut out, self.at_end);
            self.raw_start += read;
            self.spill.clear();
            self.spill.extend_from_slice(&out[..written]);
            self.spill_start = 0;
            if self.at_end {
                break;
            }
        }
        Ok(())
    }
}

impl<R: Read> Read for Transcoder<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        if self.spill_start == self.spill.len() {
            self.refill()?;
        }
        let ready = &self.spill[self.spill_start..];
        let take = ready.len().min(buf.len());
        buf[..take].copy_from_slice(&ready[..take]);
        self.spill_start += take;
        Ok(take)
    }
}
