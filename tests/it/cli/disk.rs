//! Folders that cannot be written and disks that are full.

use std::path::Path;
use std::process::{Command, Stdio};

use crate::support::program::KARAT;
use crate::support::{Bench, Ran, copy_dir};

/// Runs the program as somebody without rights; None where this test has no rights to give away.
fn as_nobody(bench: &Bench, args: &[&str]) -> Option<Ran> {
    let mut command = Command::new("setpriv");
    command.args(["--reuid=65534", "--regid=65534", "--clear-groups", KARAT, "-w", bench.ws()]).args(args);
    let output = command.env_remove("KARAT_WORKSPACE").stdin(Stdio::null()).output().ok()?;
    let could_not_start = output.status.code() == Some(127) || String::from_utf8_lossy(&output.stderr).contains("setpriv:");
    (!could_not_start).then(|| Ran::of(&output, args))
}

#[cfg(unix)]
fn set_mode(path: &Path, mode: u32) {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
}

#[cfg(unix)]
#[test]
fn a_read_only_folder_is_read_and_not_written() {
    let (bench, bank) = Bench::of_bank(40, 9);
    // Readable for everybody, writable for nobody but the owner.
    set_mode(bench.dir(), 0o755);
    for path in bench.bytes().keys() {
        set_mode(path, 0o644);
    }
    let files = bench.file("gs_branches.csv", bank.file("gs_branches.csv"));
    let before = bench.bytes();
    let Some(run) = as_nobody(&bench, &["run"]) else {
        println!("skipped: cannot become somebody without rights");
        return;
    };
    let said = run.fails(1);
    assert!(said.contains("read-only") && said.contains(bench.ws()) && said.contains("permissions"), "{said}");
    for args in [&["ingest", &files][..], &["publish"], &["decision", "undo", "1"]] {
        let said = as_nobody(&bench, args).unwrap().fails(1);
        assert!(said.contains("read-only"), "{args:?}: {said}");
    }
    for args in [&["status"][..], &["query", "select count(*) from gold.customer_360"], &["review", "list"], &["versions"]] {
        as_nobody(&bench, args).unwrap().ok();
    }
    let said = Ran::of(&new_as_nobody(bench.dir()), &["new"]).fails(1);
    assert!(said.contains("read-only"), "{said}");
    assert!(bench.bytes() == before);
    bench.karat(&["run"]).ok();
}

fn new_as_nobody(dir: &Path) -> std::process::Output {
    let mut command = Command::new("setpriv");
    command.args(["--reuid=65534", "--regid=65534", "--clear-groups", KARAT, "new"]).arg(dir.join("other"));
    command.stdin(Stdio::null()).output().unwrap()
}

/// A small disk in a folder; let go when dropped.
struct SmallDisk<'a>(&'a Path);

impl<'a> SmallDisk<'a> {
    fn mount(at: &'a Path, megabytes: u32) -> Option<Self> {
        std::fs::create_dir_all(at).unwrap();
        let size = format!("size={megabytes}m");
        let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", &size, "tmpfs"]).arg(at).stderr(Stdio::null()).status();
        mounted.is_ok_and(|status| status.success()).then_some(Self(at))
    }
}

impl Drop for SmallDisk<'_> {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(self.0).status();
    }
}

/// Room for the workspace as it stands, but not for a second silver and gold beside it.
fn megabytes_in(dir: &Path) -> u32 {
    let bytes = |path: &Path| std::fs::metadata(path).map_or(0, |about| about.len());
    let entries = std::fs::read_dir(dir).unwrap().flatten().map(|entry| entry.path());
    let sizes =
        entries.map(|path| if path.is_dir() { megabytes_in(&path) } else { u32::try_from(bytes(&path).div_ceil(1 << 20)).unwrap() });
    sizes.sum()
}

fn large_notes(rows: u32) -> String {
    let rows: String =
        (0..rows).map(|n| format!("BR001,C. Wilson,a{n}@example.com,2024-03-07,BIG{n},{},positive\n", "text ".repeat(40))).collect();
    format!("branch_id,created_by,customer_email,note_date,note_id,note_text,note_type\n{rows}")
}

