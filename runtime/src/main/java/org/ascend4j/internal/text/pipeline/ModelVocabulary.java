package org.ascend4j.internal.text.pipeline;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.ascend4j.internal.json.JsonValue;

/** The pieces of a model and their ids, in both directions. */
final class ModelVocabulary {
    /** Far above any real vocabulary. */
    static final int MAX_ID = 1 << 22;

    private final Map<String, Integer> ids;
    private final String[] tokens;
    private final double[] scores;

    private ModelVocabulary(Map<String, Integer> ids, String[] tokens, double[] scores) {
        this.ids = ids;
        this.tokens = tokens;
        this.scores = scores;
    }

    /** From {@code {"piece": id, …}}. */
    static ModelVocabulary ofObject(JsonValue value) {
        Map<String, Object> members = value.members();
        if (members.isEmpty()) {
            throw value.wrong("at least one piece");
        }
        Map<String, Integer> ids = new HashMap<>(members.size() * 2);
        int greatest = 0;
        for (Map.Entry<String, Object> member : members.entrySet()) {
            int id = member.getValue() instanceof Long number && number >= 0 && number <= MAX_ID
                    ? number.intValue()
                    : (int) value.get(member.getKey()).integer(0, MAX_ID);
            ids.put(member.getKey(), id);
            greatest = Math.max(greatest, id);
        }
        String[] tokens = new String[greatest + 1];
        ids.forEach((token, id) -> {
            if (tokens[id] != null) {
                throw value.get(token).wrong("an id that no other piece has; \"" + tokens[id] + "\" has it too");
            }
            tokens[id] = token;
        });
        return new ModelVocabulary(ids, tokens, new double[0]);
    }

    /** From {@code [["piece", score], …]}; a piece's place is its id. */
    static ModelVocabulary ofPairs(JsonValue value) {
        List<JsonValue> items = value.items();
        if (items.isEmpty() || items.size() > MAX_ID) {
            throw value.wrong("1 to " + MAX_ID + " pieces with scores");
        }
        Map<String, Integer> ids = new HashMap<>(items.size() * 2);
        String[] tokens = new String[items.size()];
        double[] scores = new double[tokens.length];
        for (int id = 0; id < tokens.length; id++) {
            List<JsonValue> pair = items.get(id).items();
            if (pair.size() != 2) {
                throw items.get(id).wrong("a piece and its score");
            }
            tokens[id] = pair.get(0).text();
            scores[id] = pair.get(1).number();
            ids.put(tokens[id], id);
        }
        return new ModelVocabulary(ids, tokens, scores);
    }

    /** The id of a piece, or -1. */
    int id(String piece) {
        return ids.getOrDefault(piece, -1);
    }

    /** The piece of an id, if there is one. */
    Optional<String> token(int id) {
        return id >= 0 && id < tokens.length ? Optional.ofNullable(tokens[id]) : Optional.empty();
    }

    double score(int id) {
        return scores[id];
    }

    /** One more than the greatest id. */
    int size() {
        return tokens.length;
    }

    /** Ids of the tokens {@code <0x00>} to {@code <0xFF>}; -1 where there is none. */
    int[] byteTokens() {
        int[] bytes = new int[256];
        Arrays.setAll(bytes, b -> id(String.format("<0x%02X>", b)));
        return bytes;
    }

    /** The id of the piece that a member names, or -1 if the member is null. */
    int idOf(JsonValue value) {
        if (value.isNull()) {
            return -1;
        }
        int id = id(value.text());
        if (id < 0) {
            throw value.wrong("a piece of the vocabulary");
        }
        return id;
    }
}
