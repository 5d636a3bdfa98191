//! Decision packs. Flow: sealed decisions -> signed file; file -> checked -> known, new, contradicting -> control.db.

use std::collections::BTreeSet;
use std::path::Path;

use sha2::{Digest, Sha256};

use crate::base::DecisionId;
use crate::base::hash::hex;
use crate::engine::error::EngineError;
use crate::engine::pages::{PackPage, PackRow, TrustOutcome};
use crate::engine::session::Session;
use crate::stewardship::pack::{Claim, FORMAT, PackHead, Saying, conflicts};
use crate::stewardship::signature::{SealedDecision, holds, statement};
use crate::stewardship::surviving;
use crate::store::control::{Anchor, Contradiction, DECISION_STATEMENT, PACK_STATEMENT, Person};
use crate::store::{StoreError, keys, workspace};

use super::trust::said;

/// A pack that holds what its maker put in.
#[derive(Debug)]
struct Pack {
    head: PackHead<Anchor>,
    decisions: Vec<SealedDecision>,
}

/// A pack beside what is here.
#[derive(Debug, Default)]
struct Sorted {
    known: u64,
    plain: Vec<SealedDecision>,
    contradictions: Vec<Contradiction>,
}

/// Writes all sealed decisions.
pub fn export(session: &Session, file: &Path, user: &str) -> Result<TrustOutcome, EngineError> {
    session.must_write()?;
    let laptop = laptop(session)?;
    let mut control = session.control();
    let decisions: Vec<SealedDecision> = control.sealed_decisions()?.into_iter().map(|(_, sealed)| sealed).collect();
    let left_out = control.decision_number()? - i64::try_from(decisions.len()).unwrap_or_default();
    let body = serde_json::to_string(&decisions).map_err(|error| EngineError::Refused(error.to_string()))?;
    let at = session.clock.now_iso();
    let workspace_id = control.workspace_id()?;
    let (number, end) = control.begin_pack(user, &at, decisions.len() as u64)?;
    let mut head = PackHead {
        karat_pack: FORMAT,
        workspace: workspace_id.clone(),
        laptop,
        number,
        made_by: user.to_owned(),
        made_at: at.clone(),
        anchor: Anchor { workspace: workspace_id.clone(), of: format!("pack {number}"), at, head: end },
        decisions: decisions.len() as u64,
        body: sha256(&body),
        public_key: None,
        signature: None,
    };
    let signed = control.sign(user, &statement(PACK_STATEMENT, &workspace_id, &head.digest()))?;
    let mut remarks = Vec::new();
    match signed {
        Some((key, signature)) => (head.public_key, head.signature) = (Some(key), Some(signature)),
        None => remarks
            .push("Nobody is enrolled, so the pack is not signed: it can be told from a damaged one, not from a forged one.".to_owned()),
    }
    if left_out > 0 {
        remarks.push(format!("{left_out} decisions from before decisions were sealed are not in it."));
    }
    let first = serde_json::to_string(&head).map_err(|error| EngineError::Refused(error.to_string()))?;
    workspace::replace_file(file, format!("{first}\n{body}\n").as_bytes())?;
    Ok(TrustOutcome {
        files: vec![file.display().to_string()],
        remarks,
        ..said(format!("Wrote pack {number} with {} decisions", decisions.len()))
    })
}

/// What a pack would bring.
pub fn page(session: &Session, file: &Path) -> Result<PackPage, EngineError> {
    let pack = read(session, file)?;
    let head = &pack.head;
    let mut page = PackPage {
        made_by: head.made_by.clone(),
        made_at: head.made_at.clone(),
        number: head.number,
        is_signed: head.signature.is_some(),
        decisions: head.decisions,
        ..PackPage::default()
    };
    let sorted = sort(session, pack.decisions)?;
    page.known = sorted.known;
    page.new = sorted.plain.iter().map(|sealed| row_of(sealed, None)).collect();
    page.conflicts = sorted.contradictions.iter().map(|(sealed, local, why)| row_of(sealed, Some((*local, why.clone())))).collect();
    Ok(page)
}

fn row_of(sealed: &SealedDecision, conflict: Option<(DecisionId, String)>) -> PackRow {
    let (against, why) = conflict.unzip();
    PackRow {
        item: sealed.text("item_id").to_owned(),
        author: sealed.author().to_owned(),
        at: sealed.text("decided_at").to_owned(),
        answer: sealed.text("answer").to_owned(),
        summary: sealed.text("summary").to_owned(),
        against,
        why,
    }
}

