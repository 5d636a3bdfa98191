//! A passphrase on its way: never printed, wiped when it is dropped.

use std::fmt;

use zeroize::Zeroizing;

#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    pub fn new(text: String) -> Self {
        Self(Zeroizing::new(text))
    }

    pub fn expose(&self) -> &str {
        &self.0
    }

    /// To be typed into.
    pub fn typed(&mut self) -> &mut String {
        &mut self.0
    }
}

/// Empty, with room for what is typed: a string that grows leaves its old places unwiped.
impl Default for Secret {
    fn default() -> Self {
        Self::new(String::with_capacity(256))
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}
