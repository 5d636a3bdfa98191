//! One model: an SQL file whose head says what it is, what it reads and what its columns mean.

use super::error::WarehouseError;
pub use super::head::parse;
pub(crate) use super::head::tables_used;
use super::incremental::Increment;
use super::lineage::Made;
use super::snapshot::Rule;
use crate::store::data_test::DataTest;

/// Where the files of the models that come with the program lie.
const BUILT_IN: &str = "assets/models/";

/// How a model's table in live gold takes an increment. One without a rule stays as published until the next run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Live {
    /// One row per source row: rows of these source tables that are new are made by the SELECT and put in by key. Tables of `inputs`
    /// and `any` that are not named are empty meanwhile.
    Rows(Vec<String>),
    /// Rows whose column (customer_key or account_id) holds a touched key are made anew; of these inputs only rows with such a key are read.
    By { column: String, inputs: Vec<String> },
    /// Counts and sums over one input: what its changed rows gave is taken off, what they give now is put on. The first column behind the key
    /// counts rows.
    Sum(String),
}

/// When a model is built and in which schema it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ModelLayer {
    /// In silver, before matching.
    Staging,
    Silver,
    Gold,
}

impl ModelLayer {
    pub fn name(self) -> &'static str {
        match self {
            Self::Staging => "staging",
            Self::Silver => "silver",
            Self::Gold => "gold",
        }
    }

    /// The schema that holds its tables.
    pub fn schema(self) -> &'static str {
        match self {
            Self::Staging | Self::Silver => "silver",
            Self::Gold => "gold",
        }
    }
}

/// How a model comes to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ModelKind {
    /// A SELECT whose rows are stored.
    Table,
    /// A SELECT that is stored itself; reads only its own schema.
    View,
    /// Every row and column of its one input.
    Copy,
    /// A view that gives its one input another name.
    Alias,
    /// A SELECT whose rows meet those that the run before left.
    Incremental,
    /// Every version of the rows that its SELECT gives state by state, with the time it held.
    Snapshot,
    /// Written by Rust code here.
    Rust,
    /// Written by the flow between staging and silver; the file says its columns.
    External,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    pub name: String,
    /// TEXT, INTEGER or REAL.
    pub sql_type: String,
    pub description: String,
    /// What personal data it holds: name, email, phone, address, device, birth_date, gender, id or note.
    pub pii: Option<String>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Model {
    pub name: String,
    pub layer: ModelLayer,
    pub kind: ModelKind,
    pub about: String,
    /// Who answers for it; empty where nobody is named.
    pub owner: String,
    /// `schema.table`. Without one of these the model is absent.
    pub inputs: Vec<String>,
    /// `schema.table`. Without any of these the model is absent.
    pub any: Vec<String>,
    /// Read where they have rows, empty otherwise.
    pub optional: Vec<String>,
    pub key: Vec<String>,
    pub indexes: Vec<Vec<String>>,
    pub live: Option<Live>,
    pub columns: Vec<Column>,
    /// Of a snapshot.
    pub history: Option<Rule>,
    /// Of an incremental model.
    pub increment: Option<Increment>,
    /// What columns are made from where no SQL says it: of models written by Rust and by the flow.
    pub from: Vec<(String, Made)>,
    pub tags: Vec<String>,
    /// Data tests of this table, with the line of the file that each stands in.
    pub tests: Vec<(usize, DataTest)>,
    pub body: String,
    pub file: String,
    /// Lines of the file before the body.
    pub head_lines: usize,
    /// Hashes of its head and of its SQL, `head.body`: which of the two changed between two runs.
    pub hash: String,
}

impl Model {
    /// `silver.dim_account`: its name in the graph and in SQL.
    pub fn id(&self) -> String {
        format!("{}.{}", self.layer.schema(), self.name)
    }

    /// It comes from a workspace, not with the program.
    pub fn is_own(&self) -> bool {
        !self.file.starts_with(BUILT_IN)
    }

    /// Where its file lies in dbt's sense: `models/gold/kpi.sql`, whether it came with the program or is the workspace's own.
    pub fn path(&self) -> &str {
        self.file.strip_prefix("assets/").unwrap_or(&self.file)
    }

    /// Its name where schemas are not told apart by a dot, as in the exported dbt project: `gold_kpi`.
    pub fn flat_name(&self) -> String {
        format!("{}_{}", self.layer.schema(), self.name)
    }

    /// `models/gold/gold_kpi.sql`: in the folder of its own file, under the name that the exported dbt project knows it by.
    pub fn project_path(&self) -> String {
        let folder = self.path().rsplit_once('/').map_or("models", |(folder, _)| folder);
        format!("{folder}/{}.sql", self.flat_name())
    }

    /// The line of its file that first reads a table; 1 where none does.
    pub(crate) fn line_of(&self, table: &str) -> usize {
        tables_used(&self.body).into_iter().find(|(used, _)| used == table).map_or(1, |(_, line)| line + self.head_lines)
    }

    pub fn all_inputs(&self) -> impl Iterator<Item = &String> {
        self.inputs.iter().chain(&self.any).chain(&self.optional)
    }

    /// Its columns are those of its one input.
    pub(crate) fn is_copy(&self) -> bool {
        matches!(self.kind, ModelKind::Copy | ModelKind::Alias)
    }

    /// It stores no rows of its own.
    pub fn is_view(&self) -> bool {
        matches!(self.kind, ModelKind::View | ModelKind::Alias)
    }

    pub(super) fn wrong(&self, line: usize, message: String) -> WarehouseError {
        WarehouseError::Model { file: self.file.clone(), line, message }
    }
}
