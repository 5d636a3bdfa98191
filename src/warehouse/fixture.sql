INSERT INTO bronze.gs_branches (branch_id, branch_name, region, opened_date, performance_rating, staff_count, manager_name) VALUES
    ('BR001', 'Downtown Main', 'Central', '2015-03-15', '4.5', '25', 'Marta Quindle'),
    ('BR002', 'Westside Plaza', 'West', '2017-06-20', '4.2', '18', 'Pavel Ostrom');
INSERT INTO bronze.erp_customers (name, customer_name, email_id, mobile_no, territory, customer_group, creation, modified, _file, _line) VALUES
    ('CUST-1', 'Oswin Tarrel', 'Oswin@Example.org', '+15551230001', 'DT Main Branch', 'Individual', '2026-01-11 06:01:24', '2026-01-11 06:01:25', 'erp.csv', 2),
    ('CUST-2', 'Petra Llanwyn', 'petra@example.org', '+15551230002', 'Westside Plz', 'Individual', '2026-01-11 06:01:24', '2026-01-11 06:01:25', 'erp.csv', 3),
    ('CUST-3', 'Yusra Benhadj', NULL, NULL, 'Nowhere', 'Company', '2026-01-11 06:01:24', '2026-01-11 06:01:25', 'erp.csv', 4);
INSERT INTO bronze.sf_contacts (sf_contact_id, first_name, last_name, email, mailing_street, mailing_city, mailing_postal_code, created_date) VALUES
    ('003A', 'Oswin', 'Tarrel', 'oswin@example.org', '12 Larkspur Lane', 'Quellstadt', 'Q-7781', '2026-01-11T03:29:37.000+0000');
INSERT INTO bronze.erp_accounts (name, customer, account_type, currency, balance, status, branch, opened_date) VALUES
    ('ACC-1', 'CUST-1', 'Savings', 'usd', '600.00', 'Active', 'downtown main br.', '2023-01-02'),
    ('ACC-2', 'CUST-2', 'Current', 'EUR', '1000.00', 'Active', 'BR002', '2023-01-02'),
    ('ACC-3', 'CUST-2', 'Savings', 'USD', '20.00', 'Active', 'BR002', '2025-12-01'),
    ('ACC-4', 'CUST-9', 'Savings', 'USD', '1.00', 'Closed', 'BR002', '2024-01-01');
INSERT INTO bronze.erp_transactions (name, account, posting_date, posting_time, transaction_type, direction, channel, amount, currency, balance_after, status, description) VALUES
    ('T1', 'ACC-1', '2023-01-05', '10:00:00', 'Deposit', 'credit', 'Branch', '1000.00', 'USD', '1000.00', 'Completed', 'salary of Oswin Tarrel'),
    ('T2', 'ACC-1', '2025-09-20', '10:00:00', 'Transfer', 'debit', 'App', '100.00', 'USD', '900.00', 'Completed', NULL),
    ('T3', 'ACC-1', '2025-12-20', '10:00:00', 'Transfer', 'debit', 'App', '100.00', 'USD', '800.00', 'Completed', NULL),
    ('T4', 'ACC-1', '2025-12-20', '11:00:00', 'Transfer', 'debit', 'App', '200.00', 'USD', '600.00', 'Completed', NULL),
    ('T5', 'ACC-1', '2025-12-21', '11:00:00', 'Transfer', 'debit', 'App', '50.00', 'USD', NULL, 'Failed', NULL),
    ('T6', 'ACC-2', '2024-02-01', '09:00:00', 'Deposit', 'credit', 'Branch', '1000.00', 'EUR', '1000.00', 'Completed', NULL),
    ('T7', 'ACC-3', '2025-12-02', '09:00:00', 'Deposit', 'credit', 'Branch', '20.00', 'USD', '20.00', 'Completed', NULL);
INSERT INTO bronze.erp_ledger_entries (name, "transaction", account, entry_type, amount, currency, posting_date) VALUES
    ('L1', 'T1', 'ACC-1', 'credit', '1000.00', 'USD', '2023-01-05'), ('L2', 'T1', '', 'debit', '1000.00', 'USD', '2023-01-05'),
    ('L3', 'T2', 'ACC-1', 'debit', '100.00', 'USD', '2025-09-20'), ('L4', 'T2', '', 'credit', '100.00', 'USD', '2025-09-20');
