"""Builds one model out of everything that Splink's comparison library offers for DuckDB, scores a made-up table with it, and
saves table, model and pairs. Called by parity.py.

    python splink_forms.py FOLDER
"""

import csv
import inspect
import json
import logging
import pathlib
import random
import sys

import duckdb
import splink.comparison_level_library as cll
import splink.comparison_library as cl
from splink import ColumnExpression, Linker, SettingsCreator, block_on

from splink_predict import linker_of, write_pairs

logging.getLogger("splink").setLevel(logging.ERROR)

CASTS = {
    "born": "date", "seen": "timestamp", "amount": "double", "lat": "double", "long": "double",
    "tags": "varchar[]", "shape": "double[3]",
}
COLUMNS = ["unique_id", "given", "family", "whole", "dob", "born", "seen", "seen_text", "email", "postcode", "lat", "long", "amount", "code", "tags", "shape"]


def table(path):
    chance = random.Random(11)
    pick = chance.choice
    maybe = lambda value, odds=0.12: "" if chance.random() < odds else value
    given = ["anna", "ana", "Anna", "jos\u00e9", "jose", "martha", "marhta", "dwayne", "duane", "li", "m\u00fcller"]
    family = ["smith", "smyth", "smithson", "o'neil", "oneil", "garcia", "garc\u00eda", "anna", "li", "x"]

    def typo(text):
        if chance.random() < 0.7 or len(text) < 2:
            return text
        at = chance.randrange(len(text) - 1)
        return text[:at] + text[at + 1] + text[at] + text[at + 2:]

    with open(path, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        for number in range(300):
            year, month, day = chance.randint(1979, 1982), chance.randint(1, 12), chance.randint(1, 28)
            first, last = pick(given), pick(family)
            date = f"{year}-{month:02}-{day:02}"
            writer.writerow([
                number, maybe(typo(first)), maybe(typo(last)), maybe(f"{first} {last}"),
                maybe(pick([date, date, f"{year}-{month}-{day}", "1980-02-30", "1980", "80-01-01"])), maybe(date),
                maybe(f"{date} {chance.randint(0, 23):02}:{chance.randint(0, 59):02}:00"), maybe(f"{date}T{chance.randint(0, 23):02}:10:11Z"),
                maybe(f"{first}{pick(['', '.', '1'])}@{pick(['a.com', 'b.org'])}"), maybe(pick(["NW1 4RY", "NW1 4RZ", "NW1 5AB", "NW2 5AB", "N1 1AA", "junk"])),
                maybe(f"{chance.uniform(51.0, 51.4):.4f}"), maybe(f"{chance.uniform(-0.3, 0.1):.4f}"), maybe(f"{chance.choice([0, 1, 10, 11, 12.5, 100])}"),
                maybe(pick(["a1b2", "a1b3", "A1B2", "zz", "12 ab"])), maybe("[" + ", ".join(chance.sample(["red", "blue", "green", "black"], chance.randint(0, 3))) + "]"),
                maybe("[" + ", ".join(f"{chance.uniform(-1, 1):.3f}" for _ in range(3)) + "]"),
            ])


def comparisons():
    """Every creator with each of its switches; a creator that this version lacks is left out and named."""
    column = ColumnExpression
    levels = lambda name, *inner: cl.CustomComparison(output_column_name=name, comparison_levels=[*inner, cll.ElseLevel()])
    wanted = [
        lambda: cl.ExactMatch("given").configure(term_frequency_adjustments=True),
        lambda: cl.LevenshteinAtThresholds("given", [1, 2, 3]),
        lambda: cl.DamerauLevenshteinAtThresholds("family", [1, 2]),
        lambda: cl.JaccardAtThresholds("given", [0.9, 0.6]),
        lambda: cl.JaroAtThresholds("family", [0.9, 0.7]),
        lambda: cl.JaroWinklerAtThresholds("whole", [0.95, 0.88, 0.7]),
        lambda: cl.AbsoluteTimeDifferenceAtThresholds("seen_text", input_is_string=True, metrics=["hour", "day", "month"], thresholds=[3, 4, 5]),
        lambda: cl.AbsoluteTimeDifferenceAtThresholds("seen", input_is_string=False, metrics=["minute", "day", "year"], thresholds=[90, 4, 1]),
        lambda: cl.AbsoluteDateDifferenceAtThresholds("dob", input_is_string=True, metrics=["day", "month", "year"], thresholds=[7, 1, 1]),
        lambda: cl.DateOfBirthComparison("dob", input_is_string=True),
        lambda: cl.DateOfBirthComparison("born", input_is_string=False),
        lambda: cl.ArrayIntersectAtSizes("tags", [2, 1]),
        lambda: cl.DistanceInKMAtThresholds("lat", "long", [1, 10, 20.5]),
        lambda: cl.PostcodeComparison("postcode"),
        lambda: cl.PostcodeComparison("postcode", lat_col="lat", long_col="long", km_thresholds=[1, 10]),
        lambda: cl.EmailComparison("email"),
        lambda: cl.NameComparison("given"),
        lambda: cl.ForenameSurnameComparison("given", "family", forename_surname_concat_col_name="whole"),
        lambda: cl.ForenameSurnameComparison("family", "given"),
        lambda: cl.CosineSimilarityAtThresholds("shape", [0.9, 0.5, 0.0]),
        lambda: cl.PairwiseStringDistanceFunctionAtThresholds("tags", distance_function_name="levenshtein", distance_threshold_or_thresholds=[1, 3]),
        lambda: cl.PairwiseStringDistanceFunctionAtThresholds("tags", distance_function_name="jaro_winkler", distance_threshold_or_thresholds=[0.9, 0.7]),
        lambda: levels("amounts", cll.NullLevel("amount"), cll.AbsoluteDifferenceLevel("amount", 1), cll.PercentageDifferenceLevel("amount", 0.2)),
        lambda: levels("subsets", cll.NullLevel("tags"), cll.ArraySubsetLevel("tags"), cll.ArraySubsetLevel("tags", empty_is_subset=True)),
        lambda: levels("literals", cll.LiteralMatchLevel("code", "zz", "string", "both"), cll.LiteralMatchLevel("family", "o''neil", "string", "left"), cll.LiteralMatchLevel("amount", "1", "int", "right"), cll.LiteralMatchLevel("amount", "12.5", "float", "both"), cll.LiteralMatchLevel("born", "1980-01-05", "date", "left")),
        lambda: levels("reversed", cll.ColumnsReversedLevel("given", "family", symmetrical=True), cll.ColumnsReversedLevel("given", "family")),
        lambda: levels("logic", cll.And(cll.ExactMatchLevel("given"), cll.Not(cll.ExactMatchLevel("family"))), cll.Or(cll.LevenshteinLevel("family", 1), cll.JaroWinklerLevel("whole", 0.9)), cll.Not(cll.NullLevel("postcode"))),
        lambda: levels("near", cll.DistanceInKMLevel("lat", "long", 5, not_null=True)),
        lambda: levels(
            "expressions",
            cll.NullLevel("code", valid_string_pattern="^[a-z0-9 ]+"),
            cll.ExactMatchLevel(column("code").lower().substr(1, 3)),
            cll.ExactMatchLevel(column("code").regex_extract("([a-z]+)([0-9]+)", 2)),
            cll.ExactMatchLevel(column("given").nullif("li")),
            cll.ExactMatchLevel(column("born").cast_to_string()),
            cll.ExactMatchLevel(column("dob").try_parse_date("%Y-%m-%d")),
            cll.ExactMatchLevel(column("tags").access_extreme_array_element("first")),
            cll.ExactMatchLevel(column("tags").access_extreme_array_element("last")),
            cll.ExactMatchLevel(column("coalesce(given, family)")),
            cll.ExactMatchLevel(column("upper(trim(whole)) || '-' || postcode")),
        ),
    ]
    found = []
    for make in wanted:
        try:
            made = make()
            made.get_comparison("duckdb")
            found.append(made)
        except Exception as error:
            where = inspect.getsource(make).strip().split("\n")[0]
            print(f"left out ({type(error).__name__}: {error}): {where[:90]}")
    return found


def main():
    folder = pathlib.Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    table(folder / "made.csv")
    con = duckdb.connect()
    con.execute("set lambda_syntax = 'ENABLE_SINGLE_ARROW'")
    picked = ", ".join(f'cast("{name}" as {CASTS[name]}) as "{name}"' if name in CASTS else f'"{name}"' for name in COLUMNS if name != "unique_id")
    con.execute(f"create table made as select cast(unique_id as bigint) as unique_id, {picked} from read_csv('{folder}/made.csv', all_varchar = true)")
    made = []
    for number, comparison in enumerate(comparisons()):
        entry = comparison.create_comparison_dict("duckdb")
        entry["output_column_name"] = f"c{number}"
        entry["comparison_levels"] = [level if isinstance(level, dict) else level.create_level_dict("duckdb") for level in entry["comparison_levels"]]
        made.append(entry)
    rules = [
        block_on("given", "family"),
        block_on("substr(family, 1, 2)", "postcode"),
        block_on(ColumnExpression("dob").try_parse_date("%Y-%m-%d")),
        block_on("tags", arrays_to_explode=["tags"]),
        block_on("born"),
        "l.given = r.family and l.amount <> r.amount",
        "l.postcode = r.postcode and levenshtein(l.given, r.given) <= 2",
    ]
    settings = SettingsCreator(
        link_type="dedupe_only", comparisons=made, blocking_rules_to_generate_predictions=rules,
        retain_intermediate_calculation_columns=True, probability_two_random_records_match=0.01,
    )
    linker = linker_of(con, ["made"], settings)
    linker.misc.save_model_to_json(str(folder / "model.json"), overwrite=True)
    write_pairs(linker.inference.predict(), json.load(open(folder / "model.json")), folder / "pairs.csv")


if __name__ == "__main__":
    main()
