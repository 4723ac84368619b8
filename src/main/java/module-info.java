/**
 * Checkpoints for pipeline stages, kept as S3 objects.
 *
 * <p>Everything under {@code internal} and {@code cli} is not exported and may change at any time.
 * Libraries of optional parts are {@code requires static}: a part works when its library is there.
 */
@SuppressWarnings({
  "requires-automatic",
  "requires-transitive-automatic"
}) // the SDK has no descriptors
module io.github.checkpointmanager {
  requires static transitive org.jspecify;
  requires org.slf4j;
  requires transitive software.amazon.awssdk.services.s3;
  requires software.amazon.awssdk.auth;
  requires software.amazon.awssdk.awscore;
  requires software.amazon.awssdk.core;
  requires software.amazon.awssdk.http;
  requires software.amazon.awssdk.http.urlconnection;
  requires software.amazon.awssdk.profiles;
  requires software.amazon.awssdk.regions;
  requires software.amazon.awssdk.retries;
  requires software.amazon.awssdk.retries.api;
  requires software.amazon.awssdk.utils;

  // payload
  requires static com.fasterxml.jackson.databind;

  // cli, which runs on the class path
  requires static info.picocli;
  requires static me.tongfei.progressbar;
  requires static org.apache.commons.csv;
  requires static org.jline.terminal;
  requires static org.snakeyaml.engine;

  exports io.github.checkpointmanager;
  exports io.github.checkpointmanager.payload;
  exports io.github.checkpointmanager.pipeline;
  exports io.github.checkpointmanager.pipeline.rollback;
  exports io.github.checkpointmanager.pipeline.s3;
  exports io.github.checkpointmanager.store;
  exports io.github.checkpointmanager.store.file;
  exports io.github.checkpointmanager.store.memory;
  exports io.github.checkpointmanager.store.s3;

  uses io.github.checkpointmanager.store.StoreProvider;

  provides io.github.checkpointmanager.store.StoreProvider with
      io.github.checkpointmanager.store.file.FileStore.Provider,
      io.github.checkpointmanager.store.memory.MemoryStore.Provider,
      io.github.checkpointmanager.store.s3.S3CheckpointStore.Provider;
}
