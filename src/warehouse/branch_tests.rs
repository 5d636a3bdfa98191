use super::*;

fn branches() -> Vec<Branch> {
    [
        ("BR001", "Downtown Main"),
        ("BR002", "Westside Plaza"),
        ("BR003", "Northgate Mall"),
        ("BR004", "Eastside Business"),
        ("BR005", "South Central"),
        ("BR006", "University District"),
        ("BR007", "Tech Hub"),
        ("BR008", "Harbor View"),
        ("BR009", "Airport Business"),
        ("BR010", "Suburban Heights"),
    ]
    .map(|(id, name)| Branch { branch_id: id.into(), branch_name: name.into() })
    .to_vec()
}

#[test]
fn spellings_find_their_branch() {
    let branches = branches();
    for (raw, wanted) in [
        ("DT Main Branch", "BR001"),
        ("Downtown Main", "BR001"),
        ("downtown main br.", "BR001"),
        ("Down Town Main", "BR001"),
        ("Downtown Branch", "BR001"),
        ("br-1", "BR001"),
        ("BR010", "BR010"),
        ("Branch 9", "BR009"),
        ("Westside Plz", "BR002"),
        ("University Branch", "BR006"),
        ("Univ. District", "BR006"),
        ("Airport Branch", "BR009"),
        ("Eastside Branch", "BR004"),
        ("Suburban Branch", "BR010"),
        ("Northgate", "BR003"),
        ("S Central", "BR005"),
        ("TECH  HUB", "BR007"),
        ("North Gate Branch", "BR003"),
        ("W. Side Plz", "BR002"),
        ("Eastside Biz", "BR004"),
        ("Harbour View", "BR008"),
    ] {
        assert_eq!(resolve(raw, &branches).branch_id.as_deref(), Some(wanted), "{raw}: {:?}", resolve(raw, &branches));
    }
}

#[test]
fn what_fits_nowhere_stays_open() {
    let branches = branches();
    for raw in ["", "Industrial Branch", "All Territories", "Uptown Branch", "Southgate Branch", "Westend Branch", "Business", "Branch"] {
        assert_eq!(resolve(raw, &branches).branch_id, None, "{raw}: {:?}", resolve(raw, &branches));
    }
}
