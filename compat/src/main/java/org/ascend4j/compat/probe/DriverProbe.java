package org.ascend4j.compat.probe;

import java.util.List;
import org.ascend4j.compat.version.DriverVersion;

/** Reads the driver's and the firmware's number; where they are installed, {@code /etc/ascend_install.info} says. */
final class DriverProbe {
    static final String INSTALL_RECORD = "/etc/ascend_install.info";
    private static final String DEFAULT_HOME = "/usr/local/Ascend";

    private final HostTree tree;

    DriverProbe(HostTree tree) {
        this.tree = tree;
    }

    static String versionFile(HostTree tree) {
        return home(tree) + "/driver/version.info";
    }

    static String home(HostTree tree) {
        List<String> recorded = tree.read(INSTALL_RECORD).values("Driver_Install_Path_Param", '=');
        boolean usable = recorded.size() == 1 && recorded.get(0).startsWith("/");
        return usable ? recorded.get(0) : DEFAULT_HOME;
    }

    Fact driver() {
        return read(Subject.DRIVER, versionFile(tree));
    }

    /** Containers seldom see the firmware's file: absent is the usual answer there. */
    Fact firmware() {
        return read(Subject.FIRMWARE, home(tree) + "/firmware/version.info");
    }

    private Fact read(Subject subject, String file) {
        FileText text = tree.read(file);
        if (text.status() == FileText.Status.MISSING) {
            return Fact.absent(subject, file);
        }
        return VersionText.only(
                subject,
                text,
                "Version",
                (value, path) -> DriverVersion.tryParse(value).isPresent()
                        ? Fact.found(subject, value, path, "")
                        : Fact.unknown(subject, path, "Version=" + value + " is no " + subject.label() + " number"));
    }
}
