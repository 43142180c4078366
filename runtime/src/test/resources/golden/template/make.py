"""Renders chat templates with Python's jinja2, in the environment that transformers builds for them.

Run:  python make.py           (jinja2 3.1.6, Python 3.11; another version that changes a line of the output is a finding)

conversations.jsonl  one object per line: name, template, context, and text or error
families.jsonl       the same, of more families
snippets.jsonl       the same for one-line templates over one small context, each about one rule of the language

strftime_now is fixed to 2024-07-26 09:05:03 so that the output does not change with the day.
"""

import datetime
import json
from pathlib import Path

import jinja2
from jinja2.ext import Extension, loopcontrols
from jinja2.sandbox import ImmutableSandboxedEnvironment

from conversations import CONVERSATIONS
from families import FAMILIES
from snippets import CONTEXT, SNIPPETS

HERE = Path(__file__).resolve().parent
NOW = datetime.datetime(2024, 7, 26, 9, 5, 3)


class Generation(Extension):
    """The tag that marks an assistant's words; it prints its inside."""

    tags = {"generation"}

    def parse(self, parser):
        line = next(parser.stream).lineno
        body = parser.parse_statements(["name:endgeneration"], drop_needle=True)
        return jinja2.nodes.CallBlock(self.call_method("inside"), [], [], body).set_lineno(line)

    def inside(self, caller):
        return caller()


def environment():
    def raise_exception(message):
        raise jinja2.exceptions.TemplateError(message)

    def tojson(x, ensure_ascii=False, indent=None, separators=None, sort_keys=False):
        return json.dumps(x, ensure_ascii=ensure_ascii, indent=indent, separators=separators, sort_keys=sort_keys)

    env = ImmutableSandboxedEnvironment(trim_blocks=True, lstrip_blocks=True, extensions=[Generation, loopcontrols])
    env.filters["tojson"] = tojson
    env.globals["raise_exception"] = raise_exception
    env.globals["strftime_now"] = lambda form: NOW.strftime(form)
    return env


def rendered(template, context):
    try:
        return {"text": environment().from_string(template).render(**context)}
    except Exception as e:  # the kind of error is part of what is recorded
        return {"error": type(e).__name__, "message": str(e)}


def write(name, cases):
    lines = []
    for case in cases:
        lines.append(json.dumps({**case, **rendered(case["template"], case["context"])}, ensure_ascii=True))
    (HERE / name).write_text("\n".join(lines) + "\n", encoding="ascii")
    errors = sum('"error": ' in line for line in lines)
    print(name, len(lines), "cases,", errors, "of them errors")


if __name__ == "__main__":
    write("conversations.jsonl", CONVERSATIONS)
    write("families.jsonl", FAMILIES)
    write("snippets.jsonl", [{"name": s, "template": s, "context": CONTEXT} for s in SNIPPETS])
