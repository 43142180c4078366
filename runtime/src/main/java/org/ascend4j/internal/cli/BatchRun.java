package org.ascend4j.internal.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.ascend4j.Completion;
import org.ascend4j.GenerationOptions;
import org.ascend4j.Prompt;
import org.ascend4j.error.AscendException;
import org.ascend4j.error.InvalidRequestException;
import org.ascend4j.error.OverloadedException;
import org.ascend4j.internal.openai.RequestBody;

/**
 * Works through a batch's input. A bounded number of lines is with the engine at once, so that it always has enough to
 * batch; what ends is written in the order in which it ends, by this one thread. A line that is wrong ends with an error
 * of its own; an engine that cannot go on ends the run, and what it still held is done again by the next one.
 */
final class BatchRun {
    /** How many times the engine's sequences: some wait while others run. */
    static final int WINDOW = 4;

    private static final long LONGEST_PAUSE_MILLIS = 1000;

    /** A line that is with the engine. */
    private record Job(String customId, int number, RequestBody asked) {}

    /** What became of a line; one of the last two is null. */
    private record Outcome(Job job, List<Completion> answers, Throwable failure) {}

    private final JsonLines input;
    private final BatchOutput output;
    private final Session session;
    private final int window;
    private final BatchProgress progress;
    private final Map<String, Integer> names = new HashMap<>();
    private final LinkedBlockingQueue<Outcome> finished = new LinkedBlockingQueue<>();
    private int running;

    BatchRun(JsonLines input, BatchOutput output, Session session, int window, BatchProgress progress) {
        this.input = input;
        this.output = output;
        this.session = session;
        this.window = window;
        this.progress = progress;
    }

    /** Returns when every line of the input has one in the output. */
    void run() throws IOException, InterruptedException {
        boolean more = true;
        while (more || running > 0) {
            if (more && running < window) {
                JsonLines.Line line = input.next();
                more = line != null;
                if (more && !line.blank()) {
                    start(line);
                }
            } else {
                // Only now is there time to wait for the disk.
                output.force();
                write(finished.take());
            }
            for (Outcome next = finished.poll(); next != null; next = finished.poll()) {
                write(next);
            }
        }
        output.force();
    }

    private void start(JsonLines.Line line) throws IOException, InterruptedException {
        BatchLine read;
        try {
            read = BatchLine.read(line);
            Integer first = names.putIfAbsent(read.customId(), line.number());
            if (first != null) {
                throw new InvalidRequestException(
                        "custom_id",
                        "found '" + read.customId() + "' in line " + first + " too, expected a name of its own");
            }
        } catch (InvalidRequestException wrong) {
            refuse(null, line.number(), output.has(line.number()), wrong);
            return;
        }
        if (output.has(read.customId())) {
            progress.found();
            return;
        }
        RequestBody body;
        try {
            body = RequestBody.read(read.kind(), read.body()).requireWhole();
        } catch (InvalidRequestException wrong) {
            refuse(read.customId(), line.number(), false, wrong);
            return;
        }
        submit(new Job(read.customId(), line.number(), body));
    }

    private void refuse(String customId, int number, boolean told, InvalidRequestException wrong) throws IOException {
        if (told) {
            progress.found();
        } else {
            output.append(BatchAnswer.error(customId, number, wrong));
            progress.refused();
        }
    }

    private void submit(Job job) throws IOException, InterruptedException {
        List<CompletableFuture<List<Completion>>> answers = new ArrayList<>();
        try {
            for (Prompt prompt : job.asked().prompts()) {
                GenerationOptions options = adapted(job.asked());
                answers.add(generate(prompt, options.withN(job.asked().copies())));
            }
        } catch (InvalidRequestException wrong) {
            answers.forEach(answer -> answer.cancel(false));
            refuse(job.customId(), job.number(), false, job.asked().respelled(wrong));
            return;
        }
        running++;
        CompletableFuture.allOf(answers.toArray(new CompletableFuture<?>[0]))
                .whenComplete((nothing, failure) -> finished.add(new Outcome(
                        job,
                        failure == null
                                ? answers.stream()
                                        .flatMap(answer -> answer.join().stream())
                                        .toList()
                                : null,
                        failure)));
    }

    /** A line whose model is an adapter's name gets it. */
    private GenerationOptions adapted(RequestBody asked) {
        String model = asked.model();
        return session.adapters().contains(model) ? asked.options().withAdapter(model) : asked.options();
    }

    /** An engine that has no room now has it once something has ended. */
    private CompletableFuture<List<Completion>> generate(Prompt prompt, GenerationOptions options)
            throws InterruptedException {
        while (true) {
            try {
                return session.generateAll(prompt, options);
            } catch (OverloadedException full) {
                pause(full);
            }
        }
    }

    private static void pause(OverloadedException full) throws InterruptedException {
        long wished = full.retryAfter().toMillis();
        TimeUnit.MILLISECONDS.sleep(Math.max(1, Math.min(LONGEST_PAUSE_MILLIS, wished)));
    }

    private void write(Outcome outcome) throws IOException, InterruptedException {
        running--;
        Job job = outcome.job();
        if (outcome.failure() == null) {
            output.append(BatchAnswer.of(job.customId(), job.asked(), outcome.answers(), session));
            progress.answered();
            return;
        }
        Throwable cause = outcome.failure() instanceof CompletionException wrapped && wrapped.getCause() != null
                ? wrapped.getCause()
                : outcome.failure();
        if (cause instanceof InvalidRequestException wrong) {
            refuse(job.customId(), job.number(), false, job.asked().respelled(wrong));
        } else if (cause instanceof OverloadedException full) {
            pause(full);
            submit(job);
        } else if (cause instanceof RuntimeException failed) {
            throw failed;
        } else if (cause instanceof Error failed) {
            throw failed;
        } else {
            throw new AscendException("the batch stopped: " + cause, cause);
        }
    }
}
