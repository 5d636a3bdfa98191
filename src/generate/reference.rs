//! What there is once: branches, territories, products.

use super::draw::{Draw, Stream};
use super::person::World;
use super::table::{Shard, Table};

/// A branch: its name in the sheet, its territory in the ERP, region, and how clerks spell it.
#[derive(Debug)]
pub struct Branch {
    pub id: &'static str,
    pub name: &'static str,
    pub territory: &'static str,
    pub region: &'static str,
    manager: &'static str,
    opened: &'static str,
    pub spellings: [&'static str; 5],
}

#[rustfmt::skip]
pub const BRANCHES: [Branch; 10] = [
    Branch { id: "BR001", name: "Downtown Main", territory: "Downtown Branch", region: "Central", manager: "Laura Whitcombe", opened: "2009-04-14", spellings: ["DT Main Branch", "Downtown Main", "downtown main br.", "DOWNTOWN BRANCH", "Down Town Main"] },
    Branch { id: "BR002", name: "Westside Plaza", territory: "Westside Branch", region: "West", manager: "Amir Qasim", opened: "2011-09-05", spellings: ["Westside Plaza", "West Side Branch", "westside plz", "WESTSIDE", "W. Side Plaza Branch"] },
    Branch { id: "BR003", name: "Northgate Mall", territory: "Northgate Branch", region: "North", manager: "Ellen Oakford", opened: "2013-02-18", spellings: ["Northgate Mall", "North Gate Branch", "northgate br.", "NORTHGATE", "N-gate Mall"] },
    Branch { id: "BR004", name: "Eastside Business", territory: "Eastside Branch", region: "East", manager: "Kenji Mori", opened: "2010-06-21", spellings: ["Eastside Business", "East Side Branch", "eastside bus. br.", "EASTSIDE", "Eastside Biz"] },
    Branch { id: "BR005", name: "Southgate Center", territory: "Southgate Branch", region: "South", manager: "Paloma Rivera", opened: "2014-10-01", spellings: ["Southgate Center", "Southgate Centre Branch", "south gate br", "SOUTHGATE", "S. Gate Ctr"] },
    Branch { id: "BR006", name: "Airport Terminal", territory: "Airport Branch", region: "East", manager: "Tomasz Mazur", opened: "2016-05-09", spellings: ["Airport Terminal", "Airport Term. Branch", "airport br.", "AIRPORT", "Terminal Branch (Airport)"] },
    Branch { id: "BR007", name: "University Campus", territory: "University Branch", region: "Central", manager: "Nandini Rao", opened: "2015-08-24", spellings: ["University Campus", "Univ. Campus Branch", "university br.", "UNIVERSITY", "Uni Campus"] },
    Branch { id: "BR008", name: "Harbor Point", territory: "Harbor Branch", region: "South", manager: "Marek Novak", opened: "2012-03-12", spellings: ["Harbor Point", "Harbour Point Branch", "harbor pt. br.", "HARBOR", "Harbor Pt"] },
    Branch { id: "BR009", name: "Uptown Square", territory: "Uptown Branch", region: "North", manager: "Grace Linford", opened: "2017-11-27", spellings: ["Uptown Square", "Up Town Branch", "uptown sq. br.", "UPTOWN", "Uptown Sq"] },
    Branch { id: "BR010", name: "Suburban Heights", territory: "Suburban Branch", region: "West", manager: "Yasmin Haddad", opened: "2018-07-16", spellings: ["Suburban Heights", "Suburb Heights Branch", "suburban hts. br.", "SUBURBAN", "Suburban Hgts"] },
];

/// Code, name, group, yearly fee in cents.
pub const PRODUCTS: [(&str, &str, &str, i64); 10] = [
    ("PROD-CHK-001", "Everyday Checking", "Accounts", 1_200),
    ("PROD-CHK-002", "Business Checking", "Accounts", 9_600),
    ("PROD-SAV-001", "Savings Account", "Accounts", 600),
    ("PROD-SAV-002", "Premium Savings", "Accounts", 2_400),
    ("PROD-CARD-001", "Credit Card Classic", "Cards", 4_500),
    ("PROD-CARD-002", "Credit Card Platinum", "Cards", 19_500),
    ("PROD-LOAN-001", "Personal Loan", "Loans", 15_000),
    ("PROD-LOAN-002", "Home Mortgage", "Loans", 60_000),
    ("PROD-INV-001", "Investment Portfolio", "Investments", 25_000),
    ("PROD-SAFE-001", "Safe Deposit Box", "Services", 7_500),
];

/// The branch as an ERP clerk types it: mostly the territory's own name.
pub fn territory_as_typed(branch: u32, draw: &mut Draw) -> &'static str {
    let branch = &BRANCHES[branch as usize % BRANCHES.len()];
    if draw.chance(0.62) { branch.territory } else { draw.pick(&branch.spellings) }
}

/// Writes the three small tables.
pub fn write(world: &World, shard: &mut Shard) {
    const SET_UP: &str = "2022-12-01 06:00:00";
    let mut draw = Draw::of(world.seed, Stream::Reference, 0);
    for branch in &BRANCHES {
        let rating = format!("{}.{}", 3 + draw.below(2), draw.below(10));
        let staff = u64::from(8 + draw.below(24));
        let mut row = shard.row(Table::GsBranches);
        row.text(branch.id)
            .text(branch.name)
            .text(branch.manager)
            .text(branch.opened)
            .text(&rating)
            .text(branch.region)
            .number(staff)
            .end();
    }
    let mut territory = |name: &str, parent: &str| {
        shard.row(Table::ErpTerritories).text(SET_UP).text(SET_UP).text(name).text(parent).text(name).end();
    };
    territory("All Territories", "");
    BRANCHES.iter().for_each(|branch| territory(branch.territory, "All Territories"));
    for (code, name, group, fee) in &PRODUCTS {
        shard.row(Table::ErpItems).text(SET_UP).text(name).text(code).text(group).text(name).text(SET_UP).text(code).money(*fee).end();
    }
}
