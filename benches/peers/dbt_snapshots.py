"""Ten daily states through dbt's own snapshots, as the test `versions_are_those_of_dbt` compares them.

    python -m venv /tmp/dbt && /tmp/dbt/bin/pip install -r benches/peers/requirements-dbt.txt
    /tmp/dbt/bin/python benches/peers/dbt_snapshots.py src/warehouse

Writes snapshot_states.csv (the states) and snapshot_dbt.csv (dbt's versions, six snapshots: two strategies, three hard_deletes).
dbt's clock is set to each state's time by overriding the macro snapshot_get_time; nothing else of dbt is changed.
"""

import pathlib
import random
import sys
import tempfile

import duckdb
from dbt.cli.main import dbtRunner

DAYS = [f"2025-03-{day:02d}" for day in range(1, 11)]


def states():
    """Twelve keys over ten days: values change with and without a new time of change, become empty, keys vanish and return."""
    rng = random.Random(20250301)
    rows, there = {}, {}
    for day in DAYS:
        state = []
        for key in range(1, 13):
            id_ = f"K{key:02d}"
            was = there.get(id_, False)
            is_ = rng.random() < (0.85 if was else 0.6)
            there[id_] = is_
            if not is_:
                continue
            row = rows.get(id_)
            if row is None or not was:
                row = [rng.choice(["Ann", "Bob", "Cid"]), rng.choice(["Leeds", "York", None]), f"{day} 03:00:00"] if row is None else row[:2] + [f"{day} 03:00:00"]
            elif rng.random() < 0.35:
                row = [row[0] if rng.random() < 0.5 else rng.choice(["Ann", "Bob", "Cid", None]), rng.choice(["Leeds", "York", None]), row[2]]
                # One change in five is not dated: the strategy timestamp does not see it.
                if rng.random() < 0.8:
                    row[2] = f"{day} 03:00:00"
            elif rng.random() < 0.1:
                row = row[:2] + [f"{day} 03:00:00"]
            rows[id_] = row
            state.append([id_] + row)
        yield f"{day} 07:00:00", state


def project(folder):
    """A dbt project with the six snapshots."""
    (folder / "snapshots").mkdir()
    (folder / "macros").mkdir()
    (folder / "dbt_project.yml").write_text("name: states\nversion: '1.0.0'\nprofile: states\n")
    (folder / "profiles.yml").write_text(
        f"states:\n  target: dev\n  outputs:\n    dev: {{type: duckdb, path: '{folder / 'states.duckdb'}', threads: 1}}\n"
    )
    (folder / "macros/clock.sql").write_text(
        "{% macro duckdb__snapshot_get_time() %}cast('{{ var(\"now\") }}' as timestamp){% endmacro %}\n"
    )
    for strategy, how in [("timestamp", "updated_at='updated_at'"), ("check", "check_cols=['name', 'city']")]:
        for mode in ["ignore", "invalidate", "new_record"]:
            (folder / f"snapshots/{strategy}_{mode}.sql").write_text(
                f"{{% snapshot {strategy}_{mode} %}}\n"
                f"{{{{ config(target_schema='snap', unique_key='id', strategy='{strategy}', {how}, hard_deletes='{mode}') }}}}\n"
                "select * from main.source_rows\n{% endsnapshot %}\n"
            )


def main(out):
    lines, versions = ["at,id,name,city,updated_at"], []
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        project(folder)
        path = str(folder / "states.duckdb")
        for now, state in states():
            lines += [",".join([now] + [cell or "" for cell in row]) for row in state]
            with duckdb.connect(path) as db:
                db.execute("create or replace table main.source_rows (id text, name text, city text, updated_at timestamp)")
                db.executemany("insert into main.source_rows values (?, ?, ?, ?)", state)
            ran = dbtRunner().invoke(["--quiet", "snapshot", "--project-dir", name, "--profiles-dir", name, "--vars", f"{{now: '{now}'}}"])
            if not ran.success:
                sys.exit(f"dbt failed: {ran.exception or ran.result}")
        with duckdb.connect(path) as db:
            for strategy in ["timestamp", "check"]:
                for mode in ["ignore", "invalidate", "new_record"]:
                    deleted = "dbt_is_deleted" if mode == "new_record" else "'False'"
                    rows = db.execute(
                        "select id, coalesce(name, ''), coalesce(city, ''), strftime(dbt_valid_from, '%Y-%m-%d %H:%M:%S'), "
                        f"coalesce(strftime(dbt_valid_to, '%Y-%m-%d %H:%M:%S'), ''), {deleted} from snap.{strategy}_{mode}"
                    ).fetchall()
                    versions += [",".join([f"{strategy} {mode}"] + [str(cell) for cell in row]) for row in rows]
    out = pathlib.Path(out)
    (out / "snapshot_states.csv").write_text("\n".join(lines) + "\n")
    (out / "snapshot_dbt.csv").write_text("\n".join(["run,id,name,city,valid_from,valid_to,is_deleted"] + sorted(versions)) + "\n")
    print(f"{len(lines) - 1} rows of {len(DAYS)} states, {len(versions)} versions")


if __name__ == "__main__":
    main(sys.argv[1])
