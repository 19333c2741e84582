using Microsoft.Extensions.Time.Testing;
using Sluice.Worker.Documents.Registry;

namespace Worker.Tests.Documents.Registry;

/// <summary>Which answers for one id condemn its documents, and when; through the client.</summary>
public sealed class SchemaFetchTests : IAsyncDisposable
{
    private const string Given = """{"schema":"\"string\""}""", Unknown = """{"error_code":40403,"message":"Schema not found"}""";
    private const int Attempts = 3;

    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1), Bound = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    private readonly JumpingTime _time = new();
    private readonly ScriptedServer _server = new();

    public static TheoryData<int, string> Refusals => new()
    {
        { 204, "" },
        { 302, "" },
        { 401, """"{"error_code":401,"message":"Unauthorized for this subject"}"""" },
        { 429, "" },
        { 400, """{"error_code":400,"message":"Could not parse the schema"}""" },
        { 403, """{"error_code":40301,"message":"User is denied operation Read on the subject"}""" },
        { 404, "" },
        { 404, "<html>no such page</html>" },
        { 404, """{"error_code":404,"message":"HTTP 404 Not Found"}""" },
        { 406, "" },
        { 410, """{"message":"gone"}""" },
        { 422, """{"error_code":42201,"message":"Invalid schema"}""" },
        { 408, "" },
        { 500, """{"error_code":50001,"message":"Error in the backend data store"}""" },
        { 500, "" },
        { 502, "" },
        { 503, """{"error_code":50302,"message":"leader unknown"}""" },
        { 504, "<html>gateway</html>" },
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
        Assert.EndsWith($"; {failure.WayOut!.Words}.", failure.Message, StringComparison.Ordinal);
        bool mayPass = status is 408 or 429 or >= 502;
        Assert.Equal(mayPass ? 2 * Attempts : status >= 500 ? Attempts + 1 : Attempts, asked);
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

    [Fact]
    public async Task An_id_at_which_the_registry_breaks_off_is_condemned_where_others_are_well()
    {
        _server.AnswerTo = path => path.EndsWith("/7", StringComparison.Ordinal) ? throw new ScriptedServer.BreakOff()
            : Task.FromResult(path.EndsWith("/0", StringComparison.Ordinal) ? (404, Unknown) : (200, Given));
        using RegistryClient client = Create();
        SchemaNotFoundException failure = await Assert.ThrowsAsync<SchemaNotFoundException>(() => client.GetSchemaAsync(7));
        Assert.Contains(" does not answer GET schemas/ids/7: ", failure.Message, StringComparison.Ordinal);
        Assert.Equal("\"string\"", (await client.GetSchemaAsync(8)).Text);
    }

    [Fact]
    public async Task One_of_two_replicas_that_is_down_condemns_nothing()
    {
        int asked = 0;
        _server.AnswerTo = path => Task.FromResult(path.EndsWith("/0", StringComparison.Ordinal) ? (404, Unknown)
            : Interlocked.Increment(ref asked) < 2 * Attempts ? (503, "") : (200, Given));
        using RegistryClient client = Create();
        Assert.Equal("\"string\"", (await client.GetSchemaAsync(7)).Text);
        Assert.Equal(2 * Attempts, Asked(7));
        Assert.Equal(Attempts, Asked(0)); // once before each more
    }

    [Fact]
    public async Task An_id_of_which_the_registry_says_it_will_pass_waits_where_another_is_not_answered_each_time()
    {
        _server.AnswerTo = path => Task.FromResult(path.EndsWith("/0", StringComparison.Ordinal) && Asked(0) == 1 ? (404, Unknown)
            : (503, ""));
        using RegistryClient client = Create();
        await Assert.ThrowsAnyAsync<RegistryUnavailableException>(() => client.GetSchemaAsync(7));
        Assert.Equal((Attempts + 1, 2), (Asked(7), Asked(0)));
    }

    [Fact]
    public async Task An_id_that_was_given_and_deleted_since_does_not_speak_for_the_registry_while_another_is_there()
    {
        bool isDeleted = false;
        _server.AnswerTo = path => Task.FromResult(path.EndsWith("/7", StringComparison.Ordinal) ? (400, "")
            : path.EndsWith("/6", StringComparison.Ordinal) && Volatile.Read(ref isDeleted) ? (404, Unknown)
            : (200, Given));
        using RegistryClient client = Create();
        await client.GetSchemaAsync(5);
        await client.GetSchemaAsync(6);
        Volatile.Write(ref isDeleted, true);
        await Assert.ThrowsAsync<SchemaNotFoundException>(() => client.GetSchemaAsync(7));
        Assert.Equal((2, 2), (Asked(5), Asked(6))); // the newest was asked for first
    }

    [Fact]
    public async Task Of_ids_that_were_given_the_last_eight_are_asked_for_and_two_without_an_answer_are_enough()
    {
        bool isSilent = false, isDeleted = false;
        _server.AnswerTo = path => Task.FromResult(path.EndsWith("/7", StringComparison.Ordinal) ? (400, "")
            : Volatile.Read(ref isSilent) ? (503, "")
            : Volatile.Read(ref isDeleted) ? (404, Unknown) : (200, Given));
        using RegistryClient client = Create();
        for (int id = 100; id < 110; id++) await client.GetSchemaAsync(id);
        Volatile.Write(ref isDeleted, true);
        await Assert.ThrowsAnyAsync<RegistryUnavailableException>(() => client.GetSchemaAsync(7));
        Assert.Equal([1, 1, .. Enumerable.Repeat(2, 8)], Enumerable.Range(100, 10).Select(Asked));
        Volatile.Write(ref isSilent, true);
        await Assert.ThrowsAnyAsync<RegistryUnavailableException>(() => client.GetSchemaAsync(7));
        Assert.Equal([1, 1, .. Enumerable.Repeat(2, 6), 3, 3], Enumerable.Range(100, 10).Select(Asked));
    }

    [Fact]
    public async Task A_registry_that_lost_what_it_has_given_condemns_nothing_that_it_does_not_know()
    {
        bool isLost = false;
        _server.AnswerTo = _ => Task.FromResult(Volatile.Read(ref isLost) ? (404, Unknown) : (200, Given));
        using RegistryClient client = Create();
        await client.GetSchemaAsync(5);
        Volatile.Write(ref isLost, true);
        RegistryUnavailableException lost =
            await Assert.ThrowsAnyAsync<RegistryUnavailableException>(() => client.GetSchemaAsync(7));
        Assert.Contains("lost what it had", lost.Message, StringComparison.Ordinal);
        Volatile.Write(ref isLost, false);
        Assert.Equal("\"string\"", (await client.GetSchemaAsync(7)).Text);
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
        const int Ids = 3 * RequestTurns.MostAtOnce;
        TaskCompletionSource all = new(TaskCreationOptions.RunContinuationsAsynchronously);
        using HttpClient stranger = new();
        int now = 0, most = 0;
        _server.AnswerTo = async path =>
        {
            if (path == "/stranger") return (200, "");
            int here = Interlocked.Increment(ref now);
            InterlockedMax(ref most, here);
            if (here == RequestTurns.MostAtOnce)
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
        Assert.Equal(RequestTurns.MostAtOnce, most);
    }

    [Fact]
    public async Task Ids_that_hang_hold_up_no_other_once_they_ran_out_of_time()
    {
        TimeSpan timeout = TimeSpan.FromMinutes(5);
        FakeTimeProvider time = new();
        TaskCompletionSource all = new(TaskCreationOptions.RunContinuationsAsynchronously);
        using HttpClient stranger = new();
        int begun = 0;
        _server.AnswerTo = async path =>
        {
            if (!path.Contains("/ids/10", StringComparison.Ordinal)) return (200, Given);
            Interlocked.Increment(ref begun);
            await all.Task;
            return (200, Given);
        };
        using RegistryClient client =
            new(new RegistryOptions { Url = _server.Address, Attempts = 2, RetryDelay = Second, Timeout = timeout }, time);
        Task[] slow = [.. Enumerable.Range(100, RequestTurns.MostAtOnce).Select(id => client.GetSchemaAsync(id))];
        await ServeUntilAsync(RequestTurns.MostAtOnce); // each has a place
        Task<RegisteredSchema> other = client.GetSchemaAsync(9);
        time.Advance(timeout); // they have run out of time
        Assert.Equal("\"string\"", (await other.WaitAsync(Bound)).Text);
        await ServeUntilAsync(RequestTurns.MostAtOnce * 3 / 2); // asked for again, with half of the places
        for (int i = 0; i < 60; i++) await ServeAsync(Second); // meanwhile the others would have come, too
        Assert.Equal(RequestTurns.MostAtOnce * 3 / 2, Volatile.Read(ref begun));
        Assert.Equal("\"string\"", (await client.GetSchemaAsync(999).WaitAsync(Bound)).Text);
        all.SetResult();
        await ServeUntilAsync(RequestTurns.MostAtOnce * 2);
        await Task.WhenAll(slow).WaitAsync(Bound);

        async Task ServeUntilAsync(int count)
        {
            for (int i = 0; i < 5_000 && Volatile.Read(ref begun) < count; i++) await ServeAsync(TimeSpan.FromMilliseconds(10));
        }

        async Task ServeAsync(TimeSpan step)
        {
            time.Advance(step);
            await stranger.GetStringAsync(new Uri(_server.Address + "stranger"));
        }
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
