//! Index <-> bytes. A header (mark, version, length, checksum), then columns of little-endian numbers and one piece of JSON.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::blocks::RuleBlocks;
use super::columns::NONE;
use super::lists::Lists;
use super::pairs::Pairs;
use super::texts::{Dictionary, Texts};
use super::{Index, Stored};
use crate::base::hash::stable_64;
use crate::matching::error::MatchError;
use crate::matching::fields::{DateHabits, NULL};
use crate::matching::model::Model;
use crate::matching::run::Constraints;
use crate::matching::settings::Settings;

const MARK: &[u8; 8] = b"KARATIDX";
/// Changes when an index of an older program can no longer be read.
pub const INDEX_VERSION: u32 = 2;
const HEADER: usize = 28;

/// What is small and read with names.
#[derive(Debug, Serialize, Deserialize)]
struct Head<M, S> {
    model: M,
    settings: S,
    sources: Vec<String>,
    habits: Vec<DateHabits>,
    has_people: Vec<bool>,
    next_cluster: u32,
    aliases: BTreeMap<u32, u32>,
    must_link: Vec<(u32, u32)>,
    cannot_link: Vec<(u32, u32)>,
}

fn damaged(reason: &str) -> MatchError {
    MatchError::IndexDamaged { reason: reason.to_owned() }
}

impl Index {
    /// The index as bytes. Packs what was added since it was built or loaded.
    pub fn encode(&mut self) -> Result<Vec<u8>, MatchError> {
        if self.is_broken {
            return Err(MatchError::IndexBroken);
        }
        self.blocks.iter_mut().for_each(RuleBlocks::pack);
        self.members.pack();
        self.pairs.pack(self.source.len());
        let head = Head {
            model: &self.model,
            settings: &self.settings,
            sources: self.sources.clone(),
            habits: self.habits.clone(),
            has_people: self.people.iter().map(Option::is_some).collect(),
            next_cluster: self.next_cluster,
            aliases: self.aliases.clone(),
            must_link: self.told.must_link.clone(),
            cannot_link: self.told.cannot_link.clone(),
        };
        let json = serde_json::to_vec(&head).map_err(|error| damaged(&error.to_string()))?;
        let mut out = Vec::with_capacity(HEADER + json.len() + self.bytes() + self.bytes() / 16);
        out.extend_from_slice(MARK);
        out.extend_from_slice(&INDEX_VERSION.to_le_bytes());
        out.extend_from_slice(&[0; 16]);
        put_bytes(&mut out, &json);
        for field in &self.fields {
            put_texts(&mut out, &field.dictionary.texts);
            put(&mut out, [field.dictionary.sorted], u32::to_le_bytes);
            put(&mut out, field.ids.iter().copied(), u32::to_le_bytes);
        }
        for people in self.people.iter().flatten() {
            put_bytes(&mut out, people);
        }
        put(&mut out, self.source.iter().copied(), u16::to_le_bytes);
        put(&mut out, self.hash.iter().copied(), u64::to_le_bytes);
        put_texts(&mut out, &self.ids);
        put_bytes(&mut out, &self.alive.iter().map(|alive| u8::from(*alive)).collect::<Vec<u8>>());
        for blocks in &self.blocks {
            put(&mut out, blocks.keys.iter().copied(), u64::to_le_bytes);
            put_lists(&mut out, &blocks.members);
            put(&mut out, blocks.sizes.iter().flat_map(|(size, times)| [*size, *times]).collect::<Vec<u64>>(), u64::to_le_bytes);
        }
        put(&mut out, self.pairs.l.iter().copied(), u32::to_le_bytes);
        put(&mut out, self.pairs.r.iter().copied(), u32::to_le_bytes);
        put(&mut out, self.pairs.weight.iter().copied(), f64::to_le_bytes);
        put(&mut out, self.pairs.gamma.iter().copied(), u64::to_le_bytes);
        put_bytes(&mut out, &self.pairs.match_key);
        put(&mut out, self.group.iter().copied(), u32::to_le_bytes);
        put_lists(&mut out, &self.members);
        put(&mut out, self.cluster.iter().copied(), u32::to_le_bytes);
        let length = (out.len() - HEADER) as u64;
        let checksum = stable_64(&out[HEADER..]);
        out[12..20].copy_from_slice(&length.to_le_bytes());
        out[20..28].copy_from_slice(&checksum.to_le_bytes());
        Ok(out)
    }

