"""Trains, predicts and clusters with Splink 5 on DuckDB. Called by speed.py.

    python splink_speed.py SETTINGS.json OUT_FOLDER TABLE...
"""

import csv
import json
import logging
import pathlib
import sys
import time

import duckdb
from splink import DuckDBAPI, Linker

logging.getLogger("splink").setLevel(logging.ERROR)


def write(path, rows):
    with open(path, "w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["source", "id", "cluster_id"])
        writer.writerows(rows)


def main():
    plan = json.load(open(sys.argv[1]))
    out, files = pathlib.Path(sys.argv[2]), sys.argv[3:]
    settings, training = plan["settings"], plan["training"]
    con = duckdb.connect()
    con.execute("set threads = 2")
    names = []
    for path in files:
        name = pathlib.Path(path).stem
        read = f"read_csv('{path}', all_varchar = true)" if path.endswith(".csv") else f"'{path}'"
        con.execute(f'create table "{name}" as select * from {read}')
        names.append(name)
    started = time.perf_counter()
    api = DuckDBAPI(connection=con)
    linker = Linker([api.register(name, dataset_display_name=name) for name in names], settings)
    linker.training.estimate_probability_two_random_records_match(training["deterministic_rules"], recall=training["recall"])
    linker.training.estimate_u_using_random_sampling(max_pairs=training["max_pairs"], seed=1)
    for rule in training["em_rules"]:
        linker.training.estimate_parameters_using_expectation_maximisation(rule)
    trained = time.perf_counter()
    scored = linker.inference.predict()
    predicted = time.perf_counter()
    unique_id = settings.get("unique_id_column_name", "unique_id")
    source = "source_dataset" if len(names) > 1 else f"'{names[0]}'"

    def clusters_at(threshold):
        clusters = linker.clustering.cluster_pairwise_predictions_at_threshold(scored, threshold_match_probability=threshold)
        return con.execute(f'select {source}, "{unique_id}", cluster_id from {clusters.physical_name}').fetchall()

    found = clusters_at(plan["threshold"])
    done = time.perf_counter()
    pairs = con.execute(f"select count(*) from {scored.physical_name}").fetchone()[0]
    write(out / "clusters.csv", found)
    # Behind the clock: the threshold that is best for Splink is looked for among these.
    for threshold in plan.get("other_thresholds", []):
        write(out / f"clusters_{threshold}.csv", clusters_at(threshold))
    times = {"train": trained - started, "predict": predicted - trained, "cluster": done - predicted}
    json.dump({"scored_pairs": pairs, "seconds": times, "total": done - started}, open(out / "report.json", "w"))


if __name__ == "__main__":
    main()
