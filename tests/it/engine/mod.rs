//! The flow from files to gold. Flow: what people decide (decisions) -> how records are matched (matching), and what answers teach (learning) -> the same again (rebuild)
//! -> numbered gold (publish) -> a real bank's exports (apex).

mod apex;
mod decisions;
mod learning;
mod matching;
mod publish;
mod rebuild;
