package org.ascend4j.internal.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class JsonLinesTest {
    private static JsonLines lines(String text, int longest) {
        return new JsonLines(new ByteArrayInputStream(text.getBytes(StandardCharsets.ISO_8859_1)), longest);
    }

    @Test
    void givesEachLineItsNumberEndAndWholeness() throws IOException {
        JsonLines lines = lines("one\n\n \r\nlast", 100);
        List<String> found = new ArrayList<>();
        for (JsonLines.Line line = lines.next(); line != null; line = lines.next()) {
            found.add(line.number() + " '" + new String(line.bytes(), StandardCharsets.ISO_8859_1) + "' " + line.end()
                    + (line.blank() ? " blank" : "") + (line.whole() ? "" : " torn"));
        }
        assertThat(found).containsExactly("1 'one' 4", "2 '' 5 blank", "3 ' \r' 8 blank", "4 'last' 12 torn");
        assertThat(lines.next()).isNull();
        assertThat(lines("one\n\n \r\nlast", 100).count()).isEqualTo(2);
        assertThat(lines("", 100).next()).isNull();
    }

    @Test
    void skipsWhatIsTooLongAndGoesOnBehindIt() throws IOException {
        JsonLines lines = lines("x".repeat(200_001) + "\n" + "y".repeat(200_000) + "\nz\n", 200_000);
        JsonLines.Line first = lines.next();
        assertThat(first.bytes()).isNull();
        assertThat(first.blank()).isFalse();
        assertThat(first.end()).isEqualTo(200_002);
        assertThat(lines.next().bytes()).hasSize(200_000);
        assertThat(lines.next().bytes()).containsExactly('z');
        assertThat(lines.next()).isNull();
    }

    /** A stream may give as few bytes at a time as it likes. */
    @Test
    void readsAnyBytesInAnyPortions() throws IOException {
        long seed = System.nanoTime();
        System.out.println("JsonLinesTest: seed " + seed);
        Random random = new Random(seed);
        for (int round = 0; round < 50; round++) {
            byte[] bytes = new byte[random.nextInt(200_000)];
            random.nextBytes(bytes);
            JsonLines lines = new JsonLines(new ByteArrayInputStream(bytes) {
                @Override
                public int read(byte[] to, int offset, int length) {
                    return super.read(to, offset, Math.min(length, 1 + random.nextInt(70_000)));
                }

                @Override
                public int read(byte[] to) {
                    return read(to, 0, to.length);
                }
            });
            ByteArrayOutputStream joined = new ByteArrayOutputStream();
            for (JsonLines.Line line = lines.next(); line != null; line = lines.next()) {
                joined.writeBytes(line.bytes());
                if (line.whole()) {
                    joined.write('\n');
                }
                assertThat(line.end()).isEqualTo(joined.size());
            }
            assertThat(joined.toByteArray()).isEqualTo(bytes);
        }
    }
}
