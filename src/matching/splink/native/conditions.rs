//! Our comparison levels as SQL over standardised columns, highest first. The columns are those of [`super::columns`].

use super::super::super::levels::bounds::Bounds;
use super::super::super::settings::ComparisonKind as Kind;
use super::ExportedLevel;
use super::measured;

pub(super) fn level(sql: String, label: &'static str, gammas: &'static [usize]) -> ExportedLevel {
    ExportedLevel { sql, label, gammas, term_frequency: false }
}

/// The level that weighs rare values.
pub(super) fn exact(sql: String, gammas: &'static [usize]) -> ExportedLevel {
    ExportedLevel { sql, label: "Exact match", gammas, term_frequency: true }
}

pub(super) fn otherwise(gammas: &'static [usize]) -> ExportedLevel {
    level("ELSE".to_owned(), "All other comparisons", gammas)
}

/// Both sides of a column.
pub(super) struct Sides {
    pub l: String,
    pub r: String,
}

impl Sides {
    pub fn of(column: &str) -> Self {
        let column = column.replace('"', "\"\"");
        Self { l: format!("\"{column}_l\""), r: format!("\"{column}_r\"") }
    }

    /// Without spaces.
    fn squeezed(column: &str) -> Self {
        let Self { l, r } = Self::of(column);
        Self { l: format!("REPLACE({l}, ' ', '')"), r: format!("REPLACE({r}, ' ', '')") }
    }

    pub fn equal(&self) -> String {
        format!("{} = {}", self.l, self.r)
    }

    fn similar(&self, least: f64) -> String {
        format!("jaro_winkler_similarity({}, {}) >= {least}", self.l, self.r)
    }

    fn edits(&self, most: u8) -> String {
        format!("damerau_levenshtein({}, {}) <= {most}", self.l, self.r)
    }

    fn shorter(&self) -> String {
        format!("LEAST(LENGTH({}), LENGTH({}))", self.l, self.r)
    }

    /// 1 edit in words of 3 letters and more, 2 in long ones.
    fn typo(&self) -> String {
        let shorter = self.shorter();
        format!("({shorter} >= 3 AND {}) OR ({shorter} >= 9 AND {})", self.edits(1), self.edits(2))
    }

    /// One is one letter, with which the other begins.
    fn initial(&self) -> String {
        let (l, r) = (&self.l, &self.r);
        format!("SUBSTRING({l}, 1, 1) = SUBSTRING({r}, 1, 1) AND (LENGTH({l}) = 1 OR LENGTH({r}) = 1)")
    }

    /// One begins with the other.
    fn begins(&self, least: u8) -> String {
        let (l, r) = (&self.l, &self.r);
        format!("{} >= {least} AND (STARTS_WITH({l}, {r}) OR STARTS_WITH({r}, {l}))", self.shorter())
    }

    /// Number of words that both have.
    fn shared_words(&self) -> String {
        format!("ARRAY_LENGTH(list_intersect(string_split({}, ' '), string_split({}, ' ')))", self.l, self.r)
    }

    /// Words of the side with fewer, or with more.
    fn words(&self, bound: &str) -> String {
        format!("{bound}(ARRAY_LENGTH(string_split({}, ' ')), ARRAY_LENGTH(string_split({}, ' ')))", self.l, self.r)
    }

    /// The share of the words of the side with fewer.
    fn share(&self, least: f64) -> String {
        format!("{} >= {least} * {}", self.shared_words(), self.words("LEAST"))
    }

    fn share_of_more(&self, least: f64) -> String {
        format!("{} >= {least} * {}", self.shared_words(), self.words("GREATEST"))
    }
}

