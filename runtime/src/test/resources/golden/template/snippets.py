"""One-line templates, each about one rule of the language."""

CONTEXT = {
    "n": 7,
    "f": 2.5,
    "s": "Hello, World",
    "u": "na\u00efve \U0001f642 stra\u00dfe",
    "w": "  \t padded \n ",
    "words": ["banana", "Apple", "cherry", "apple"],
    "nums": [3, 1, 2, 3],
    "empty": [],
    "none": None,
    "yes": True,
    "d": {"b": 1, "a": [1, "x", None, True, 1.5], "items": 9},
    "people": [
        {"name": "Ann", "age": 31, "pet": {"kind": "cat"}},
        {"name": "bob", "age": 4},
        {"name": "Cid", "age": 31, "pet": {"kind": "dog"}},
    ],
    "lines": "one\ntwo\n\n  three\n",
    "html": "<a href=\"x\">it's & so</a>",
}

SNIPPETS = r"""
{{ 1 + 2 * 3 - 4 }} {{ (1 + 2) * 3 }} {{ 7 // 2 }} {{ -7 // 2 }} {{ 7 % 3 }} {{ -7 % 3 }} {{ 7 / 2 }} {{ 4 / 2 }}
{{ 2 ** 10 }} {{ 2 ** -1 }} {{ -2 ** 2 }} {{ 2 ** 3 ** 2 }} {{ 2.0 ** 3 }} {{ 1_000 }}
{{ 1.5 + 1 }} {{ 0.1 + 0.2 }} {{ 1e3 }} {{ 1e16 }} {{ 1e15 }} {{ 0.0001 }} {{ 0.00001 }} {{ 1.5e300 }} {{ -0.0 }} {{ 100.0 }} {{ 2.5e-7 }}
{{ 7.5 // 2 }} {{ -7.5 // 2 }} {{ 7.5 % 2 }} {{ -7.5 % 2 }}
{{ true + 1 }} {{ true == 1 }} {{ 1 == 1.0 }} {{ '1' == 1 }} {{ none == none }} {{ [1, 2] == [1, 2] }} {{ (1, 2) == [1, 2] }}
{{ 'a' + 'b' }} {{ 'a' ~ 1 ~ none ~ true ~ 1.0 ~ [1, 'x'] }} {{ 'ab' * 3 }} {{ 3 * 'ab' }} {{ [1] * 2 + [3] }}
{{ 'a' + 1 }}
{{ 1 + 'a' }}
{{ none + 'a' }}
{{ 1 < 2 < 3 }} {{ 1 < 3 < 2 }} {{ 'a' < 'b' }} {{ [1, 2] < [1, 3] }} {{ 1 <= 1 }} {{ 2 >= 3 }} {{ 1 != 2 }}
{{ 1 < 'a' }}
{{ not true }} {{ not '' }} {{ true and 'x' }} {{ false or 'y' }} {{ '' or none }} {{ 0 and 1 }} {{ not 1 == 2 }}
{{ 'ell' in s }} {{ 'z' not in s }} {{ 3 in nums }} {{ 'b' in d }} {{ 1 in empty }} {{ not 3 in nums }}
{{ 1 in s }}
{{ 'x' if n > 5 else 'y' }} {{ 'x' if n > 50 }}| {{ 1 if false else 2 if false else 3 }}
{{ missing }}| {{ missing is defined }} {{ d.nope }}| {{ d['nope'] is undefined }}
{{ missing.attribute }}
{{ d.nope.deeper }}
{{ missing + 'x' }}
{{ missing ~ 'x' }} {{ missing | length }} {{ missing | list }} {{ missing == missing }} {{ missing == none }} {{ 'x' in missing }}
{{ missing() }}
{{ none }} {{ true }} {{ false }} {{ None }} {{ True }} {{ [] }} {{ {} }} {{ () }} {{ (1,) }} {{ (1, 'a') }} {{ 1, 2 }}
{{ [1, 'a', "it's", 'q"q', none, 1.0, {'k': 'v', 2: [3]}] }}
{{ 'tab\there' }} {{ ['tab\there\n', '\\', '\u00e9', '\x01', '\u200b', '\U0001f642'] }}
{{ 'a\'b' }} {{ "a\"b" }} {{ 'a\qb' }} {{ '\x41\101' }} {{ 'con' 'cat' }}
{{ d }} {{ d.b }} {{ d['a'] }} {{ d.a[0] }} {{ d.a[-1] }} {{ d.a.1 }} {{ d.a[9] }}|
{{ d.keys() | list }} {{ d.values() | list }} {{ d.items() | list }} {{ d['items'] }} {{ d.get('b') }} {{ d.get('z') }} {{ d.get('z', 5) }}
{{ s[0] }} {{ s[-1] }} {{ s[1:4] }} {{ s[:3] }} {{ s[-3:] }} {{ s[::-1] }} {{ s[::2] }} {{ s[10:2:-2] }} {{ s[99:] }}| {{ s[-99:2] }}
{{ nums[1:] }} {{ nums[::-1] }} {{ nums[:-1] }} {{ nums[5:] }} {{ nums[-2:] }} {{ nums[::3] }} {{ (1, 2, 3)[1:] }}
{{ u[6] }} {{ u | length }} {{ u[5:8] }} {{ u[::-1] }} {{ u.upper() }} {{ u.find('s') }} {{ u.title() }}
{{ nums[::0] }}
{{ n[0] }}| {{ n['x'] }}| {{ s['x'] }}| {{ s[99] }}|
{{ s.upper() }} {{ s.lower() }} {{ s.title() }} {{ s.swapcase() }} {{ s.capitalize() }} {{ 'hELLO wORLD'.capitalize() }}
{{ w.strip() }}| {{ w.lstrip() }}| {{ w.rstrip() }}| {{ 'xxaxx'.strip('x') }} {{ 'abcba'.lstrip('ab') }} {{ 'abcba'.rstrip('ba') }} {{ '\n\nx\n'.strip('\n') }}
{{ s.split(',') }} {{ ' a  b c '.split() }} {{ 'a-b-c'.split('-', 1) }} {{ 'a-b-c'.rsplit('-', 1) }} {{ ''.split() }} {{ ''.split(',') }} {{ ' a b c'.split(none, 1) }}
{{ s.startswith('He') }} {{ s.endswith('d') }} {{ s.startswith(('x', 'H')) }} {{ s.endswith('') }} {{ s.startswith('e', 1) }}
{{ s.startswith(1) }}
{{ s.replace('l', 'L') }} {{ s.replace('l', 'L', 1) }} {{ s.replace('', '.') }} {{ s | replace('o', 0) }} {{ s | replace('l', '', 2) }}
{{ s.find('o') }} {{ s.find('z') }} {{ s.rfind('o') }} {{ s.index('o') }} {{ s.count('l') }} {{ s.count('') }}
{{ ', '.join(words) }} {{ '-'.join('abc') }} {{ ''.join([]) }}
{{ '-'.join([1]) }}
{{ 'abc'.isdigit() }} {{ '12'.isdigit() }} {{ ''.isdigit() }} {{ 'ab'.isalpha() }} {{ ' '.isspace() }} {{ 'AB'.isupper() }} {{ 'aB'.islower() }} {{ 'a1'.isalnum() }}
{{ lines.splitlines() }} {{ lines.splitlines(true) }} {{ 'a\r\nb\rc'.splitlines() }} {{ '7'.zfill(3) }} {{ 'x'.ljust(3) }}| {{ 'x'.rjust(3, '.') }}
{{ 'prefix-x'.removeprefix('prefix-') }} {{ 'x.py'.removesuffix('.py') }} {{ 'a=b=c'.partition('=') }} {{ 'a=b=c'.rpartition('=') }} {{ 'abc'.partition('=') }}
{{ w | trim }}| {{ 'xax' | trim('x') }} {{ s | length }} {{ words | count }} {{ d | length }} {{ s | upper | lower | title }}
{{ 'foo-bar (baz) it\'s' | title }} {{ 'foo BAR' | capitalize }} {{ 'o\'neil'.title() }} {{ '' | title }}
{{ words | join(', ') }} {{ nums | join('-') }} {{ people | join('/', attribute='name') }} {{ [none, true, 1.5] | join }}
{{ missing | default('x') }} {{ none | default('x') }} {{ none | default('x', true) }} {{ '' | d('y', boolean=true) }} {{ 0 | default(5) }} {{ missing | default }}|
{{ words | first }} {{ words | last }} {{ empty | first }}| {{ s | first }} {{ s | list | length }} {{ d | first }}
{{ people | map(attribute='name') | list }} {{ words | map('upper') | list }} {{ people | map(attribute='pet.kind', default='-') | list }} {{ nums | map('string') | join }}
{{ people | selectattr('pet') | map(attribute='name') | list }} {{ people | selectattr('age', 'gt', 10) | list | length }} {{ people | rejectattr('pet', 'defined') | map(attribute='name') | first }} {{ people | selectattr('pet') | selectattr('pet.kind', '==', 'cat') | list | length }}
{{ nums | select('odd') | list }} {{ nums | reject('equalto', 3) | list }} {{ [0, 1, '', 'a', none] | select | list }} {{ nums | select('in', [1, 2]) | list }}
{{ nums | sort }} {{ nums | sort(reverse=true) }} {{ words | sort }} {{ words | sort(case_sensitive=true) }} {{ people | sort(attribute='age') | map(attribute='name') | list }} {{ people | sort(attribute='age,name') | map(attribute='name') | join }}
{{ nums | unique | list }} {{ words | unique | list }} {{ words | unique(case_sensitive=true) | list }} {{ people | unique(attribute='age') | map(attribute='name') | list }}
{{ nums | reverse | list }} {{ s | reverse }} {{ nums | sum }} {{ people | sum(attribute='age') }} {{ nums | min }} {{ nums | max }} {{ words | max }} {{ nums | sum(start=10) }}
{{ d | dictsort }} {{ {'B': 2, 'a': 3, 'c': 1} | dictsort(by='value') }} {{ {'B': 2, 'a': 3} | dictsort(true) }} {{ {'b': 1, 'a': 2} | dictsort(reverse=true) }}
{{ d | items | list }} {{ nums | batch(3) | list }} {{ nums | batch(3, 0) | list }} {{ people | groupby('age') | map('first') | list }}
{{ '42' | int }} {{ ' 42 ' | int }} {{ 'x' | int }} {{ 'x' | int(9) }} {{ '3.9' | int }} {{ 3.9 | int }} {{ -3.9 | int }} {{ none | int }} {{ true | int }} {{ 'ff' | int(0, 16) }} {{ '0x1f' | int(base=16) }} {{ '1_000' | int }}
{{ '1.5' | float }} {{ 'x' | float }} {{ 3 | float }} {{ none | float(1.0) }} {{ '1e3' | float }}
{{ 2.5 | round }} {{ 3.5 | round }} {{ 2.567 | round(2) }} {{ 2.5 | round(method='ceil') }} {{ 2.51 | round(1, 'floor') }} {{ 42 | round }} {{ 1234 | round(-2) }} {{ 2.675 | round(2) }}
{{ -5 | abs }} {{ -2.5 | abs }} {{ 5 | abs }} {{ 3.0 | string }} {{ [1] | string | length }} {{ 5 | string ~ 'x' }}
{{ d | tojson }} {{ s | tojson }} {{ none | tojson }} {{ true | tojson }} {{ 1.0 | tojson }} {{ [] | tojson }} {{ {} | tojson }} {{ u | tojson }} {{ html | tojson }}
{{ d | tojson(indent=2) }} {{ {'a': {}, 'b': [], 'c': [1, {'x': 2}]} | tojson(indent=4) }} {{ [1, 2] | tojson(indent=0) }} {{ [1] | tojson(indent='--') }}
{{ d | tojson(sort_keys=true) }} {{ [1, {'a': 2}] | tojson(separators=(',', ':')) }} {{ u | tojson(ensure_ascii=true) }} {{ {1: 2, none: 4, 'x': 5} | tojson }} {{ (1, 2) | tojson }}
{{ ['\n\t\r\x08\x0c\x1f\x7f/\\"'] | tojson }} {{ '\u2028' | tojson }} {{ 1e20 | tojson }} {{ 1e-7 | tojson }}
{{ missing | tojson }}
{{ lines | indent }}| {{ lines | indent(2, true) }}| {{ lines | indent(2, blank=true) }}| {{ lines | indent('> ') }}| {{ 'x' | indent }}|
{{ 'x' | e }} {{ html | e }} {{ html | escape }} {{ html | safe }} {{ 'a b  c' | wordcount }}
{{ n is number }} {{ n is integer }} {{ f is float }} {{ true is number }} {{ true is integer }} {{ true is boolean }} {{ n is string }} {{ s is string }} {{ d is mapping }} {{ nums is mapping }}
{{ nums is sequence }} {{ s is sequence }} {{ d is sequence }} {{ n is sequence }} {{ s is iterable }} {{ n is iterable }} {{ none is none }} {{ none is not none }} {{ missing is none }} {{ missing is iterable }}
{{ 4 is even }} {{ 3 is odd }} {{ 9 is divisibleby 3 }} {{ 9 is divisibleby(2) }} {{ true is true }} {{ 1 is true }} {{ false is false }} {{ none is false }}
{{ 1 is eq 1 }} {{ 1 is equalto(2) }} {{ 1 is ne 2 }} {{ 2 is gt 1 }} {{ 2 is lt 1 }} {{ 2 is ge 2 }} {{ 1 is in [1] }} {{ 'a' is in 'abc' }} {{ 1 is sameas 1 }} {{ 'abc' is lower }} {{ 'ABC' is upper }}
{{ s is defined and n is defined }} {{ s is not defined or n is number }} {{ not s is defined }} {{ range is callable }}
{{ n is nosuchtest }}
{{ n | nosuchfilter }}
{{ range(3) | list }} {{ range(1, 4) | list }} {{ range(5, 0, -2) | list }} {{ range(0) | list }} {{ dict(a=1, b='x') }}
{{ range(100001) | list | length }}
{% for x in nums %}{{ loop.index }}{{ loop.index0 }}{{ loop.revindex }}{{ loop.revindex0 }}{{ loop.first }}{{ loop.last }}{{ loop.length }} {% endfor %}
{% for x in nums %}{{ loop.previtem }}<{{ x }}>{{ loop.nextitem }} {{ loop.cycle('a', 'b') }} {{ loop.changed(x) }};{% endfor %}
{% for k, v in d.items() %}{{ k }}={{ v }};{% endfor %} {% for k in d %}{{ k }}{% endfor %} {% for c in 'h\u00e9\U0001f642' %}[{{ c }}]{% endfor %}
{% for x in empty %}x{% else %}none{% endfor %} {% for x in missing %}x{% else %}none{% endfor %} {% for x in nums if x > 2 %}{{ x }}{{ loop.length }}{% else %}no{% endfor %}
{% for x in none %}x{% endfor %}
{% for x in n %}x{% endfor %}
{% for a, b in [(1, 2), [3, 4]] %}{{ a }}{{ b }}{% endfor %} {% for (a, b) in [[5, 6]] %}{{ a }}{{ b }}{% endfor %}
{% for a, b in [(1, 2, 3)] %}{{ a }}{% endfor %}
{% for x in nums %}{% if x == 2 %}{% break %}{% endif %}{{ x }}{% endfor %} {% for x in nums %}{% if x == 1 %}{% continue %}{% endif %}{{ x }}{% endfor %}
{% for x in [1, 2] %}{% for y in [1, 2] %}{% if y == 2 %}{% break %}{% endif %}{{ x }}{{ y }} {% endfor %}{{ loop.index }}{% endfor %}
{% set a = 1 %}{% for x in nums %}{{ a }}{% set a = 2 %}{{ a }}{% endfor %}{{ a }}
{% set a = 1 %}{% if true %}{% set a = 2 %}{% endif %}{{ a }} {% set x, y = 1, 2 %}{{ x }}{{ y }} {% set t = 1, 2 %}{{ t }}
{% set ns = namespace(c=0) %}{% for x in nums %}{% set ns.c = ns.c + x %}{% endfor %}{{ ns.c }} {{ ns.zz }}| {% set m = namespace({'q': 1}, r=2) %}{{ m.q }}{{ m.r }} {{ m['q'] }}
{% set d.b = 2 %}
{% set b %}in {{ n }}{% endset %}{{ b }} {% set b | upper | replace('I', 'O') %}in {{ n }}{% endset %}{{ b }}
{% macro m(a, b='B', c=none) %}[{{ a }}{{ b }}{{ c }}]{% endmacro %}{{ m(1) }}{{ m(1, 2) }}{{ m(1, c=3) }}{{ m(b=2, a=1) }}{{ m() }}
{% macro m() %}{{ varargs }}{{ kwargs }}{% endmacro %}{{ m(1, 2, k=3) }}
{% macro fact(k) %}{% if k < 2 %}1{% else %}{{ k }}*{{ fact(k - 1) }}{% endif %}{% endmacro %}{{ fact(5) }}
{% set v = 1 %}{% macro m() %}{{ v }}{% endmacro %}{{ m() }}{% set v = 2 %}{{ m() }}
{% macro m() %}<{{ caller() }}>{% endmacro %}{% call m() %}inside {{ n }}{% endcall %} {% macro l(xs) %}{% for x in xs %}{{ caller(x) }}{% endfor %}{% endmacro %}{% call(x) l(nums) %}({{ x }}){% endcall %}
{{ raise_exception('no ' ~ n) }}
{{ strftime_now('%Y-%m-%d %H:%M:%S') }} {{ strftime_now('%d %b %Y, %A %B %e %j %y %I%p %%') }} {{ strftime_now('%-d %-m') }}
{% if n > 5 and (s or missing) %}a{% elif n %}b{% else %}c{% endif %} {% if none %}a{% elif empty %}b{% else %}c{% endif %}
{# comment #}x{#- tight -#} y {{- n -}} z {%- if true -%} t {%- endif -%} w
{{ '{{' }} {{ "}}" }} {{ '%}' }} {% raw %}{{ x }}{% endraw %} { { % # } {{ {'a': {'b': 1}}['a']['b'] }}
{{ [1, 2,] }} {{ {'a': 1,} }} {{ (1, 2,) }} {{ [[1, 2], [3]] | map('first') | list }} {{ [[1, 2], [3]] | sum(start=[]) }}
{% filter upper %}a{{ n }}b{% endfilter %} {% filter replace('a', 'b') | trim %} banana {% endfilter %}|
{% with x = 5 %}{{ x }}{% endwith %}{{ x }}| {% with %}{% set q = 1 %}{% endwith %}{{ q }}|
{% generation %}g{{ n }}{% endgeneration %}
{{ s | length > 5 and n }} {{ s | upper == 'HELLO, WORLD' }} {{ -n | abs }} {{ n | string + 'x' }} {{ (n + 1) | string }}
{{ s.nope }}| {{ nums.nope }}| {{ n.real is defined or true }} {{ d.items is defined }} {{ ''.__class__ is defined }}
{{ people[0].name }} {{ people[0]['pet'].kind }} {{ people[-1].pet['kind'] }}
{{ people[1].pet.kind }}
{{ (people | first).name }} {{ (people | selectattr('age', 'lt', 10) | first).name }} {{ people | map(attribute='age') | sort | last }}
{{ nums.index(2) }} {{ nums.count(3) }} {{ (nums | length) - 1 }} {{ nums | length - 1 }} {{ nums[nums | length - 1] }} {{ nums[-1] == nums | last }}
{{ 10 is divisibleby 5 and 'y' or 'n' }} {{ 'a' if missing is defined else 'b' }} {{ missing if missing is defined else 'c' }}
{% for x in nums %}{% set outer = loop %}{% for y in [1] %}{{ outer.index }}{{ loop.index }} {% endfor %}{% endfor %}
{% if missing is defined and missing.x %}a{% else %}b{% endif %} {% if missing is not defined or missing.x %}a{% endif %}
{{ s[:5] + '...' if s | length > 5 else s }} {{ (s if n else u)[:2] }} {{ {'a': 'x'}.get('a', '') | upper }} {{ ['a', 'b'][n % 2] }}
{% include 'x' %}
{% if %}
{{ 1 + }}
{{ (1 }}
{% for x in nums %}
{{ 'open }}
{# open
{% endif %}
{% nosuchtag %}
{% break %}
{{ }}
""".strip("\n").split("\n")

