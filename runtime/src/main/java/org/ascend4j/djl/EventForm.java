package org.ascend4j.djl;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.ascend4j.AnswerPiece;
import org.ascend4j.Llm;
import org.ascend4j.internal.openai.RequestBody;
import org.ascend4j.internal.serve.ApiError;
import org.ascend4j.internal.serve.ChunkJson;

/** Server-sent events as OpenAI's API sends them. */
final class EventForm implements StreamedBytes.Form {
    private static final byte[] DONE = "data: [DONE]\n\n".getBytes(StandardCharsets.US_ASCII);

    private final Llm llm;
    private final RequestBody body;
    private final ChunkJson chunks;
    private long generated;

    EventForm(Llm llm, String model, RequestBody body) {
        this.llm = llm;
        this.body = body;
        this.chunks = new ChunkJson(body, model, llm::tokenBytes);
    }

    @Override
    public void piece(ByteArrayOutputStream out, int index, AnswerPiece piece) {
        generated += piece.tokens().length;
        chunks.piece(out, index, piece);
    }

    @Override
    public void end(ByteArrayOutputStream out) {
        if (body.streamUsage()) {
            long prompt = body.prompts().stream()
                    .mapToLong(each -> llm.encode(each).length)
                    .sum();
            chunks.usage(out, prompt, generated);
        }
        out.writeBytes(DONE);
    }

    @Override
    public void error(ByteArrayOutputStream out, ApiError error) {
        chunks.event(out, error.toJson());
        out.writeBytes(DONE);
    }
}
