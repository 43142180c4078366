package org.ascend4j.internal.template;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.fail;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.ascend4j.error.AscendException;
import org.ascend4j.error.InvalidRequestException;
import org.ascend4j.error.ModelFormatException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Templates as an attacker writes them: a typed error or harmless text, soon, and without much memory or stack. */
@Timeout(20)
class HostileTemplateTest {
    private static String render(String template) {
        return ChatTemplate.compile(template)
                .render(Map.of("messages", List.of(Map.of("role", "user", "content", "hi")), "n", 3));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{{ ''.class }}",
                "{{ ''.__class__ }}",
                "{{ messages.__class__ }}",
                "{{ messages.getClass }}",
                "{{ ____int3rpr3t3r____ }}",
                "{{ range.__globals__ }}",
                "{{ loop }}",
                "{{ self }}",
                "{{ request }}",
                "{{ messages[0]['__init__'] }}",
                "{{ n.__class__ }}",
                "{{ namespace.constructor }}",
                "{{ raise_exception.__func__ }}"
            })
    void findsNothingBehindValues(String template) {
        assertThat(render(template)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{{ ''.__class__.__mro__ }}",
                "{{ ''.getClass().forName('x') }}",
                "{{ range.__globals__['os'] }}",
                "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
                "{{ lipsum.__globals__ }}",
                "{{ messages.append.__self__.x }}",
                "{{ config.items() }}",
                "{{ messages.clear() }}",
                "{{ messages[0].update({'role': 'x'}) }}",
                "{{ 'a' * 1000000000 }}",
                "{{ ['a'] * 1000000000 }}",
                "{{ [[]] * 9223372036854775807 }}",
                "{{ 'ab' * 9223372036854775807 }}",
                "{{ 9223372036854775807 + 1 }}",
                "{{ 10 ** 1000000000 }}",
                "{{ -9223372036854775807 - 2 }}",
                "{{ range(10000000) | list }}",
                "{{ range(0, 9223372036854775807, 4611686018427387904) | list | length + 'x' }}",
                "{{ 'x'.ljust(1000000000) }}",
                "{{ 'x'.zfill(9223372036854775807) }}",
                "{{ 'x' | indent(1000000000) }}",
                "{{ messages | tojson(indent=1000000000) }}",
                "{{ [1] | batch(1000000000, 0) }}",
                "{{ 1 / 0 }}",
                "{{ 1 % 0 }}",
                "{{ 1.0 // 0 }}",
                "{% for a in range(100000) %}{% for b in range(100000) %}{% endfor %}{% endfor %}",
                "{% set ns = namespace(s='xxxxxxxxxx') %}{% for a in range(100) %}{% set ns.s = ns.s + ns.s %}{%"
                        + " endfor %}",
                "{% set ns = namespace(s=[1]) %}{% for a in range(100) %}{% set ns.s = ns.s + ns.s %}{% endfor %}",
                "{% set ns = namespace(s='xx') %}{% for a in range(60) %}{% set ns.s = ns.s.replace('x', 'xx') %}{%"
                        + " endfor %}",
                "{% set ns = namespace(s='xx') %}{% for a in range(60) %}{% set ns.s = [ns.s, ns.s] | join %}{% endfor"
                        + " %}",
                "{% set ns = namespace(s=[]) %}{% for a in range(1000) %}{% set ns.s = [ns.s] %}{% endfor %}{{ ns.s }}",
                "{% set ns = namespace(s=[]) %}{% for a in range(1000) %}{% set ns.s = [ns.s] %}{% endfor %}{{ ns.s |"
                        + " tojson }}",
                "{% set ns = namespace(s=[]) %}{% for a in range(1000) %}{% set ns.s = [ns.s] %}{% endfor %}{{ ns.s =="
                        + " [ns.s] }}{{ raise_exception('compared') }}",
                "{% set l = [] %}{{ l.append(l) }}{{ l }}",
                "{% set l = [] %}{{ l.append(l) }}{{ l | tojson }}",
                "{% set l = [] %}{% set k = [] %}{{ l.append(l) }}{{ k.append(k) }}{{ l == k }}",
                "{% set l = [] %}{% set k = [] %}{{ l.append(l) }}{{ k.append(k) }}{{ l < k }}",
                "{% set l = [1] %}{% for x in l %}{{ l.append(1) }}{% endfor %}{{ raise_exception('ended') }}",
                "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
                "{% macro m(x) %}{{ m(x + x) }}{{ m(x + x) }}{% endmacro %}{{ m('x') }}",
                "{% for a in range(100000) %}{{ 'x' * 1000 }}{% endfor %}",
                "{{ {[1]: 2} }}",
                "{{ {messages: 2} }}",
                "{{ messages | map('nosuch') | list }}",
                "{{ messages | map('map', 'map', 'map') | list }}",
                "{{ 'abc' | replace('', 'x' * 1000000) | replace('', 'y' * 1000000) }}"
            })
    void refusesWhatGoesTooFar(String template) {
        assertThatThrownBy(() -> render(template)).isInstanceOf(InvalidRequestException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{% include '/etc/passwd' %}",
                "{% import 'os' as os %}",
                "{% from 'x' import y %}",
                "{% extends 'x' %}",
                "{% do messages.append(1) %}",
                "{{",
                "{%",
                "{#",
                "{% raw %}",
                "{% if true %}",
                "{% endfor %}",
                "{% for x in %}{% endfor %}",
                "{% for 1 in messages %}{% endfor %}",
                "{% set 1 = 2 %}",
                "{% set x.y.z = 2 %}",
                "{{ 'a }}",
                "{{ 1 2 }}",
                "{{ a b }}",
                "{{ ) }}",
                "{{ (] }}",
                "{{ 99999999999999999999 }}",
                "{{ f(a=1, 2) }}",
                "{{ \u0000 }}",
                "{% break %}",
                "{% macro m() %}{% continue %}{% endmacro %}",
                "{% if x %}{% else %}{% elif y %}{% endif %}",
                "{{ x | }}",
                "{{ x is }}",
                "{{ x. }}",
                "{{ x[ }}",
                "{{ x[] }}"
            })
    void refusesWhatIsNoTemplateAndNamesTheLine(String template) {
        assertThatThrownBy(() -> ChatTemplate.compile("first line\n" + template))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("chat template, line 2");
    }

    @Test
    void boundsNestingOfEveryConstruct() {
        for (String unit : List.of("(", "[", "{1:", "-", "not ", "f(", "x[", "x if ", "x|f(", "x is f(", "1+(")) {
            assertThatThrownBy(() -> render("{{ " + unit.repeat(20_000) + " }}"))
                    .as(unit)
                    .isInstanceOf(AscendException.class);
        }
        for (String unit : List.of("{% if 1 %}", "{% for x in y %}", "{% set x %}", "{% filter f %}", "{% with %}")) {
            assertThatThrownBy(() -> ChatTemplate.compile(unit.repeat(20_000)))
                    .as(unit)
                    .isInstanceOf(ModelFormatException.class);
        }
    }

    @Test
    void boundsLongChains() {
        for (String unit :
                List.of("+1", "|string", ".x", "[0]", "()", " and 1", " or 0", " if 1 else 1", "*1", "**1")) {
            Throwable thrown = catchThrowable(() -> render("{{ 1" + unit.repeat(20_000) + " }}"));
            assertThat(thrown).as(unit).isInstanceOf(AscendException.class);
        }
        assertThat(render("{{ 1" + "+1".repeat(100) + " }}")).isEqualTo("101");
        assertThat(render("{{ ''" + "~'x'".repeat(10_000) + " }}")).hasSize(10_000);
    }

    @Test
    void survivesRandomTemplates() {
        long seed = 4711;
        Random random = new Random(seed);
        String[] parts = {
            "{{",
            "}}",
            "{%",
            "%}",
            "{#",
            "#}",
            "-",
            " ",
            "\n",
            "if",
            "for",
            "x",
            "in",
            "messages",
            "set",
            "=",
            "endif",
            "endfor",
            "(",
            ")",
            "[",
            "]",
            "{",
            "}",
            "'",
            "\"",
            "1",
            "2.5",
            "+",
            "*",
            "|",
            "length",
            "tojson",
            "is",
            "not",
            "defined",
            ".",
            "role",
            ",",
            ":",
            "macro",
            "endmacro",
            "namespace",
            "raw",
            "endraw",
            "~",
            "==",
            "else",
            "loop",
            "index",
            "range",
            "\\"
        };
        for (int round = 0; round < 10_000; round++) {
            StringBuilder template = new StringBuilder();
            for (int i = random.nextInt(20); i >= 0; i--) {
                template.append(parts[random.nextInt(parts.length)]).append(random.nextBoolean() ? " " : "");
            }
            try {
                render(template.toString());
            } catch (AscendException e) {
                assertThat(e.getMessage()).isNotBlank();
            } catch (RuntimeException | Error e) {
                fail("seed " + seed + ", round " + round + ": " + template, e);
            }
        }
    }

    @Test
    void refusesValuesThatTemplatesHaveNoNotionOf() {
        Map<String, Object> context = new HashMap<>();
        context.put("x", Thread.currentThread());
        assertThatThrownBy(() -> ChatTemplate.compile("{{ x }}").render(context))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("java.lang.Thread");
        List<Object> itself = new ArrayList<>();
        itself.add(itself);
        assertThatThrownBy(() -> ChatTemplate.compile("{{ x }}").render(Map.of("x", itself)))
                .isInstanceOf(InvalidRequestException.class);
        assertThatThrownBy(() -> ChatTemplate.compile(" ".repeat(ChatTemplate.MAX_SOURCE_CHARS + 1)))
                .isInstanceOf(ModelFormatException.class);
    }

    @Test
    void neverChangesTheCallersValues() {
        List<Object> messages = new ArrayList<>(List.of("a"));
        ChatTemplate.compile("{{ messages.append('b') }}").render(Map.of("messages", messages));
        assertThat(messages).containsExactly("a");
    }
}