/// Takes in what a pack brings.
pub fn import(session: &Session, file: &Path, user: &str) -> Result<TrustOutcome, EngineError> {
    session.must_write()?;
    let pack = read(session, file)?;
    let sorted = sort(session, pack.decisions)?;
    if sorted.plain.is_empty() && sorted.contradictions.is_empty() {
        return Ok(said(format!("Nothing new: all {} decisions are here already", sorted.known)));
    }
    let at = session.clock.now_iso();
    let done = session.control().import_pack(&pack.head, &sorted.plain, &sorted.contradictions, user, &at)?;
    let mut remarks: Vec<String> =
        sorted.contradictions.iter().map(|(sealed, _, why)| format!("{} by {}: {why}", sealed.text("summary"), sealed.author())).collect();
    if !remarks.is_empty() {
        remarks.push("Contradictions wait: 'karat review proposals' names them; 'approve' takes what the pack says, 'return' keeps what was decided here.".to_owned());
    }
    Ok(TrustOutcome {
        remarks,
        ..said(format!(
            "Took in {} decisions; {} known already, {} contradict decisions made here",
            done.entered, sorted.known, done.contradictions
        ))
    })
}

/// Reads and checks: form, integrity, workspace, age, signatures.
fn read(session: &Session, file: &Path) -> Result<Pack, EngineError> {
    let text = std::fs::read_to_string(file).map_err(|source| StoreError::io(file, source))?;
    let refused = |why: &str| EngineError::Refused(format!("{}: {why}", file.display()));
    let (first, body) = text.split_once('\n').unwrap_or((&text, ""));
    let head: PackHead<Anchor> = serde_json::from_str(first).map_err(|_| {
        let newer = serde_json::from_str::<serde_json::Value>(first)
            .ok()
            .and_then(|head| head.get("karat_pack")?.as_u64())
            .is_some_and(|format| format > u64::from(FORMAT));
        refused(if newer {
            "the pack was written by a newer Karat. Use the newer program."
        } else {
            "this is no decision pack, or its first line was altered. Ask for it again."
        })
    })?;
    if head.karat_pack > FORMAT {
        return Err(refused("the pack was written by a newer Karat. Use the newer program."));
    }
    let body = body.strip_suffix('\n').unwrap_or(body);
    if sha256(body) != head.body {
        return Err(refused(
            "the pack was altered or cut on its way: its decisions are not those that it was made with. Ask for it again.",
        ));
    }
    let control = session.control();
    let workspace_id = control.workspace_id()?;
    if head.workspace != workspace_id {
        return Err(refused("the pack is from another workspace. Packs pass between copies of one workspace only; open the right one."));
    }
    let people = control.people()?;
    check_maker(&head, &people, &workspace_id).map_err(|why| refused(&why))?;
    if let Some((number, made_at)) = control.last_pack(&head.laptop)?
        && head.number < number
    {
        return Err(refused(&format!(
            "this is pack {} of {}; pack {number} of {made_at} from the same laptop was taken in already, and holds all of it. Ask for a newer one.",
            head.number, head.made_at
        )));
    }
    let decisions: Vec<SealedDecision> = serde_json::from_str(body).map_err(|_| refused("the decisions in the pack cannot be read."))?;
    for sealed in &decisions {
        check_decision(sealed, &people, &workspace_id).map_err(|why| refused(&why))?;
    }
    Ok(Pack { head, decisions })
}

fn check_maker(head: &PackHead<Anchor>, people: &[Person], workspace_id: &str) -> Result<(), String> {
    let Some((key, signature)) = head.public_key.as_ref().zip(head.signature.as_ref()) else {
        let knows_people = people.iter().any(|person| person.retired_at.is_none());
        return if knows_people {
            Err("the pack is not signed, and this workspace knows its people. Ask for a signed one.".to_owned())
        } else {
            Ok(())
        };
    };
    if !holds(key, &statement(PACK_STATEMENT, workspace_id, &head.digest()), signature) {
        return Err("the pack was altered: its signature does not hold. Ask for it again.".to_owned());
    }
    let maker = people.iter().find(|person| person.name == head.made_by && person.public_key == *key);
    match maker {
        Some(person) if person.retired_at.is_none() => Ok(()),
        Some(_) => Err(format!("{} made the pack under a key that is retired here.", head.made_by)),
        None if people.is_empty() => Ok(()),
        None => Err(format!(
            "{} signed the pack, and is not enrolled here with that key. 'karat person add {} --public-key {key}' enrols them.",
            head.made_by, head.made_by
        )),
    }
}

fn check_decision(sealed: &SealedDecision, people: &[Person], workspace_id: &str) -> Result<(), String> {
    let author = sealed.author();
    // An erased text leaves its digest behind: the signature is over that, and it is checked where the decision was made.
    if sealed.digest() != sealed.digest && !sealed.salt.is_empty() {
        return Err(format!("a decision by {author} in the pack is not what was sealed."));
    }
    let Some((key, signature)) = sealed.public_key.as_ref().zip(sealed.signature.as_ref()) else {
        let is_enrolled = people.iter().any(|person| person.name == author);
        return if is_enrolled {
            Err(format!("a decision in the name of {author} in the pack is not signed, and {author} is enrolled here."))
        } else {
            Ok(())
        };
    };
    if !holds(key, &statement(DECISION_STATEMENT, workspace_id, &sealed.digest), signature) {
        return Err(format!("the signature of a decision by {author} in the pack does not hold."));
    }
    if !people.is_empty() && !people.iter().any(|person| person.name == author && person.public_key == *key) {
        return Err(format!(
            "a decision in the pack is signed by {author}, who is not enrolled here with that key. 'karat person add {author} --public-key {key}' enrols them."
        ));
    }
    Ok(())
}

