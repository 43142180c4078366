"""Writes schemas.json: groups of a schema with instances, in the shape of public JSON Schema test collections.

Run with Python 3.9 or newer, standard library only: python3 schemas.py > schemas.json
Every instance's "valid" is written by hand or by the family's construction; the tests check it with an independent
validator before they use it. Valid instances are in the order and spelling that a grammar produces.
"""
import itertools
import json
import sys

GROUPS = []


def group(description, schema, valid=(), invalid=()):
    GROUPS.append({
        "description": description,
        "schema": schema,
        "tests": [{"data": v, "valid": True} for v in valid] + [{"data": v, "valid": False} for v in invalid],
    })


def types():
    samples = {"null": [None], "boolean": [True, False], "integer": [0, 7, -12], "number": [0, -1.5, 2e10],
               "string": ["", "a", "\u00e9\u4e2d\U0001f600", "line\nbreak \"quoted\" \\ /"], "array": [[], [1, "a", None]],
               "object": [{}, {"a": {"b": [1]}}]}
    names = list(samples)
    for name in names:
        wrong = [v for other in names if other != name for v in samples[other]]
        if name in ("integer", "number"):
            wrong = [v for v in wrong if not isinstance(v, (int, float)) or isinstance(v, bool)]
        group("type " + name, {"type": name}, samples[name], wrong)
    for a, b in itertools.combinations(names, 2):
        group(f"types {a} and {b}", {"type": [a, b]}, samples[a] + samples[b])
    group("any", {}, [None, 1, "x", [1, [2]], {"a": 1}])
    group("true", True, [None, {"a": []}])
    group("annotations only", {"title": "t", "description": "d", "default": 1}, [1, "x"])


