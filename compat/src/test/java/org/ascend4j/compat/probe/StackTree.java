package org.ascend4j.compat.probe;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** Builds a host's files below a directory: what a driver, a CANN and a Python leave behind. */
public final class StackTree {
    private final Path root;

    public StackTree(Path root) {
        this.root = root;
    }

    public Path root() {
        return root;
    }

    public StackTree file(String name, String text) {
        return bytes(name, text.getBytes(StandardCharsets.UTF_8));
    }

    public StackTree bytes(String name, byte[] bytes) {
        try {
            Files.createDirectories(at(name).getParent());
            Files.write(at(name), bytes);
            return this;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    public StackTree directory(String name) {
        try {
            Files.createDirectories(at(name));
            return this;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    public StackTree link(String name, String target) {
        try {
            Files.createDirectories(at(name).getParent());
            Files.createSymbolicLink(at(name), Path.of(target));
            return this;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** Removes a file, a link, or a directory with all that is in it. */
    public StackTree delete(String name) {
        try (Stream<Path> all = Files.walk(at(name))) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
            return this;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    public Path at(String name) {
        return root.resolve(name.substring(1));
    }

    /** A node for the device; a plain file stands for it, as presence is what counts. */
    public StackTree device() {
        return file("/dev/davinci0", "").file("/dev/davinci_manager", "");
    }

    public StackTree driver(String version) {
        return file(
                        "/etc/ascend_install.info",
                        "UserName=HwHiAiUser\nDriver_Install_Type=full\nDriver_Install_Path_Param=/usr/local/Ascend\n")
                .file(
                        "/usr/local/Ascend/driver/version.info",
                        "Version=" + version + "\nascendhal_version=7.35.23\npackage_version=" + version + "\n");
    }

    /** All that a process must see of an NPU, as a container has it that was started right. */
    public StackTree visible(String driver) {
        return device().file("/dev/devmm_svm", "")
                .file("/dev/hisi_hdc", "")
                .driver(driver)
                .file("/usr/local/Ascend/driver/lib64/driver/libascend_hal.so", "")
                .file("/usr/local/dcmi/libdcmi.so", "")
                .file("/usr/local/bin/npu-smi", "");
    }

    /** The host's chip by its PCI device number: 0xd802 is A2. */
    public StackTree chip(String device) {
        String pci = "/sys/bus/pci/devices/0000:c1:00.0";
        return file(pci + "/vendor", "0x19e5\n").file(pci + "/device", device + "\n");
    }

    /** CANN's second package: kernels for a chip, and its own release number. */
    public StackTree operators(String home, String chip, String release) {
        boolean old = home.contains("ascend-toolkit");
        String info = home + (old ? "/opp/version.info" : "/share/info/ops_nn/version.info");
        String text = old ? "Version=7.7.0.1.238\nversion_dir=" + release + "\n" : "Version=" + release + "\n";
        return directory(home + "/opp/built-in/op_impl/ai_core/tbe/kernel/" + chip + "/add")
                .directory(home + "/opp/built-in/op_impl/ai_core/tbe/kernel/config/" + chip)
                .file(info, text);
    }

    /** NNAL, both ABI directories. */
    public StackTree nnal(String release) {
        String home = "/usr/local/Ascend/nnal/atb/" + release;
        return file(home + "/version.info", "    Ascend-cann-atb : " + release + "\n    Platform : aarch64\n")
                .file(home + "/atb/cxx_abi_0/lib/libatb.so", "")
                .file(home + "/atb/cxx_abi_1/lib/libatb.so", "")
                .link("/usr/local/Ascend/nnal/atb/latest", release);
    }

    /** Where a CANN of that release is installed, by {@link #cann}. */
    public static String home(String release) {
        boolean old = release.startsWith("8.") && release.charAt(2) < '5';
        return old ? "/usr/local/Ascend/ascend-toolkit/latest" : "/usr/local/Ascend/cann-" + release;
    }

    /** CANN in the layout up to 8.3: {@code latest} is a directory of links, numbers are the packages'. */
    public StackTree oldCann(String release) {
        String home = "/usr/local/Ascend/ascend-toolkit/" + release;
        String latest = "/usr/local/Ascend/ascend-toolkit/latest";
        return file(home + "/aarch64-linux/lib64/libascendcl.so", "")
                .file(
                        home + "/aarch64-linux/ascend_toolkit_install.info",
                        "package_name=Ascend-cann-toolkit\nversion=" + release
                                + "\ninnerversion=V100R001C21SPC001B238\n")
                .file(
                        home + "/runtime/version.info",
                        "Version=7.7.0.1.238\nversion_dir=" + release + "\nrequired_opp_abi_version=\">=6.3, <=7.7\"\n")
                .file(
                        latest + "/version.cfg",
                        "# version: 1.0\nruntime_running_version=[7.7.0.1.238:" + release + "]\n")
                .link(latest + "/lib64", home + "/aarch64-linux/lib64")
                .link(latest + "/aarch64-linux", "../" + release + "/aarch64-linux")
                .link(latest + "/runtime", "../" + release + "/runtime");
    }

    /** CANN in the layout from 8.5: {@code cann} leads to {@code cann-X.Y.Z}, numbers are the release's. */
    public StackTree newCann(String release) {
        String home = "/usr/local/Ascend/cann-" + release;
        return file(home + "/lib64/libascendcl.so", "")
                .file(home + "/share/info/runtime/version.info", "Version=" + release + "\nversion_dir=cann\n")
                .file(
                        home + "/x86_64-linux/ascend_toolkit_install.info",
                        "package_name=Ascend-cann-toolkit\nversion=" + release + "\n")
                .link("/usr/local/Ascend/cann", "cann-" + release)
                .link("/usr/local/Ascend/ascend-toolkit/latest", "/usr/local/Ascend/cann");
    }

    /** CANN in the layout that a release of that number has. */
    public StackTree cann(String release) {
        boolean old = release.startsWith("8.") && release.charAt(2) < '5';
        return old ? oldCann(release) : newCann(release);
    }

    /** An interpreter under {@code /usr/local/pythonX.Y}, as CANN's container images have it. */
    public StackTree python(String version) {
        return file("/usr/local/python" + version + "/lib/python" + version + "/os.py", "");
    }

    /** A package installed into that interpreter. */
    public StackTree installed(String python, String name, String version) {
        return distribution("/usr/local/python" + python + "/lib/python" + python + "/site-packages", name, version);
    }

    public StackTree distribution(String packages, String name, String version) {
        return file(
                packages + "/" + name + "-" + version + ".dist-info/METADATA",
                "Metadata-Version: 2.1\nName: " + name + "\nVersion: " + version
                        + "\n\nVersion: none of this counts\n");
    }
}
