#!/usr/bin/env python3
"""How long from a file's arrival in a watched folder until its rows stand in gold/live.db.

Makes a bank and a workspace (or takes one that it made before), starts `karat watch` on a folder, moves files of 1,000 transactions and
of 1,000 change events into it one by one, and asks gold/live.db itself, as a dashboard would, until all 1,000 rows are there."""

import argparse
import csv
import json
import pathlib
import sqlite3
import statistics
import subprocess
import time

ROWS = 1_000
PATIENCE_SECS = 60


def karat(program, *args):
    subprocess.run([program, *map(str, args)], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def event(number, first):
    """One created transaction as Debezium writes it, bare."""
    row = {"id": number, "account_id": 1 + number % 50, "txn_type": "TRANSFER", "amount": "12.50", "currency": "USD", "status": "COMPLETED",
           "created_at": "2026-01-15T09:00:00Z"}
    source = {"connector": "postgresql", "name": "core_banking", "schema": "public", "table": "transactions", "lsn": first + number,
              "txId": number, "ts_ms": 1_768_467_600_000}
    return json.dumps({"before": None, "after": row, "source": source, "op": "c", "ts_ms": 1_768_467_600_000})


def events(path, first):
    path.write_text("\n".join(event(first + at, 1_000_000) for at in range(ROWS)) + "\n")


def transactions(path, template, accounts, tag):
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(template))
        writer.writeheader()
        for at in range(ROWS):
            writer.writerow({**template, "name": f"{tag}-{at:04}", "account": accounts[at % len(accounts)]})


def prepare(program, place, customers, seed):
    workspace = place / "w"
    if not (workspace / "gold").exists():
        karat(program, "generate", "--customers", customers, "--seed", seed, "--thin", "--out", place / "b")
        karat(program, "new", workspace, "--from", place / "b/bank")
    if not (place / "first.json").exists():
        events(place / "first.json", 0)
        karat(program, "ingest", "-w", workspace, place / "first.json")
        karat(program, "run", "-w", workspace)
    return workspace


def visible(live, sql):
    """Rows that whoever opens live gold now sees; 0 while it is not there."""
    try:
        conn = sqlite3.connect(f"file:{live}?mode=ro", uri=True)
        try:
            return conn.execute(sql).fetchone()[0]
        finally:
            conn.close()
    except sqlite3.OperationalError:
        return 0


def arrival(folder, made, live, sql):
    """Moves a file in at once, as a program that writes beside and renames; seconds until its rows are seen."""
    before = visible(live, sql)
    began = time.perf_counter()
    made.rename(folder / made.name)
    while visible(live, sql) < before + ROWS:
        if time.perf_counter() - began > PATIENCE_SECS:
            raise SystemExit(f"{made.name}: its rows did not come within {PATIENCE_SECS} s")
        time.sleep(0.002)
    return time.perf_counter() - began


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("place", type=pathlib.Path, help="where the bank and the workspace are made, and left")
    parser.add_argument("--program", default="target/release/karat")
    parser.add_argument("--customers", type=int, default=50_000)
    parser.add_argument("--seed", type=int, default=3)
    parser.add_argument("--files", type=int, default=10, help="files of each kind")
    args = parser.parse_args()
    workspace = prepare(args.program, args.place, args.customers, args.seed)
    with (args.place / "b/bank/erp_transactions.csv").open(newline="") as file:
        rows = csv.DictReader(file)
        some = [row for row, _ in zip(rows, range(50_000))]
    accounts = sorted({row["account"] for row in some})
    tag = f"L{int(time.time())}"
    folder, beside = args.place / f"in-{tag}", args.place / f"beside-{tag}"
    folder.mkdir()
    beside.mkdir()
    watch = subprocess.Popen([args.program, "watch", "-w", workspace, "--run-after", "0", folder], stdout=subprocess.DEVNULL,
                             stderr=subprocess.DEVNULL)
    try:
        time.sleep(5)
        live = workspace / "gold/live.db"
        for kind, count in (("transactions", "SELECT count(*) FROM fct_transactions WHERE transaction_id LIKE 'L%'"),
                            ("change events", "SELECT count(*) FROM fct_transactions WHERE transaction_id LIKE 'core_banking:%'")):
            seconds = []
            for at in range(args.files):
                if kind == "transactions":
                    made = beside / f"erp_transactions-{at:02}.csv"
                    transactions(made, some[-1], accounts, f"{tag}-{at:02}")
                else:
                    made = beside / f"transactions-{at:02}.json"
                    events(made, int(time.time() * 1000) % 1_000_000_000 + at * ROWS)
                seconds.append(arrival(folder, made, live, count))
            told = ", ".join(f"{one:.2f}" for one in seconds)
            print(f"{ROWS} {kind} a file: median {statistics.median(seconds):.2f} s, longest {max(seconds):.2f} s ({told})", flush=True)
    finally:
        watch.terminate()
        watch.wait()


if __name__ == "__main__":
    main()
