package org.ascend4j.compat.probe;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

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