INSERT INTO bronze.erp_sales_invoices (name, customer, posting_date, due_date, grand_total, territory, status) VALUES
    ('INV-1', 'CUST-1', '2025-11-01', '2025-12-01', '77.49', 'Downtown Main', 'Draft'), ('INV-2', 'CUST-2', '2025-12-01', '2025-12-31', '10.01', 'BR002', 'Draft');
INSERT INTO bronze.erp_items (name, item_code, item_name, item_group, standard_rate) VALUES ('P1', 'P1', 'Savings Account', 'Services', '150.0');
INSERT INTO bronze.erp_loans (name, customer, loan_type, loan_amount, interest_rate, currency, application_date, status, outstanding_amount) VALUES
    ('LN1', 'CUST-1', 'Home', '1000', '4.1', 'USD', '2025-01-01', 'Approved', '900'), ('LN2', 'CUST-2', 'Car', '500', '6', 'USD', '2025-02-01', 'Rejected', '0'),
    ('LN3', 'CUST-2', 'Car', '500', '6', 'USD', '2025-12-01', 'Pending', '0');
INSERT INTO bronze.erp_investments (name, customer, investment_type, amount, return_amount, currency, invested_date, status) VALUES
    ('IV1', 'CUST-1', 'Fund', '1000', '1010.30', 'USD', '2025-01-01', 'Already');
INSERT INTO bronze.sf_cases (sf_case_id, sf_contact_id, status, priority, type, origin, subject, opened_date, closed_date, created_date, description, satisfaction_score) VALUES
    ('5A', '003A', 'New', 'High', 'Problem', 'Web', 'Card stuck', '2025-12-20', NULL, '2026-01-11T03:00:00Z', '', NULL),
    ('5B', '003A', 'Closed', 'Low', 'Question', 'Phone', 'Fee', '2025-12-01', '2025-12-05T10:00:00Z', '2026-01-11T03:00:00Z', '', '2'),
    ('5C', '003A', 'Closed', 'Low', 'Question', 'Phone', 'Old', NULL, '2026-01-11T03:00:00Z', '2026-01-11T03:00:00Z', 'Customer segment: active. Created: 2024-06-04', NULL),
    ('5D', '003Z', 'New', 'Low', 'Question', 'Phone', 'Stray', NULL, NULL, '2026-01-11T03:00:00Z', '', NULL);
INSERT INTO bronze.sf_tasks (sf_task_id, sf_contact_id, subject, status, priority, activity_date) VALUES ('00T', '003A', 'Follow-up Call', 'Completed', 'Normal', '2025-12-22');
INSERT INTO bronze.sf_opportunities (sf_opportunity_id, sf_contact_id, name, stage, amount, currency, close_date) VALUES ('006', '003A', 'Card', 'Won', '10', 'USD', '2025-01-01');
INSERT INTO bronze.sf_campaign_responses (sf_campaign_member_id, sf_contact_id, campaign_name, status, responded_date) VALUES ('00v', '003A', 'Spring', 'Responded', '2025-03-01');
INSERT INTO bronze.sb_app_sessions (id, user_id, user_email, user_phone, device_id, device_name, session_start, session_end, platform, device_type) VALUES
    ('S1', 'u-1', 'oswin@example.org', NULL, 'dev-991', 'Oswin''s phone', '2025-11-01T00:00:00+00:00', '2025-11-01T00:10:00+00:00', 'iOS', 'iPhone'),
    ('S2', 'u-1', 'oswin@example.org', NULL, 'dev-991', 'Oswin''s phone', '2025-11-01T08:00:00+00:00', '2025-11-01T07:00:00+00:00', 'iOS', 'iPhone');
INSERT INTO bronze.sb_app_events (id, session_id, user_id, user_email, event_type, event_timestamp) VALUES
    ('E1', 'S1', 'u-1', NULL, 'view_balance', '2025-11-01T00:01:00+00:00'), ('E2', 'S1', 'u-1', NULL, 'view_balance', '2025-11-01T00:02:00+00:00'),
    ('E3', 'S2', 'u-1', NULL, 'bill_payment', '2025-11-01T00:03:00+00:00'), ('E4', 'S9', 'u-2', 'petra@example.org', 'bill_payment', '2025-12-30T00:03:00+00:00');
INSERT INTO bronze.gs_customer_notes (note_id, customer_email, customer_name, branch_id, note_date, note_type, note_text, created_by) VALUES
    ('N1', 'petra@example.org', 'Petra L.', 'BR002', '2025-12-15', 'negative', 'Thinks of leaving', 'C. Wilson'),
    ('N2', NULL, 'Old Timer', 'BR002', '2024-12-15', 'positive', 'Friendly', 'C. Wilson');