/// The condition of the null level, and the levels. `other` is the surname of a given name with which it may be swapped, or the given
/// name of a surname.
pub fn levels_of(kind: Kind, name: &str, other: Option<&str>, bounds: &Bounds) -> (String, Vec<ExportedLevel>) {
    let own = Sides::of(name);
    let mut null = format!("{} IS NULL OR {} IS NULL", own.l, own.r);
    if let (Kind::FamilyName, Some(given)) = (kind, other) {
        // The given name's level says that the two are swapped; the surname then says nothing more.
        let given = Sides::of(given);
        null = format!("{null} OR ({} <> {} AND {} = {} AND {} = {})", own.l, own.r, given.l, own.r, own.l, given.r);
    }
    let squeezed = Sides::squeezed(name);
    let levels = match kind {
        Kind::GivenName => given_name(name, other),
        Kind::FamilyName => {
            let (parts, sound) = (Sides::of(&format!("{name}_parts")), Sides::of(&format!("{name}_sound")));
            vec![
                exact(own.equal(), &[5]),
                level(format!("{} OR {} OR {}", squeezed.equal(), squeezed.typo(), squeezed.similar(0.94)), "1-2 letters differ", &[4]),
                level(format!("{} >= 1", parts.shared_words()), "Part of a double name", &[3]),
                level(own.initial(), "Initial", &[2]),
                level(format!("{} OR {}", squeezed.similar(0.86), sound.equal()), "Similar", &[1]),
                otherwise(&[0]),
            ]
        }
        Kind::Suffix | Kind::Gender | Kind::Category => vec![exact(own.equal(), &[1]), otherwise(&[0])],
        Kind::Organisation => organisation(name),
        Kind::Email => email(name),
        Kind::Phone => {
            let sharing = Sides::of(&format!("{name}_shared"));
            let shared = format!("({} = 'yes' OR {} = 'yes')", sharing.l, sharing.r);
            let ends = format!("{} >= 7 AND (ENDS_WITH({}, {}) OR ENDS_WITH({}, {}))", own.shorter(), own.l, own.r, own.r, own.l);
            vec![
                level(format!("{shared} AND ({} OR ({ends}))", own.equal()), "Exact match, used by several people", &[1]),
                exact(format!("{} OR ({ends})", own.equal()), &[3]),
                level(format!("{} >= 7 AND {}", own.shorter(), own.edits(1)), "1 digit differs", &[2]),
                otherwise(&[0]),
            ]
        }
        Kind::Date => return date(name),
        Kind::Distance => return measured::distance(name, bounds),
        Kind::Number => measured::number(&own, bounds),
        Kind::DateDifference => measured::date(&own, bounds),
        Kind::List => measured::list(&own),
        Kind::Jaccard | Kind::Cosine => measured::words(&own, bounds, kind == Kind::Cosine),
        Kind::Street => street(name),
        Kind::City => vec![
            exact(own.equal(), &[3]),
            level(format!("{} OR {} OR {}", squeezed.equal(), squeezed.typo(), squeezed.similar(0.94)), "1-2 letters differ", &[2]),
            level(format!("({}) OR {}", own.share(1.0), squeezed.similar(0.88)), "Part of the name", &[1]),
            otherwise(&[0]),
        ],
        Kind::Postcode => vec![
            exact(own.equal(), &[3]),
            level(own.edits(1), "1 character differs", &[2]),
            level(Sides::of(&format!("{name}_district")).equal(), "Same district", &[1]),
            otherwise(&[0]),
        ],
        Kind::Id => vec![
            exact(own.equal(), &[3]),
            level(format!("{} >= 5 AND {}", own.shorter(), own.edits(1)), "1 character differs", &[2]),
            level(format!("{} >= 6 AND {}", own.shorter(), own.edits(2)), "2 characters differ", &[1]),
            otherwise(&[0]),
        ],
        Kind::Text => vec![
            exact(own.equal(), &[3]),
            level(
                format!(
                    "{} OR {} OR {} OR ({} AND {})",
                    squeezed.equal(),
                    squeezed.typo(),
                    squeezed.similar(0.94),
                    own.share(1.0),
                    own.share_of_more(0.5)
                ),
                "Most words shared",
                &[2],
            ),
            level(own.share(0.5), "Some words shared", &[1]),
            otherwise(&[0]),
        ],
    };
    (null, levels)
}

fn given_name(name: &str, family: Option<&str>) -> Vec<ExportedLevel> {
    let (own, squeezed) = (Sides::of(name), Sides::squeezed(name));
    let (forms, sound) = (Sides::of(&format!("{name}_forms")), Sides::of(&format!("{name}_sound")));
    let mut levels = vec![exact(own.equal(), &[6])];
    let short_form: &'static [usize] = match family {
        Some(family) => {
            let family = Sides::of(family);
            levels.push(level(format!("{} = {} AND {} = {}", own.l, family.r, own.r, family.l), "Swapped with surname", &[5]));
            &[4]
        }
        None => &[4, 5],
    };
    // Both are known names, and no forms of one.
    let other_name = format!("({} IS NOT NULL AND {} IS NOT NULL AND {} = 0)", forms.l, forms.r, forms.shared_words());
    let moved = format!("({} AND ABS(LENGTH({}) - LENGTH({})) <= 1)", squeezed.similar(0.92), squeezed.l, squeezed.r);
    let near = format!("({} >= 5 AND {})", squeezed.shorter(), squeezed.edits(2));
    levels.push(level(own.initial(), "Initial", &[2]));
    levels.push(level(format!("{} >= 1 OR ({})", forms.shared_words(), own.begins(3)), "Short form or part", short_form));
    levels.push(level(
        format!("NOT {other_name} AND ({} OR {} OR {moved})", squeezed.typo(), sound.equal()),
        "1-2 letters differ or same sound",
        &[3],
    ));
    levels.push(level(format!("NOT {other_name} AND ({} OR {near})", squeezed.similar(0.82)), "Similar", &[1]));
    levels.push(otherwise(&[0]));
    levels
}

