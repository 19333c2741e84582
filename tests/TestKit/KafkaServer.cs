using System.Globalization;

namespace TestKit;

/// <summary>A Kafka broker without a container: the one that <c>SLUICE_TEST_KAFKA</c> names, else one of the shared folder's script.
/// </summary>
internal sealed class KafkaServer : IAsyncDisposable
{
    private readonly ServerScript? _script;

    private KafkaServer(string bootstrapServers, ServerScript? script) => (BootstrapServers, _script) = (bootstrapServers, script);

    public string BootstrapServers { get; }

    /// <summary>Whether it was started here: it may be killed, and its topics need not be deleted.</summary>
    public bool IsOurs => _script is not null;

    /// <summary>The broker's process; null where it was not started here.</summary>
    public int? ProcessId => _script is null
        ? null
        : int.Parse(File.ReadAllText(Path.Combine(_script.Folder, "1", "pid")), CultureInfo.InvariantCulture);

    /// <summary>Starts a cluster of the shared folder's script, of its own, for faults that take several brokers or other settings.
    /// </summary>
    /// <param name="brokers">1, or 3, so that two are enough to go on.</param>
    /// <param name="properties">The brokers' further settings, a line each, by the first port; the one after all of theirs is free.</param>
    /// <returns>The cluster; null, and why as part of a sentence, where there is no script.</returns>
    public static async Task<(KafkaServer? Server, string Why)> StartClusterAsync(int brokers, Func<int, string>? properties = null)
    {
        ServerScript? script = ServerScript.Find("kafka/kafka", ["java", "xz"], out string noScript);
        return script is null ? (null, noScript) : (await StartAsync(script, brokers, properties), "");
    }

    /// <summary>Finds the one that is named, or starts one of a single node.</summary>
    /// <returns>The broker; null, and why as part of a sentence, where there is neither.</returns>
    public static async Task<(KafkaServer? Server, string Why)> StartAsync()
    {
        if (Environment.GetEnvironmentVariable("SLUICE_TEST_KAFKA") is { Length: > 0 } given) return (new KafkaServer(given, null), "");
        ServerScript? script = ServerScript.Find("kafka/kafka", ["java", "xz"], out string noScript);
        if (script is null) return (null, $"SLUICE_TEST_KAFKA names no broker, {noScript}");
        return (await StartAsync(script, 1), "");
    }

    private static async Task<KafkaServer> StartAsync(ServerScript script, int brokers, Func<int, string>? properties = null)
    {
        try
        {
            string port = FreePort.Find(run: (2 * brokers) + 1); // brokers and controllers
            if (properties is not null)
                script.Variables["KAFKA_PROPERTIES"] = properties(int.Parse(port, CultureInfo.InvariantCulture));
            return new KafkaServer(await script.RunAsync("start", $"{brokers}", port), script);
        }
        catch
        {
            script.Dispose();
            throw;
        }
    }

    /// <summary>SIGKILL: a crash. Only where <see cref="IsOurs"/>.</summary>
    public Task KillAsync(int broker = 1) => _script!.RunAsync("kill", $"{broker}");

    /// <summary>SIGTERM: a shutdown after which the broker trusts its log as it lies. Only where <see cref="IsOurs"/>.</summary>
    public Task TermAsync() => _script!.RunAsync("term", "1");

    /// <summary>Where the broker keeps a partition. Only where <see cref="IsOurs"/>.</summary>
    public string FolderOf(string topic, int partition) => Path.Combine(_script!.Folder, "1", "log", $"{topic}-{partition}");

    /// <summary>Starts the broker again on its old log. Only where <see cref="IsOurs"/>.</summary>
    public Task UpAsync(int broker = 1) => _script!.RunAsync("up", $"{broker}");

    /// <summary>Runs one of Kafka's own tools, and gives what it printed. Only where <see cref="IsOurs"/>.</summary>
    /// <param name="arguments">Its class below org.apache.kafka.tools, and what it is told.</param>
    public Task<string> ToolAsync(params string[] arguments) => _script!.RunAsync("tool", arguments);

    public async ValueTask DisposeAsync()
    {
        if (_script is null) return;
        await _script.RunAsync("stop");
        _script.Dispose();
    }
}
