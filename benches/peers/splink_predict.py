"""Loads a settings JSON in whichever Splink is installed and writes every scored pair. Called by parity.py.

    python splink_predict.py MODEL.json TABLE.csv PAIRS.csv
"""

import csv
import json
import logging
import sys

import duckdb
import splink
from splink import DuckDBAPI, Linker

logging.getLogger("splink").setLevel(logging.ERROR)


def list_columns(model):
    return {name for rule in model["blocking_rules_to_generate_predictions"] for name in rule.get("arrays_to_explode") or []}


def tables(con, model, path, casts):
    """One table per source; every column is text unless it is cast. Ids of one table are numbers."""
    read = f"read_csv('{path}', all_varchar = true)"
    names = [row[0] for row in con.execute(f"describe select * from {read}").fetchall()]
    casts = {**{name: "varchar[]" for name in list_columns(model)}, **casts}
    one = model["link_type"] == "dedupe_only"
    unique_id = model["unique_id_column_name"]
    if one:
        casts[unique_id] = "bigint"
    picked = ", ".join(f'cast("{name}" as {casts[name]}) as "{name}"' if name in casts else f'"{name}"' for name in names)
    con.execute(f"create table everything as select {picked} from {read}")
    if one:
        return ["everything"]
    source = model["source_dataset_column_name"]
    found = []
    for at, (name,) in enumerate(con.execute(f'select distinct "{source}" from everything order by 1').fetchall()):
        con.execute(f"create table source_{at} as select * from everything where \"{source}\" = '{name}'")
        found.append(f"source_{at}")
    return found


def linker_of(con, names, model):
    api = DuckDBAPI(connection=con)
    if int(splink.__version__.split(".")[0]) >= 5:
        return Linker([api.register(name) for name in names], model)
    return Linker(names, model, db_api=api)


def write_pairs(frame, model, path):
    unique_id, source = model["unique_id_column_name"], model["source_dataset_column_name"]
    rows = frame.as_record_list() if hasattr(frame, "as_record_list") else frame.as_record_dict()
    gammas = [name for name in rows[0] if name.startswith("gamma_")] if rows else []
    with open(path, "w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["source_l", "id_l", "source_r", "id_r", "match_weight", "match_key", *gammas])
        for row in rows:
            ends = [row.get(f"{source}_l", ""), row[f"{unique_id}_l"], row.get(f"{source}_r", ""), row[f"{unique_id}_r"]]
            writer.writerow([*ends, repr(row["match_weight"]), row["match_key"], *(row[name] for name in gammas)])


def main():
    model_path, table, pairs = sys.argv[1:4]
    casts = json.loads(sys.argv[4]) if len(sys.argv) > 4 else {}
    model = json.load(open(model_path))
    con = duckdb.connect()
    linker = linker_of(con, tables(con, model, table, casts), model_path)
    write_pairs(linker.inference.predict(), model, pairs)


if __name__ == "__main__":
    main()
