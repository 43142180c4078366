package org.ascend4j.compat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.ascend4j.compat.probe.EngineOperators;

/** Compiles a few lines of C into a shared library that stands for one of CANN's. */
public final class StubLibrary {
    private StubLibrary() {}

    public static void compile(Path library, String code) {
        try {
            Files.createDirectories(library.getParent());
            Path source = Files.writeString(library.resolveSibling("stub.c"), code + "\n");
            // A library that others have mapped is replaced, not overwritten.
            Files.deleteIfExists(library);
            Process compiler = new ProcessBuilder(
                            "cc", "-shared", "-fPIC", "-O1", "-w", "-o", library.toString(), source.toString())
                    .redirectErrorStream(true)
                    .start();
            String errors =
                    new String(compiler.getInputStream().readAllBytes(), java.nio.charset.Charset.defaultCharset());
            if (!compiler.waitFor(60, TimeUnit.SECONDS) || compiler.exitValue() != 0) {
                throw new IllegalStateException("cc failed: " + errors);
            }
            Files.delete(source);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        }
    }

    /** Code for an operator library that has both phases of every operator of the engine but these. */
    public static String operators(String... without) {
        return Stream.concat(EngineOperators.required().stream(), EngineOperators.optional().stream())
                .filter(name -> !List.of(without).contains(name))
                .map(name -> "int " + name + "(void){return 0;} int " + name + "GetWorkspaceSize(void){return 0;}")
                .collect(Collectors.joining("\n"));
    }
}
