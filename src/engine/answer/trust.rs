//! People, the audit log and what waits for a second person.

use crate::base::RunCtx;
use crate::engine::data_deed::DataQuery;
use crate::engine::error::EngineError;
use crate::engine::ops::{audit, backup, erase, pack, trust, trust_proposals};
use crate::engine::pages::{AuditPage, PeoplePage, PersonRow, Sight, TrustPage};
use crate::engine::query::Query;
use crate::engine::session::Session;
use crate::engine::trust_deed::TrustQuery;
use crate::store::keys;

pub fn answer(session: &Session, query: &TrustQuery, ctx: &RunCtx) -> Result<TrustPage, EngineError> {
    Ok(match query {
        TrustQuery::People => TrustPage::People(people(session)?),
        TrustQuery::Proposals => TrustPage::Proposals(trust_proposals::rows(session)?),
        TrustQuery::Pack { file } => TrustPage::Pack(pack::page(session, file)?),
        TrustQuery::Backups => TrustPage::Backups(backup::rows(session)),
        TrustQuery::Verify => TrustPage::Verify(backup::verify(session, ctx)?),
        TrustQuery::Erasure { key } => TrustPage::Erasure(erase::page(session, key)?),
        TrustQuery::Audit(filter) => {
            let control = session.control();
            let head = control.audit_head()?;
            TrustPage::Audit(AuditPage { entries: control.audit(filter)?, total: head.count, head: head.hash })
        }
        TrustQuery::AuditVerify { anchors } => {
            let anchors = audit::anchors(session, anchors)?;
            TrustPage::AuditVerify(session.control().verify_audit(&anchors)?)
        }
    })
}

fn people(session: &Session) -> Result<PeoplePage, EngineError> {
    let sight = trust::sight(session)?;
    let control = session.control();
    let mut people = Vec::new();
    for person in control.people()? {
        let is_active = person.retired_at.is_none();
        let here = keys::public_key(&session.keys, &person.name).unwrap_or_default();
        people.push(PersonRow {
            is_signed_in: is_active && control.is_signed_in(&person.name)?,
            has_key_here: here.is_some_and(|key| key == person.public_key),
            person,
        });
    }
    Ok(PeoplePage {
        people,
        viewer: session.acting(),
        sight,
        four_eyes: trust_proposals::policy(session)?,
        remark: "Roles and masks hold inside Karat. A person with the files of the workspace can read them, and one with a key file and its passphrase can sign as its holder.".to_owned(),
    })
}

/// Refuses pages with personal data to whoever may not see them or has not unmasked them.
pub fn guard(session: &Session, query: &Query) -> Result<Sight, EngineError> {
    let sight = trust::sight(session)?;
    let is_free = match query {
        // Runs tell counts alone.
        Query::Status
        | Query::Publish
        | Query::Criteria
        | Query::Dashboard { .. }
        | Query::DashboardRows { .. }
        | Query::DashboardViews
        | Query::Sql { .. }
        | Query::Evaluate { .. }
        | Query::Palette { .. }
        | Query::Churn(_)
        | Query::Runs(_) => true,
        Query::Trust(trust) => {
            matches!(trust, TrustQuery::People | TrustQuery::AuditVerify { .. } | TrustQuery::Backups | TrustQuery::Verify)
        }
        Query::Data(data) => {
            // Rows name customers by their keys in their sources: not free.
            matches!(
                data,
                DataQuery::Tables
                    | DataQuery::File { .. }
                    | DataQuery::Lineage { .. }
                    | DataQuery::ColumnLineage { .. }
                    | DataQuery::Catalogue
                    | DataQuery::Selected { .. }
            )
        }
        _ => false,
    };
    match sight {
        Sight::Clear => Ok(sight),
        _ if is_free => Ok(sight),
        Sight::Masked => Err(EngineError::Refused(
            "personal data are masked. Unmask to see this page (--unmask, or F9); the log will say so.".to_owned(),
        )),
        Sight::MaskedOnly => Err(EngineError::Refused(format!(
            "this page shows personal data, and {} sees the masked gold only: dashboards, and 'karat query' over gold. A steward, an approver or an engineer has to sign in for more.",
            session.acting()
        ))),
    }
}
