package org.ascend4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import org.ascend4j.compat.GuardMode;
import org.ascend4j.error.InvalidRequestException;
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
                        0,
                        0,
                        16,
                        512,
                        128,
                        0,
                        GuardMode.ENFORCE,
                        Duration.ofSeconds(300)));
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
        "max-sequences,0",
        "max-batch-tokens,15",
        "block-size,15",
        "block-size,24",
        "block-size,528",
        "kv-tokens,-5",
        "guard,maybe",
        "step-timeout,0",
        "step-timeout,''"
    })
    void refusesValuesOutsideTheirRange(String name, String value) {
        assertThatThrownBy(() -> builder(null, null).option(name, value).build())
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageStartingWith(name)
                .hasMessageContaining("expected");
    }

    @ParameterizedTest
    @CsvSource({"device,' NPU:3 '", "dtype,BFLOAT16", "guard,Warn", "threads,' 7 '", "block-size,512"})
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
