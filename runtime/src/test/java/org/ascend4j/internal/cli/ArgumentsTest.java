package org.ascend4j.internal.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ArgumentsTest {
    private static byte[] commandLine(Object... parts) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (Object part : parts) {
            bytes.writeBytes(part instanceof byte[] raw ? raw : part.toString().getBytes(StandardCharsets.UTF_8));
            bytes.write(0);
        }
        return bytes.toByteArray();
    }

    private static String[] recover(byte[] commandLine, String... given) {
        return Arguments.recover(given, commandLine);
    }

    @Test
    void recoversWhatTheLocaleLost() {
        byte[] typed = commandLine("java", "-jar", "x.jar", "generate", "--prompt", "größer 日本 😀");
        assertThat(recover(typed, "generate", "--prompt", "gr??er ?????? ????"))
                .containsExactly("generate", "--prompt", "größer 日本 😀");
    }

    @Test
    void recoversReplacementCharacters() {
        byte[] typed = commandLine("java", "Main", "é");
        assertThat(recover(typed, "\ufffd\ufffd")).containsExactly("é");
    }

    @Test
    void keepsEmptyArguments() {
        assertThat(recover(commandLine("java", "Main", "", "ü", ""), "", "??", ""))
                .containsExactly("", "ü", "");
    }

    @Test
    void keepsAQuestionMarkThatWasTyped() {
        assertThat(recover(commandLine("java", "Main", "why?"), "why?")).containsExactly("why?");
    }

    @Test
    void takesNoArguments() {
        assertThat(recover(commandLine("java", "Main"))).isEmpty();
    }

    @Test
    void keepsWhatAnotherProgramPasses() {
        byte[] other = commandLine("java", "other.Program", "--its-own");
        assertThat(recover(other, "generate")).containsExactly("generate");
        assertThat(recover(new byte[0], "generate")).containsExactly("generate");
    }

    @Test
    void refusesBytesThatAreNotUtf8() {
        byte[] typed = commandLine("java", "Main", "--prompt", new byte[] {'a', (byte) 0xff});
        assertThatThrownBy(() -> recover(typed, "--prompt", "a\ufffd"))
                .isInstanceOf(UsageException.class)
                .hasMessage("argument 2 is not valid UTF-8");
    }

    @Test
    void refusesToGuessWhenTheCommandLineIsNotItsOwn() {
        assertThatThrownBy(() -> recover(new byte[0], "\ufffd"))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("LC_ALL=C.UTF-8");
    }
}
