package org.ascend4j.internal.engine;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.ascend4j.internal.acl.DataType;
import org.ascend4j.internal.device.DevicePlan;
import org.ascend4j.internal.device.DeviceSession;
import org.ascend4j.internal.gguf.GgufFile;
import org.ascend4j.internal.model.LoadSettings;
import org.ascend4j.internal.model.Model;
import org.ascend4j.internal.model.ModelRegistry;
import org.ascend4j.internal.schedule.PrefixScope;
import org.ascend4j.internal.schedule.SamplingPlan;
import org.ascend4j.internal.schedule.Sequence;
import org.ascend4j.internal.schedule.SequenceOptions;
import org.ascend4j.internal.schedule.TokenRules;

/** Requests driven through an engine's loop on the test's own thread. */
final class ModelRuns {
    static final int CONTEXT = 512;
    static final int BLOCK = 16;
    static final int VOCABULARY = 999;

    private ModelRuns() {}

    /**
     * What a request asks for.
     *
     * @param samples answers to the prompt, each with a seed of its own
     * @param adapter number of one that the model has loaded; 0 for none
     */
    record Wish(int[] prompt, int maxTokens, SamplingPlan plan, int samples, int adapter) {
        Wish(int[] prompt, int maxTokens, SamplingPlan plan) {
            this(prompt, maxTokens, plan, 1);
        }

        Wish(int[] prompt, int maxTokens, SamplingPlan plan, int samples) {
            this(prompt, maxTokens, plan, samples, 0);
        }

        Wish withAdapter(int number) {
            return new Wish(prompt, maxTokens, plan, samples, number);
        }

        Sequence sequence(long id) {
            return sequence(id, plan);
        }

        private Sequence sequence(long id, SamplingPlan own) {
            SequenceOptions options = SequenceOptions.DEFAULT
                    .withWaitsForToken(plan.rules().readsTokens())
                    .withPromptLogprobs(plan.promptLogprobs() >= 0)
                    .withAdapter(adapter)
                    .withScope(new PrefixScope("", adapter == 0 ? "" : "content " + adapter));
            return new Sequence(id, prompt, maxTokens, own, Set.of(3), options);
        }

        private List<Request> requests(long firstId, List<RecordingSink> sinks) {
            List<Request> requests = new ArrayList<>();
            for (int i = 0; i < samples; i++) {
                sinks.add(new RecordingSink());
                SamplingPlan own = plan.withSeed(plan.seed() + i);
                requests.add(new Request(sequence(firstId + i, own), sinks.get(sinks.size() - 1)));
            }
            return requests;
        }
    }

    static Model open(Path path, DataType type, boolean fast, int maxSequences, int kvTokens) {
        return open(path, new LoadSettings(type, fast, 2, maxSequences, 256, CONTEXT, BLOCK, kvTokens));
    }

    static Model open(Path path, LoadSettings settings) {
        return open(path, settings, Duration.ofSeconds(60));
    }

    /** @param timeout how long a step may take */
    static Model open(Path path, LoadSettings settings, Duration timeout) {
        try (GgufFile file = GgufFile.open(path)) {
            DevicePlan device = new DevicePlan(true, 0, List.of());
            return ModelRegistry.open(
                    file,
                    ModelRegistry.plan(file),
                    () -> DeviceSession.open(device, 2, timeout),
                    settings,
                    loaded -> {});
        }
    }

    /** Greedy and sampled requests of all lengths, some of which begin alike or repeat themselves. */
    static List<Wish> wishes(Random random, int count) {
        int[] shared = random.ints(70, 4, VOCABULARY).toArray();
        List<Wish> wishes = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int[] own = random.ints(1 + random.nextInt(i % 5 == 0 ? 90 : 20), 4, VOCABULARY)
                    .toArray();
            int[] prompt = i % 3 == 0 ? joined(Arrays.copyOf(shared, 20 + random.nextInt(50)), own) : own;
            prompt = i % 3 != 0 && i % 4 == 1 ? joined(prompt, prompt) : prompt;
            int most = 1 + random.nextInt(i % 2 == 0 ? 12 : 48);
            wishes.add(new Wish(prompt, most, plan(random, i), i % 6 == 2 ? 2 : 1));
        }
        return wishes;
    }

    private static SamplingPlan plan(Random random, int index) {
        SamplingPlan greedy = new SamplingPlan(0, 0, 1, 0);
        SamplingPlan drawn = new SamplingPlan(0.9f, 0, 0.95f, random.nextLong());
        return switch (index % 6) {
            case 2 -> drawn;
            // Few tokens to choose from, so that answers repeat themselves.
            case 3 -> greedy.withRules(new TokenRules(new int[] {10, 11, 12}, List.of(), Map.of(), 1, 0, 0));
            case 4 -> greedy.withRules(new TokenRules(new int[0], List.of(), Map.of(), 1.2f, 0.1f, 0));
            case 5 -> greedy.withLogprobs(2).withPromptLogprobs(1);
            default -> greedy;
        };
    }

    private static int[] joined(int[] first, int[] second) {
        int[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }

    /** Every answer, each request in an engine of its own. */
    static List<List<Integer>> alone(Model model, EngineOptions options, List<Wish> wishes) {
        List<List<Integer>> answers = new ArrayList<>();
        wishes.forEach(wish -> answers.addAll(together(EngineLoop.open(model, options), List.of(wish), 1)));
        return answers;
    }

    /** All answers of requests, {@code perStep} of which arrive with each step. */
    static List<List<Integer>> together(EngineLoop loop, List<Wish> wishes, int perStep) {
        List<RecordingSink> sinks = new ArrayList<>();
        int submitted = 0;
        while (submitted < wishes.size() || loop.hasWork()) {
            for (int i = 0; i < perStep && submitted < wishes.size(); i++) {
                loop.submit(wishes.get(submitted++).requests(sinks.size() + 1, sinks));
            }
            loop.step();
        }
        List<List<Integer>> answers = new ArrayList<>();
        for (RecordingSink sink : sinks) {
            if (sink.cause != null) {
                throw sink.cause;
            }
            answers.add(List.copyOf(sink.tokens));
        }
        return answers;
    }
}
