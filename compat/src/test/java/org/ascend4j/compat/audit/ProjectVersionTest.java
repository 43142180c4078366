package org.ascend4j.compat.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.ascend4j.compat.PluginRelease;
import org.ascend4j.compat.matrix.ReleaseMatrix;
import org.eclipse.jgit.lib.ObjectId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;

class ProjectVersionTest {
    private static final LocalDate TODAY = LocalDate.parse("2026-11-22");
    private final PolicyFacts policy = new PolicyFacts(ReleaseMatrix.embedded());

    private static String projectVersion() throws Exception {
        NodeList children = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(Path.of("..", "pom.xml").toFile())
                .getDocumentElement()
                .getChildNodes();
        for (int i = 0; i < children.getLength(); i++) {
            Node child = children.item(i);
            if (child.getNodeName().equals("version")) {
                return child.getTextContent().strip();
            }
        }
        throw new AssertionError("../pom.xml names no version");
    }

    /** The build's own gate: a version that the policy forbids fails here, and so fails the build. */
    @Test
    void isAllowedForThisProject() throws Exception {
        String version = projectVersion();
        assertThat(ProjectVersion.schemeFaults(version))
                .as("version of ../pom.xml")
                .isEmpty();
        assertThat(version).isEqualTo(PluginRelease.current().toString());
        Path repository = Path.of("..");
        if (Files.exists(repository.resolve(".git"))) {
            assertThat(ProjectVersion.faults(version, repository, policy, LocalDate.now()))
                    .as("version " + version + " against this repository's tags")
                    .isEmpty();
        } else {
            System.err.println("NOT CHECKED AGAINST TAGS: no .git above this module, so of the project's version "
                    + version + " only the scheme was checked");
        }
    }

    @Test
    void isRefusedOutsideTheScheme() {
        for (String version : List.of("0.23.0rc1-SNAPSHOT", "0.23", "1.0.0a1", "v0.23.0", "0.23.0.dev1", "latest")) {
            assertThat(ProjectVersion.schemeFaults(version)).as(version).isNotEmpty();
        }
        assertThat(ProjectVersion.schemeFaults("0.23.0.post1")).isEmpty();
    }

    @Test
    void isWhatTheTagsAllowNext(@TempDir Path directory) {
        try (TestRepository repository = new TestRepository(directory)) {
            ObjectId first = repository.commit(null, "Begin", "a", "1\n");
            repository.main(first);
            assertThat(faults("0.23.0rc1", directory)).isEmpty();
            assertThat(faults("0.23.0rc2", directory))
                    .containsExactly("rc numbers count up one by one; the next is rc1");
            assertThat(faults("0.99.0rc1", directory))
                    .singleElement()
                    .asString()
                    .contains("vLLM 0.99.0");
            assertThat(faults("0.23.0.post1", directory))
                    .singleElement()
                    .asString()
                    .contains("follows its final");
        }
    }

    @Test
    void staysUntilItsTagAndNotBeyond(@TempDir Path directory) {
        try (TestRepository repository = new TestRepository(directory)) {
            ObjectId first = repository.commit(null, "Begin", "a", "1\n");
            ObjectId tagged = repository.commit(first, "Release", "a", "2\n");
            ObjectId later = repository.commit(tagged, "Go on", "a", "3\n");
            repository.tag("v0.23.0rc1", tagged, TestRepository.BEGIN);
            repository.main(first);
            assertThat(faults("0.23.0rc1", directory)).isEmpty();
            repository.main(tagged);
            assertThat(faults("0.23.0rc1", directory)).isEmpty();
            repository.main(later);
            assertThat(faults("0.23.0rc1", directory))
                    .singleElement()
                    .asString()
                    .contains("released already");
            assertThat(faults("0.23.0rc2", directory)).isEmpty();
            assertThat(faults("0.23.0", directory)).isEmpty();
        }
    }

    private List<String> faults(String version, Path directory) {
        return ProjectVersion.faults(version, directory, policy, TODAY);
    }
}
