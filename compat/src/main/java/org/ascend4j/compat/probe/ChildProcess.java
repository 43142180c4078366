package org.ascend4j.compat.probe;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * A process that answers in lines and is not trusted: it gets no input, its errors are dropped, what
 * it may say and how long it may take are bounded, and whatever it started ends with it.
 */
final class ChildProcess {
    /** Begins each line of an answer; a library may print lines of its own. */
    static final String MARK = "ascend4j:";

    /** The last line of a whole answer. */
    static final String END = "end";

    /** How a JVM announces its own crash, on standard output; its exit code then says nothing. */
    private static final String CRASH = "#  SIG";

    private static final int MAX_CHARACTERS = 64 * 1024;
    private static final File NULL = new File("/dev/null");

    private final Process process;
    private final long deadline;
    private final List<String> lines = Collections.synchronizedList(new ArrayList<>());
    private final CountDownLatch finished = new CountDownLatch(1);
    private volatile boolean whole;
    private volatile boolean crashed;

    /**
     * What came of it.
     *
     * @param lines the answer's lines, without their mark
     * @param failure why the answer is not whole, empty if it is
     */
    record Answer(List<String> lines, String failure) {
        Answer {
            lines = List.copyOf(lines);
        }
    }

    private ChildProcess(Process process, long limitMillis) {
        this.process = process;
        this.deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(limitMillis);
        Thread reader = new Thread(this::read, "ascend4j-compat-child");
        reader.setDaemon(true);
        reader.start();
    }

    /** Starts a command with exactly this environment, in the root directory. */
    static ChildProcess start(List<String> command, Map<String, String> environment, long limitMillis)
            throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(new File("/"))
                .redirectInput(ProcessBuilder.Redirect.from(NULL))
                .redirectError(ProcessBuilder.Redirect.DISCARD);
        builder.environment().clear();
        environment.forEach((name, value) -> {
            if (!name.isEmpty() && name.indexOf('=') < 0 && (name + value).indexOf('\0') < 0) {
                builder.environment().put(name, value);
            }
        });
        return new ChildProcess(builder.start(), limitMillis);
    }

    private void read() {
        try (BufferedReader out =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            StringBuilder line = new StringBuilder();
            for (int total = 0; total < MAX_CHARACTERS && !whole; total++) {
                int next = out.read();
                if (next < 0) {
                    break;
                }
                if (next == '\n') {
                    take(line.toString());
                    line.setLength(0);
                } else {
                    line.append((char) next);
                }
            }
        } catch (IOException closed) {
            // The process was ended; what it said until then counts.
        } finally {
            finished.countDown();
        }
    }

    private void take(String line) {
        if (line.startsWith(MARK)) {
            lines.add(line.substring(MARK.length()));
            whole = line.equals(MARK + END);
        }
        crashed |= line.startsWith(CRASH);
    }

    /** Waits until it has answered or its time is over, then ends it and all that it started. */
    Answer await() {
        String failure = "";
        try {
            boolean answered = finished.await(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
            if (!answered) {
                failure = "it did not answer in time";
            } else if (!whole) {
                // Its end of the pipe is closed, so it is ending; how, its exit code tells.
                boolean ended = process.waitFor(500, TimeUnit.MILLISECONDS);
                failure = crashed ? "it crashed" : ended ? ending(process.exitValue()) : "its answer broke off";
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            failure = "the check was interrupted";
        } finally {
            end();
        }
        return new Answer(List.copyOf(lines), failure);
    }

    private static String ending(int code) {
        return code > 128 ? "it crashed (signal " + (code - 128) + ")" : "it ended with exit code " + code;
    }

    /** Descendants first: they would outlive it and keep its pipe. */
    private void end() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }
}
