//! Gaps in topics. Flow: offsets of all loaded files of a table -> what is missing between them -> flags on the files behind the gaps.

use std::collections::BTreeMap;

use rusqlite::{Connection, params};

use crate::base::money::group_thousands;
use crate::ingest::Flag;
use crate::ingest::events::FileOffsets;

const KIND: &str = "offset_gap";

struct Part {
    batch_id: i64,
    file: String,
    offsets: FileOffsets,
    flags: Vec<Flag>,
}

/// Sets the flags of a table's files anew: a file that came late closes its gap.
pub fn flag_gaps(conn: &Connection, table: &str, source_system: &str) -> rusqlite::Result<()> {
    let mut topics: BTreeMap<(String, u32), Vec<Part>> = BTreeMap::new();
    {
        let mut statement = conn.prepare_cached(
            "SELECT batch_id, file_name, offsets, flags FROM batch \
             WHERE table_name = ?1 AND source_system = ?2 AND status = 'loaded' AND offsets IS NOT NULL",
        )?;
        let rows = statement.query_map([table, source_system], |row| {
            Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?, row.get::<_, String>(2)?, row.get::<_, String>(3)?))
        })?;
        for row in rows {
            let (batch_id, file, offsets, flags) = row?;
            let Ok(offsets) = serde_json::from_str::<FileOffsets>(&offsets) else { continue };
            let flags = serde_json::from_str(&flags).unwrap_or_default();
            topics.entry((offsets.topic.clone(), offsets.partition)).or_default().push(Part { batch_id, file, offsets, flags });
        }
    }
    for ((_, partition), mut parts) in topics {
        parts.sort_by_key(|part| (part.offsets.first, part.batch_id));
        let mut reached: Option<u64> = None;
        for part in parts {
            let gap = reached.filter(|last| part.offsets.first > last + 1).map(|last| gap_flag(&part, partition, last + 1));
            reached = reached.max(Some(part.offsets.last));
            let mut flags: Vec<Flag> = part.flags.iter().filter(|flag| flag.kind != KIND).cloned().collect();
            flags.extend(gap);
            if flags != part.flags {
                let text = serde_json::to_string(&flags).unwrap_or_else(|_| "[]".to_owned());
                conn.execute("UPDATE batch SET flags = ?2 WHERE batch_id = ?1", params![part.batch_id, text])?;
            }
        }
    }
    Ok(())
}

fn gap_flag(part: &Part, partition: u32, first: u64) -> Flag {
    let last = part.offsets.first - 1;
    let which = if first == last {
        format!("offset {} is", group_thousands(first))
    } else {
        format!("offsets {} to {} are", group_thousands(first), group_thousands(last))
    };
    let title = format!("{}: {which} missing before it in partition {partition} of {}", part.file, part.offsets.topic);
    Flag::new(KIND, title, "A file was not delivered: ask for it. Until then some rows may show an older state.")
}
