package org.ascend4j.internal.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.ascend4j.Message;
import org.ascend4j.Prompt;
import org.ascend4j.error.AscendException;
import org.ascend4j.error.InvalidRequestException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChatCommandTest {
    @TempDir
    private Path directory;

    private CommandLineFixture command;

    @BeforeEach
    void prepare() throws IOException {
        command = new CommandLineFixture(directory);
    }

    private int chat(String input) {
        return command.input(input).run("chat", "--model", command.model(), "--system", "brief");
    }

    @Test
    void keepsTheConversation() {
        assertThat(chat("eins\nzwei\n")).isEqualTo(ExitCode.OK);
        assertThat(command.out).isEqualTo("<eins>\n<zwei>\n");
        assertThat(command.err).isEmpty();
        assertThat(command.backend.prompts.get(1))
                .isEqualTo(Prompt.chat(List.of(
                        Message.system("brief"),
                        Message.user("eins"),
                        Message.assistant("<eins>"),
                        Message.user("zwei"))));
    }

    @Test
    void forgetsTheConversationOnReset() {
        chat("eins\n/reset\nzwei");
        assertThat(command.backend.prompts.get(1))
                .isEqualTo(Prompt.chat(List.of(Message.system("brief"), Message.user("zwei"))));
    }

    @Test
    void endsOnExitWithoutReadingOn() {
        assertThat(chat("eins\n/exit\nzwei\n")).isEqualTo(ExitCode.OK);
        assertThat(command.backend.prompts).hasSize(1);
        assertThat(command.backend.closed).isEqualTo(1);
    }

    @Test
    void passesOverEmptyLines() {
        assertThat(chat("\n \n")).isEqualTo(ExitCode.OK);
        assertThat(command.backend.prompts).isEmpty();
    }

    @Test
    void takesARefusedTurnBack() {
        command.backend.answerFailure = new InvalidRequestException("prompt", "too long");
        assertThat(chat("eins\nzwei\n")).isEqualTo(ExitCode.FAILURE);
        assertThat(command.err)
                .contains("prompt: too long (/reset starts anew)")
                .hasLineCount(2);
        assertThat(command.backend.prompts.get(1))
                .isEqualTo(Prompt.chat(List.of(Message.system("brief"), Message.user("zwei"))));
    }

    @Test
    void endsWhenTheEngineFails() {
        command.backend.answerFailure = new AscendException("the device is lost");
        assertThat(chat("eins\nzwei\n")).isEqualTo(ExitCode.FAILURE);
        assertThat(command.backend.prompts).hasSize(1);
    }

    @Test
    void refusesALineThatIsNotUtf8() {
        command.input = new byte[] {(byte) 0xfe, '\n'};
        assertThat(command.run("chat", "--model", command.model())).isEqualTo(ExitCode.FAILURE);
        assertThat(command.err).contains("stdin: byte 0 is not valid UTF-8").hasLineCount(1);
    }
}
