package org.ascend4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import org.ascend4j.compat.GuardMode;
import org.ascend4j.error.InvalidRequestException;
import org.ascend4j.internal.engine.EngineOptions;
import org.ascend4j.internal.engine.GraphMode;
import org.ascend4j.internal.schedule.AdmissionPolicy;
import org.ascend4j.internal.schedule.DraftOptions;
import org.ascend4j.internal.schedule.QueuePolicy;
import org.ascend4j.internal.schedule.SchedulerOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LlmOptionsTest {
    private static LlmOptions.Builder builder(String property, String variable) {
        Properties properties = new Properties();
        Map<String, String> environment = variable == null ? Map.of() : Map.of("ASCEND4J_CONTEXT_LENGTH", variable);
        if (property != null) {
            properties.setProperty("ascend4j.context-length", property);
        }
        return LlmOptions.builder(properties, environment);
    }

    @Test
    void takesTheBuilderBeforeThePropertyBeforeTheVariable() {
        assertThat(builder("20", "30").contextLength(10).build().contextLength())
                .isEqualTo(10);
        assertThat(builder("20", "30").build().contextLength()).isEqualTo(20);
        assertThat(builder(null, "30").build().contextLength()).isEqualTo(30);
        assertThat(builder(null, null).build().contextLength()).isZero();
    }

    @Test
    void doesNotMindAWrongValueThatIsOverridden() {
        assertThat(builder("none", "minus one").contextLength(10).build().contextLength())
                .isEqualTo(10);
        assertThat(builder("20", "minus one").build().contextLength()).isEqualTo(20);
    }

    @Test
    void namesThePlaceOfAWrongValue() {
        assertThatThrownBy(() -> builder("0", null).build())
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("context-length")
                .hasMessageContaining("system property ascend4j.context-length");
        assertThatThrownBy(() -> builder(null, "x").build())
                .hasMessageContaining("environment variable ASCEND4J_CONTEXT_LENGTH")
                .hasMessageContaining("'x'");
        assertThatThrownBy(() -> builder(null, null).contextLength(-1).build()).hasMessageContaining("the builder");
    }

    @Test
    void refusesNamesThatDoNotExistWhereverTheyAreSet() {
        assertThatThrownBy(() -> builder(null, null).option("contextlength", "5"))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("contextlength")
                .hasMessageContaining("context-length");
        Properties properties = new Properties();
        properties.setProperty("ascend4j.treads", "4");
        assertThatThrownBy(() -> LlmOptions.builder(properties, Map.of()))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("ascend4j.treads")
                .hasMessageContaining("threads");
        assertThatThrownBy(() -> LlmOptions.builder(new Properties(), Map.of("ASCEND4J_TREADS", "4")))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("ASCEND4J_TREADS");
    }

    @ParameterizedTest
    @ValueSource(strings = {"ascend4j.cann.home", "ascend4j.trackAllocations", "ascend4j.test-cycles"})
    void leavesPropertiesOfOtherPartsAlone(String property) {
        Properties properties = new Properties();
        properties.setProperty(property, "x");
        assertThat(LlmOptions.builder(properties, Map.of()).build()).isNotNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"ASCEND4J_CACHE", "ASCEND4J_HOST_ISA", "ASCEND4J_RECORD_FILE", "ASCEND4J_SITE_MATRIX"})
    void leavesVariablesOfOtherPartsAlone(String variable) {
        assertThat(LlmOptions.builder(new Properties(), Map.of(variable, "x")).build())
                .isNotNull();
    }

    @Test
    void hasTheDocumentedDefaults() {
        LlmOptions options = builder(null, null).build();
        assertThat(options)
                .isEqualTo(new LlmOptions(
                        DeviceChoice.AUTO,
                        DType.AUTO,
                        Precision.FAST,
                        Quantization.NONE,
                        0,
                        0,
                        16,
                        512,
                        128,
                        0,
                        KvCacheDtype.AUTO,
                        GuardMode.ENFORCE,
                        Duration.ofSeconds(300),
                        Graphs.AUTO,
                        new Scheduling(Scheduling.Policy.FCFS, Scheduling.Admission.AUTO, 0.01, 0, true, true, 4096, 0),
                        new Speculation(Speculation.Mode.OFF, 4, 2, 4),
                        8,
                        64,
                        new Streaming(16_384, Duration.ofSeconds(300))));
    }

    @Test
    void roundsWeightsUnlessAllIsFloat32() {
        assertThat(builder(null, null).option("quantize", "w4a16").build().quantize())
                .isEqualTo(Quantization.W4A16);
        assertThat(builder(null, null)
                        .quantize(Quantization.W8A8)
                        .dtype(DType.FLOAT32)
                        .build()
                        .quantize())
                .isEqualTo(Quantization.NONE);
    }

    @Test
    void takesEveryOptionFromItsSetter() {
        LlmOptions options = builder(null, null)
                .maxSequences(9)
                .maxBatchTokens(64)
                .stepTimeout(Duration.ofSeconds(7))
                .graphs(Graphs.PIECEWISE)
                .policy(Scheduling.Policy.PRIORITY)
                .admission(Scheduling.Admission.NO_EVICT)
                .watermark(0.25)
                .longPrefillTokens(33)
                .prefixCaching(false)
                .overlap(false)
                .queueLimits(11, 1200)
                .speculation(Speculation.Mode.FIXED, 5)
                .ngram(3, 6)
                .streaming(77, Duration.ofSeconds(8))
                .build();
        assertThat(options.maxSequences()).isEqualTo(9);
        assertThat(options.maxBatchTokens()).isEqualTo(64);
        assertThat(options.stepTimeout()).isEqualTo(Duration.ofSeconds(7));
        assertThat(options.graphs()).isEqualTo(Graphs.PIECEWISE);
        assertThat(options.scheduling())
                .isEqualTo(new Scheduling(
                        Scheduling.Policy.PRIORITY, Scheduling.Admission.NO_EVICT, 0.25, 33, false, false, 11, 1200));
        assertThat(options.speculation()).isEqualTo(new Speculation(Speculation.Mode.FIXED, 5, 3, 6));
        assertThat(options.streaming()).isEqualTo(new Streaming(77, Duration.ofSeconds(8)));
    }

    @Test
    void handsTheEngineWhatItIsToldOfScheduling() {
        EngineOptions engine = EngineSettings.of(
                builder(null, null)
                        .policy(Scheduling.Policy.PRIORITY)
                        .admission(Scheduling.Admission.PREEMPT)
                        .watermark(0.125)
                        .longPrefillTokens(40)
                        .prefixCaching(false)
                        .overlap(false)
                        .queueLimits(3, 500)
                        .graphs(Graphs.EAGER)
                        .stepTimeout(Duration.ofSeconds(9))
                        .speculation(Speculation.Mode.FIXED, 6)
                        .ngram(1, 2)
                        .build(),
                640);
        SchedulerOptions scheduler = engine.scheduler();
        assertThat(scheduler.contextLength()).isEqualTo(640);
        assertThat(scheduler.queue()).isEqualTo(QueuePolicy.PRIORITY);
        assertThat(scheduler.admission()).isEqualTo(AdmissionPolicy.PREEMPT);
        assertThat(scheduler.watermark()).isEqualTo(0.125);
        assertThat(scheduler.longPrefill()).isEqualTo(40);
        assertThat(scheduler.prefixCache()).isFalse();
        assertThat(scheduler.maxQueuedSequences()).isEqualTo(3);
        assertThat(scheduler.maxQueuedTokens()).isEqualTo(500);
        assertThat(scheduler.drafts().most()).isEqualTo(6);
        assertThat(scheduler.drafts().leastAccepted()).isZero();
        assertThat(engine.graphs()).isEqualTo(GraphMode.EAGER);
        assertThat(engine.overlap()).isFalse();
        assertThat(engine.stepTimeout()).isEqualTo(Duration.ofSeconds(9));
        assertThat(engine.shortestNgram()).isEqualTo(1);
        assertThat(engine.longestNgram()).isEqualTo(2);
    }

    @Test
    void guessesOnlyWhenAsked() {
        for (Speculation.Mode mode : Speculation.Mode.values()) {
            LlmOptions options = builder(null, null).speculation(mode, 4).build();
            DraftOptions drafts = EngineSettings.of(options, 64).scheduler().drafts();
            assertThat(drafts.most()).isEqualTo(mode == Speculation.Mode.OFF ? 0 : 4);
            assertThat(drafts.runningAtMost() < 1000).isEqualTo(mode != Speculation.Mode.FIXED);
        }
    }

    @Test
    void computesExactlyInFloat32() {
        assertThat(builder(null, null).dtype(DType.FLOAT32).build().precision()).isEqualTo(Precision.EXACT);
        assertThat(builder(null, null).dtype(DType.FLOAT16).build().precision()).isEqualTo(Precision.FAST);
    }

    @ParameterizedTest
    @CsvSource({
        "device,npu:64",
        "device,gpu",
        "device,npu:-1",
        "dtype,float8",
        "precision,precise",
        "threads,0",
        "threads,4097",
        "threads,2.0",
        "threads,NaN",
        "threads,99999999999",
        "max-num-seqs,0",
        "max-num-batched-tokens,15",
        "block-size,15",
        "block-size,24",
        "block-size,528",
        "kv-tokens,-5",
        "guard,maybe",
        "step-timeout,0",
        "step-timeout,''",
        "graphs,none",
        "prefix-caching,maybe",
        "async-scheduling,1",
        "scheduling-policy,lifo",
        "admission,evict",
        "watermark,-0.01",
        "watermark,0.51",
        "watermark,NaN",
        "watermark,little",
        "long-prefill-token-threshold,-1",
        "max-queued-requests,-1",
        "max-queued-tokens,2147483648",
        "speculative,on",
        "num-speculative-tokens,0",
        "num-speculative-tokens,16",
        "prompt-lookup-min,0",
        "prompt-lookup-max,1",
        "prompt-lookup-max,65",
        "stream-buffer,0",
        "stream-stall,86401"
    })
    void refusesValuesOutsideTheirRange(String name, String value) {
        assertThatThrownBy(() -> builder(null, null).option(name, value).build())
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageStartingWith(name)
                .hasMessageContaining("expected");
    }

    @ParameterizedTest
    @CsvSource({
        "device,' NPU:3 '",
        "dtype,BFLOAT16",
        "guard,Warn",
        "threads,' 7 '",
        "block-size,512",
        "admission,No-Evict",
        "prefix-caching,TRUE"
    })
    void readsValuesWithoutRegardToCaseAndBlanks(String name, String value) {
        assertThat(builder(null, null).option(name, value).build()).isNotNull();
    }

    @Test
    void writesADeviceAsItReadsIt() {
        for (String device : new String[] {"auto", "host", "npu:0", "npu:63"}) {
            assertThat(DeviceChoice.parse(device)).hasToString(device);
        }
        assertThat(DeviceChoice.parse("npu")).hasToString("npu:0");
    }
}
