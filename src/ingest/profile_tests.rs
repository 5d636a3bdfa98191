use super::*;

#[test]
fn every_profile_reads_and_is_named_after_its_file() {
    assert_eq!(all().len(), SOURCES.len());
    for (name, text) in SOURCES {
        let profile = parse(name, text).unwrap_or_else(|e| panic!("{e}"));
        assert_eq!(profile.table, *name);
        assert!(!profile.keys.is_empty() && profile.keys.iter().all(|key| profile.required.contains(key)), "{name}");
    }
}

#[test]
fn every_table_is_recognised_by_all_its_columns_and_by_the_required_ones_alone() {
    // Change events say themselves which table they are of.
    for profile in all().iter().filter(|profile| profile.load != Load::Events) {
        let mut columns: Vec<&str> = profile.columns.keys().map(String::as_str).collect();
        assert_eq!(recognise(&columns, all()).map(|p| p.table.as_str()), Some(profile.table.as_str()));
        columns.reverse();
        let shouted: Vec<String> = columns.iter().map(|c| format!(" {} ", c.to_uppercase().replace('_', " "))).collect();
        assert_eq!(recognise(&shouted, all()).map(|p| p.table.as_str()), Some(profile.table.as_str()));
        assert_eq!(recognise(&profile.required, all()).map(|p| p.table.as_str()), Some(profile.table.as_str()));
    }
}

#[test]
fn labels_stand_for_columns() {
    let header = ["ID", "Customer Name", "Email Id", "Mobile No", "Customer Group"];
    let profile = recognise(&header, all()).unwrap();
    assert_eq!(profile.table, "erp_customers");
    assert_eq!(
        header.map(|h| profile.column_of(h).unwrap_or_default()),
        ["name", "customer_name", "email_id", "mobile_no", "customer_group"]
    );
}

#[test]
fn a_profile_that_names_what_it_does_not_have_is_refused() {
    let text = "table='t'\nsource_system='s'\nload='delta'\nkeys=['id']\nrequired=['id']\n[columns]\nname='text'\n";
    let error = parse("t", text).unwrap_err();
    assert_eq!(error.to_string(), "the profile t cannot be read: it names the column id, which is not under [columns]");
}

#[test]
fn exports_of_the_erp_with_labels_are_the_same_tables() {
    for (header, table) in [
        (["ID", "Customer", "Posting Date", "Grand Total"].as_slice(), "erp_sales_invoices"),
        (&["Sr", "ID", "Item Code", "Item Name"], "erp_items"),
        (&["ID", "Territory Name", "Parent Territory"], "erp_territories"),
        (&["CONTACT ID", "LASTNAME", "FirstName", "LastModifiedDate"], "sf_contacts"),
    ] {
        assert_eq!(recognise(header, all()).map(|profile| profile.table.as_str()), Some(table), "{header:?}");
    }
}
