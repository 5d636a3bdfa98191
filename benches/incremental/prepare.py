#!/usr/bin/env python3
"""The customers of a generated bank as four tables with the same columns, and a batch to add later.

    karat generate --customers 250000 --thin --out BANK
    python3 benches/incremental/prepare.py BANK OUT [--batch 1000] [--seed 1]

Writes OUT/old/SOURCE.csv (crm, core, app, notes: about a million records), OUT/new/SOURCE.csv (the batch: records taken out of the
four at random; their ids are new to the index) and OUT/truth.csv (id,entity_id). One pass over each file; standard library only.
"""

import argparse
import csv
import random
from pathlib import Path

COLUMNS = ["id", "name", "email", "phone", "birth_date", "gender", "address", "branch", "device"]


def rows(path):
    with open(path, newline="", encoding="utf-8") as file:
        yield from csv.DictReader(file)


def core(bank):
    for row in rows(bank / "erp_customers.csv"):
        yield [row["name"], row["customer_name"], row["email_id"], row["mobile_no"], row["date_of_birth"], row["gender"],
               row["address"], row["territory"], ""]


def crm(bank):
    for row in rows(bank / "sf_contacts.csv"):
        name = " ".join(part for part in (row["first_name"], row["last_name"]) if part)
        place = [row["mailing_street"], row["mailing_city"], row["mailing_postal_code"]]
        yield [row["sf_contact_id"], name, row["email"], row["phone"], row["birthdate"], "", ", ".join(p for p in place if p), "", ""]


def app(bank):
    """One record per user: the first value of each column in any session."""
    users = {}
    for row in rows(bank / "sb_sessions.csv"):
        seen = users.setdefault(row["user_id"], ["", "", ""])
        for at, column in enumerate(("user_email", "user_phone", "device_id")):
            seen[at] = seen[at] or row[column]
    for user, (email, phone, device) in users.items():
        yield [user, "", email, phone, "", "", "", "", device]


def notes(bank):
    """One record per customer that the branches write about, known by e-mail or by name."""
    people = {}
    for row in rows(bank / "gs_customer_notes.csv"):
        key = row["customer_email"] or row["customer_name"]
        if key:
            seen = people.setdefault(key, [row["customer_name"], row["customer_email"], row["branch_id"]])
            seen[0] = seen[0] or row["customer_name"]
    for key, (name, email, branch) in people.items():
        yield [key, name, email, "", "", "", "", branch, ""]


SYSTEMS = {"core": (core, "erpnext"), "crm": (crm, "salesforce"), "app": (app, "supabase"), "notes": (notes, "google_sheets")}


def write(path, table):
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        writer.writerows(table)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("bank", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--batch", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    pick = random.Random(args.seed)
    tables = {name: list(read(args.bank / "bank")) for name, (read, _) in SYSTEMS.items()}
    places = [(name, at) for name, table in tables.items() for at in range(len(table))]
    batch = set(pick.sample(places, min(args.batch, len(places))))
    for name, table in tables.items():
        write(args.out / "old" / f"{name}.csv", (row for at, row in enumerate(table) if (name, at) not in batch))
        write(args.out / "new" / f"{name}.csv", (row for at, row in enumerate(table) if (name, at) in batch))
    systems = {system: name for name, (_, system) in SYSTEMS.items()}
    with open(args.out / "truth.csv", "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["source", "id", "entity_id"])
        for row in rows(args.bank / "truth" / "truth.csv"):
            writer.writerow([systems[row["source_system"]], row["source_customer_id"], row["entity_id"]])
    print(f"{len(places) - len(batch)} records, and {len(batch)} to add")


if __name__ == "__main__":
    main()
