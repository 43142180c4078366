package org.ascend4j.internal.schedule;

/**
 * One configuration of random work.
 *
 * @param blocks the null block included
 * @param abort chance of a sequence's abort in a step
 * @param burst most groups that arrive at once
 * @param shared tokens of a beginning that many prompts share
 * @param fail chance that a step fails
 * @param forks most answers to one prompt
 * @param hashBytes bytes of a hash that count
 */
record Shape(
        String name,
        int blocks,
        int blockSize,
        SchedulerOptions options,
        double abort,
        int burst,
        int shared,
        double fail,
        int forks,
        int hashBytes) {

    static Shape of(String name, int blocks, int blockSize, int sequences, int budget) {
        SchedulerOptions options = SchedulerOptions.of(sequences, budget, Integer.MAX_VALUE);
        return new Shape(name, blocks, blockSize, options, 0.01, 6, 0, 0, 1, 32);
    }

    Shape preempting() {
        return with(options.withAdmission(AdmissionPolicy.PREEMPT));
    }

    Shape with(SchedulerOptions value) {
        return new Shape(name, blocks, blockSize, value, abort, burst, shared, fail, forks, hashBytes);
    }

    Shape overlapped() {
        return with(options.withDepth(2));
    }

    Shape byPriority() {
        return with(options.withQueue(QueuePolicy.PRIORITY));
    }

    Shape drafting(int most) {
        return with(options.withDrafts(new DraftOptions(most, 4, 0.2, 8, 6)));
    }

    Shape aborting(double value) {
        return new Shape(name, blocks, blockSize, options, value, burst, shared, fail, forks, hashBytes);
    }

    Shape sharing(int tokens) {
        return new Shape(name, blocks, blockSize, options, abort, burst, tokens, fail, forks, hashBytes);
    }

    Shape failing(double value) {
        return new Shape(name, blocks, blockSize, options, abort, burst, shared, value, forks, hashBytes);
    }

    Shape forking(int most) {
        return new Shape(name, blocks, blockSize, options, abort, burst, shared, fail, most, hashBytes);
    }

    Shape hashing(int bytes) {
        return new Shape(name, blocks, blockSize, options, abort, burst, shared, fail, forks, bytes);
    }

    @Override
    public String toString() {
        return name;
    }
}
