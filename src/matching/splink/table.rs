//! Records as the conditions read them: typed columns, each distinct value once, in the order of Splink's unique ids.

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::super::error::MatchError;
use super::super::records::{Column, Records};
use super::super::settings::LinkType;
use super::model::{ColumnUse, SplinkModel};
use super::sql::eval::Source;
use super::sql::kinds::Kind;
use super::sql::{Dialect, Frame, Node, Side, Value, evaluate, time};

/// No value.
pub const NULL: u32 = u32::MAX;
static NO_VALUE: Value = Value::Null;

/// A column: records hold the number of their value.
#[derive(Debug, Clone, Default)]
pub struct TypedColumn {
    pub ids: Vec<u32>,
    pub values: Vec<Value>,
}

impl TypedColumn {
    fn value(&self, record: usize) -> &Value {
        self.ids.get(record).and_then(|id| self.values.get(*id as usize)).unwrap_or(&NO_VALUE)
    }
}

/// The columns of a model's conditions and those derived from one record alone. Records are in the order of their unique ids.
#[derive(Debug)]
pub struct Table {
    /// Position -> row of the input.
    pub row: Vec<u32>,
    pub source: Vec<u16>,
    pub columns: Vec<TypedColumn>,
    pub dialect: Dialect,
    uses: Vec<ColumnUse>,
    /// What the derived columns hold, read as of the left record.
    derived: Vec<Node>,
}

/// One record, whichever side is asked.
#[derive(Debug)]
pub struct One<'a> {
    pub table: &'a Table,
    pub record: usize,
}

impl Source for One<'_> {
    fn value(&self, column: usize, _: Side) -> &Value {
        self.table.columns[column].value(self.record)
    }
}

/// A pair of records.
#[derive(Debug)]
pub struct Pair<'a> {
    pub table: &'a Table,
    pub l: u32,
    pub r: u32,
}

impl Source for Pair<'_> {
    fn value(&self, column: usize, side: Side) -> &Value {
        let record = if side == Side::L { self.l } else { self.r };
        self.table.columns[column].value(record as usize)
    }
}

impl Table {
    /// Reads the model's columns. Errors name the column, never its values.
    pub fn new(records: &Records, model: &SplinkModel, link_type: LinkType) -> Result<Self, MatchError> {
        let row = order_of(records, link_type);
        let columns = model
            .columns
            .par_iter()
            .map(|used| if used.exploded { Ok(TypedColumn::default()) } else { typed(column_of(records, &used.name)?, used.kind, &row) })
            .collect::<Result<_, _>>()?;
        let source = row.iter().map(|row| records.source[*row as usize]).collect();
        Ok(Self { row, source, columns, dialect: model.sql_dialect, uses: model.columns.clone(), derived: Vec::new() })
    }

    pub fn len(&self) -> usize {
        self.row.len()
    }

    pub fn is_empty(&self) -> bool {
        self.row.is_empty()
    }

    /// A record's value.
    pub fn value(&self, column: usize, record: usize) -> &Value {
        self.columns[column].value(record)
    }

    /// Every combination of elements of the lists that columns of a blocking rule stand for, with the number of the column.
    pub fn exploded_rows(&self, record: usize, twins: &[usize]) -> Vec<Vec<(usize, &Value)>> {
        let mut rows = vec![Vec::new()];
        for twin in twins {
            let name = &self.uses[*twin].name;
            let Some(list) = self.uses.iter().position(|used| used.name == *name && !used.exploded) else { return Vec::new() };
            let Value::List(items) = self.value(list, record) else { return Vec::new() };
            rows = rows
                .iter()
                .flat_map(|row: &Vec<(usize, &Value)>| {
                    items.iter().map(move |item| {
                        let mut row = row.clone();
                        row.push((*twin, item));
                        row
                    })
                })
                .collect();
        }
        rows
    }

    pub fn is_exploded(&self, column: usize) -> bool {
        self.uses.get(column).is_some_and(|used| used.exploded)
    }

    /// Replaces every part that one record alone decides by a column that holds it.
    pub fn derive(&mut self, node: &Node) -> Node {
        if self.is_one_sided(node) {
            return self.derived_column(node);
        }
        let mut node = node.clone();
        for child in node.children_mut() {
            *child = self.derive(child);
        }
        node
    }

    /// Worth a column: it reads one record only, and does more than read.
    fn is_one_sided(&self, node: &Node) -> bool {
        if matches!(node, Node::Column { .. } | Node::Literal(_) | Node::Variable(_) | Node::Lambda { .. }) || node.is_open() {
            return false;
        }
        let mut read = Vec::new();
        node.columns(&mut read);
        let Some((_, side)) = read.first() else { return false };
        read.iter().all(|(column, other)| other == side && !self.is_exploded(*column))
    }

