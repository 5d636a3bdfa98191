"""Labelled sets as files that give nothing away, and `karat match` on them with its F1."""

import csv
import json
import pathlib
import random
import subprocess
import sys

SETS = ["febrl3", "febrl4", "fake_1000", "historical_50k", "essnet", "rldata500", "senzing", "restaurants"]


def arguments(parser):
    parser.add_argument("sets", nargs="*", default=SETS)
    parser.add_argument("--tools", required=True, help="folder of datasets.py and evaluate.py")
    parser.add_argument("--data", required=True, help="folder of the labelled sets")
    parser.add_argument("--karat", default="target/release/karat")
    found = parser.parse_args()
    sys.path.insert(0, found.tools)
    return found


def load(name, data):
    """[(source, table with column "id" in front)], truth {(source, id): entity}, link type. Ids opaque, rows shuffled."""
    from datasets import load as load_set

    sources, id_column, truth, link = load_set(name, data)
    rng, tables, entities = random.Random(20261121), [], {}
    truth = {(source, str(record)): entity for (source, record), entity in truth.items()}
    for source, table in sources:
        table = table.sample(frac=1, random_state=rng.randrange(2**31)).reset_index(drop=True)
        new = [f"r{number}" for number in rng.sample(range(10**7), len(table))]
        entities.update({(source, n): truth[(source, str(old))] for n, old in zip(new, table[id_column])})
        table = table.drop(columns=id_column)
        table.insert(0, "id", new)
        tables.append((source, table))
    return tables, entities, link


def matched(karat, tables, link, folder, *more, header=True):
    """Runs `karat match`; (clusters {(source, id): cluster}, report), or the last line of what it said."""
    folder, files = pathlib.Path(folder), []
    for source, table in tables:
        files.append(folder / f"{source}.csv")
        table.to_csv(files[-1], index=False, header=header)
    told = ["--id", "id"] if header else ["--id", "column_1", "--header", "no"]
    command = [karat, "match", *files, *told, "--link-type", link, "--out", folder / "out", *more]
    ended = subprocess.run([str(part) for part in command], capture_output=True, text=True)
    if ended.returncode:
        return None, (ended.stderr.strip().splitlines() or ["no message"])[-1]
    with open(folder / "out/clusters.csv", newline="") as rows:
        clusters = {(row["source"], row["id"]): row["cluster_id"] for row in csv.DictReader(rows)}
    return clusters, json.load(open(folder / "out/report.json"))


def f1(clusters, entities, link):
    from evaluate import evaluate

    return evaluate(clusters, entities, (lambda record: record[0]) if link == "link" else None)["f1"]