SNIPPETS += [
    "a\n  {% if true %}\n  b\n  {% endif %}\nc\n",
    "a\n  {%+ if true +%}\n  b\n  {% endif -%}\n  c\n\n",
    "  {% if true %}x{% endif %}\n  y  {{ n }}  \n  {# gone #}\nz",
    "x {% if true %} y {% endif %} z\n\n",
    "{{ n }}\n{{ n }}\n\n",
    "\n\n{% if true %}\n\nx\n{% endif %}\n",
    "a{# c #}\nb\n   {# c #}   \nc",
    "{% if true %}\r\nx\r\n{% endif %}\r\ny\r\n",
    "{%- if true -%}\n  x\n{%- endif -%}\n  y",
    "  {%- raw -%}  {{ x }}  {%- endraw -%}  y",
    "a\n  {% raw %}\n  {{ x }}\n  {% endraw %}\nb",
    "\t{% set q = 1 %}\n\t{{ q }}\n",
    "{{\n  n\n  +\n  1\n}}",
    "{% for x in nums -%}\n  {{ x }}\n{%- endfor %}\n",
    "{% for x in nums %}\n{{ x }},\n{% endfor %}\n.",
    "{% set ns = namespace(a=none) %}{{ ns.a is none }}{{ ns['a'] is none }}{{ ns.b is defined }}{% set ns.a = 1 %}{{ ns.a }}",
    "{% for x in [none, 1] %}{{ loop.previtem is none }}{{ loop.nextitem is defined }} {% endfor %}",
]
