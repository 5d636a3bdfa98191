"""Writes what DuckDB makes of many small expressions, for the unit test of Karat's SQL.

    .venv5/bin/python duckdb_values.py           compares the committed table with DuckDB
    .venv5/bin/python duckdb_values.py --write   writes it anew
"""

import datetime
import pathlib
import random
import sys

import duckdb

TABLE = pathlib.Path(__file__).parents[2] / "src/matching/splink/sql/duckdb_values.tsv"

MEASURES = ["levenshtein", "damerau_levenshtein", "jaro_similarity", "jaro_winkler_similarity", "jaccard", "hamming"]

HAND = r"""
levenshtein('müller','muller')
damerau_levenshtein('ca','abc')
damerau_levenshtein('','abc')
jaro_winkler_similarity('','')
jaro_winkler_similarity('a','')
jaro_similarity('a','a')
jaro_winkler_similarity('dixon','dicksonx')
jaro_winkler_similarity('abcdefgh','abcdxxxx')
jaro_winkler_similarity('martha','marhta')
jaro_winkler_similarity('aaaaaaaa','aaaaaaab')
jaccard('müller','muller')
jaccard('aab','ab')
epoch(try_strptime('1900-01-01','%Y-%m-%d'))
try_strptime('2020-1-5','%Y-%m-%d')
try_strptime('20-01-05','%Y-%m-%d')
try_strptime(' 2020-01-05 ','%Y-%m-%d')
try_strptime('2020-01-05x','%Y-%m-%d')
try_strptime('2020-02-30','%Y-%m-%d')
try_strptime('20200101','%Y-%m-%d')
try_strptime('19151111','%Y%m%d')
try_strptime('1915111','%Y%m%d')
try_strptime('191511','%Y%m%d')
try_strptime('','%Y-%m-%d')
try_strptime('12345-01-01','%Y-%m-%d')
try_strptime('2020 - 01-05','%Y-%m-%d')
try_strptime('2020-13-05','%Y-%m-%d')
try_strptime('2020-01-00','%Y-%m-%d')
try_strptime('9999-12-31','%Y-%m-%d')
try_strptime('5/1/20','%d/%m/%y')
try_strptime('5/1/69','%d/%m/%y')
try_strptime('5/1/68','%d/%m/%y')
try_strptime('5 Jan 1969','%d %b %Y')
try_strptime('5 january 1969','%d %B %Y')
try_strptime('Monday 5 Jan 1969','%A %d %b %Y')
try_strptime('5  1 1969','%d %m %Y')
try_strptime('1969-005','%Y-%j')
try_strptime('2020-01-05T10:11:12Z','%Y-%m-%dT%H:%M:%SZ')
try_strptime('2020-01-05T10:11:60Z','%Y-%m-%dT%H:%M:%SZ')
try_strptime('2020-01-05 10:11:12.5','%Y-%m-%d %H:%M:%S.%f')
try_strptime('2020-01-05 10:11 PM','%Y-%m-%d %I:%M %p')
try_strptime('2020-01-05 12:11 AM','%Y-%m-%d %I:%M %p')
regexp_extract('ab','x',0)
regexp_extract('ab12','([a-z]+)([0-9]+)',2)
regexp_extract('ab12','a(x)?',1)
regexp_extract(NULL,'x',0)
regexp_extract('é12','\d+',0)
regexp_extract('١٢ 7','\d+',0)
regexp_extract('éa','\w+',0)
regexp_extract('É','(?i)é',0)
regexp_extract('aß','[[:alpha:]]+',0)
regexp_extract('[a','[[a]+',0)
regexp_extract('NW1 4RY','^[A-Za-z]{1,2}[0-9][A-Za-z0-9]? [0-9]',0)
nullif(regexp_extract('@x','^[^@]+',0),'')
regexp_matches('abc','b.')
regexp_full_match('abc','b.')
regexp_replace('aabb','a','x')
regexp_replace('aabb','a','x','g')
regexp_replace('a-b','([a-z])-([a-z])','\2-\1')
substr('hello',0,3)
substr('hello',-3,2)
substr('hello',2)
substr('hello',2,-1)
substr('héllo',1,2)
substr('abc',-1)
substr('abc',-5,3)
substr('abc',0,1)
substr('abc',5)
left('hello',-2)
left('héllo',2)
right('hello',2)
right('hello',-2)
lower('ÄÉİ')
upper('straße é')
trim('  a  ')
ltrim('xxa','x')
coalesce(null,'b')
'a' || null || 'b'
concat('a',null,'b')
concat_ws(' ','a',null,'b')
length('héllo')
replace('aabb','a','x')
split_part('a b c',' ',2)
split_part('a b c',' ',9)
reverse('abc')
starts_with('abc','ab')
ends_with('abc','bc')
contains('abc','')
array_length(list_intersect(['a','b',null],['b','b',null]))
array_length(list_intersect(['a'],null))
list_intersect(['a','b','b'],['b'])
['a','b'][1]
['a','b'][3]
['a','b'][-1]
list_min([3,1,null])
list_max(['a','b'])
list_cosine_similarity([1.0,2.0],[2.0,1.0])
list_contains(['a'],'a')
list_has_any(['a'],['b'])
flatten([[1],[2,3]])
[1,2] = [1,2]
cast(3.7 as int)
cast(2.5 as int)
cast(-2.5 as int)
cast('12' as double)
try_cast('abc' as double)
cast('2020-1-5' as date)
cast(date '2020-01-05' as varchar)
cast(timestamp '2020-01-05 10:00:00' as varchar)
cast(true as varchar)
7/2
7//2
-7//2
7%3
-7%3
1/0
2^3
greatest(1,null,3)
least(1,null,3)
abs(-3.5)
round(2.5::double)
floor(-2.5::double)
ln(2)
log2(8)
sqrt(2)
power(2,3)
sin(radians(33.3))
cos(radians(33.3))
acos(0.3)
cast(acos(0.5)*6371 as float)
cast(0.1 as float) = 0.1
cast(0.1 as float) <= 0.1
date_diff('day',date '2020-01-01',date '2020-03-01')
date_diff('month',date '2020-01-31',date '2020-02-01')
datediff('year',date '2020-12-31',date '2021-01-01')
year(date '2020-03-05')
extract('year' from date '2020-03-05')
date '2020-01-01' = '2020-01-01'
'abc' like 'a%'
'abc' like '_c'
'abc' ilike 'A_C'
'abc' not like 'b%'
'abc' in ('abc','d')
'x' in ('abc',null)
'x' not in ('abc','y')
1 between 0 and 2
1 not between 0 and 2
null is null
null and false
null or true
null and true
not null
'a' = null
'Z' < 'a'
1 is distinct from null
null is not distinct from null
case when null then 1 else 2 end
case 3 when 3 then 'a' end
if(1 = 1,'y','n')
'nan'::double >= 0.9
1 + 2 * 3 - 4 / 2
-(2 + 3) * 2
not 1 = 2 and 2 = 2
1 = 1 or 1 = 2 and 1 = 3
""".strip().split("\n")


