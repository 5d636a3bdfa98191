//! The flow from files to gold. Flow: what people decide (decisions) -> how records are matched (matching) -> the same again (rebuild)
//! -> without matching the whole (index) -> numbered gold (publish) -> a real bank's exports (apex).

mod apex;
mod decisions;
mod index;
mod matching;
mod publish;
mod rebuild;
