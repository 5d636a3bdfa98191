use super::*;

fn page() -> CataloguePage {
    let column = |name: &str, from: &[&str]| CatalogueColumn {
        name: name.into(),
        sql_type: "TEXT".into(),
        about: "a < b & \"c\"".into(),
        pii: Some("name".into()),
        is_key: name == "id",
        origin: if from.is_empty() { "source".into() } else { "made".into() },
        from: from.iter().map(|from| (*from).to_owned()).collect(),
    };
    let table = |table: &str, columns, parents: &[&str], children: &[&str]| CatalogueTable {
        table: table.into(),
        layer: table.split('.').next().unwrap().into(),
        state: "built".into(),
        columns,
        parents: parents.iter().map(|one| (*one).to_owned()).collect(),
        children: children.iter().map(|one| (*one).to_owned()).collect(),
        ..CatalogueTable::default()
    };
    let mut gold = table("gold.c", vec![column("id", &["silver.b.id"]), column("n", &["silver.b.*"])], &["silver.b"], &[]);
    gold.tests.push(CatalogueTest {
        name: "unique_id".into(),
        outcome: "error".into(),
        failing_rows: 3,
        at: "2026-11-20T07:02:11Z".into(),
        column: None,
    });
    CataloguePage {
        workspace: "<Apex>".into(),
        as_of: "2025-12-31".into(),
        gold: "v41".into(),
        tables: vec![
            table("bronze.a", vec![column("id", &[]), column("other", &[])], &[], &["silver.b"]),
            table("silver.b", vec![column("id", &["bronze.a.id"])], &["bronze.a"], &["gold.c"]),
            gold,
        ],
    }
}

#[test]
fn the_page_has_every_table_and_needs_no_network() {
    let html = html(&page());
    for wanted in [
        "<title>Catalogue of &lt;Apex&gt;</title>",
        "<article id=\"gold.c\"",
        "<a href=\"#silver.b.id\">silver.b.id</a>",
        "<a href=\"#silver.b\">the rows of silver.b</a>",
        "a &lt; b &amp; &quot;c&quot;",
        "<td class=\"error\">error</td><td>unique_id</td>",
        "prefers-color-scheme: dark",
        "aria-label=\"Lineage of silver.b\"",
    ] {
        assert!(html.contains(wanted), "{wanted}");
    }
    for banned in ["http:", "https:", "src=", "@import", "url("] {
        assert!(!html.contains(banned), "{banned}");
    }
}

#[test]
fn every_link_leads_somewhere() {
    let html = html(&page());
    for link in html.split("href=\"#").skip(1) {
        let target = link.split('"').next().unwrap();
        assert!(html.contains(&format!("id=\"{target}\"")), "{target}");
    }
}

#[test]
fn tables_stand_by_their_steps_and_columns_on_their_path() {
    let page = page();
    let kin = page.kin("silver.b", 1);
    let steps: Vec<(&str, i32)> = kin.nodes.iter().map(|node| (node.table.as_str(), node.steps)).collect();
    assert_eq!(steps, [("bronze.a", -1), ("silver.b", 0), ("gold.c", 1)]);
    assert_eq!(kin.edges, [(0, 1), (1, 2)]);
    let path = page.path("bronze.a", "id");
    assert_eq!(
        path.nodes.iter().map(|node| (node.steps, node.columns.join(","))).collect::<Vec<_>>(),
        [(0, "id".to_owned()), (1, "id".to_owned()), (2, "id".to_owned())]
    );
    assert_eq!(page.path("bronze.a", "other").nodes.len(), 1, "nothing is made from it");
    assert_eq!(page.kin("gold.c", 5).nodes[0].steps, -2);
}
