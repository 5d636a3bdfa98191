"""F1 of every labelled set as it is and after each of a list of changes that a user's file may bring. See README.md."""

import argparse
import random
import sys
import tempfile

import labelled

TRANSLATED = {
    "given_name": "prenom", "first_name": "prenom", "fname_c1": "prenom", "surname": "nom", "lname_c1": "nom", "pername1": "vorname",
    "pername2": "nachname", "dob": "geburtsdatum", "date_of_birth": "date_naissance", "by": "geburtsjahr", "bm": "geburtsmonat",
    "bd": "geburtstag", "dob_day": "geburtstag", "dob_mon": "geburtsmonat", "dob_year": "geburtsjahr", "sex": "geschlecht",
    "gender": "sexe", "street_number": "hausnummer", "hse_num": "hausnummer", "address": "adresse", "address_1": "strasse",
    "str_nam": "strasse", "enumcap": "anschrift", "cap_add": "adresse", "suburb": "ort", "city": "ville", "birth_place": "geburtsort",
    "postcode": "plz", "postcode_fake": "code_postal", "enumpc": "plz", "state": "bundesland", "email": "courriel", "name": "nom",
    "full_name": "nom_complet", "first_and_surname": "prenom_nom", "occupation": "beruf", "cuisine": "kueche",
}  # fmt: skip


def columns_of(tables):
    return list(dict.fromkeys(column for _, table in tables for column in table.columns if column != "id"))


def shuffled(columns):
    order = columns[:]
    random.Random(7).shuffle(order)
    return order


def numbered(order):
    names = {column: f"c{at + 1}" for at, column in enumerate(order)}
    return lambda table: table[["id"] + [c for c in order if c in table]].rename(columns=names)


def with_gaps(table):
    rng = random.Random(5)
    gaps = {c: [None if rng.random() < 0.1 else value for value in table[c]] for c in table.columns if c != "id"}
    return table.assign(**gaps)


def changes(columns):
    order = shuffled(columns)
    return {
        "as_is": lambda table: table,
        "opaque": numbered(columns),
        "translated": lambda table: table.rename(columns=TRANSLATED),
        "shuffled": lambda table: table[["id"] + [c for c in order if c in table]],
        "opaque_shuffled": numbered(order),
        "no_header": lambda table: table,
        "upper": lambda table: table.apply(lambda c: c if c.name == "id" else c.str.upper()),
        "nulls_10": with_gaps,
    }


def measured(args, tables, entities, link, change, header=True):
    with tempfile.TemporaryDirectory() as folder:
        changed = [(source, change(table.copy())) for source, table in tables]
        clusters, said = labelled.matched(args.karat, changed, link, folder, header=header)
        if clusters is None:
            print(f"  {said}", file=sys.stderr)
            return 0.0
        return labelled.f1(clusters, entities, link)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="", help="names of changes, with commas")
    parser.add_argument("--collapse", type=float, help="exit 1 where a change costs more F1 than this")
    args = labelled.arguments(parser)
    wanted, collapsed, head = [name for name in args.only.split(",") if name], False, None
    for name in args.sets:
        tables, entities, link = labelled.load(name, args.data)
        columns = columns_of(tables)
        found = {}
        for change, make in changes(columns).items():
            if not wanted or change in wanted or change == "as_is":
                found[change] = measured(args, tables, entities, link, make, header=change != "no_header")
        if not wanted or "one_dropped" in wanted:
            dropped = {c: measured(args, tables, entities, link, lambda t, c=c: t.drop(columns=c, errors="ignore")) for c in columns}
            worst = min(dropped, key=dropped.get)
            found["one_dropped"], found["(which)"] = dropped[worst], worst
        if head is None:
            head = list(found)
            print(f"{'set':16}" + "".join(f"{change:>16}" for change in head))
        print(f"{name:16}" + "".join(f"{v:>16.4f}" if isinstance(v, float) else f"{v:>16}" for v in found.values()), flush=True)
        if args.collapse is not None:
            collapsed |= any(isinstance(v, float) and v < found["as_is"] - args.collapse for v in found.values())
    sys.exit(1 if collapsed else 0)


if __name__ == "__main__":
    main()
