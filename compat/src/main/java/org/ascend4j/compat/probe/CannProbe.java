package org.ascend4j.compat.probe;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.ascend4j.compat.version.CannVersion;

/**
 * Reads CANN's release number from its version files, in the layout up to 8.3
 * ({@code runtime/version.info}, {@code version.cfg}) and in the one from 8.5
 * ({@code share/info/runtime/version.info}); {@code *_install.info} in both.
 *
 * <p>Up to 8.3 {@code Version=} carries the package's inner number (7.7.x) and {@code version_dir=} the
 * release; later the other way round.
 */
final class CannProbe {
    private static final List<String> VERSION_FILES =
            List.of("share/info/runtime/version.info", "runtime/version.info");
    private static final Pattern INSTALL_FILE = Pattern.compile("ascend_[a-z0-9_]{1,40}_install\\.info");
    private static final String NNAL_FILE = "ascend_nnal_install.info";
    private static final int MAX_INSTALL_FILES = 16;
    private static final Pattern CFG_VALUE = Pattern.compile("\\[([^:\\]]{1,64}):([^\\]]{1,64})\\]");

    private final HostTree tree;

    CannProbe(HostTree tree) {
        this.tree = tree;
    }

    /** The home whose libraries would be loaded: the first that has them, else the first at all. */
    Optional<CannHome> home(Map<String, String> environment, Map<String, String> properties) {
        List<CannHome> homes = CannLocator.homes(tree, environment, properties);
        return homes.stream()
                .filter(this::hasLibraries)
                .findFirst()
                .or(() -> homes.stream().findFirst());
    }

    private boolean hasLibraries(CannHome home) {
        return CannLocator.libraryDirectories(home).stream()
                .anyMatch(directory -> tree.find(directory + "/libascendcl.so").exists());
    }

    /** What every version file of a home says; one unknown fact if none says anything. */
    List<Fact> facts(CannHome home) {
        List<Fact> facts = new ArrayList<>();
        for (String file : VERSION_FILES) {
            FileText text = tree.read(home.path() + "/" + file);
            if (text.status() != FileText.Status.MISSING) {
                facts.add(fromVersionInfo(text));
            }
        }
        FileText cfg = tree.read(home.path() + "/version.cfg");
        if (cfg.status() != FileText.Status.MISSING) {
            facts.add(fromVersionCfg(cfg));
        }
        installFiles(home).forEach(file -> facts.add(fromInstallInfo(file, tree.read(file))));
        if (facts.stream().noneMatch(fact -> fact.subject() == Subject.CANN)) {
            facts.add(Fact.unknown(Subject.CANN, home.path(), "no version file below this directory"));
        }
        directoryName(home).ifPresent(facts::add);
        facts.addAll(new CannPackages(tree).facts(home));
        return facts;
    }

    /**
     * What the directory behind the links calls itself: {@code cann-9.0.1} or {@code ascend-toolkit/8.3.RC1}.
     * Up to 8.3 {@code latest} is a directory of links, so there the runtime's own is looked at.
     */
    private Optional<Fact> directoryName(CannHome home) {
        List<String> directories = new ArrayList<>();
        HostTree.Entry entry = tree.find(home.path());
        if (entry.isDirectory()) {
            directories.add(entry.inTree());
        }
        HostTree.Entry runtime = tree.find(home.path() + "/runtime");
        if (runtime.isDirectory() && runtime.inTree().lastIndexOf('/') > 0) {
            directories.add(runtime.inTree().substring(0, runtime.inTree().lastIndexOf('/')));
        }
        for (String directory : directories) {
            String name = directory.substring(directory.lastIndexOf('/') + 1);
            String number = name.startsWith("cann-") ? name.substring("cann-".length()) : name;
            if (CannVersion.tryParse(number).isPresent()) {
                return Optional.of(Fact.found(Subject.CANN, number, directory, "by the directory's name"));
            }
        }
        return Optional.empty();
    }

    private List<String> installFiles(CannHome home) {
        List<String> files = new ArrayList<>();
        List<String> directories = new ArrayList<>(List.of(home.path()));
        CannLocator.ARCHITECTURES.forEach(architecture -> directories.add(home.path() + "/" + architecture));
        for (String directory : directories) {
            for (String name : tree.list(directory)) {
                if (files.size() < MAX_INSTALL_FILES
                        && INSTALL_FILE.matcher(name).matches()
                        && !name.equals(NNAL_FILE)) {
                    files.add(directory + "/" + name);
                }
            }
        }
        return files;
    }

    static Fact fromVersionInfo(FileText text) {
        return VersionText.only(Subject.CANN, text, "Version", (value, path) -> {
            Optional<CannVersion> version = CannVersion.tryParse(value);
            if (version.isPresent() && !version.get().isPackageNumber()) {
                return Fact.found(Subject.CANN, value, path, "");
            }
            // version_dir names the release where Version is the package's own number.
            List<String> directories = text.values("version_dir", '=');
            if (directories.size() == 1
                    && CannVersion.tryParse(directories.get(0)).isPresent()) {
                return Fact.found(Subject.CANN, directories.get(0), path, "package number " + value);
            }
            return Fact.unknown(
                    Subject.CANN, path, "Version=" + value + " is no CANN release and version_dir names none");
        });
    }

    private static Fact fromInstallInfo(String file, FileText text) {
        String name = file.substring(file.lastIndexOf("/ascend_") + "/ascend_".length())
                .replace("_install.info", "");
        Subject subject = CannPackages.isOperatorPackage(name) ? Subject.OPS : Subject.CANN;
        return VersionText.only(
                subject,
                text,
                "version",
                (value, path) -> CannVersion.tryParse(value).isPresent()
                        ? Fact.found(subject, value, path, "")
                        : Fact.unknown(subject, path, "version=" + value + " is no CANN release"));
    }

    private static Fact fromVersionCfg(FileText text) {
        return VersionText.only(Subject.CANN, text, "runtime_running_version", (value, path) -> {
            Matcher matcher = CFG_VALUE.matcher(value);
            if (matcher.matches() && CannVersion.tryParse(matcher.group(2)).isPresent()) {
                return Fact.found(Subject.CANN, matcher.group(2), path, "package number " + matcher.group(1));
            }
            return Fact.unknown(Subject.CANN, path, "runtime_running_version=" + value + " names no CANN release");
        });
    }
}
