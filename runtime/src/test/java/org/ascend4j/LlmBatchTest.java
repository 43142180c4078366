package org.ascend4j;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** An answer does not depend on who else is being answered, nor on how its prompt is cut. */
@Timeout(120)
class LlmBatchTest {
    private static final int REQUESTS = 8;

    private record Work(Prompt prompt, GenerationOptions options) {}

    @AfterEach
    void freesEverything() {
        TinyModels.assertNothingOutstanding();
    }

    private static List<Work> work() {
        List<Work> all = new ArrayList<>();
        for (int i = 0; i < REQUESTS; i++) {
            GenerationOptions options =
                    GenerationOptions.defaults().withMaxTokens(10 + 7 * i).withIgnoreEnd(true);
            Prompt prompt = Prompt.raw("Rivers " + "that nobody had measured ".repeat(i * i) + i);
            boolean sampled = i % 2 == 1;
            all.add(new Work(
                    prompt, sampled ? options.withTemperature(0.9).withTopP(0.9).withSeed(i) : options));
        }
        return all;
    }

    @ParameterizedTest
    @CsvSource({"q8_0,float16", "q4_1,float16", "q4_0,bfloat16", "f16,float16", "q8_0,float32"})
    void answersEightAtOnceAsOneByOne(String file, String type) throws Exception {
        List<Work> work = work();
        List<int[]> alone = new ArrayList<>();
        LlmOptions single = TinyModels.options()
                .option("dtype", type)
                .maxSequences(1)
                .maxBatchTokens(512)
                .build();
        try (Llm llm = Llm.open(TinyModels.path(file), single)) {
            for (Work each : work) {
                alone.add(llm.generate(each.prompt(), each.options()).tokens());
            }
        }
        LlmOptions many = TinyModels.options()
                .option("dtype", type)
                .maxSequences(REQUESTS)
                .maxBatchTokens(24)
                .blockSize(16)
                .threads(1)
                .build();
        try (Llm llm = Llm.open(TinyModels.path(file), many)) {
            assertThat(together(llm, work))
                    .usingElementComparator(Arrays::compare)
                    .isEqualTo(alone);
        }
    }

    private static List<int[]> together(Llm llm, List<Work> work) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(work.size());
        try {
            CountDownLatch start = new CountDownLatch(1);
            List<Future<int[]>> answers = new ArrayList<>();
            for (Work each : work) {
                answers.add(threads.submit(() -> {
                    start.await();
                    return llm.generate(each.prompt(), each.options()).tokens();
                }));
            }
            start.countDown();
            List<int[]> all = new ArrayList<>();
            for (Future<int[]> answer : answers) {
                all.add(answer.get());
            }
            return all;
        } finally {
            threads.shutdownNow();
        }
    }
}
