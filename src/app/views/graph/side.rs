//! Beside the graph: the golden record of each part; below it: what committing changes, and the deeds.

use egui::accesskit::Role;
use egui::{Rect, Ui, vec2};

use super::{Graph, Out, Scene, model};
use crate::app::theme::kind::{DENSE, DENSE_B, DENSE_M, META, icon};
use crate::app::theme::tokens;
use crate::app::views::review::{NOTE, effect_strip, second_person};
use crate::app::widgets::{Button, ButtonKind, ButtonSize, Row, area, draw, hallmark};
use crate::app::words;

const EFFECTS: f32 = 50.0;
const DEEDS: f32 = 54.0;
const FOOT: f32 = EFFECTS + DEEDS;

/// How high what stands below the graph is: with a line where a second person has to approve it.
pub fn foot_height(scene: &Scene<'_>) -> f32 {
    if scene.waits_because.is_some() { FOOT + NOTE } else { FOOT }
}

pub fn parts(ui: &mut Ui, rect: Rect, scene: &Scene<'_>) {
    let t = tokens(ui);
    draw::fill(ui, rect, 0.0, t.bg2);
    area::scroll(ui, rect, "golden-parts", |ui, place| {
        let mut y = place.top() + 12.0;
        for (at, group) in scene.groups.iter().enumerate() {
            let fields = scene.golden.and_then(|golden| golden.parts.get(at)).map(|part| part.fields.as_slice()).unwrap_or_default();
            let lines = f32::from(u8::try_from(fields.len()).unwrap_or(u8::MAX));
            let card =
                Rect::from_min_size(egui::pos2(place.left() + 12.0, y), vec2(place.width() - 24.0, 34.0 + 20.0 * lines.max(1.0) + 30.0));
            draw::boxed(ui, card, 10.0, t.gold.tint, t.gold_line, 1.0);
            let ring = t.series.get(at % t.series.len()).copied().unwrap_or(t.accent);
            let mut row = Row::new(ui, Rect::from_min_size(card.min + vec2(12.0, 6.0), vec2(card.width() - 24.0, 24.0)), ("part", at));
            row.icon_fill(icon::SEAL, 14.0, t.gold.text).gap(6.0);
            row.heading(&format!("Customer {}", at + 1), DENSE_B);
            row.text_right(&words::counted(group.len() as u64, "record", "records"), META, t.t2);
            if scene.groups.len() > 1 {
                row.gap_right(8.0);
                ui.painter().circle_filled(egui::pos2(row.right - 5.0, row.middle), 4.0, ring);
            }
            let mut line = Rect::from_min_size(card.min + vec2(12.0, 32.0), vec2(card.width() - 24.0, 20.0));
            for (label, value) in fields {
                draw::text_in(ui, line.with_max_x(line.left() + 76.0), label, META, t.t2);
                draw::text_in(ui, line.with_min_x(line.left() + 82.0), value, DENSE_M, t.t1);
                line = line.translate(vec2(0.0, 20.0));
            }
            if fields.is_empty() {
                draw::text_in(ui, line, "Its golden record is looked up.", DENSE, t.t2);
                line = line.translate(vec2(0.0, 20.0));
            }
            let mut row = Row::new(ui, line.translate(vec2(0.0, 4.0)), ("part-sources", at));
            for key in group.iter().take(12) {
                row.hallmark(&key.source_system, 14.0).gap(3.0);
            }
            let says = fields.iter().map(|(label, value)| format!("{label} {value}")).collect::<Vec<_>>().join(", ");
            let says = format!("Golden record of customer {}: {says}", at + 1);
            draw::spoken(ui, card, ui.scope_id().with(("golden-part", at)), Role::Label, &says);
            y = card.bottom() + 10.0;
        }
        y - place.top()
    });
}

pub fn foot(ui: &Ui, rect: Rect, graph: &mut Graph, scene: &Scene<'_>) -> Out {
    let t = tokens(ui);
    let effects = Rect::from_min_size(rect.min, vec2(rect.width(), EFFECTS));
    draw::fill(ui, effects, 0.0, t.bg2);
    draw::hline(ui, effects.left(), effects.right(), effects.top(), t.line);
    effect_strip(ui, effects, if scene.groups.len() > 1 { "If cut so" } else { "If one" }, scene.effects.as_deref());
    let mut deeds = rect.with_min_y(effects.bottom());
    if let Some(why) = &scene.waits_because {
        second_person(ui, deeds.with_max_y(deeds.top() + NOTE), why);
        deeds.min.y += NOTE;
    }
    draw::fill(ui, deeds, 0.0, t.bg1);
    draw::hline(ui, deeds.left(), deeds.right(), deeds.top(), t.line);
    let mut row = Row::new(ui, deeds.shrink2(vec2(12.0, 0.0)), "graph-deeds");
    let label = if scene.groups.len() > 1 { format!("Make {} customers", scene.groups.len()) } else { "All are one customer".to_owned() };
    let commit = Button::new(&label).icon(if scene.groups.len() > 1 { icon::SPLIT } else { icon::MERGE }).keys("\u{21b5}");
    let mut out = Out::Nothing;
    let may = graph.may_commit(&scene.groups);
    if row.button(&commit.kind(ButtonKind::Primary).size(ButtonSize::Large).enabled(may)).clicked() {
        out = Out::Commit(scene.groups.clone());
    }
    row.gap(8.0);
    let chosen = graph.at.and_then(|at| scene.walk.get(at)).copied();
    let is_cut = chosen.is_some_and(|link| graph.cuts.contains(&link));
    let cut = Button::new(if is_cut { "Hold again" } else { "Cut this link" }).icon(icon::CLOSE).keys("X").enabled(chosen.is_some());
    if row.button(&cut.size(ButtonSize::Large)).clicked()
        && let Some(link) = chosen
    {
        graph.toggle(link);
    }
    row.gap(8.0);
    let tip = "Cuts every link that would hold the two records of this one together";
    let part = Button::new("Part the two").icon(icon::SPLIT).keys("\u{21e7} X").enabled(chosen.is_some()).tooltip(tip);
    if row.button(&part.size(ButtonSize::Large)).clicked()
        && let Some(link) = chosen
    {
        graph.cuts.extend(model::parting(scene.page, link));
    }
    row.gap(8.0);
    let next = Button::new("Next link").keys("Tab").kind(ButtonKind::Ghost).size(ButtonSize::Medium).enabled(!scene.walk.is_empty());
    if row.button(&next).clicked() {
        graph.at = Some(graph.at.map_or(0, |at| (at + 1) % scene.walk.len().max(1)));
    }
    if row.button_right(&Button::new("Leave the graph").keys("Esc").kind(ButtonKind::Ghost).size(ButtonSize::Medium)).clicked() {
        out = Out::Leave;
    }
    row.gap_right(10.0);
    for system in systems(scene).iter().rev() {
        let short = hallmark::of(system).short;
        // Where the deeds leave no room, the marks speak for themselves.
        if draw::line(ui, &short, META, t.t2).size().x + 32.0 > row.room() {
            break;
        }
        row.text_right(&short, META, t.t2);
        row.gap_right(4.0).hallmark_right(system, 14.0).gap_right(10.0);
    }
    out
}

fn systems(scene: &Scene<'_>) -> Vec<String> {
    let mut known: Vec<String> = Vec::new();
    for record in &scene.page.records {
        if !known.contains(&record.key.source_system) {
            known.push(record.key.source_system.clone());
        }
    }
    known.truncate(5);
    known
}
