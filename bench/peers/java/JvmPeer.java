import de.kherud.llama.InferenceParameters;
import de.kherud.llama.LlamaModel;
import de.kherud.llama.LlamaOutput;
import de.kherud.llama.ModelParameters;
import de.kherud.llama.args.LogFormat;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Drives the JVM peer (llama.cpp through JNI) by the line protocol of {@code org.ascend4j.bench.peer.PeerSession}, as far
 * as its API goes: prompts are texts there, so a prompt of n tokens is made of random words and counted.
 */
public final class JvmPeer {
    private static final String[] SYLLABLES = {"ka", "ro", "mi", "ten", "sol", "ve", "lu", "par", "dim", "os"};

    private final SplittableRandom random = new SplittableRandom(1);
    private final ExecutorService callers = Executors.newCachedThreadPool();
    private LlamaModel model;

    private JvmPeer() {}

    public static void main(String[] arguments) throws IOException {
        PrintStream answers = System.out;
        System.setOut(System.err);
        LlamaModel.setLogger(LogFormat.TEXT, (level, message) -> {});
        JvmPeer peer = new JvmPeer();
        BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = commands.readLine(); line != null; line = commands.readLine()) {
            try {
                answers.println("ok\t" + peer.run(line.split("\t")));
            } catch (Exception e) {
                answers.println("error\tmessage=" + e.toString().replaceAll("\\s", " "));
            }
            answers.flush();
        }
        peer.callers.shutdownNow();
    }

    private String run(String[] line) throws Exception {
        Map<String, String> fields = new HashMap<>();
        for (int i = 1; i < line.length; i++) {
            int equals = line[i].indexOf('=');
            fields.put(line[i].substring(0, equals), line[i].substring(equals + 1));
        }
        switch (line[0]) {
            case "open":
                return open(fields);
            case "prefill":
                return seconds(generate(1, whole(fields, "tokens"), 1));
            case "decode":
                return decode(whole(fields, "context"), whole(fields, "tokens"));
            case "batch":
                return batch(whole(fields, "sequences"), whole(fields, "context"), whole(fields, "tokens"));
            default:
                throw new IllegalArgumentException("found command " + line[0]);
        }
    }

    private String open(Map<String, String> fields) {
        if (model != null) {
            model.close();
            model = null;
        }
        ModelParameters parameters = new ModelParameters()
                .setModel(fields.get("model"))
                .setThreads(whole(fields, "threads"))
                .setThreadsBatch(whole(fields, "threads"))
                .setCtxSize(whole(fields, "context"))
                .setParallel(whole(fields, "sequences"))
                .setBatchSize(2048)
                .setUbatchSize(whole(fields, "micro-batch"))
                .disableContextShift();
        if ("on".equals(fields.get("flash"))) {
            parameters.enableFlashAttn();
        }
        model = new LlamaModel(parameters);
        return "";
    }

    /** Time between the first and the last of the tokens. */
    private String decode(int context, int tokens) {
        InferenceParameters request = request(prompt(context), tokens + 1);
        long first = 0;
        long last = 0;
        int count = 0;
        for (LlamaOutput output : model.generate(request)) {
            if (count++ == 0) {
                first = System.nanoTime();
            }
            last = System.nanoTime();
        }
        // The end marker may come as an output of its own.
        if (count < tokens + 1 || count > tokens + 2) {
            throw new IllegalStateException("found " + count + " outputs, expected " + (tokens + 1));
        }
        return seconds((last - first) / 1e9);
    }

    /** The decode phase is what the whole takes longer than the same prompts with one token each. */
    private String batch(int sequences, int context, int tokens) throws Exception {
        double prefill = generate(sequences, context, 1);
        double total = generate(sequences, context, tokens);
        return String.format(
                Locale.ROOT,
                "seconds=%.9g\tgenerated=%d\tsteady_steps=%d\tsteady_seconds=%.9g",
                total,
                sequences * tokens,
                tokens - 1,
                total - prefill);
    }

    private double generate(int sequences, int context, int tokens) throws Exception {
        List<InferenceParameters> requests = new ArrayList<>();
        for (int i = 0; i < sequences; i++) {
            requests.add(request(prompt(context), tokens));
        }
        long start = System.nanoTime();
        List<Future<String>> answers = new ArrayList<>();
        for (InferenceParameters request : requests) {
            answers.add(callers.submit(() -> model.complete(request)));
        }
        for (Future<String> answer : answers) {
            answer.get();
        }
        return (System.nanoTime() - start) / 1e9;
    }

    private static InferenceParameters request(String prompt, int tokens) {
        return new InferenceParameters(prompt)
                .setNPredict(tokens)
                .setIgnoreEos(true)
                .setCachePrompt(false)
                .setTemperature(0);
    }

    /** A text of exactly so many tokens: words until there are enough, then letters cut off; again, if that jumps over. */
    private String prompt(int tokens) {
        while (true) {
            StringBuilder text = new StringBuilder("a");
            while (count(text) < tokens) {
                text.append(' ');
                for (int i = random.nextInt(1, 4); i >= 0; i--) {
                    text.append(SYLLABLES[random.nextInt(SYLLABLES.length)]);
                }
            }
            while (count(text) > tokens) {
                text.setLength(text.length() - 1);
            }
            if (count(text) == tokens) {
                return text.toString();
            }
        }
    }

    private int count(StringBuilder text) {
        return model.encode(text.toString()).length;
    }

    private static int whole(Map<String, String> fields, String name) {
        return Integer.parseInt(fields.get(name));
    }

    private static String seconds(double seconds) {
        return String.format(Locale.ROOT, "seconds=%.9g", seconds);
    }
}
