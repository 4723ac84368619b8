/**
 * What is stored, as values and pure functions: the record, its text form, stage names as keys. A
 * leaf.
 */
@NullMarked
package io.github.checkpointmanager.internal.record;

import org.jspecify.annotations.NullMarked;
