#!/usr/bin/env python3
"""Writes the table of docs/licences.md from what cargo links into the program on Linux: python3 docs/make-licences.py"""

import collections
import json
import subprocess
from pathlib import Path

TARGET = "x86_64-unknown-linux-gnu"
READ_BY_HAND = {"forust-ml": "Apache-2.0"}  # brings the text, names no licence in its manifest
PAGE = Path(__file__).with_name("licences.md")


def cargo(*words):
    return subprocess.run(["cargo", *words, "--offline"], check=True, capture_output=True, text=True).stdout


linked = {line.split()[0] for line in cargo("tree", "-e", "normal", "--prefix", "none", "--target", TARGET).splitlines() if line.strip()}
packages = json.loads(cargo("metadata", "--format-version", "1", "--filter-platform", TARGET))["packages"]
by_licence = collections.defaultdict(set)
for package in packages:
    if package["name"] in linked and package["name"] != "karat":
        licence = package["license"] or READ_BY_HAND[package["name"]]
        by_licence[licence.replace("/", " OR ")].add(package["name"])
rows = [f"| {licence} | {', '.join(sorted(names))} |" for licence, names in sorted(by_licence.items(), key=lambda e: (-len(e[1]), e[0]))]
head = PAGE.read_text().split("| licence |")[0]
PAGE.write_text(head + "\n".join(["| licence | libraries |", "|---|---|", *rows]) + "\n")
