package org.ascend4j.compat.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.eclipse.jgit.lib.ObjectId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Random histories, judged by the audit and by a naive oracle that follows the definitions word by word. */
class RandomHistoryTest {
    private static final int HISTORIES = 30;
    private static final int STEPS = 40;
    private static final String[] LINES = {"releases/v0.23.0", "releases/v0.18.0", "v0.9.1-dev"};

    @TempDir
    private Path directory;

    private Random random;
    private TestRepository repository;
    private final Map<String, ObjectId> tips = new TreeMap<>();
    private final Map<ObjectId, String> trailers = new HashMap<>();
    private final List<ObjectId> commits = new ArrayList<>();

    @Test
    void agreesWithTheOracle() {
        int orphans = 0;
        for (long seed = 1; seed <= HISTORIES; seed++) {
            random = new Random(seed);
            tips.clear();
            trailers.clear();
            commits.clear();
            try (TestRepository fresh = new TestRepository(directory.resolve("seed" + seed))) {
                repository = fresh;
                build();
                Set<String> expected = oracle();
                Set<String> found = new TreeSet<>();
                for (AuditFinding finding : repository.audit().findings()) {
                    assertThat(finding.id()).isEqualTo("missing-counterpart");
                    found.add(finding.ref() + " " + finding.commit());
                }
                assertThat(found).as("seed " + seed).isEqualTo(expected);
                orphans += expected.size();
            }
        }
        // The histories must offer both something to find and something to let pass.
        assertThat(orphans).isGreaterThan(HISTORIES).isLessThan(HISTORIES * STEPS / 2);
    }

    private void build() {
        ObjectId root = keep(repository.commit(null, "Begin", "f0", "0\n"));
        tips.put("main", root);
        for (String line : LINES) {
            tips.put(line, root);
        }
        for (int step = 0; step < STEPS; step++) {
            String branch = branches().get(random.nextInt(tips.size()));
            tips.put(branch, keep(step(branch, tips.get(branch))));
        }
        tips.forEach((name, tip) -> repository.branch(name, tip));
    }

    private ObjectId keep(ObjectId commit) {
        commits.add(commit);
        return commit;
    }

    private List<String> branches() {
        return List.copyOf(tips.keySet());
    }

    private ObjectId step(String branch, ObjectId tip) {
        ObjectId other = commits.get(random.nextInt(commits.size()));
        switch (random.nextInt(branch.equals("main") ? 3 : 7)) {
            case 0:
            case 1:
            case 2:
                // One line a file, from a small stock, so that equal and all but equal changes come up by chance.
                String text =
                        random.nextInt(5) == 0 ? null : "v" + " ".repeat(random.nextInt(2)) + random.nextInt(2) + "\n";
                return repository.commit(tip, "Edit", "f" + random.nextInt(4), text);
            case 3:
                return repository.pick(tip, other, false);
            case 4:
            case 5:
                ObjectId picked = repository.pick(tip, other, true);
                trailers.put(picked, other.name());
                return picked;
            default:
                ObjectId merged = tips.get(branches().get(random.nextInt(tips.size())));
                return repository.commit(List.of(tip, merged), "Merge", repository.files(tip));
        }
    }

    /** Branch and id of every commit without a counterpart. */
    private Set<String> oracle() {
        Set<ObjectId> main = ancestors(tips.get("main"));
        Set<String> orphans = new TreeSet<>();
        for (String line : LINES) {
            Set<ObjectId> mine = ancestors(tips.get(line));
            for (ObjectId commit : mine) {
                if (main.contains(commit)
                        || repository.parents(commit).size() > 1
                        || change(commit).isEmpty()
                        || namesOneOf(main, commit)
                        || main.stream()
                                .anyMatch(there -> !mine.contains(there)
                                        && repository.parents(there).size() < 2
                                        && change(there).equals(change(commit)))) {
                    continue;
                }
                orphans.add("refs/heads/" + line + " " + commit.name());
            }
        }
        return orphans;
    }

    private boolean namesOneOf(Set<ObjectId> main, ObjectId commit) {
        String named = trailers.get(commit);
        return named != null && main.contains(ObjectId.fromString(named));
    }

    private Set<ObjectId> ancestors(ObjectId commit) {
        Set<ObjectId> all = new HashSet<>(Set.of(commit));
        repository.parents(commit).forEach(parent -> all.addAll(ancestors(parent)));
        return all;
    }

    /** Path by path what was and what is, white space aside; a file without line has no content but is there. */
    private Map<String, List<String>> change(ObjectId commit) {
        List<ObjectId> parents = repository.parents(commit);
        Map<String, TestRepository.Content> old = repository.files(parents.isEmpty() ? null : parents.get(0));
        Map<String, TestRepository.Content> now = repository.files(commit);
        Map<String, List<String>> change = new TreeMap<>();
        Set<String> paths = new TreeSet<>(old.keySet());
        paths.addAll(now.keySet());
        for (String path : paths) {
            if (!Objects.equals(old.get(path), now.get(path))) {
                change.put(path, List.of(plain(old.get(path)), plain(now.get(path))));
            }
        }
        return change;
    }

    private static String plain(TestRepository.Content content) {
        return content == null ? "none" : new String(content.bytes(), StandardCharsets.UTF_8).replaceAll("\\s", "");
    }
}
