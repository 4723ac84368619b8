/** What the command prints: results, messages, errors, tables and JSON, and its exit codes. */
@NullMarked
package io.github.checkpointmanager.cli.output;

import org.jspecify.annotations.NullMarked;
