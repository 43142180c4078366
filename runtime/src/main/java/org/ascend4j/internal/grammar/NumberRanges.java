package org.ascend4j.internal.grammar;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;

/**
 * Expressions for decimal numbers between bounds and for multiples. Numbers are written plainly, without exponent and
 * without superfluous zeros in front.
 */
final class NumberRanges {
    /** A bound; exclusive ones leave the value itself out. A null bound is none. */
    record Bound(BigDecimal value, boolean exclusive) {}

    private static final int MAX_DIGITS = 40;
    private static final int FREE_DIGITS = 15;
    private static final int MAX_MODULUS = 5000;

    private final CompileBudget budget;
    private final String where;

    NumberRanges(String where, CompileBudget budget) {
        this.where = where;
        this.budget = budget;
    }

    /**
     * Numbers from low to high.
     *
     * @param fraction most digits behind the point, 0 for integers
     */
    Node between(Bound low, Bound high, int fraction) {
        BigDecimal span = BigDecimal.TEN.pow(FREE_DIGITS);
        check(low);
        check(high);
        Bound from = low == null ? below(high, span) : low;
        Bound to = high == null ? above(low, span) : high;
        List<Node> out = new ArrayList<>();
        if (to.value().signum() >= 0) {
            Bound start = from.value().signum() >= 0 ? from : new Bound(BigDecimal.ZERO, false);
            out.add(magnitudes(start, to, fraction));
        }
        if (from.value().signum() < 0) {
            Bound start = to.value().signum() < 0
                    ? new Bound(to.value().negate(), to.exclusive())
                    : new Bound(BigDecimal.ZERO, true);
            Bound end = new Bound(from.value().negate(), from.exclusive());
            out.add(Node.seq(character('-'), magnitudes(start, end, fraction)));
        }
        return new Node.Alt(out);
    }

    /** A free side reaches fifteen digits, or as far again as the other bound where that is larger. */
    private static Bound above(Bound low, BigDecimal span) {
        BigDecimal base = low == null ? BigDecimal.ZERO : low.value().max(BigDecimal.ZERO);
        return new Bound(base.add(base.max(span)), true);
    }

    private static Bound below(Bound high, BigDecimal span) {
        BigDecimal base = high == null ? BigDecimal.ZERO : high.value().min(BigDecimal.ZERO);
        return new Bound(base.subtract(base.negate().max(span)), true);
    }

    private void check(Bound bound) {
        BigDecimal value = bound == null ? BigDecimal.ZERO : bound.value();
        if ((long) value.precision() - value.scale() > MAX_DIGITS || value.scale() > MAX_DIGITS) {
            throw budget.error(where + ": a bound of more than " + MAX_DIGITS + " digits is not supported");
        }
    }

    private static Node character(int c) {
        return new Node.Chars(CodePointSet.of(c, c), Encoding.RAW);
    }

    /** Numbers without sign. */
    private Node magnitudes(Bound low, Bound high, int fraction) {
        List<Node> out = new ArrayList<>();
        int longest = Math.max(digits(high), 1);
        for (int length = Math.max(digits(low), 1); length <= longest; length++) {
            out.add(new Magnitudes(low, high, length, fraction).build());
        }
        return new Node.Alt(out);
    }

    private static int digits(Bound bound) {
        return bound.value().toBigInteger().toString().length();
    }

    /** Numbers with so many digits before the point, digit by digit beside both bounds. */
    private final class Magnitudes {
        private final String low;
        private final String high;
        private final boolean lowOpen;
        private final boolean highOpen;
        private final int length;
        private final int fraction;
        private final int[][][] known;
        private final DfaRows rows = new DfaRows(budget);

        Magnitudes(Bound low, Bound high, int length, int fraction) {
            this.length = length;
            this.fraction = fraction;
            int scale = Math.max(
                    fraction, Math.max(low.value().scale(), high.value().scale()));
            scale = Math.max(scale, 0);
            this.low = digits(low.value(), scale);
            this.high = digits(high.value(), scale);
            this.lowOpen = low.exclusive();
            this.highOpen = high.exclusive();
            this.known = new int[length + fraction + 1][2][2];
        }

        /** The bound's digits, as many before the point as the numbers have; all nines where it has more. */
        private String digits(BigDecimal value, int scale) {
            String text = value.setScale(scale).unscaledValue().toString();
            int wanted = length + scale;
            if (text.length() > wanted) {
                return "9".repeat(wanted) + "!";
            }
            return "0".repeat(wanted - text.length()) + text;
        }

        Node build() {
            // A bound of more digits is beyond every number of this length.
            if (low.endsWith("!")) {
                return Node.NOTHING;
            }
            state(0, 1, high.endsWith("!") ? 0 : 1);
            return new Node.Machine(rows.build(), Encoding.RAW);
        }

