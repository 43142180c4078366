package org.ascend4j.internal.text.pipeline;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.ascend4j.error.InvalidRequestException;
import org.ascend4j.internal.text.CodePoints;
import org.ascend4j.internal.text.IntList;
import org.ascend4j.internal.text.MarkerShield;
import org.ascend4j.internal.text.PairFrame;
import org.ascend4j.internal.text.Tokenizer;

/** A tokenizer made of the steps of a {@code tokenizer.json}. Immutable, any thread. */
final class PipelineTokenizer implements Tokenizer {
    private final TokenizerJson.Pipeline pipeline;
    private final TokenizerJson.Settings settings;
    private final int size;
    private final Set<Integer> ends;

    PipelineTokenizer(TokenizerJson.Pipeline pipeline, TokenizerJson.Settings settings, int size, Set<Integer> ends) {
        this.pipeline = pipeline;
        this.settings = settings;
        this.size = size;
        this.ends = Collections.unmodifiableSet(ends);
    }

    @Override
    public int[] encode(CharSequence text, boolean parseSpecial, MarkerShield shield) {
        String whole = text.toString();
        // Refuses what is no text before any step works on it.
        CodePoints.of(whole, 0, whole.length());
        AddedTokens added = pipeline.added();
        boolean shielded = parseSpecial && shield.isActive();
        IntList out = new IntList(whole.length() / 3 + 8);
        TokenModel.Worker worker = pipeline.model().worker();
        for (AddedTokens.Part part : shielded ? added.partitionShielded(whole) : added.partition(whole, parseSpecial)) {
            if (part.id() >= 0) {
                out.add(part.id());
                continue;
            }
            String plain = pipeline.normalizer().apply(shield.lift(whole.substring(part.from(), part.to())));
            for (AddedTokens.Part inner : added.partitionNormalized(plain, parseSpecial && !shielded)) {
                if (inner.id() >= 0) {
                    out.add(inner.id());
                } else {
                    boolean first = part.from() == 0 && inner.from() == 0;
                    tokenize(plain.substring(inner.from(), inner.to()), first, worker, out);
                }
            }
        }
        return out.toArray();
    }

    private void tokenize(String text, boolean first, TokenModel.Worker worker, IntList out) {
        List<PreTokenizers.Piece> pieces = List.of(new PreTokenizers.Piece(text, first));
        for (PreTokenizers.Step cut : pipeline.cuts()) {
            pieces = cut.applyAll(pieces);
        }
        for (PreTokenizers.Piece piece : pieces) {
            if (!piece.text().isEmpty()) {
                worker.tokenize(piece.text(), out);
            }
        }
    }

    @Override
    public String breakMarkers(String text, char wedge) {
        BitSet wedges = new BitSet();
        for (int at = 0; at < text.length(); at += Character.charCount(text.codePointAt(at))) {
            int head = at + Character.charCount(text.codePointAt(at));
            AddedTokens.Added marker = pipeline.added().markerAt(text, at);
            boolean whole = marker != null && marker.content().length() > head - at;
            // What stands behind the text could complete a marker that the text ends within.
            if (whole || pipeline.added().isMarkersHead(text, at)) {
                wedges.set(head);
            }
        }
        StringBuilder broken = new StringBuilder(text.length() + wedges.cardinality());
        int from = 0;
        for (int at = wedges.nextSetBit(0); at >= 0; at = wedges.nextSetBit(at + 1)) {
            broken.append(text, from, at).append(wedge);
            from = at;
        }
        return broken.append(text, from, text.length()).toString();
    }

    @Override
    public byte[] bytes(int id, boolean special) {
        AddedTokens.Added added = requireKnown(id);
        if (added != null) {
            return pipeline.added().isMarker(id) && !special
                    ? new byte[0]
                    : added.content().getBytes(StandardCharsets.UTF_8);
        }
        return pipeline.vocabulary().token(id).map(pipeline.decoder()::bytes).orElse(new byte[0]);
    }

    private AddedTokens.Added requireKnown(int id) {
        if (!(id >= 0 && id < size)) {
            throw new InvalidRequestException("token", "found id " + id + ", expected 0 to " + (size - 1));
        }
        return pipeline.added().get(id).orElse(null);
    }

    @Override
    public String decode(int[] ids, boolean special) {
        List<String> tokens = new ArrayList<>(ids.length);
        for (int id : ids) {
            AddedTokens.Added added = requireKnown(id);
            if (added != null) {
                if (special || !pipeline.added().isSpecial(id)) {
                    tokens.add(added.content());
                }
            } else {
                pipeline.vocabulary().token(id).ifPresent(tokens::add);
            }
        }
        return pipeline.decoder().decode(tokens);
    }

    @Override
    public int[] withBosEos(int[] ids) {
        return pipeline.frame().around(ids);
    }

    @Override
    public Optional<PairFrame> pairFrame() {
        return Optional.ofNullable(pipeline.pair());
    }

    @Override
    public int vocabularySize() {
        return size;
    }

    @Override
    public OptionalInt bos() {
        return settings.bos();
    }

    @Override
    public OptionalInt eos() {
        return settings.eos();
    }

    @Override
    public boolean addBos() {
        return pipeline.frame().front().length > 0;
    }

    @Override
    public boolean addEos() {
        return pipeline.frame().back().length > 0;
    }

    @Override
    public boolean isSpecial(int id) {
        return pipeline.added().isMarker(id);
    }

    @Override
    public Set<Integer> endOfGeneration() {
        return ends;
    }
}
