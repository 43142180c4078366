package org.ascend4j.internal.cli;

/** How an answer is written; named as users type it. */
enum OutputFormat {
    TEXT,
    JSON;

    /** @throws UsageException naming the formats */
    static OutputFormat parse(String text) {
        return switch (text) {
            case "text" -> TEXT;
            case "json" -> JSON;
            default -> throw new UsageException("--format: found '" + text + "', expected text or json");
        };
    }
}
