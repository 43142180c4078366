package org.ascend4j.bench;

import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Option;

/** How a benchmark is repeated and where its figures go. */
final class RunOptions {
    @Option(
            names = "--seed",
            paramLabel = "N",
            description = "Of prompts and arrivals (default: ${DEFAULT-VALUE}).",
            defaultValue = "0")
    private long seed;

    @Option(
            names = "--warmup",
            paramLabel = "N",
            description = "Runs before the first that counts (default: ${DEFAULT-VALUE}).",
            defaultValue = "1")
    private int warmup;

    @Option(names = "--repeats", paramLabel = "N", description = "Runs that count (default: ${DEFAULT-VALUE}).")
    private int repeats = 5;

    @picocli.CommandLine.Mixin
    private OutputOptions output = new OutputOptions();

    @Option(names = "--help", usageHelp = true, description = "Show this help and exit.")
    private boolean help;

    long seed() {
        return seed;
    }

    int warmup() {
        return warmup;
    }

    int repeats() {
        return repeats;
    }

    OutputOptions output() {
        return output;
    }

    /** @throws UsageException if a count is out of range */
    void check() {
        UsageException.requireAtLeast("--warmup", warmup, 0);
        UsageException.requireAtLeast("--repeats", repeats, 1);
        output.check();
    }

    /** As a report tells them, to be continued. */
    Map<String, Object> facts() {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("seed", seed);
        facts.put("warmup", warmup);
        facts.put("repeats", repeats);
        return facts;
    }
}
