"""The exported dbt project builds what Karat builds: every row of silver and gold, compared. See README.md.

    python dbt_project.py --karat ../../target/release/karat

Run by a Python that has dbt-core and dbt-duckdb (requirements-dbt.txt). Makes the sample bank (or takes a workspace by --workspace), exports it,
runs `dbt parse` and `dbt build`, and compares every table of silver and gold as dbt built it with the one in the workspace, as multisets of rows.
Numbers with a fraction agree when they differ by at most 1e-9 of their size: a sum depends on the order of its parts. Exits 1 where anything differs.
"""

import argparse
import collections
import pathlib
import sqlite3
import subprocess
import sys
import tempfile

import duckdb


def run(command, cwd=None):
    ran = subprocess.run([str(part) for part in command], cwd=cwd, capture_output=True, text=True)
    if ran.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))}\n{ran.stdout[-6000:]}\n{ran.stderr[-3000:]}")
    return ran.stdout


def dbt(project, *words):
    program = pathlib.Path(sys.executable).with_name("dbt")
    return run([program, "--no-use-colors", *words, "--profiles-dir", "."], cwd=project)


def rounded(cell):
    return float(f"{cell:.9e}") if isinstance(cell, float) else cell


def table(cursor, name, columns):
    rows = cursor.execute(f"select {', '.join(chr(34) + column + chr(34) for column in columns)} from {name}").fetchall()
    return collections.Counter(rows), collections.Counter(tuple(map(rounded, row)) for row in rows)


def near(left, right):
    """Rows that are left over on both sides, paired by all that is no fraction; true where each pair differs by rounding alone."""
    key = lambda row: tuple("#" if isinstance(cell, float) else "" if cell is None else str(cell) for cell in row)
    fractions = lambda row: [cell for cell in row if isinstance(cell, float)]
    left, right = (sorted(side.elements(), key=lambda row: (key(row), fractions(row))) for side in (left, right))
    close = lambda a, b: abs(a - b) <= 1e-9 * max(1.0, abs(a), abs(b))
    return len(left) == len(right) and all(key(a) == key(b) and all(map(close, fractions(a), fractions(b))) for a, b in zip(left, right))


def compared(workspace, project):
    theirs = duckdb.connect(str(project / "karat.duckdb"), read_only=True)
    gold = max(path for path in (workspace / "gold").glob("[0-9][0-9][0-9][0-9].db"))
    # Both are looked at, whatever the first one says.
    return all([layer("silver", workspace / "silver.db", theirs, project), layer("gold", gold, theirs, project)])


def layer(schema, file, theirs, project):
    ours = sqlite3.connect(f"file:{file}?mode=ro", uri=True)
    read = {path.stem for path in (project / "models").rglob("*.sql") if "-- Read as Karat built it" in path.read_text()}
    names = [name for (name,) in ours.execute(
        "select name from sqlite_master where type in ('table', 'view') and name not like 'sqlite_%' and name not in ('manifest', 'model_run') order by 1")]
    # Tables of silver that are no models (review items and what explains them) are not exported.
    names = [name for name in names if any((project / "models").rglob(f"{schema}_{name}.sql"))]
    built = {name for (name,) in theirs.execute("select table_name from information_schema.tables where table_schema = ?", [schema]).fetchall()}
    differing, rows, read_rows = [], 0, 0
    print(f"{'table of ' + schema:34}{'rows':>9}{'dbt':>9}  result")
    for name in names:
        columns = [row[1] for row in ours.execute(f"pragma table_info(\"{name}\")")]
        exact, coarse = table(ours, f'"{name}"', columns)
        if name in built:
            known = [row[0] for row in theirs.execute(f"describe {schema}.\"{name}\"").fetchall()]
            if f"{schema}_{name}" in read:
                # What is not built is handed over with the columns that its model declares.
                columns = [column for column in known if column in columns]
                exact, coarse = table(ours, f'"{name}"', columns)
            result, count = ("other columns", 0) if known != columns else (None, 0)
        else:
            result, count = "not built", 0
        if result is None:
            exact_dbt, coarse_dbt = table(theirs, f"{schema}.{name}", columns)
            count = sum(exact_dbt.values())
            if exact == exact_dbt:
                result = "equal"
            elif coarse == coarse_dbt or near(coarse - coarse_dbt, coarse_dbt - coarse):
                result = "equal to 1e-9"
            else:
                missing, more = coarse - coarse_dbt, coarse_dbt - coarse
                result = f"DIFFERENT: {sum(missing.values())} rows of Karat's, {sum(more.values())} of dbt's"
                for side, some in (("karat", missing), ("dbt", more)):
                    for row in sorted(some, key=str)[:2]:
                        result += f"\n    {side}: {dict(zip(columns, row))}"
        if not result.startswith("equal"):
            differing.append(name)
        if f"{schema}_{name}" in read:
            result += ", read from Parquet"
            read_rows += sum(exact.values())
        rows += sum(exact.values())
        print(f"{name:34}{sum(exact.values()):>9}{count:>9}  {result}")
    print(f"{schema}: {len(names)} tables, {rows} rows, {len(differing)} tables differ; {sum(1 for name in names if f'{schema}_{name}' in read)} tables ({read_rows} rows) are read, not built")
    return not differing


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--karat", type=pathlib.Path, default=pathlib.Path(__file__).resolve().parents[2] / "target/release/karat")
    parser.add_argument("--workspace", type=pathlib.Path, help="one that was run; without it the sample bank is made")
    parser.add_argument("--keep", type=pathlib.Path, help="a folder that stays, for what is made")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as made:
        folder = (arguments.keep or pathlib.Path(made)).resolve()
        folder.mkdir(parents=True, exist_ok=True)
        workspace, project = (arguments.workspace or folder / "bank").resolve(), folder / "project"
        if not arguments.workspace:
            run([arguments.karat, "--quiet", "demo", "--headless", "-w", workspace])
        print(run([arguments.karat, "--quiet", "export", "-w", workspace, "--spark", project]).strip())
        dbt(project, "parse")
        print("dbt build:", dbt(project, "build").strip().splitlines()[-1])
        if not compared(workspace, project):
            sys.exit(1)


if __name__ == "__main__":
    main()
