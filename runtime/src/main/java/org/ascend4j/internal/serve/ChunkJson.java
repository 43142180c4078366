package org.ascend4j.internal.serve;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.ascend4j.AnswerPiece;
import org.ascend4j.ToolCall;
import org.ascend4j.internal.openai.LogprobsJson;
import org.ascend4j.internal.openai.RequestBody;
import org.ascend4j.internal.openai.RequestKind;
import org.ascend4j.internal.openai.ResponseJson;
import org.ascend4j.internal.openai.TokenNames;

/** The events of one streamed response. */
final class ChunkJson {
    private static final byte[] DATA = "data: ".getBytes(StandardCharsets.US_ASCII);

    private static final String BLANK = "?";

    private final boolean chat;
    private final boolean usage;
    private final boolean logprobs;
    private final String id;
    private final long created = System.currentTimeMillis() / 1000;
    private final String model;
    private final LogprobsJson[] probabilities;
    private final boolean[] begun;
    private final int[] calls;

    /** What stands before and behind the text of an event. */
    private final byte[][] fronts;

    private final byte[][] backs;

    ChunkJson(RequestBody body, String model, TokenNames tokens) {
        this.chat = body.kind() == RequestKind.CHAT;
        this.usage = body.streamUsage();
        this.logprobs = body.options().logprobs() != null;
        this.id = ResponseJson.newId(body.kind());
        this.model = model;
        this.probabilities = new LogprobsJson[body.choices()];
        this.begun = new boolean[body.choices()];
        this.calls = new int[body.choices()];
        this.fronts = new byte[body.choices()][];
        this.backs = new byte[body.choices()][];
        for (int i = 0; i < probabilities.length; i++) {
            probabilities[i] = new LogprobsJson(tokens);
        }
    }

    /** Writes one event. */
    void event(ByteArrayOutputStream out, byte[] json) {
        out.writeBytes(DATA);
        out.writeBytes(json);
        out.write('\n');
        out.write('\n');
    }

    /** Writes what a piece of an answer makes known; nothing if it completes no text. */
    void piece(ByteArrayOutputStream out, int index, AnswerPiece piece) {
        if (chat && !begun[index]) {
            begun[index] = true;
            event(
                    out,
                    chunk(json -> choice(json, index, delta -> {
                        delta.writeStringField("role", "assistant");
                        delta.writeStringField("content", "");
                    })));
        }
        if (!piece.reasoning().isEmpty()) {
            event(
                    out,
                    chunk(json -> choice(
                            json, index, delta -> delta.writeStringField("reasoning_content", piece.reasoning()))));
        }
        for (ToolCall call : piece.toolCalls()) {
            event(out, chunk(json -> choice(json, index, delta -> call(delta, calls[index]++, call))));
        }
        if (logprobs && !piece.logprobs().isEmpty()) {
            event(out, chunk(json -> content(json, index, piece)));
        } else if (!piece.text().isEmpty()) {
            text(out, index, piece.text());
        }
        if (piece.last()) {
            event(out, chunk(json -> finish(json, index, piece.finishReason().toString())));
        }
    }

    /** Writes the counts, which belong to no answer alone. */
    void usage(ByteArrayOutputStream out, long prompt, long generated) {
        event(out, ResponseJson.bytes(json -> {
            begin(json);
            json.writeEndArray();
            ResponseJson.writeUsage(json, prompt, generated);
            json.writeEndObject();
        }));
    }

    private byte[] chunk(ResponseJson.Content choice) {
        return ResponseJson.bytes(json -> {
            begin(json);
            json.writeStartObject();
            choice.write(json);
            json.writeEndObject();
            json.writeEndArray();
            if (usage) {
                json.writeNullField("usage");
            }
            json.writeEndObject();
        });
    }

    private void begin(JsonGenerator json) throws IOException {
        json.writeStartObject();
        json.writeStringField("id", id);
        json.writeStringField("object", chat ? "chat.completion.chunk" : "text_completion");
        json.writeNumberField("created", created);
        json.writeStringField("model", model);
        json.writeArrayFieldStart("choices");
    }

    private void choice(JsonGenerator json, int index, ResponseJson.Content delta) throws IOException {
        json.writeNumberField("index", index);
        json.writeObjectFieldStart("delta");
        delta.write(json);
        json.writeEndObject();
        json.writeNullField("logprobs");
        json.writeNullField("finish_reason");
    }

    /** Nearly every event is one of these, and all but the text is the same in each. */
    private void text(ByteArrayOutputStream out, int index, String text) {
        if (fronts[index] == null) {
            prepare(index);
        }
        out.writeBytes(fronts[index]);
        out.writeBytes(JsonStringEncoder.getInstance().quoteAsUTF8(text));
        out.writeBytes(backs[index]);
    }

    private void prepare(int index) {
        ByteArrayOutputStream event = new ByteArrayOutputStream();
        AnswerPiece blank = new AnswerPiece(new int[0], BLANK, null);
        event(event, chunk(json -> content(json, index, blank)));
        String whole = event.toString(StandardCharsets.UTF_8);
        // A quote inside of a name would be escaped, so this is the field and nothing else.
        String field = (chat ? "\"content\":\"" : "\"text\":\"");
        int at = whole.indexOf(field + BLANK + '"') + field.length();
        fronts[index] = whole.substring(0, at).getBytes(StandardCharsets.UTF_8);
        backs[index] = whole.substring(at + BLANK.length()).getBytes(StandardCharsets.UTF_8);
    }

    /** A call comes as a whole: half of one is of use to nobody. */
    private static void call(JsonGenerator json, int number, ToolCall call) throws IOException {
        json.writeArrayFieldStart("tool_calls");
        json.writeStartObject();
        json.writeNumberField("index", number);
        ResponseJson.writeCall(json, call);
        json.writeEndObject();
        json.writeEndArray();
    }

    private void content(JsonGenerator json, int index, AnswerPiece piece) throws IOException {
        json.writeNumberField("index", index);
        if (chat) {
            json.writeObjectFieldStart("delta");
            json.writeStringField("content", piece.text());
            json.writeEndObject();
        } else {
            json.writeStringField("text", piece.text());
        }
        probabilities[index].write(json, piece.logprobs(), chat);
        json.writeNullField("finish_reason");
    }

    private void finish(JsonGenerator json, int index, String reason) throws IOException {
        json.writeNumberField("index", index);
        if (chat) {
            json.writeObjectFieldStart("delta");
            json.writeEndObject();
        } else {
            json.writeStringField("text", "");
        }
        json.writeNullField("logprobs");
        json.writeStringField("finish_reason", reason);
    }
}
