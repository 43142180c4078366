#!/usr/bin/env python3
"""Writes golden vectors for PEP 440 from PyPA's library.

usage: generate_pep440_vectors.py OUTPUT_DIRECTORY      (Python 3.11.5+, packaging 26.3)

versions.tsv    rank, spelling, normal form: equal rank means equal version, ranks ascend
spellings.tsv   a text, its normal form or 'invalid': random and hand-picked spoilt spellings
pairs.tsv.gz       10,000 times left, right, '<', '=', '>' or 'invalid'
specifiers.tsv.gz  10,000 times specifier set, version, true/false or 'invalid'; pre-releases are eligible

Backslash, control and non-ASCII characters are written as \\uXXXX. The seed is fixed.
"""
import gzip
import random
import sys

import packaging
from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.version import InvalidVersion, Version

SEED = 440
ROWS = 10_000
SPOILERS = list(".-_+!v*,;() \t\n0159abcdrxXV") + [
    "\u00a0", "\u1680", "\u2003", "\u2028", "\u202f", "\u3000", "\u200b", "\ufeff", "\u0661", "\u06f3", "\uff11",
    "\u017f", "\u212a", "\u0131", "post", "dev", "rc", "preview", "..", "--", "\x1c", "\x85", "\x00",
]
HAND_PICKED = [
    "", " ", "v", "v1", "V1", "vv1", "1.", ".1", "1..2", "1!2", "1!", "!1", "0!1", "01.002", "1.0a", "1.0a.", "1.0a..",
    "1.0a.dev1", "1.0a..dev1", "1.0-1", "1.0--1", "1.0-", "1.0-r1", "1.0re1", "1.0prev", "1.0alph", "1.0.post-",
    "1.0post.dev", "1.0+", "1.0+a..b", "1.0+a.", "1.0+A_B-c", "1.0+001.0a1", "1.0.+a", "1.0rc.+a", "1.0c1", "1.0-pre_2",
    "1.0.dev", "1.0dev-3", "1.0.dev1.post2", "1.0.post1a1", "8.0.T13", "9.2.0_20260930220649", "8.0.RC2.2",
    "8.3.RC1.alpha001", "9.0.0-beta.2", "26.0.RC1", "26.1.0.b083", "25.0.rc1.1", "2.9.0.post1+git4c901a4",
    "\u00a01.0\u3000", "\u200b1.0", "\u0661.0", "1.\uff11", "1.0\n", "\x1c1.0\x85", "1 .0", "1. 0", "1.0 a1",
    "1.0po\u017ft1", "1.0+\u00e9", "9" * 400, "1." * 300 + "1", "1.0a" + "7" * 100, "1e5", "0x10", "-1", "+1", "NaN",
]


def number(rng):
    return rng.choice(["0", "1", "2", "3", "10", "00", "01", "20250218"])


def spelling(rng):
    sep = lambda: rng.choice(["", ".", "-", "_"])
    text = rng.choice(["", "", "", "v", "V"]) + rng.choice(["", "", "", "", "0!", "1!"])
    text += ".".join(number(rng) for _ in range(rng.choice([1, 2, 2, 3, 3, 4])))
    if rng.random() < 0.4:
        text += sep() + rng.choice(["a", "b", "c", "rc", "RC", "alpha", "Beta", "pre", "preview"])
        text += rng.choice(["", sep() + number(rng), number(rng)])
    if rng.random() < 0.3:
        text += rng.choice(["-" + number(rng), sep() + rng.choice(["post", "rev", "r", "POST"]) + sep() + number(rng)])
    if rng.random() < 0.3:
        text += sep() + rng.choice(["dev", "DEV"]) + sep() + rng.choice(["", number(rng)])
    if rng.random() < 0.2:
        text += "+" + rng.choice([".", "-", "_"]).join(rng.choice(["a", "b1", "GIT4c", "1", "02", "0"]) for _ in range(rng.choice([1, 2, 3])))
    return text


def spoil(rng, text):
    at = rng.randrange(len(text) + 1)
    kind = rng.random()
    if kind < 0.5:
        return text[:at] + rng.choice(SPOILERS) + text[at:]
    if kind < 0.8:
        return text[:at] + text[at + 1:]
    return rng.choice(SPOILERS) + text + rng.choice(SPOILERS)


def normal(text):
    try:
        return str(Version(text))
    except InvalidVersion:
        return "invalid"


def escape(text):
    units = [int.from_bytes(two, "big") for two in zip(*[iter(text.encode("utf-16-be", "surrogatepass"))] * 2)]
    return "".join(chr(u) if 0x20 <= u <= 0x7e and u != 0x5c else "\\u%04x" % u for u in units)


def operand(rng, operator, version):
    roll = rng.random()
    if operator in ("==", "!=") and roll < 0.3:
        return (f"{version.epoch}!" if version.epoch else "") + ".".join(map(str, version.release[: rng.choice([1, 2, 9])])) + ".*"
    if operator == "===":
        return str(version).upper() if roll < 0.3 else str(version)
    return str(version) if operator in ("==", "!=") or roll < 0.05 else version.public


def neighbour(rng, version, pool):
    """A version that shares much with the given one, so that bounds are hit."""
    base = version.base_version
    text = rng.choice([
        str(version), version.public, base, base + ".0", base + ".dev0", base + "a1", base + "rc1.dev2", base + ".post0",
        base + ".post1.dev0", base + "+local", version.public + "+a.1", version.public + ".dev1", base + ".1",
        version.public + ".post1", str(rng.choice(pool)), str(rng.choice(pool)),
    ])
    return text if normal(text) != "invalid" else str(version)


