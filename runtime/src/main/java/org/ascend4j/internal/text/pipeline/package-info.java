/**
 * Tokenizers as {@code tokenizer.json} describes them: added tokens, normalizer, pre-tokenizer, model, frame, decoder. Ids
 * and texts are those of Hugging Face's tokenizers library for the same file.
 */
package org.ascend4j.internal.text.pipeline;
