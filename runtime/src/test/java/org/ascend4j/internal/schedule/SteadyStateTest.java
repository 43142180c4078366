package org.ascend4j.internal.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import org.ascend4j.internal.batch.StepAssembler;
import org.junit.jupiter.api.Test;

/** What a decode step leaves to the garbage collector. */
class SteadyStateTest {
    private static final int MEASURED = 50;
    private static final int BLOCK = 128;

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    /** Bytes that a thread allocates in a step of so many sequences behind prompts of so many tokens. */
    private long bytesPerStep(int sequences, int prompt) {
        SchedulerOptions options = SchedulerOptions.of(sequences, sequences * prompt, 4096);
        Scheduler scheduler = new Scheduler(new BlockPool(64 * 32, BLOCK), options, Drafter.NONE);
        StepAssembler assembler = new StepAssembler(BLOCK);
        for (int id = 0; id < sequences; id++) {
            scheduler.add(Sequences.of(id, prompt, 500));
        }
        int[] sampled = new int[sequences];
        for (int warming = 0; warming < 20; warming++) {
            turn(scheduler, assembler, sampled);
        }
        boolean decodes = true;
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int step = 0; step < MEASURED; step++) {
            decodes &= turn(scheduler, assembler, sampled);
        }
        long bytes = (threads.getCurrentThreadAllocatedBytes() - before) / MEASURED;
        System.out.println(bytes + " bytes a step of " + sequences + " behind " + prompt);
        assertThat(decodes).isTrue();
        return bytes;
    }

    private static boolean turn(Scheduler scheduler, StepAssembler assembler, int[] sampled) {
        Step step = scheduler.next();
        boolean decodes = StepAssembler.decodesOnly(step) && step.sampledRows() == sampled.length;
        assembler.assemble(step, decodes ? sampled.length : 0, decodes ? 16 : 0);
        scheduler.apply(step, sampled);
        return decodes;
    }

    /** Measured between two block boundaries: at one, the prefix cache keeps a link for each sequence. */
    @Test
    void leavesNoGarbageThatGrowsWithTheBatchOrTheContext() {
        bytesPerStep(4, 1); // loads classes
        long small = bytesPerStep(2, 1);
        assertThat(small).as("a step of two").isLessThan(2048);
        assertThat(bytesPerStep(64, 1)).as("a step of 64").isLessThanOrEqualTo(small + 64);
        assertThat(bytesPerStep(2, 1040)).as("behind long prompts").isLessThanOrEqualTo(small + 64);
    }
}
