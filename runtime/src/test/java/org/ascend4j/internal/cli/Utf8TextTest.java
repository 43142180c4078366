package org.ascend4j.internal.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.ascend4j.error.AscendException;
import org.junit.jupiter.api.Test;

class Utf8TextTest {
    private static InputStream stream(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void namesTheFirstByteThatIsNotUtf8() {
        byte[] bytes = "é-".repeat(10_000).getBytes(StandardCharsets.UTF_8);
        byte[] broken = Arrays.copyOf(bytes, bytes.length + 1);
        broken[bytes.length] = (byte) 0xc3;
        assertThatThrownBy(() -> Utf8Text.decode(broken, "notes.txt"))
                .isInstanceOf(AscendException.class)
                .hasMessageContaining("notes.txt: byte 30000 is not valid UTF-8");
    }

    @Test
    void refusesEncodedSurrogates() {
        byte[] surrogate = {(byte) 0xed, (byte) 0xa0, (byte) 0x80};
        assertThatThrownBy(() -> Utf8Text.decode(surrogate, "stdin")).hasMessageContaining("byte 0");
    }

    @Test
    void readsLinesOfEveryEnding() throws IOException {
        InputStream in = stream("eins\nzwei\r\n\nüber");
        assertThat(Utf8Text.readLine(in, "stdin")).isEqualTo("eins");
        assertThat(Utf8Text.readLine(in, "stdin")).isEqualTo("zwei");
        assertThat(Utf8Text.readLine(in, "stdin")).isEmpty();
        assertThat(Utf8Text.readLine(in, "stdin")).isEqualTo("über");
        assertThat(Utf8Text.readLine(in, "stdin")).isNull();
    }

    @Test
    void keepsEveryByteOfAWholeStream() throws IOException {
        assertThat(Utf8Text.readAll(stream("a\r\nb\n\n"), "stdin")).isEqualTo("a\r\nb\n\n");
    }

    @Test
    void stopsReadingWhatIsTooLong() {
        InputStream endless = new InputStream() {
            @Override
            public int read() {
                return 'a';
            }

            @Override
            public int read(byte[] bytes, int offset, int length) {
                Arrays.fill(bytes, offset, offset + length, (byte) 'a');
                return length;
            }
        };
        assertThatThrownBy(() -> Utf8Text.readAll(endless, "stdin")).hasMessageContaining("longer than");
        assertThatThrownBy(() -> Utf8Text.readLine(endless, "stdin")).hasMessageContaining("a line longer than");
    }
}
