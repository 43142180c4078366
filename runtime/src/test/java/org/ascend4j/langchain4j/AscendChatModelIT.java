package org.ascend4j.langchain4j;

import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.common.AbstractChatModelIT;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import java.util.List;
import org.junit.jupiter.api.Disabled;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** LangChain4j's test kit for chat; run by {@link TestKitTest}. */
class AscendChatModelIT extends AbstractChatModelIT {
    @Override
    protected List<ChatModel> models() {
        return List.of(KitModel.chat().build());
    }

    @Override
    protected ChatModel createModelWith(ChatRequestParameters parameters) {
        return KitModel.chat().defaultRequestParameters(parameters).build();
    }

    @Override
    protected ChatRequestParameters createIntegrationSpecificParameters(int maxOutputTokens) {
        return AscendChatRequestParameters.builder()
                .maxOutputTokens(maxOutputTokens)
                .build();
    }

    @Override
    protected List<ChatModel> modelsSupportingTools() {
        return List.of(KitModel.chat().parallelToolCalls(false).build());
    }

    /** The file says what model it is: there is no other to ask for. */
    @Override
    protected boolean supportsModelNameParameter() {
        return false;
    }

    @Override
    protected boolean supportsChatAsync() {
        return true;
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
    protected void should_execute_a_tool_then_answer(ChatModel model) {}

    @Override
    @Disabled(KitModel.NO_OWN_CALL)
    @ParameterizedTest
    @MethodSource("modelsSupportingTools")
    protected void should_execute_a_tool_without_arguments_then_answer(ChatModel model) {}

    @Override
    @Disabled(KitModel.NO_OWN_CALL)
    @ParameterizedTest
    @MethodSource("modelsSupportingTools")
    protected void should_execute_multiple_tools_in_parallel_then_answer(ChatModel model) {}

    @Override
    @Disabled(KitModel.WRONG_TOOL)
    @ParameterizedTest
    @MethodSource("modelsSupportingTools")
    protected void should_force_LLM_to_execute_any_tool(ChatModel model) {}

    @Override
    @Disabled(KitModel.NO_RECALL)
    @ParameterizedTest
    @MethodSource("models")
    protected void should_respect_multiple_messages(ChatModel model) {}

    @Override
    @Disabled(KitModel.NO_GERMAN)
    @ParameterizedTest
    @MethodSource("models")
    protected void should_respect_system_message(ChatModel model) {}

    @Override
    @Disabled(KitModel.CALLS_AGAIN)
    @ParameterizedTest
    @MethodSource("modelsSupportingTools")
    protected void should_execute_a_tool_then_answer_respecting_JSON_response_format_with_schema(ChatModel model) {}
}
