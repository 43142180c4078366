package org.ascend4j.bench;

import java.util.Map;
import picocli.CommandLine.Option;

/** How long the requests of a workload are. */
final class LengthOptions {
    @Option(names = "--input-len", paramLabel = "N", description = "Tokens of each prompt (default: ${DEFAULT-VALUE}).")
    private int input;

    @Option(
            names = "--output-len",
            paramLabel = "N",
            description = "Tokens that each generates (default: ${DEFAULT-VALUE}).")
    private int output;

    /** The lengths where the command line does not say. */
    LengthOptions(int input, int output) {
        this.input = input;
        this.output = output;
    }

    int input() {
        return input;
    }

    int output() {
        return output;
    }

    /** Tokens of a whole request. */
    int request() {
        return Math.addExact(input, output);
    }

    /** @throws UsageException if a length is out of range */
    void check() {
        UsageException.requireAtLeast("--input-len", input, 1);
        UsageException.requireAtLeast("--output-len", output, 1);
    }

    /** Adds what a report tells of them. */
    void tell(Map<String, Object> facts) {
        facts.put("input_len", input);
        facts.put("output_len", output);
    }
}
