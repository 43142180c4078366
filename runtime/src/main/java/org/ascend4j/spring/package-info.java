/**
 * Spring AI's models on this library's engine, and Spring Boot's auto-configuration of them: with {@code ascend4j.model}
 * set, an application has an open model, a {@code ChatModel}, health and metrics, as far as its class path has Spring AI,
 * Spring Boot's health support and Micrometer. Made for Spring AI 2 and Spring Boot 4.
 */
package org.ascend4j.spring;
