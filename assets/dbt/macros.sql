{# What SQLite and Karat's own functions answer, in the words of each adapter. Arguments are SQL as text. #}

{# The day that "last 90 days" counts from. #}
{%- macro karat_as_of() -%}'{{ var("as_of") }}'{%- endmacro -%}

{# SQLite changes the case of the letters A to Z alone. #}
{%- macro karat_lower(x) -%}translate({{ x }}, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', 'abcdefghijklmnopqrstuvwxyz'){%- endmacro -%}

{# As karat_lower. #}
{%- macro karat_upper(x) -%}translate({{ x }}, 'abcdefghijklmnopqrstuvwxyz', 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'){%- endmacro -%}

{# The white space that Karat takes off. #}
{%- macro karat_spaces() -%}{{ return("\t\n\u000b\u000c\r \u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000") }}{%- endmacro -%}

{# Without white space around it. #}
{%- macro karat_stripped(x) -%}{{ return(adapter.dispatch('karat_stripped', 'karat')(x)) }}{%- endmacro -%}
{%- macro duckdb__karat_stripped(x) -%}trim({{ x }}, '{{ karat_spaces() }}'){%- endmacro -%}
{%- macro spark__karat_stripped(x) -%}trim(both '{{ karat_spaces() }}' from {{ x }}){%- endmacro -%}

{# Trimmed; NULL where nothing is left. #}
{%- macro karat_clean(x) -%}nullif({{ karat_stripped(x) }}, ''){%- endmacro -%}

{# Trimmed and in lower case. #}
{%- macro karat_norm_id(x) -%}lower({{ karat_clean(x) }}){%- endmacro -%}

{# The least and the greatest of several values; NULL where one of them is. #}
{%- macro karat_least() -%}case when {% for x in varargs %}{{ x }} is null{{ " or " if not loop.last }}{% endfor %} then null else least({{ varargs | join(", ") }}) end{%- endmacro -%}
{%- macro karat_greatest() -%}case when {% for x in varargs %}{{ x }} is null{{ " or " if not loop.last }}{% endfor %} then null else greatest({{ varargs | join(", ") }}) end{%- endmacro -%}

{# A division whose fraction is cut off. #}
{%- macro karat_whole_division(a, b) -%}{{ return(adapter.dispatch('karat_whole_division', 'karat')(a, b)) }}{%- endmacro -%}
{%- macro duckdb__karat_whole_division(a, b) -%}(({{ a }}) // ({{ b }})){%- endmacro -%}
{%- macro spark__karat_whole_division(a, b) -%}(({{ a }}) div ({{ b }})){%- endmacro -%}

{# A number without its fraction. #}
{%- macro karat_truncated(x) -%}{{ return(adapter.dispatch('karat_truncated', 'karat')(x)) }}{%- endmacro -%}
{%- macro duckdb__karat_truncated(x) -%}cast(trunc({{ x }}) as bigint){%- endmacro -%}
{%- macro spark__karat_truncated(x) -%}cast({{ x }} as bigint){%- endmacro -%}

{# Half away from zero, by the digits of the number and not by its binary neighbour. #}
{%- macro karat_round(x, digits) -%}{{ return(adapter.dispatch('karat_round', 'karat')(x, digits)) }}{%- endmacro -%}
{%- macro duckdb__karat_round(x, digits) -%}{% if digits | string == '0' %}round(cast({{ x }} as double)){% else %}cast(printf('%.{{ digits }}f', cast({{ x }} as double)) as double){% endif %}{%- endmacro -%}
{%- macro spark__karat_round(x, digits) -%}round(cast({{ x }} as double), {{ digits }}){%- endmacro -%}

{# The day of an ISO date or time, as text. #}
{%- macro karat_day(x) -%}{{ return(adapter.dispatch('karat_day', 'karat')(x)) }}{%- endmacro -%}
{%- macro duckdb__karat_day(x) -%}strftime(try_cast({{ x }} as date), '%Y-%m-%d'){%- endmacro -%}
{%- macro spark__karat_day(x) -%}date_format(cast({{ x }} as date), 'yyyy-MM-dd'){%- endmacro -%}

{# So many days, months or years later, as text. #}
{%- macro karat_date_add(x, number, unit) -%}{{ return(adapter.dispatch('karat_date_add', 'karat')(x, number, unit)) }}{%- endmacro -%}
{%- macro duckdb__karat_date_add(x, number, unit) -%}strftime(try_cast({{ x }} as date) + interval ({{ number }}) {{ unit | replace("'", "") }}, '%Y-%m-%d'){%- endmacro -%}
{%- macro spark__karat_date_add(x, number, unit) -%}{% if "day" in unit %}date_format(date_add(cast({{ x }} as date), {{ number }}), 'yyyy-MM-dd'){% else %}date_format(add_months(cast({{ x }} as date), {{ number }} * {{ 12 if "year" in unit else 1 }}), 'yyyy-MM-dd'){% endif %}{%- endmacro -%}

{# Days since noon of the 24th of November 4714 BC; of dates, not of times. #}
{%- macro karat_julianday(x) -%}{{ return(adapter.dispatch('karat_julianday', 'karat')(x)) }}{%- endmacro -%}
{%- macro duckdb__karat_julianday(x) -%}(cast(date_diff('day', date '1970-01-01', try_cast({{ x }} as date)) as double) + 2440587.5e0){%- endmacro -%}
{%- macro spark__karat_julianday(x) -%}(cast(datediff(cast({{ x }} as date), date '1970-01-01') as double) + 2440587.5e0){%- endmacro -%}

{# 0 is Sunday. #}
{%- macro karat_weekday(x) -%}{{ return(adapter.dispatch('karat_weekday', 'karat')(x)) }}{%- endmacro -%}
{%- macro duckdb__karat_weekday(x) -%}dayofweek(try_cast({{ x }} as date)){%- endmacro -%}
{%- macro spark__karat_weekday(x) -%}(dayofweek(cast({{ x }} as date)) - 1){%- endmacro -%}

{# The Monday of its week. #}
{%- macro karat_week_start(x) -%}{{ return(adapter.dispatch('karat_week_start', 'karat')(x)) }}{%- endmacro -%}
{%- macro duckdb__karat_week_start(x) -%}strftime(date_trunc('week', try_cast({{ x }} as date)), '%Y-%m-%d'){%- endmacro -%}
{%- macro spark__karat_week_start(x) -%}date_format(date_trunc('week', cast({{ x }} as date)), 'yyyy-MM-dd'){%- endmacro -%}

{# Set to the right within so many letters. #}
{%- macro karat_padded(x, width) -%}{{ return(adapter.dispatch('karat_padded', 'karat')(x, width)) }}{%- endmacro -%}
{%- macro duckdb__karat_padded(x, width) -%}case when length({{ x }}) >= {{ width }} then {{ x }} else lpad({{ x }}, {{ width }}, ' ') end{%- endmacro -%}
{%- macro spark__karat_padded(x, width) -%}case when length({{ x }}) >= {{ width }} then {{ x }} else lpad({{ x }}, {{ width }}, ' ') end{%- endmacro -%}

{# A number with so many digits behind its point, as text. #}
{%- macro karat_fixed(x, digits) -%}{{ return(adapter.dispatch('karat_fixed', 'karat')(x, digits)) }}{%- endmacro -%}
{%- macro duckdb__karat_fixed(x, digits) -%}printf('%.{{ digits }}f', cast({{ x }} as double)){%- endmacro -%}
{%- macro spark__karat_fixed(x, digits) -%}format_string('%.{{ digits }}f', cast({{ x }} as double)){%- endmacro -%}

{# What stands in the row that has the greatest value. #}
{%- macro karat_at_max(x, by) -%}{{ return(adapter.dispatch('karat_at_max', 'karat')(x, by)) }}{%- endmacro -%}
{%- macro duckdb__karat_at_max(x, by) -%}arg_max_null({{ x }}, {{ by }}){%- endmacro -%}
{%- macro spark__karat_at_max(x, by) -%}max_by({{ x }}, {{ by }}){%- endmacro -%}

{# What stands in the row that has the least value. #}
{%- macro karat_at_min(x, by) -%}{{ return(adapter.dispatch('karat_at_min', 'karat')(x, by)) }}{%- endmacro -%}
{%- macro duckdb__karat_at_min(x, by) -%}arg_min_null({{ x }}, {{ by }}){%- endmacro -%}
{%- macro spark__karat_at_min(x, by) -%}min_by({{ x }}, {{ by }}){%- endmacro -%}

{# The texts of a group in order, with a separator between; NULL where there are none. #}
{%- macro karat_text_list(x, separator) -%}{{ return(adapter.dispatch('karat_text_list', 'karat')(x, separator, varargs)) }}{%- endmacro -%}
{%- macro duckdb__karat_text_list(x, separator, by) -%}string_agg({{ x }}, {{ separator }} order by {% for each in by %}{{ each }} nulls first{{ ", " if not loop.last }}{% endfor %}){%- endmacro -%}
{%- macro spark__karat_text_list(x, separator, by) -%}nullif(array_join(transform(array_sort(collect_list(case when {{ x }} is not null then struct({{ by | join(", ") }}, {{ x }} as text_of_list) end)), each -> each.text_of_list), {{ separator }}), ''){%- endmacro -%}

{# The most frequent text of a group, the smallest where they tie. #}
{%- macro karat_mode(x) -%}{{ return(adapter.dispatch('karat_mode', 'karat')(x)) }}{%- endmacro -%}
{%- macro duckdb__karat_mode(x) -%}list_extract(list_sort(list_transform(map_entries(histogram({{ karat_clean(x) }})), lambda e: {'c': -cast(e.value as bigint), 'k': e.key})), 1).k{%- endmacro -%}
{%- macro spark__karat_mode(x) -%}array_min(transform(array_distinct(collect_list({{ karat_clean(x) }})), v -> struct(-size(filter(collect_list({{ karat_clean(x) }}), w -> w = v)) as c, v as k))).k{%- endmacro -%}

{# A number as people write it, exactly; NULL where it is none. #}
{%- macro karat_decimal(x) -%}{{ return(adapter.dispatch('karat_decimal', 'karat')(x)) }}{%- endmacro -%}
{%- macro duckdb__karat_decimal(x) -%}case when regexp_full_match({{ karat_stripped(x) }}, '[+-]?[0-9,]*([.][0-9]*)?') then try_cast(replace({{ karat_stripped(x) }}, ',', '') as decimal(38, 18)) end{%- endmacro -%}
{%- macro spark__karat_decimal(x) -%}case when {{ karat_stripped(x) }} rlike '^[+-]?[0-9,]*([.][0-9]*)?$' then cast(replace({{ karat_stripped(x) }}, ',', '') as decimal(38, 18)) end{%- endmacro -%}

{# Money in whole numbers of its smallest unit, rounded half away from zero. #}
{%- macro karat_to_minor(x, scale) -%}{{ return(adapter.dispatch('karat_to_minor', 'karat')(x, scale)) }}{%- endmacro -%}
{%- macro duckdb__karat_to_minor(x, scale) -%}try_cast(round({{ karat_decimal(x) }}, {{ scale }}) * {{ 10 ** (scale | int) }} as bigint){%- endmacro -%}
{%- macro spark__karat_to_minor(x, scale) -%}cast(round({{ karat_decimal(x) }}, {{ scale }}) * {{ 10 ** (scale | int) }} as bigint){%- endmacro -%}

{# A whole number; NULL where it has a fraction. #}
{%- macro karat_to_int(x) -%}{{ return(adapter.dispatch('karat_to_int', 'karat')(x)) }}{%- endmacro -%}
{%- macro duckdb__karat_to_int(x) -%}case when {{ karat_decimal(x) }} = trunc({{ karat_decimal(x) }}) then try_cast({{ karat_decimal(x) }} as bigint) end{%- endmacro -%}
{%- macro spark__karat_to_int(x) -%}case when {{ karat_decimal(x) }} = floor({{ karat_decimal(x) }}) then cast({{ karat_decimal(x) }} as bigint) end{%- endmacro -%}

{# A number with a fraction. #}
{%- macro karat_to_real(x) -%}{{ return(adapter.dispatch('karat_to_real', 'karat')(x)) }}{%- endmacro -%}
{%- macro duckdb__karat_to_real(x) -%}case when isfinite(try_cast({{ karat_stripped(x) }} as double)) then try_cast({{ karat_stripped(x) }} as double) end{%- endmacro -%}
{%- macro spark__karat_to_real(x) -%}case when abs(cast({{ karat_stripped(x) }} as double)) < double('Infinity') then cast({{ karat_stripped(x) }} as double) end{%- endmacro -%}

{# A value that an expression needs more than once, under a name. #}
{%- macro karat_let(x, name, body) -%}{{ return(adapter.dispatch('karat_let', 'karat')(x, name, body)) }}{%- endmacro -%}
{%- macro duckdb__karat_let(x, name, body) -%}list_extract(list_transform([{{ x }}], lambda {{ name }}: {{ body }}), 1){%- endmacro -%}
{%- macro spark__karat_let(x, name, body) -%}element_at(transform(array({{ x }}), {{ name }} -> {{ body }}), 1){%- endmacro -%}

{# Whether a text is, as a whole, of a pattern; line ends are letters like others. #}
{%- macro karat_matches(x, pattern) -%}{{ return(adapter.dispatch('karat_matches', 'karat')(x, pattern)) }}{%- endmacro -%}
{%- macro duckdb__karat_matches(x, pattern) -%}regexp_full_match({{ x }}, '(?s){{ pattern }}'){%- endmacro -%}
{%- macro spark__karat_matches(x, pattern) -%}({{ x }} rlike '(?s)\\A(?:{{ pattern }})\\z'){%- endmacro -%}

{# What a group of a pattern finds; '' where it finds nothing. #}
{%- macro karat_found(x, pattern, group) -%}regexp_extract({{ x }}, '(?s){{ pattern }}', {{ group }}){%- endmacro -%}

{# A whole number of a text that holds one. #}
{%- macro karat_number(x) -%}try_cast({{ x }} as int){%- endmacro -%}

{# The ISO date of a year, a month and a day; NULL where there is no such day. #}
{%- macro karat_ymd(year, month, day) -%}{{ karat_let(year, "karat_y", karat_let(month, "karat_m", karat_let(day, "karat_d", "case when karat_y between 1000 and 9999 and karat_m between 1 and 12 and karat_d between 1 and 31 then " ~ karat_day(karat_iso("karat_y", "karat_m", "karat_d")) ~ " end"))) }}{%- endmacro -%}
{%- macro karat_iso(year, month, day) -%}concat(cast({{ year }} as string), '-', lpad(cast({{ month }} as string), 2, '0'), '-', lpad(cast({{ day }} as string), 2, '0')){%- endmacro -%}

{# A year of four digits, or of two: up to 30 of this century, else of the one before. #}
{%- macro karat_year(x) -%}case length({{ x }}) when 4 then {{ karat_number(x) }} when 2 then {{ karat_number(x) }} + case when {{ karat_number(x) }} <= 30 then 2000 else 1900 end end{%- endmacro -%}

{# The month that a word begins with; NULL where it is none. #}
{%- macro karat_month(x) -%}case lower(substr({{ x }}, 1, 3)) when 'jan' then 1 when 'feb' then 2 when 'mar' then 3 when 'apr' then 4 when 'may' then 5 when 'jun' then 6 when 'jul' then 7 when 'aug' then 8 when 'sep' then 9 when 'oct' then 10 when 'nov' then 11 when 'dec' then 12 end{%- endmacro -%}

{# One of the three words of a date, which stand with one blank between. #}
{%- macro karat_word(x, place) -%}{{ karat_found(x, "^([^ ]+) ([^ ]+) ([^ ]+)$", place) }}{%- endmacro -%}

{# The ISO date of a text, as people write dates: the day goes first where numbers leave it open, or the month where that is said. #}
{%- macro karat_to_date(x, order="'day first'") -%}
{%- set word = "[+]?[0-9]+" -%}
{%- set one, two, three = karat_word("karat_w", 1), karat_word("karat_w", 2), karat_word("karat_w", 3) -%}
{%- set day_first = karat_ymd(karat_year(three), karat_number(two), karat_number(one)) -%}
{%- set month_first = karat_ymd(karat_year(three), karat_number(one), karat_number(two)) -%}
{%- set wanted, other = (month_first, day_first) if "month first" in order else (day_first, month_first) -%}
{%- set of_words = "case when " ~ karat_matches("karat_w", "[A-Za-z]{3}[^ ]* " ~ word ~ " [^ ]+") ~ " then " ~ karat_ymd(karat_year(three), karat_month(one), karat_number(two))
    ~ " when " ~ karat_matches("karat_w", word ~ " [A-Za-z]{3}[^ ]* [^ ]+") ~ " then " ~ karat_ymd(karat_year(three), karat_month(two), karat_number(one))
    ~ " when not " ~ karat_matches("karat_w", word ~ " " ~ word ~ " [^ ]+") ~ " then null"
    ~ " when length(" ~ one ~ ") = 4 then " ~ karat_ymd(karat_number(one), karat_number(two), karat_number(three))
    ~ " else coalesce(" ~ wanted ~ ", " ~ other ~ ") end" -%}
{%- set of_cut = "case when " ~ karat_matches("karat_c", "[0-9]{8}") ~ " then " ~ karat_ymd(karat_number("substr(karat_c, 1, 4)"), karat_number("substr(karat_c, 5, 2)"), karat_number("substr(karat_c, 7, 2)"))
    ~ " else " ~ karat_let(karat_words("karat_c"), "karat_w", of_words) ~ " end" -%}
{%- set cut = "case when " ~ karat_matches("karat_t", "[-0-9/.]{8,}[T ].*") ~ " then " ~ karat_found("karat_t", "^[-0-9/.]+", 0) ~ " else karat_t end" -%}
{{ karat_let(karat_stripped(x), "karat_t", "case when " ~ karat_starts_with_day("karat_t", "(?:[T ].*)?") ~ " then substr(karat_t, 1, 10) else " ~ karat_let(cut, "karat_c", of_cut) ~ " end") }}
{%- endmacro -%}

{# The words between hyphens, slashes, points, commas and blanks, with one blank between. #}
{%- macro karat_words(x) -%}{{ return(adapter.dispatch('karat_words', 'karat')(x)) }}{%- endmacro -%}
{%- macro duckdb__karat_words(x) -%}trim(regexp_replace({{ x }}, '[-/. ,]+', ' ', 'g'), ' '){%- endmacro -%}
{%- macro spark__karat_words(x) -%}trim(both ' ' from regexp_replace({{ x }}, '[-/. ,]+', ' ')){%- endmacro -%}

{# Whether an ISO date that there is stands in front, and behind it what a pattern says. #}
{%- macro karat_starts_with_day(x, pattern) -%}({{ karat_matches(x, "[0-9]{4}-[0-9]{2}-[0-9]{2}" ~ pattern) }} and {{ karat_day("substr(" ~ x ~ ", 1, 10)") }} is not null){%- endmacro -%}

{# Seconds by which a zone is ahead of UTC (`Z`, `+05:30`, nothing at all); NULL where it is none. #}
{%- macro karat_zone(x) -%}
{%- set digits = "replace(substr(karat_z, 2), ':', '')" -%}
{{ karat_let(x, "karat_z", "case when karat_z in ('', 'Z') then 0 when " ~ karat_matches("concat(substr(karat_z, 1, 1), " ~ digits ~ ")", "[-+Z](?:[0-9]{2}|[-+][0-9])(?:.?|(?:[0-9]{2}|[-+][0-9]).*)")
    ~ " then case when substr(karat_z, 1, 1) = '-' then -1 else 1 end * (3600 * " ~ karat_number("substr(" ~ digits ~ ", 1, 2)")
    ~ " + case when length(" ~ digits ~ ") >= 4 then 60 * " ~ karat_number("substr(" ~ digits ~ ", 3, 2)") ~ " else 0 end) end") }}
{%- endmacro -%}

{# A day, hours, minutes and seconds so many seconds ahead of UTC as a time of the database; NULL where there is no such time. #}
{%- macro karat_at(day, hour, minute, second, ahead) -%}{{ karat_let(hour, "karat_h", karat_let(minute, "karat_i", karat_let(second, "karat_s", karat_let(ahead, "karat_a",
    "case when karat_h between 0 and 23 and karat_i between 0 and 59 and karat_s between 0 and 59 and karat_a is not null then " ~ karat_moved_clock(day, "3600 * karat_h + 60 * karat_i + karat_s - karat_a") ~ " end")))) }}{%- endmacro -%}
{%- macro karat_moved_clock(day, seconds) -%}{{ return(adapter.dispatch('karat_moved_clock', 'karat')(day, seconds)) }}{%- endmacro -%}
{%- macro duckdb__karat_moved_clock(day, seconds) -%}(try_cast({{ day }} as timestamp) + to_seconds({{ seconds }})){%- endmacro -%}
{%- macro spark__karat_moved_clock(day, seconds) -%}timestampadd(second, {{ seconds }}, cast(cast({{ day }} as date) as timestamp_ntz)){%- endmacro -%}

{# The time that an ISO date with a clock behind it names, in UTC; NULL where it is none. Times without a zone are taken as UTC. #}
{%- macro karat_moment(x) -%}
{%- set clock = karat_stripped(karat_found("substr(karat_t, 12)", "^[^-Z+]*", 0)) -%}
{%- set zone = "substr(karat_t, 12 + length(" ~ karat_found("substr(karat_t, 12)", "^[^-Z+]*", 0) ~ "))" -%}
{%- set parts = "^([0-9]+):([0-9]+)(?::([0-9]|[0-9]{2}.*))?$" -%}
{%- set half = "case when " ~ karat_matches("karat_k", ".*[AaPp][Mm]") ~ " then upper(substr(karat_k, length(karat_k) - 1, 1)) else '' end" -%}
{%- set plain = karat_stripped("case when karat_half = '' then karat_k else substr(karat_k, 1, length(karat_k) - 2) end") -%}
{%- set hour = karat_number(karat_found("karat_p", parts, 1)) -%}
{%- set hours = "case when karat_half = '' then " ~ hour ~ " when " ~ hour ~ " between 1 and 12 then " ~ hour ~ " % 12 + case karat_half when 'P' then 12 else 0 end end" -%}
{%- set second = "case when " ~ karat_found("karat_p", parts, 3) ~ " = '' then 0 else " ~ karat_number("substr(" ~ karat_found("karat_p", parts, 3) ~ ", 1, 2)") ~ " end" -%}
{%- set at = "case when " ~ karat_matches("karat_p", parts[1:-1]) ~ " then " ~ karat_at("substr(karat_t, 1, 10)", hours, karat_number(karat_found("karat_p", parts, 2)), second, karat_zone(zone)) ~ " end" -%}
{{ karat_let(karat_stripped(x), "karat_t", "case when " ~ karat_starts_with_day("karat_t", "[ -~\t].{5,}") ~ " then " ~ karat_let(clock, "karat_k", karat_let(half, "karat_half", karat_let(plain, "karat_p", at))) ~ " end") }}
{%- endmacro -%}

{# The time of a letter's head, `Mon, 05 Jan 2026 10:00:00 +0100`, in UTC; NULL where it is none. #}
{%- macro karat_letter_moment(x) -%}
{%- set parts = "^(?:([A-Za-z]{3}),)? *([0-9]{1,2}) +([A-Za-z]{3}) +([0-9]{2,}) +([0-9]{2}):([0-9]{2})(?::([0-9]{2}))? +([-+][0-9]{2}:?[0-9]{2}|[A-Za-z]{1,3})$" -%}
{%- set part = [] -%}{%- for place in range(1, 9) -%}{%- do part.append(karat_found("karat_t", parts, place)) -%}{%- endfor -%}
{%- set year = karat_number(part[3]) ~ " + case when length(" ~ part[3] ~ ") > 3 then 0 when length(" ~ part[3] ~ ") = 2 and " ~ karat_number(part[3]) ~ " < 50 then 2000 else 1900 end" -%}
{%- set day = karat_ymd(year, karat_month(part[2]), karat_number(part[1])) -%}
{%- set ahead = "case lower(" ~ part[7] ~ ") when 'gmt' then 0 when 'ut' then 0 when 'edt' then -14400 when 'est' then -18000 when 'cdt' then -18000 when 'cst' then -21600 when 'mdt' then -21600 when 'mst' then -25200 when 'pdt' then -25200 when 'pst' then -28800 else case when "
    ~ karat_matches(part[7], "[A-IK-Za-ik-z]") ~ " then 0 when " ~ karat_matches(part[7], "[-+].*") ~ " then " ~ karat_zone(part[7]) ~ " end end" -%}
{%- set second = "case when " ~ part[6] ~ " = '' then 0 else " ~ karat_number(part[6]) ~ " end" -%}
{{ karat_let(karat_stripped(x), "karat_t", "case when " ~ karat_matches("karat_t", parts[1:-1]) ~ " then " ~ karat_let(day, "karat_g",
    "case when " ~ part[0] ~ " = '' or lower(" ~ part[0] ~ ") = " ~ karat_day_name("karat_g") ~ " then " ~ karat_at("karat_g", karat_number(part[4]), karat_number(part[5]), second, ahead) ~ " end") ~ " end") }}
{%- endmacro -%}

{# `mon` of the date of a Monday. #}
{%- macro karat_day_name(x) -%}case {{ karat_weekday(x) }} when 0 then 'sun' when 1 then 'mon' when 2 then 'tue' when 3 then 'wed' when 4 then 'thu' when 5 then 'fri' when 6 then 'sat' end{%- endmacro -%}

{# The UTC time of a text, to the second; a day alone is its first second. #}
{%- macro karat_to_timestamp(x) -%}{{ karat_let(x, "karat_x", "coalesce(" ~ karat_told(karat_moment("karat_x")) ~ ", " ~ karat_told(karat_letter_moment("karat_x")) ~ ", " ~ karat_to_date("karat_x") ~ " || 'T00:00:00Z')") }}{%- endmacro -%}
{%- macro karat_told(x) -%}{{ return(adapter.dispatch('karat_told', 'karat')(x)) }}{%- endmacro -%}
{%- macro duckdb__karat_told(x) -%}strftime({{ x }}, '%Y-%m-%dT%H:%M:%SZ'){%- endmacro -%}
{%- macro spark__karat_told(x) -%}date_format({{ x }}, "yyyy-MM-dd'T'HH:mm:ss'Z'"){%- endmacro -%}

{# Whole seconds from one time to another. #}
{%- macro karat_seconds_between(a, b) -%}{{ return(adapter.dispatch('karat_seconds_between', 'karat')(a, b)) }}{%- endmacro -%}
{%- macro duckdb__karat_seconds_between(a, b) -%}date_diff('second', {{ karat_moment(a) }}, {{ karat_moment(b) }}){%- endmacro -%}
{%- macro spark__karat_seconds_between(a, b) -%}timestampdiff(second, {{ karat_moment(a) }}, {{ karat_moment(b) }}){%- endmacro -%}

{# `1.234,56` with a point before its fraction and no other marks. #}
{%- macro karat_from_comma(x) -%}replace(replace({{ x }}, '.', ''), ',', '.'){%- endmacro -%}

{# The words behind a label in free text. #}
{%- macro karat_after_label(x, label) -%}{{ return(adapter.dispatch('karat_after_label', 'karat')(x, label)) }}{%- endmacro -%}
{%- macro duckdb__karat_after_label(x, label) -%}rtrim({{ karat_clean("regexp_extract(substr(" ~ x ~ ", strpos(" ~ x ~ ", " ~ label ~ ") + length(" ~ label ~ ")), '^[^,;\n]*')") }}, '.'){%- endmacro -%}
{%- macro spark__karat_after_label(x, label) -%}trim(trailing '.' from {{ karat_clean("regexp_extract(substr(" ~ x ~ ", instr(" ~ x ~ ", " ~ label ~ ") + length(" ~ label ~ ")), '^[^,;\n]*', 0)") }}){%- endmacro -%}
