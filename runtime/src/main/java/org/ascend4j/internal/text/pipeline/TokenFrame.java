package org.ascend4j.internal.text.pipeline;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.ascend4j.internal.json.JsonValue;

/**
 * The ids in front of and behind a text.
 *
 * @param front ids that begin every text
 * @param back ids that end it
 */
record TokenFrame(int[] front, int[] back) {
    private static final int MOST = 64;

    /** Reads the {@code post_processor} member. */
    static TokenFrame read(JsonValue value, int size) {
        if (value.isNull()) {
            return new TokenFrame(new int[0], new int[0]);
        }
        return switch (value.get("type").text()) {
            case "ByteLevel" -> new TokenFrame(new int[0], new int[0]);
            case "TemplateProcessing" -> template(value, size);
            case "BertProcessing", "RobertaProcessing" ->
                new TokenFrame(new int[] {named(value.get("cls"), size)}, new int[] {named(value.get("sep"), size)});
            case "Sequence" -> {
                List<Integer> front = new ArrayList<>();
                List<Integer> back = new ArrayList<>();
                for (JsonValue item : value.get("processors").items()) {
                    TokenFrame frame = read(item, size);
                    front.addAll(0, boxed(frame.front));
                    back.addAll(boxed(frame.back));
                }
                yield new TokenFrame(ints(front), ints(back));
            }
            default -> throw value.get("type").wrong("a post-processor that is known");
        };
    }

    private static int named(JsonValue pair, int size) {
        if (pair.items().size() != 2) {
            throw pair.wrong("a token and its id");
        }
        return (int) pair.items().get(1).integer(0, size - 1L);
    }

    private static TokenFrame template(JsonValue value, int size) {
        List<Integer> front = new ArrayList<>();
        List<Integer> back = new ArrayList<>();
        boolean behind = false;
        for (JsonValue item : value.get("single").items()) {
            if (item.has("Sequence")) {
                if (behind) {
                    throw item.wrong("one sequence only");
                }
                behind = true;
                continue;
            }
            String name = item.get("SpecialToken").get("id").text();
            for (JsonValue id : value.get("special_tokens").get(name).get("ids").items()) {
                (behind ? back : front).add((int) id.integer(0, size - 1L));
            }
        }
        if (front.size() + back.size() > MOST) {
            throw value.get("single").wrong("at most " + MOST + " tokens");
        }
        return new TokenFrame(ints(front), ints(back));
    }

    private static List<Integer> boxed(int[] ids) {
        List<Integer> list = new ArrayList<>();
        for (int id : ids) {
            list.add(id);
        }
        return list;
    }

    private static int[] ints(List<Integer> ids) {
        return ids.stream().mapToInt(Integer::intValue).toArray();
    }

    /** {@code ids} in this frame, without the parts of it that are there already. */
    int[] around(int[] ids) {
        boolean begun = ids.length >= front.length && Arrays.equals(front, 0, front.length, ids, 0, front.length);
        boolean ended = ids.length >= back.length
                && Arrays.equals(back, 0, back.length, ids, ids.length - back.length, ids.length);
        int before = begun ? 0 : front.length;
        int[] framed = new int[before + ids.length + (ended ? 0 : back.length)];
        System.arraycopy(front, 0, framed, 0, before);
        System.arraycopy(ids, 0, framed, before, ids.length);
        if (!ended) {
            System.arraycopy(back, 0, framed, before + ids.length, back.length);
        }
        return framed;
    }
}
