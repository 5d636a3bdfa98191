{# Schemas are called as they are in Karat, without the target's in front. #}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {{ custom_schema_name | trim if custom_schema_name else target.schema }}
{%- endmacro %}

{# Makes every source readable: a view over its Parquet file. #}
{% macro karat_register_sources() %}
    {% if execute %}
        {% for node in graph.sources.values() if node.package_name == "karat" %}
            {% do run_query("create schema if not exists " ~ node.schema) %}
            {% do run_query(adapter.dispatch("karat_source", "karat")(node.schema, node.identifier, var("parquet") ~ "/" ~ node.source_name ~ "/" ~ node.name ~ ".parquet")) %}
        {% endfor %}
    {% endif %}
{% endmacro %}

{% macro duckdb__karat_source(schema, name, path) -%}
    create or replace view {{ schema }}.{{ name }} as select * from read_parquet('{{ path }}')
{%- endmacro %}

{% macro spark__karat_source(schema, name, path) -%}
    create or replace table {{ schema }}.{{ name }} using parquet location '{{ path }}'
{%- endmacro %}

{# Where the window of an incremental model begins; NULL where it is built whole. #}
{% macro karat_window_start(column, days) -%}
    {% if is_incremental() %}(select {{ karat_date_add("max(" ~ column ~ ")", -days, "'day'") }} from {{ this }}){% else %}cast(null as string){% endif %}
{%- endmacro %}
