package org.ascend4j.internal.grammar;

/** How a character becomes bytes. */
enum Encoding {
    /** Its UTF-8. */
    RAW,
    /**
     * As inside a JSON string (RFC 8259 section 7): UTF-8 or an escape. Characters that must be escaped have only their
     * escapes. The class of all characters has every spelling; smaller classes leave out the escapes of printable
     * ASCII, which no writer of JSON produces.
     */
    JSON
}
