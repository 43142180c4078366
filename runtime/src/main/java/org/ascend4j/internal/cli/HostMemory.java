package org.ascend4j.internal.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Sizes of memory: what this host has free, and how people write and read them. */
final class HostMemory {
    private static final Path MEMINFO = Path.of("/proc/meminfo");
    private static final Pattern AVAILABLE = Pattern.compile("(?m)^MemAvailable: +([0-9]{1,15}) kB$");
    private static final Pattern SIZE = Pattern.compile("([0-9]{1,15})([KMGT]?)B?");
    private static final String UNITS = "KMGT";

    private HostMemory() {}

    /** Bytes that a new program could take, as the kernel estimates it; the JVM's own limit where it does not say. */
    static long available() {
        try {
            Matcher line = AVAILABLE.matcher(Files.readString(MEMINFO));
            if (line.find()) {
                return Long.parseLong(line.group(1)) * 1024;
            }
        } catch (IOException unreadable) {
            // Not every system has it.
        }
        return Runtime.getRuntime().maxMemory();
    }

    /** @throws UsageException if the text is no size */
    static long parse(String text) {
        Matcher size = SIZE.matcher(text.toUpperCase(Locale.ROOT));
        if (!size.matches()) {
            throw new UsageException("--memory: found '" + text + "', expected bytes such as 34359738368 or 32G");
        }
        int power = size.group(2).isEmpty() ? 0 : UNITS.indexOf(size.group(2)) + 1;
        try {
            return Math.multiplyExact(Long.parseLong(size.group(1)), 1L << 10 * power);
        } catch (ArithmeticException tooLarge) {
            throw new UsageException("--memory: found '" + text + "', expected less than 8 million TB", tooLarge);
        }
    }

    /** For people: three digits and a unit. */
    static String text(long bytes) {
        double value = bytes;
        int unit = -1;
        while (value >= 1000 && unit + 1 < UNITS.length()) {
            value /= 1024;
            unit++;
        }
        return unit < 0 ? bytes + " B" : String.format(Locale.ROOT, "%.3g %sB", value, UNITS.charAt(unit));
    }
}
