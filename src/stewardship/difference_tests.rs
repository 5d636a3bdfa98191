use super::*;

fn marked(reference: &str, value: &str) -> String {
    difference_runs(reference, value).into_iter().map(|(differs, text)| if differs { format!("[{text}]") } else { text }).collect()
}

#[test]
fn only_what_differs_is_marked() {
    assert_eq!(marked("Marit Solvang-Hale", "Marit Solveng-Hale"), "Marit Solv[e]ng-Hale");
    assert_eq!(marked("18 Larch Row", "18 Larch Row, Apt 4"), "18 Larch Row[, Apt 4]");
    assert_eq!(marked("port ellis", "PORT ELLIS"), "PORT ELLIS");
    assert_eq!(marked("abc", ""), "");
    assert_eq!(marked("", "abc"), "[abc]");
}

#[test]
fn the_runs_together_are_the_value() {
    for (a, b) in [("18 Larch Row", "204 Quarry Road"), ("M\u{fc}ller", "Mueller"), ("x", &"y".repeat(1000))] {
        assert_eq!(difference_runs(a, b).into_iter().map(|(_, text)| text).collect::<String>(), b);
    }
}
