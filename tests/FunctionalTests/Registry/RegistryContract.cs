using Sluice.Worker.Documents.Registry;

namespace FunctionalTests.Registry;

/// <summary>What the worker relies on in a registry; the same list for the embedded one and a real one.</summary>
public abstract class RegistryContract : IAsyncLifetime
{
    private const string Mail = """{"type":"record","name":"Mail","namespace":"org.example","fields":[{"name":"body","type":"string"}]}""";
    private const string Note = """{"type":"record","name":"Note","namespace":"org.example","fields":["""
        + """{"name":"text","type":["null","string"],"default":null}]}""";

    private const string MoreThanMail = """{"type":"record","name":"Mail","namespace":"org.example","fields":["""
        + """{"name":"body","type":"string"},{"name":"to","type":"string","default":""}]}""";

    private readonly string _subject = $"contract-{Guid.NewGuid():N}-value";
    private RegistryClient _client = null!;

    public async ValueTask InitializeAsync() =>
        _client = new RegistryClient(new RegistryOptions { Url = await StartAsync(), Attempts = 3, UnknownIdGrace = TimeSpan.Zero });

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await StopAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task A_registered_schema_is_found_by_its_id()
    {
        int id = await _client.RegisterAsync(_subject, Mail);

        Assert.True(id > 0);
        Assert.True(JsonEqual(Mail, (await _client.GetSchemaAsync(id)).Text));
    }

    [Fact]
    public async Task The_latest_version_of_a_subject_is_the_one_that_was_registered_last()
    {
        Assert.Contains("code 40401", (await Assert.ThrowsAsync<RegistryRefusedException>(() =>
            _client.GetLatestAsync(_subject))).Message, StringComparison.Ordinal);
        await _client.RegisterAsync(_subject, Mail);
        int id = await _client.RegisterAsync(_subject, MoreThanMail);
        SubjectVersion latest = await _client.GetLatestAsync(_subject);
        Assert.Equal((id, 2), (latest.Id, latest.Version));
        Assert.True(JsonEqual(MoreThanMail, latest.Schema.Text));
    }

    [Fact]
    public async Task Registering_twice_gives_the_same_id_also_under_another_subject()
    {
        int id = await _client.RegisterAsync(_subject, Mail);
        using var stranger = new RegistryClient(new RegistryOptions { Url = Url });

        Assert.Equal(id, await stranger.RegisterAsync(_subject, Mail));
        Assert.Equal(id, await stranger.RegisterAsync("other-" + _subject, Mail));
    }

    [Fact]
    public async Task Another_schema_has_another_id()
    {
        int mail = await _client.RegisterAsync(_subject, Mail);

        Assert.NotEqual(mail, await _client.RegisterAsync("note-" + _subject, Note));
    }

    [Fact]
    public async Task A_schema_is_looked_up_where_it_was_registered_and_nowhere_else()
    {
        int id = await _client.RegisterAsync(_subject, Mail);

        Assert.Equal(id, await _client.LookUpAsync(_subject, Mail));
        Assert.Contains("code 40403", (await Assert.ThrowsAsync<RegistryRefusedException>(() =>
            _client.LookUpAsync(_subject, Note))).Message, StringComparison.Ordinal);
        Assert.Contains("code 40401", (await Assert.ThrowsAsync<RegistryRefusedException>(() =>
            _client.LookUpAsync("nobody-" + _subject, Mail))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_id_is_no_schema() =>
        Assert.Contains("1999999999", (await Assert.ThrowsAsync<SchemaNotFoundException>(() =>
            _client.GetSchemaAsync(1_999_999_999))).Message, StringComparison.Ordinal);

    [Fact]
    public async Task A_text_that_is_no_schema_is_refused() =>
        Assert.Contains("code 42201", (await Assert.ThrowsAsync<RegistryRefusedException>(() =>
            _client.RegisterAsync(_subject, "{\"type\":\"recor"))).Message, StringComparison.Ordinal);

    [Fact]
    public async Task Subjects_versions_and_compatibility_can_be_read()
    {
        int id = await _client.RegisterAsync(_subject, Mail);
        using var http = new HttpClient { BaseAddress = new Uri(Url.TrimEnd('/') + "/") };

        Assert.Contains(_subject, await http.GetStringAsync("subjects"), StringComparison.Ordinal);
        Assert.Equal("[1]", await http.GetStringAsync($"subjects/{_subject}/versions"));
        Assert.Contains($"\"id\":{id}", await http.GetStringAsync($"subjects/{_subject}/versions/latest"), StringComparison.Ordinal);
        Assert.Contains("compatibilityLevel", await http.GetStringAsync("config"), StringComparison.Ordinal);
        Assert.Contains("40402", await ErrorOf(http, $"subjects/{_subject}/versions/9"), StringComparison.Ordinal);
        Assert.Contains("40401", await ErrorOf(http, $"subjects/nobody-{_subject}/versions"), StringComparison.Ordinal);
    }

    /// <summary>The base address; valid after <see cref="StartAsync"/>.</summary>
    protected abstract string Url { get; }

    protected abstract Task<string> StartAsync();

    protected abstract Task StopAsync();

    private static async Task<string> ErrorOf(HttpClient http, string path)
    {
        using HttpResponseMessage answer = await http.GetAsync(path);
        return await answer.Content.ReadAsStringAsync();
    }

    private static bool JsonEqual(string one, string other) =>
        System.Text.Json.Nodes.JsonNode.DeepEquals(System.Text.Json.Nodes.JsonNode.Parse(one),
            System.Text.Json.Nodes.JsonNode.Parse(other));
}
