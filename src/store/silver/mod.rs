//! silver.db beyond what SQL models make. Flow: schema -> write (records, customers, questions) -> read (for pages).

mod read;
mod write;

pub use read::{
    CustomerBrief, balances, brief_of, customers_of_questions, has_table, manifest, queue_items, record_by_key, records_by_id,
    records_of_customers, search_customers, shared_counts,
};
pub use write::{SilverRows, create_tables, set_manifest, write_customers, write_questions, write_records, write_shared};
