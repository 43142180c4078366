package org.ascend4j.internal.text.pipeline;

import java.util.ArrayList;
import java.util.List;
import org.ascend4j.internal.json.JsonValue;
import org.ascend4j.internal.text.PairFrame;
import org.ascend4j.internal.text.PairFrame.Part;
import org.ascend4j.internal.text.PairFrame.Source;

/** Reads what a {@code post_processor} puts around two texts. */
final class PairTemplate {
    private static final int MOST_PARTS = 64;
    private static final int MOST_TYPES = 1 << 10;

    private PairTemplate() {}

    /** Null if it does not say. */
    static PairFrame read(JsonValue value, int size) {
        if (value.isNull()) {
            return null;
        }
        return switch (value.get("type").text()) {
            case "TemplateProcessing" -> template(value, size);
            case "BertProcessing" -> {
                Part end = marker(value.get("sep"), size, 0);
                yield new PairFrame(List.of(
                        marker(value.get("cls"), size, 0),
                        new Part(Source.FIRST, 0, 0),
                        end,
                        new Part(Source.SECOND, 0, 1),
                        new Part(Source.MARKER, end.id(), 1)));
            }
            case "RobertaProcessing" -> {
                Part end = marker(value.get("sep"), size, 0);
                yield new PairFrame(List.of(
                        marker(value.get("cls"), size, 0),
                        new Part(Source.FIRST, 0, 0),
                        end,
                        end,
                        new Part(Source.SECOND, 0, 0),
                        end));
            }
            case "Sequence" -> {
                PairFrame found = null;
                for (JsonValue item : value.get("processors").items()) {
                    PairFrame frame = read(item, size);
                    found = frame == null ? found : frame;
                }
                yield found;
            }
            default -> null;
        };
    }

    private static Part marker(JsonValue pair, int size, int type) {
        if (pair.items().size() != 2) {
            throw pair.wrong("a token and its id");
        }
        return new Part(Source.MARKER, (int) pair.items().get(1).integer(0, size - 1L), type);
    }

    private static PairFrame template(JsonValue value, int size) {
        List<Part> parts = new ArrayList<>();
        for (JsonValue item : value.get("pair").items()) {
            if (item.has("Sequence")) {
                JsonValue id = item.get("Sequence").get("id");
                Source source = switch (id.text()) {
                    case "A" -> Source.FIRST;
                    case "B" -> Source.SECOND;
                    default -> throw id.wrong("A or B");
                };
                parts.add(new Part(source, 0, type(item.get("Sequence"))));
                continue;
            }
            JsonValue marker = item.get("SpecialToken");
            for (JsonValue id : value.get("special_tokens")
                    .get(marker.get("id").text())
                    .get("ids")
                    .items()) {
                parts.add(new Part(Source.MARKER, (int) id.integer(0, size - 1L), type(marker)));
            }
        }
        boolean whole = count(parts, Source.FIRST) == 1 && count(parts, Source.SECOND) == 1;
        if (parts.size() > MOST_PARTS) {
            throw value.get("pair").wrong("at most " + MOST_PARTS + " parts");
        }
        return whole ? new PairFrame(List.copyOf(parts)) : null;
    }

    private static int type(JsonValue part) {
        return (int) part.get("type_id").integer(0, MOST_TYPES, 0);
    }

    private static long count(List<Part> parts, Source source) {
        return parts.stream().filter(part -> part.source() == source).count();
    }
}
