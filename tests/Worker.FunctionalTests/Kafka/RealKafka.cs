namespace Worker.FunctionalTests.Kafka;

/// <summary>A Kafka broker process for the tests of one class, started by ../shared/kafka/kafka.</summary>
public sealed class RealKafka : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sluice-kafka-").FullName;
    private string? _script;

    public string BootstrapServers { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        _script = SharedInputs.PathOf("kafka/kafka");
        BootstrapServers = await SharedScript.RunAsync(_script, "start", _folder, "1", FreePort.Find(run: 2)); // broker and controller
    }

    public async ValueTask DisposeAsync()
    {
        if (_script is not null)
            await SharedScript.RunAsync(_script, "stop", _folder);
        Directory.Delete(_folder, recursive: true);
    }
}
