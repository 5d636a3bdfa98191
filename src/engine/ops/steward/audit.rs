//! The audit deck. Flow: day -> pairs drawn from the strata -> control; answers -> labels, apart from decisions.

use crate::base::hash::stable_64;
use crate::engine::answer::sqlite;
use crate::engine::error::EngineError;
use crate::engine::ops::run::match_table;
use crate::engine::pages::ReviewOutcome;
use crate::engine::session::Session;
use crate::matching::audit::draw;
use crate::store::control::NewAuditPair;
use crate::store::silver::{all_records, bridge};

use super::told;

/// Pairs a day.
const A_DAY: usize = 10;
/// Pairs drawn from each stratum before a day's are chosen: what was dealt before is not dealt again.
const DRAWN: usize = 40;
/// Strata in the order in which a day's pairs take turns: what was joined twice as often as the others.
const TURNS: [&str; 5] = ["auto_merged", "rejected", "review", "auto_merged", "not_blocked"];

/// Deals today's pairs where they are not dealt yet.
pub fn deal(session: &Session) -> Result<ReviewOutcome, EngineError> {
    let today = session.clock.now_iso()[..10].to_owned();
    let known = session.control().audit_pairs()?;
    let dealt = known.iter().filter(|pair| pair.day == today).count();
    if dealt > 0 {
        return Ok(told(format!("Today's {dealt} pairs are dealt already")));
    }
    let Some(model) = session.deck()?.model.clone() else {
        return Err(EngineError::Refused("nothing was matched yet. Say 'karat run' first.".to_owned()));
    };
    let conn = session.reader_of(None)?;
    let records = sqlite(all_records(&conn))?;
    let customers: rustc_hash::FxHashMap<_, _> = sqlite(bridge(&conn))?.into_iter().collect();
    let mut numbers: rustc_hash::FxHashMap<&str, u32> = rustc_hash::FxHashMap::default();
    let mut cluster = Vec::with_capacity(records.len());
    for record in &records {
        let next = u32::try_from(numbers.len()).unwrap_or(u32::MAX);
        let customer = customers.get(&record.key).map_or("", String::as_str);
        cluster.push(*numbers.entry(customer).or_insert(next));
    }
    let drawn = draw(&model, &match_table(&records), &cluster, DRAWN, stable_64(today.as_bytes()))?;
    let mut fresh: Vec<NewAuditPair> = drawn
        .into_iter()
        .map(|drawn| NewAuditPair {
            stratum: drawn.stratum.name().to_owned(),
            stratum_pairs: drawn.stratum_pairs,
            match_weight: drawn.match_weight,
            joined: cluster[drawn.l as usize] == cluster[drawn.r as usize],
            left: records[drawn.l as usize].key.clone(),
            right: records[drawn.r as usize].key.clone(),
        })
        .filter(|new| !known.iter().any(|old| (&old.pair.left, &old.pair.right) == (&new.left, &new.right)))
        .collect();
    let mut pairs: Vec<NewAuditPair> = Vec::with_capacity(A_DAY);
    for stratum in TURNS.iter().cycle().take(A_DAY * TURNS.len()) {
        if pairs.len() == A_DAY {
            break;
        }
        if let Some(at) = fresh.iter().position(|pair| pair.stratum == *stratum) {
            pairs.push(fresh.remove(at));
        }
    }
    if pairs.is_empty() {
        return Err(EngineError::Refused("every pair that can be dealt was dealt before.".to_owned()));
    }
    session.control().deal_audit(&today, &pairs)?;
    Ok(told(format!("Dealt {} pairs for today", pairs.len())))
}

pub fn answer(session: &Session, pair: i64, same: Option<bool>, user: &str) -> Result<ReviewOutcome, EngineError> {
    let mut control = session.control();
    if !control.audit_pairs()?.iter().any(|known| known.id == pair) {
        return Err(EngineError::Refused(format!("there is no audit pair {pair}. 'karat review audit deal' shows today's.")));
    }
    control.label(pair, same, user, &session.clock.now_iso())?;
    Ok(told(format!("Pair {pair} answered")))
}
