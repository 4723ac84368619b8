package io.github.checkpointmanager.internal.s3.client;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLSocketFactory;

/**
 * Reaches https endpoints through a proxy that wants user and password. The JDK never sends these
 * with CONNECT unless a property of the whole JVM allows it ({@code
 * jdk.http.auth.tunneling.disabledSchemes}), which a library must not change. So connections are
 * made by plain sockets that ask the proxy for the tunnel themselves; the JDK then puts TLS on top,
 * with the certificate checks of every https connection. Thread-safe.
 *
 * <p>The JDK looks the endpoint's name up before it connects; it needs no answer.
 */
final class TunnelSocketFactory extends SSLSocketFactory {
  private static final Pattern STATUS = Pattern.compile("HTTP/1\\.[01] ([0-9]{3})(?: .*)?");
  private static final int LONGEST_REPLY = 64 * 1024;

  private final HttpProxy proxy;
  private final SSLSocketFactory tls;

  TunnelSocketFactory(HttpProxy proxy, SSLSocketFactory tls) {
    this.proxy = proxy;
    this.tls = tls;
  }

  /** Returns a socket that connects through the proxy. The JDK adds TLS to a plain socket. */
  @Override
  public Socket createSocket() {
    return new TunnelSocket(proxy);
  }

  @Override
  public Socket createSocket(Socket tunnel, String host, int port, boolean autoClose)
      throws IOException {
    return tls.createSocket(tunnel, host, port, autoClose);
  }

  @Override
  public Socket createSocket(String host, int port) throws IOException {
    throw direct();
  }

  @Override
  public Socket createSocket(String host, int port, InetAddress local, int localPort)
      throws IOException {
    throw direct();
  }

  @Override
  public Socket createSocket(InetAddress host, int port) throws IOException {
    throw direct();
  }

  @Override
  public Socket createSocket(InetAddress host, int port, InetAddress local, int localPort)
      throws IOException {
    throw direct();
  }

  private static IOException direct() {
    return new IOException("only connections through the proxy are made");
  }

  @Override
  public String[] getDefaultCipherSuites() {
    return tls.getDefaultCipherSuites();
  }

  @Override
  public String[] getSupportedCipherSuites() {
    return tls.getSupportedCipherSuites();
  }

  /** A connection to an endpoint through a tunnel. Each failure means that nothing was sent. */
  private static final class TunnelSocket extends Socket {
    private final HttpProxy proxy;

    TunnelSocket(HttpProxy proxy) {
      this.proxy = proxy;
    }

    @Override
    public void connect(SocketAddress target) throws IOException {
      connect(target, 0);
    }

    @Override
    public void connect(SocketAddress target, int timeoutMillis) throws IOException {
      try {
        super.connect(new InetSocketAddress(proxy.bareHost(), proxy.port()), timeoutMillis);
        setSoTimeout(timeoutMillis);
        open((InetSocketAddress) target);
        setSoTimeout(0);
      } catch (ConnectException e) {
        close();
        throw e;
      } catch (IOException e) {
        close();
        var unreachable = new ConnectException("no tunnel was opened: " + e.getMessage());
        unreachable.initCause(e);
        throw unreachable;
      }
    }

    private void open(InetSocketAddress target) throws IOException {
      String name = target.getHostString();
      String host = name.contains(":") && !name.startsWith("[") ? "[" + name + "]" : name;
      String authority = host + ":" + target.getPort();
      String request =
          String.format(
              Locale.ROOT,
              "CONNECT %s HTTP/1.1\r\nHost: %s\r\nProxy-Authorization: %s\r\n\r\n",
              authority,
              authority,
              proxy.authorizationHeader().orElseThrow());
      getOutputStream().write(request.getBytes(ISO_8859_1));
      String status = readHead(getInputStream()).split("\r?\n", 2)[0];
      Matcher parsed = STATUS.matcher(status);
      if (!parsed.matches() || !parsed.group(1).startsWith("2")) {
        throw new ConnectException(
            TunnelRefusal.SIGN
                + (parsed.matches() ? ": HTTP " + parsed.group(1) : ": its reply is not HTTP"));
      }
    }

    /** Reads up to the empty line, and no byte of what follows it. */
    private static String readHead(InputStream in) throws IOException {
      var head = new ByteArrayOutputStream();
      int newLines = 0;
      while (newLines < 2) {
        int next = in.read();
        if (next < 0 || head.size() == LONGEST_REPLY) {
          throw new ConnectException(
              TunnelRefusal.SIGN + (next < 0 ? ": it hung up" : ": its reply has no end"));
        }
        head.write(next);
        newLines = next == '\n' ? newLines + 1 : next == '\r' ? newLines : 0;
      }
      return head.toString(ISO_8859_1);
    }
  }
}
