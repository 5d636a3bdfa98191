-- model: fct_opportunities
-- layer: silver
-- about: One row per sales opportunity.
-- inputs: bronze.sf_opportunities, silver.bridge_customer_ids
-- key: opportunity_id
-- index: customer_key
-- column: opportunity_id TEXT
-- column: customer_key TEXT
-- column: opportunity_name TEXT pii:note
-- column: stage TEXT
-- column: amount_minor INTEGER | scale 2
-- column: currency TEXT
-- column: close_date TEXT | business date
SELECT clean(o.sf_opportunity_id), b.customer_key, clean(o.name), clean(o.stage), to_minor(o.amount, 2), upper(clean(o.currency)), to_date(o.close_date)
FROM bronze.sf_opportunities o
LEFT JOIN silver.bridge_customer_ids b ON b.source_system = 'salesforce' AND b.source_customer_id = clean(o.sf_contact_id)
