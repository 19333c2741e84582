using Sluice.Worker.Documents.Registry;

namespace Worker.Tests.Documents.Registry;

/// <summary>Which answers for one id condemn its documents, and when; through the client.</summary>
public sealed class SchemaFetchTests : IAsyncDisposable
{
    private const string Given = """{"schema":"\"string\""}""", Unknown = """{"error_code":40403,"message":"Schema not found"}""";
    private const int Attempts = 3;

    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    private readonly JumpingTime _time = new();
    private readonly ScriptedServer _server = new();

    public static TheoryData<int, string> Refusals => new()
    {
        { 400, """{"error_code":400,"message":"Could not parse the schema"}""" },
        { 403, """{"error_code":40301,"message":"User is denied operation Read on the subject"}""" },
        { 404, "" },
        { 404, "<html>no such page</html>" },
        { 404, """{"error_code":404,"message":"HTTP 404 Not Found"}""" },
        { 406, "" },
        { 410, """{"message":"gone"}""" },
        { 422, """{"error_code":42201,"message":"Invalid schema"}""" },
        { 500, """{"error_code":50001,"message":"Error in the backend data store"}""" },
        { 500, "" },
    };

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task An_id_that_is_refused_at_each_attempt_is_condemned_where_others_are_well(int status, string body)
    {
        Refuse(7, status, body);
        using RegistryClient client = Create();

        SchemaNotFoundException failure = await Assert.ThrowsAsync<SchemaNotFoundException>(() => client.GetSchemaAsync(7));
        int asked = Asked(7);
        await Assert.ThrowsAsync<SchemaNotFoundException>(() => client.GetSchemaAsync(7));

        Assert.StartsWith("Schema 7 cannot be used", failure.Message, StringComparison.Ordinal);
        Assert.Contains($"HTTP {status}", failure.Message, StringComparison.Ordinal);
        Assert.Contains("mend that schema in the registry, or write with another one", failure.Message, StringComparison.Ordinal);
        Assert.InRange(asked, Attempts, Attempts + 1);
        Assert.Equal(asked, Asked(7)); // remembered
        Assert.Equal("\"string\"", (await client.GetSchemaAsync(8)).Text);
    }

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task What_is_answered_for_every_id_condemns_none(int status, string body)
    {
        _server.AnswerTo = _ => Task.FromResult((status, body));
        using RegistryClient client = Create();
        await Assert.ThrowsAnyAsync<RegistryUnavailableException>(() => client.GetSchemaAsync(7));
    }

    [Theory]
    [InlineData(302, "")]
    [InlineData(401, """{"error_code":401,"message":"Unauthorized"}""")]
    [InlineData(408, "")]
    [InlineData(429, "")]
    [InlineData(502, "")]
    [InlineData(503, """{"error_code":50302,"message":"leader unknown"}""")]
    [InlineData(504, "")]
    public async Task What_is_of_the_whole_registry_or_will_pass_condemns_no_id(int status, string body)
    {
        Refuse(7, status, body);
        using RegistryClient client = Create();
        await Assert.ThrowsAnyAsync<RegistryUnavailableException>(() => client.GetSchemaAsync(7));
    }

    [Fact]
    public async Task A_registry_that_comes_back_after_the_attempts_gives_the_schema_and_condemns_nothing()
    {
        _server.AnswerTo = path => Task.FromResult(path.EndsWith("/7", StringComparison.Ordinal)
            ? Asked(0) == 0 ? (500, "") : (200, Given)
            : (404, Unknown));
        using RegistryClient client = Create();
        Assert.Equal("\"string\"", (await client.GetSchemaAsync(7)).Text);
    }

    [Fact]
    public async Task A_registry_that_denies_the_unknown_too_is_asked_for_an_id_that_it_has_given()
    {
        const string denied = """{"error_code":40301,"message":"denied"}""";
        _server.AnswerTo = path => Task.FromResult(path.EndsWith("/5", StringComparison.Ordinal) ? (200, Given) : (403, denied));
        using RegistryClient client = Create();
        await Assert.ThrowsAnyAsync<RegistryUnavailableException>(() => client.GetSchemaAsync(7));
        await client.GetSchemaAsync(5);
        await Assert.ThrowsAsync<SchemaNotFoundException>(() => client.GetSchemaAsync(7));
    }

    [Fact]
    public async Task A_registry_that_refuses_what_it_has_given_condemns_nothing_though_it_knows_what_is_unknown()
    {
        bool isDenied = false;
        _server.AnswerTo = path => Task.FromResult(path.EndsWith("/0", StringComparison.Ordinal) ? (404, Unknown)
            : Volatile.Read(ref isDenied) ? (403, """{"error_code":40301,"message":"denied"}""")
            : (200, Given));
        using RegistryClient client = Create();
        await client.GetSchemaAsync(5);
        Volatile.Write(ref isDenied, true);
        await Assert.ThrowsAnyAsync<RegistryUnavailableException>(() => client.GetSchemaAsync(7));
        Volatile.Write(ref isDenied, false);
        Assert.Equal("\"string\"", (await client.GetSchemaAsync(7)).Text);
    }

