package org.ascend4j.compat;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.ascend4j.compat.probe.StackTree;
import org.ascend4j.compat.report.TextReport;
import org.ascend4j.compat.version.Pep440Version;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each failure of the catalogue, F01 to F14, on a host that shows it. The whole report is pinned by a
 * golden file below {@code src/test/resources/golden}; {@code -Dgolden=write} writes them anew.
 */
class KnownFailuresTest {
    private static final String PLUGIN = "0.23.0";
    private static final String CANN = "9.1.0";
    private static final String HOME = "/usr/local/Ascend/cann-" + CANN;
    private static final String PACKAGES = "/usr/local/python3.11/lib/python3.11/site-packages";
    private static final Path GOLDEN = Path.of("src", "test", "resources", "golden");

    @TempDir
    private Path directory;

    /** What is wrong, as a change to a host where everything is right; it may set variables too. */
    private static final Map<String, BiConsumer<StackTree, Map<String, String>>> HOSTS = new TreeMap<>();

    static {
        HOSTS.put(
                "F01-operator-missing",
                (tree, env) -> StubLibrary.compile(
                        tree.at(HOME + "/lib64/libopapi.so"),
                        StubLibrary.operators("aclnnRmsNorm", "aclnnFusedInferAttentionScoreV2")));
        HOSTS.put(
                "F01-library-missing",
                (tree, env) -> tree.file(HOME + "/lib64/libnnopbase.so", "").delete(HOME + "/lib64/libopapi.so"));
        HOSTS.put(
                "F02-other-release",
                (tree, env) -> tree.delete("/usr/local/Ascend/nnal").nnal("8.5.0"));
        HOSTS.put("F02-library-missing", (tree, env) -> {
            tree.delete("/usr/local/Ascend/nnal/atb/" + CANN + "/atb/cxx_abi_1/lib/libatb.so");
            env.put("ATB_HOME_PATH", "/usr/local/Ascend/nnal/atb/latest/atb/cxx_abi_1");
        });
        HOSTS.put("F02-other-abi", (tree, env) -> {
            StubLibrary.compile(
                    tree.at(PACKAGES + "/torch/lib/libc10.so"),
                    "void _ZN3c105ErrorC1ENSt7__cxx1112basic_stringE(void){}");
            env.put("ATB_HOME_PATH", "/usr/local/Ascend/nnal/atb/latest/atb/cxx_abi_0");
        });
        HOSTS.put(
                "F03-torch-replaced",
                (tree, env) -> tree.delete(PACKAGES + "/torch-2.10.0.dist-info").installed("3.11", "torch", "2.11.0"));
        HOSTS.put(
                "F04-torch-npu-too-old",
                (tree, env) -> tree.delete(PACKAGES + "/torch_npu-2.10.0.post4.dist-info")
                        .installed("3.11", "torch_npu", "2.10.0.post2"));
        HOSTS.put(
                "F05-wheel-of-another-chip",
                (tree, env) ->
                        tree.file(PACKAGES + "/vllm_ascend/_build_info.py", "# generated\n__device_type__ = 'A3'\n"));
        HOSTS.put("F05-unsupported-chip", (tree, env) -> tree.chip("0xd801"));
        HOSTS.put("F06-kernels-of-another-chip", (tree, env) -> tree.chip("0xd803"));
        HOSTS.put("F06-operators-of-another-cann", (tree, env) -> tree.operators(HOME, "ascend910b", "9.0.1"));
        HOSTS.put("F07-numpy-2", (tree, env) -> {
            tree.delete("/usr/local/Ascend/cann").delete("/usr/local/Ascend/ascend-toolkit/latest");
            tree.oldCann("8.2.RC1").delete(PACKAGES + "/numpy-1.26.4.dist-info").installed("3.11", "numpy", "2.1.0");
        });
        HOSTS.put("F07-set-env-not-sourced", (tree, env) -> env.put("ASCEND_HOME_PATH", "/usr/local/Ascend/cann"));
        HOSTS.put("F08-driver-too-old", (tree, env) -> tree.driver("24.1.rc3"));
        HOSTS.put("F09-no-graph-mode", (tree, env) -> tree.driver("25.3.rc1"));
        HOSTS.put(
                "F10-other-vllm",
                (tree, env) -> tree.delete(PACKAGES + "/vllm-0.23.0.dist-info").installed("3.11", "vllm", "0.24.0"));
        HOSTS.put(
                "F10-development-vllm",
                (tree, env) -> tree.delete(PACKAGES + "/vllm-0.23.0.dist-info")
                        .installed("3.11", "vllm", "0.23.1.dev7+g1a2b3c4"));
        HOSTS.put("F11-triton-in-the-way", (tree, env) -> tree.installed("3.11", "triton", "3.4.0"));
        HOSTS.put("F11-triton-on-310p", (tree, env) -> tree.chip("0xd500").operators(HOME, "ascend310p", CANN));
        HOSTS.put("F12-no-manager", (tree, env) -> tree.delete("/dev/davinci_manager"));
        HOSTS.put("F12-no-device", (tree, env) -> tree.delete("/dev/davinci0"));
        HOSTS.put("F12-no-driver-library", (tree, env) -> tree.delete("/usr/local/Ascend/driver/lib64"));
        HOSTS.put("F12-no-install-record", (tree, env) -> tree.delete("/etc/ascend_install.info"));
        HOSTS.put(
                "F13-other-mooncake",
                (tree, env) -> tree.delete(PACKAGES + "/mooncake_transfer_engine_npu-0.3.11.post1.dist-info")
                        .installed("3.11", "mooncake_transfer_engine", "0.3.9"));
        HOSTS.put(
                "F13-old-glibc",
                (tree, env) -> tree.file(
                        "/lib/x86_64-linux-gnu/libc.so.6",
                        "\0\0GNU C Library (Debian) stable release version 2.31.\n\0"));
        HOSTS.put("F13-fabric-memory", (tree, env) -> {
            tree.driver("25.5.1").delete(PACKAGES + "/mooncake_transfer_engine_npu-0.3.11.post1.dist-info");
            env.put("ASCEND_ENABLE_USE_FABRIC_MEM", "1");
        });
        HOSTS.put("F14-custom-operators", (tree, env) -> {
            tree.file("/opt/vendors/custom/version.info", "custom_opp_compiler_version=9.0.1\n");
            env.put("ASCEND_CUSTOM_OPP_PATH", "/opt/vendors/custom");
        });
    }

