//! The first rows and columns of a table, as many as can be read.

use super::canvas::{self, Canvas, Place, Weight};
use crate::base::DataTable;
use crate::base::shown::{cell, head};

const DENSE: f64 = 12.0;
const ROW: f64 = 24.0;
/// Points that a column takes at least.
const COLUMN: f64 = 92.0;

#[expect(clippy::cast_precision_loss, reason = "a place on the paper")]
pub fn draw(canvas: &mut Canvas, place: Place, table: &DataTable) {
    let columns =
        (1..=table.columns.len()).take_while(|count| *count as f64 * COLUMN <= place.width).count().max(1).min(table.columns.len());
    let rows = (1..=table.rows.len()).take_while(|count| (*count as f64 + 1.0) * ROW <= place.height).count();
    let width = place.width / columns as f64;
    canvas.fill(Place::new(place.x, place.y, place.width, ROW), 0.0, canvas::SUNKEN);
    for at in 0..columns {
        let is_number = table.rows.iter().filter_map(|row| row.get(at)).any(|value| value.is_number());
        let left = place.x + width * at as f64;
        let title = table.columns.get(at).map(|column| head(column)).unwrap_or_default();
        let mut put = |y: f64, weight: Weight, color: &str, text: &str| {
            let text = canvas::cut(text, DENSE, width - 12.0);
            if is_number {
                canvas.text_right((left + width - 8.0, y), DENSE, weight, color, &text);
            } else {
                canvas.text((left + 4.0, y), DENSE, weight, color, &text);
            }
        };
        put(place.y + 16.0, Weight::Medium, canvas::INK3, &title);
        for (row, values) in table.rows.iter().take(rows).enumerate() {
            let shown = values.get(at).map(cell).unwrap_or_default();
            let color = if at == 0 || is_number { canvas::INK } else { canvas::INK2 };
            put(place.y + ROW * (row as f64 + 1.0) + 16.0, Weight::Regular, color, &shown);
        }
    }
    for row in 1..=rows {
        let y = place.y + ROW * (row as f64 + 1.0);
        canvas.line((place.x, y), (place.right(), y), 1.0, canvas::LINE, false);
    }
}
