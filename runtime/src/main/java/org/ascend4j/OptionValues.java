package org.ascend4j;

import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import org.ascend4j.compat.GuardMode;
import org.ascend4j.error.InvalidRequestException;

/** Options as text with the place each came from: the only class that knows property and variable names. */
final class OptionValues {
    private static final String PROPERTY_PREFIX = "ascend4j.";
    private static final String VARIABLE_PREFIX = "ASCEND4J_";
    private static final Set<String> NAMES = Set.of(
            "device",
            "dtype",
            "precision",
            "quantize",
            "threads",
            "context-length",
            "max-num-seqs",
            "max-num-batched-tokens",
            "block-size",
            "kv-tokens",
            "kv-cache-dtype",
            "guard",
            "step-timeout",
            "graphs",
            "prefix-caching",
            "async-scheduling",
            "scheduling-policy",
            "admission",
            "watermark",
            "long-prefill-token-threshold",
            "max-queued-requests",
            "max-queued-tokens",
            "speculative",
            "num-speculative-tokens",
            "prompt-lookup-min",
            "prompt-lookup-max",
            "max-loras",
            "max-lora-rank",
            "stream-buffer",
            "stream-stall");

    private static final int MOST_SECONDS = 86_400;

    /**
     * Read elsewhere: the cache folder, leak tracking, the server's keys, what a Spring application says of its models, and
     * everything of the host device, the matrix and the tests.
     */
    private static final Set<String> OTHER =
            Set.of("cache", "cann-home", "trackAllocations", "site-matrix", "api-key", "model", "drain-timeout");

    private static final Set<String> OTHER_PREFIXES = Set.of("host-", "test-", "record-", "chat-", "embedding-");

    private record Value(String text, String source) {}

    private final Map<String, Value> values = new LinkedHashMap<>();

    private OptionValues() {}

    /** The options there are, in alphabetical order. */
    static Set<String> names() {
        return Collections.unmodifiableSet(new TreeSet<>(NAMES));
    }

    static OptionValues collect(Properties properties, Map<String, String> environment) {
        OptionValues collected = new OptionValues();
        environment.forEach((variable, text) -> {
            if (variable.startsWith(VARIABLE_PREFIX)) {
                String name = variable.substring(VARIABLE_PREFIX.length())
                        .toLowerCase(Locale.ROOT)
                        .replace('_', '-');
                collected.put(name, text, "environment variable " + variable);
            }
        });
        for (String property : properties.stringPropertyNames()) {
            if (property.startsWith(PROPERTY_PREFIX)) {
                String name = property.substring(PROPERTY_PREFIX.length()).replace('.', '-');
                collected.put(name, properties.getProperty(property), "system property " + property);
            }
        }
        return collected;
    }

    void set(String name, String text) {
        if (!NAMES.contains(name)) {
            throw unknown(name, "the builder");
        }
        values.put(name, new Value(text, "the builder"));
    }

    private void put(String name, String text, String source) {
        if (NAMES.contains(name)) {
            values.put(name, new Value(text, source));
        } else if (!OTHER.contains(name) && OTHER_PREFIXES.stream().noneMatch(name::startsWith)) {
            throw unknown(name, source);
        }
    }

    private static InvalidRequestException unknown(String name, String source) {
        return new InvalidRequestException(
                name,
                "unknown option, set by " + source + "; known options: " + String.join(", ", new TreeSet<>(NAMES)));
    }

