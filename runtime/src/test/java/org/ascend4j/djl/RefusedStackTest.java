package org.ascend4j.djl;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.engine.EngineException;
import ai.djl.repository.zoo.Criteria;
import java.nio.file.Files;
import java.nio.file.Path;
import org.ascend4j.ChildJvm;
import org.ascend4j.TinyModels;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A host with a CANN outside the matrix row. */
class RefusedStackTest {
    @TempDir
    private Path directory;

    /** In a JVM of its own: the environment decides where CANN is. */
    static final class Load {
        public static void main(String[] arguments) throws Exception {
            try {
                Criteria.builder()
                        .setTypes(String.class, String.class)
                        .optModelPath(Path.of(arguments[0]))
                        .optEngine("Ascend")
                        .optDevice(Device.fromName(arguments[1]))
                        .optTranslatorFactory(new AscendTranslatorFactory())
                        .build()
                        .loadModel()
                        .close();
                System.out.println("loaded");
            } catch (EngineException refused) {
                System.out.println("EngineException: " + refused.getMessage());
            }
        }
    }

    @Test
    @Timeout(60)
    void isAnEngineExceptionWithTheGuardsDescriptionAndAction() throws Exception {
        Path home = directory.resolve("cann");
        Files.createDirectories(home.resolve("lib64"));
        Files.createDirectories(home.resolve("x86_64-linux"));
        Files.writeString(home.resolve("version.cfg"), "runtime_running_version=[7.7.0.1.238:8.1.RC1]\n");
        Files.writeString(
                home.resolve("x86_64-linux/ascend_toolkit_install.info"),
                "package_name=Ascend-cann-toolkit\nversion=8.1.RC1\narch=x86_64\nos=linux\n");
        // The device that DJL Serving gives where none is named must not mean the CPU here.
        for (String device : new String[] {"npu0", "cpu"}) {
            assertThat(new ChildJvm(directory)
                            .environment("ASCEND_HOME_PATH", home.toString())
                            .environment("OPT_OUT_TRACKING", "true")
                            .run(50, Load.class, TinyModels.path("q8_0"), device))
                    .contains("EngineException: Ascend4J refuses this host's stack:\n")
                    .containsPattern("CANN 8\\.1\\.RC1 does not fit plugin .*, which needs ")
                    .containsPattern("What to do:\n(.*\n)*CANN: ");
        }
    }

    @Test
    @Timeout(60)
    void saysThatThereIsNoNpu() throws Exception {
        assertThat(new ChildJvm(directory)
                        .environment("OPT_OUT_TRACKING", "true")
                        .run(50, Load.class, TinyModels.path("q8_0"), "npu0"))
                .contains("EngineException: device: an NPU was asked for, but no CANN libraries were found");
    }
}
