use super::*;

#[test]
fn folders_are_opened_all_the_way_down_and_each_file_is_taken_once() {
    let dir = tempfile::tempdir().unwrap();
    let deep = dir.path().join("b/c");
    std::fs::create_dir_all(&deep).unwrap();
    for name in ["z.csv", "b/y.csv", "b/c/x.csv", ".hidden.csv", "b/~$lock.csv"] {
        std::fs::write(dir.path().join(name), "a,b\n").unwrap();
    }
    let paths = [dir.path().to_owned(), deep, dir.path().join("gone.csv")];
    let (files, broken) = expand(&paths);
    let names: Vec<String> = files.iter().map(|f| file_name(f)).collect();
    assert_eq!(names, ["x.csv", "y.csv", "z.csv"]);
    assert_eq!(broken.len(), 1);
}
