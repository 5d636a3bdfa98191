//! Is the first row a header? Told by how it differs from the rows below it.

use super::sniff::looks_like_header;

/// Values looked at per column.
const LOOKED_AT: usize = 1_000;

/// Words that stand in headers.
const WORDS: &[&str] = &[
    "id",
    "no",
    "nr",
    "number",
    "key",
    "code",
    "name",
    "names",
    "first",
    "last",
    "middle",
    "given",
    "family",
    "surname",
    "forename",
    "firstname",
    "lastname",
    "fullname",
    "fname",
    "lname",
    "nickname",
    "title",
    "suffix",
    "email",
    "mail",
    "phone",
    "telephone",
    "mobile",
    "tel",
    "fax",
    "street",
    "address",
    "addr",
    "house",
    "city",
    "town",
    "suburb",
    "village",
    "state",
    "county",
    "region",
    "country",
    "zip",
    "zipcode",
    "postcode",
    "postal",
    "plz",
    "birth",
    "birthdate",
    "birthday",
    "dob",
    "born",
    "date",
    "year",
    "month",
    "day",
    "sex",
    "gender",
    "age",
    "company",
    "organisation",
    "organization",
    "business",
    "type",
    "status",
    "category",
    "occupation",
    "job",
    "latitude",
    "longitude",
    "lat",
    "lon",
    "lng",
    "amount",
    "value",
    "price",
    "salary",
    "source",
    "dataset",
    "description",
    "notes",
    "comment",
    "created",
    "updated",
    "url",
    "website",
    "ssn",
];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shape {
    Number,
    Date,
    Email,
    Words,
}

/// `first`: the cells of the first row; `columns`: the values below each.
pub fn is_header(first: &[String], columns: &[&[Option<Box<str>>]]) -> bool {
    let (mut header, mut data) = (0_u32, 0_u32);
    for (cell, values) in first.iter().zip(columns) {
        let cell = cell.trim();
        let below: Vec<&str> = values.iter().flatten().take(LOOKED_AT).map(AsRef::as_ref).collect();
        if cell.is_empty() || below.is_empty() {
            continue;
        }
        let usual = usual_shape(&below);
        if usual != Shape::Words && shape(cell) == usual {
            data += 2;
        } else if usual != Shape::Words {
            header += 2;
        }
        if below.iter().any(|value| value.eq_ignore_ascii_case(cell)) {
            data += 2;
        } else if is_known(cell) {
            header += 2;
        } else if cell.contains('_') && !below.iter().any(|value| value.contains('_')) {
            header += 1;
        }
    }
    if header == data { looks_like_header(first) } else { header > data }
}

fn usual_shape(values: &[&str]) -> Shape {
    let most = |wanted: Shape| values.iter().filter(|value| shape(value) == wanted).count() * 10 >= values.len() * 9;
    [Shape::Number, Shape::Date, Shape::Email].into_iter().find(|wanted| most(*wanted)).unwrap_or(Shape::Words)
}

fn shape(value: &str) -> Shape {
    let digits = value.bytes().filter(u8::is_ascii_digit).count();
    let is_date = (4..=14).contains(&digits) && value.bytes().all(|b| b.is_ascii_digit() || b"-/.: TZ".contains(&b));
    match () {
        () if value.contains('@') => Shape::Email,
        () if value.parse::<f64>().is_ok() => Shape::Number,
        () if is_date && value.bytes().filter(|b| b"-/.".contains(b)).count() == 2 => Shape::Date,
        () => Shape::Words,
    }
}

/// "first_name", "firstName", "First Name", "E-Mail".
fn is_known(cell: &str) -> bool {
    let mut words: Vec<String> = vec![String::new()];
    let mut lower = false;
    for c in cell.chars() {
        if !c.is_alphabetic() || c.is_uppercase() && lower {
            words.push(String::new());
        }
        lower = c.is_lowercase();
        if let Some(word) = words.last_mut().filter(|_| c.is_alphabetic()) {
            word.extend(c.to_lowercase());
        }
    }
    let whole = words.concat();
    words.iter().filter(|word| !word.is_empty()).count() <= 4
        && (words.iter().any(|word| WORDS.contains(&word.as_str())) || WORDS.contains(&whole.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(first: &str, rows: &[&str]) -> bool {
        let first: Vec<String> = first.split(',').map(str::to_owned).collect();
        let columns: Vec<Vec<Option<Box<str>>>> = (0..first.len())
            .map(|at| rows.iter().map(|row| row.split(',').nth(at).filter(|cell| !cell.is_empty()).map(Box::from)).collect())
            .collect();
        is_header(&first, &columns.iter().map(Vec::as_slice).collect::<Vec<_>>())
    }

    #[test]
    fn a_header_is_told_by_what_stands_below() {
        assert!(told("name,city", &["Ann,Leeds", "Bob,York"]));
        assert!(told("Vorname,Geburt", &["Ann,1980-01-01", "Bob,1990-02-02"]), "unknown words over dates");
        assert!(told("id,2019,2020", &["7,x,y", "8,p,q"]), "years as names over words");
        assert!(told("first_name,xx_1", &["Ann,a", "Bob,b"]));
        assert!(!told("Ann,Leeds", &["Bob,York", "Ann,Hull", "Cid,Leeds"]), "values that come again");
        assert!(!told("Ann,1980-01-01,Leeds", &["Bob,1990-02-02,York", "Cid,1970-03-03,Hull"]));
        assert!(!told("17,Ann Ray", &["18,Bob Roe", "19,Cid Poe"]));
        assert!(told("id,name", &[]) && !told("1,Ann", &[]), "one row only: by its own cells");
    }
}
