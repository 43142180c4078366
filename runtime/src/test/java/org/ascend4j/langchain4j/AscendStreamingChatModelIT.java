package org.ascend4j.langchain4j;

import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.atLeast;

import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.chat.common.AbstractStreamingChatModelIT;
import dev.langchain4j.model.chat.listener.ChatModelListener;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import java.util.List;
import org.junit.jupiter.api.Disabled;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.mockito.InOrder;

/** LangChain4j's test kit for chat that streams; run by {@link TestKitTest}. */
class AscendStreamingChatModelIT extends AbstractStreamingChatModelIT {
    @Override
    protected List<StreamingChatModel> models() {
        return List.of(KitModel.streaming().build());
    }

    @Override
    protected StreamingChatModel createModelWith(ChatRequestParameters parameters) {
        return KitModel.streaming().defaultRequestParameters(parameters).build();
    }

    @Override
    public StreamingChatModel createModelWith(ChatModelListener listener) {
        return KitModel.streaming().listeners(List.of(listener)).build();
    }

    @Override
    protected ChatRequestParameters createIntegrationSpecificParameters(int maxOutputTokens) {
        return AscendChatRequestParameters.builder()
                .maxOutputTokens(maxOutputTokens)
                .build();
    }

    @Override
    protected void verifyToolCallbacks(StreamingChatResponseHandler handler, InOrder order, String id) {
        order.verify(handler, atLeast(0)).onPartialResponse(any(), any());
        order.verify(handler).onCompleteToolCall(any());
    }

    @Override
    protected void verifyToolCallbacks(StreamingChatResponseHandler handler, InOrder order, String id1, String id2) {
        order.verify(handler, atLeast(0)).onPartialResponse(any(), any());
        order.verify(handler).onCompleteToolCall(any());
        order.verify(handler, atLeast(0)).onPartialResponse(any(), any());
        order.verify(handler).onCompleteToolCall(any());
    }

    /** A call comes when it is whole. */
    @Override
    protected boolean supportsPartialToolStreaming(StreamingChatModel model) {
        return false;
    }

    @Override
    protected List<StreamingChatModel> modelsSupportingTools() {
        return List.of(KitModel.streaming().parallelToolCalls(false).build());
    }

    /** The file says what model it is: there is no other to ask for. */
    @Override
    protected boolean supportsModelNameParameter() {
        return false;
    }

    @Override
    protected boolean supportsSingleImageInputAsBase64EncodedString() {
        return false;
    }

    @Override
    protected boolean supportsSingleImageInputAsPublicURL() {
        return false;
    }

    @Override
    @Disabled(KitModel.NO_OWN_CALL)
    @ParameterizedTest
    @MethodSource("modelsSupportingTools")
    protected void should_execute_a_tool_then_answer(StreamingChatModel model) {}

    @Override
    @Disabled(KitModel.NO_OWN_CALL)
    @ParameterizedTest
    @MethodSource("modelsSupportingTools")
    protected void should_execute_a_tool_without_arguments_then_answer(StreamingChatModel model) {}

    @Override
    @Disabled(KitModel.NO_OWN_CALL)
    @ParameterizedTest
    @MethodSource("modelsSupportingTools")
    protected void should_execute_multiple_tools_in_parallel_then_answer(StreamingChatModel model) {}

    @Override
    @Disabled(KitModel.WRONG_TOOL)
    @ParameterizedTest
    @MethodSource("modelsSupportingTools")
    protected void should_force_LLM_to_execute_any_tool(StreamingChatModel model) {}

    @Override
    @Disabled(KitModel.NO_RECALL)
    @ParameterizedTest
    @MethodSource("models")
    protected void should_respect_multiple_messages(StreamingChatModel model) {}

    @Override
    @Disabled(KitModel.NO_GERMAN)
    @ParameterizedTest
    @MethodSource("models")
    protected void should_respect_system_message(StreamingChatModel model) {}

    @Override
    @Disabled(KitModel.CALLS_AGAIN)
    @ParameterizedTest
    @MethodSource("modelsSupportingTools")
    protected void should_execute_a_tool_then_answer_respecting_JSON_response_format_with_schema(
            StreamingChatModel model) {}
}
