/** Requests and answers in OpenAI's shapes, for the batch command and the server alike. Needs Jackson. */
package org.ascend4j.internal.openai;