    [Fact]
    public async Task A_registry_that_no_longer_knows_what_it_has_given_condemns_nothing_that_it_refuses()
    {
        bool isLost = false;
        _server.AnswerTo = path => Task.FromResult(!Volatile.Read(ref isLost) ? (200, Given)
            : path.EndsWith("/7", StringComparison.Ordinal) ? (400, """{"error_code":400,"message":"?"}""") : (404, Unknown));
        using RegistryClient client = Create();
        await client.GetSchemaAsync(5);
        Volatile.Write(ref isLost, true);
        await Assert.ThrowsAnyAsync<RegistryUnavailableException>(() => client.GetSchemaAsync(7));
    }

    [Fact]
    public async Task An_id_that_is_known_after_some_seconds_is_waited_for()
    {
        _server.AnswerTo = _ => Task.FromResult(_time.Passed < TimeSpan.FromSeconds(3) ? (404, Unknown) : (200, Given));
        using RegistryClient client = Create();
        Assert.Equal("\"string\"", (await client.GetSchemaAsync(7)).Text);
        Assert.InRange(_time.Passed, TimeSpan.FromSeconds(3), Grace);
    }

    [Fact]
    public async Task An_id_that_stays_unknown_is_condemned_after_its_grace_and_at_once_the_next_time()
    {
        _server.AnswerTo = _ => Task.FromResult((404, Unknown));
        using RegistryClient client = Create();

        SchemaNotFoundException failure = await Assert.ThrowsAsync<SchemaNotFoundException>(() => client.GetSchemaAsync(7));
        Assert.Contains("knows no schema with id 7 ", failure.Message, StringComparison.Ordinal);
        Assert.EndsWith("It was asked for again for 5 s (Sluice:Registry:UnknownIdGrace).", failure.Message, StringComparison.Ordinal);
        Assert.Equal(Grace, _time.Passed);
        int asked = Asked(7);
        Assert.InRange(asked, 3, 10);

        _time.Advance(TimeSpan.FromSeconds(16)); // its lifetime as an unknown one
        await Assert.ThrowsAsync<SchemaNotFoundException>(() => client.GetSchemaAsync(7));
        Assert.Equal((asked + 1, Grace + TimeSpan.FromSeconds(16)), (Asked(7), _time.Passed));
    }

    [Fact]
    public async Task An_id_that_was_refused_before_is_condemned_without_waiting_the_next_time()
    {
        Refuse(7, 500, "");
        using RegistryClient client = Create();
        await Assert.ThrowsAsync<SchemaNotFoundException>(() => client.GetSchemaAsync(7));
        (int asked, TimeSpan passed) = (Asked(7), _time.Passed);

        _time.Advance(TimeSpan.FromSeconds(16));
        await Assert.ThrowsAsync<SchemaNotFoundException>(() => client.GetSchemaAsync(7));
        Assert.Equal((asked + 2, passed + TimeSpan.FromSeconds(16)), (Asked(7), _time.Passed));
    }

    [Fact]
    public async Task Ids_that_somebody_made_up_are_asked_for_a_few_at_a_time()
    {
        const int Ids = 3 * RegistryHttp.MostAtOnce;
        TaskCompletionSource all = new(TaskCreationOptions.RunContinuationsAsynchronously);
        using HttpClient stranger = new();
        int now = 0, most = 0;
        _server.AnswerTo = async path =>
        {
            if (path == "/stranger") return (200, "");
            int here = Interlocked.Increment(ref now);
            InterlockedMax(ref most, here);
            if (here == RegistryHttp.MostAtOnce)
            {
                // While a stranger is served ten times, others would have come too.
                for (int i = 0; i < 10; i++) await stranger.GetStringAsync(new Uri(_server.Address + "stranger"));
                all.TrySetResult();
            }

            await all.Task;
            Interlocked.Decrement(ref now);
            return (200, Given);
        };
        using RegistryClient client = Create();
        await Task.WhenAll(Enumerable.Range(1, Ids).Select(id => client.GetSchemaAsync(id))).WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal(RegistryHttp.MostAtOnce, most);
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private static void InterlockedMax(ref int most, int value)
    {
        for (int seen = most; value > seen; seen = most)
            if (Interlocked.CompareExchange(ref most, value, seen) == seen) return;
    }

    private void Refuse(int id, int status, string body) => _server.AnswerTo = path => Task.FromResult(
        path.EndsWith($"/{id}", StringComparison.Ordinal) ? (status, body)
        : path.EndsWith("/0", StringComparison.Ordinal) ? (404, Unknown)
        : (200, Given));

    private int Asked(int id) => _server.Paths.Count(path => path == $"/schemas/ids/{id}");

    private RegistryClient Create() => new(new RegistryOptions
    {
        Url = _server.Address,
        Attempts = Attempts,
        RetryDelay = TimeSpan.FromMilliseconds(400),
        Timeout = TimeSpan.FromMinutes(5),
        UnknownIdGrace = Grace,
    }, _time);
}
