package org.ascend4j.langchain4j;

import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.CompleteToolCall;
import dev.langchain4j.model.chat.response.PartialResponse;
import dev.langchain4j.model.chat.response.PartialResponseContext;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

/** Writes down what it is told, and cancels if it is to. */
public final class RecordingHandler implements StreamingChatResponseHandler {
    private final List<String> events = new CopyOnWriteArrayList<>();
    private final List<ToolExecutionRequest> calls = new CopyOnWriteArrayList<>();
    private final StringBuffer text = new StringBuffer();
    private final CompletableFuture<ChatResponse> response = new CompletableFuture<>();
    private final CompletableFuture<Void> cancelled = new CompletableFuture<>();
    private int cancelAfter = Integer.MAX_VALUE;

    /** @param pieces of text to wait for */
    public RecordingHandler cancelAfter(int pieces) {
        cancelAfter = pieces;
        return this;
    }

    @Override
    public void onPartialResponse(PartialResponse piece, PartialResponseContext context) {
        events.add("text " + piece.text());
        text.append(piece.text());
        if (events.size() == cancelAfter) {
            context.streamingHandle().cancel();
            cancelled.complete(null);
        }
    }

    @Override
    public void onCompleteToolCall(CompleteToolCall call) {
        events.add("call " + call.index() + " " + call.toolExecutionRequest().name());
        calls.add(call.toolExecutionRequest());
    }

    @Override
    public void onCompleteResponse(ChatResponse complete) {
        events.add("complete");
        response.complete(complete);
    }

    @Override
    public void onError(Throwable error) {
        events.add("error");
        response.completeExceptionally(error);
    }

    /** The whole answer, waited for. */
    public ChatResponse response() throws Exception {
        return response.get(60, TimeUnit.SECONDS);
    }

    /** What it failed with, waited for. */
    public Throwable failure() throws Exception {
        try {
            throw new AssertionError("no failure but " + response());
        } catch (ExecutionException e) {
            return e.getCause();
        }
    }

    public CompletableFuture<Void> cancelled() {
        return cancelled;
    }

    public List<String> events() {
        return events;
    }

    public List<ToolExecutionRequest> calls() {
        return calls;
    }

    public String text() {
        return text.toString();
    }
}
