package org.ascend4j.internal.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class StopMatcherTest {
    @Test
    void excludesTheStopStringAndAllBehindIt() {
        StopMatcher matcher = new StopMatcher(List.of("END"));
        assertThat(matcher.push("one EN")).isEqualTo("one ");
        assertThat(matcher.push("D two")).isEmpty();
        assertThat(matcher.matched()).isEqualTo("END");
        assertThat(matcher.push("more")).isEmpty();
        assertThat(matcher.pass("more")).isEmpty();
        assertThat(matcher.flush()).isEmpty();
    }

    @Test
    void givesBackWhatTurnsOutNotToStop() {
        StopMatcher matcher = new StopMatcher(List.of("aab"));
        assertThat(matcher.push("aa")).isEmpty();
        assertThat(matcher.push("a")).isEqualTo("a");
        assertThat(matcher.push("c")).isEqualTo("aac");
        assertThat(matcher.push("xa")).isEqualTo("x");
        assertThat(matcher.flush()).isEqualTo("a");
        assertThat(matcher.matched()).isNull();
    }

    @Test
    void prefersWhatIsCompleteFirstAndThenTheLongest() {
        assertMatch(List.of("abc", "b"), "xabc", "xa", "b");
        assertMatch(List.of("b", "ab"), "xab", "x", "ab");
        assertMatch(List.of("ab", "b"), "xab", "x", "ab");
    }

    private static void assertMatch(List<String> stops, String text, String kept, String matched) {
        StopMatcher matcher = new StopMatcher(stops);
        assertThat(matcher.push(text)).isEqualTo(kept);
        assertThat(matcher.matched()).isEqualTo(matched);
    }

    @Test
    void looksForNothingInWhatPasses() {
        StopMatcher matcher = new StopMatcher(List.of("stop"));
        assertThat(matcher.pass("no stop here, st")).isEqualTo("no stop here, st");
        assertThat(matcher.push("op")).isEqualTo("op");
        assertThat(matcher.push("st")).isEmpty();
        assertThat(matcher.pass("op")).isEqualTo("stop");
        assertThat(matcher.matched()).isNull();
    }

    @Test
    void holdsNothingBackWithoutStopStrings() {
        StopMatcher matcher = new StopMatcher(List.of());
        assertThat(matcher.push("text")).isEqualTo("text");
        assertThat(matcher.flush()).isEmpty();
    }

    @Test
    void refusesAnEmptyStopString() {
        assertThatThrownBy(() -> new StopMatcher(List.of("a", ""))).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void findsStopStringsWhoseBytesComeInSeveralTokens() {
        byte[] bytes = "ja 😀—ende🙂!".getBytes(StandardCharsets.UTF_8);
        StreamDecoder decoder = new StreamDecoder();
        StopMatcher matcher = new StopMatcher(List.of("—ende🙂"));
        StringBuilder out = new StringBuilder();
        for (byte one : bytes) {
            out.append(matcher.push(decoder.push(new byte[] {one})));
        }
        assertThat(out).hasToString("ja 😀");
        assertThat(matcher.matched()).isEqualTo("—ende🙂");
    }

    @Test
    void agreesWithSearchingTheWholeText() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int round = 0; round < 20_000; round++) {
            List<String> stops = new ArrayList<>();
            for (int i = random.nextInt(4); i >= 0; i--) {
                stops.add(text(random, 1 + random.nextInt(5)));
            }
            String text = text(random, random.nextInt(30));
            assertAgrees("seed " + seed + "L round " + round + " " + stops + " in " + text, stops, text, random);
        }
    }

    private static void assertAgrees(String what, List<String> stops, String text, Random random) {
        StopMatcher matcher = new StopMatcher(stops);
        StringBuilder out = new StringBuilder();
        int[] points = text.codePoints().toArray();
        for (int at = 0; at < points.length; ) {
            int next = Math.min(points.length, at + random.nextInt(4));
            String piece = new String(points, at, next - at);
            out.append(matcher.push(piece));
            assertThat(text).as(what).startsWith(out.toString());
            assertThat(Character.isHighSurrogate(out.isEmpty() ? ' ' : out.charAt(out.length() - 1)))
                    .as(what)
                    .isFalse();
            at = next;
        }
        out.append(matcher.flush());
        String[] expected = naive(stops, text);
        assertThat(new String[] {out.toString(), matcher.matched()}).as(what).isEqualTo(expected);
    }

    /** The text in front of the first match to be complete, and the match. */
    private static String[] naive(List<String> stops, String text) {
        for (int end = 1; end <= text.length(); end++) {
            String before = text.substring(0, end);
            String[] longest = stops.stream().filter(before::endsWith).toArray(String[]::new);
            if (longest.length > 0) {
                Arrays.sort(longest, (a, b) -> b.length() - a.length());
                return new String[] {before.substring(0, end - longest[0].length()), longest[0]};
            }
        }
        return new String[] {text, null};
    }

    private static String text(Random random, int points) {
        String[] alphabet = {"a", "b", "a", "é", "😀", "😁"};
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < points; i++) {
            text.append(alphabet[random.nextInt(alphabet.length)]);
        }
        return text.toString();
    }
}
