//! How much room a run takes. Flow: sizes of what stands, rows then and now, free bytes -> Forecast.
//!
//! A run builds silver and gold beside those that stand, and these go only when it is done.

use super::words::bytes;

/// Sizes in bytes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Sizes {
    pub bronze: u64,
    pub silver: u64,
    /// The newest gold and its masked copy.
    pub gold: u64,
    /// The index of matching and the rows that failed tests.
    pub beside: u64,
    /// Live gold: it is made anew at each publish.
    pub live: u64,
    /// Rows loaded now, and those that the run saw which built what stands.
    pub rows_now: u64,
    pub rows_then: u64,
    /// None: the system does not say.
    pub free: Option<u64>,
}

/// What a run is about to write.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Forecast {
    /// Silver, gold, …: bytes each.
    pub parts: Vec<(&'static str, u64)>,
    pub needed: u64,
    /// Less than this it cannot be.
    pub certain: u64,
    pub free: Option<u64>,
}

/// Before the first run: bytes of silver and of gold for a byte of bronze, as measured on banks of 500 to 50,000 customers.
const SILVER_OF_BRONZE: f64 = 0.6;
const GOLD_OF_BRONZE: f64 = 0.8;
/// Room for what grows unlike the rows: indexes, questions.
const MARGIN: f64 = 1.1;
/// What stands was built from no more rows than there are now: a good half of it is written again, whatever came.
const CERTAIN: f64 = 0.6;

#[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "an estimate")]
pub fn forecast(sizes: &Sizes) -> Forecast {
    let times = |size: u64, factor: f64| (size as f64 * factor) as u64;
    let is_first = sizes.silver == 0 || sizes.rows_then == 0;
    let growth = if is_first { 1.0 } else { (sizes.rows_now as f64 / sizes.rows_then as f64).max(1.0) };
    let (silver, gold) = if is_first {
        (times(sizes.bronze, SILVER_OF_BRONZE), times(sizes.bronze, GOLD_OF_BRONZE))
    } else {
        (times(sizes.silver, growth * MARGIN), times(sizes.gold, growth * MARGIN))
    };
    let mut parts = vec![("silver", silver), ("gold and its masked copy", gold)];
    parts.push(("index and failing rows", times(sizes.beside, growth * MARGIN)));
    parts.push(("live gold", if sizes.live > 0 { gold / 2 } else { 0 }));
    parts.retain(|(_, size)| *size > 0);
    let certain = if is_first || sizes.rows_now < sizes.rows_then { 0 } else { times(sizes.silver + sizes.gold, CERTAIN) };
    Forecast { needed: parts.iter().map(|(_, size)| size).sum(), parts, certain, free: sizes.free }
}

impl Forecast {
    /// There may be too little room.
    pub fn is_tight(&self) -> bool {
        self.free.is_some_and(|free| free < self.needed)
    }

    /// There is too little room for certain.
    pub fn is_impossible(&self) -> bool {
        self.free.is_some_and(|free| free < self.certain)
    }

    /// "A run needs about 3.4 GB (silver 1.1 GB, gold and its masked copy 2.3 GB); 1.2 GB are free."
    pub fn words(&self) -> String {
        let parts: Vec<String> = self.parts.iter().map(|(name, size)| format!("{name} {}", bytes(*size))).collect();
        let free = self.free.map_or_else(|| "how much is free is not known".to_owned(), |free| format!("{} are free", bytes(free)));
        format!("A run needs about {} ({}); {free}.", bytes(self.needed), parts.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_needed_grows_with_the_rows() {
        let stands =
            Sizes { bronze: 3_000, silver: 1_000, gold: 2_000, rows_now: 200, rows_then: 100, free: Some(5_000), ..Sizes::default() };
        let found = forecast(&stands);
        assert_eq!((found.needed, found.certain, found.is_tight(), found.is_impossible()), (6_600, 1_800, true, false));
        let found = forecast(&Sizes { free: Some(1_700), ..stands });
        assert!(found.is_impossible() && found.words().ends_with("1.7 kB are free."), "{}", found.words());
        // Fewer rows than then, or the first run: nothing is certain, so nothing is refused.
        assert!(!forecast(&Sizes { rows_now: 50, free: Some(1), ..stands }).is_impossible());
        let first = forecast(&Sizes { bronze: 10_000, rows_now: 10, free: Some(1), ..Sizes::default() });
        assert!(first.needed == 14_000 && first.is_tight() && !first.is_impossible());
        assert!(!forecast(&Sizes { free: None, ..stands }).is_tight());
    }
}
