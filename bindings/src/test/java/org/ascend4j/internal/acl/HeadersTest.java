package org.ascend4j.internal.acl;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.ascend4j.internal.acl.generated.AclNative;
import org.ascend4j.internal.acl.presets.AclPreset;
import org.bytedeco.javacpp.annotation.Properties;
import org.junit.jupiter.api.Test;

/** What the headers of native/include declare is what Java can call and name. */
class HeadersTest {
    /** Text comes back through jni_text.h instead; host callbacks have no use in Java. */
    private static final Set<String> NOT_BOUND = Set.of("aclGetRecentErrMsg", "aclrtGetSocName", "aclrtLaunchHostFunc");

    private static final Path NATIVE =
            Path.of(System.getProperty("ascend4j.native.directory")).normalize();
    private static final Pattern FUNCTION = Pattern.compile("(?m)^ACL_FUNC_VISIBILITY\\s[^;(]*?(\\w+)\\s*\\(");
    private static final Pattern CONSTANT = Pattern.compile("static const int (\\w+)\\s*=\\s*(-?\\d+)\\s*;");
    private static final Pattern ENUMERATOR =
            Pattern.compile("\\b(ACL_[A-Z0-9_]+)\\s*=\\s*(0x[0-9A-Fa-f]+|-?\\d+)\\s*[,}\\s]");

    private static List<Path> headers() throws IOException {
        try (Stream<Path> files = Files.walk(NATIVE.resolve("include"))) {
            return files.filter(file -> file.toString().endsWith(".h")).sorted().toList();
        }
    }

    private static List<MatchResult> matches(Pattern pattern, Path header) throws IOException {
        return pattern.matcher(Files.readString(header)).results().toList();
    }

    @Test
    void presetReadsEveryHeaderThatDeclaresFunctions() throws IOException {
        Set<String> expected = new TreeSet<>();
        for (Path header : headers()) {
            if (!matches(FUNCTION, header).isEmpty()) {
                expected.add(NATIVE.resolve("include").relativize(header).toString());
            }
        }
        String[] bound =
                AclPreset.class.getAnnotation(Properties.class).value()[0].include();
        assertThat(bound).containsAll(expected);
    }

    @Test
    void everyFunctionHasOneNativeMethodOfPrimitivesAndArrays() throws IOException {
        Set<String> declared = new TreeSet<>();
        for (Path header : headers()) {
            matches(FUNCTION, header).forEach(match -> declared.add(match.group(1)));
        }
        assertThat(declared).hasSizeGreaterThan(100);
        declared.removeAll(NOT_BOUND);
        Map<String, Long> bound = Arrays.stream(AclNative.class.getDeclaredMethods())
                .map(Method::getName)
                .filter(name -> !name.startsWith("ascend4j_"))
                .collect(Collectors.groupingBy(name -> name, Collectors.counting()));
        assertThat(bound.keySet()).containsExactlyInAnyOrderElementsOf(declared);
        assertThat(bound.values()).containsOnly(1L);
        for (Method method : AclNative.class.getDeclaredMethods()) {
            if (!method.getName().startsWith("ascend4j_jni_")) {
                assertThat(method.getReturnType().isPrimitive())
                        .as(method.toString())
                        .isTrue();
                assertThat(method.getParameterTypes())
                        .as(method.toString())
                        .allMatch(type -> type.isPrimitive()
                                || type.isArray() && type.getComponentType().isPrimitive());
            }
        }
    }

    @Test
    void everyErrorConstantHasItsRow() throws IOException {
        int constants = 0;
        for (Path header : Stream.concat(headers().stream(), Stream.of(NATIVE.resolve("shim/ascend4j_shim.h")))
                .toList()) {
            for (MatchResult match : matches(CONSTANT, header)) {
                int code = Integer.parseInt(match.group(2));
                String name = code == 0 ? "ACL_SUCCESS" : match.group(1);
                assertThat(AclError.of(code).name()).as(match.group()).isEqualTo(name);
                constants++;
            }
        }
        assertThat(constants).isGreaterThan(190);
    }

    @Test
    void noTwoErrorsShareTheirCodeOrName() throws IOException {
        Map<Integer, String> names = new HashMap<>();
        for (Path header : headers()) {
            for (MatchResult match : matches(CONSTANT, header)) {
                int code = Integer.parseInt(match.group(2));
                String other = names.put(code, match.group(1));
                assertThat(code == 0 || other == null)
                        .as("%s and %s are both %d", match.group(1), other, code)
                        .isTrue();
            }
        }
        assertThat(AclError.all().stream().map(AclError::name)).doesNotHaveDuplicates();
        Set<Integer> known = AclError.all().stream().map(AclError::code).collect(Collectors.toSet());
        assertThat(known).containsAll(AclError.hints().keySet());
    }

    @Test
    void unknownCodeIsStillNamed() {
        assertThat(AclError.of(424242)).isEqualTo(new AclError(424242, "unknown code", ""));
    }

    @Test
    void enumsCarryTheHeadersValues() throws Exception {
        Map<String, Integer> values = new HashMap<>();
        for (Path header : headers()) {
            for (MatchResult match : matches(ENUMERATOR, header)) {
                values.put(match.group(1), Integer.decode(match.group(2)));
            }
        }
        for (DataType type : DataType.values()) {
            assertThat(type.id()).isEqualTo(values.get("ACL_" + type));
        }
        for (Format format : Format.values()) {
            assertThat(format.id()).isEqualTo(values.get("ACL_FORMAT_" + format));
        }
        for (String name : values.keySet()) {
            if (!name.startsWith("ACL_ERROR_")) {
                assertThat(AclNative.class.getField(name).getInt(null)).as(name).isEqualTo(values.get(name));
            }
        }
    }
}
