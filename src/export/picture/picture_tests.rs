use super::*;
use crate::base::Cell;

fn stamp() -> Stamp {
    Stamp {
        workspace: "Apex National Bank".into(),
        filters: "1 Jan to 30 Jun 2026; Branch: Downtown & Main".into(),
        snapshot: "Gold v41, as of 20 Nov 2026".into(),
    }
}

fn picture(kind: PictureKind) -> Picture {
    let values = |from: f64| (0..6).map(|at| (at != 3).then(|| from + f64::from(at) * 1_000.0)).collect::<Vec<_>>();
    let mut picture = Picture {
        title: "Credit <and> debit".into(),
        unit: "USD, by month".into(),
        kind,
        labels: ["Jan", "Feb", "Mar", "Apr", "May", "Jun"].map(str::to_owned).to_vec(),
        series: vec![PictureSeries { name: "This period".into(), values: values(20_000.0), is_before: false }],
        ..Picture::default()
    };
    if matches!(kind, PictureKind::Area | PictureKind::Line | PictureKind::GroupedBars) {
        picture.series.push(PictureSeries { name: "Period before".into(), values: values(16_000.0), is_before: true });
    }
    picture.table = DataTable {
        columns: vec!["month".into(), "amount".into()],
        rows: (0..40).map(|at| vec![Cell::text(format!("2026-{at}")), Cell::Money { minor: at * 100, scale: 2 }]).collect(),
        truncated: false,
    };
    picture
}

const KINDS: [PictureKind; 6] = [
    PictureKind::Line,
    PictureKind::Area,
    PictureKind::GroupedBars,
    PictureKind::HorizontalBars,
    PictureKind::OrderedBars,
    PictureKind::Table,
];

#[test]
fn every_chart_says_what_it_shows_of_whom_and_when() {
    for kind in KINDS {
        let svg = chart_svg(&picture(kind), &stamp());
        for words in ["Credit &lt;and&gt; debit", "USD, by month", "Branch: Downtown &amp; Main", "Gold v41, as of 20 Nov 2026"] {
            assert!(svg.contains(words), "{kind:?} lacks {words}");
        }
        let png = png(&svg).unwrap();
        assert_eq!(&png[1..4], b"PNG", "{kind:?}");
        // Width and height stand in the first chunk: twice the drawing's.
        assert_eq!((&png[16..20], &png[20..24]), (&1920_u32.to_be_bytes()[..], &1080_u32.to_be_bytes()[..]));
    }
}

#[test]
fn words_are_really_drawn_with_the_fonts_of_the_program() {
    let with = png(&chart_svg(&picture(PictureKind::HorizontalBars), &stamp())).unwrap();
    let without = png(&chart_svg(&Picture { title: String::new(), ..picture(PictureKind::HorizontalBars) }, &stamp())).unwrap();
    assert_ne!(with, without, "the title leaves no mark");
}

#[test]
fn a_chart_without_values_says_so() {
    for kind in KINDS {
        let empty = Picture { kind, title: "Nothing".into(), ..Picture::default() };
        assert!(chart_svg(&empty, &stamp()).contains("No rows in this period."), "{kind:?}");
    }
    let one = Picture {
        labels: vec!["Jan".into()],
        series: vec![PictureSeries { values: vec![Some(0.0)], ..PictureSeries::default() }],
        ..Picture::default()
    };
    for kind in KINDS {
        let svg = chart_svg(&Picture { kind, ..one.clone() }, &stamp());
        assert!(!svg.contains("NaN") && !svg.contains("inf"), "{kind:?}: {svg}");
    }
}

#[test]
fn a_page_is_one_sheet_and_one_file() {
    let figure = Figure { title: "Total Customers".into(), value: "131".into(), spark: vec![1.0, 2.0, 1.5], ..Figure::default() };
    let board = Board {
        title: "Executive".into(),
        stamp: stamp(),
        figures: vec![figure; 6],
        pictures: KINDS.iter().take(5).map(|kind| picture(*kind)).collect(),
    };
    let sheet = pdf(&board_svg(&board)).unwrap();
    assert!(sheet.starts_with(b"%PDF-"));
    let text = String::from_utf8_lossy(&sheet);
    assert_eq!(text.matches("/Type /Page\n").count() + text.matches("/Type /Page/").count() + text.matches("/Type/Page/").count(), 1);
    let html = board_html(&board);
    assert_eq!(html.matches("<svg ").count(), 5);
    assert!(html.contains("Gold v41, as of 20 Nov 2026") && !html.contains("http://") | html.contains("xmlns"));
    assert!(!html.contains("<script"), "nothing runs and nothing is fetched");
}

#[test]
fn a_drawing_that_stands_alone_carries_its_fonts() {
    let plain = chart_svg(&picture(PictureKind::Area), &stamp());
    let whole = with_fonts(&plain);
    assert_eq!(whole.matches("@font-face").count(), 3);
    assert!(whole.find("<title>") < whole.find("<style>") && whole.len() < 90_000, "{}", whole.len());
    assert_eq!(png(&whole).unwrap(), png(&plain).unwrap(), "it is drawn alike");
    let html = board_html(&Board { title: "Board".into(), stamp: stamp(), pictures: vec![picture(PictureKind::Area)], ..Board::default() });
    assert_eq!(html.matches("@font-face").count(), 3, "once for the whole page");
}