SPACES = ["\u00a0", "\u1680", "\u2003", "\u2028", "\u202f", "\u205f", "\u3000", "\x1c", "\x85", " ", "\t", "\n", "\u200b", "\ufeff", "\u180e"]
DIGIT_ZEROS = [0x660, 0x6f0, 0x966, 0xff10, 0x1d7ce]


def dressed(rng, text):
    """A text with white space around it, one digit of another script, or a spoiler in it, now and then."""
    roll = rng.random()
    if roll < 0.06:
        return rng.choice(SPACES) + text + rng.choice(SPACES + [""])
    digits = [i for i, c in enumerate(text) if c.isdigit() and c.isascii()]
    if roll < 0.09 and digits:
        at = rng.choice(digits)
        return text[:at] + chr(rng.choice(DIGIT_ZEROS) + int(text[at])) + text[at + 1:]
    return spoil(rng, text) if roll < 0.13 else text


def order(left, right):
    try:
        left, right = Version(left), Version(right)
    except InvalidVersion:
        return "invalid"
    return "<" if left < right else ">" if left > right else "="


def pair_rows(rng, texts, pool):
    while True:
        left = rng.choice(texts)
        # Neighbours of a version make equal and nearly equal pairs common.
        right = neighbour(rng, Version(left), pool) if normal(left) != "invalid" and rng.random() < 0.7 else rng.choice(texts)
        yield dressed(rng, left), dressed(rng, right)


def write_gzip(path, head, rows):
    """The same bytes each time: no name, no time in the header."""
    text = head + "".join("\t".join(row) + "\n" for row in rows)
    with open(path, "wb") as out, gzip.GzipFile("", "wb", 9, out, mtime=0) as packed:
        packed.write(text.encode("ascii"))


def distinct(rows, count):
    found = {}
    for row in rows:
        found.setdefault(row)
        if len(found) == count:
            return found


def truth(spec, version):
    try:
        return "true" if SpecifierSet(spec).contains(version, prereleases=True) else "false"
    except InvalidSpecifier:
        return "invalid"


def specifier_rows(rng, pool):
    operators = ["===", "~=", "==", "!=", "<=", ">=", "<", ">"]
    while True:
        version = rng.choice(pool)
        operator = rng.choice(operators)
        spec = operator + rng.choice(["", " "]) + operand(rng, operator, version)
        if rng.random() < 0.25:
            other = rng.choice(operators[1:])
            spec += rng.choice([",", " , ", ",,"]) + other + operand(rng, other, rng.choice(pool))
        if rng.random() < 0.08:
            spec = spoil(rng, spec)
        candidate = neighbour(rng, version, pool)
        if rng.random() < 0.03:
            spec = rng.choice(SPACES) + spec + rng.choice(SPACES)
        yield spec, dressed(rng, candidate)


def hand_picked_specifiers():
    for spec in ["", ",", "1.0", "=1.0", "~=1", "~=1.0.*", ">=1.*", "==1.*.*", "==1.0a1.*", "==1.0+x.*", ">1.0+x", "===", "=== a b",
                 "===foo)", "<", "==1.0 .*", "~=1.0+x", "!=v1.*", "==1!2.*", "~=2.2.post3", "~=1.4.5a4", "== v1.0", "><1"]:
        for candidate in ["1.0", "1.4.5", "2.2.post3", "foo", "", "1.0+x"]:
            yield spec, candidate


def main():
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    rng = random.Random(SEED)
    texts = sorted({spelling(rng) for _ in range(2600)})
    valid = [text for text in texts if normal(text) != "invalid"]
    rng.shuffle(valid)
    valid = sorted(valid[:1500], key=lambda text: (Version(text), text))
    head = f"# packaging {packaging.__version__}, Python {sys.version.split()[0]}, seed {SEED}; written by generate_pep440_vectors.py\n"
    with open(sys.argv[1] + "/versions.tsv", "w", encoding="ascii", newline="\n") as out:
        out.write(head)
        rank = 0
        for i, text in enumerate(valid):
            rank += i > 0 and Version(text) != Version(valid[i - 1])
            out.write(f"{rank}\t{escape(text)}\t{normal(text)}\n")
    with open(sys.argv[1] + "/spellings.tsv", "w", encoding="ascii", newline="\n") as out:
        out.write(head)
        spoilt = {spoil(rng, rng.choice(texts)) for _ in range(3500)}
        for text in HAND_PICKED + sorted(spoilt - set(HAND_PICKED)):
            out.write(f"{escape(text)}\t{normal(text)}\n")
    pool = [Version(text) for text in valid]
    pairs = distinct(pair_rows(rng, texts, pool), ROWS)
    write_gzip(sys.argv[1] + "/pairs.tsv.gz", head, ((escape(l), escape(r), order(l, r)) for l, r in pairs))
    picked = list(hand_picked_specifiers())
    queries = picked + list(distinct(specifier_rows(rng, pool), ROWS - len(picked)))
    write_gzip(sys.argv[1] + "/specifiers.tsv.gz", head, ((escape(q), escape(v), truth(q, v)) for q, v in queries))


main()
