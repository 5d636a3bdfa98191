//! silver.db beyond what SQL models make. Flow: schema -> write (records, customers, questions) -> read (for pages).

mod read;
mod spellings;
mod staging;
mod versions;
mod write;

pub use read::{
    CustomerBrief, GoldenOrigin, ModelRuns, QueueMember, StoredItem, all_records, balances, branch_names, bridge, brief_of, customer_count,
    customer_of_record, golden_origins, has_table, manifest, model_runs, queue_heads, queue_items, record_by_key, record_id_of,
    records_by_id, records_of_customers, records_per_system, search_customers, searchable, shared_counts,
};
pub use spellings::{BranchSpelling, branch_spellings, complaint_spellings, confirm_branch, confirm_complaint_type};
pub use staging::staged_records;
pub use versions::{RecordVersion, VERSION_FIELDS, versions_of};
pub use write::{
    STEWARD, SilverRows, create_tables, set_manifest, write_customers, write_questions, write_records, write_relations, write_shared,
};
