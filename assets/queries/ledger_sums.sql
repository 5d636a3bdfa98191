-- query: ledger_sums
-- about: Debits and credits of the whole ledger per currency: they are equal where every transaction has both sides.
SELECT currency, sum(entries) AS entries, printf('%d.%02d', sum(debit_minor) / 100, sum(debit_minor) % 100) AS debits,
    printf('%d.%02d', sum(credit_minor) / 100, sum(credit_minor) % 100) AS credits
FROM gold.agg_account_ledger
GROUP BY 1
ORDER BY 1
