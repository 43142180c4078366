package org.ascend4j.langchain4j;

import static org.assertj.core.api.Assertions.assertThat;

import dev.langchain4j.agent.tool.P;
import dev.langchain4j.agent.tool.Tool;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.memory.chat.MessageWindowChatMemory;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.ToolChoice;
import dev.langchain4j.model.output.structured.Description;
import dev.langchain4j.service.AiServices;
import dev.langchain4j.service.UserMessage;
import java.util.ArrayList;
import java.util.List;
import org.ascend4j.Llm;
import org.ascend4j.SmolLm2;
import org.ascend4j.TinyModels;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** An example: LangChain4j's AI services with a tool, with an answer as an object, and with an answer that streams. */
@Timeout(120)
class AssistantTest {
    interface Assistant {
        String answer(String question);
    }

    interface Storyteller {
        dev.langchain4j.service.TokenStream tell(String about);
    }

    record City(
            @Description("the city's name") String name,
            @Description("whether it lies by the sea") boolean coastal) {}

    interface Geographer {
        @UserMessage("What is the capital of {{it}}?")
        City capitalOf(String country);
    }

    static final class Weather {
        final List<String> asked = new ArrayList<>();

        @Tool("The weather in a city")
        String weather(@P(name = "city", description = "the city") String city) {
            asked.add(city);
            return "sunny, 30 degrees";
        }
    }

    private static Llm llm;

    @BeforeAll
    static void open() {
        llm = Llm.open(
                SmolLm2.file(),
                TinyModels.options().contextLength(1024).maxSequences(2).build());
    }

    @AfterAll
    static void close() {
        llm.close();
        TinyModels.assertNothingOutstanding();
    }

    @Test
    void asksItsToolAndAnswersFromWhatItSays() {
        Weather weather = new Weather();
        ChatModel model = AscendChatModel.builder()
                .llm(llm)
                .parallelToolCalls(false)
                .maxOutputTokens(48)
                .build();
        Assistant assistant = AiServices.builder(Assistant.class)
                .chatModel(model)
                .tools(weather)
                .chatMemory(MessageWindowChatMemory.withMaxMessages(10))
                .chatRequestTransformer(AssistantTest::toolFirst)
                .build();
        assertThat(assistant.answer("What is the weather in Munich?")).contains("sunny");
        assertThat(weather.asked).containsExactly("Munich");
    }

    /** A small model calls its tool reliably if it must, and answers if it has none. */
    private static ChatRequest toolFirst(ChatRequest request) {
        List<?> messages = request.messages();
        boolean called = messages.get(messages.size() - 1) instanceof ToolExecutionResultMessage;
        AscendChatRequestParameters.Builder parameters =
                AscendChatRequestParameters.builder().overrideWith(request.parameters());
        return ChatRequest.builder()
                .messages(request.messages())
                .parameters(
                        (called ? parameters.toolSpecifications(List.of()) : parameters.toolChoice(ToolChoice.REQUIRED))
                                .build())
                .build();
    }

    @Test
    void answersWithAnObject() {
        ChatModel model = AscendChatModel.builder().llm(llm).maxOutputTokens(64).build();
        Geographer geographer = AiServices.create(Geographer.class, model);
        City capital = geographer.capitalOf("France");
        // The schema is kept to whatever the model knows.
        assertThat(capital.name()).isNotBlank();
    }

    @Test
    void streamsAStory() throws Exception {
        Storyteller teller = AiServices.create(
                Storyteller.class,
                AscendStreamingChatModel.builder().llm(llm).maxOutputTokens(16).build());
        RecordingHandler handler = new RecordingHandler();
        StringBuffer text = new StringBuffer();
        teller.tell("a dog")
                .onPartialResponse(text::append)
                .onCompleteResponse(handler::onCompleteResponse)
                .onError(handler::onError)
                .start();
        assertThat(handler.response().aiMessage().text())
                .isEqualTo(text.toString())
                .isNotBlank();
    }
}
