package org.ascend4j.internal.serve;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.ascend4j.SmolLm2;

/** The command {@code serve} in a process of its own, and what the kernel says of that process (Linux, proc(5)). */
final class LoadedServer implements AutoCloseable {
    private static final Pattern SERVING = Pattern.compile("ascend4j: serving .* at http://[^:]*:([0-9]+) .*");
    private static final Pattern RSS = Pattern.compile("VmRSS:\\s+([0-9]+) kB");

    private static final Pattern USED = Pattern.compile("heap +total .*, used ([0-9]+)K");

    /** Of the kernel's clock for processes: 100 a second on every Linux that matters. */
    private static final double TICKS = 100;

    private static final int USER_TICKS = 11;
    private static final int SYSTEM_TICKS = 12;

    private final Process process;
    final int port;

    LoadedServer(String... options) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                // The heap is all there from the beginning, so that what grows is something else.
                "-Xms256m",
                "-Xmx256m",
                "-XX:+UseG1GC", // of which the heap is told in one line
                "-XX:+AlwaysPreTouch",
                "-cp",
                System.getProperty("java.class.path"),
                "org.ascend4j.internal.cli.Main",
                "serve",
                "--model",
                SmolLm2.file().toString(),
                "--port",
                "0",
                "--served-model-name",
                "m",
                "--no-access-log"));
        command.addAll(List.of(options));
        process = new ProcessBuilder(command).redirectErrorStream(true).start();
        BufferedReader output =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        StringBuilder seen = new StringBuilder();
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            seen.append(line).append('\n');
            Matcher serving = SERVING.matcher(line);
            if (serving.matches()) {
                port = Integer.parseInt(serving.group(1));
                drain(output);
                return;
            }
        }
        throw new AssertionError("the server ended: " + seen);
    }

    /** Nobody reads what it says on, but a full pipe would hold it up. */
    private static void drain(BufferedReader output) {
        Thread drain = new Thread(
                () -> {
                    try {
                        while (output.readLine() != null) {
                            // Goes on.
                        }
                    } catch (IOException closed) {
                        // The server has ended.
                    }
                },
                "loaded-server");
        drain.setDaemon(true);
        drain.start();
    }

    /** Memory of the process that is in the machine's, in MiB. */
    double residentMib() throws IOException {
        Matcher rss = RSS.matcher(Files.readString(proc("status")));
        if (!rss.find()) {
            throw new IOException("no VmRSS");
        }
        return Long.parseLong(rss.group(1)) / 1024.0;
    }

    /** What is left on the heap once the garbage is gone, in MiB. */
    double liveHeapMib() throws IOException, InterruptedException {
        jcmd("GC.run");
        Matcher used = USED.matcher(jcmd("GC.heap_info"));
        if (!used.find()) {
            throw new IOException("no heap");
        }
        return Long.parseLong(used.group(1)) / 1024.0;
    }

    private String jcmd(String command) throws IOException, InterruptedException {
        String program = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
        Process jcmd = new ProcessBuilder(program, Long.toString(process.pid()), command)
                .redirectErrorStream(true)
                .start();
        String text = new String(jcmd.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (jcmd.waitFor() != 0) {
            throw new IOException(command + ": " + text);
        }
        return text;
    }

    /** Seconds of processor time so far, by threads of one name without numbers. */
    Map<String, Double> cpuSeconds() throws IOException {
        Map<String, Double> seconds = new TreeMap<>();
        try (Stream<Path> tasks = Files.list(proc("task"))) {
            for (Path task : tasks.toList()) {
                try {
                    String name = Files.readString(task.resolve("comm")).strip().replaceAll("[#-]?[0-9]*$", "");
                    String stat = Files.readString(task.resolve("stat"));
                    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
                    double spent = (Long.parseLong(fields[USER_TICKS]) + Long.parseLong(fields[SYSTEM_TICKS])) / TICKS;
                    seconds.merge(name, spent, Double::sum);
                } catch (NoSuchFileException ended) {
                    // A thread that has ended since it was listed.
                }
            }
        }
        return seconds;
    }

    private Path proc(String file) {
        return Path.of("/proc", Long.toString(process.pid()), file);
    }

    @Override
    public void close() {
        process.destroy();
        try {
            process.onExit().orTimeout(20, TimeUnit.SECONDS).join();
        } catch (CompletionException late) {
            process.destroyForcibly().onExit().join();
        }
    }
}
