//! Where lambda starts: EM moves it, the start only has to be on the right side.

use crate::matching::settings::Settings;

/// The settings' value, else half a match per record over all possible pairs.
pub fn first_guess(settings: &Settings, records: usize, all_pairs: f64) -> f64 {
    settings.probability_two_random_records_match.unwrap_or(0.5 * records as f64 / all_pairs).clamp(1e-12, 0.5)
}
