using System.Text.Json.Nodes;
using Sluice.Cli.Embedded;
using Sluice.Schemas;
using Sluice.Worker.Documents.Registry;
using Sluice.Worker.Kafka;
using Sluice.Worker.Startup;

namespace Worker.Tests.Startup;

/// <summary>The id of labels where the worker may not register their schema, and where it may.</summary>
public sealed class PredictionSchemaTests : IAsyncLifetime
{
    private const string Subject = "labels-value";

    private readonly EmbeddedRegistry _registry = new();
    private string _url = "";
    private RegistryClient _operator = null!;

    public async ValueTask InitializeAsync()
    {
        _url = (await _registry.StartAsync()).ToString();
        _operator = new RegistryClient(new RegistryOptions { Url = _url });
    }

    public async ValueTask DisposeAsync()
    {
        _operator.Dispose();
        await _registry.DisposeAsync();
    }

    [Fact]
    public async Task It_is_registered_where_that_is_allowed()
    {
        int id = await GetIdAsync(autoRegister: true);
        Assert.Equal(id, (await _operator.GetLatestAsync(Subject)).Id);
    }

    [Fact]
    public async Task The_id_of_the_schema_is_taken_from_the_latest_version()
    {
        await _operator.RegisterAsync(Subject, Changed(schema => Fields(schema).RemoveAt(0)));
        int id = await _operator.RegisterAsync(Subject, Prediction.SchemaText);
        Assert.Equal(id, await GetIdAsync());
    }

    [Fact]
    public async Task A_latest_version_that_differs_in_documentation_and_defaults_only_is_the_schema()
    {
        int id = await _operator.RegisterAsync(Subject, Changed(schema =>
        {
            schema.Remove("doc");
            foreach (JsonNode? field in Fields(schema)) field!.AsObject().Remove("doc");
        }));
        Assert.Equal(id, await GetIdAsync());
    }

    [Fact]
    public async Task Where_the_latest_version_has_a_field_more_with_a_default_the_schema_s_own_id_is_taken()
    {
        int id = await _operator.RegisterAsync(Subject, Prediction.SchemaText);
        await _operator.RegisterAsync(Subject, WithRegion(hasDefault: true));
        Assert.Equal(id, await GetIdAsync());
    }

    [Fact]
    public async Task A_schema_that_is_not_among_the_versions_ends_the_start_and_says_in_what_the_latest_differs()
    {
        await _operator.RegisterAsync(Subject, Changed(schema =>
        {
            Fields(schema).RemoveAt(Fields(schema).Count - 1);
            Fields(schema).Add(Region(hasDefault: true));
        }));
        string message = await RefusedAsync();
        Assert.StartsWith("Labels are written in the worker's own schema, and version 1 of the subject labels-value, the latest "
            + "(schema 1), is another: it lacks fields, and it has region besides. ", message, StringComparison.Ordinal);
        Assert.Contains("AutoRegister", message, StringComparison.Ordinal);
        Assert.Equal(1, (await _operator.GetLatestAsync(Subject)).Version); // nothing was registered
    }

    [Fact]
    public async Task A_latest_version_that_labels_cannot_be_read_with_ends_the_start_and_names_the_fields()
    {
        await _operator.RegisterAsync(Subject, Prediction.SchemaText);
        await _operator.RegisterAsync(Subject, Changed(schema =>
        {
            Fields(schema).Add(Region(hasDefault: false));
            Fields(schema).Single(field => (string)field!["name"]! == "tokens")!["type"] = "string";
        }));
        string message = await RefusedAsync();
        Assert.StartsWith("Labels cannot be read with version 2 of the subject labels-value, the latest (schema 2): "
            + "field tokens is string there, and int is written; field region has no default there, and is not written. Register ", message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("no schema at all", null)]
    [InlineData("\"string\"", "the whole is string there")]
    [InlineData("""{"type":"record","name":"P","fields":[{"name":"x","type":"lost"}]}""", "is no schema that labels could have")]
    public async Task Whatever_else_is_there_ends_the_start_with_its_reason(string schema, string? words)
    {
        if (words is not null) await _operator.RegisterAsync(Subject, schema);
        Assert.Contains(words ?? "The subject labels-value is not there", await RefusedAsync(), StringComparison.Ordinal);
    }

    private static JsonArray Fields(JsonObject schema) => schema["fields"]!.AsArray();

    private static string WithRegion(bool hasDefault) => Changed(schema => Fields(schema).Add(Region(hasDefault)));

    private static JsonNode Region(bool hasDefault) =>
        JsonNode.Parse(hasDefault ? """{"name":"region","type":"string","default":"?"}""" : """{"name":"region","type":"string"}""")!;

    private static string Changed(Action<JsonObject> change)
    {
        JsonObject schema = JsonNode.Parse(Prediction.SchemaText)!.AsObject();
        change(schema);
        return schema.ToJsonString();
    }

    private async Task<string> RefusedAsync() =>
        (await Assert.ThrowsAsync<RegistryRefusedException>(() => GetIdAsync())).Message;

    private async Task<int> GetIdAsync(bool autoRegister = false)
    {
        RegistryOptions options = new() { Url = _url, AutoRegister = autoRegister, Attempts = 1 };
        KafkaOptions kafka = new() { OutputTopic = "labels" };
        using RegistryClient client = new(options);
        RegistryCheck check = new(client, options, kafka, TimeProvider.System);
        return await new PredictionSchema(client, options, check, kafka)
            .GetIdAsync(TimeProvider.System.GetTimestamp(), TestContext.Current.CancellationToken);
    }
}
