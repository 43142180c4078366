package org.ascend4j.internal.schedule;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Finds blocks whose keys and values are those of a new sequence's first tokens. A full block is known by the hash of
 * all it depends on: SHA-256 of the block before it (a random root for the first, so that nobody can compute hashes
 * ahead), its tokens, the adapter and, in the first block, the tenant's salt. A hash only finds a candidate: it serves
 * if its whole chain of tokens is the same, so no collision can hand out foreign content. Blocks enter only after the
 * step that wrote them has succeeded. Owned by the engine thread.
 */
final class PrefixIndex {
    private static final int SHA_256_BYTES = 32;

    /** A full block's content and what it follows; it outlives the block while a later one refers to it. */
    static final class Link {
        private final byte[] hash;
        private final int[] tokens;
        private final PrefixScope scope;
        private Link before;

        private Link(Link before, int[] tokens, PrefixScope scope, byte[] hash) {
            this.before = before;
            this.tokens = tokens;
            this.scope = scope;
            this.hash = hash;
        }

        /** Whether this block holds the sequence's tokens from {@code from} on. */
        private boolean holds(Sequence sequence, int from) {
            return scope.equals(sequence.scope()) && sequence.matches(tokens, from);
        }

        /** Whether the chain in front of this block says the same as the one that ends with {@code other}. */
        private boolean follows(Link other) {
            Link mine = before;
            Link theirs = other;
            while (mine != theirs) {
                if (mine == null || theirs == null || !mine.scope.equals(theirs.scope)) {
                    return false;
                }
                if (!Arrays.equals(mine.tokens, theirs.tokens)) {
                    return false;
                }
                mine = mine.before;
                theirs = theirs.before;
            }
            // Equal chains become one, so that the next comparison ends at once.
            before = other;
            return true;
        }
    }

    private record Place(Link link, int block) {}

    private final BlockPool pool;
    private final int hashBytes;

    /** Drawn with the first hash, as is the digest made: finding both takes a start ten milliseconds. */
    private byte[] root;

    private MessageDigest digest;
    private final ByteBuffer tokenBytes;
    private final Map<ByteBuffer, Place> places = new HashMap<>();
    private final Link[] linkOfBlock;
    private long evictions;
    private long collisions;

    PrefixIndex(BlockPool pool) {
        this(pool, null, SHA_256_BYTES);
    }

    /**
     * @param root null for a random one
     * @param hashBytes bytes of a hash that are kept; fewer than all only to provoke collisions in tests
     */
    PrefixIndex(BlockPool pool, byte[] root, int hashBytes) {
        this.pool = pool;
        this.hashBytes = hashBytes;
        this.tokenBytes = ByteBuffer.allocate(pool.blockSize() * Integer.BYTES);
        this.linkOfBlock = new Link[pool.capacity() + 1];
        this.root = root == null ? null : root.clone();
        pool.onEviction(this::evict);
    }

    private void begin() {
        if (root == null) {
            root = new byte[SHA_256_BYTES];
            new SecureRandom().nextBytes(root);
        }
        if (digest == null) {
            try {
                digest = MessageDigest.getInstance("SHA-256");
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("every Java platform has SHA-256", e);
            }
        }
        digest.reset();
    }

    /** The hash of a sequence's full block; computed once, since known tokens never change. */
    private byte[] hash(Sequence sequence, int block) {
        List<byte[]> hashes = sequence.hashes;
        for (int next = hashes.size(); next <= block; next++) {
            int size = pool.blockSize();
            begin();
            digest.update(next == 0 ? root : hashes.get(next - 1));
            tokenBytes.clear();
            tokenBytes.asIntBuffer().put(sequence.tokens(next * size, (next + 1) * size));
            digest.update(tokenBytes);
            hashText(sequence.scope().adapter());
            hashText(next == 0 ? sequence.scope().cacheSalt() : "");
            byte[] hash = digest.digest();
            hashes.add(hashBytes == SHA_256_BYTES ? hash : Arrays.copyOf(hash, hashBytes));
        }
        return hashes.get(block);
    }

    /** Lengths go in front, so that two texts cannot be cut differently into the same bytes. */
    private void hashText(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_16BE);
        digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(0, bytes.length));
        digest.update(bytes);
    }

    /**
     * Walks the index from the sequence's start to the first miss and takes nothing.
     *
     * @param mostTokens tokens at most to find; whole blocks only
     * @param blocks gets the found blocks
     * @param chain gets their links
     */
    void find(Sequence sequence, int mostTokens, List<Integer> blocks, List<Link> chain) {
        int size = pool.blockSize();
        Link before = null;
        for (int block = 0; (block + 1L) * size <= mostTokens; block++) {
            Place place = places.get(ByteBuffer.wrap(hash(sequence, block)));
            if (place == null) {
                return;
            }
            if (!place.link.holds(sequence, block * size) || !place.link.follows(before)) {
                collisions++;
                return;
            }
            blocks.add(place.block);
            chain.add(place.link);
            before = place.link;
        }
    }

    /**
     * Enters a full block of a step that has succeeded. If equal content is in the index already, that stays and this
     * block serves its own sequence only.
     *
     * @param index which of the sequence's blocks
     * @return the block's link, what the next one follows
     */
    Link commit(Sequence sequence, int index) {
        Link before = index == 0 ? null : sequence.chain.get(index - 1);
        int from = index * pool.blockSize();
        byte[] hash = hash(sequence, index);
        ByteBuffer key = ByteBuffer.wrap(hash);
        Place known = places.get(key);
        if (known != null && known.link.holds(sequence, from) && known.link.follows(before)) {
            return known.link;
        }
        Link link = new Link(before, sequence.tokens(from, from + pool.blockSize()), sequence.scope(), hash);
        if (known == null) {
            int block = sequence.block(index);
            places.put(key, new Place(link, block));
            linkOfBlock[block] = link;
            pool.keep(block);
        } else {
            collisions++;
        }
        return link;
    }

    private void evict(int block) {
        places.remove(ByteBuffer.wrap(linkOfBlock[block].hash));
        linkOfBlock[block] = null;
        evictions++;
    }

    /** Blocks that a lookup may find. */
    int size() {
        return places.size();
    }

    long evictions() {
        return evictions;
    }

    /** Candidates that a hash found and the comparison refused. */
    long collisions() {
        return collisions;
    }

    /** The tokens whose keys and values an indexed block holds; null if it is not indexed. */
    int[] tokensOf(int block) {
        return linkOfBlock[block] == null ? null : linkOfBlock[block].tokens.clone();
    }
}
