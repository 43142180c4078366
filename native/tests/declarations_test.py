#!/usr/bin/env python3
"""Tests the reader of native/include's declarations on small headers."""

import pathlib
import sys
import tempfile
import unittest

NATIVE = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(NATIVE / "shim"))
import declarations  # noqa: E402


def read(text):
    with tempfile.TemporaryDirectory() as directory:
        (pathlib.Path(directory) / "a.h").write_text(text, encoding="utf-8")
        return declarations.read(directory)


class Declarations(unittest.TestCase):
    def test_reads_types_names_and_order(self):
        [function] = read("ACL_FUNC_VISIBILITY const char *aclX(const T*const *a,\n   uint64_t size); /* b(int) */")
        self.assertEqual("const char *aclX(const T *const *a, uint64_t size)", function.prototype())
        self.assertEqual("const char * (*)(const T *const *, uint64_t)", function.pointer_type())

    def test_reads_functions_without_parameters(self):
        self.assertEqual(["a", "b"], [f.name for f in read("ACL_FUNC_VISIBILITY int b(void);ACL_FUNC_VISIBILITY int a();")])

    def test_refuses_what_it_does_not_understand(self):
        for text in (
            "ACL_FUNC_VISIBILITY int a(int (*f)(int));",
            "ACL_FUNC_VISIBILITY int a(int);",
            "ACL_FUNC_VISIBILITY int a;",
            "ACL_FUNC_VISIBILITY int a(void); ACL_FUNC_VISIBILITY int a(void);",
        ):
            with self.subTest(text), self.assertRaises(SystemExit):
                read(text)

    def test_every_phase_one_has_its_phase_two(self):
        functions = {function.name: function for function in declarations.read(NATIVE / "include")}
        for function in functions.values():
            if function.is_first_phase:
                self.assertTrue(functions[function.operator].is_second_phase, function.name)

    def test_since_must_have_each_function_and_no_other(self):
        functions = read("ACL_FUNC_VISIBILITY int aclA(void);")
        with tempfile.NamedTemporaryFile("w", suffix=".tsv") as table:
            for text, right in (
                ("aclA\t8.1.RC1\n", True),
                ("", False),
                ("aclA\t8.1.RC1\naclB\t8.0.0\n", False),
                ("aclA\tnewest\n", False),
            ):
                table.seek(0)
                table.truncate()
                table.write(text)
                table.flush()
                with self.subTest(text):
                    if right:
                        self.assertEqual({"aclA": "8.1.RC1"}, declarations.read_since(table.name, functions))
                    else:
                        with self.assertRaises(SystemExit):
                            declarations.read_since(table.name, functions)

    def test_orders_versions_with_candidates_before_releases(self):
        versions = ["8.0.0", "8.1.RC1", "8.1.0", "8.2.RC1", "8.3.RC1", "8.3.RC2", "8.5.0", "9.0.0"]
        self.assertEqual(versions, sorted(reversed(versions), key=declarations.version_key))


if __name__ == "__main__":
    unittest.main()
