package org.ascend4j.internal.serve;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.List;

/** Who may send requests, and how many: one allowance for each key, or one for all if there are no keys. Thread-safe. */
final class Keys {
    private static final String BEARER = "bearer ";
    private static final double MINUTE_NANOS = 60e9;

    private final List<byte[]> digests;
    private final Allowance[] allowances;

    /** @param ratePerMinute 0 for no limit */
    Keys(List<String> keys, int ratePerMinute) {
        this.digests = keys.stream().map(Keys::digest).toList();
        this.allowances = new Allowance[Math.max(1, keys.size())];
        for (int i = 0; i < allowances.length; i++) {
            allowances[i] = new Allowance(ratePerMinute, System.nanoTime());
        }
    }

    /**
     * Checks the key.
     *
     * @param authorization the header; null if there is none
     */
    void check(String authorization) throws ApiError {
        find(authorization);
    }

    /** Checks the key and counts the request. */
    void admit(String authorization, long now) throws ApiError {
        long wait = allowances[find(authorization)].take(now);
        if (wait > 0) {
            throw ApiError.rateLimit("too many requests with this key in a minute", Duration.ofNanos(wait));
        }
    }

    private int find(String authorization) throws ApiError {
        if (digests.isEmpty()) {
            return 0;
        }
        boolean bearer = authorization != null && authorization.regionMatches(true, 0, BEARER, 0, BEARER.length());
        byte[] given = digest(bearer ? authorization.substring(BEARER.length()).strip() : "");
        // Takes the same time for whichever key, and for none.
        int found = -1;
        for (int i = 0; i < digests.size(); i++) {
            if (MessageDigest.isEqual(digests.get(i), given)) {
                found = i;
            }
        }
        if (found < 0) {
            throw ApiError.request(
                    401, "invalid_api_key", null, "found no valid key, expected the header Authorization: Bearer KEY");
        }
        return found;
    }

    private static byte[] digest(String key) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** A bucket that fills evenly and holds a minute's requests. */
    private static final class Allowance {
        private final int perMinute;
        private double left;
        private long filledNanos;

        Allowance(int perMinute, long now) {
            this.perMinute = perMinute;
            this.left = perMinute;
            this.filledNanos = now;
        }

        /** Nanoseconds until a request is allowed; 0 if this one is. */
        synchronized long take(long now) {
            if (perMinute == 0) {
                return 0;
            }
            left = Math.min(perMinute, left + (now - filledNanos) * perMinute / MINUTE_NANOS);
            filledNanos = now;
            if (left >= 1) {
                left--;
                return 0;
            }
            return (long) Math.ceil((1 - left) * MINUTE_NANOS / perMinute);
        }
    }
}
