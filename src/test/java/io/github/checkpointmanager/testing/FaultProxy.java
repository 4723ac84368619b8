package io.github.checkpointmanager.testing;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/**
 * An HTTP/1.1 proxy on loopback in front of a real S3 endpoint, which injects faults on the wire
 * and records every request.
 *
 * <p>{@link #when} adds rules; the first that matches a request and is not used up decides, any
 * other request passes. Requests are forwarded with their {@code Host} header, so that signatures
 * stay valid. It answers {@code Expect: 100-continue} itself. Thread-safe; one thread per
 * connection.
 */
public final class FaultProxy implements AutoCloseable {
  /** Sends one request to the server. */
  @FunctionalInterface
  interface Upstream {
    ProxiedResponse send(ProxiedRequest request) throws IOException;
  }

  /**
   * What became of one request.
   *
   * @param serverStatus empty if the server did not get it or had not answered
   * @param serverHeaders of the server's answer, case-insensitive
   * @param clientStatus empty if the client got no answer, or had not yet
   * @param delivered whether the client was sent a whole answer
   * @param times when
   */
  public record Exchange(
      ProxiedRequest request,
      OptionalInt serverStatus,
      Map<String, String> serverHeaders,
      OptionalInt clientStatus,
      boolean delivered,
      Times times) {}

  /**
   * When a request passed, by {@link System#nanoTime()}, which on Linux is one clock for all
   * processes of a machine.
   *
   * @param arrived from the client
   * @param forwarded just before it was sent to the server
   * @param answered just after the server's answer was there
   */
  public record Times(long arrived, OptionalLong forwarded, OptionalLong answered) {}

  private final URI upstream;
  private final ServerSocket server;
  private final ExecutorService threads =
      Executors.newCachedThreadPool(
          task -> {
            var thread = new Thread(task, "fault-proxy");
            thread.setDaemon(true);
            return thread;
          });
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final List<Rule> rules = new CopyOnWriteArrayList<>();
  private final List<PendingExchange> turns = new CopyOnWriteArrayList<>();
  private final Queue<PendingExchange> late = new ConcurrentLinkedQueue<>();
  private final AtomicInteger ordinals = new AtomicInteger();
  private volatile UnaryOperator<ProxiedResponse> replies = UnaryOperator.identity();

  private FaultProxy(URI upstream, ServerSocket server) {
    this.upstream = upstream;
    this.server = server;
  }

  /** Starts a proxy on a free port of the loopback interface. */
  public static FaultProxy before(URI upstream) throws IOException {
    var proxy =
        new FaultProxy(upstream, new ServerSocket(0, 512, InetAddress.getLoopbackAddress()));
    proxy.threads.execute(proxy::accept);
    return proxy;
  }

  /** Where clients connect to. */
  public URI endpoint() {
    return URI.create("http://127.0.0.1:" + server.getLocalPort());
  }

  /** Begins a rule; it counts once {@link Rule#then} has been called. */
  public Rule when(Predicate<ProxiedRequest> which) {
    return new Rule(which);
  }

  /** Changes every reply on its way to the client, after all rules. */
  public void rewriteReplies(UnaryOperator<ProxiedResponse> change) {
    replies = change;
  }

  /** From now on everything passes. */
  public void clearRules() {
    rules.clear();
  }

  /** Every request so far, in the order of arrival. */
  public List<Exchange> exchanges() {
    return turns.stream().map(PendingExchange::toExchange).toList();
  }

  /** The operations of every request so far, in the order of arrival. */
  public List<ProxiedRequest.Operation> operations() {
    return turns.stream().map(exchange -> exchange.request().operation()).toList();
  }

  /** Forgets the requests so far. */
  public void clearExchanges() {
    turns.clear();
  }

  /**
   * Sends what {@link WireFault#deliverLate()} held back, in order.
   *
   * @return the server's status for each
   */
  public List<Integer> deliverLate() throws IOException {
    var statuses = new ArrayList<Integer>();
    for (PendingExchange next = late.poll(); next != null; next = late.poll()) {
      statuses.add(next.forward().status());
    }
    return statuses;
  }

  /** A fault for some requests; built by {@link #when}. */
  public final class Rule {
    private final Predicate<ProxiedRequest> which;
    private final AtomicInteger seen = new AtomicInteger();
    private int skipped;
    private int times = Integer.MAX_VALUE;
    private WireFault fault = WireFault.pass();

    private Rule(Predicate<ProxiedRequest> which) {
      this.which = which;
    }

    /** Lets the first {@code count} matching requests go on to later rules. */
    public Rule skip(int count) {
      skipped = count;
      return this;
    }

    /** Applies to no more than {@code count} requests. */
    public Rule times(int count) {
      times = count;
      return this;
    }

    public void then(WireFault next) {
      fault = next;
      rules.add(this);
    }

    private boolean takes(ProxiedRequest request) {
      if (!which.test(request)) {
        return false;
      }
      int index = seen.getAndIncrement() - skipped;
      return index >= 0 && index < times;
    }
  }

  private void accept() {
    try {
      while (true) {
        Socket client = server.accept();
        open.add(client);
        threads.execute(() -> serve(client));
      }
    } catch (IOException e) {
      // close() ended it
    }
  }

  private void serve(Socket client) {
    try (client) {
      client.setTcpNoDelay(true);
      var in = new BufferedInputStream(client.getInputStream());
      OutputStream out = client.getOutputStream();
      boolean keep = true;
      while (keep) {
        Optional<ProxiedRequest> request = HttpWire.readRequest(in, out, ordinals::getAndIncrement);
        if (request.isEmpty()) {
          return;
        }
        keep = serve(request.get(), out);
      }
    } catch (IOException e) {
      // the client went away, or the server did: the client sees an ended connection
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      open.remove(client);
    }
  }

  private boolean serve(ProxiedRequest request, OutputStream out)
      throws IOException, InterruptedException {
    var exchange = new PendingExchange(request, this::send, out, late::add, replies);
    turns.add(exchange);
    faultFor(request).handle(exchange);
    return exchange.keepsConnection();
  }

  private WireFault faultFor(ProxiedRequest request) {
    for (Rule rule : rules) {
      if (rule.takes(request)) {
        return rule.fault;
      }
    }
    return WireFault.pass();
  }

  private ProxiedResponse send(ProxiedRequest request) throws IOException {
    try (var socket = new Socket(upstream.getHost(), upstream.getPort())) {
      socket.setTcpNoDelay(true);
      HttpWire.writeRequest(socket.getOutputStream(), request);
      return HttpWire.readResponse(
          new BufferedInputStream(socket.getInputStream()), request.method());
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
    threads.shutdownNow();
    for (Socket socket : open) {
      socket.close();
    }
  }
}
