package org.ascend4j;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The README's Java is the code that this test runs. */
class QuickStartTest {
    private static final String BEGIN = "// quick-start";
    private static final String END = "// end";

    @Test
    void runsWhatTheReadmeShows() {
        Path model = SmolLm2.file();
        // quick-start
        LlmOptions options = LlmOptions.builder().contextLength(2048).build();
        try (Llm llm = Llm.open(model, options)) {
            System.out.println(llm.generate("Why is the sky blue?"));

            Prompt prompt = Prompt.chat(List.of(Message.system("Be brief."), Message.user("Name three rivers.")));
            GenerationOptions brief = GenerationOptions.defaults().withMaxTokens(64);
            try (TokenStream stream = llm.stream(prompt, brief)) {
                stream.forEachRemaining(piece -> System.out.print(piece.text()));
            }
        }
        // end
    }

    @Test
    void isWhatTheReadmeShows() throws IOException {
        Path source = Path.of("src", "test", "java", "org", "ascend4j", "QuickStartTest.java");
        assertThat(snippet(Path.of("..", "README.md"))).isEqualTo(snippet(source));
    }

    private static String snippet(Path file) throws IOException {
        String text = Files.readString(file);
        int begin = text.indexOf(BEGIN + "\n") + BEGIN.length();
        return text.substring(begin, text.indexOf(END + "\n", begin))
                .stripIndent()
                .strip();
    }
}