    /// The column that holds a one-sided expression; made where it is new.
    pub fn derived_column(&mut self, node: &Node) -> Node {
        let mut read = Vec::new();
        node.columns(&mut read);
        let side = read.first().map_or(Side::L, |(_, side)| *side);
        if let Node::Column { .. } = node {
            return node.clone();
        }
        let turned = turned_left(node.clone());
        let raw = self.uses.len();
        if let Some(at) = self.derived.iter().position(|held| *held == turned) {
            return Node::Column { column: raw + at, side };
        }
        let column = self.compute(&turned);
        self.derived.push(turned);
        self.columns.push(column);
        Node::Column { column: raw + self.derived.len() - 1, side }
    }

    /// Computes an expression of one record, once per distinct combination of what it reads.
    fn compute(&self, node: &Node) -> TypedColumn {
        let mut read = Vec::new();
        node.columns(&mut read);
        let mut used: Vec<usize> = read.iter().map(|(column, _)| *column).collect();
        used.sort_unstable();
        used.dedup();
        let (combination, first) = self.combinations(&used);
        let found: Vec<Value> = first
            .par_iter()
            .map(|record| {
                let one = One { table: self, record: *record as usize };
                let mut frame = Frame::new(&one, self.dialect);
                evaluate(node, &mut frame).map_or_else(Value::Fault, std::borrow::Cow::into_owned)
            })
            .collect();
        let (numbers, values) = numbered(found);
        TypedColumn { ids: combination.iter().map(|at| numbers[*at as usize]).collect(), values }
    }

    /// Numbers the distinct combinations of some columns (nulls too): per record its number, per number its first record.
    pub fn combinations(&self, columns: &[usize]) -> (Vec<u32>, Vec<u32>) {
        let mut number: Vec<u32> = vec![0; self.len()];
        let mut first: Vec<u32> = if self.is_empty() { Vec::new() } else { vec![0] };
        for column in columns {
            let ids = &self.columns[*column].ids;
            let mut seen: FxHashMap<(u32, u32), u32> = FxHashMap::default();
            first.clear();
            for (record, held) in number.iter_mut().enumerate() {
                let next = u32::try_from(first.len()).unwrap_or(NULL);
                *held = *seen.entry((*held, ids[record])).or_insert_with(|| {
                    first.push(u32::try_from(record).unwrap_or(NULL));
                    next
                });
            }
        }
        (number, first)
    }
}

/// Numbers distinct values; null has no number.
fn numbered(found: Vec<Value>) -> (Vec<u32>, Vec<Value>) {
    let mut seen: FxHashMap<Vec<u8>, u32> = FxHashMap::default();
    let mut values = Vec::new();
    let mut numbers = Vec::with_capacity(found.len());
    for value in found {
        if value.is_null() {
            numbers.push(NULL);
            continue;
        }
        let mut key = Vec::new();
        value.key(&mut key);
        numbers.push(*seen.entry(key).or_insert_with(|| {
            values.push(value);
            u32::try_from(values.len() - 1).unwrap_or(NULL)
        }));
    }
    (numbers, values)
}

/// The same expression, read as of the left record.
pub fn turned_left(mut node: Node) -> Node {
    if let Node::Column { side, .. } = &mut node {
        *side = Side::L;
    }
    for child in node.children_mut() {
        let taken = std::mem::replace(child, Node::Literal(Value::Null));
        *child = turned_left(taken);
    }
    node
}

/// By unique id as Splink orders pairs: numbers by size in one table; "source-__-id" by bytes in several.
fn order_of(records: &Records, link_type: LinkType) -> Vec<u32> {
    let count = u32::try_from(records.len()).unwrap_or(u32::MAX);
    let mut row: Vec<u32> = (0..count).collect();
    let id = |row: &u32| records.ids[*row as usize].as_str();
    if link_type == LinkType::DedupeOnly {
        let numbers: Option<Vec<i64>> = records.ids.iter().map(|id| id.parse().ok()).collect();
        match numbers {
            Some(numbers) => row.par_sort_by_key(|row| numbers[*row as usize]),
            None => row.par_sort_by(|a, b| id(a).cmp(id(b))),
        }
        return row;
    }
    let source = |row: &u32| records.sources.get(usize::from(records.source[*row as usize])).map_or("", String::as_str);
    let composite = |row: &u32| format!("{}-__-{}", source(row), id(row));
    // Of two tables to be linked, the left record is always of the first one by name.
    let by_source = link_type == LinkType::LinkOnly && records.sources.len() == 2;
    row.par_sort_by_cached_key(|row| (if by_source { source(row) } else { "" }, composite(row)));
    row
}