fn organisation(name: &str) -> Vec<ExportedLevel> {
    let own = Sides::of(name);
    // The words that are no legal form, and the same sorted.
    let core = Sides::of(&format!("{name}_core"));
    let (run, sorted) = (Sides::squeezed(&format!("{name}_core")), Sides::squeezed(&format!("{name}_sorted")));
    vec![
        exact(own.equal(), &[4]),
        level(
            format!("{} OR {} OR {} OR {} OR {}", run.equal(), run.typo(), run.similar(0.95), sorted.equal(), sorted.typo()),
            "Nearly the same",
            &[3],
        ),
        level(format!("{} OR ({})", core.share(1.0), run.begins(5)), "All words of the shorter", &[2]),
        level(format!("{} OR {}", core.share(0.5), run.similar(0.88)), "Half of the words", &[1]),
        otherwise(&[0]),
    ]
}

fn email(name: &str) -> Vec<ExportedLevel> {
    let own = Sides::of(name);
    let local = Sides::of(&format!("{name}_local"));
    let (letters, digits) = (Sides::of(&format!("{name}_letters")), Sides::of(&format!("{name}_digits")));
    let near = |sides: &Sides| {
        let shorter = sides.shorter();
        format!("({shorter} >= 5 AND {}) OR ({shorter} >= 8 AND {})", sides.edits(1), sides.edits(2))
    };
    // Where only digits differ it is no typing error.
    let other_number = format!("COALESCE({} AND {} <> {}, FALSE)", letters.equal(), digits.l, digits.r);
    vec![
        level(format!("{} AND \"{name}_shared_l\" = 'yes'", own.equal()), "Exact match, used by several people", &[2]),
        exact(own.equal(), &[5]),
        level(format!("{} AND LENGTH({}) >= 4", local.equal(), local.l), "Same before the @", &[4]),
        level(format!("NOT {other_number} AND ({} OR {})", near(&local), near(&own)), "1-2 characters differ", &[3]),
        level(Sides::of(&format!("{name}_rare_domain")).equal(), "Same rare domain", &[1]),
        otherwise(&[0]),
    ]
}

fn street(name: &str) -> Vec<ExportedLevel> {
    let (own, squeezed) = (Sides::of(name), Sides::squeezed(name));
    let (number, words) = (Sides::of(&format!("{name}_number")), Sides::of(&format!("{name}_words")));
    let differs = format!("COALESCE({} <> {}, FALSE)", number.l, number.r);
    let close = format!("({} OR ({} >= 8 AND {}) OR {})", squeezed.equal(), squeezed.shorter(), squeezed.edits(2), squeezed.similar(0.95));
    let enough = format!("{} >= 2", own.words("LEAST"));
    let agrees = format!("{} AND ({} OR ({enough} AND {}))", number.equal(), squeezed.similar(0.9), own.share(1.0));
    let named = format!("({} >= 2 AND {})", words.words("LEAST"), words.share(1.0));
    vec![
        exact(own.equal(), &[4]),
        level(format!("(NOT {differs} AND {close}) OR ({agrees})"), "Nearly the same", &[3]),
        level(format!("{differs} AND ({close} OR {named})"), "Same street, other number", &[2]),
        level(format!("NOT {differs} AND {enough} AND {} AND {}", own.share(0.6), own.share_of_more(0.4)), "Half of the words", &[1]),
        otherwise(&[0]),
    ]
}

/// Dates of which parts may be missing: how many parts both know, and how many are equal.
fn date(name: &str) -> (String, Vec<ExportedLevel>) {
    let full = Sides::of(name);
    let parts = ["year", "month", "day"].map(|part| Sides::of(&format!("{name}_{part}")));
    let counted = |condition: &dyn Fn(&Sides) -> String| {
        let each: Vec<String> = parts.iter().map(|part| format!("CASE WHEN {} THEN 1 ELSE 0 END", condition(part))).collect();
        format!("({})", each.join(" + "))
    };
    let known = counted(&|part| format!("{} IS NOT NULL AND {} IS NOT NULL", part.l, part.r));
    let equal = counted(&Sides::equal);
    let [year, month, day] = &parts;
    let swapped = format!("{} AND {} = {} AND {} = {}", year.equal(), month.l, day.r, day.l, month.r);
    let levels = vec![
        exact(full.equal(), &[6]),
        level(format!("{} OR ({swapped} AND {known} = 3)", full.edits(1)), "One digit or day and month swapped", &[5]),
        level(format!("{known} = 2 AND {equal} = 2"), "Two known parts equal", &[4]),
        level(format!("{known} = 3 AND {equal} = 2"), "Two of three parts equal", &[3]),
        level(format!("{known} = 1 AND {equal} = 1"), "One known part equal", &[2]),
        level(format!("({known} = 2 AND {equal} = 1) OR ({known} = 3 AND {})", year.equal()), "Year equal or one of two parts", &[1]),
        otherwise(&[0]),
    ];
    (format!("{known} = 0"), levels)
}
