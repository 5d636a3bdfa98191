//! House rules, read off the sources. Flow: files (sources) -> walls between modules (walls) -> size and text (text) -> licences and
//! change log (package).

mod package;
mod sources;
mod text;
mod walls;
