//! Stub.
use egui::{Rect, Ui};
use crate::app::cx::Cx;
#[derive(Debug, Default)]
pub struct Review { pub open: Option<crate::base::CustomerKey> }
impl Review {
    pub fn ui(&mut self, _ui: &mut Ui, _rect: Rect, _cx: &mut Cx<'_>) {}
    pub fn clear(&mut self) {}
    pub fn go_to(&mut self, _d: &str) -> Result<(), String> { Ok(()) }
    pub fn last_decision(&self, _d: &mut crate::app::data::Data) -> Option<crate::base::DecisionId> { None }
    pub fn refused(&mut self, _i: &crate::base::ItemId) {}
    pub fn decided(&mut self, _n: f64, _s: &str) {}
    pub fn undone(&mut self) {}
    pub fn deciding(&self) -> usize { 0 }
}
