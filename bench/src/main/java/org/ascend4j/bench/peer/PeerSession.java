package org.ascend4j.bench.peer;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.ascend4j.Llm;
import org.ascend4j.LlmOptions;

/**
 * Measures on request: one command a line on standard input, one answer a line on standard output, {@code ok} or
 * {@code error} with fields. The process lives on between commands, so that rounds of several peers can alternate
 * without starting a JVM for each.
 */
public final class PeerSession {
    private static final String OPTION = "option.";

    /** Answers until the JVM has compiled what decodes: interpreted code allocates what compiled code need not. */
    private static final int WARM_UPS = 4;

    private final AllocationMeter allocation = new AllocationMeter();
    private Llm llm;
    private Workloads workloads;

    private PeerSession() {}

    public static void main(String[] arguments) throws IOException {
        // Whatever a library prints must not end up between the answers.
        PrintStream answers = System.out;
        System.setOut(System.err);
        PeerSession session = new PeerSession();
        try (BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            for (String line = commands.readLine(); line != null; line = commands.readLine()) {
                answers.println(session.answer(line).line());
                answers.flush();
            }
        } finally {
            session.close();
        }
    }

    private Fields answer(String line) {
        try {
            return run(Fields.parse(line));
        } catch (RuntimeException | IOException e) {
            e.printStackTrace();
            return Fields.answer("error").with("message", e.toString());
        }
    }

    private Fields run(Fields command) throws IOException {
        return switch (command.word()) {
            case "open" -> open(command);
            case "close" -> close();
            case "prefill" -> Fields.answer("ok").with("seconds", workloads().prefill(command.whole("tokens")));
            case "decode" ->
                Fields.answer("ok")
                        .with("seconds", workloads().decode(command.whole("context"), command.whole("tokens")));
            case "batch" -> batch(command);
            case "allocation" -> allocation(command);
            case "share" -> share(command);
            case "calls" -> calls(command);
            case "tokenize" -> Fields.answer("ok").with("ids", opened().tokenize(read(command), false));
            case "score" ->
                Fields.answer("ok").with("sum", workloads().score(command.ids("ids"), command.whole("from")));
            case "force" -> force(command);
            default ->
                throw new IllegalArgumentException("found command " + command.word()
                        + ", expected open, close, prefill, decode, batch, allocation, share, calls, tokenize, score"
                        + " or force");
        };
    }

    private Fields open(Fields command) {
        close();
        LlmOptions.Builder options = LlmOptions.builder();
        command.values().forEach((name, value) -> {
            if (name.startsWith(OPTION)) {
                options.option(name.substring(OPTION.length()), value);
            }
        });
        llm = Llm.open(Path.of(command.text("model")), options.build());
        workloads = new Workloads(llm, new Prompts(command.whole("seed"), command.whole("vocabulary")));
        return Fields.answer("ok")
                .with("seconds", llm.loadNanos() / 1e9)
                .with("context", llm.contextLength())
                .with("device", llm.device().toString());
    }

    private Fields close() {
        if (llm != null) {
            llm.close();
        }
        llm = null;
        workloads = null;
        return Fields.answer("ok");
    }

    private Fields batch(Fields command) {
        int sequences = command.whole("sequences");
        int tokens = command.whole("tokens");
        Workloads.Batch batch = workloads().batch(sequences, command.whole("context"), tokens);
        return Fields.answer("ok")
                .with("seconds", batch.total())
                .with("generated", (long) sequences * tokens)
                .with("steady_steps", batch.steps())
                .with("steady_seconds", batch.decode());
    }

    /** Bytes a token between two lengths of the same decode: what a request costs once is in both and cancels out. */
    private Fields allocation(Fields command) {
        int tokens = command.whole("tokens");
        for (int i = 0; i < WARM_UPS; i++) {
            workloads().decode(1, 3 * tokens);
        }
        long before = allocation.bytes();
        workloads().decode(1, tokens);
        long between = allocation.bytes();
        workloads().decode(1, 3 * tokens);
        long after = allocation.bytes();
        return Fields.answer("ok").with("bytes_per_token", ((after - between) - (between - before)) / (2.0 * tokens));
    }

    /** The engine's share of a step in which all sequences decode. */
    private Fields share(Fields command) {
        StepMeter.Cost cost =
                workloads().steadySteps(command.whole("sequences"), command.whole("context"), command.whole("tokens"));
        return Fields.answer("ok").with("share", cost.share()).with("steps", cost.replayed() + cost.others());
    }

    /** Native calls of a decode step that replays a graph; there must be no other step among them. */
    private Fields calls(Fields command) {
        StepMeter.Cost cost = workloads().replayedSteps(command.whole("tokens"));
        if (cost.replayed() < command.whole("tokens") || cost.others() != 0) {
            throw new IllegalStateException("found " + cost.replayed() + " replayed steps and " + cost.others()
                    + " others, expected " + command.whole("tokens") + " replayed ones");
        }
        return Fields.answer("ok").with("calls_per_step", (double) cost.calls() / cost.replayed());
    }

    private Fields force(Fields command) {
        Workloads.Forced forced = workloads().force(command.ids("ids"), command.whole("from"));
        return Fields.answer("ok")
                .with("sum", forced.negativeLogLikelihood())
                .with("from", forced.from())
                .with("replayed", forced.replayed());
    }

    private static String read(Fields command) throws IOException {
        return Files.readString(Path.of(command.text("file")));
    }

    private Llm opened() {
        if (llm == null) {
            throw new IllegalStateException("found no open model, expected the command open first");
        }
        return llm;
    }

    private Workloads workloads() {
        opened();
        return workloads;
    }
}
