package org.ascend4j.internal.text;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.ascend4j.error.InvalidRequestException;

/** Turns text into token ids and back, for one model's vocabulary. Immutable, any thread. */
public interface Tokenizer {
    /**
     * The ids of a text; no BOS or EOS is added.
     *
     * @param parseSpecial true for text whose markers ("&lt;|im_start|&gt;") are meant as such, as a rendered chat
     *     template's own parts are; false for what a user wrote: markers in it become ordinary text
     * @throws InvalidRequestException if the text holds half of a surrogate pair
     */
    default int[] encode(CharSequence text, boolean parseSpecial) {
        return encode(text, parseSpecial, MarkerShield.NONE);
    }

    /** As {@link #encode(CharSequence, boolean)}; the shield is lifted once markers have been found. */
    int[] encode(CharSequence text, boolean parseSpecial, MarkerShield shield);

    /** The text with a wedge inside whatever would be read as a marker; a marker of one character stays. */
    String breakMarkers(String text, char wedge);

    /**
     * The bytes of a token, possibly a part of a character only.
     *
     * @param special whether a special token answers its marker; otherwise it answers no bytes
     * @throws InvalidRequestException if the vocabulary has no such id
     */
    byte[] bytes(int id, boolean special);

    /** The bytes of a token as an answer shows them: none for special tokens. */
    default byte[] bytes(int id) {
        return bytes(id, false);
    }

    /** The text of ids without special tokens; bytes that are not UTF-8 become U+FFFD. */
    default String decode(int[] ids) {
        return decode(ids, false);
    }

    /** The text of ids, with the markers of special tokens if {@code special}. */
    default String decode(int[] ids, boolean special) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(ids.length * 4);
        for (int id : ids) {
            out.writeBytes(bytes(id, special));
        }
        return out.toString(StandardCharsets.UTF_8);
    }

    /** Ids go from 0 to this, exclusive. */
    int vocabularySize();

    /** The token that begins a text, if the model has one. */
    OptionalInt bos();

    /** The token that ends a text, if the model has one. */
    OptionalInt eos();

    /** Whether the model wants {@link #bos} in front of every prompt. */
    boolean addBos();

    /** Whether the model wants {@link #eos} behind every prompt. */
    boolean addEos();

    /** Whether an id is a marker and not text. */
    boolean isSpecial(int id);

    /** The ids after which generation ends: EOS, end of turn and their like. */
    Set<Integer> endOfGeneration();

    /** What stands around two texts that are read together; empty if the vocabulary is not made for pairs. */
    default Optional<PairFrame> pairFrame() {
        return Optional.empty();
    }

    /** {@code ids} with BOS in front and EOS behind as the model wants them, unless they are there already. */
    default int[] withBosEos(int[] ids) {
        boolean front = addBos() && bos().isPresent() && (ids.length == 0 || ids[0] != bos().getAsInt());
        boolean back = addEos() && eos().isPresent() && (ids.length == 0 || ids[ids.length - 1] != eos().getAsInt());
        int[] framed = new int[ids.length + (front ? 1 : 0) + (back ? 1 : 0)];
        System.arraycopy(ids, 0, framed, front ? 1 : 0, ids.length);
        if (front) {
            framed[0] = bos().getAsInt();
        }
        if (back) {
            framed[framed.length - 1] = eos().getAsInt();
        }
        return framed;
    }
}
