//! Where the tables around one table stand when its lineage is drawn: steps up to the left, steps down to the right.

use std::collections::{BTreeMap, BTreeSet};

use super::catalogue::{CataloguePage, CatalogueTable};

/// A table in the picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    pub table: String,
    /// Steps: below 0 it goes into the table, above 0 it is made from it.
    pub steps: i32,
    /// Its place from the top among those of the same step.
    pub place: usize,
    /// Its columns on the path of the chosen one.
    pub columns: Vec<String>,
}

/// The tables around one, and which leads to which (places in `nodes`).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Kin {
    pub nodes: Vec<Node>,
    pub edges: Vec<(usize, usize)>,
}

/// The columns one step from a column of a table.
type Next<'a> = &'a dyn Fn(&CatalogueTable, &str) -> Vec<String>;

impl CataloguePage {
    pub fn table(&self, table: &str) -> Option<&CatalogueTable> {
        self.tables.iter().find(|known| known.table == table)
    }

    /// The tables within `most` steps of a table.
    pub fn kin(&self, table: &str, most: usize) -> Kin {
        let mut steps: BTreeMap<&str, (i32, BTreeSet<&str>)> = BTreeMap::new();
        let Some(middle) = self.table(table) else { return Kin::default() };
        steps.insert(&middle.table, (0, BTreeSet::new()));
        for sign in [-1, 1] {
            let mut open = vec![middle];
            for step in (1_i32..).take(most) {
                let mut next = Vec::new();
                for at in open {
                    let near = if sign < 0 { &at.parents } else { &at.children };
                    for found in near.iter().filter_map(|near| self.table(near)) {
                        if !steps.contains_key(found.table.as_str()) {
                            steps.insert(&found.table, (sign * step, BTreeSet::new()));
                            next.push(found);
                        }
                    }
                }
                open = next;
            }
        }
        self.placed(&steps, |from, to| to.parents.contains(&from.table))
    }

    /// The tables that a column comes from and goes to, with the columns on the way.
    pub fn path(&self, table: &str, column: &str) -> Kin {
        let mut steps: BTreeMap<&str, (i32, BTreeSet<&str>)> = BTreeMap::new();
        let Some(middle) = self.table(table) else { return Kin::default() };
        steps.insert(&middle.table, (0, BTreeSet::from([column])));
        let up = |table: &CatalogueTable, column: &str| -> Vec<String> {
            table.columns.iter().find(|known| known.name == column).map(|known| known.from.clone()).unwrap_or_default()
        };
        let down = |table: &CatalogueTable, column: &str| -> Vec<String> {
            let name = format!("{}.{column}", table.table);
            let readers = table.children.iter().filter_map(|child| self.table(child));
            readers
                .flat_map(|reader| {
                    reader.columns.iter().filter(|known| known.from.contains(&name)).map(|known| format!("{}.{}", reader.table, known.name))
                })
                .collect()
        };
        let next: [(i32, Next<'_>); 2] = [(-1, &up), (1, &down)];
        for (sign, next) in next {
            let mut seen: BTreeSet<String> = BTreeSet::new();
            let mut open = vec![(middle, column.to_owned(), 0_i32)];
            while let Some((at, name, step)) = open.pop() {
                for id in next(at, &name) {
                    let Some((found, column)) = id.rsplit_once('.').and_then(|(table, column)| Some((self.table(table)?, column))) else {
                        continue;
                    };
                    let known = steps.entry(&found.table).or_insert((sign * (step + 1), BTreeSet::new()));
                    // As far out as its longest way: what leads to it then stands nearer.
                    if known.0 != 0 && known.0.signum() == sign {
                        known.0 = if sign < 0 { known.0.min(-(step + 1)) } else { known.0.max(step + 1) };
                    }
                    if column == "*" {
                        continue;
                    }
                    if let Some(known) = found.columns.iter().find(|known| known.name == column) {
                        steps.entry(&found.table).or_default().1.insert(&known.name);
                    }
                    if seen.insert(format!("{id} {step}")) {
                        open.push((found, column.to_owned(), step + 1));
                    }
                }
            }
        }
        let leads = |from: &CatalogueTable, to: &CatalogueTable| {
            let shown =
                |table: &CatalogueTable, name: &str| steps.get(table.table.as_str()).is_some_and(|(_, columns)| columns.contains(name));
            let used = to.columns.iter().filter(|column| shown(to, &column.name)).flat_map(|column| &column.from);
            used.filter_map(|id| id.rsplit_once('.')).any(|(table, column)| table == from.table && (column == "*" || shown(from, column)))
        };
        self.placed(&steps, leads)
    }

    fn placed(&self, steps: &BTreeMap<&str, (i32, BTreeSet<&str>)>, leads: impl Fn(&CatalogueTable, &CatalogueTable) -> bool) -> Kin {
        let mut places: BTreeMap<i32, usize> = BTreeMap::new();
        let mut kin = Kin::default();
        let mut tables = Vec::new();
        // In the catalogue's own order: bronze above silver above gold, the same every time.
        for table in &self.tables {
            if let Some((step, columns)) = steps.get(table.table.as_str()) {
                let place = places.entry(*step).or_default();
                let columns = columns.iter().map(|column| (*column).to_owned()).collect();
                kin.nodes.push(Node { table: table.table.clone(), steps: *step, place: *place, columns });
                *place += 1;
                tables.push(table);
            }
        }
        for (at, from) in tables.iter().enumerate() {
            let reached = tables.iter().enumerate().filter(|(_, to)| from.table != to.table && leads(from, to));
            kin.edges.extend(reached.map(|(to, _)| (at, to)));
        }
        kin
    }
}
