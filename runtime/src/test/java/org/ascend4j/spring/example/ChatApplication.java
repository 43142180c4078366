package org.ascend4j.spring.example;

import org.springframework.ai.chat.client.ChatClient;
import org.springframework.ai.chat.model.ChatModel;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Flux;

/** An example: a Spring Boot application that answers questions over HTTP; {@code --ascend4j.model} says with which model. */
@SpringBootApplication
@RestController
public class ChatApplication {
    private final ChatClient client;

    public ChatApplication(ChatModel model) {
        this.client = ChatClient.builder(model)
                .defaultSystem("You answer in one sentence.")
                .build();
    }

    public static void main(String[] arguments) {
        SpringApplication.run(ChatApplication.class, arguments);
    }

    @GetMapping("/answer")
    public String answer(@RequestParam("question") String question) {
        return client.prompt().user(question).call().content();
    }

    @GetMapping(path = "/stream", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    public Flux<String> stream(@RequestParam("question") String question) {
        return client.prompt().user(question).stream().content();
    }
}
