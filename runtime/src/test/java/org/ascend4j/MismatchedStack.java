package org.ascend4j;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A CANN outside the matrix row, whose libraries write down that they were opened.
 *
 * @param home where it is installed
 * @param record where its libraries write
 */
public record MismatchedStack(Path home, Path record) {
    private static final String STUB = """
            #include <stdio.h>
            #include <stdlib.h>
            __attribute__((constructor)) static void opened(void) {
                FILE *record = fopen(getenv("STUB_RECORD"), "a");
                if (record) { fputs("opened\\n", record); fclose(record); }
            }
            """;

    /** Puts it below a directory. */
    public static MismatchedStack install(Path directory) throws IOException, InterruptedException {
        Path home = directory.resolve("cann");
        Path libraries = Files.createDirectories(home.resolve("lib64"));
        Files.createDirectories(home.resolve("x86_64-linux"));
        Files.writeString(home.resolve("version.cfg"), "runtime_running_version=[7.7.0.1.238:8.1.RC1]\n");
        Files.writeString(
                home.resolve("x86_64-linux/ascend_toolkit_install.info"),
                "package_name=Ascend-cann-toolkit\nversion=8.1.RC1\narch=x86_64\nos=linux\n");
        Path source = Files.writeString(directory.resolve("stub.c"), STUB);
        Path library = libraries.resolve("libascendcl.so");
        Process compiler = new ProcessBuilder(
                        "g++", "-x", "c", "-shared", "-fPIC", "-o", library.toString(), source.toString())
                .inheritIO()
                .start();
        assertThat(compiler.waitFor()).isZero();
        Files.copy(library, libraries.resolve("libnnopbase.so"));
        Files.copy(library, libraries.resolve("libopapi.so"));
        return new MismatchedStack(home, directory.resolve("opened.txt"));
    }

    /** A JVM that finds this CANN: the environment decides where it is. */
    public ChildJvm on(ChildJvm child) {
        return child.environment("ASCEND_HOME_PATH", home.toString()).environment("STUB_RECORD", record.toString());
    }
}
