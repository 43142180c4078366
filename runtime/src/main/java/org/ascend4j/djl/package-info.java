/**
 * The engine {@code Ascend} for DJL and DJL Serving: models are found by {@code Criteria} or a {@code serving.properties},
 * and all predictors of a model share its one engine, which batches what they ask. Needs {@code ai.djl:api}, which who uses
 * DJL has; nothing else of this library refers to these classes.
 */
package org.ascend4j.djl;
