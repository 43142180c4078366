package org.ascend4j.bench.micro;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.ascend4j.internal.template.ChatTemplate;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** A chat template of the usual kind: compiling it, and rendering a conversation. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(1)
public class ChatTemplateRendering {
    private static final String SOURCE = """
        {%- if messages[0].role != 'system' -%}
        {{- '<|im_start|>system\n' + 'You answer briefly.' + '<|im_end|>\n' -}}
        {%- endif -%}
        {%- for message in messages -%}
        {{- '<|im_start|>' + message.role + '\n' + message.content | trim + '<|im_end|>\n' -}}
        {%- endfor -%}
        {%- if add_generation_prompt -%}{{- '<|im_start|>assistant\n' -}}{%- endif -%}
        """;

    @Param({"1", "20"})
    public int messages;

    private ChatTemplate template;
    private Map<String, Object> context;

    @Setup(Level.Trial)
    public void open() {
        template = ChatTemplate.compile(SOURCE);
        List<Map<String, Object>> turns = new ArrayList<>();
        for (int i = 0; i < messages; i++) {
            String content = "Message number " + i + " of a conversation about nothing in particular. ".repeat(5);
            turns.add(Map.of("role", i % 2 == 0 ? "user" : "assistant", "content", content));
        }
        context = Map.of("messages", turns, "add_generation_prompt", true);
    }

    @Benchmark
    public ChatTemplate compile() {
        return ChatTemplate.compile(SOURCE);
    }

    @Benchmark
    public String render() {
        return template.render(context);
    }
}
