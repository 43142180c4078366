package org.ascend4j.bench;

/** One command of the front. */
interface BenchCommand {
    /** @throws UsageException if its options make no sense */
    void run(Console console) throws Exception;
}
