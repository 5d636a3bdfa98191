use super::select;

fn says(sql: &str) -> String {
    select(sql).unwrap().replace('\n', " ")
}

#[test]
fn truth_values_become_numbers_where_they_are_added_and_numbers_decide_by_not_being_zero() {
    assert_eq!(
        says("SELECT sum(a > 1), b IS NULL FROM t WHERE c"),
        "select sum(cast(a > 1 as int)), cast(b is null as int) from t where c <> 0"
    );
    assert_eq!(says("SELECT CASE WHEN a AND NOT b THEN 1 END FROM t"), "select case when a <> 0 and not (b <> 0) then 1 end from t");
    assert_eq!(says("SELECT 1 FROM t WHERE (a OR b) AND c = 1"), "select 1 from t where (a <> 0 or b <> 0) and c = 1");
}

#[test]
fn what_sqlite_answers_otherwise_goes_through_a_macro() {
    assert_eq!(says("SELECT date(:as_of, '-90 days')"), "select {{ karat_date_add(karat_as_of(), \"-90\", \"'day'\") }}");
    assert_eq!(says("SELECT max(a, b), max(c) FROM t"), "select {{ karat_greatest(\"a\", \"b\") }}, max(c) from t");
    assert_eq!(says("SELECT round(a * 1.0 / b, 6) FROM t"), "select {{ karat_round(\"a * 1.0e0 / b\", \"6\") }} from t");
    assert_eq!(
        says("SELECT lower(clean(x)) FROM bronze.t"),
        "select {{ karat_lower(karat_clean(\"x\")) }} from {{ source(\"bronze\", \"t\") }} t"
    );
    assert_eq!(
        says("SELECT (CAST(a AS INTEGER) + 2) / 3 FROM t"),
        "select {{ karat_whole_division(\"(cast(a as bigint) + 2)\", \"3\") }} from t"
    );
    assert_eq!(says("SELECT a IS b FROM t ORDER BY 1"), "select cast(a is not distinct from b as int) from t");
    assert_eq!(
        says("SELECT 1 FROM t JOIN u ON lower(t.a) IS u.a AND t.b IS NOT u.b AND c"),
        "select 1 from t join u on ({{ karat_lower(\"t.a\") }} is not distinct from u.a) and (t.b is distinct from u.b) and c <> 0"
    );
    assert_eq!(
        says("SELECT to_date(a, 'month first'), to_timestamp(to_date(b) || ' 10:00') FROM t"),
        "select {{ karat_to_date(\"a\", \"'month first'\") }}, {{ karat_to_timestamp(karat_to_date(\"b\") ~ \" || ' 10:00'\") }} from t"
    );
    assert_eq!(says("SELECT 'karat_as_of, it''s' FROM t"), "select 'karat_as_of, it''s' from t");
}

#[test]
fn a_comma_joins_as_tightly_as_join_and_null_is_least() {
    assert_eq!(says("SELECT 1 FROM a, b LEFT JOIN c ON c.x = a.x"), "select 1 from a cross join b left join c on c.x = a.x");
    assert_eq!(
        says("SELECT row_number() OVER (PARTITION BY a ORDER BY b DESC, c) FROM t"),
        "select row_number() over (partition by a order by b desc nulls last, c nulls first) from t"
    );
}

#[test]
fn columns_beside_one_max_are_those_of_its_row() {
    assert_eq!(says("SELECT a, b, max(c) FROM t GROUP BY a"), "select a, {{ karat_at_max(\"b\", \"c\") }} as b, max(c) from t group by a");
    let why = select("SELECT a, b, max(c), min(c) FROM t GROUP BY a").unwrap_err();
    assert_eq!(why, "`b` is neither grouped nor aggregated");
}

#[test]
fn what_is_not_known_is_named() {
    for (sql, why) in [
        ("SELECT a / b FROM t", "a division of which the SQL does not tell whether it is whole: a / b"),
        ("SELECT note_key(a, b, c) FROM t", "the function note_key"),
        ("SELECT strftime('%Y', a) FROM t", "the function strftime"),
        ("SELECT a FROM t WHERE a LIKE 'x%'", "`a LIKE 'x%'`"),
        ("SELECT date(a, b) FROM t", "date with b"),
    ] {
        assert_eq!(select(sql).unwrap_err(), why, "{sql}");
    }
}
