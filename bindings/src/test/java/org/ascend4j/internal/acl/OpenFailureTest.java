package org.ascend4j.internal.acl;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.ascend4j.internal.acl.generated.AclNative;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** One JNI library against CANNs that are incomplete, absent or hostile to the JVM; each in a JVM of its own. */
class OpenFailureTest {
    static Stream<Path> jvms() {
        return Stream.of(Jdks.current(), Jdks.jdk25());
    }

    /** Calls an operator of the CANN in the given directory and prints what comes of it. */
    static final class CallSwiGlu {
        public static void main(String[] arguments) {
            try {
                Acl.open(List.of(Path.of(arguments[0])));
                System.out.println("has add: " + Acl.has("aclnnAdd") + ", has swiglu: " + Acl.has("aclnnSwiGlu"));
                int status = AclNative.aclnnSwiGluGetWorkspaceSize(0, 0, 0, 0, 0);
                Acl.check(status, "aclnnSwiGluGetWorkspaceSize");
            } catch (MissingOperatorException e) {
                System.out.println("operator=" + e.operator() + " found=" + e.found() + " needed=" + e.needed());
                System.out.println(e.getMessage());
            } catch (AclException e) {
                System.out.println("code=" + e.code() + " name=" + e.name() + " " + e.getMessage());
            }
            System.out.println("alive");
        }
    }

    @Test
    void namesOperatorAndBothVersionsWhenCannLacksIt() throws Exception {
        ChildJvm.Result result = new ChildJvm(Jdks.current())
                .run(CallSwiGlu.class, ChildJvm.stubs("lacking-op"))
                .succeeded();
        assertThat(result.output())
                .contains("has add: true, has swiglu: false")
                .contains("operator=aclnnSwiGlu found=8.1.RC1 needed=8.0.0")
                .contains("operator aclnnSwiGlu is missing in the CANN found, 8.1.RC1; it comes with CANN 8.0.0")
                .contains("alive");
    }

    @Test
    void saysWhereItLookedWhenThereIsNoCann(@TempDir Path empty) throws Exception {
        ChildJvm.Result result =
                new ChildJvm(Jdks.current()).run(CallSwiGlu.class, empty).succeeded();
        assertThat(result.output())
                .contains("name=ASCEND4J_ERROR_OPEN_FAILED")
                .contains(empty.toString())
                .contains("libascendcl.so")
                .contains("alive");
    }

    @Test
    void refusesFileThatIsNoLibrary(@TempDir Path directory) throws Exception {
        Files.writeString(directory.resolve("libascendcl.so"), "this is not a library\n");
        ChildJvm.Result result =
                new ChildJvm(Jdks.current()).run(CallSwiGlu.class, directory).succeeded();
        assertThat(result.output())
                .contains("name=ASCEND4J_ERROR_OPEN_FAILED")
                .contains(directory.resolve("libascendcl.so").toString())
                .contains("alive");
    }

    @Test
    void refusesCannsLinkStubs() throws Exception {
        ChildJvm.Result result = new ChildJvm(Jdks.current())
                .run(CallSwiGlu.class, ChildJvm.stubs("link-stub"))
                .succeeded();
        assertThat(result.output()).contains("name=ASCEND4J_ERROR_STUB_LIBRARY").contains("alive");
    }

    @Test
    void tellsHowToAllowNativeCodeWhereTheJvmDeniesIt(@TempDir Path empty) throws Exception {
        ChildJvm.Result result = new ChildJvm(Jdks.jdk25())
                .option("--illegal-native-access=deny")
                .run(CallSwiGlu.class, empty)
                .succeeded();
        assertThat(result.output())
                .contains("name=ASCEND4J_ERROR_OPEN_FAILED")
                .contains("--enable-native-access=ALL-UNNAMED")
                .contains("alive");
    }

    @Test
    void saysWhichDirectoryItWillNotLoadFrom(@TempDir Path folder) throws Exception {
        Path cache = Files.createDirectory(
                folder.resolve("cache"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Files.setPosixFilePermissions(cache, PosixFilePermissions.fromString("rwxrwxrwx"));
        ChildJvm.Result result = new ChildJvm(Jdks.current())
                .environment("ASCEND4J_CACHE", cache.toString())
                .run(CallSwiGlu.class, folder)
                .succeeded();
        assertThat(result.output())
                .contains("name=ASCEND4J_ERROR_OPEN_FAILED")
                .contains(cache + ": other users may write there")
                .contains("alive");
    }

    /** Provokes what HotSpot answers with SIGSEGV: null checks that compiled code leaves to the hardware. */
    static final class ImplicitNulls {
        private int value;

        public static void main(String[] arguments) {
            if (arguments.length > 1) {
                System.load(arguments[0] + "/libascendcl.so");
            } else {
                Acl.open(List.of(Path.of(arguments[0])));
            }
            ImplicitNulls some = new ImplicitNulls();
            int caught = 0;
            long sum = 0;
            for (int i = 0; i < 2_000_000; i++) {
                try {
                    sum += read(i % 1000 == 999 ? null : some);
                } catch (NullPointerException e) {
                    caught++;
                }
            }
            System.out.println("caught " + caught + ", sum " + sum);
        }

        private static int read(ImplicitNulls from) {
            return from.value;
        }
    }

    @ParameterizedTest
    @MethodSource("jvms")
    void outlivesLibraryThatGrabsTheJvmsSignals(Path java) throws Exception {
        ChildJvm.Result result = new ChildJvm(java)
                .run(ImplicitNulls.class, ChildJvm.stubs("signal-grabber"))
                .succeeded();
        assertThat(result.output()).contains("caught 2000, sum 0");
    }

    private static final int PAGE = 4096;

    @Test
    void theSameLibraryKillsJvmThatLoadsItWithoutTheShim() throws Exception {
        ChildJvm.Result result =
                new ChildJvm(Jdks.current()).run(ImplicitNulls.class, ChildJvm.stubs("signal-grabber"), "directly");
        // A raised signal carries the sender's process and user ids where a fault carries its address: for root and a
        // small process id that looks like the address of a null check, and the JVM happens to live.
        if (result.exitCode() == 0 && result.pid() < PAGE && "root".equals(System.getProperty("user.name"))) {
            System.out.println(
                    "control of the signal test: process " + result.pid() + " of root cannot show the crash");
            assertThat(result.output()).contains("caught 2000, sum 0");
            return;
        }
        assertThat(result.exitCode()).as(result.output()).isNotZero();
        assertThat(result.output()).contains("SIGSEGV");
    }
}
