//! The words of `karat match`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

#[derive(Debug, Args)]
pub struct MatchArgs {
    /// CSV, TSV or Parquet files; each is a source
    #[arg(required = true)]
    pub files: Vec<PathBuf>,
    /// Folder for pairs.csv, clusters.csv, report.json, model.json (loads in Splink), model.karat.json and match.toml
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
    /// The column that names a record
    #[arg(long, value_name = "COL")]
    pub id: Option<String>,
    /// Whether the first row of the files holds the names of the columns [default: told by the content]
    #[arg(long, value_enum, value_name = "YES/NO")]
    pub header: Option<YesNo>,
    #[arg(long, value_enum)]
    pub link_type: Option<LinkTypeArg>,
    /// A source that has no duplicates
    #[arg(long, value_name = "SOURCE")]
    pub unique_within: Vec<String>,
    /// A trained model to score with: one of Karat's, or settings that Splink 4 or 5 saved (JSON)
    #[arg(long, value_name = "FILE")]
    pub model: Option<PathBuf>,
    /// Settings to use instead of choosing them (an earlier match.toml)
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// The trained model once more, in the form that Splink loads; Karat's own lies beside it (FILE.karat.json)
    #[arg(long, value_name = "FILE")]
    pub save_model: Option<PathBuf>,
    /// match_probability from which records join
    #[arg(long, value_name = "P")]
    pub threshold: Option<f64>,
    /// The column that names the entity; it takes no part in matching
    #[arg(long, value_name = "COL", conflicts_with = "truth_pairs")]
    pub truth: Option<String>,
    /// CSV of matching pairs: id_l,id_r[,source_l,source_r]
    #[arg(long, value_name = "FILE")]
    pub truth_pairs: Option<PathBuf>,
    /// Write questions.csv: the N pairs whose answers teach most
    #[arg(long, value_name = "N")]
    pub ask: Option<usize>,
    /// Answers that refine the threshold. CSV: id_l,id_r[,source_l,source_r],same (1/0, true/false, yes/no)
    #[arg(long, value_name = "FILE")]
    pub labels: Option<PathBuf>,
    /// Answers refine the threshold only; they do not decide about their own pairs
    #[arg(long, requires = "labels")]
    pub labels_teach_only: bool,
    /// Ask N questions, answer them from the truth, and report what is learnt
    #[arg(long, value_name = "N")]
    pub learn: Option<usize>,
    #[arg(long, value_name = "N")]
    pub threads: Option<usize>,
    /// Write every scored pair, however unlikely
    #[arg(long)]
    pub all_pairs: bool,
    /// Keep an index of the match, so that later records can be added without matching all again
    #[arg(long, value_name = "FILE")]
    pub save_index: Option<PathBuf>,
    /// Place the records beside those of an index, by its model and settings
    #[arg(long, value_name = "INDEX", conflicts_with_all = ["link_type", "unique_within", "model", "config", "save_model", "threshold", "truth", "truth_pairs", "all_pairs", "save_index"])]
    pub against: Option<PathBuf>,
    /// Write the grown index back
    #[arg(long, requires = "against")]
    pub update_index: bool,
    /// Score as Splink on DuckDB does (its string measures count bytes; clusters are connected components). Settings of Splink are
    /// always scored so; a model of Karat's is scored in the form in which Splink loads it, and splink_records.csv holds its columns
    #[arg(long)]
    pub splink_compatible: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum YesNo {
    Yes,
    No,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LinkTypeArg {
    Dedupe,
    Link,
    LinkAndDedupe,
}
