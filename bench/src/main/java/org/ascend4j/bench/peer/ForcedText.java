package org.ascend4j.bench.peer;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.ascend4j.GenerationOptions;
import org.ascend4j.ResponseFormat;

/**
 * Options by which given tokens are the only answer, generated one by one. The text that they spell is the one choice
 * allowed, which leaves the ways to cut it into tokens; of those only the given one remains, because after what comes
 * before it every other piece of the text that is among the tokens is banned.
 */
final class ForcedText {
    /** Most runs that {@link GenerationOptions#bannedTokens} takes, and the most ids of one. */
    private static final int MOST_RUNS = 1024;

    private static final int MOST_IDS = 64;

    private final int[] ids;
    private final Map<Integer, byte[]> pieces;

    /** Where each token begins in the text. */
    private final int[] offsets;

    private final byte[] text;

    /** @param bytes what a token spells */
    ForcedText(int[] ids, IntFunction<byte[]> bytes) {
        this.ids = ids;
        this.pieces = IntStream.of(ids).boxed().distinct().collect(Collectors.toMap(Function.identity(), bytes::apply));
        this.offsets = new int[ids.length];
        ByteArrayOutputStream joined = new ByteArrayOutputStream();
        for (int i = 0; i < ids.length; i++) {
            offsets[i] = joined.size();
            joined.writeBytes(pieces.get(ids[i]));
        }
        this.text = joined.toByteArray();
    }

    /** Whether the text can begin with another of its tokens: no rule forbids that one, as nothing comes before it. */
    boolean beginsOpenly() {
        return !others(0).isEmpty();
    }

    /** @throws IllegalArgumentException if no rules that requests may have force these tokens */
    GenerationOptions options() {
        return GenerationOptions.defaults()
                .withMaxTokens(ids.length)
                .withLogprobs(0)
                .withResponseFormat(new ResponseFormat.Choice(List.of(new String(text, StandardCharsets.UTF_8))))
                .withAllowedTokens(List.copyOf(pieces.keySet()))
                .withBannedTokens(runs());
    }

    private List<List<Integer>> runs() {
        Set<List<Integer>> runs = new LinkedHashSet<>();
        for (int at = 0; at < ids.length; at++) {
            for (int other : others(at)) {
                runs.add(run(at, other));
            }
        }
        if (runs.size() > MOST_RUNS) {
            throw new IllegalArgumentException("text: found " + runs.size() + " other cuts, expected at most "
                    + MOST_RUNS + "; force a shorter one");
        }
        return List.copyOf(runs);
    }

    /** The tokens that could come instead: what they spell goes on there as well. */
    private List<Integer> others(int at) {
        List<Integer> found = new ArrayList<>();
        pieces.forEach((id, piece) -> {
            int end = offsets[at] + piece.length;
            if (id != ids[at] && end <= text.length && Arrays.equals(text, offsets[at], end, piece, 0, piece.length)) {
                found.add(id);
            }
        });
        return found;
    }

    /** As many of the tokens in front as make the other one wrong wherever they are. */
    private List<Integer> run(int at, int other) {
        for (int before = 1; before <= Math.min(at, MOST_IDS - 1); before++) {
            int[] run = Arrays.copyOfRange(ids, at - before, at + 1);
            run[before] = other;
            if (!occurs(run)) {
                return IntStream.of(run).boxed().toList();
            }
        }
        throw new IllegalArgumentException(
                "token " + at + ": found no run of at most " + MOST_IDS + " tokens that tells it from " + other);
    }

    private boolean occurs(int[] run) {
        return IntStream.rangeClosed(0, ids.length - run.length)
                .anyMatch(from -> Arrays.equals(ids, from, from + run.length, run, 0, run.length));
    }
}
