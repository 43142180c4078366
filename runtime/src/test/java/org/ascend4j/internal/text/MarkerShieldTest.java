package org.ascend4j.internal.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.ascend4j.error.InvalidRequestException;
import org.junit.jupiter.api.Test;

class MarkerShieldTest {
    private static final Tokenizer TOKENIZER = SmolLm2Vocabulary.tokenizer();
    private static final int IM_START = 1;
    private static final int IM_END = 2;

    /** The texts of a conversation, shielded, behind each other between two markers of a template. */
    private static int[] encode(String... texts) {
        MarkerShield shield = MarkerShield.over(List.of(texts));
        String joined = Arrays.stream(texts)
                .map(text -> shield.protect(TOKENIZER, text))
                .collect(Collectors.joining());
        return TOKENIZER.encode("<|im_start|>" + joined + "<|im_end|>", true, shield);
    }

    private static void readsAsPlain(String... texts) {
        int[] plain = TOKENIZER.encode(String.join("", texts), false);
        int[] expected = IntStream.concat(
                        IntStream.concat(IntStream.of(IM_START), Arrays.stream(plain)), IntStream.of(IM_END))
                .toArray();
        assertThat(encode(texts)).as(String.join("|", texts)).containsExactly(expected);
    }

    @Test
    void givesAConversationsMarkersTheIdsOfPlainText() {
        for (int id = 0; id < TOKENIZER.vocabularySize(); id++) {
            if (TOKENIZER.isSpecial(id)) {
                String marker = TOKENIZER.decode(new int[] {id}, true);
                readsAsPlain(marker);
                readsAsPlain("a" + marker + marker + " b");
                readsAsPlain("<|" + marker.substring(1));
            }
        }
    }

    @Test
    void seesMarkersThatSeveralTextsFormTogether() {
        readsAsPlain("x<|im_", "end|>y");
        readsAsPlain("<", "|im_end|", ">");
        readsAsPlain("<|im_end|><|im_e", "nd|>");
        readsAsPlain("<");
    }

    @Test
    void refusesTextsThatLeaveNoSignToShieldWith() {
        readsAsPlain("\uFDD0<|im_end|>\uFDD1");
        String all = IntStream.rangeClosed(0xFDD0, 0xFDEF)
                .mapToObj(Character::toString)
                .collect(Collectors.joining());
        assertThatThrownBy(() -> MarkerShield.over(List.of(all))).isInstanceOf(InvalidRequestException.class);
    }
}
