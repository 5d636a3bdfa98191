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

{# The words behind a label in free text. #}
{%- macro karat_after_label(x, label) -%}{{ return(adapter.dispatch('karat_after_label', 'karat')(x, label)) }}{%- endmacro -%}
{%- macro duckdb__karat_after_label(x, label) -%}rtrim({{ karat_clean("regexp_extract(substr(" ~ x ~ ", strpos(" ~ x ~ ", " ~ label ~ ") + length(" ~ label ~ ")), '^[^,;\n]*')") }}, '.'){%- endmacro -%}
{%- macro spark__karat_after_label(x, label) -%}trim(trailing '.' from {{ karat_clean("regexp_extract(substr(" ~ x ~ ", instr(" ~ x ~ ", " ~ label ~ ") + length(" ~ label ~ ")), '^[^,;\n]*', 0)") }}){%- endmacro -%}
