package org.ascend4j;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import org.ascend4j.internal.acl.NativeResources;
import org.ascend4j.internal.acl.generated.AclNative;

/** The tiny models of the golden files, on the host device. */
public final class TinyModels {
    /** Of tiny-llama.gguf's siblings: {@code q4_0}, {@code q4_1}, {@code q8_0}, {@code f16}, {@code bf16}. */
    public static Path path(String type) {
        try {
            return Path.of(TinyModels.class
                    .getResource("/golden/tiny-llama/tiny-llama-" + type + ".gguf")
                    .toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Untouched by this process's properties and environment. */
    public static LlmOptions.Builder options() {
        return LlmOptions.builder(new Properties(), Map.of())
                .device(DeviceChoice.HOST)
                .threads(2);
    }

    public static Llm open(String type) {
        return Llm.open(path(type), options().build());
    }

    /** What the host device itself says is open; it does not know of Java. */
    static String outstandingOnHost() {
        byte[] name = "ascend4j_host_outstanding\0".getBytes(StandardCharsets.US_ASCII);
        byte[] text = new byte[256];
        assertThat(AclNative.aclsysGetVersionStr(name, text)).isZero();
        int end = 0;
        while (text[end] != 0) {
            end++;
        }
        return new String(text, 0, end, StandardCharsets.US_ASCII);
    }

    public static void assertNothingOutstanding() {
        assertThat(NativeResources.outstanding()).isEmpty();
        assertThat(outstandingOnHost()).as("numbers the host device counts").doesNotContainPattern("[1-9]");
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            if (thread.getName().startsWith("ascend4j")) {
                assertEnds(thread);
            }
        }
    }

    /** One that has done its work may need a moment to be gone. */
    private static void assertEnds(Thread thread) {
        try {
            thread.join(5000);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        assertThat(thread.isAlive()).as(thread.getName() + " is left behind").isFalse();
    }

    private TinyModels() {}
}
