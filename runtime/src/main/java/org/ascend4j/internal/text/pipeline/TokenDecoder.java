package org.ascend4j.internal.text.pipeline;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.ascend4j.internal.json.JsonValue;
import org.ascend4j.internal.text.ByteAlphabet;

/** Turns tokens back into text: steps that rewrite the list of tokens, whose items are joined in the end. */
final class TokenDecoder {
    /** One step over the tokens of a text. */
    private interface Step {
        List<String> apply(List<String> tokens);

        /** The token amid others, as a stream shows it, or null if this step ends the pipeline with bytes. */
        default String alone(String token) {
            return String.join("", apply(List.of("", token)));
        }
    }

    private final List<Step> steps = new ArrayList<>();
    private boolean byteLevel;
    private boolean byteFallback;
    private String wordPrefix;

    private TokenDecoder() {}

    /** Reads the {@code decoder} member. */
    static TokenDecoder read(JsonValue value) {
        TokenDecoder decoder = new TokenDecoder();
        if (value.isNull()) {
            // Without a decoder, tokens stand apart.
            decoder.steps.add(tokens -> List.of(String.join(" ", tokens)));
        } else {
            decoder.add(value);
        }
        return decoder;
    }

    private void add(JsonValue value) {
        switch (value.get("type").text()) {
            case "Sequence" -> value.get("decoders").items().forEach(this::add);
            case "ByteLevel" -> {
                byteLevel = true;
                steps.add(tokens -> {
                    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
                    tokens.forEach(token -> bytes.writeBytes(visibleBytes(token)));
                    return List.of(bytes.toString(StandardCharsets.UTF_8));
                });
            }
            case "ByteFallback" -> {
                byteFallback = true;
                steps.add(TokenDecoder::joinBytes);
            }
            case "Fuse" -> steps.add(tokens -> List.of(String.join("", tokens)));
            case "Strip" -> steps.add(strip(value));
            case "Replace" -> {
                SplitPattern pattern = SplitPattern.read(value.get("pattern"));
                String content = value.get("content").text();
                steps.add(tokens -> tokens.stream()
                        .map(token -> pattern.replaceAll(token, content))
                        .toList());
            }
            case "Metaspace" -> steps.add(metaspace(value));
            case "WordPiece" -> {
                wordPrefix = value.get("prefix").text("##");
                steps.add(wordPiece(wordPrefix, value.get("cleanup").truth(true)));
            }
            default -> throw value.get("type").wrong("a decoder that is known");
        }
    }

    /** The text of tokens. */
    String decode(List<String> tokens) {
        List<String> result = tokens;
        for (Step step : steps) {
            result = step.apply(result);
        }
        return String.join("", result);
    }

    /** The bytes of a token amid others. */
    byte[] bytes(String token) {
        if (byteLevel) {
            return visibleBytes(token);
        }
        if (byteFallback && isByte(token)) {
            return new byte[] {(byte) Integer.parseInt(token.substring(3, 5), 16)};
        }
        if (wordPrefix != null) {
            String text = token.startsWith(wordPrefix) ? token.substring(wordPrefix.length()) : " " + token;
            return text.getBytes(StandardCharsets.UTF_8);
        }
        String text = token;
        for (Step step : steps) {
            text = step.alone(text);
        }
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** A token with a character outside the byte alphabet is text of its own. */
    private static byte[] visibleBytes(String token) {
        byte[] bytes = new byte[token.length()];
        for (int i = 0; i < bytes.length; i++) {
            int value = ByteAlphabet.byteOf(token.charAt(i));
            if (value < 0) {
                return token.getBytes(StandardCharsets.UTF_8);
            }
            bytes[i] = (byte) value;
        }
        return bytes;
    }

    private static boolean isByte(String token) {
        return token.length() == 6
                && token.startsWith("<0x")
                && token.charAt(5) == '>'
                && Character.digit(token.charAt(3), 16) >= 0
                && Character.digit(token.charAt(4), 16) >= 0;
    }

    /** Runs of byte tokens become text; each byte of a run that is no UTF-8 becomes U+FFFD. */
    private static List<String> joinBytes(List<String> tokens) {
        List<String> out = new ArrayList<>(tokens.size());
        ByteArrayOutputStream run = new ByteArrayOutputStream();
        for (String token : tokens) {
            if (isByte(token)) {
                run.write(Integer.parseInt(token.substring(3, 5), 16));
            } else {
                flush(run, out);
                out.add(token);
            }
        }
        flush(run, out);
        return out;
    }

    private static void flush(ByteArrayOutputStream run, List<String> out) {
        if (run.size() == 0) {
            return;
        }
        try {
            out.add(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(run.toByteArray()))
                    .toString());
        } catch (CharacterCodingException e) {
            out.add("\uFFFD".repeat(run.size()));
        }
        run.reset();
    }

    private static Step strip(JsonValue value) {
        String content = value.get("content").text();
        int start = (int) value.get("start").integer(0, 1 << 20, 0);
        int stop = (int) value.get("stop").integer(0, 1 << 20, 0);
        if (content.codePointCount(0, content.length()) != 1) {
            throw value.get("content").wrong("one character");
        }
        return new Step() {
            @Override
            public List<String> apply(List<String> tokens) {
                return tokens.stream().map(this::cut).toList();
            }

            private String cut(String token) {
                int from = 0;
                int to = token.length();
                for (int i = 0; i < start && token.startsWith(content, from); i++) {
                    from += content.length();
                }
                for (int i = 0;
                        i < stop && to - content.length() >= from && token.startsWith(content, to - content.length());
                        i++) {
                    to -= content.length();
                }
                return token.substring(from, to);
            }

            @Override
            public String alone(String token) {
                // What is stripped is the text's beginning and end, and a token amid others is neither.
                return token;
            }
        };
    }

    private static Step metaspace(JsonValue value) {
        String mark = value.get("replacement").text();
        String scheme =
                value.get("prepend_scheme").text(value.get("add_prefix_space").truth(true) ? "always" : "never");
        boolean strips = !scheme.equals("never");
        return tokens -> {
            List<String> out = new ArrayList<>(tokens.size());
            for (int i = 0; i < tokens.size(); i++) {
                String token = tokens.get(i);
                String kept = i == 0 && strips && token.startsWith(mark) ? token.substring(mark.length()) : token;
                out.add(kept.replace(mark, " "));
            }
            return out;
        };
    }

    private static Step wordPiece(String prefix, boolean cleanup) {
        return tokens -> {
            List<String> out = new ArrayList<>(tokens.size());
            for (int i = 0; i < tokens.size(); i++) {
                String token = tokens.get(i);
                if (i > 0) {
                    token = token.startsWith(prefix) ? token.substring(prefix.length()) : " " + token;
                }
                out.add(cleanup ? clean(token) : token);
            }
            return out;
        };
    }

    private static String clean(String token) {
        return token.replace(" .", ".")
                .replace(" ?", "?")
                .replace(" !", "!")
                .replace(" ,", ",")
                .replace(" ' ", "'")
                .replace(" n't", "n't")
                .replace(" 'm", "'m")
                .replace(" do not", " don't")
                .replace(" 's", "'s")
                .replace(" 've", "'ve")
                .replace(" 're", "'re");
    }
}
