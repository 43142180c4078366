package org.ascend4j.compat.version;

import java.math.BigInteger;
import java.util.List;
import java.util.Optional;

/**
 * A version after PEP 440, complete: epoch, release, pre-release, post-release, development release
 * and local part. Two spellings of one version are equal ({@code 1.0-RC.1} and {@code 1rc1}).
 *
 * <p>Immutable. Order, normal form and validity are those of PyPA's {@code packaging} library.
 */
public final class Pep440Version implements Comparable<Pep440Version> {
    private final BigInteger epoch;
    private final List<BigInteger> release;
    private final Pre pre;
    private final BigInteger post;
    private final BigInteger dev;
    private final List<String> local;

    /** A pre-release mark: stage {@code a}, {@code b} or {@code rc}, and its number. */
    record Pre(String stage, BigInteger number) implements Comparable<Pre> {
        @Override
        public int compareTo(Pre other) {
            // The three stages sort as their names do.
            int order = stage.compareTo(other.stage);
            return order != 0 ? order : number.compareTo(other.number);
        }

        @Override
        public String toString() {
            return stage + number;
        }
    }

    Pep440Version(
            BigInteger epoch, List<BigInteger> release, Pre pre, BigInteger post, BigInteger dev, List<String> local) {
        this.epoch = epoch;
        this.release = List.copyOf(release);
        this.pre = pre;
        this.post = post;
        this.dev = dev;
        this.local = List.copyOf(local);
    }

    /**
     * Reads a version; white space around it and a leading {@code v} are allowed.
     *
     * @throws IllegalArgumentException if the text is not a PEP 440 version
     */
    public static Pep440Version parse(String text) {
        return tryParse(text)
                .orElseThrow(() -> new IllegalArgumentException("not a PEP 440 version: \"" + Texts.shown(text)
                        + "\"; expected N(.N)*, then optionally {a|b|rc}N, .postN, .devN, +local"));
    }

    /** Reads a version; empty if the text is not one. */
    public static Optional<Pep440Version> tryParse(String text) {
        return new Pep440Scanner(Texts.strip(text)).version();
    }

    /** True for a pre-release or a development release. */
    public boolean isPrerelease() {
        return pre != null || dev != null;
    }

    public boolean isPostrelease() {
        return post != null;
    }

    public boolean isDevelopment() {
        return dev != null;
    }

    public boolean hasLocal() {
        return !local.isEmpty();
    }

    /** This version without its local part. */
    public Pep440Version publicPart() {
        return hasLocal() ? new Pep440Version(epoch, release, pre, post, dev, List.of()) : this;
    }

    BigInteger epoch() {
        return epoch;
    }

    List<BigInteger> release() {
        return release;
    }

    Pre pre() {
        return pre;
    }

    BigInteger post() {
        return post;
    }

    BigInteger dev() {
        return dev;
    }

    Pep440Version withDev(BigInteger number) {
        return new Pep440Version(epoch, release, pre, post, number, List.of());
    }

    Pep440Version withPost(BigInteger number) {
        return new Pep440Version(epoch, release, pre, number, dev, List.of());
    }

    /** Same epoch, release (trailing zeros aside) and pre-release; post, dev and local may differ. */
    boolean sameBaseAndPre(Pep440Version other) {
        return epoch.equals(other.epoch)
                && compareReleases(release, other.release) == 0
                && (pre == null ? other.pre == null : pre.equals(other.pre));
    }

    @Override
    public int compareTo(Pep440Version other) {
        int order = epoch.compareTo(other.epoch);
        if (order == 0) {
            order = compareReleases(release, other.release);
        }
        if (order == 0) {
            order = comparePre(other);
        }
        if (order == 0) {
            order = compareAbsentFirst(post, other.post);
        }
        if (order == 0) {
            // A development release comes before what it develops.
            order = compareAbsentLast(dev, other.dev);
        }
        return order != 0 ? order : compareLocals(local, other.local);
    }

    private int comparePre(Pep440Version other) {
        int order = Integer.compare(preRank(), other.preRank());
        return order != 0 || pre == null || other.pre == null ? order : pre.compareTo(other.pre);
    }

    /** 1.0.dev1 precedes 1.0a1, which precedes 1.0. */
    private int preRank() {
        if (pre != null) {
            return 1;
        }
        return post == null && dev != null ? 0 : 2;
    }

    private static int compareReleases(List<BigInteger> left, List<BigInteger> right) {
        int length = Math.max(left.size(), right.size());
        for (int i = 0; i < length; i++) {
            BigInteger l = i < left.size() ? left.get(i) : BigInteger.ZERO;
            BigInteger r = i < right.size() ? right.get(i) : BigInteger.ZERO;
            int order = l.compareTo(r);
            if (order != 0) {
                return order;
            }
        }
        return 0;
    }

    private static int compareAbsentFirst(BigInteger left, BigInteger right) {
        if (left == null || right == null) {
            return Boolean.compare(left != null, right != null);
        }
        return left.compareTo(right);
    }

    private static int compareAbsentLast(BigInteger left, BigInteger right) {
        if (left == null || right == null) {
            return Boolean.compare(left == null, right == null);
        }
        return left.compareTo(right);
    }

    private static int compareLocals(List<String> left, List<String> right) {
        for (int i = 0; i < Math.min(left.size(), right.size()); i++) {
            int order = compareLocalParts(left.get(i), right.get(i));
            if (order != 0) {
                return order;
            }
        }
        return Integer.compare(left.size(), right.size());
    }

    /** Words come before numbers; words by their letters, numbers by their value. */
    private static int compareLocalParts(String left, String right) {
        boolean leftNumber = Texts.isDigits(left);
        boolean rightNumber = Texts.isDigits(right);
        if (leftNumber && rightNumber) {
            return new BigInteger(left).compareTo(new BigInteger(right));
        }
        return leftNumber != rightNumber ? Boolean.compare(leftNumber, rightNumber) : left.compareTo(right);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Pep440Version version && compareTo(version) == 0;
    }

    @Override
    public int hashCode() {
        int end = release.size();
        while (end > 1 && release.get(end - 1).signum() == 0) {
            end--;
        }
        return List.of(
                        epoch,
                        release.subList(0, end),
                        String.valueOf(pre),
                        String.valueOf(post),
                        String.valueOf(dev),
                        local)
                .hashCode();
    }

    /** The normal form, for example {@code 2.5.1.post1.dev20250619}. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        if (epoch.signum() != 0) {
            text.append(epoch).append('!');
        }
        for (int i = 0; i < release.size(); i++) {
            text.append(i == 0 ? "" : ".").append(release.get(i));
        }
        text.append(pre == null ? "" : pre);
        text.append(post == null ? "" : ".post" + post);
        text.append(dev == null ? "" : ".dev" + dev);
        return text.append(local.isEmpty() ? "" : "+" + String.join(".", local)).toString();
    }
}