    /// Reads what `encode` wrote. Errors tell a file that is no index, one of another version, a cut one and a damaged one apart.
    pub fn decode(bytes: &[u8]) -> Result<Self, MatchError> {
        let mut rest = Reader { bytes: checked(bytes)? };
        let head: Head<Model, Settings> = serde_json::from_slice(rest.take_bytes()?).map_err(|error| damaged(&error.to_string()))?;
        head.model.check_fits(&head.settings)?;
        let mut fields = Vec::new();
        for _ in &head.settings.fields {
            let texts = rest.texts()?;
            let sorted = rest.numbers(u32::from_le_bytes)?.first().copied().ok_or_else(|| damaged("a field has no length"))?;
            fields.push(Stored { dictionary: Dictionary::new(texts, sorted), ids: rest.numbers(u32::from_le_bytes)? });
        }
        let mut people = Vec::new();
        for has_people in &head.has_people {
            people.push(if *has_people { Some(rest.take_bytes()?.to_vec()) } else { None });
        }
        let source = rest.numbers(u16::from_le_bytes)?;
        let hash = rest.numbers(u64::from_le_bytes)?;
        let ids = rest.texts()?;
        let alive: Vec<bool> = rest.take_bytes()?.iter().map(|alive| *alive != 0).collect();
        let mut blocks = Vec::new();
        for _ in &head.settings.blocking_rules_to_generate_predictions {
            let keys = rest.numbers(u64::from_le_bytes)?;
            let members = rest.lists()?;
            let sizes = rest.numbers(u64::from_le_bytes)?.chunks_exact(2).map(|both| (both[0], both[1])).collect();
            blocks.push(RuleBlocks::loaded(keys, members, sizes));
        }
        let (l, r) = (rest.numbers(u32::from_le_bytes)?, rest.numbers(u32::from_le_bytes)?);
        let (weight, gamma) = (rest.numbers(f64::from_le_bytes)?, rest.numbers(u64::from_le_bytes)?);
        let match_key = rest.take_bytes()?.to_vec();
        let records = source.len();
        let whole = [r.len(), weight.len(), gamma.len(), match_key.len()].iter().all(|length| *length == l.len());
        if !whole || l.iter().chain(&r).any(|record| *record as usize >= records) {
            return Err(damaged("its pairs do not fit its records"));
        }
        let index = Self {
            fields,
            people,
            source,
            hash,
            ids,
            alive,
            blocks,
            pairs: Pairs::loaded(l, r, weight, gamma, match_key, records),
            group: rest.numbers(u32::from_le_bytes)?,
            members: rest.lists()?,
            cluster: rest.numbers(u32::from_le_bytes)?,
            next_cluster: head.next_cluster,
            aliases: head.aliases,
            told: Constraints { must_link: head.must_link, cannot_link: head.cannot_link },
            is_broken: false,
            model: head.model,
            settings: head.settings,
            sources: head.sources,
            habits: head.habits,
        };
        index.check()?;
        Ok(index)
    }

    /// Whether everything that is numbered is there: what comes later relies on it.
    fn check(&self) -> Result<(), MatchError> {
        let records = self.source.len();
        let lengths = [self.hash.len(), self.ids.len(), self.alive.len(), self.group.len(), self.cluster.len()];
        let is_record = |record: &u32| (*record as usize) < records;
        let fields = self.fields.iter().all(|field| {
            let values = field.dictionary.len();
            field.ids.len() == records && field.ids.iter().all(|value| *value == NULL || (*value as usize) < values)
        });
        let people = self.people.len() == self.settings.comparisons.len()
            && self.people.iter().enumerate().all(|(at, people)| {
                let values = self.field_of(at).map(|field| self.fields[field].dictionary.len());
                people.as_ref().is_none_or(|people| values.is_ok_and(|values| people.len() == values))
            });
        let blocks = self
            .blocks
            .iter()
            .all(|blocks| blocks.keys.len() == blocks.members.len() as usize && blocks.members.items.iter().all(is_record));
        let told = self.told.must_link.iter().chain(&self.told.cannot_link).all(|(l, r)| is_record(l) && is_record(r));
        let clusters = self.group.iter().all(|group| *group < self.members.len())
            && self.members.items.iter().all(is_record)
            && self.cluster.iter().all(|cluster| *cluster == NONE || *cluster < self.next_cluster);
        let sources = self.source.iter().all(|source| usize::from(*source) < self.sources.len());
        let numbered = lengths.iter().all(|length| *length == records) && fields && people && blocks && told && clusters && sources;
        if numbered { Ok(()) } else { Err(damaged("its columns do not fit together")) }
    }
}

