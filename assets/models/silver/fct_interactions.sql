-- model: fct_interactions
-- layer: silver
-- about: One row per task or call with a customer, per answer to a campaign, per contact that the core system keeps.
-- any: bronze.sf_tasks, bronze.sf_campaign_responses, bronze.core_interactions
-- optional: silver.bridge_customer_ids, bronze.core_dates, bronze.core_channels
-- key: interaction_id
-- live: rows of bronze.sf_tasks, bronze.sf_campaign_responses, bronze.core_interactions
-- index: customer_key, interaction_date
-- column: interaction_id TEXT
-- column: customer_key TEXT
-- column: location_id TEXT
-- column: interaction_date TEXT | business date
-- column: kind TEXT | task, campaign, email, chat, call or in-person
-- column: subject TEXT
-- column: channel TEXT | NULL: no source
-- column: rating INTEGER | 1 to 5, as the customer gave it; NULL: no source
-- column: status TEXT
-- column: priority TEXT
SELECT clean(t.sf_task_id), b.customer_key, NULL, to_date(t.activity_date), 'task', clean(t.subject), NULL, NULL, clean(t.status), clean(t.priority)
FROM bronze.sf_tasks t
LEFT JOIN silver.bridge_customer_ids b ON b.source_system = 'salesforce' AND b.source_customer_id = clean(t.sf_contact_id)
UNION ALL
SELECT clean(r.sf_campaign_member_id), b.customer_key, NULL, to_date(r.responded_date), 'campaign', clean(r.campaign_name), NULL, NULL, clean(r.status), NULL
FROM bronze.sf_campaign_responses r
LEFT JOIN silver.bridge_customer_ids b ON b.source_system = 'salesforce' AND b.source_customer_id = clean(r.sf_contact_id)
UNION ALL
SELECT 'core:' || clean(c.interaction_id), b.customer_key, 'core:' || clean(c.location_id), to_date(d.date), lower(clean(c.interaction_type)), NULL,
    clean(h.channel_name), to_int(c.interaction_rating), NULL, NULL
FROM bronze.core_interactions c
LEFT JOIN bronze.core_dates d ON d.date_id = c.date_id
LEFT JOIN bronze.core_channels h ON h.channel_id = c.channel_id
LEFT JOIN silver.bridge_customer_ids b ON b.source_system = 'core' AND b.source_customer_id = clean(c.customer_id)
