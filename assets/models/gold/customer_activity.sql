-- model: customer_activity
-- layer: gold
-- about: First and last sign of life of a customer. Activity is a posted transaction or a day in the app; a customer who was active once and was not in the last 90 days is inactive.
-- inputs: gold.dim_customer
-- optional: gold.agg_customer_accounts, gold.agg_customer_transactions, gold.agg_customer_service, gold.agg_customer_digital, gold.agg_customer_notes, silver.pending_review
-- key: customer_key
-- live: customer_key of gold.dim_customer
-- column: customer_key TEXT
-- column: branch_id TEXT | empty: not known
-- column: customer_since TEXT | as a source gives it, else the day the first account was opened
-- column: first_seen_date TEXT | NULL: no fact names the customer
-- column: last_activity_date TEXT | NULL: never active, or no export covers the customer
-- column: is_inactive INTEGER | NULL: never active, or no export covers the customer
-- column: is_pending INTEGER | 1: an item about this identity waits in Review
SELECT c.customer_key, coalesce(c.branch_id, ''), coalesce(c.customer_since, a.first_opened_date),
    nullif(min(coalesce(c.customer_since, '9'), coalesce(a.first_opened_date, '9'), coalesce(t.first_transaction_date, '9'),
        coalesce(s.first_contact_date, '9'), coalesce(d.first_login_date, '9'), coalesce(n.first_note_date, '9')), '9'),
    nullif(max(coalesce(t.last_transaction_date, ''), coalesce(d.last_login_date, '')), ''),
    nullif(max(coalesce(t.last_transaction_date, ''), coalesce(d.last_login_date, '')), '') <= date(:as_of, '-90 days'),
    p.customer_key IS NOT NULL
FROM gold.dim_customer c
LEFT JOIN gold.agg_customer_accounts a ON a.customer_key = c.customer_key
LEFT JOIN gold.agg_customer_transactions t ON t.customer_key = c.customer_key
LEFT JOIN gold.agg_customer_service s ON s.customer_key = c.customer_key
LEFT JOIN gold.agg_customer_digital d ON d.customer_key = c.customer_key
LEFT JOIN gold.agg_customer_notes n ON n.customer_key = c.customer_key
LEFT JOIN silver.pending_review p ON p.customer_key = c.customer_key