/// What is behind the header, if the header holds.
fn checked(bytes: &[u8]) -> Result<&[u8], MatchError> {
    if bytes.len() < HEADER || &bytes[..8] != MARK {
        return Err(damaged("it is not an index that karat wrote; name the file of --save-index"));
    }
    let mut header = Reader { bytes: &bytes[8..HEADER] };
    let version = header.number(u32::from_le_bytes)?;
    if version != INDEX_VERSION {
        return Err(MatchError::IndexVersion { found: version, wanted: INDEX_VERSION });
    }
    let (length, checksum) = (header.number(u64::from_le_bytes)?, header.number(u64::from_le_bytes)?);
    let rest = &bytes[HEADER..];
    if (rest.len() as u64) < length {
        return Err(damaged("it is cut short; copy it again, or match the whole again with --save-index"));
    }
    if rest.len() as u64 > length || stable_64(rest) != checksum {
        return Err(damaged("its checksum is wrong: the file was changed or damaged; match the whole again with --save-index"));
    }
    Ok(rest)
}

fn put<T, const N: usize>(out: &mut Vec<u8>, numbers: impl IntoIterator<Item = T>, bytes: impl Fn(T) -> [u8; N]) {
    let from = out.len();
    out.extend_from_slice(&[0; 8]);
    for number in numbers {
        out.extend_from_slice(&bytes(number));
    }
    let count = ((out.len() - from - 8) / N) as u64;
    out[from..from + 8].copy_from_slice(&count.to_le_bytes());
}

fn put_bytes(out: &mut Vec<u8>, bytes: &[u8]) {
    out.extend_from_slice(&(bytes.len() as u64).to_le_bytes());
    out.extend_from_slice(bytes);
}

fn put_texts(out: &mut Vec<u8>, texts: &Texts) {
    put_bytes(out, texts.all.as_bytes());
    put(out, texts.ends.iter().copied(), u32::to_le_bytes);
}

fn put_lists(out: &mut Vec<u8>, lists: &Lists) {
    put(out, lists.starts.iter().copied(), u32::to_le_bytes);
    put(out, lists.items.iter().copied(), u32::to_le_bytes);
}

struct Reader<'a> {
    bytes: &'a [u8],
}

impl<'a> Reader<'a> {
    fn take(&mut self, count: usize) -> Result<&'a [u8], MatchError> {
        let (taken, rest) = self.bytes.split_at_checked(count).ok_or_else(|| damaged("a column is cut short"))?;
        self.bytes = rest;
        Ok(taken)
    }

    fn number<T, const N: usize>(&mut self, of: impl Fn([u8; N]) -> T) -> Result<T, MatchError> {
        let (first, _) = self.take(N)?.as_chunks::<N>();
        first.first().map(|bytes| of(*bytes)).ok_or_else(|| damaged("a number is cut short"))
    }

    fn length(&mut self) -> Result<usize, MatchError> {
        usize::try_from(self.number(u64::from_le_bytes)?).map_err(|_| damaged("a column is too long"))
    }

    fn take_bytes(&mut self) -> Result<&'a [u8], MatchError> {
        let length = self.length()?;
        self.take(length)
    }

    fn numbers<T, const N: usize>(&mut self, of: impl Fn([u8; N]) -> T) -> Result<Vec<T>, MatchError> {
        let length = self.length()?.checked_mul(N).ok_or_else(|| damaged("a column is too long"))?;
        let (numbers, _) = self.take(length)?.as_chunks::<N>();
        Ok(numbers.iter().map(|bytes| of(*bytes)).collect())
    }

    fn texts(&mut self) -> Result<Texts, MatchError> {
        let all = String::from_utf8(self.take_bytes()?.to_vec()).map_err(|_| damaged("a text is not UTF-8"))?;
        let ends = self.numbers(u32::from_le_bytes)?;
        let is_whole = ends.is_sorted() && ends.iter().all(|end| all.is_char_boundary(*end as usize));
        if is_whole { Ok(Texts { all, ends }) } else { Err(damaged("its texts do not fit together")) }
    }

    fn lists(&mut self) -> Result<Lists, MatchError> {
        let (starts, items) = (self.numbers(u32::from_le_bytes)?, self.numbers(u32::from_le_bytes)?);
        let ends = starts.last().map(|end| *end as usize);
        if starts.is_sorted() && ends == Some(items.len()) {
            Ok(Lists::packed(starts, items))
        } else {
            Err(damaged("its lists do not fit together"))
        }
    }
}
