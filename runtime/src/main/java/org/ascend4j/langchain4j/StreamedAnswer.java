package org.ascend4j.langchain4j;

import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.internal.InternalStreamingChatResponseHandlerUtils;
import dev.langchain4j.model.chat.response.CompleteToolCall;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.model.chat.response.StreamingHandle;
import java.util.ArrayList;
import java.util.List;
import org.ascend4j.AnswerPiece;
import org.ascend4j.TokenStream;
import org.ascend4j.ToolCall;

/** One answer on its way to its handler. What a handler throws is told to it as an error, and the answer goes on. */
final class StreamedAnswer implements StreamingHandle {
    private final TokenStream stream;
    private final String modelName;
    private final StreamingChatResponseHandler handler;
    private final List<ToolExecutionRequest> calls = new ArrayList<>();
    private volatile boolean cancelled;

    StreamedAnswer(TokenStream stream, String modelName, StreamingChatResponseHandler handler) {
        this.stream = stream;
        this.modelName = modelName;
        this.handler = handler;
    }

    /** Calls the handler until the answer ends. */
    void read() {
        try (stream) {
            while (!cancelled && stream.hasNext()) {
                pass(stream.next());
            }
            if (!cancelled) {
                var response = ResponseMapping.response(stream.completion(), modelName, calls);
                InternalStreamingChatResponseHandlerUtils.onCompleteResponse(handler, response);
            }
        } catch (RuntimeException e) {
            if (!cancelled) {
                fail(handler, e);
            }
        }
    }

    private void pass(AnswerPiece piece) {
        InternalStreamingChatResponseHandlerUtils.onPartialThinking(handler, piece.reasoning(), this);
        if (!cancelled) {
            InternalStreamingChatResponseHandlerUtils.onPartialResponse(handler, piece.text(), this);
        }
        for (ToolCall call : piece.toolCalls()) {
            ToolExecutionRequest request = ResponseMapping.request(call);
            calls.add(request);
            if (!cancelled) {
                InternalStreamingChatResponseHandlerUtils.onCompleteToolCall(
                        handler, new CompleteToolCall(calls.size() - 1, request));
            }
        }
    }

    static void fail(StreamingChatResponseHandler handler, RuntimeException failure) {
        InternalStreamingChatResponseHandlerUtils.withLoggingExceptions(
                () -> handler.onError(Failures.translate(failure)));
    }

    @Override
    public void cancel() {
        cancelled = true;
        stream.cancel();
    }

    @Override
    public boolean isCancelled() {
        return cancelled;
    }
}
