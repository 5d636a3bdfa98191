//! Flow: text as it came -> fold (case, accents, punctuation) -> name | email | phone | date | gender | address -> one written form per meaning.
//!
//! Pure functions. What cannot be read gives `None`: a value that says nothing must not look like a value.

pub mod address;
pub mod date;
pub mod email;
pub mod fold;
pub mod gender;
pub mod measured;
pub mod name;
pub mod nickname;
pub mod phone;
pub mod phonetic;

pub use address::{AddressParts, is_kind_of_street, split_address};
pub use date::PartialDate;
pub use email::{EmailParts, clean_email, email_parts};
pub use fold::{digits_of, fold};
pub use gender::clean_gender;
pub use measured::{clean_list, clean_number, clean_position};
pub use name::{NameParts, clean_suffix, parse_name};
pub use phone::clean_phone;

#[cfg(test)]
#[path = "standardise_tests.rs"]
mod tests;
