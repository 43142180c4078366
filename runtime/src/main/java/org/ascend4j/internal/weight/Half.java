package org.ascend4j.internal.weight;

/** IEEE half precision and bfloat16 on Java 17, which has no conversions of its own. */
final class Half {
    private Half() {}

    static float toFloat(short bits) {
        int magnitude = bits & 0x7FFF;
        // The exponent's bias differs by 112; a product with a power of two is exact for subnormal halves as well.
        float value = Float.intBitsToFloat(magnitude << 13) * 0x1p112f;
        if (magnitude >= 0x7C00) {
            value = magnitude == 0x7C00 ? Float.POSITIVE_INFINITY : Float.NaN;
        }
        return bits < 0 ? -value : value;
    }

    /** Rounds to nearest, ties to even; overflow gives infinity. */
    static short fromFloat(float value) {
        int bits = Float.floatToRawIntBits(value);
        int sign = bits >>> 16 & 0x8000;
        int magnitude = bits & 0x7FFFFFFF;
        if (magnitude > 0x7F800000) {
            return (short) (sign | 0x7E00);
        }
        if (magnitude >= 0x477FF000) {
            return (short) (sign | 0x7C00);
        }
        if (magnitude < 0x38800000) {
            // Subnormal: adding 0.5 lines the fraction up with the last bit, and the addition rounds to even.
            float shifted = Float.intBitsToFloat(magnitude) + 0.5f;
            return (short) (sign | Float.floatToRawIntBits(shifted) - 0x3F000000);
        }
        int rounded = magnitude + 0xFFF + (magnitude >>> 13 & 1);
        return (short) (sign | (rounded - 0x38000000) >>> 13);
    }

    /** Rounds to the nearest bfloat16, ties to even. */
    static short toBfloat(float value) {
        int bits = Float.floatToRawIntBits(value);
        if ((bits & 0x7FFFFFFF) > 0x7F800000) {
            return (short) (bits >>> 16 | 0x40);
        }
        return (short) (bits + 0x7FFF + (bits >>> 16 & 1) >>> 16);
    }
}
