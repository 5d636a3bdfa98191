//! The flow from files to gold. Flow: what people decide (decisions) -> the same again (rebuild) -> numbered gold (publish) -> a real
//! bank's exports (apex).

mod apex;
mod decisions;
mod publish;
mod rebuild;
