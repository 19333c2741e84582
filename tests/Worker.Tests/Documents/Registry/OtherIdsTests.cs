using Sluice.Worker.Documents.Registry;

namespace Worker.Tests.Documents.Registry;

/// <summary>When an unknown id condemns, by what the registry says of those that it gave before; through the client.</summary>
public sealed class OtherIdsTests : IAsyncDisposable
{
    private const string Given = """{"schema":"\"string\""}""", Unknown = """{"error_code":40403,"message":"Schema not found"}""";

    private static readonly TimeSpan Round = TimeSpan.FromSeconds(7);

    private readonly JumpingTime _time = new();
    private readonly ScriptedServer _server = new();

    [Theory]
    [InlineData(401, """{"error_code":401,"message":"Unauthorized"}""")]
    [InlineData(403, """{"error_code":40301,"message":"denied"}""")]
    [InlineData(500, "")]
    [InlineData(503, "")]
    [InlineData(0, "")]
    public async Task A_registry_that_is_in_trouble_is_not_said_to_have_lost_anything_and_condemns_nothing(int status, string body)
    {
        bool isInTrouble = false;
        _server.AnswerTo = path => path.EndsWith("/7", StringComparison.Ordinal) ? Task.FromResult((404, Unknown))
            : !Volatile.Read(ref isInTrouble) ? Task.FromResult((200, Given))
            : status == 0 ? throw new ScriptedServer.BreakOff()
            : Task.FromResult((status, body));
        using RegistryClient client = Create();
        foreach (int id in new[] { 4, 5 }) await client.GetSchemaAsync(id);
        Volatile.Write(ref isInTrouble, true);
        for (TimeSpan waited = default; waited < 2 * OtherIds.LongestUnknown; waited += OtherIds.LongestUnknown / 4)
        {
            RegistryUnavailableException doubtful =
                await Assert.ThrowsAsync<RegistryUnavailableException>(() => client.GetSchemaAsync(7));
            Assert.DoesNotContain("lost", doubtful.Message, StringComparison.Ordinal);
            Assert.Contains("knows no schema with id 7 ", doubtful.Message, StringComparison.Ordinal);
            Assert.Contains("so it may be in trouble itself", doubtful.Message, StringComparison.Ordinal);
            _time.Advance(OtherIds.LongestUnknown / 4);
        }
    }

    /// <summary>Nobody may wait for ever for a store that is well.</summary>
    [Theory]
    [InlineData(404, Unknown)]
    [InlineData(400, """{"error_code":400,"message":"Could not parse the schema"}""")]
    public async Task Where_all_that_were_given_are_unknown_for_some_minutes_they_count_as_deleted_and_the_next_one_is_condemned(
        int status, string body)
    {
        bool areDeleted = false;
        _server.AnswerTo = path => Task.FromResult(path.EndsWith("/7", StringComparison.Ordinal) ? (status, body)
            : Volatile.Read(ref areDeleted) ? (404, Unknown) : (200, Given));
        using RegistryClient client = Create();
        foreach (int id in new[] { 4, 5 }) await client.GetSchemaAsync(id);
        Volatile.Write(ref areDeleted, true);
        TimeSpan began = _time.Passed;
        SchemaNotFoundException? condemned = null;
        while (condemned is null)
        {
            try
            {
                await client.GetSchemaAsync(7);
            }
            catch (RegistryUnavailableException lost)
            {
                Assert.True(_time.Passed - began < OtherIds.LongestUnknown + Round);
                if (status == 404)
                    Assert.Contains("after 10 minutes of this, and sooner after a restart", lost.Message, StringComparison.Ordinal);
                _time.Advance(Round);
            }
            catch (SchemaNotFoundException found)
            {
                condemned = found;
            }
        }

        Assert.InRange(_time.Passed - began, OtherIds.LongestUnknown, OtherIds.LongestUnknown + (4 * Round));
    }

    [Fact]
    public async Task One_that_is_given_again_meanwhile_ends_the_count()
    {
        bool areLost = true;
        _server.AnswerTo = path => Task.FromResult(path.EndsWith("/7", StringComparison.Ordinal) || (Volatile.Read(ref areLost)
            && _time.Passed > TimeSpan.Zero) ? (404, Unknown) : (200, Given));
        using RegistryClient client = Create();
        await client.GetSchemaAsync(5);
        await Assert.ThrowsAsync<RegistryUnavailableException>(() => client.GetSchemaAsync(7));
        _time.Advance(OtherIds.LongestUnknown - Round);
        Volatile.Write(ref areLost, false);
        await Assert.ThrowsAsync<SchemaNotFoundException>(() => client.GetSchemaAsync(7)); // the registry is well
        Volatile.Write(ref areLost, true);
        _time.Advance(OtherIds.LongestUnknown / 2);
        await Assert.ThrowsAsync<RegistryUnavailableException>(() => client.GetSchemaAsync(7));
    }

    [Fact]
    public async Task What_was_unknown_long_ago_and_not_looked_at_since_does_not_count()
    {
        bool areLost = false;
        _server.AnswerTo = path => Task.FromResult(path.EndsWith("/7", StringComparison.Ordinal) || Volatile.Read(ref areLost)
            ? (404, Unknown) : (200, Given));
        using RegistryClient client = Create();
        await client.GetSchemaAsync(5);
        Volatile.Write(ref areLost, true);
        await Assert.ThrowsAsync<RegistryUnavailableException>(() => client.GetSchemaAsync(7));
        _time.Advance(3 * OtherIds.LongestUnknown);
        await Assert.ThrowsAsync<RegistryUnavailableException>(() => client.GetSchemaAsync(7));
    }

    /// <summary>Its own text is there, and a schema that it refers to is not.</summary>
    [Fact]
    public async Task The_id_in_question_does_not_speak_for_the_registry()
    {
        bool areLost = false;
        _server.AnswerTo = path => Task.FromResult(path switch
        {
            "/schemas/ids/7" => (200, """{"schema":"\"string\"","references":[{"name":"n","subject":"lost","version":1}]}"""),
            "/schemas/ids/5" when !Volatile.Read(ref areLost) => (200, Given),
            _ => (404, Unknown),
        });
        using RegistryClient client = Create();
        await client.GetSchemaAsync(5);
        Volatile.Write(ref areLost, true);
        await Assert.ThrowsAsync<RegistryUnavailableException>(() => client.GetSchemaAsync(7));
        Volatile.Write(ref areLost, false);
        await Assert.ThrowsAsync<SchemaNotFoundException>(() => client.GetSchemaAsync(7));
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private RegistryClient Create() => new(new RegistryOptions
    {
        Url = _server.Address,
        Attempts = 2,
        Timeout = TimeSpan.FromMinutes(5),
        UnknownIdGrace = TimeSpan.FromSeconds(5),
        UnknownIdLifetime = TimeSpan.Zero,
    }, _time);
}
