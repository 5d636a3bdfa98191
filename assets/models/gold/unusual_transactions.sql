-- model: unusual_transactions
-- layer: gold
-- about: A list to look through, not a verdict: posted transactions of the last 90 days far above what is usual for the customer, type and currency. Modified z-score 0.6745 x (amount - median) / MAD above 3.5, over at least 8 transactions in two years (Iglewicz and Hoaglin, How to Detect and Handle Outliers, 1993); where the MAD is 0, the mean absolute deviation x 1.2533 stands for it.
-- inputs: gold.fct_transactions
-- key: transaction_id
-- index: customer_key
-- column: transaction_id TEXT
-- column: customer_key TEXT
-- column: branch_id TEXT
-- column: transaction_date TEXT
-- column: transaction_type TEXT
-- column: channel TEXT
-- column: currency TEXT | empty: the source names none
-- column: amount_minor INTEGER | scale 2
-- column: usual_minor INTEGER | scale 2: the median
-- column: spread_minor INTEGER | scale 2: the median absolute deviation
-- column: transactions INTEGER | that the usual is told from
-- column: score REAL
WITH recent AS (
    SELECT transaction_id, customer_key, branch_id, transaction_date, coalesce(transaction_type, '') AS transaction_type, channel,
        coalesce(currency, '') AS currency, amount_minor
    FROM gold.fct_transactions
    WHERE is_posted AND customer_key IS NOT NULL AND amount_minor IS NOT NULL AND transaction_date > date(:as_of, '-730 days') AND transaction_date <= :as_of
),
often AS (
    SELECT customer_key, transaction_type, currency, count(*) AS n
    FROM recent
    GROUP BY 1, 2, 3
    HAVING count(*) >= 8 AND max(transaction_date) > date(:as_of, '-90 days')
),
placed AS (
    SELECT r.*, o.n, row_number() OVER (PARTITION BY r.customer_key, r.transaction_type, r.currency ORDER BY r.amount_minor, r.transaction_id) AS place
    FROM recent r
    JOIN often o USING (customer_key, transaction_type, currency)
),
usual AS (
    SELECT customer_key, transaction_type, currency, avg(amount_minor) AS median
    FROM placed
    WHERE place IN ((CAST(n AS INTEGER) + 1) / 2, (CAST(n AS INTEGER) + 2) / 2)
    GROUP BY 1, 2, 3
),
away AS (
    SELECT p.*, u.median, abs(p.amount_minor - u.median) AS deviation,
        row_number() OVER (PARTITION BY p.customer_key, p.transaction_type, p.currency ORDER BY abs(p.amount_minor - u.median), p.transaction_id) AS distance
    FROM placed p
    JOIN usual u USING (customer_key, transaction_type, currency)
),
spread AS (
    SELECT customer_key, transaction_type, currency, avg(CASE WHEN distance IN ((CAST(n AS INTEGER) + 1) / 2, (CAST(n AS INTEGER) + 2) / 2) THEN deviation END) AS mad,
        avg(deviation) AS mean_deviation
    FROM away
    GROUP BY 1, 2, 3
)
SELECT transaction_id, customer_key, branch_id, transaction_date, transaction_type, channel, currency, amount_minor, usual_minor, spread_minor, n, score
FROM (
    SELECT a.transaction_id, a.customer_key, a.branch_id, a.transaction_date, a.transaction_type, a.channel, a.currency, a.amount_minor,
        CAST(round(a.median) AS INTEGER) AS usual_minor, CAST(round(s.mad) AS INTEGER) AS spread_minor, a.n,
        round(CASE WHEN s.mad > 0 THEN 0.6745 * (a.amount_minor - a.median) / s.mad
            ELSE (a.amount_minor - a.median) / nullif(1.253314 * s.mean_deviation, 0) END, 2) AS score
    FROM away a
    JOIN spread s USING (customer_key, transaction_type, currency)
    WHERE a.transaction_date > date(:as_of, '-90 days')
)
WHERE score > 3.5
ORDER BY 12 DESC, 1
