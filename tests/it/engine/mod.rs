//! The flow from files to gold. Flow: what people decide (decisions) -> how records are matched (matching), and what answers teach (learning)
//! -> the same again (rebuild) -> what was before (history) -> without matching the whole (index) -> numbered gold (publish) and live gold (live) -> typed SQL (typed_sql), figures against bronze (kpis), dashboards kept and handed out (boards) -> a real bank's exports (apex), and banks of other shapes (banks) -> who may leave (churn).

mod apex;
mod banks;
mod boards;
mod churn;
mod decisions;
mod history;
mod index;
mod kpis;
mod learning;
mod live;
mod matching;
mod profiles;
mod publish;
mod rebuild;
mod schedule;
mod typed_sql;
