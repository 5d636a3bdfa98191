"""Karat against Splink 5 on DuckDB: time, memory, F1, both measured in one run. See README.md.

    python speed.py historical
    python speed.py bank --records 20000

Both read the same files. "match" is the time from parsed input to clusters with training included on both sides, "process" the whole
child's wall time, "memory" the most it ever held. Both use two threads.
"""

import argparse
import collections
import csv
import datetime
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).parent
OUT = HERE / "out"
RECORDS_PER_CUSTOMER = 3.94


def measured(command, log):
    """Wall seconds and peak bytes of a child."""
    started = time.perf_counter()
    with open(log, "w") as said:
        child = subprocess.Popen([str(part) for part in command], stdout=said, stderr=said)
        _, status, usage = os.wait4(child.pid, 0)
    if status != 0:
        sys.exit(f"{' '.join(map(str, command))}\n{open(log).read()[-3000:]}")
    return time.perf_counter() - started, usage.ru_maxrss * 1024


def evaluate(clusters, truth):
    """Precision, recall and F1 over the pairs that clusters imply, of the records whose entity is known."""
    predicted, actual, both = collections.Counter(), collections.Counter(), collections.Counter()
    for row in csv.DictReader(open(clusters, newline="", encoding="utf-8")):
        entity = truth.get((row["source"], row["id"]))
        if entity is not None:
            predicted[row["cluster_id"]] += 1
            both[row["cluster_id"], entity] += 1
    for entity in truth.values():
        actual[entity] += 1
    pairs = lambda counts: sum(n * (n - 1) // 2 for n in counts.values())
    right = pairs(both)
    precision, recall = right / max(1, pairs(predicted)), right / max(1, pairs(actual))
    return precision, recall, 2 * precision * recall / max(1e-12, precision + recall)


def run(arguments, name, files, truth, unique_id, link_type):
    ours, theirs = OUT / f"speed_{name}_karat", OUT / f"speed_{name}_splink"
    for folder in (ours, theirs):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
    plan = HERE / f"settings/{'bank' if name.startswith('bank') else name}.json"
    matched = [arguments.karat, "match", *files, "--id", unique_id, "--link-type", link_type, "--threads", 2, "--quiet", "--out", ours]
    k_wall, k_peak = measured(matched, ours.with_suffix(".log"))
    s_wall, s_peak = measured([arguments.splink5, HERE / "splink_speed.py", plan, theirs, *files], theirs.with_suffix(".log"))
    k_report, s_report = json.load(open(ours / "report.json")), json.load(open(theirs / "report.json"))
    stages = {stage["stage"]: stage["seconds"] for stage in k_report["seconds_per_stage"]}
    # Splink stops at clusters; Karat also writes questions for people and measures itself.
    k_whole, s_match = sum(seconds for stage, seconds in stages.items() if stage != "read"), s_report["total"]
    k_match = k_whole - stages.get("review", 0.0) - stages.get("diagnose", 0.0)
    k_score, s_score = evaluate(ours / "clusters.csv", truth), evaluate(theirs / "clusters.csv", truth)
    others = [(path.stem.removeprefix("clusters_"), evaluate(path, truth)) for path in theirs.glob("clusters_*.csv")]
    best, b_score = max(others + [(json.load(open(plan))["threshold"], s_score)], key=lambda found: found[1][2])
    print(f"\n{name}: {k_report['records']:,} records")
    row = "  {:24}{:>14}{:>14}{:>10}".format
    print(row("", "Karat", "Splink 5", "ratio"))
    print(row("scored pairs", f"{k_report['scored_pairs']:,}", f"{s_report['scored_pairs']:,}", ""))
    print(row("match to clusters, seconds", f"{k_match:.2f}", f"{s_match:.2f}", f"{s_match / k_match:.1f}"))
    print(row("with questions and diagnostics", f"{k_whole:.2f}", "", f"{s_match / k_whole:.1f}"))
    print(row("process, seconds", f"{k_wall:.2f}", f"{s_wall:.2f}", f"{s_wall / k_wall:.1f}"))
    print(row("memory, MB", f"{k_peak / 1e6:.0f}", f"{s_peak / 1e6:.0f}", f"{s_peak / k_peak:.1f}"))
    for label, at in (("precision", 0), ("recall", 1), ("F1", 2)):
        print(row(label, f"{k_score[at]:.4f}", f"{s_score[at]:.4f}", ""))
    print(f"  Splink at the best of its thresholds for this truth, {best}: precision {b_score[0]:.4f}, recall {b_score[1]:.4f}, F1 {b_score[2]:.4f}")
    print("  Karat's stages:  " + ", ".join(f"{stage} {seconds:.2f}" for stage, seconds in stages.items()))
    print("  Splink's stages: " + ", ".join(f"{stage} {seconds:.2f}" for stage, seconds in s_report["seconds"].items()))


def historical(arguments):
    path = arguments.data / "historical_50k/historical_figures_with_errors_50k.parquet"
    # Neither side sees the entity; it is taken out before.
    blind, known = OUT / "historical_50k.parquet", OUT / "historical_truth.csv"
    parted = f"copy (select * exclude (cluster) from '{path}') to '{blind}'; copy (select unique_id, cluster from '{path}') to '{known}'"
    done = subprocess.run([str(arguments.splink5), "-c", f"import duckdb; duckdb.connect().execute({parted!r})"], capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(done.stderr)
    truth = {(blind.stem, row["unique_id"]): row["cluster"] for row in csv.DictReader(open(known, newline="", encoding="utf-8"))}
    run(arguments, "historical_50k", [blind], truth, "unique_id", "dedupe")


COLUMNS = ["id", "given_name", "family_name", "email", "phone", "birth_date", "street", "city", "postcode"]
DATES = ["%Y-%m-%d", "%m/%d/%Y", "%d/%m/%Y"]


def names(whole):
    words = re.sub(r"\(.*?\)", " ", whole.lower()).replace(".", " ").split()
    return (words[0] if words else "", words[-1] if len(words) > 1 else "")


def digits(text):
    found = re.sub(r"\D", "", re.sub(r"\.0$", "", text))
    return found[-10:] if len(found) >= 7 else ""


def date(text):
    for form in DATES:
        try:
            return datetime.datetime.strptime(text, form).date().isoformat()
        except ValueError:
            pass
    return ""


def sources(bank):
    """The four sources as (system, records); a record is a dict of COLUMNS."""
    read = lambda name: csv.DictReader(open(bank / f"{name}.csv", newline="", encoding="utf-8-sig"))
    core = {}
    for row in read("erp_customers"):
        given, family = names(row["customer_name"])
        street, _, rest = row["address"].lower().partition(",")
        city, _, postcode = rest.rpartition(",")
        core[row["name"]] = dict(given_name=given, family_name=family, email=row["email_id"].lower(), phone=digits(row["mobile_no"]), birth_date=date(row["date_of_birth"]), street=street.strip(), city=city.strip(), postcode=postcode.strip())
    contacts = {}
    for row in read("sf_contacts"):
        contacts[row["sf_contact_id"]] = dict(given_name=row["first_name"].lower(), family_name=row["last_name"].lower(), email=row["email"].lower(), phone=digits(row["phone"]), birth_date=date(row["birthdate"]), street=row["mailing_street"].lower(), city=row["mailing_city"].lower(), postcode=row["mailing_postal_code"])
    app = {}
    for row in read("sb_sessions"):
        user = app.setdefault(row["user_id"], {})
        owner = row["device_name"].lower().split("'s ")
        user.update({key: value for key, value in dict(given_name=owner[0] if len(owner) == 2 else "", email=row["user_email"].lower(), phone=digits(row["user_phone"])).items() if value})
    notes = {}
    for row in read("gs_customer_notes"):
        if row["customer_email"]:
            person = notes.setdefault(row["customer_email"], {"email": row["customer_email"].lower()})
            given, family = names(row["customer_name"])
            if len(given) + len(family) > len(person.get("given_name", "")) + len(person.get("family_name", "")):
                person.update(given_name=given, family_name=family)
    return [("erpnext", core), ("salesforce", contacts), ("supabase", app), ("google_sheets", notes)]


def bank(arguments):
    customers = max(10, round(arguments.records / RECORDS_PER_CUSTOMER))
    folder = OUT / f"bank_{customers}"
    if not (folder / "truth/truth.csv").exists():
        shutil.rmtree(folder, ignore_errors=True)
        subprocess.run([str(arguments.karat), "generate", "--customers", str(customers), "--thin", "--out", str(folder)], check=True, stdout=subprocess.DEVNULL)
    entities = {(row["source_system"], row["source_customer_id"]): row["entity_id"] for row in csv.DictReader(open(folder / "truth/truth.csv", newline="", encoding="utf-8"))}
    prepared = folder / "prepared"
    prepared.mkdir(exist_ok=True)
    files, truth = [], {}
    for system, records in sources(folder / "bank"):
        path = prepared / f"{system}.csv"
        files.append(path)
        with open(path, "w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, COLUMNS, restval="")
            writer.writeheader()
            for unique_id, record in records.items():
                entity = entities.get((system, unique_id))
                if entity is None:
                    continue
                truth[system, unique_id] = entity
                writer.writerow({**record, "id": unique_id})
    run(arguments, f"bank_{len(truth)}", files, truth, "id", "link-and-dedupe")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["historical", "bank"])
    parser.add_argument("--records", type=int, default=20_000, help="of the bank, about")
    parser.add_argument("--karat", default=HERE.parents[1] / "target/release/karat", type=pathlib.Path)
    parser.add_argument("--data", default=HERE.parents[2] / "shared/data/er", type=pathlib.Path)
    parser.add_argument("--splink5", default=HERE / ".venv5/bin/python")
    arguments = parser.parse_args()
    OUT.mkdir(exist_ok=True)
    (historical if arguments.what == "historical" else bank)(arguments)


if __name__ == "__main__":
    main()
