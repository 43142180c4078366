package org.ascend4j.internal.cli;

import java.util.function.Consumer;
import org.ascend4j.Completion;
import org.ascend4j.DeviceInfo;
import org.ascend4j.GenerationOptions;
import org.ascend4j.Prompt;
import org.ascend4j.compat.Verdict;

/** An opened model, as far as the commands need one. */
interface Session extends AutoCloseable {
    /** Generates an answer; its text reaches {@code text} piece by piece. What {@code text} throws ends the answer. */
    Completion stream(Prompt prompt, GenerationOptions options, Consumer<String> text);

    DeviceInfo device();

    Verdict compatibility();

    /** How long opening took. */
    long loadNanos();

    @Override
    void close();
}
