/** Model folders in Hugging Face's layout, translated into the terms of a GGUF file. */
package org.ascend4j.internal.pretrained;
