//! The pools that names and places are drawn from: plain lists of our own under `pools/`.

/// Names of one culture. Earlier names are commoner.
#[derive(Debug)]
pub struct Culture {
    pub male: Vec<&'static str>,
    pub female: Vec<&'static str>,
    pub surnames: Vec<&'static str>,
    /// Halves of invented surnames ("Thorn" + "wick"); empty where the culture has none.
    pub heads: Vec<&'static str>,
    pub tails: Vec<&'static str>,
}

/// Which culture a family is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CultureKind {
    Western,
    SouthAsian,
    Arabic,
    Slavic,
    Hispanic,
    EastAsian,
    Germanic,
}

impl CultureKind {
    pub const ALL: [Self; 7] =
        [Self::Western, Self::SouthAsian, Self::Arabic, Self::Slavic, Self::Hispanic, Self::EastAsian, Self::Germanic];
    /// Families per hundred, in the order of [`Self::ALL`].
    pub const WEIGHTS: [u32; 7] = [38, 13, 10, 9, 15, 8, 7];
}

/// Everything read once at the start.
#[derive(Debug)]
pub struct Pools {
    cultures: Vec<Culture>,
    pub streets: Vec<&'static str>,
    pub street_kinds: Vec<&'static str>,
    pub cities: Vec<&'static str>,
    pub areas: Vec<u64>,
    nicknames: Vec<Vec<&'static str>>,
    spellings: Vec<Vec<&'static str>>,
}

const CULTURES: [&str; 7] = [
    include_str!("pools/western.txt"),
    include_str!("pools/south_asian.txt"),
    include_str!("pools/arabic.txt"),
    include_str!("pools/slavic.txt"),
    include_str!("pools/hispanic.txt"),
    include_str!("pools/east_asian.txt"),
    include_str!("pools/germanic.txt"),
];
const PLACES: &str = include_str!("pools/places.txt");
const VARIANTS: &str = include_str!("pools/variants.txt");

impl Pools {
    pub fn read() -> Self {
        let cultures = CULTURES
            .iter()
            .map(|text| Culture {
                male: words(text, "male:"),
                female: words(text, "female:"),
                surnames: words(text, "surname:"),
                heads: words(text, "head:"),
                tails: words(text, "tail:"),
            })
            .collect();
        Self {
            cultures,
            streets: words(PLACES, "street:"),
            street_kinds: words(PLACES, "kind:"),
            cities: words(PLACES, "city:"),
            areas: words(PLACES, "area:").iter().filter_map(|area| area.parse().ok()).collect(),
            nicknames: variants("nick "),
            spellings: variants("translit "),
        }
    }

    pub fn culture(&self, kind: CultureKind) -> &Culture {
        &self.cultures[kind as usize]
    }

    /// "William" -> ["Bill", "Will", "Billy"]; empty where a name has none.
    pub fn nicknames(&self, name: &str) -> &[&'static str] {
        rest_of(&self.nicknames, name)
    }

    /// "Mohamed" -> ["Muhammad", ...]: the same name in other letters.
    pub fn spellings(&self, name: &str) -> &[&'static str] {
        rest_of(&self.spellings, name)
    }
}

fn rest_of<'a>(table: &'a [Vec<&'static str>], name: &str) -> &'a [&'static str] {
    table.binary_search_by(|row| row[0].cmp(name)).map_or(&[], |at| &table[at][1..])
}

fn words(text: &'static str, label: &str) -> Vec<&'static str> {
    text.lines().filter_map(|line| line.strip_prefix(label)).flat_map(str::split_whitespace).collect()
}

fn variants(label: &str) -> Vec<Vec<&'static str>> {
    let mut table: Vec<Vec<&'static str>> =
        VARIANTS.lines().filter_map(|line| line.strip_prefix(label)).map(|line| line.split_whitespace().collect()).collect();
    table.sort_unstable();
    table
}

/// Plain ASCII letters; with `german`, ü becomes ue and ß ss, as clerks type it.
pub fn fold(text: &str, german: bool) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    for c in text.chars() {
        if c.is_ascii() {
            out.push(c);
            continue;
        }
        let upper = c.is_uppercase();
        let plain = match c.to_lowercase().next().unwrap_or(c) {
            'ä' => {
                if german {
                    "ae"
                } else {
                    "a"
                }
            }
            'ö' | 'ø' => {
                if german {
                    "oe"
                } else {
                    "o"
                }
            }
            'ü' => {
                if german {
                    "ue"
                } else {
                    "u"
                }
            }
            'ß' => "ss",
            'å' => {
                if german {
                    "aa"
                } else {
                    "a"
                }
            }
            'á' | 'ą' => "a",
            'é' | 'ě' | 'ę' | 'è' => "e",
            'í' | 'ì' => "i",
            'ó' => "o",
            'ú' | 'ů' => "u",
            'ñ' | 'ń' | 'ň' => "n",
            'č' | 'ć' => "c",
            'ł' => "l",
            'ř' => "r",
            'š' | 'ś' => "s",
            'ž' | 'ź' | 'ż' => "z",
            'đ' => "d",
            'ý' => "y",
            _ => "x",
        };
        if upper {
            let mut letters = plain.chars();
            out.extend(letters.next().map(|l| l.to_ascii_uppercase()));
            out.push_str(letters.as_str());
        } else {
            out.push_str(plain);
        }
    }
    out
}
