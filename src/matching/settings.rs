//! What is compared and how: fields read from columns, blocking rules, comparisons, limits. Shape and names follow Splink's settings.

use serde::{Deserialize, Serialize};

/// Which pairs count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LinkType {
    /// Within one table.
    #[default]
    DedupeOnly,
    /// Between tables only.
    LinkOnly,
    /// Within and between.
    LinkAndDedupe,
}

/// What a field means; it decides how values are standardised.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FieldKind {
    GivenName,
    FamilyName,
    Suffix,
    Organisation,
    Email,
    Phone,
    Date,
    Gender,
    Street,
    City,
    Postcode,
    /// A number or code that belongs to one entity: tax number, passport, device.
    Id,
    /// Few distinct values: state, branch, occupation.
    Category,
    /// Words in any order.
    Text,
    /// An amount or a measure.
    Number,
    /// Latitude and longitude in degrees, in two columns or in one with a comma.
    Position,
    /// Several items in one cell: "a; b", "a|b", `["a","b"]`.
    List,
}

/// Which part of the column's text is meant.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd, Ord, Hash, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    #[default]
    Whole,
    /// Of a person's whole name.
    Given,
    Middle,
    Family,
    Suffix,
    /// Of a date spread over columns.
    Year,
    Month,
    Day,
    /// Of an address in one column.
    Street,
    City,
    Postcode,
    /// Of a position in two columns.
    Latitude,
    Longitude,
}

/// A column (or a part of it) that a field reads.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Input {
    pub column: String,
    #[serde(default)]
    pub part: Part,
}

/// A standardised column. Several inputs: streets and texts are joined, date parts combined, otherwise the first that has a value wins.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Field {
    pub name: String,
    pub kind: FieldKind,
    pub inputs: Vec<Input>,
}

/// How a field's value becomes a blocking key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Transform {
    Whole,
    /// First letters.
    Prefix(u8),
    /// Last characters (digits of phones).
    Last(u8),
    Phonetic,
    /// Full form of a given name, by its nicknames.
    FullForm,
    SortedTokens,
    Year,
    /// Year and month.
    YearMonth,
    /// Month and day.
    MonthDay,
    /// Of an e-mail address.
    LocalPart,
    /// First number of a street.
    HouseNumber,
    /// Words of a street without its numbers.
    StreetName,
    /// Every word is a key of its own.
    Tokens,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Key {
    pub field: String,
    pub transform: Transform,
}

/// Records that agree on all keys are compared. Rules form a union; a pair belongs to the first rule that gives it (`match_key`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BlockingRule {
    pub blocking_rule: String,
    pub keys: Vec<Key>,
}

/// Whose evidence a comparison is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Evidence {
    /// Members of a household differ in it (given name, birth date, ids).
    Person,
    /// Members of a household share it (surname, address, landline).
    Household,
}

/// How two values of a field are compared; the levels of each kind are in `levels/`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ComparisonKind {
    GivenName,
    FamilyName,
    Suffix,
    Organisation,
    Email,
    Phone,
    Date,
    Gender,
    Street,
    City,
    Postcode,
    Id,
    Category,
    Text,
    /// By difference, or by its share of the larger number.
    Number,
    /// By days, months, years.
    DateDifference,
    /// By kilometres.
    Distance,
    /// By items that both lists have.
    List,
    /// By words that both have, of all.
    Jaccard,
    /// By the angle between the words of both.
    Cosine,
}

impl ComparisonKind {
    /// Whether neighbours agree on it.
    pub fn is_place(self) -> bool {
        matches!(self, Self::Street | Self::City | Self::Postcode | Self::Distance)
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Comparison {
    pub output_column_name: String,
    pub kind: ComparisonKind,
    pub field: String,
    pub evidence: Evidence,
    /// Rare values weigh more than common ones.
    pub term_frequency: bool,
    /// For given names: the field with the surname, to recognise swapped names.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub swapped_with: Option<String>,
    /// Where the levels of a measured difference lie, from near to far: "1 %" or "10", "3 days", "1 km", "0.9"; empty: the usual ones.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub bounds: Vec<String>,
}

/// A comparison at or below this gamma (and not null) is evidence against.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Against {
    pub comparison: String,
    pub gamma_at_most: u8,
}

/// Where all of these hold, two records are never merged without a person's word; they wait in Review.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Conflict {
    pub label: String,
    pub all: Vec<Against>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Settings {
    pub link_type: LinkType,
    pub fields: Vec<Field>,
    pub blocking_rules_to_generate_predictions: Vec<BlockingRule>,
    pub comparisons: Vec<Comparison>,
    #[serde(default)]
    pub conflicts: Vec<Conflict>,
    /// Where training starts; `None`: half a match per record.
    #[serde(default)]
    pub probability_two_random_records_match: Option<f64>,
    #[serde(default = "Settings::default_convergence")]
    pub em_convergence: f64,
    #[serde(default = "Settings::default_iterations")]
    pub max_iterations: u32,
    /// match_probability from which pairs merge without a person.
    #[serde(default = "Settings::default_threshold")]
    pub auto_threshold: f64,
    /// Where given, the threshold is lowered as far as the expected share of right pairs above it allows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub precision_at_least: Option<f64>,
    /// match_probability from which unmerged pairs are shown in Review.
    #[serde(default = "Settings::default_floor")]
    pub review_floor: f64,
    /// Sources of which a cluster holds at most one record.
    #[serde(default)]
    pub sources_unique: Vec<String>,
    /// Candidate pairs per record that one rule may give before its largest blocks are left out (and reported).
    #[serde(default = "Settings::default_budget")]
    pub pairs_per_record_and_rule: u32,
    /// After training, rules that bring hardly a match and many pairs are left out of scoring (and reported).
    #[serde(default)]
    pub leave_out_poor_rules: bool,
    pub seed: u64,
}

impl Settings {
    fn default_convergence() -> f64 {
        1e-4
    }
    fn default_iterations() -> u32 {
        60
    }
    fn default_threshold() -> f64 {
        0.95
    }
    fn default_floor() -> f64 {
        0.05
    }
    fn default_budget() -> u32 {
        20
    }

    /// Settings that compare nothing yet.
    pub fn new(link_type: LinkType) -> Self {
        Self {
            link_type,
            fields: Vec::new(),
            blocking_rules_to_generate_predictions: Vec::new(),
            comparisons: Vec::new(),
            conflicts: Vec::new(),
            probability_two_random_records_match: None,
            em_convergence: Self::default_convergence(),
            max_iterations: Self::default_iterations(),
            auto_threshold: Self::default_threshold(),
            precision_at_least: None,
            review_floor: Self::default_floor(),
            sources_unique: Vec::new(),
            pairs_per_record_and_rule: Self::default_budget(),
            leave_out_poor_rules: false,
            seed: 1,
        }
    }

    pub fn field(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.name == name)
    }

    pub fn comparison_index(&self, name: &str) -> Option<usize> {
        self.comparisons.iter().position(|comparison| comparison.output_column_name == name)
    }
}
