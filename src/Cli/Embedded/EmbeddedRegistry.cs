using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Sluice.Worker.Documents.Registry;

namespace Sluice.Cli.Embedded;

/// <summary>A Schema Registry inside this process, on a free port of loopback, for the demo and quick tests.</summary>
/// <remarks>
/// Paths and error codes of Confluent's API (docs.confluent.io/platform/current/schema-registry/develop/api.html): register, look up, by
/// id, subjects, versions, reading the compatibility level. It keeps schemas in memory and checks no compatibility, so the level reads
/// NONE.
/// </remarks>
internal sealed class EmbeddedRegistry : IAsyncDisposable
{
    private const long MostBytesInRequest = 4 * 1024 * 1024;

    private static readonly string[] Types = ["AVRO"];
    private static readonly JsonSerializerOptions Deep = new() { MaxDepth = 512 };

    private readonly SchemaStore _schemas;
    private readonly Func<string, string?> _fault;
    private readonly WebApplication _server;

    /// <summary>Prepares a registry; nothing listens yet.</summary>
    /// <param name="faultOfSchema">What is wrong with a schema text, or null when it is valid.</param>
    public EmbeddedRegistry(Func<string, string?>? faultOfSchema = null)
        : this(faultOfSchema ?? FaultOfAvro, new SchemaStore(), port: 0)
    {
    }

    private EmbeddedRegistry(Func<string, string?> faultOfSchema, SchemaStore schemas, int port)
    {
        (_fault, _schemas) = (faultOfSchema, schemas);
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(options => Configure(options, port));
        builder.Services.AddRouting();
        builder.Logging.ClearProviders();
        _server = builder.Build();
        Map(_server);
    }

    /// <summary>Starts to listen.</summary>
    /// <returns>The base address, such as http://127.0.0.1:41234/.</returns>
    public async Task<Uri> StartAsync(CancellationToken cancellation = default)
    {
        await _server.StartAsync(cancellation);
        return new Uri(_server.Urls.Single());
    }

    /// <summary>A registry that knows what this one does, for the port that this one listens on: to be started when this one is disposed
    /// of, as one that is restarted comes back.</summary>
    public EmbeddedRegistry Successor() => new(_fault, _schemas, new Uri(_server.Urls.Single()).Port);

    public async ValueTask DisposeAsync()
    {
        await _server.StopAsync(new CancellationToken(canceled: true)); // nobody's answer is worth waiting for
        await _server.DisposeAsync();
    }

    private static void Configure(KestrelServerOptions options, int port)
    {
        options.Listen(IPAddress.Loopback, port);
        options.AddServerHeader = false;
        options.Limits.MaxRequestBodySize = MostBytesInRequest;
    }

    private void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/schemas/ids/{id}", context => context.AnswerAsync(SchemaById(context.Text("id"))));
        routes.MapGet("/schemas/types", context => context.AnswerAsync(RegistryReply.Ok(Types)));
        routes.MapGet("/subjects", context => context.AnswerAsync(RegistryReply.Ok(_schemas.Subjects)));
        routes.MapGet("/subjects/{subject}/versions", context => context.AnswerAsync(Versions(context.Text("subject"))));
        routes.MapGet("/subjects/{subject}/versions/{version}", context =>
            context.AnswerAsync(Version(context.Text("subject"), context.Text("version"))));
        routes.MapPost("/subjects/{subject}/versions", context => PostedAsync(context, Register));
        routes.MapPost("/subjects/{subject}", context => PostedAsync(context, LookUp));
        routes.MapGet("/config", context => context.AnswerAsync(RegistryReply.Ok(new { compatibilityLevel = "NONE" })));
        routes.MapGet("/config/{subject}", context => context.AnswerAsync(RegistryReply.Ok(new { compatibilityLevel = "NONE" })));
        routes.MapFallback(context => context.AnswerAsync(RegistryReply.Error(404, 404, "HTTP 404 Not Found")));
    }

    private static async Task PostedAsync(HttpContext context, Func<string, string, RegistryReply> answer)
    {
        string? schema = null;
        try
        {
            using JsonDocument body = await JsonDocument.ParseAsync(context.Request.Body, cancellationToken: context.RequestAborted);
            if (body.RootElement.ValueKind == JsonValueKind.Object && body.RootElement.TryGetProperty("schema", out JsonElement text)
                && text.ValueKind == JsonValueKind.String)
                schema = text.GetString();
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException)
        {
            schema = null;
        }
        catch (Microsoft.AspNetCore.Http.BadHttpRequestException failure)
        {
            await context.AnswerAsync(RegistryReply.Error(failure.StatusCode, failure.StatusCode, failure.Message));
            return;
        }

        await context.AnswerAsync(schema is null
            ? RegistryReply.InvalidSchema("the body is no JSON object with a string member 'schema'")
            : answer(context.Text("subject"), schema));
    }

    private RegistryReply Register(string subject, string schema) =>
        _fault(schema) is { } fault
            ? RegistryReply.InvalidSchema(fault)
            : RegistryReply.Ok(new { id = _schemas.Register(subject, OneForm(schema)) });

    private RegistryReply LookUp(string subject, string schema)
    {
        if (_fault(schema) is { } fault)
            return RegistryReply.InvalidSchema(fault);
        if (_schemas.Versions(subject) is null)
            return RegistryReply.SubjectNotFound(subject);
        string text = OneForm(schema);
        return _schemas.Find(subject, text) is { } found
            ? RegistryReply.Ok(new { subject, version = found.Version, id = found.Id, schema = text })
            : RegistryReply.Error(404, 40403, "Schema not found");
    }

    private RegistryReply SchemaById(string id) =>
        int.TryParse(id, out int number) && _schemas.Find(number) is { } schema
            ? RegistryReply.Ok(new { schema })
            : RegistryReply.Error(404, 40403, $"Schema {id} not found");

    private RegistryReply Versions(string subject) =>
        _schemas.Versions(subject) is { } ids ? RegistryReply.Ok(Enumerable.Range(1, ids.Length)) : RegistryReply.SubjectNotFound(subject);

    private RegistryReply Version(string subject, string version)
    {
        if (_schemas.Versions(subject) is not { } ids)
            return RegistryReply.SubjectNotFound(subject);
        int number = version == "latest" ? ids.Length : int.TryParse(version, out int given) ? given : 0;
        if (number <= 0)
            return RegistryReply.Error(422, 42202,
                $"The specified version '{version}' is not a valid version id. "
                + "Allowed values are between [1, 2^31-1] and the string \"latest\"");
        return number <= ids.Length
            ? RegistryReply.Ok(new { subject, version = number, id = ids[number - 1], schema = _schemas.Find(ids[number - 1]) })
            : RegistryReply.Error(404, 40402, $"Version {number} not found.");
    }

    // White space is no part of a schema's identity; its names, order and documentation are.
    private static string OneForm(string schema)
    {
        using JsonDocument json = JsonDocument.Parse(schema, new JsonDocumentOptions { MaxDepth = Deep.MaxDepth });
        return JsonSerializer.Serialize(json.RootElement, Deep);
    }

    private static string? FaultOfAvro(string schema)
    {
        try
        {
            OneForm(schema);
            return null;
        }
        catch (JsonException failure)
        {
            return failure.Message;
        }
    }
}
