package org.ascend4j.bench.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;

/** What a figure depends on beside the program: processor, memory, Java, and which build was measured. */
public final class Machine {
    /** The extensions that kernels ask for; a processor's whole list is long and mostly beside the point. */
    private static final List<String> ISA = List.of(
            "avx2",
            "fma",
            "f16c",
            "avx_vnni",
            "avx512f",
            "avx512bw",
            "avx512vl",
            "avx512_vnni",
            "avx512_bf16",
            "avx512_fp16",
            "amx_tile",
            "amx_int8",
            "amx_bf16",
            "asimd",
            "asimddp",
            "asimdhp",
            "i8mm",
            "bf16",
            "sve",
            "sve2");

    private static final String BUILD = "/org/ascend4j/internal/cli/build.properties";

    private Machine() {}

    /** The facts of this machine and process. */
    public static Map<String, Object> facts() {
        String cpuInfo = read(Path.of("/proc/cpuinfo"));
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("cpu", cpu(cpuInfo));
        facts.put("isa", isa(cpuInfo));
        facts.put("cores", Runtime.getRuntime().availableProcessors());
        facts.put("memory_bytes", memoryBytes(read(Path.of("/proc/meminfo"))));
        facts.put("huge_pages", hugePages(read(Path.of("/sys/kernel/mm/transparent_hugepage/enabled"))));
        facts.put("os", System.getProperty("os.name") + " " + System.getProperty("os.version"));
        facts.put("arch", System.getProperty("os.arch"));
        facts.put("jdk", System.getProperty("java.vendor") + " " + Runtime.version());
        return facts;
    }

    /** Which build this is: {@code version} and {@code commit}. */
    public static Map<String, Object> build() {
        Properties properties = new Properties();
        try (InputStream in = Machine.class.getResourceAsStream(BUILD)) {
            if (in != null) {
                properties.load(in);
            }
        } catch (IOException unreadable) {
            throw new UncheckedIOException(BUILD + " cannot be read", unreadable);
        }
        Map<String, Object> build = new LinkedHashMap<>();
        build.put("version", properties.getProperty("version", "unknown"));
        build.put("commit", properties.getProperty("commit", "unknown"));
        return build;
    }

    static String cpu(String cpuInfo) {
        return value(cpuInfo, "model name")
                .or(() -> value(cpuInfo, "CPU part").map(part -> "CPU part " + part))
                .orElse("unknown");
    }

    static List<String> isa(String cpuInfo) {
        String line =
                value(cpuInfo, "flags").or(() -> value(cpuInfo, "Features")).orElse("");
        List<String> flags = Arrays.asList(line.split(" "));
        return ISA.stream().filter(flags::contains).toList();
    }

    private static Optional<String> value(String text, String key) {
        return text.lines()
                .filter(line -> line.startsWith(key))
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .findFirst();
    }

    private static long memoryBytes(String memInfo) {
        return value(memInfo, "MemTotal")
                .map(text -> Long.parseLong(text.split(" ")[0]) * 1024)
                .orElse(0L);
    }

    private static String hugePages(String choices) {
        int open = choices.indexOf('[');
        int close = choices.indexOf(']');
        return open >= 0 && close > open ? choices.substring(open + 1, close) : "unknown";
    }

    /** Empty where there is no such file: these facts are Linux's. */
    private static String read(Path path) {
        try {
            return Files.readString(path);
        } catch (IOException absent) {
            return "";
        }
    }
}