    LlmOptions toOptions() {
        DType dtype = oneOf("dtype", DType.class, DType.AUTO);
        Precision precision = oneOf("precision", Precision.class, Precision.FAST);
        Quantization quantize = oneOf("quantize", Quantization.class, Quantization.NONE);
        if (dtype == DType.FLOAT32) {
            precision = Precision.EXACT;
            quantize = Quantization.NONE;
        }
        int sequences = whole("max-num-seqs", 16, 1, 4096);
        int batch = whole("max-num-batched-tokens", Math.max(512, sequences), 1, 1 << 20);
        if (batch < sequences) {
            throw wrong("max-num-batched-tokens", Integer.toString(batch), "at least max-num-seqs, " + sequences);
        }
        int block = whole("block-size", 128, 16, 512);
        if (block % 16 != 0) {
            throw wrong("block-size", Integer.toString(block), "a multiple of 16");
        }
        return new LlmOptions(
                DeviceChoice.parse(text("device", "auto")),
                dtype,
                precision,
                quantize,
                whole("threads", 0, 1, 4096),
                whole("context-length", 0, 1, 1 << 30),
                sequences,
                batch,
                block,
                whole("kv-tokens", 0, 1, 1 << 30),
                oneOf("kv-cache-dtype", KvCacheDtype.class, KvCacheDtype.AUTO),
                oneOf("guard", GuardMode.class, GuardMode.ENFORCE),
                seconds("step-timeout", 300),
                oneOf("graphs", Graphs.class, Graphs.AUTO),
                scheduling(),
                speculation(),
                whole("max-loras", 8, 0, 1024),
                whole("max-lora-rank", 64, 1, 4096),
                new Streaming(whole("stream-buffer", 16_384, 1, 1 << 24), seconds("stream-stall", 300)));
    }

    private Scheduling scheduling() {
        return new Scheduling(
                oneOf("scheduling-policy", Scheduling.Policy.class, Scheduling.Policy.FCFS),
                oneOf("admission", Scheduling.Admission.class, Scheduling.Admission.AUTO),
                share("watermark", 0.01, 0.5),
                whole("long-prefill-token-threshold", 0, 0, 1 << 20),
                flag("prefix-caching", true),
                flag("async-scheduling", true),
                whole("max-queued-requests", 4096, 0, 1 << 24),
                whole("max-queued-tokens", 0, 0, 1 << 30));
    }

    private Speculation speculation() {
        int shortest = whole("prompt-lookup-min", 2, 1, 64);
        return new Speculation(
                oneOf("speculative", Speculation.Mode.class, Speculation.Mode.OFF),
                whole("num-speculative-tokens", 4, 1, 15),
                shortest,
                whole("prompt-lookup-max", Math.max(4, shortest), shortest, 64));
    }

    private String text(String name, String absent) {
        Value value = values.get(name);
        return value == null ? absent : value.text().strip().toLowerCase(Locale.ROOT);
    }

    private int whole(String name, int absent, int least, int most) {
        Value value = values.get(name);
        if (value == null) {
            return absent;
        }
        try {
            int number = Integer.parseInt(value.text().strip());
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Reported below with the range.
        }
        throw wrong(name, value.text(), "a whole number from " + least + " to " + most);
    }

    private Duration seconds(String name, int absent) {
        return Duration.ofSeconds(whole(name, absent, 1, MOST_SECONDS));
    }

    private double share(String name, double absent, double most) {
        Value value = values.get(name);
        if (value == null) {
            return absent;
        }
        try {
            double number = Double.parseDouble(value.text().strip());
            // NaN compares false.
            if (number >= 0 && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Reported below with the range.
        }
        throw wrong(name, value.text(), "a number from 0 to " + most);
    }

    private boolean flag(String name, boolean absent) {
        String found = text(name, absent ? "on" : "off");
        if (found.equals("on") || found.equals("true")) {
            return true;
        } else if (found.equals("off") || found.equals("false")) {
            return false;
        }
        throw wrong(name, found, "on or off");
    }

    /** A constant as an option's value. */
    static String spelled(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private <E extends Enum<E>> E oneOf(String name, Class<E> type, E absent) {
        String found = text(name, spelled(absent));
        Set<String> known = new TreeSet<>();
        for (E constant : type.getEnumConstants()) {
            if (spelled(constant).equals(found)) {
                return constant;
            }
            known.add(spelled(constant));
        }
        throw wrong(name, found, "one of " + String.join(", ", known));
    }

    private InvalidRequestException wrong(String name, String found, String expected) {
        Value value = values.get(name);
        String source = value == null ? "" : " (set by " + value.source() + ")";
        return new InvalidRequestException(name, "found '" + found + "'" + source + ", expected " + expected);
    }
}
