"""Karat's selections and dbt's: 30 of them over the exported project, model by model. See README.md.

    python dbt_selectors.py --karat ../../target/release/karat

Run by a Python that has dbt-core and dbt-duckdb. `karat run --list` and `dbt ls` get the same words; ids are compared as `gold_kpi`. Exits 1 where
any selection differs.
"""

import argparse
import json
import pathlib
import subprocess
import sys
import tempfile

SELECTIONS = [
    ("gold_customer_360", ""),
    ("+gold_customer_360", ""),
    ("gold_customer_360+", ""),
    ("+gold_customer_360+", ""),
    ("1+gold_customer_360", ""),
    ("2+gold_customer_360+1", ""),
    ("gold_dim_account+1", ""),
    ("3+gold_kpi", ""),
    ("@gold_agg_customer_rfm", ""),
    ("@silver_fct_app_events", ""),
    ("gold_agg_customer_*", ""),
    ("gold_fct_?oans", ""),
    ("path:models/gold", ""),
    ("path:models/silver", "gold_kpi"),
    ("path:models/gold/gold_kpi.sql", ""),
    ("models/staging", ""),
    ("file:gold_kpi.sql", ""),
    ("fqn:gold_kpi", ""),
    ("gold.gold_kpi", ""),
    ("source:bronze+", ""),
    ("source:bronze.erp_accounts+1", ""),
    ("source:bronze.erp_items+", ""),
    ("config.materialized:view", ""),
    ("config.materialized:table,path:models/staging", ""),
    ("resource_type:model", "path:models/gold"),
    ("+gold_customer_balance,+gold_agg_loans", ""),
    ("gold_kpi gold_dim_branch", ""),
    ("gold_customer_360+,config.materialized:view gold_dim_date", ""),
    ("+gold_liquidity", "path:models/silver silver_dim_branch"),
    ("gold_dim_account+", "gold_customer_360+ @gold_customer_balance"),
]


def run(command, cwd=None):
    ran = subprocess.run([str(part) for part in command], cwd=cwd, capture_output=True, text=True)
    return ran.stdout if ran.returncode == 0 else None, ran.stdout[-800:] + ran.stderr[-800:]


def karat(program, workspace, select, exclude):
    words = ["--select", *select.split()] + (["--exclude", *exclude.split()] if exclude else [])
    out, said = run([program, "--quiet", "run", "-w", workspace, "--list", "--json", *words])
    rows = json.loads(out) if out is not None else None
    return {row["model"].replace(".", "_") for row in rows} if rows is not None else said


def dbt(project, select, exclude):
    program = pathlib.Path(sys.executable).with_name("dbt")
    words = ["--select", *select.split()] + (["--exclude", *exclude.split()] if exclude else [])
    out, said = run([program, "--quiet", "--no-use-colors", "ls", "--profiles-dir", ".", "--resource-type", "model", "--output", "name", *words], project)
    return {line.strip() for line in out.splitlines() if line.strip()} if out is not None else said


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--karat", type=pathlib.Path, default=pathlib.Path(__file__).resolve().parents[2] / "target/release/karat")
    parser.add_argument("--workspace", type=pathlib.Path, help="one that was run; without it the sample bank is made")
    arguments = parser.parse_args()
    program, differing = arguments.karat.resolve(), 0
    with tempfile.TemporaryDirectory() as made:
        folder = pathlib.Path(made)
        workspace, project = (arguments.workspace or folder / "bank").resolve(), folder / "project"
        if not arguments.workspace:
            run([program, "--quiet", "demo", "--headless", "-w", workspace])
        out, said = run([program, "--quiet", "export", "-w", workspace, "--spark", project])
        if out is None:
            sys.exit(said)
        for select, exclude in SELECTIONS:
            ours, theirs = karat(program, workspace, select, exclude), dbt(project, select, exclude)
            same = isinstance(ours, set) and ours == theirs and bool(ours)
            differing += not same
            words = select + (f" --exclude {exclude}" if exclude else "")
            print(f"{words:72}{len(ours) if isinstance(ours, set) else '-':>5}{len(theirs) if isinstance(theirs, set) else '-':>5}  {'equal' if same else 'DIFFERENT'}")
            if not same and isinstance(ours, set) and isinstance(theirs, set):
                print(f"    karat alone: {sorted(ours - theirs)[:6]}\n    dbt alone:   {sorted(theirs - ours)[:6]}")
            elif not same:
                print(f"    karat: {ours if isinstance(ours, str) else ''}\n    dbt: {theirs if isinstance(theirs, str) else ''}")
    print(f"{len(SELECTIONS)} selections, {differing} differ")
    sys.exit(1 if differing else 0)


if __name__ == "__main__":
    main()