        /** After so many digits; 1 while they equal the bound's, 0 once they are strictly inside. */
        private int state(int at, int beside, int under) {
            if (known[at][beside][under] == 0) {
                int state = rows.add(at >= length && mayEnd(at, beside, under));
                known[at][beside][under] = state + 1;
                if (at < length + fraction) {
                    int before = state;
                    if (at == length) {
                        before = rows.add(false);
                        rows.move(state, '.', before);
                    }
                    addDigits(before, at, beside, under);
                }
            }
            return known[at][beside][under] - 1;
        }

        private void addDigits(int state, int at, int beside, int under) {
            int lowest = beside == 1 ? low.charAt(at) - '0' : 0;
            int highest = under == 1 ? high.charAt(at) - '0' : 9;
            int from = at == 0 && length > 1 ? Math.max(lowest, 1) : lowest;
            for (int digit = from; digit <= highest; digit++) {
                int nextBeside = beside == 1 && digit == lowest ? 1 : 0;
                int nextUnder = under == 1 && digit == highest ? 1 : 0;
                rows.move(state, '0' + digit, state(at + 1, nextBeside, nextUnder));
            }
        }

        /** Whether the number is inside the bounds if only zeros follow. */
        private boolean mayEnd(int at, int beside, int under) {
            boolean lowRest = isZero(low, at);
            boolean highRest = isZero(high, at);
            boolean aboveLow = beside == 0 || lowRest && !lowOpen;
            return aboveLow && (under == 0 || !highRest || !highOpen);
        }

        private boolean isZero(String digits, int from) {
            return digits.substring(from).chars().allMatch(c -> c == '0');
        }
    }

    /** Multiples of a positive number, of at most so many digits before and behind the point. */
    CharDfa multiples(BigDecimal step, boolean integers) {
        check(new Bound(step, false));
        BigDecimal plain = step.stripTrailingZeros();
        int scale = Math.max(plain.scale(), 0);
        BigInteger modulus = plain.setScale(scale).unscaledValue();
        if (modulus.bitLength() > 31 || modulus.intValue() > MAX_MODULUS) {
            throw budget.error(where + ": multipleOf " + step + " is not supported; expected at most " + MAX_MODULUS
                    + " after removing the decimal point");
        }
        int m = modulus.intValue();
        MultipleRules rules = new MultipleRules(m, integers ? 0 : scale, scale);
        return rules.build();
    }

    /** Builds the remainder automaton: remainder of the digits so far, and how many stand behind the point. */
    private final class MultipleRules {
        private final int modulus;
        private final int fraction;
        private final int scale;
        private final DfaRows rows = new DfaRows(budget);

        MultipleRules(int modulus, int fraction, int scale) {
            this.modulus = modulus;
            this.fraction = fraction;
            this.scale = scale;
        }

        CharDfa build() {
            int start = rows.add(false);
            int minus = rows.add(false);
            int[][] behind = new int[fraction + 1][modulus];
            for (int places = 0; places <= fraction; places++) {
                for (int rest = 0; rest < modulus; rest++) {
                    behind[places][rest] = rows.add(rest * power(scale - places) % modulus == 0);
                }
            }
            rows.move(start, '-', minus);
            for (int digit = 0; digit <= 9; digit++) {
                rows.move(start, '0' + digit, behind[0][digit % modulus]);
                rows.move(minus, '0' + digit, behind[0][digit % modulus]);
                for (int places = 0; places <= fraction; places++) {
                    for (int rest = 0; rest < modulus && places != 0; rest++) {
                        if (places < fraction) {
                            rows.move(
                                    behind[places][rest],
                                    '0' + digit,
                                    behind[places + 1][(rest * 10 + digit) % modulus]);
                        }
                    }
                }
            }
            for (int rest = 0; rest < modulus; rest++) {
                wholeDigits(behind, rest);
            }
            return rows.build();
        }

        private void wholeDigits(int[][] behind, int rest) {
            for (int digit = 0; digit <= 9; digit++) {
                rows.move(behind[0][rest], '0' + digit, behind[0][(rest * 10 + digit) % modulus]);
            }
            if (fraction > 0) {
                int point = rows.add(false);
                rows.move(behind[0][rest], '.', point);
                for (int digit = 0; digit <= 9; digit++) {
                    rows.move(point, '0' + digit, behind[1][(rest * 10 + digit) % modulus]);
                }
            }
        }

        private long power(int exponent) {
            return BigInteger.TEN
                    .modPow(BigInteger.valueOf(exponent), BigInteger.valueOf(modulus))
                    .longValue();
        }
    }
}
