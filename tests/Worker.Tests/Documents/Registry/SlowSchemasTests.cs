using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Sluice.Worker.Documents;
using Sluice.Worker.Documents.Registry;

namespace Worker.Tests.Documents.Registry;

/// <summary>What takes long, and what is kept.</summary>
public sealed class SlowSchemasTests : IAsyncDisposable
{
    private const string Unknown = """{"error_code":40403,"message":"Schema not found"}""";

    private const string Schema =
        """{"schema":"{\"type\":\"record\",\"name\":\"R\",\"fields\":[{\"name\":\"text\",\"type\":\"string\"}]}"}""";

    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(30);

    private readonly Pauseless _time = new();
    private readonly ScriptedServer _server = new(), _stranger = new();
    private readonly HttpClient _http = new();

    [Fact]
    public async Task References_of_which_each_comes_in_time_condemn_their_schema_as_one_that_hangs()
    {
        _server.AnswerTo = path =>
        {
            if (path.EndsWith("/ids/0", StringComparison.Ordinal)) return Task.FromResult((404, Unknown));
            int next = path.EndsWith("/ids/7", StringComparison.Ordinal) ? 0 : Number(path) + 1;
            if (next > 0) _time.Advance(TimeSpan.FromSeconds(8));
            string references = $$"""[{"name":"n{{next}}","subject":"s{{next}}","version":1}]""";
            return Task.FromResult((200, $$"""{"schema":"\"int\"","references":{{references}}}"""));
        };
        using RegistryClient client = Create();

        SchemaNotFoundException slow = await Assert.ThrowsAsync<SchemaNotFoundException>(() => client.GetSchemaAsync(7).WaitAsync(Bound));

        Assert.Contains("did not give schema 7 with all that it refers to within 10 s; it was asked for version 1 of the subject \"s1\", "
            + "number 2 of those that it refers to", slow.Message, StringComparison.Ordinal);
        Assert.Equal((1, 3), (slow.TimesHung, _server.Paths.Count(path => path.EndsWith("/ids/7", StringComparison.Ordinal))));
        Assert.Equal(3 + 2 + 2, _server.Paths.Count(path => path.StartsWith("/subjects/", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task An_id_that_hangs_again_and_again_is_asked_for_less_and_less_while_nobody_waits()
    {
        _server.AnswerTo = path =>
        {
            if (path.EndsWith("/7", StringComparison.Ordinal)) _time.Advance(TimeSpan.FromSeconds(11)); // longer than a request may take
            return Task.FromResult((404, Unknown));
        };
        using RegistryClient client = Create();
        SchemaNotFoundException first = await Assert.ThrowsAsync<SchemaNotFoundException>(() => client.GetSchemaAsync(7).WaitAsync(Bound));
        Assert.Equal(1, first.TimesHung);
        foreach (int times in new[] { 2, 3 })
        {
            int asked = _server.Requests;
            _time.Advance(TimeSpan.FromSeconds(14) * (times - 1)); // 15 s, then 30 s
            Assert.Equal(times - 1, TimesHung(client));
            Assert.Equal(asked, _server.Requests);
            _time.Advance(TimeSpan.FromSeconds(2));
            int seen = TimesHung(client); // nobody waits
            for (int i = 0; seen < times && i < 10_000; i++)
            {
                await AwaitStrangerAsync();
                seen = TimesHung(client);
            }

            Assert.Equal(times, seen);
        }
    }

    [Fact]
    public async Task A_text_is_not_kept_once_it_is_compiled()
    {
        _server.AnswerTo = _ => Task.FromResult((200, Schema));
        using RegistryClient client = Create();
        AvroFormat format = FormatOf(client, _time);
        byte[] value = [0, 0, 0, 0, 7, 2, (byte)'x'];
        for (int i = 0; i < 3; i++)
            await format.PrepareAsync([], value, CancellationToken.None).AsTask().WaitAsync(Bound);
        Assert.Equal(1, _server.Requests);
        await client.GetSchemaAsync(7).WaitAsync(Bound);
        Assert.Equal(2, _server.Requests);
    }

    [Fact]
    public async Task A_schema_that_is_waited_for_is_told()
    {
        TaskCompletionSource<(int, string)> answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _server.AnswerTo = _ => answer.Task;
        FakeTimeProvider time = new();
        Lines<RegistryClient> lines = new();
        using RegistryClient client = new(Options() with { Timeout = TimeSpan.FromMinutes(5) }, time, logger: lines);
        AvroFormat format = FormatOf(client, time);
        Task<Rejection?> prepared =
            format.PrepareAsync([], new byte[] { 0, 0, 0, 0, 7, 2, (byte)'x' }, CancellationToken.None).AsTask();
        time.Advance(RegistryClient.Quiet);
        for (int i = 0; i < 10_000 && lines.Seen.Count == 0; i++) await AwaitStrangerAsync();
        Assert.StartsWith("Documents of schema 7 wait and nothing is lost: The registry has given neither it", lines.Seen[0],
            StringComparison.Ordinal);
        answer.SetResult((200, Schema));
        Assert.Null(await prepared.WaitAsync(Bound));
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _server.DisposeAsync();
        await _stranger.DisposeAsync();
    }

    private static int Number(string path) => int.Parse(path.Split('/')[2][1..], CultureInfo.InvariantCulture);

    private static int TimesHung(RegistryClient client) =>
        Assert.IsType<SchemaNotFoundException>(client.GetSchemaAsync(7).Exception?.InnerException).TimesHung;

    private Task<string> AwaitStrangerAsync() => _http.GetStringAsync(new Uri(_stranger.Address));

    private static AvroFormat FormatOf(RegistryClient client, TimeProvider time) =>
        new(client, new InputOptions { TextFields = ["text"] }, new OutputOptions(), time, NullLogger<AvroFormat>.Instance);

    private RegistryClient Create() => new(Options(), _time);

    private RegistryOptions Options() => new() { Url = _server.Address, Attempts = 2, Timeout = TimeSpan.FromSeconds(10) };

    /// <summary>Pauses end at once and take no time, and what is longer comes when the test says so.</summary>
    private sealed class Pauseless : FakeTimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            dueTime >= TimeSpan.Zero && dueTime < TimeSpan.FromSeconds(5)
                ? System.CreateTimer(callback, state, TimeSpan.Zero, period)
                : base.CreateTimer(callback, state, dueTime, period);
    }
}