fn column_of<'r>(records: &'r Records, name: &str) -> Result<&'r Column, MatchError> {
    let lower = name.to_lowercase();
    records.column(name).or_else(|| records.columns.iter().find(|column| column.name.to_lowercase() == lower)).ok_or_else(|| {
        let names = records.columns.iter().map(|column| column.name.as_str()).collect::<Vec<_>>().join(", ");
        MatchError::Splink {
            path: format!("column \"{name}\""),
            reason: format!(
                "the input has no such column; it has {names}. Rename the column, or give the table that the model was made for"
            ),
        }
    })
}

/// A column of text as a column of what the model needs.
fn typed(column: &Column, kind: Kind, row: &[u32]) -> Result<TypedColumn, MatchError> {
    let mut seen: FxHashMap<&str, u32> = FxHashMap::default();
    let mut texts: Vec<&str> = Vec::new();
    let ids: Vec<u32> = row
        .iter()
        .map(|row| match column.values[*row as usize].as_deref() {
            None => NULL,
            Some(text) => *seen.entry(text).or_insert_with(|| {
                texts.push(text);
                u32::try_from(texts.len() - 1).unwrap_or(NULL)
            }),
        })
        .collect();
    let read: Vec<Option<Value>> = texts.par_iter().map(|text| value_of(text, kind)).collect();
    let wrong = read.iter().filter(|value| value.is_none()).count();
    if wrong > 0 {
        let reason = format!(
            "the conditions need {} in it, and {wrong} of its {} different values are not; clean the column, or cast it in the condition",
            kind.noun(),
            texts.len()
        );
        return Err(MatchError::Splink { path: format!("column \"{}\"", column.name), reason });
    }
    let mut values: Vec<Value> = read.into_iter().flatten().collect();
    settle(&mut values);
    let (numbers, values) = numbered(values);
    let ids = ids.into_iter().map(|id| numbers.get(id as usize).copied().unwrap_or(NULL)).collect();
    Ok(TypedColumn { ids, values })
}

fn value_of(text: &str, kind: Kind) -> Option<Value> {
    match kind {
        Kind::Unknown | Kind::Any | Kind::Text => Some(Value::Text(text.into())),
        Kind::Number => {
            let text = text.trim();
            let whole = text.trim_start_matches(['-', '+']).bytes().all(|b| b.is_ascii_digit());
            // Larger whole numbers do not fit a double without loss.
            if whole && text.len() > 16 { None } else { text.parse().ok().map(Value::Number) }
        }
        Kind::Bool => super::sql::eval::cast(&Value::Text(text.into()), super::sql::tree::Target::Bool),
        Kind::Time => time::read(text),
        Kind::List => list_of(text),
    }
}

/// A column with one time of day is a column of times.
fn settle(values: &mut [Value]) {
    if values.iter().any(|value| matches!(value, Value::Time(_))) {
        for value in values.iter_mut() {
            if let Value::Date(at) = value {
                *value = Value::Time(*at);
            }
        }
    }
}

/// A list as JSON writes it, or as DuckDB and Python print it: `["a", "b"]`, `['a', 'b']`, `[a, b]`, `[1.5, 2]`.
fn list_of(text: &str) -> Option<Value> {
    if let Ok(serde_json::Value::Array(items)) = serde_json::from_str::<serde_json::Value>(text) {
        return items
            .into_iter()
            .map(|item| match item {
                serde_json::Value::Null => Some(Value::Null),
                serde_json::Value::String(text) => Some(Value::Text(text.into())),
                serde_json::Value::Number(number) => number.as_f64().map(Value::Number),
                _ => None,
            })
            .collect::<Option<_>>()
            .map(Value::List);
    }
    let inner = text.trim().strip_prefix('[')?.strip_suffix(']')?.trim();
    if inner.is_empty() {
        return Some(Value::List(Vec::new()));
    }
    if inner.contains(['[', '{', '"']) {
        return None;
    }
    let items = inner.split(',').map(|item| {
        let item = item.trim();
        let item = item.strip_prefix('\'').and_then(|item| item.strip_suffix('\'')).unwrap_or(item);
        if item.eq_ignore_ascii_case("null") || item == "None" { Value::Null } else { Value::Text(item.into()) }
    });
    Some(Value::List(items.collect()))
}
