"""F1 after 50 questions that the engine chose and the truth answered, beside the best threshold's. See README.md."""

import argparse
import sys
import tempfile

import labelled

QUESTIONS = 50
BEHIND_AT_MOST = 0.005


def main():
    args = labelled.arguments(argparse.ArgumentParser(description=__doc__))
    missed = False
    print(f"{'set':16}{'no labels':>12}{'50 labels':>12}{'best':>12}{'behind':>12}")
    for name in args.sets:
        tables, entities, link = labelled.load(name, args.data)
        with tempfile.TemporaryDirectory() as folder:
            # The truth goes in as a column that takes no part in matching.
            told = [(s, table.assign(who_it_is=[entities[s, record] for record in table["id"]])) for s, table in tables]
            clusters, said = labelled.matched(args.karat, told, link, folder, "--truth", "who_it_is", "--learn", str(QUESTIONS))
            if clusters is None:
                sys.exit(f"{name}: {said}")
            learning = said["learning"]
            before, after = learning["default"]["f1"], learning["learnt"]["f1"]
            behind = learning["learnt_below_best_points"] / 100.0
            missed |= behind > BEHIND_AT_MOST
            print(f"{name:16}{before:>12.4f}{after:>12.4f}{after + behind:>12.4f}{behind:>12.4f}", flush=True)
    sys.exit(1 if missed else 0)


if __name__ == "__main__":
    main()