    static Stream<String> hosts() {
        return HOSTS.keySet().stream();
    }

    /** The host that the row of 0.23.0 describes, everything visible. */
    private StackTree rightHost() {
        StackTree tree = new StackTree(directory)
                .visible("26.1.1")
                .chip("0xd802")
                .cann(CANN)
                .operators(HOME, "ascend910b", CANN)
                .nnal(CANN)
                .file(HOME + "/lib64/libopapi.so", "")
                .python("3.11");
        Map.of(
                        "torch", "2.10.0",
                        "torch_npu", "2.10.0.post4",
                        "vllm", "0.23.0",
                        "vllm_ascend", "0.23.0",
                        "triton_ascend", "3.2.2",
                        "mooncake_transfer_engine_npu", "0.3.11.post1",
                        "numpy", "1.26.4")
                .forEach((name, version) -> tree.installed("3.11", name, version));
        return tree;
    }

    private Verdict check(Map<String, String> environment) {
        return CompatibilityGuard.builder()
                .root(directory)
                .environment(environment)
                .properties(Map.of())
                .plugin(Pep440Version.parse(PLUGIN))
                .build()
                .check();
    }

    @ParameterizedTest
    @MethodSource("hosts")
    void diagnosesByName(String host) throws IOException {
        StackTree tree = rightHost();
        assertThat(check(Map.of()).outcome()).isEqualTo(Verdict.Outcome.FIT);
        Map<String, String> environment = new TreeMap<>();
        HOSTS.get(host).accept(tree, environment);

        Verdict verdict = check(environment);
        String report = TextReport.of(verdict);
        assertThat(verdict.findings())
                .as(report)
                .filteredOn(finding -> finding.id().equals(host.substring(0, 3)))
                .isNotEmpty()
                .allSatisfy(finding -> {
                    assertThat(finding.cause()).endsWith(".");
                    assertThat(finding.action()).isNotBlank();
                    assertThat(finding.source()).isNotBlank();
                });
        Path golden = GOLDEN.resolve(host + ".txt");
        if ("write".equals(System.getProperty("golden"))) {
            Files.createDirectories(GOLDEN);
            Files.writeString(golden, report);
        }
        assertThat(report).isEqualTo(Files.readString(golden));
    }
}
