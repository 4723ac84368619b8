/**
 * Real worker processes that are killed, stopped and cut off, and a check of what they recorded.
 */
@org.jspecify.annotations.NullMarked
package io.github.checkpointmanager.chaos;
