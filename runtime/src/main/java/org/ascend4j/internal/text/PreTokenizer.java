package org.ascend4j.internal.text;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.ascend4j.error.ModelFormatException;

/**
 * Cuts text into the words that merges never cross. The kinds and their names are those of llama.cpp; a kind is a
 * sequence of cuts, each applied to every piece that the one before it left. All cuts are single linear scans.
 */
enum PreTokenizer {
    /** GPT-2's rule. */
    GPT2(false, WordCuts::gpt2),
    /** Every digit alone, then GPT-2's rule. */
    DIGITS(false, WordCuts::eachNumber, WordCuts::gpt2),
    /** Llama 3's rule: numbers in groups of three. A word that is a token is taken whole. */
    LLAMA3(true, (points, from, to, out) -> WordCuts.llama3(points, from, to, 3, out)),
    /** As Llama 3's rule, but words are always merged. */
    DBRX(false, (points, from, to, out) -> WordCuts.llama3(points, from, to, 3, out)),
    /** As Llama 3's rule with every digit alone. */
    QWEN2(false, (points, from, to, out) -> WordCuts.llama3(points, from, to, 1, out)),
    /** For files that name no rule. */
    DEFAULT(false, WordCuts::punctuation, WordCuts::gpt2, WordCuts::numbers, WordCuts::threeDigits);

    private static final Map<String, PreTokenizer> BY_NAME = new TreeMap<>();

    static {
        name(GPT2, "gpt-2", "gpt2", "phi-2", "mpt", "olmo", "jais", "jina-es", "jina-de", "jina-v2-es", "jina-v2-de");
        name(GPT2, "gigachat", "modern-bert", "trillion");
        name(DIGITS, "smollm", "starcoder", "refact", "command-r", "codeshell", "exaone", "minerva-7b");
        name(LLAMA3, "llama-bpe", "llama3", "llama-v3", "falcon3", "falcon-h1", "pixtral", "midm-2.0", "lfm2");
        name(DBRX, "dbrx", "smaug-bpe");
        name(QWEN2, "qwen2", "deepseek-r1-qwen", "stablelm2", "hunyuan", "megrez");
        name(DEFAULT, "default");
    }

    private final boolean wholeWordsFirst;
    private final List<Cut> cuts;

    PreTokenizer(boolean wholeWordsFirst, Cut... cuts) {
        this.wholeWordsFirst = wholeWordsFirst;
        this.cuts = List.of(cuts);
    }

    /** One rule: adds the end of every piece of {@code points[from, to)} to {@code out}, the last being {@code to}. */
    @FunctionalInterface
    interface Cut {
        void apply(int[] points, int from, int to, IntList out);
    }

    /** The rule of this name ({@code tokenizer.ggml.pre}). */
    static PreTokenizer named(String source, String name) {
        PreTokenizer found = BY_NAME.get(name.toLowerCase(Locale.ROOT));
        if (found == null) {
            throw new ModelFormatException(source + ": key tokenizer.ggml.pre: found " + name + ", expected one of "
                    + String.join(", ", BY_NAME.keySet()));
        }
        return found;
    }

    /** Whether a word that is itself a token is taken without merging. */
    boolean wholeWordsFirst() {
        return wholeWordsFirst;
    }

    /** The ends of the words of {@code points[from, to)}, ascending; the last is {@code to}. */
    int[] split(int[] points, int from, int to) {
        int[] ends = {to};
        for (Cut cut : cuts) {
            IntList next = new IntList(ends.length * 2);
            int start = from;
            for (int end : ends) {
                if (end > start) {
                    cut.apply(points, start, end, next);
                }
                start = end;
            }
            ends = next.toArray();
        }
        return ends;
    }

    private static void name(PreTokenizer rule, String... names) {
        Arrays.stream(names).forEach(name -> BY_NAME.put(name, rule));
    }
}
