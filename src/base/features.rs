//! Numbers that describe many subjects, column by column: what models of prediction are trained on and score.

/// One row per subject and cut-off date. NaN: not known.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct FeatureTable {
    /// What a row is called: a customer's key, a loan's number.
    pub ids: Vec<String>,
    /// The customer that it is about: a customer's rows are not independent of each other.
    pub subjects: Vec<String>,
    /// ISO date; nothing in the row comes from after it.
    pub cutoffs: Vec<String>,
    pub names: Vec<String>,
    /// As long as `names`; each as long as `ids`.
    pub columns: Vec<Vec<f64>>,
}

impl FeatureTable {
    pub fn rows(&self) -> usize {
        self.ids.len()
    }

    pub fn column(&self, name: &str) -> Option<&[f64]> {
        self.names.iter().position(|known| known == name).map(|at| self.columns[at].as_slice())
    }

    /// Takes a column out.
    pub fn take(&mut self, name: &str) -> Option<Vec<f64>> {
        let at = self.names.iter().position(|known| known == name)?;
        self.names.remove(at);
        Some(self.columns.remove(at))
    }

    /// The rows at these places, in this order.
    pub fn select(&self, rows: &[usize]) -> Self {
        Self {
            ids: rows.iter().map(|row| self.ids[*row].clone()).collect(),
            subjects: rows.iter().map(|row| self.subjects[*row].clone()).collect(),
            cutoffs: rows.iter().map(|row| self.cutoffs[*row].clone()).collect(),
            names: self.names.clone(),
            columns: self.columns.iter().map(|column| rows.iter().map(|row| column[*row]).collect()).collect(),
        }
    }

    /// Columns of these names, in this order; one that is not there is not known in any row.
    pub fn arranged(&self, names: &[String]) -> Self {
        let column = |name: &String| self.column(name).map_or_else(|| vec![f64::NAN; self.rows()], <[f64]>::to_vec);
        Self {
            ids: self.ids.clone(),
            subjects: self.subjects.clone(),
            cutoffs: self.cutoffs.clone(),
            names: names.to_vec(),
            columns: names.iter().map(column).collect(),
        }
    }

    /// Rows of another table with the same columns below these.
    pub fn append(&mut self, other: Self) {
        if self.names.is_empty() {
            *self = other;
            return;
        }
        let other = other.arranged(&self.names);
        self.ids.extend(other.ids);
        self.subjects.extend(other.subjects);
        self.cutoffs.extend(other.cutoffs);
        self.columns.iter_mut().zip(other.columns).for_each(|(column, more)| column.extend(more));
    }
}
