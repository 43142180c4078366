package org.ascend4j;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.ascend4j.compat.IncompatibleStackException;
import org.ascend4j.error.AscendException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Opening a model on a CANN outside the matrix row, whose libraries write down that they were opened. */
class MismatchedStackTest {
    @TempDir
    private Path directory;

    private MismatchedStack stack;

    /** In a JVM of its own: the environment decides where CANN is. */
    static final class Open {
        public static void main(String[] arguments) {
            try (Llm llm = Llm.open(Path.of(arguments[0]))) {
                System.out.println("open on " + llm.device());
            } catch (IncompatibleStackException e) {
                System.out.println("refused: " + e.description() + " / " + e.action());
            } catch (AscendException e) {
                System.out.println("went on: " + e.getMessage());
            }
        }
    }

    @BeforeEach
    void installCann() throws IOException, InterruptedException {
        stack = MismatchedStack.install(directory);
    }

    @Test
    void refusesBeforeAnyLibraryOfTheStackIsOpened() throws Exception {
        assertThat(open("enforce")).contains("refused: ").contains("8.1.RC1");
        assertThat(stack.record()).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(strings = {"warn", "off"})
    void goesOnAndSaysSoWhenTheGuardMayNotRefuse(String mode) throws Exception {
        String output = open(mode);
        assertThat(output)
                .contains("the stack of this host is used all the same")
                .contains("went on: ");
        assertThat(stack.record()).exists();
    }

    private String open(String mode) throws IOException, InterruptedException {
        return stack.on(new ChildJvm(directory))
                .environment("ASCEND4J_GUARD", mode)
                .run(60, Open.class, TinyModels.path("q4_0"));
    }
}