#[test]
fn a_full_disk_leaves_the_store_as_it_was() {
    let (bench, _) = Bench::of_bank(40, 9);
    let notes = bench.file("gs_customer_notes.csv", large_notes(40_000));
    let (before, customers) = (bench.hashes(), bench.customers());
    let aside = bench.dir().join("aside");
    std::fs::rename(bench.path(), &aside).unwrap();
    let path = bench.path();
    let Some(_disk) = SmallDisk::mount(&path, megabytes_in(&aside) + 4) else {
        println!("skipped: cannot mount a small disk; the limit on file sizes is tested");
        return;
    };
    copy_dir(&aside, &path);
    let said = bench.karat(&["run"]).fails(1);
    assert!(said.contains("The disk is full") && said.contains(bench.ws()) && said.contains("free some space"), "{said}");
    assert_eq!((bench.hashes(), bench.customers()), (before.clone(), customers.clone()));
    // The next command of a writer clears what the broken one left.
    let said = bench.karat(&["ingest", &notes]).fails(1);
    assert!(said.contains("The disk is full"), "{said}");
    assert_eq!((bench.hashes(), bench.customers()), (before.clone(), customers));
    assert_eq!(bench.number("SELECT count(*) FROM bronze.gs_customer_notes_all WHERE note_id LIKE 'BIG%'"), 0);
    drop(bench.desk());
    assert_eq!(bench.leftovers(), Vec::<std::path::PathBuf>::new());
    // With room again everything goes on.
    let wide = Command::new("mount").args(["-o", "remount,size=200m"]).arg(&path).status().unwrap();
    assert!(wide.success());
    bench.karat(&["run"]).ok();
    assert_eq!(bench.hashes(), before);
}

#[test]
fn an_export_to_a_full_disk_says_so_and_leaves_the_file_that_was_there() {
    let (bench, _) = Bench::of_bank(40, 9);
    let small = bench.dir().join("small");
    let Some(_disk) = SmallDisk::mount(&small, 1) else {
        println!("skipped: cannot mount a small disk");
        return;
    };
    let chart = ["--chart", "executive/amount_over_time"];
    let page = ["--dashboard", "executive"];
    let rows = ["--query", "SELECT * FROM gold.fct_transactions"];
    let exports = [
        (chart, "chart.svg"),
        (chart, "chart.png"),
        (chart, "data.csv"),
        (chart, "data.json"),
        (chart, "data.xlsx"),
        (chart, "data.parquet"),
        (page, "page.html"),
        (page, "page.pdf"),
        (rows, "rows.csv"),
        (rows, "rows.xlsx"),
        (rows, "rows.parquet"),
    ];
    for (_, name) in &exports {
        std::fs::write(small.join(name), "as it was").unwrap();
    }
    // Full to the last byte.
    let mut filler = std::fs::File::create(small.join("filler")).unwrap();
    while std::io::Write::write(&mut filler, &[0; 4096]).is_ok_and(|written| written > 0) {}
    let listed = || {
        let mut names: Vec<_> = std::fs::read_dir(&small).unwrap().flatten().map(|entry| entry.file_name()).collect();
        names.sort();
        names
    };
    let before = listed();
    for (what, name) in &exports {
        let file = small.join(name);
        let said = bench.karat(&["export", what[0], what[1], "--out", file.to_str().unwrap()]).fails(1);
        assert!(said.contains("The disk is full") && said.contains(name) && !said.contains("unfinished"), "{name}: {said}");
        assert_eq!(std::fs::read_to_string(&file).unwrap(), "as it was", "{name}");
        assert_eq!(listed(), before, "{name}");
    }
}

#[cfg(unix)]
#[test]
fn a_limit_on_file_sizes_breaks_a_run_off_cleanly() {
    let (bench, _) = Bench::of_bank(40, 9);
    let notes = bench.file("gs_customer_notes.csv", large_notes(40_000));
    let (before, customers) = (bench.hashes(), bench.customers());
    // In units of 1,024 bytes; the signal that would end the program at once is ignored, so that writing fails instead.
    let limited = |blocks: u32, args: &[&str]| {
        let script = format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$0\" \"$@\"");
        let mut command = Command::new("bash");
        command.args(["-c", &script, KARAT, "-w", bench.ws()]).args(args).env_remove("KARAT_WORKSPACE");
        Ran::of(&command.stdin(Stdio::null()).output().unwrap(), args)
    };
    let said = limited(1_500, &["run"]).fails(1);
    assert!(said.contains(bench.ws()) && said.contains("disk"), "{said}");
    let said = limited(1_500, &["ingest", &notes]).fails(1);
    assert!(said.contains(bench.ws()) && said.contains("disk"), "{said}");
    assert_eq!((bench.hashes(), bench.customers()), (before.clone(), customers));
    assert_eq!(bench.number("SELECT count(*) FROM bronze.gs_customer_notes_all WHERE note_id LIKE 'BIG%'"), 0);
    bench.karat(&["run"]).ok();
    assert_eq!(bench.hashes(), before);
    assert_eq!(bench.leftovers(), Vec::<std::path::PathBuf>::new());
}
