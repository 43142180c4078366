package org.ascend4j.internal.grammar;

import java.util.ArrayList;
import java.util.List;

/**
 * The spellings of a class of characters: sequences of byte ranges, each an int array of first, last, first, last… No
 * spelling of one character is a prefix of another's, which is what makes counting characters deterministic.
 */
final class ByteSequences {
    private static final String SHORT_ESCAPES = "\"\\/\b\f\n\r\t";
    private static final String SHORT_LETTERS = "\"\\/bfnrt";
    private static final CodePointSet CONTROL = CodePointSet.of(0, 0x1F);
    private static final CodePointSet MUST_ESCAPE = CONTROL.union(CodePointSet.ofChars("\"\\"));
    private static final CodePointSet PRINTABLE = CodePointSet.of(0x20, 0x7E);

    private final List<int[]> sequences = new ArrayList<>();

    private ByteSequences() {}

    static List<int[]> of(CodePointSet set, Encoding encoding) {
        ByteSequences out = new ByteSequences();
        if (encoding == Encoding.RAW) {
            out.utf8(set);
        } else {
            out.json(set);
        }
        return out.sequences;
    }

    private void json(CodePointSet set) {
        utf8(set.minus(MUST_ESCAPE));
        for (int i = 0; i < SHORT_ESCAPES.length(); i++) {
            if (set.contains(SHORT_ESCAPES.charAt(i))) {
                int letter = SHORT_LETTERS.charAt(i);
                sequences.add(new int[] {'\\', '\\', letter, letter});
            }
        }
        CodePointSet escaped = set.equals(CodePointSet.ALL) ? set : set.minus(PRINTABLE);
        for (int i = 0; i < escaped.ranges(); i++) {
            int first = escaped.first(i);
            int last = escaped.last(i);
            if (first <= 0xFFFF) {
                hex(unicodeEscape(new int[0]), first, Math.min(last, 0xFFFF), 4);
            }
            if (last > 0xFFFF) {
                pairs(Math.max(first, 0x10000) - 0x10000, last - 0x10000);
            }
        }
    }

    /** Surrogate pairs of the offsets from first to last above the basic plane. */
    private void pairs(int first, int last) {
        int high = first >> 10;
        int highEnd = last >> 10;
        if (high == highEnd) {
            pair(high, high, first & 0x3FF, last & 0x3FF);
            return;
        }
        if ((first & 0x3FF) != 0) {
            pair(high, high, first & 0x3FF, 0x3FF);
            high++;
        }
        if ((last & 0x3FF) != 0x3FF) {
            pair(highEnd, highEnd, 0, last & 0x3FF);
            highEnd--;
        }
        if (high <= highEnd) {
            pair(high, highEnd, 0, 0x3FF);
        }
    }

    private void pair(int high, int highEnd, int low, int lowEnd) {
        ByteSequences heads = new ByteSequences();
        heads.hex(unicodeEscape(new int[0]), 0xD800 + high, 0xD800 + highEnd, 4);
        for (int[] head : heads.sequences) {
            hex(unicodeEscape(head), 0xDC00 + low, 0xDC00 + lowEnd, 4);
        }
    }

    private static int[] unicodeEscape(int[] before) {
        return append(before, '\\', '\\', 'u', 'u');
    }

    /** All spellings of the numbers from first to last as hexadecimal digits of either case. */
    private void hex(int[] before, int first, int last, int digits) {
        if (digits == 0) {
            sequences.add(before);
            return;
        }
        int unit = 1 << (4 * (digits - 1));
        for (int digit = first / unit; digit <= last / unit; digit++) {
            int low = Math.max(first, digit * unit);
            int high = Math.min(last, digit * unit + unit - 1);
            int same = digit;
            // Digits whose rest is unrestricted share one sequence.
            if (low == digit * unit && high == digit * unit + unit - 1) {
                while (same < last / unit && (same + 1) * unit + unit - 1 <= last) {
                    same++;
                }
            }
            for (int[] range : digitRanges(digit, same)) {
                hex(append(before, range), low - digit * unit, high - digit * unit, digits - 1);
            }
            digit = same;
        }
    }

    private static List<int[]> digitRanges(int first, int last) {
        List<int[]> ranges = new ArrayList<>();
        if (first <= 9) {
            ranges.add(new int[] {'0' + first, '0' + Math.min(last, 9)});
        }
        if (last >= 10) {
            int from = Math.max(first, 10) - 10;
            ranges.add(new int[] {'A' + from, 'A' + last - 10});
            ranges.add(new int[] {'a' + from, 'a' + last - 10});
        }
        return ranges;
    }

    private void utf8(CodePointSet set) {
        int[] ends = {0x7F, 0x7FF, 0xFFFF, CodePointSet.MAX};
        for (int i = 0; i < set.ranges(); i++) {
            int first = set.first(i);
            for (int length = 1; length <= 4; length++) {
                int last = Math.min(set.last(i), ends[length - 1]);
                if (first <= last) {
                    utf8(first, last, length);
                    first = last + 1;
                }
            }
        }
    }

    /** Splits until every continuation byte ranges freely or is fixed. */
    private void utf8(int first, int last, int length) {
        for (int shift = 6; shift < 6 * length; shift += 6) {
            int mask = (1 << shift) - 1;
            if ((first & ~mask) != (last & ~mask)) {
                if ((first & mask) != 0) {
                    utf8(first, first | mask, length);
                    utf8((first | mask) + 1, last, length);
                    return;
                }
                if ((last & mask) != mask) {
                    utf8(first, (last & ~mask) - 1, length);
                    utf8(last & ~mask, last, length);
                    return;
                }
            }
        }
        int[] sequence = new int[2 * length];
        for (int i = length - 1; i >= 0; i--) {
            int shift = 6 * (length - 1 - i);
            sequence[2 * i] = i == 0 ? lead(first >> shift, length) : 0x80 | (first >> shift & 0x3F);
            sequence[2 * i + 1] = i == 0 ? lead(last >> shift, length) : 0x80 | (last >> shift & 0x3F);
        }
        sequences.add(sequence);
    }

    private static int lead(int bits, int length) {
        return length == 1 ? bits : (0xF00 >> length & 0xFF) | bits;
    }

    private static int[] append(int[] before, int... more) {
        int[] out = java.util.Arrays.copyOf(before, before.length + more.length);
        System.arraycopy(more, 0, out, before.length, more.length);
        return out;
    }
}
