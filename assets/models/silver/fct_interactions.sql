-- model: fct_interactions
-- layer: silver
-- about: One row per task or call with a customer, per answer to a campaign.
-- inputs: silver.bridge_customer_ids
-- optional: bronze.sf_tasks, bronze.sf_campaign_responses
-- key: interaction_id
-- index: customer_key, interaction_date
-- column: interaction_id TEXT
-- column: customer_key TEXT
-- column: interaction_date TEXT | business date
-- column: kind TEXT | task or campaign
-- column: subject TEXT
-- column: status TEXT
-- column: priority TEXT
SELECT clean(t.sf_task_id), b.customer_key, to_date(t.activity_date), 'task', clean(t.subject), clean(t.status), clean(t.priority)
FROM bronze.sf_tasks t
LEFT JOIN silver.bridge_customer_ids b ON b.source_system = 'salesforce' AND b.source_customer_id = clean(t.sf_contact_id)
UNION ALL
SELECT clean(r.sf_campaign_member_id), b.customer_key, to_date(r.responded_date), 'campaign', clean(r.campaign_name), clean(r.status), NULL
FROM bronze.sf_campaign_responses r
LEFT JOIN silver.bridge_customer_ids b ON b.source_system = 'salesforce' AND b.source_customer_id = clean(r.sf_contact_id)
