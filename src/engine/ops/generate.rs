//! A synthetic bank, written to a folder.

use std::path::Path;
use std::time::Instant;

use crate::base::RunCtx;
use crate::engine::error::EngineError;
use crate::engine::pages::GenerateOutcome;
use crate::generate::{GenerateSpec, Thinning, generate_bank};

pub fn generate(customers: u32, seed: u64, dir: &Path, thin: bool, ctx: &RunCtx) -> Result<GenerateOutcome, EngineError> {
    let started = Instant::now();
    let spec = GenerateSpec { customers, seed, thin: thin.then_some(Thinning::SAMPLE) };
    let summary = generate_bank(&spec, dir, ctx)?;
    Ok(GenerateOutcome {
        folder: summary.folder.display().to_string(),
        customers,
        seed,
        files: summary.rows,
        bytes: summary.bytes,
        seconds: started.elapsed().as_secs_f64(),
    })
}