def integers():
    bounds = [(0, 0), (0, 9), (0, 10), (1, 100), (5, 105), (-5, 5), (-100, -1), (-1000, 999), (17, 17), (99, 101),
              (0, 255), (-128, 127), (1900, 2100), (0, 59), (1, 12), (1, 31), (3, 17),
              (10, 1000), (-40, 60), (1, 65535), (-2147483648, 2147483647), (10**12, 10**12 + 5)]
    for low, high in bounds:
        inside = sorted({low, high, (low + high) // 2})
        group(f"integer {low} to {high}", {"type": "integer", "minimum": low, "maximum": high},
              inside, [low - 1, high + 1, "1", None, low - 10**6, high + 10**6])
        if high - low > 1:
            group(f"integer between {low} and {high}",
                  {"type": "integer", "exclusiveMinimum": low, "exclusiveMaximum": high},
                  [low + 1, high - 1], [low, high])
    for low in (0, 1, -7, 18, 1000):
        group(f"integer from {low}", {"type": "integer", "minimum": low}, [low, low + 1, 5000], [low - 1])
        group(f"integer to {low}", {"type": "integer", "maximum": low}, [low, low - 1, -5000], [low + 1])
    for step in (1, 2, 3, 5, 7, 10, 12, 25, 100):
        group(f"integer multiple of {step}", {"type": "integer", "multipleOf": step},
              [0, step, -3 * step, 1000 * step], [step + 1, 1000 * step - 1] if step > 1 else [])
        group(f"integer multiple of {step} in bounds",
              {"type": "integer", "multipleOf": step, "minimum": step, "maximum": 50 * step}, [step, 50 * step],
              [0, 51 * step])


def numbers():
    bounds = [(0, 1), (0.5, 2.25), (-1.5, 1.5), (-0.001, 0.001), (-10, -0.5), (3.14, 3.15), (99.9, 100.1), (0, 1000000)]
    for low, high in bounds:
        middle = (low + high) / 2
        group(f"number {low} to {high}", {"type": "number", "minimum": low, "maximum": high}, [low, high, middle],
              [low - 0.01, high + 0.01, "x"])
        group(f"number between {low} and {high}",
              {"type": "number", "exclusiveMinimum": low, "exclusiveMaximum": high}, [middle], [low, high])
    for step in (0.01, 0.1, 0.5, 0.25, 2.5, 3, 10):
        group(f"number multiple of {step}", {"type": "number", "multipleOf": step, "minimum": -100, "maximum": 100},
              [0, step, 2 * step, 10 * step], [101])
    group("number from", {"type": "number", "minimum": 1.5}, [1.5, 2, 1000.25], [1.4, 0, -3])
    group("number to", {"type": "number", "exclusiveMaximum": -2}, [-2.5, -3], [-2, 0])


def strings():
    for low, high in [(0, 0), (0, 1), (1, 1), (1, 3), (2, 5), (0, 10), (5, 40), (3, 200)]:
        group(f"string of {low} to {high}", {"type": "string", "minLength": low, "maxLength": high},
              ["x" * low, "\u00e9" * high, "\U0001f600" * high], ["y" * (high + 1)] + (["y" * (low - 1)] if low else []))
    group("string at least 2", {"type": "string", "minLength": 2}, ["ab", "abc\n"], ["", "a", "\U0001f600"])
    group("string at most 0", {"type": "string", "maxLength": 0}, [""], ["a"])
    patterns = [
        ("^[a-z]+$", ["a", "xyz"], ["", "A", "a1"]),
        ("^[A-Z]{3}-[0-9]{4}$", ["ABC-1234"], ["AB-1234", "ABC-123", "ABC-12345"]),
        ("^\\d{3}$", ["123"], ["12", "1234", "12a"]),
        ("^(foo|bar)$", ["foo", "bar"], ["foobar", "baz"]),
        ("^(red|green|blue)(-(light|dark))?$", ["red", "blue-dark"], ["red-", "pink"]),
        ("ab", ["ab", "xaby"], ["a", "ba"]),
        ("^ab", ["ab", "abc"], ["xab"]),
        ("ab$", ["ab", "xab"], ["abx"]),
        ("^a|b$", ["a", "ax", "b", "xb"], ["xa", "bx"]),
        ("^$", [""], ["a"]),
        ("^.{2,4}$", ["ab", "\u4e2d\u6587"], ["a", "abcde", "a\nb"]),
        ("^[^\"\\\\]+$", ["abc"], ["", "\"", "\\"]),
        ("^\\w+@\\w+\\.com$", ["a@b.com"], ["a@b.org", "@b.com"]),
        ("^#([0-9a-fA-F]{6}|[0-9a-fA-F]{3})$", ["#fff", "#00Ff7A"], ["fff", "#ffff"]),
        ("^(\\([0-9]{3}\\))?[0-9]{3}-[0-9]{4}$", ["555-1212", "(888)555-1212"], ["(888)5551212"]),
        ("^\\s*\\S+\\s*$", ["a", " a "], [" "]),
        ("^[\\u00e0-\\u00ff]+$", ["\u00e9\u00e8"], ["e"]),
        ("^(a*)*b$", ["b", "aab"], ["a", "ba"]),
        ("^((ab){1,3}c){2}$", ["abcabc", "ababcababab" + "c"], ["abc", "abcabcabc"]),
        ("^[01]{8}$", ["01010101"], ["0101010", "010101012"]),
        ("^\"quoted\"$", ["\"quoted\""], ["quoted"]),
        ("^\\t\\n?$", ["\t", "\t\n"], ["t"]),
        ("^v\\d+(\\.\\d+){2}$", ["v1.2.3"], ["1.2.3", "v1.2"]),
        ("^[a-c]{0,2}?x$", ["x", "abx"], ["abcx"]),
    ]
    for pattern, valid, invalid in patterns:
        group("pattern " + pattern, {"type": "string", "pattern": pattern}, valid, invalid + [1, None])
    group("pattern and lengths", {"type": "string", "pattern": "^[ab]+$", "minLength": 2, "maxLength": 4},
          ["ab", "abab"], ["a", "ababa", "abc"])
    group("search and length", {"type": "string", "pattern": "xy", "maxLength": 5}, ["xy", "axyzz"], ["abc", "axyzzz"])
    group("two patterns", {"type": "string", "allOf": [{"pattern": "a"}, {"pattern": "b"}]}, ["ab", "ba"], ["a", "b"])
    formats = {
        "date": (["2024-02-29", "1999-12-31"], ["2023-02-29", "2024-13-01", "x"]),
        "time": (["23:59:59Z", "08:30:06.283185Z", "12:00:00+01:30"], ["24:00:00Z", "12:00"]),
        "date-time": (["2024-02-29T12:30:00Z", "1990-12-31T15:59:50.123-08:00"], ["2024-02-30T12:00:00Z", "2024-01-01"]),
        "uuid": (["2EB8AA08-aa98-11ea-B4AA-73B441D16380"], ["2eb8aa08-aa98-11ea-b4aa", ""]),
        "ipv4": (["192.168.0.1", "255.255.255.255", "0.0.0.0"], ["256.0.0.1", "1.2.3", "1.2.3.4.5"]),
        "ipv6": (["2001:0db8:0000:0000:0000:0000:0000:0001", "::1", "fe80::1"], ["12345::", "1:2"]),
        "email": (["joe.bloggs@example.com"], ["2962", "@b.com"]),
        "hostname": (["www.example.com", "localhost"], ["-a.com", "a..b"]),
        "uri": (["http://foo.bar/baz?a=b#frag", "https://example.com"], ["//foo", "\\\\x"]),
        "duration": (["P4DT12H30M5S", "P4Y", "PT0H".replace("0", "3"), "P2W"], ["PT1D", "P", "4DT12H"]),
    }
    for name, (valid, invalid) in formats.items():
        group("format " + name, {"type": "string", "format": name}, valid, invalid)


def listings():
    sets = [["a"], ["red", "green", "blue"], [1, 2, 3], [None], [True, False], [1, "1", None, False], ["a", "ab", "abc"],
            ["\u00e9", "\u4e2d\u6587", "\U0001f600"], ["with \"quotes\"", "back\\slash", "new\nline"], [[1, 2], {"a": 1}],
            [1.5, -2, 1000000], ["", " "], [{"k": "v"}, {"k": "w"}], [[], {}]]
    for values in sets:
        group("enum " + json.dumps(values), {"enum": values}, values, ["other", 99, [99]])
    for value in [1, "x", None, True, [1, "a"], {"a": [None]}, -0.5, ""]:
        group("const " + json.dumps(value), {"const": value}, [value], ["other", 98])
    group("enum of strings only", {"type": "string", "enum": ["a", 1, None]}, ["a"], [1, None])
    group("enum in bounds", {"type": "integer", "enum": [1, 5, 10], "minimum": 3}, [5, 10], [1])
    group("enum of a length", {"enum": ["a", "bb", "ccc"], "type": "string", "minLength": 2}, ["bb", "ccc"], ["a"])
    group("enum by pattern", {"enum": ["a1", "b", "c3"], "type": "string", "pattern": "[0-9]$"}, ["a1", "c3"], ["b"])


def arrays():
    for low, high in [(0, 0), (0, 1), (1, 1), (1, 3), (2, 2), (3, 10), (0, 100)]:
        group(f"array of {low} to {high}",
              {"type": "array", "items": {"type": "integer"}, "minItems": low, "maxItems": high},
              [[1] * low, [2] * high], [[3] * (high + 1), ["x"] * max(low, 1)])
    group("array at least 2", {"type": "array", "items": {"type": "boolean"}, "minItems": 2}, [[True, False]], [[True], []])
    group("array of anything", {"type": "array"}, [[], [1, "a", {}]])
    group("no items", {"type": "array", "items": False}, [[]], [[1]])
    for items in [{"type": "string"}, {"type": "null"}, {"type": "number"}, {"enum": [1, "x"]},
                  {"type": "array", "items": {"type": "integer"}}, {"type": "object", "properties": {"a": {"type": "integer"}}}]:
        group("items " + json.dumps(items), {"type": "array", "items": items}, [[]], [{}])
    pair = [{"type": "integer"}, {"type": "string"}]
    group("tuple", {"type": "array", "prefixItems": pair}, [[], [1], [1, "a"]], [["a"], [1, 2]])
    group("closed tuple", {"type": "array", "prefixItems": pair, "items": False, "minItems": 2}, [[1, "a"]], [[1], [1, "a", 2]])
    group("tuple and more", {"type": "array", "prefixItems": pair, "items": {"type": "null"}},
          [[], [1], [1, "a"], [1, "a", None, None]], [[1, "a", 1], [None]])
    group("tuple with bounds", {"type": "array", "prefixItems": pair, "items": {"type": "null"}, "minItems": 1, "maxItems": 3},
          [[1], [1, "a", None]], [[], [1, "a", None, None]])
    group("tuple longer than listed", {"type": "array", "prefixItems": pair, "minItems": 3}, [[1, "a", {}]], [[1, "a"]])
    group("tuple cut short", {"type": "array", "prefixItems": pair, "maxItems": 1}, [[], [1]], [[1, "a"]])
    group("nested arrays", {"type": "array", "items": {"type": "array", "items": {"type": "array", "items": {
        "type": "integer"}, "maxItems": 2}, "maxItems": 2}, "maxItems": 2}, [[[[1, 2], [3]], []]], [[[[1, 2, 3]]]])


def objects():
    integer, string = {"type": "integer"}, {"type": "string"}
    for count in range(1, 5):
        names = ["a", "b", "c", "d"][:count]
        for needed in itertools.chain.from_iterable(itertools.combinations(names, n) for n in range(count + 1)):
            full = {n: 1 for n in names}
            least = {n: 2 for n in needed}
            lacking = [{n: 1 for n in names if n != gone} for gone in needed]
            group(f"object {''.join(names)} requiring {''.join(needed) or 'none'}",
                  {"type": "object", "properties": {n: integer for n in names}, "required": list(needed)},
                  [full, least], lacking + [{**full, "a": "x"}])
    group("closed object", {"type": "object", "properties": {"a": integer}, "additionalProperties": False},
          [{}, {"a": 1}], [{"b": 1}, {"a": "x"}])
    group("open object", {"type": "object", "properties": {"a": integer}, "additionalProperties": True},
          [{}, {"a": 1}, {"a": 1, "b": "x"}, {"ab": 1, "": None}], [{"a": "x"}])
    group("map", {"type": "object", "additionalProperties": integer}, [{}, {"x": 1, "y z": 2}], [{"x": "1"}])
    group("rest of a type", {"type": "object", "properties": {"a": string}, "required": ["a"],
                             "additionalProperties": {"type": "boolean"}},
          [{"a": ""}, {"a": "x", "b": True, "aa": False}], [{"a": "x", "b": 1}, {"b": True}])
    group("required but not listed", {"type": "object", "required": ["x"]}, [{"x": 1}], [{}])
    group("required of the rest", {"type": "object", "required": ["x"], "additionalProperties": integer}, [{"x": 1}], [{"x": "a"}, {}])
    group("patterns", {"type": "object", "patternProperties": {"^n_": integer, "^s_": string}},
          [{}, {"n_a": 1, "s_": "x"}], [{"n_a": "x"}, {"s_b": 1}])
    group("patterns and names", {"type": "object", "properties": {"n_one": {"minimum": 5}, "id": string},
                                 "patternProperties": {"^n_": integer}, "additionalProperties": False},
          [{"n_one": 7, "id": "x", "n_two": 1}], [{"n_one": 4}, {"n_two": "x"}, {"other": 1}])
    group("patterns and the rest", {"type": "object", "patternProperties": {"^n": integer}, "additionalProperties": string},
          [{"n": 1, "m": "x"}], [{"n": "x"}, {"m": 1}])
    for low, high in [(1, 3), (2, 2), (0, 1), (3, 4)]:
        names = ["a", "b", "c", "d"]
        group(f"{low} to {high} properties", {"type": "object", "properties": {n: integer for n in names},
                                              "additionalProperties": False, "minProperties": low, "maxProperties": high},
              [{n: 1 for n in names[:low]}, {n: 1 for n in names[:high]}],
              ([{n: 1 for n in names[:high + 1]}] if high < 4 else []) + ([{n: 1 for n in names[:low - 1]}] if low else []))
    group("at least one property", {"type": "object", "minProperties": 1}, [{"a": 1}], [{}])
    group("at most two of a map", {"type": "object", "additionalProperties": integer, "maxProperties": 2},
          [{}, {"a": 1, "b": 2}], [{"a": 1, "b": 2, "c": 3}])
    group("odd names", {"type": "object", "properties": {n: integer for n in ["", "a b", "\"", "\\", "\n", "\u00e9", "a/b", "~"]}},
          [{n: 1 for n in ["", "a b", "\"", "\\", "\n", "\u00e9", "a/b", "~"]}], [{"": "x"}])
    group("forbidden property", {"type": "object", "properties": {"a": integer, "b": False}}, [{"a": 1}], [{"b": 1}])
    group("nested objects", {"type": "object", "properties": {"a": {"type": "object", "properties": {"b": {
        "type": "object", "properties": {"c": integer}, "required": ["c"]}}, "required": ["b"]}}, "required": ["a"]},
          [{"a": {"b": {"c": 1}}}], [{"a": {"b": {}}}, {"a": {}}, {}])
    group("forty properties", {"type": "object", "properties": {f"p{i}": integer for i in range(40)}, "required": ["p39"]},
          [{"p39": 1}, {"p3": 1, "p17": 2, "p39": 3}], [{"p3": 1}])


def combinations():
    group("anyOf types", {"anyOf": [{"type": "integer"}, {"type": "string"}]}, [1, "x"], [None, []])
    group("anyOf overlapping", {"anyOf": [{"type": "integer", "minimum": 5}, {"type": "integer", "maximum": 10}]}, [1, 7, 20], ["x"])
    group("anyOf objects", {"anyOf": [{"type": "object", "properties": {"a": {"type": "integer"}}, "required": ["a"]},
                                      {"type": "object", "properties": {"b": {"type": "string"}}, "required": ["b"]}]},
          [{"a": 1}, {"b": "x"}], [{}, {"a": "x"}])
    group("anyOf beside type", {"type": "string", "anyOf": [{"maxLength": 2}, {"minLength": 5}]}, ["ab", "abcde"], ["abc", 1])
    group("anyOf beside properties", {"type": "object", "properties": {"a": {"type": "integer"}, "b": {"type": "integer"}},
                                      "anyOf": [{"required": ["a"]}, {"required": ["b"]}]}, [{"a": 1}, {"b": 1}, {"a": 1, "b": 2}], [{}])
    group("oneOf types", {"oneOf": [{"type": "integer"}, {"type": "string"}]}, [1, "x"], [None])
    group("oneOf ranges", {"oneOf": [{"type": "integer", "maximum": 0}, {"type": "integer", "minimum": 10}]}, [0, 10], [5])
    group("oneOf constants", {"oneOf": [{"const": 1}, {"const": "a"}, {"enum": [2, 3]}]}, [1, "a", 3], [4])
    group("oneOf tagged", {"oneOf": [
        {"type": "object", "properties": {"kind": {"const": k}, "value": {"type": t}}, "required": ["kind", "value"]}
        for k, t in [("i", "integer"), ("s", "string"), ("b", "boolean")]]},
          [{"kind": "i", "value": 1}, {"kind": "s", "value": ""}], [{"kind": "i", "value": "x"}, {"kind": "q", "value": 1}])
    group("oneOf by required", {"oneOf": [
        {"type": "object", "properties": {"a": {"type": "integer"}}, "required": ["a"]},
        {"type": "object", "properties": {"b": {"type": "integer"}}, "required": ["b"]}]}, [{"a": 1}, {"b": 1}], [{}, {"a": 1, "b": 1}])
    group("oneOf by length", {"type": "string", "oneOf": [{"maxLength": 2}, {"minLength": 4}]}, ["ab", "abcd"], ["abc"])
    group("oneOf by pattern", {"type": "string", "oneOf": [{"pattern": "^a+$"}, {"pattern": "^b+$"}]}, ["aa", "b"], ["ab"])
    group("allOf bounds", {"allOf": [{"type": "integer"}, {"minimum": 3}, {"maximum": 8}]}, [3, 8], [2, 9, "x"])
    group("allOf objects", {"allOf": [{"type": "object", "properties": {"a": {"type": "integer"}}, "required": ["a"]},
                                      {"type": "object", "properties": {"b": {"type": "string"}}, "required": ["b"]}]},
          [{"a": 1, "b": "x"}], [{"a": 1}, {"b": "x"}])
    group("allOf same property", {"allOf": [{"type": "object", "properties": {"a": {"minimum": 3}}},
                                            {"properties": {"a": {"type": "integer", "maximum": 5}}}]}, [{"a": 4}], [{"a": 6}, {"a": 2}])
    group("allOf enums", {"allOf": [{"enum": [1, 2, 3]}, {"enum": [2, 3, 4]}]}, [2, 3], [1, 4])
    group("allOf types", {"allOf": [{"type": ["integer", "string", "null"]}, {"type": ["number", "null"]}]}, [1, None], ["x", 1.5])
    group("allOf with anyOf", {"allOf": [{"anyOf": [{"type": "integer"}, {"type": "string"}]}, {"anyOf": [{"minimum": 5}, {"minLength": 2}]}]},
          [7, "ab"], [None])
    group("allOf lengths", {"type": "string", "allOf": [{"minLength": 2}, {"maxLength": 3}]}, ["ab", "abc"], ["a", "abcd"])
    group("allOf multiples", {"type": "integer", "allOf": [{"multipleOf": 2}, {"multipleOf": 3}]}, [0, 6, 12], [2, 3])


def references():
    definition = {"type": "object", "properties": {"street": {"type": "string"}, "number": {"type": "integer", "minimum": 1}},
                  "required": ["street"]}
    for place in ("$defs", "definitions"):
        group("reference to " + place, {place: {"address": definition}, "type": "object", "properties": {
            "home": {"$ref": f"#/{place}/address"}, "work": {"$ref": f"#/{place}/address"}}, "required": ["home"]},
              [{"home": {"street": "x"}}, {"home": {"street": "x", "number": 1}, "work": {"street": ""}}], [{}, {"home": {}}])
    group("tree", {"$defs": {"node": {"type": "object", "properties": {"value": {"type": "integer"}, "children": {
        "type": "array", "items": {"$ref": "#/$defs/node"}}}, "required": ["value"]}}, "$ref": "#/$defs/node"},
          [{"value": 1}, {"value": 1, "children": [{"value": 2}, {"value": 3, "children": []}]}], [{}, {"value": 1, "children": [{}]}])
    group("list", {"type": "object", "properties": {"head": {"type": "string"}, "tail": {"anyOf": [{"$ref": "#"}, {"type": "null"}]}},
                   "required": ["head", "tail"]}, [{"head": "a", "tail": {"head": "b", "tail": None}}], [{"head": "a"}])
    group("nested lists", {"anyOf": [{"type": "integer"}, {"type": "array", "items": {"$ref": "#"}}]}, [1, [1, [2, []]]], ["x", [None]])
    group("reference beside keywords", {"$defs": {"n": {"type": "integer"}}, "$ref": "#/$defs/n", "minimum": 3}, [3], [2])
    group("chain of references", {"$defs": {"a": {"$ref": "#/$defs/b"}, "b": {"$ref": "#/$defs/c"}, "c": {"type": "boolean"}},
                                  "$ref": "#/$defs/a"}, [True], [1])
    group("mutual references", {"$defs": {"a": {"type": "object", "properties": {"b": {"$ref": "#/$defs/b"}}},
                                          "b": {"type": "array", "items": {"$ref": "#/$defs/a"}, "maxItems": 2}}, "$ref": "#/$defs/a"},
          [{}, {"b": [{}, {"b": []}]}], [{"b": {}}, {"b": [{}, {}, {}]}])
    group("escaped reference", {"$defs": {"a/b": {"type": "null"}, "c%d": {"type": "boolean"}}, "anyOf": [
        {"$ref": "#/$defs/a~1b"}, {"$ref": "#/$defs/c%25d"}]}, [None, True], [1])
    group("reference to a property", {"type": "object", "properties": {"a": {"type": "integer"}, "b": {"$ref": "#/properties/a"}}},
          [{"a": 1, "b": 2}], [{"b": "x"}])
    group("expression", {"$defs": {"e": {"anyOf": [{"type": "number"}, {"type": "object", "properties": {
        "op": {"enum": ["+", "-"]}, "left": {"$ref": "#/$defs/e"}, "right": {"$ref": "#/$defs/e"}},
        "required": ["op", "left", "right"]}]}}, "$ref": "#/$defs/e"},
          [1, {"op": "+", "left": 1, "right": {"op": "-", "left": 2, "right": 3}}], [{"op": "+"}, "x"])


def applications():
    group("function call", {"type": "object", "properties": {"name": {"const": "get_weather"}, "arguments": {
        "type": "object", "properties": {"city": {"type": "string", "minLength": 1, "maxLength": 40},
                                         "unit": {"enum": ["celsius", "fahrenheit"]}, "days": {"type": "integer", "minimum": 1, "maximum": 14}},
        "required": ["city"], "additionalProperties": False}}, "required": ["name", "arguments"], "additionalProperties": False},
          [{"name": "get_weather", "arguments": {"city": "Oslo", "unit": "celsius", "days": 3}}],
          [{"name": "x", "arguments": {"city": "Oslo"}}, {"name": "get_weather", "arguments": {}}])
    group("invoice", {"type": "object", "properties": {
        "id": {"type": "string", "pattern": "^INV-[0-9]{6}$"}, "date": {"type": "string", "format": "date"},
        "lines": {"type": "array", "minItems": 1, "maxItems": 20, "items": {"type": "object", "properties": {
            "sku": {"type": "string", "pattern": "^[A-Z0-9]{4,8}$"}, "quantity": {"type": "integer", "minimum": 1, "maximum": 999},
            "price": {"type": "number", "minimum": 0, "maximum": 99999.99, "multipleOf": 0.01}}, "required": ["sku", "quantity", "price"]}},
        "total": {"type": "number", "minimum": 0}, "paid": {"type": "boolean"}}, "required": ["id", "date", "lines", "total"]},
          [{"id": "INV-000001", "date": "2024-05-01", "lines": [{"sku": "AB12", "quantity": 2, "price": 9.99}], "total": 19.98}],
          [{"id": "INV-1", "date": "2024-05-01", "lines": [{"sku": "AB12", "quantity": 2, "price": 9.99}], "total": 19.98}])
    group("person", {"type": "object", "properties": {
        "name": {"type": "string", "minLength": 1, "maxLength": 80}, "age": {"type": ["integer", "null"], "minimum": 0, "maximum": 130},
        "email": {"type": "string", "format": "email"}, "roles": {"type": "array", "items": {"enum": ["admin", "user", "guest"]}, "maxItems": 3}},
        "required": ["name", "age"], "additionalProperties": False},
          [{"name": "Ada", "age": 36, "email": "ada@example.org", "roles": ["admin"]}, {"name": "X", "age": None}],
          [{"name": "", "age": 1}, {"name": "X", "age": 131}])
    group("chart", {"type": "object", "properties": {"series": {"type": "array", "items": {"type": "array", "prefixItems": [
        {"type": "string", "format": "date-time"}, {"type": "number"}], "items": False, "minItems": 2}, "maxItems": 5},
        "style": {"oneOf": [{"type": "object", "properties": {"kind": {"const": "bar"}, "width": {"type": "integer", "minimum": 1, "maximum": 9}},
                             "required": ["kind"]},
                            {"type": "object", "properties": {"kind": {"const": "line"}, "smooth": {"type": "boolean"}}, "required": ["kind"]}]}},
        "required": ["series", "style"]},
          [{"series": [["2024-01-01T00:00:00Z", 1.5]], "style": {"kind": "bar", "width": 2}}],
          [{"series": [["2024-01-01T00:00:00Z"]], "style": {"kind": "bar"}}])
    for depth in (3, 6, 12):
        schema, value = {"type": "integer"}, 1
        for level in range(depth):
            schema = {"type": "object", "properties": {f"l{level}": schema}, "required": [f"l{level}"]}
            value = {f"l{level}": value}
        group(f"nested {depth} deep", schema, [value], [{}])


for family in (types, integers, numbers, strings, listings, arrays, objects, combinations, references, applications):
    family()
json.dump(GROUPS, sys.stdout, indent=0, ensure_ascii=True, separators=(",", ":"))
print()
