/**
 * Test instruments: a proxy that injects faults on the wire, a store that injects them at the port.
 */
@NullMarked
package io.github.checkpointmanager.testing;

import org.jspecify.annotations.NullMarked;
