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
        installFiles(home).forEach(file -> facts.add(fromInstallInfo(tree.read(file))));
        if (facts.isEmpty()) {
            facts.add(Fact.unknown(Subject.CANN, home.path(), "no version file below this directory"));
        }
        return facts;
    }

    private List<String> installFiles(CannHome home) {
        List<String> files = new ArrayList<>();
        List<String> directories = new ArrayList<>(List.of(home.path()));
        CannLocator.ARCHITECTURES.forEach(architecture -> directories.add(home.path() + "/" + architecture));
        for (String directory : directories) {
            for (String name : tree.list(directory)) {
                if (files.size() < MAX_INSTALL_FILES
                        && INSTALL_FILE.matcher(name).matches()) {
                    files.add(directory + "/" + name);
                }
            }
        }
        return files;
    }

    private static Fact fromVersionInfo(FileText text) {
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

    private static Fact fromInstallInfo(FileText text) {
        return VersionText.only(
                Subject.CANN,
                text,
                "version",
                (value, path) -> CannVersion.tryParse(value).isPresent()
                        ? Fact.found(Subject.CANN, value, path, "")
                        : Fact.unknown(Subject.CANN, path, "version=" + value + " is no CANN release"));
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
