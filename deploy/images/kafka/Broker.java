package causeway;

import java.nio.file.Files;
import java.nio.file.Path;
import kafka.Kafka;
import kafka.tools.StorageTool;
import sun.misc.Signal;

/**
 * A Kafka broker of its own kind in one process: writes its configuration, formats its storage at the first start, and becomes the broker. There is
 * neither a shell nor a second Java in its image.
 *
 * <p>KAFKA_ADVERTISED is host:port as clients reach it; KAFKA_LISTEN where it listens; KAFKA_DATA the folder that keeps its data.
 */
public final class Broker {
  private static final Path TEMPLATE = Path.of("/opt/kafka/server.properties");
  // Never told apart from another one: every such broker is a cluster by itself.
  private static final String CLUSTER_ID = "Q2F1c2V3YXktYnJva2VyMQ";

  public static void main(String[] arguments) throws Exception {
    final Path folder = Path.of(variable("KAFKA_DATA", "/var/lib/causeway"));
    final Path configuration = folder.resolve("server.properties");
    Files.writeString(configuration, Files.readString(TEMPLATE)
        .replace("$data", folder.resolve("data").toString())
        .replace("$listen", variable("KAFKA_LISTEN", "0.0.0.0:9092"))
        .replace("$advertised", variable("KAFKA_ADVERTISED", "127.0.0.1:9092"))
        .replace("$controller_port", "9093"));
    final int formatted = StorageTool.execute(
        new String[] {"format", "--ignore-formatted", "-t", CLUSTER_ID, "-c", configuration.toString()}, System.out);
    if (formatted != 0) System.exit(formatted);
    // Told to end, it has succeeded: a Java would end with 143 else, which Kubernetes calls an error. Kafka's own handler passes the signal on.
    Signal.handle(new Signal("TERM"), signal -> System.exit(0));
    Kafka.main(new String[] {configuration.toString()});
  }

  private static String variable(String name, String otherwise) {
    final String value = System.getenv(name);
    return value == null || value.isEmpty() ? otherwise : value;
  }
}
