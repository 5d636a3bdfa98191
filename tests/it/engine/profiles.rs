//! The shapes in which the same table is exported, each made here: they all give the rows of the plain shape.

use crate::support::Bench;

const PLAIN: &str = "name,customer_name,email_id,mobile_no,territory,customer_group\n\
    CUST-1,Ann Ray,ann@example.com,+49 30 1234567,Mitte,Retail\nCUST-2,\"Roe, Bob\",bob@example.com,030 7654321,Nord,\n";
const CUSTOMERS: &str =
    "SELECT name, customer_name, email_id, mobile_no, territory, coalesce(customer_group, '') FROM bronze.erp_customers ORDER BY 1";
const RECORDS: &str = "SELECT source_system, source_customer_id, full_name, email, phone FROM silver.customer_record ORDER BY 1, 2";

/// Rows of a statement after one file was loaded and a run built from it.
#[track_caller]
fn rows_of(name: &str, bytes: &[u8], statement: &str) -> Vec<Vec<String>> {
    let bench = Bench::new();
    let path = bench.file(name, bytes);
    let told = bench.ingest(&[&path]).remove(0);
    assert_eq!(told.1, "loaded", "{name}: {}", told.2);
    assert_eq!(bench.number("SELECT count(*) FROM bronze.quarantine"), 0, "{name}");
    if !statement.contains("bronze.") {
        // A run wants somebody to be about.
        let notes =
            "branch_id,created_by,customer_email,note_date,note_id,note_text,note_type\nBR1,A,ann@example.com,2025-01-02,N-1,Called,call\n";
        let notes = bench.file("notes.csv", notes);
        bench.ingest(&[&notes]);
        bench.karat(&["run"]).ok();
    }
    bench.rows(statement)
}

/// As ERPNext's old Data Export writes it: notes, six rows of headings, a blank first column, the id in quotes of its own.
fn old_data_export() -> String {
    let heads = [
        "\"Data Import Template\"",
        "\"Table:\",\"Customer\"",
        "\"\"",
        "\"Notes:\"",
        "\"Please do not change the template headings.\"",
        "\"First data column must be blank.\"",
        "\"DocType:\",\"Customer\",\"\",\"\",\"\",\"\",\"\"",
        "\"Column Labels:\",\"ID\",\"Customer Name\",\"Email Id\",\"Mobile No\",\"Territory\",\"Customer Group\"",
        "\"Column Name:\",\"name\",\"customer_name\",\"email_id\",\"mobile_no\",\"territory\",\"customer_group\"",
        "\"Mandatory:\",\"Yes\",\"Yes\",\"No\",\"No\",\"Yes\",\"Yes\"",
        "\"Type:\",\"Data (text)\",\"Data\",\"Data\",\"Data\",\"Link\",\"Link\"",
        "\"Info:\",\"\",\"\",\"\",\"\",\"Valid Territory\",\"\"",
        "\"Start entering data below this line\"",
        "\"\",\"\"\"CUST-1\"\"\",\"Ann Ray\",\"ann@example.com\",\"+49 30 1234567\",\"Mitte\",\"Retail\"",
        "\"\",\"\"\"CUST-2\"\"\",\"Roe, Bob\",\"bob@example.com\",\"030 7654321\",\"Nord\",\"\"",
    ];
    heads.join("\n") + "\n"
}

#[test]
fn erpnext_s_four_shapes_are_one_table() {
    let plain = rows_of("plain.csv", PLAIN.as_bytes(), CUSTOMERS);
    assert_eq!(plain.len(), 2);
    let labels = PLAIN.replace(
        "name,customer_name,email_id,mobile_no,territory,customer_group",
        "ID,Customer Name,Email Id,Mobile No,Territory,Customer Group",
    );
    let report = "Sr,ID,Customer Name,Email Id,Mobile No,Territory,Customer Group\n\
        1,CUST-1,Ann Ray,ann@example.com,+49 30 1234567,Mitte,Retail\n2,CUST-2,\"Roe, Bob\",bob@example.com,030 7654321,Nord,\n3,Total,,,,,\n";
    let rest = r#"{"data": [
        {"name": "CUST-1", "customer_name": "Ann Ray", "email_id": "ann@example.com", "mobile_no": "+49 30 1234567", "territory": "Mitte", "customer_group": "Retail"},
        {"name": "CUST-2", "customer_name": "Roe, Bob", "email_id": "bob@example.com", "mobile_no": "030 7654321", "territory": "Nord", "customer_group": null}]}"#;
    let old = old_data_export();
    for (name, text) in [("Customer.csv", labels.as_str()), ("report.csv", report), ("Customer.json", rest), ("old.csv", old.as_str())] {
        assert_eq!(rows_of(name, text.as_bytes(), CUSTOMERS), plain, "{name}");
    }
    let silver = rows_of("plain.csv", PLAIN.as_bytes(), RECORDS);
    for (name, text) in [("report.csv", report), ("old.csv", old.as_str())] {
        assert_eq!(rows_of(name, text.as_bytes(), RECORDS), silver, "{name}");
    }
}

#[test]
fn a_customer_called_total_is_no_row_of_totals() {
    let report = "Sr,ID,Customer Name,Territory\n1,CUST-1,Ann Ray,Mitte\n2,Total,Total Energies,Nord\n3,Total,,\n";
    let rows = rows_of("report.csv", report.as_bytes(), "SELECT name, customer_name FROM bronze.erp_customers ORDER BY 1");
    assert_eq!(rows, [["CUST-1", "Ann Ray"], ["Total", "Total Energies"]]);
}

