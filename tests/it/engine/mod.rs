//! The flow from files to gold. Flow: what people decide (decisions) -> how records are matched (matching), and what answers teach (learning)
//! -> the same again (rebuild) -> what was before (history) -> without matching the whole (index) -> numbered gold (publish) and live gold (live) -> a real bank's exports (apex), and banks of other shapes (banks) -> who may leave (churn).

mod apex;
mod banks;
mod churn;
mod decisions;
mod history;
mod index;
mod learning;
mod live;
mod matching;
mod profiles;
mod publish;
mod rebuild;
mod schedule;
