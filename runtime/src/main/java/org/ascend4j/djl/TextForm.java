package org.ascend4j.djl;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.ascend4j.AnswerPiece;
import org.ascend4j.internal.serve.ApiError;

/** The answer's text and nothing else. */
final class TextForm implements StreamedBytes.Form {
    @Override
    public void piece(ByteArrayOutputStream out, int index, AnswerPiece piece) {
        out.writeBytes(piece.text().getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void end(ByteArrayOutputStream out) {}

    /** Text that just ended would pass for a whole answer; a server closes the connection when reading fails. */
    @Override
    public void error(ByteArrayOutputStream out, ApiError error) {
        throw new IllegalStateException("the answer broke off: " + error.getMessage(), error);
    }
}