/// Known, new, and what contradicts.
fn sort(session: &Session, decisions: Vec<SealedDecision>) -> Result<Sorted, EngineError> {
    let control = session.control();
    let known = control.known_uids()?;
    let taken_back: BTreeSet<String> =
        decisions.iter().map(|sealed| sealed.text("undoes").to_owned()).filter(|uid| !uid.is_empty()).collect();
    let sealed_here: Vec<(DecisionId, SealedDecision)> = control.sealed_decisions()?;
    let uid_of = |id: DecisionId| sealed_here.iter().find(|(known, _)| *known == id).map(|(_, sealed)| sealed);
    // What the pack takes back is no decision to be contradicted.
    let local: Vec<(DecisionId, Claim)> = surviving(&control.decisions()?)
        .filter(|decision| uid_of(decision.id).is_none_or(|sealed| !taken_back.contains(&sealed.uid)))
        .map(|decision| (decision.id, uid_of(decision.id).map_or_else(|| Claim::of_decision(decision), Claim::of_sealed)))
        .collect();
    // Whoever made the pack knew those that are in it: what they said after is their word on them.
    let in_pack: BTreeSet<&str> = decisions.iter().map(|sealed| sealed.uid.as_str()).collect();
    let standing: BTreeSet<DecisionId> = control
        .overrides()?
        .iter()
        .map(|word| (word.id, word.undone_by))
        .chain(control.namings()?.iter().map(|naming| (naming.id, naming.undone_by)))
        .filter(|(_, undone)| undone.is_none())
        .map(|(id, _)| id)
        .collect();
    let sayings: Vec<(DecisionId, Saying)> = sealed_here
        .iter()
        .filter(|(id, sealed)| standing.contains(id) && !in_pack.contains(sealed.uid.as_str()))
        .filter_map(|(id, sealed)| Some((*id, Saying::of_sealed(sealed)?)))
        .collect();
    drop(control);
    let mut sorted = Sorted::default();
    let total = decisions.len();
    let new: Vec<SealedDecision> = decisions.into_iter().filter(|sealed| !known.contains(&sealed.uid)).collect();
    sorted.known = (total - new.len()) as u64;
    let holds_there = |sealed: &SealedDecision| !taken_back.contains(&sealed.uid);
    let claims: Vec<Claim> =
        new.iter().map(|sealed| if holds_there(sealed) { Claim::of_sealed(sealed) } else { Claim::default() }).collect();
    let mut found = conflicts(&local, &claims).into_iter().peekable();
    for (at, sealed) in new.into_iter().enumerate() {
        if let Some(conflict) = found.next_if(|conflict| conflict.incoming == at) {
            sorted.contradictions.push((sealed, conflict.local, conflict.why));
            continue;
        }
        let said = Saying::of_sealed(&sealed).filter(|_| !taken_back.contains(&sealed.uid));
        if let Some((local, why)) = said.and_then(|said| said.against(&sayings)) {
            sorted.contradictions.push((sealed, local, why));
            continue;
        }
        // An entry names the first of its batch: it cannot be entered before that one is.
        let batch = sealed.text("batch");
        let waits = sorted.contradictions.iter().find(|(first, ..)| !batch.is_empty() && first.uid == batch).map(|(_, local, _)| *local);
        match waits {
            Some(local) => {
                sorted.contradictions.push((sealed, local, format!("it was made in one go with one that contradicts decision {local}")));
            }
            None => sorted.plain.push(sealed),
        }
    }
    Ok(sorted)
}

/// This laptop's name in packs: made once, beside the key files. Two copies of a workspace on two laptops count their packs apart.
pub fn laptop(session: &Session) -> Result<String, EngineError> {
    let path = session.keys.join("laptop.id");
    if let Ok(text) = std::fs::read_to_string(&path) {
        return Ok(text.trim().to_owned());
    }
    let id = hex(&keys::random::<16>()?);
    std::fs::create_dir_all(&session.keys).map_err(|source| StoreError::io(&session.keys, source))?;
    workspace::replace_file(&path, format!("{id}\n").as_bytes())?;
    Ok(id)
}

/// The laptop that a pack was made on; None where the file is no pack.
pub fn laptop_of(file: &Path) -> Option<String> {
    let text = std::fs::read_to_string(file).ok()?;
    serde_json::from_str::<PackHead<Anchor>>(text.lines().next()?).ok().map(|head| head.laptop)
}

fn sha256(text: &str) -> String {
    hex(&Sha256::digest(text.as_bytes()))
}
