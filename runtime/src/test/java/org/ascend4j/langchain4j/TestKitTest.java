package org.ascend4j.langchain4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ConcurrentSkipListSet;
import org.ascend4j.TinyModels;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/**
 * Runs LangChain4j's own test kit on the real model: its tests at once, on one engine, since one of them spends half a
 * minute waiting for nothing to happen. What is left out is named here, and only that may be.
 */
@Timeout(400)
class TestKitTest {
    private static final List<String> WHAT_IT_CANNOT_DO = List.of(
            "should_execute_a_tool_then_answer",
            "should_execute_a_tool_then_answer_respecting_JSON_response_format_with_schema",
            "should_execute_a_tool_without_arguments_then_answer",
            "should_execute_multiple_tools_in_parallel_then_answer",
            "should_force_LLM_to_execute_any_tool",
            "should_respect_multiple_messages",
            "should_respect_system_message");

    @BeforeAll
    static void open() {
        KitModel.open();
    }

    @AfterAll
    static void close() {
        KitModel.close();
        TinyModels.assertNothingOutstanding();
    }

    /** What ran, what did not and why, and what failed. */
    private static final class Record implements TestExecutionListener {
        final Set<String> passed = new ConcurrentSkipListSet<>();
        final Map<String, String> skipped = new ConcurrentSkipListMap<>();
        final Map<String, Throwable> failed = new ConcurrentSkipListMap<>();

        @Override
        public void executionSkipped(TestIdentifier test, String reason) {
            skipped.put(name(test), reason);
        }

        @Override
        public void executionFinished(TestIdentifier test, TestExecutionResult result) {
            if (result.getStatus() != TestExecutionResult.Status.SUCCESSFUL) {
                failed.put(name(test), result.getThrowable().orElseThrow());
            } else if (test.isTest()) {
                passed.add(name(test));
            }
        }

        private static String name(TestIdentifier test) {
            return test.getSource()
                    .filter(MethodSource.class::isInstance)
                    .map(MethodSource.class::cast)
                    .map(method -> method.getClassName().replaceAll(".*\\.", "") + "." + method.getMethodName())
                    .orElse(test.getUniqueId());
        }
    }

    @Test
    void passesButForWhatThisModelDoesNotKnow() {
        LauncherDiscoveryRequest request = LauncherDiscoveryRequestBuilder.request()
                .selectors(
                        selectClass(AscendChatModelIT.class),
                        selectClass(AscendStreamingChatModelIT.class),
                        selectClass(AscendChatModelListenerIT.class),
                        selectClass(AscendStreamingChatModelListenerIT.class),
                        selectClass(AscendEmbeddingModelIT.class))
                .configurationParameters(Map.of(
                        "junit.jupiter.execution.parallel.enabled", "true",
                        "junit.jupiter.execution.parallel.mode.default", "concurrent",
                        "junit.jupiter.execution.parallel.config.strategy", "fixed",
                        "junit.jupiter.execution.parallel.config.fixed.parallelism", "8"))
                .build();
        Record record = new Record();
        LauncherFactory.create().execute(request, record);
        // What the kit itself leaves out, by what a model supports, is settled by the classes that are run.
        record.skipped.values().removeIf(reason -> reason.startsWith("@"));
        record.skipped.forEach(
                (test, reason) -> System.out.println("LangChain4j's test kit without " + test + ": " + reason));
        record.failed.forEach((test, failure) -> failure.addSuppressed(new AssertionError(test)));
        assertThat(record.failed).isEmpty();
        assertThat(record.skipped.keySet()).isEqualTo(leftOut());
        assertThat(record.passed).hasSize(48);
    }

    private static Set<String> leftOut() {
        Set<String> tests = new TreeSet<>();
        for (String type : List.of("AscendChatModelIT", "AscendStreamingChatModelIT")) {
            WHAT_IT_CANNOT_DO.forEach(test -> tests.add(type + "." + test));
        }
        return tests;
    }
}