def expressions():
    yield from HAND
    chance = random.Random(7)
    letters = "abcdeéß ñ"
    for _ in range(60):
        one = "".join(chance.choice(letters) for _ in range(chance.randint(1, 12)))
        other = list(one)
        for _ in range(chance.randint(0, 4)):
            at = chance.randrange(len(other) + 1)
            kind = chance.randrange(4)
            if kind == 0:
                other.insert(at, chance.choice(letters))
            elif at < len(other) and kind == 1:
                other[at] = chance.choice(letters)
            elif at < len(other) and kind == 2 and len(other) > 1:
                del other[at]
            elif at + 1 < len(other):
                other[at], other[at + 1] = other[at + 1], other[at]
        for measure in MEASURES[:5]:
            yield f"{measure}('{one}','{''.join(other)}')"


def told(value):
    if value is None:
        return "null", ""
    if isinstance(value, bool):
        return "bool", str(value).lower()
    if isinstance(value, (datetime.datetime, datetime.date)):
        whole = datetime.datetime.combine(value, datetime.time()) if not isinstance(value, datetime.datetime) else value
        return "time", whole.isoformat(sep=" ")
    if isinstance(value, str):
        return "text", value
    if isinstance(value, list):
        return "list", "|".join(told(item)[1] for item in value)
    return "number", repr(float(value))


def main():
    con = duckdb.connect()
    lines = []
    for sql in expressions():
        kind, text = told(con.execute(f"select {sql}").fetchone()[0])
        lines.append(f"{sql}\t{kind}\t{text}")
    text = "\n".join(lines) + "\n"
    if "--write" in sys.argv:
        TABLE.write_text(text, encoding="utf-8")
    elif TABLE.read_text(encoding="utf-8") != text:
        sys.exit("the committed table differs from what DuckDB gives; look at git diff after --write")
    print(f"{len(lines)} expressions, DuckDB {duckdb.__version__}: as committed")


if __name__ == "__main__":
    main()
