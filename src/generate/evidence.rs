//! What a careful reader could link: the measure behind the truth's `linkable` and the manifest's shares.

/// What a record says that could tie it to another one of the same person. Equal numbers mean the same value.
#[derive(Debug, Clone, Copy, Default)]
pub struct Facts {
    pub email: Option<u8>,
    pub phone: Option<u8>,
    pub device: Option<u64>,
    /// The right birth date is there.
    pub birth: bool,
    pub address: Option<bool>,
    /// First and last name can both be recognised.
    pub whole_name: bool,
    /// The surname is the one before a marriage.
    pub former_name: bool,
    /// There is a name at all.
    pub named: bool,
}

impl Facts {
    /// Enough to say "the same person" of two records: an own e-mail, phone or device; or the name with birth date or address.
    fn ties(self, other: Self, with_email: bool) -> bool {
        let same = |a: Option<u8>, b: Option<u8>| a.is_some() && a == b;
        let birth = self.birth && other.birth;
        let address = self.address.is_some() && self.address == other.address;
        (with_email && same(self.email, other.email))
            || same(self.phone, other.phone)
            || (self.device.is_some() && self.device == other.device)
            || (self.named && other.named && self.former_name == other.former_name && birth)
            || (self.whole_name && other.whole_name && address)
            || (self.named && other.named && birth && address)
    }
}

/// For each record, the number of the group that chains of evidence put it in.
pub fn groups(facts: &[Facts], with_email: bool) -> Vec<usize> {
    let mut group: Vec<usize> = (0..facts.len()).collect();
    for a in 0..facts.len() {
        for b in a + 1..facts.len() {
            if group[a] != group[b] && facts[a].ties(facts[b], with_email) {
                let (keep, drop) = (group[a].min(group[b]), group[a].max(group[b]));
                for g in &mut group {
                    if *g == drop {
                        *g = keep;
                    }
                }
            }
        }
    }
    group
}

/// Which records lie in the largest group (the one with the earliest record among equals). A lone record is linked to itself.
pub fn linked(facts: &[Facts], with_email: bool) -> Vec<bool> {
    let group = groups(facts, with_email);
    let size = |of: usize| group.iter().filter(|g| **g == of).count();
    let Some(main) = (0..facts.len()).max_by_key(|of| (size(*of), facts.len() - of)) else { return Vec::new() };
    group.iter().map(|g| *g == main).collect()
}