#[test]
fn salesforce_by_api_names_by_labels_and_with_short_ids_is_one_table() {
    let contacts = "SELECT sf_contact_id, first_name, last_name, email, phone FROM bronze.sf_contacts ORDER BY 1";
    let plain = "sf_contact_id,first_name,last_name,email,phone\n003D000000QYVzWIAX,Ann,Ray,ann@example.com,+49 30 1\n003D000000QYVzXIAX,Bob,Roe,bob@example.com,\n";
    let expected = rows_of("plain.csv", plain.as_bytes(), contacts);
    let api = plain.replace("sf_contact_id,first_name,last_name,email,phone", "ID,FIRSTNAME,LASTNAME,EMAIL,PHONE");
    let mixed = plain.replace("sf_contact_id,first_name,last_name,email,phone", "Id,FirstName,LastName,Email,Phone");
    let labels =
        plain.replace("sf_contact_id,first_name,last_name,email,phone", "Contact ID,First Name,Last Name,Email,Phone").replace("IAX", "");
    for (name, text) in [("api.csv", api), ("Contact.csv", mixed), ("report.csv", labels)] {
        assert_eq!(rows_of(name, text.as_bytes(), contacts), expected, "{name}");
    }
    // A case names its contact by the short id.
    let bench = Bench::new();
    let people = bench.file("Contact.csv", plain);
    let cases = bench.file(
        "Case.csv",
        "Id,ContactId,Subject,Status,Origin,CreatedDate\n5003000000D8cuIAAR,003D000000QYVzW,Card stuck,New,Phone,2025-02-03T10:00:00Z\n",
    );
    bench.ingest(&[&people, &cases]);
    bench.karat(&["run"]).ok();
    assert_eq!(bench.number("SELECT count(*) FROM silver.fct_complaints WHERE customer_key IS NOT NULL"), 1);
}

#[test]
fn a_file_of_people_with_an_id_of_its_own_is_no_contact_of_salesforce() {
    let bench = Bench::new();
    let file = bench.file("people.csv", "Id,FirstName,LastName,Email\n1,Ann,Ray,a@example.com\n2,Bob,Roe,b@example.com\n");
    assert_eq!(bench.ingest(&[&file])[0].1, "not recognised");
}

#[test]
fn supabase_s_two_ways_to_write_a_zone_and_json_as_text_are_one_table() {
    let head = "id,session_id,event_type,event_timestamp,event_data,user_email\n";
    let row = |zone: &str| {
        format!(
            "{head}6f1c1d3e-8a61-4a4e-9d0a-0f7c2f1b0001,6f1c1d3e-8a61-4a4e-9d0a-0f7c2f1b0002,view_balance,2025-05-06 07:08:09.123456{zone},\"{{\"\"screen\"\": \"\"home\"\"}}\",ann@example.com\n"
        )
    };
    let statement = "SELECT event_id, session_id, event_type, event_at FROM silver.fct_app_events";
    let long = rows_of("sb_events.csv", row("+00:00").as_bytes(), statement);
    assert_eq!(rows_of("sb_events.csv", row("+00").as_bytes(), statement), long);
    assert!(long[0].iter().any(|cell| cell.starts_with("2025-05-06T07:08:09")), "{long:?}");
}

#[test]
fn sheets_in_another_locale_with_blank_rows_and_without_a_header_are_one_table() {
    let statement = "SELECT branch_id, branch_name, region, opened_date, performance_rating, staff_count FROM silver.dim_branch ORDER BY 1";
    let head = "branch_id,branch_name,manager_name,opened_date,performance_rating,region,staff_count\n";
    let plain = format!("{head}BR1,Mitte,A. Ray,2015-03-14,4.5,Nord,12\nBR2,Nord,B. Roe,2016-04-05,3.75,Nord,7\n");
    let expected = rows_of("gs_branches.csv", plain.as_bytes(), statement);
    assert_eq!(expected[0][3], "2015-03-14");
    let german = format!(
        "{}BR1;Mitte;A. Ray;14.03.2015;4,5;Nord;12\nBR2;Nord;B. Roe;05.04.2016;3,75;Nord;7\n;;;;;;\n;;;;;;\n",
        head.replace(',', ";")
    );
    let american = format!("{head}BR1,Mitte,A. Ray,3/14/2015,4.5,Nord,12\nBR2,Nord,B. Roe,4/5/2016,3.75,Nord,7\n,,,,,,\n");
    let bare = plain.replace(head, "");
    for (name, text) in [("deutsch.csv", german), ("american.csv", american), ("bare.csv", bare)] {
        assert_eq!(rows_of(name, text.as_bytes(), statement), expected, "{name}");
    }
}

#[test]
fn amounts_with_a_decimal_comma_are_not_a_hundred_times_as_much() {
    let bench = Bench::new();
    let head = "name;customer;posting_date;grand_total;territory;status;docstatus\n";
    let file = bench.file(
        "Sales Invoice.csv",
        format!("{head}SI-1;CUST-1;2025-01-02;1.234,50;Mitte;Paid;1\nSI-2;CUST-1;2025-01-03;4,05;Mitte;Paid;1\n"),
    );
    let customer = bench.file(
        "Customer.csv",
        "name;customer_name;email_id;mobile_no;territory;customer_group\nCUST-1;Ida Berg;ida@mail.example.com;;Mitte;Individual\n",
    );
    assert!(bench.ingest(&[&file, &customer]).iter().all(|(_, status, _)| status == "loaded"));
    assert_eq!(bench.value("SELECT grand_total FROM bronze.erp_sales_invoices WHERE name = 'SI-1'"), "1.234,50", "bronze keeps what came");
    bench.karat(&["run"]).ok();
    assert_eq!(bench.number("SELECT sum(amount_minor) FROM silver.fct_invoices"), 123_855);
}
