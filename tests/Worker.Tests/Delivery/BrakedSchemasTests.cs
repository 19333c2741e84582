using Microsoft.Extensions.Hosting.Internal;
using Microsoft.Extensions.Logging.Abstractions;
using Sluice.Worker.Configuration;
using Sluice.Worker.Delivery;
using Sluice.Worker.Documents;
using Sluice.Worker.Documents.Registry;
using Sluice.Worker.Faults;
using Sluice.Worker.InFlight;
using Sluice.Worker.Kafka;
using Worker.Tests.Documents.Registry;

namespace Worker.Tests.Delivery;

/// <summary>What the brake blames where the one schema of a topic cannot be had while the registry answers for others.</summary>
public sealed class BrakedSchemasTests : IAsyncDisposable
{
    private const int Window = 20;

    private readonly JumpingTime _time = new();
    private readonly ScriptedServer _server = new();
    private readonly PipelineFailure _failure = new(new ApplicationLifetime(NullLogger<ApplicationLifetime>.Instance), new Redaction([]),
        NullLogger<PipelineFailure>.Instance);

    [Theory]
    [InlineData(200, 5000, "The setting that is likely wrong: Sluice:Registry:MaxAnswerBytes is 2048. ",
        "with more than Sluice:Registry:MaxAnswerBytes (2048). The header __value_schema_id names it. What to do: raise "
        + "Sluice:Registry:MaxAnswerBytes, or have the producer write with a smaller schema. ")]
    [InlineData(403, 0, "The setting that is likely wrong: Sluice:Registry:User is not set. ",
        "What to do: give the worker's user in the registry (Sluice:Registry:User) the right to read that schema, ")]
    [InlineData(404, 0, "The setting that is likely wrong: Sluice:Registry:Url is 'http",
        "What to do: see that Sluice:Registry:Url is the base ")]
    [InlineData(400, 0, "No setting seems wrong. ", "What to do: mend that schema in the registry, or write with another one, ")]
    [InlineData(503, 0, "No setting seems wrong. ", "failed on GET schemas/ids/7: HTTP 503: 0 bytes that are no answer of a schema "
        + "registry. The header __value_schema_id names it. What to do: mend that schema in the registry, or write with another one, ")]
    [InlineData(0, 0, "No setting seems wrong. ",
        "What to do: mend that schema in the registry, or write with another one, ")] // breaks off
    public async Task It_names_the_setting_that_mends_it_and_asks_nobody_whether_the_registry_runs(int status, int length, string setting,
        string words)
    {
        _server.AnswerTo = path => !path.EndsWith("/7", StringComparison.Ordinal)
            ? Task.FromResult((404, """{"error_code":40403,"message":"Schema not found"}"""))
            : status == 0 ? throw new ScriptedServer.BreakOff()
            : Task.FromResult((status, new string('x', length)));
        RegistryOptions registry = new() { Url = _server.Address, Attempts = 2, Timeout = TimeSpan.FromMinutes(5), MaxAnswerBytes = 2048 };
        using RegistryClient client = new(registry, _time);
        AvroFormat format = new(client, new InputOptions { TextFields = ["text"] }, new OutputOptions(), _time,
            NullLogger<AvroFormat>.Instance);
        Rejection rejection = (await format.PrepareAsync([new RecordHeader(SchemaFrame.Header, [0, 0, 0, 0, 7])], new byte[1],
            TestContext.Current.CancellationToken))!;
        Assert.Equal(RejectionReason.UnknownSchema, rejection.Reason);

        Reject(rejection, registry);
        string stopped = Assert.IsType<MassRejectionException>(_failure.First).Message;
        Assert.Contains(setting, stopped, StringComparison.Ordinal);
        Assert.Contains(words, stopped, StringComparison.Ordinal);
        Assert.DoesNotContain("Is it running", stopped, StringComparison.Ordinal);
        Assert.DoesNotContain("attempt", stopped, StringComparison.Ordinal);
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private void Reject(Rejection rejection, RegistryOptions registry)
    {
        InFlightRecords records = new(new InFlightLimits(100, 100_000, 100_000), TimeProvider.System);
        LikelySetting likely = new(new InputOptions(), registry, new ModelOptions(), new KafkaOptions());
        RejectionBrake brake = new(new DeadLetterOptions { BrakeWindow = Window }, new PipelineOptions(), records, likely, _failure, _time,
            NullLogger<RejectionBrake>.Instance);
        DeadLetters deadLetters = new(new KafkaOptions(), Partitionings.ByKey, new DeadLetterOptions());
        for (int i = 0; i < Window; i++)
        {
            records.Enter(new InboundRecord(new SourcePartition("mails", 0), i, null, [0], [], null));
            Assert.True(records.ToDecode.TryRead(out SourceRecord record));
            Assert.True(brake.TryHold(deadLetters.Of(record.Envelope, [0], rejection)));
        }
    }
}
