#!/usr/bin/env python3
"""Tests check-elf.py on libraries compiled for the purpose: each rule is broken once. Takes a directory to work in."""

import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

NATIVE = pathlib.Path(__file__).resolve().parents[1]
PLAIN_FLAGS = ["-shared", "-fPIC", "-nostartfiles"]


class CheckElf(unittest.TestCase):
    def setUp(self):
        self.directory = pathlib.Path(tempfile.mkdtemp(dir=WORK))
        self.addCleanup(shutil.rmtree, self.directory)

    def library(self, source, *flags, name="libx.so"):
        path = self.directory / name
        command = ["g++", *PLAIN_FLAGS, "-x", "c++", "-", "-o", str(path), *flags]
        subprocess.run(command, input=source, text=True, check=True)
        return path

    def check(self, kind, *arguments):
        done = subprocess.run(
            [sys.executable, "-B", str(NATIVE / "check-elf.py"), kind, *map(str, arguments)],
            capture_output=True,
            text=True,
            check=False,
        )
        return done.returncode, done.stderr

    def headers(self):
        include = self.directory / "include"
        include.mkdir()
        (include / "a.h").write_text("ACL_FUNC_VISIBILITY int aclOne(void);\nACL_FUNC_VISIBILITY int aclTwo(void);\n")
        return include

    def refuses(self, outcome, text):
        self.assertEqual(1, outcome[0], outcome)
        self.assertIn(text, outcome[1])

    def test_accepts_a_plain_jni_library(self):
        path = self.library('extern "C" int JNI_OnLoad() { return 1; } extern "C" void Java_org_a() {}')
        self.assertEqual((0, ""), self.check("jni", path))

    def test_refuses_other_exports_of_a_jni_library(self):
        path = self.library('extern "C" int aclInit() { return 1; }')
        self.refuses(self.check("jni", path), "exports aclInit")

    def test_refuses_an_undefined_acl_function(self):
        path = self.library('extern "C" int aclInit(); extern "C" int Java_a() { return aclInit(); }')
        self.refuses(self.check("jni", path), "leaves aclInit undefined")

    def test_refuses_mathematics_in_a_jni_library(self):
        source = 'extern "C" float expf(float); extern "C" float Java_a(float x) { return expf(x) + 1; }'
        path = self.library(source, "-lm")
        self.refuses(self.check("jni", path), "calls expf")

    def test_refuses_a_shared_cpp_library(self):
        source = "#include <string>\nextern \"C\" int Java_a(const char *s) { return std::stoi(s); }"
        path = self.library(source, "-fvisibility=hidden")
        outcome = self.check("jni", path)
        self.refuses(outcome, "libstdc++.so.6")

    def test_refuses_a_runpath_of_this_machine(self):
        path = self.library('extern "C" void Java_a() {}', "-Wl,-rpath,/opt/here")
        self.refuses(self.check("jni", path), "RUNPATH $ORIGIN")
        path = self.library('extern "C" void Java_a() {}', "-Wl,-rpath,$ORIGIN", "-Wl,--disable-new-dtags")
        self.refuses(self.check("jni", path), "has RPATH")

    def test_accepts_origin(self):
        path = self.library('extern "C" void Java_a() {}', "-Wl,-rpath,$ORIGIN", "-Wl,--enable-new-dtags")
        self.assertEqual((0, ""), self.check("jni", path))

    def test_refuses_an_executable_stack(self):
        path = self.library('extern "C" void Java_a() {}', "-Wl,-z,execstack")
        self.refuses(self.check("jni", path), "executable stack")

    def test_refuses_undeclared_exports_of_a_device_library(self):
        path = self.library('extern "C" int aclOne() { return 0; } extern "C" int aclThree() { return 0; }')
        self.refuses(self.check("device", "--include", self.headers(), path), "exports aclThree")

    def test_device_libraries_are_complete_together(self):
        include = self.headers()
        one = self.library('extern "C" int aclOne() { return 0; }', name="libone.so")
        two = self.library('extern "C" int aclTwo() { return 0; }', name="libtwo.so")
        self.assertEqual((0, ""), self.check("device", "--include", include, one))
        self.refuses(self.check("device", "--include", include, "--complete", one), "lacks aclTwo")
        self.assertEqual((0, ""), self.check("device", "--include", include, "--complete", one, two))

    def test_refuses_what_is_no_library(self):
        text = self.directory / "libtext.so"
        text.write_text("no library")
        self.refuses(self.check("jni", text), "libtext.so")
        self.refuses(self.check("jni", self.directory / "absent.so"), "absent.so")


if __name__ == "__main__":
    WORK = sys.argv.pop(1)
    unittest.main()
