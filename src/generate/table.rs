//! The files of the bank, and the rows of one shard on their way into them.

use super::manifest::Tally;
use super::row::Row;

macro_rules! tables {
    ($($name:ident = $path:literal, $header:literal;)+) => {
        /// Every file that the generator writes.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        #[repr(usize)]
        pub enum Table { $($name),+ }

        impl Table {
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// Below the output folder.
            pub fn path(self) -> &'static str {
                match self { $(Self::$name => $path),+ }
            }

            pub fn header(self) -> &'static str {
                match self { $(Self::$name => $header),+ }
            }
        }
    };
}

tables! {
    ErpCustomers = "bank/erp_customers.csv", "creation,customer_group,customer_name,customer_type,email_id,gender,mobile_no,modified,name,territory,website,kyc_status,risk_rating,date_of_birth,address";
    ErpItems = "bank/erp_items.csv", "creation,description,item_code,item_group,item_name,modified,name,standard_rate";
    ErpTerritories = "bank/erp_territories.csv", "creation,modified,name,parent_territory,territory_name";
    ErpSalesInvoices = "bank/erp_sales_invoices.csv", "creation,customer,customer_name,docstatus,due_date,grand_total,modified,name,posting_date,status,territory,item_code,currency";
    ErpAccounts = "bank/erp_accounts.csv", "creation,modified,name,customer,account_type,currency,balance,status,branch,opened_date,closed_date";
    ErpTransactions = "bank/erp_transactions.csv", "creation,name,account,posting_date,posting_time,transaction_type,direction,channel,amount,currency,balance_after,status,description";
    ErpLedgerEntries = "bank/erp_ledger_entries.csv", "creation,name,transaction,account,entry_type,amount,currency,posting_date";
    ErpLoans = "bank/erp_loans.csv", "creation,modified,name,customer,account,loan_type,loan_amount,interest_rate,currency,application_date,status,disbursed_date,outstanding_amount";
    ErpInvestments = "bank/erp_investments.csv", "creation,modified,name,customer,investment_type,amount,return_amount,currency,invested_date,status";
    SfContacts = "bank/sf_contacts.csv", "created_date,description,email,first_name,last_name,lead_source,modified_date,phone,sf_contact_id,birthdate,mailing_street,mailing_city,mailing_postal_code";
    SfCases = "bank/sf_cases.csv", "closed_date,created_date,description,origin,priority,sf_case_id,sf_contact_id,status,subject,type,opened_date,satisfaction_score";
    SfTasks = "bank/sf_tasks.csv", "activity_date,description,priority,sf_contact_id,sf_task_id,status,subject";
    SfOpportunities = "bank/sf_opportunities.csv", "sf_opportunity_id,sf_contact_id,name,stage,amount,currency,close_date,created_date";
    SfCampaignResponses = "bank/sf_campaign_responses.csv", "sf_campaign_member_id,sf_contact_id,campaign_name,status,responded_date,created_date";
    SbSessions = "bank/sb_sessions.csv", "app_version,created_at,device_type,id,platform,session_end,session_start,user_email,user_id,user_phone,device_id,device_name";
    SbEvents = "bank/sb_events.csv", "created_at,event_data,event_timestamp,event_type,id,session_id,user_email,user_id";
    GsBranches = "bank/gs_branches.csv", "branch_id,branch_name,manager_name,opened_date,performance_rating,region,staff_count";
    GsCustomerNotes = "bank/gs_customer_notes.csv", "branch_id,created_by,customer_email,note_date,note_id,note_text,note_type,customer_name";
    Truth = "truth/truth.csv", "source_system,source_customer_id,entity_id,linkable";
    MisfiledCases = "truth/misfiled_cases.csv", "sf_case_id,entity_id";
    Relatives = "truth/relatives.csv", "entity_id,relative_entity_id,relation";
}

/// The rows that some persons gave, one buffer per file.
#[derive(Debug)]
pub struct Shard {
    pub buffers: Vec<Vec<u8>>,
    pub rows: Vec<u64>,
    pub tally: Tally,
}

impl Shard {
    pub fn new() -> Self {
        Self { buffers: vec![Vec::new(); Table::ALL.len()], rows: vec![0; Table::ALL.len()], tally: Tally::default() }
    }

    /// Keeps the memory, drops the content.
    pub fn clear(&mut self) {
        self.buffers.iter_mut().for_each(Vec::clear);
        self.rows.fill(0);
        self.tally = Tally::default();
    }

    /// Begins a row of that table.
    pub fn row(&mut self, table: Table) -> Row<'_> {
        self.rows[table as usize] += 1;
        Row::new(&mut self.buffers[table as usize])
    }
}
