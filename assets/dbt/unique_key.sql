{# Columns that are a key together: no two rows share them. #}
{% test karat_unique_key(model, columns) %}
select {{ columns | join(", ") }}, count(*) as times
from {{ model }}
group by {{ columns | join(", ") }}
having count(*) > 1
{% endtest %}
