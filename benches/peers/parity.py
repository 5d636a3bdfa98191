"""Karat against Splink, pair by pair. One command, see README.md.

    python parity.py [--karat PROGRAM] [--data FOLDER] [--splink5 PYTHON] [--splink4 PYTHON]

1. import:  Splink's saved models and every pair that it scored with them (data/er/splink_reference).
2. forms:   one model of everything that the comparison libraries of Splink 5 and 4 offer on DuckDB, over a made-up table.
3. export:  models that Karat trained, loaded and scored by both versions of Splink.

A pair agrees when it is there on both sides, with |w - w'| <= 1e-9 max(1, |w|), one match_key and, where they are compared, one gamma
for every comparison. Exit code 1 where anything differs.
"""

import argparse
import csv
import pathlib
import shutil
import subprocess
import sys

HERE = pathlib.Path(__file__).parent
OUT = HERE / "out"


def run(*command):
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))}\n{(done.stdout + done.stderr)[-3000:]}")
    return done.stdout


def karat(arguments, files, model, out, *more):
    shutil.rmtree(out, ignore_errors=True)
    chosen = ["--model", model] if model else []
    run(arguments.karat, "match", *files, *chosen, "--all-pairs", "--quiet", "--out", out, *more)
    return pairs(out / "pairs.csv", "id", "source")


def pairs(path, unique_id, source, named=True):
    found = {}
    with open(path, newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            ends = (row.get(f"{source}_l") or "", row[f"{unique_id}_l"], row.get(f"{source}_r") or "", row[f"{unique_id}_r"])
            gammas = {name: value for name, value in row.items() if name.startswith("gamma_")}
            found[ends if named else (ends[1], ends[3])] = (float(row["match_weight"]), row["match_key"], gammas)
    return found


def compare(title, wanted, found):
    missing, extra = wanted.keys() - found.keys(), found.keys() - wanted.keys()
    worst, weights, keys, gammas = 0.0, 0, 0, 0
    for pair in wanted.keys() & found.keys():
        (w, key, gamma), (other, other_key, other_gamma) = wanted[pair], found[pair]
        off = abs(w - other) / max(1.0, abs(w))
        worst = max(worst, off)
        weights += off > 1e-9
        keys += key != other_key
        gammas += any(other_gamma.get(name) != value for name, value in gamma.items())
    good = not (missing or extra or weights or keys or gammas)
    print(
        f"{'same' if good else 'DIFFERENT':9} {title}: {len(wanted)} pairs, missing {len(missing)}, extra {len(extra)}, "
        f"weights off {weights} (largest {worst:.1e}), match_key off {keys}, gamma off {gammas}"
    )
    return good


def without_names(found):
    return {(ends[1], ends[3]): rest for ends, rest in found.items()}


def imports(arguments):
    er, good = arguments.data, True
    febrl = OUT / "febrl4"
    febrl.mkdir(parents=True, exist_ok=True)
    for name in "ab":
        shutil.copy(er / f"febrl/dataset4{name}.csv", febrl / f"{name}.csv")
    sets = [("fake_1000", [er / "fake_1000/fake_1000.csv"], "unique_id"), ("febrl4", [febrl / "a.csv", febrl / "b.csv"], "rec_id")]
    for name, files, unique_id in sets:
        wanted = pairs(er / f"splink_reference/{name}_pairs.csv", unique_id, "source_dataset", named=False)
        for version in (5, 4):
            found = karat(arguments, files, er / f"splink_reference/{name}_model_splink{version}.json", OUT / f"import_{name}_{version}")
            good &= compare(f"import {name}, saved by Splink {version}", wanted, without_names(found))
    return good


def forms(arguments):
    good = True
    for version, python in ((5, arguments.splink5), (4, arguments.splink4)):
        folder = OUT / f"forms{version}"
        said = run(python, HERE / "splink_forms.py", folder)
        print("".join(f"          {line}\n" for line in said.splitlines() if line.startswith("left out")), end="")
        wanted = pairs(folder / "pairs.csv", "id", "source", named=False)
        found = karat(arguments, [folder / "made.csv"], folder / "model.json", folder / "karat")
        good &= compare(f"forms of the comparison library of Splink {version}", wanted, without_names(found))
    return good


def exports(arguments):
    er, good = arguments.data, True
    senzing = [er / f"senzing_truthset/{name}.csv" for name in ("customers", "reference", "watchlist")]
    sets = [
        ("fake_1000", [er / "fake_1000/fake_1000.csv"], ["--id", "unique_id", "--truth", "cluster"]),
        ("febrl4", [OUT / "febrl4/a.csv", OUT / "febrl4/b.csv"], ["--id", "rec_id", "--link-type", "link"]),
        ("senzing_truthset", senzing, ["--id", "RECORD_ID"]),
        ("restaurant", [er / "restaurant_dedupe/restaurant-nophone-training.csv"], ["--truth", "unique_id"]),
    ]
    for name, files, more in sets:
        out = OUT / f"export_{name}"
        found = karat(arguments, files, None, out, "--splink-compatible", *more)
        for version, python in ((5, arguments.splink5), (4, arguments.splink4)):
            written = out / f"pairs_splink{version}.csv"
            run(python, HERE / "splink_predict.py", out / "model.json", out / "splink_records.csv", written)
            wanted = pairs(written, "id", "source", named=False)
            good &= compare(f"export {name}, loaded by Splink {version}", wanted, without_names(found))
    return good


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--karat", default=HERE.parents[1] / "target/release/karat", type=pathlib.Path)
    parser.add_argument("--data", default=HERE.parents[2] / "shared/data/er", type=pathlib.Path, help="the folder of public sets")
    parser.add_argument("--splink5", default=HERE / ".venv5/bin/python")
    parser.add_argument("--splink4", default=HERE / ".venv4/bin/python")
    arguments = parser.parse_args()
    OUT.mkdir(exist_ok=True)
    good = [imports(arguments), forms(arguments), exports(arguments)]
    sys.exit(0 if all(good) else 1)


if __name__ == "__main__":
    main()
