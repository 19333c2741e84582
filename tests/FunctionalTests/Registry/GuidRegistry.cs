using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace FunctionalTests.Registry;

/// <summary>
/// Stands before a registry that knows no GUIDs, and gives each schema one, as Confluent's does: with the answer to whoever registers or
/// looks up a schema, and at <c>schemas/guids/</c>.
/// </summary>
internal sealed class GuidRegistry : IAsyncDisposable
{
    private readonly LoopbackServer _server;
    private readonly HttpClient _client = new();
    private readonly ConcurrentDictionary<string, string> _schemas = new();
    private readonly Uri _behind;

    private GuidRegistry(Uri behind)
    {
        _behind = behind;
        _server = new LoopbackServer(AnswerAsync);
    }

    public Uri Url => _server.Url;

    public static async Task<GuidRegistry> StartAsync(Uri behind)
    {
        GuidRegistry registry = new(behind);
        await registry._server.StartAsync();
        return registry;
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _client.Dispose();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        string path = context.Request.Path.Value!;
        context.Response.ContentType = "application/vnd.schemaregistry.v1+json";
        if (path.StartsWith("/schemas/guids/", StringComparison.Ordinal))
        {
            bool isKnown = _schemas.TryGetValue(path["/schemas/guids/".Length..], out string? schema);
            context.Response.StatusCode = isKnown ? 200 : 404;
            await context.Response.WriteAsync(isKnown
                ? new JsonObject { ["schema"] = schema }.ToJsonString()
                : """{"error_code":40403,"message":"Schema not found"}""");
            return;
        }

        using StreamReader body = new(context.Request.Body);
        string asked = await body.ReadToEndAsync();
        using HttpRequestMessage request = new(new HttpMethod(context.Request.Method), new Uri(_behind, path.TrimStart('/')));
        if (asked.Length > 0) request.Content = new StringContent(asked, null, "application/json");
        using HttpResponseMessage answer = await _client.SendAsync(request);
        string text = await answer.Content.ReadAsStringAsync();
        context.Response.StatusCode = (int)answer.StatusCode;
        await context.Response.WriteAsync(asked.Length > 0 && answer.IsSuccessStatusCode ? WithGuid(text, asked) : text);
    }

    private string WithGuid(string answer, string asked)
    {
        JsonNode json = JsonNode.Parse(answer)!;
        string guid = new Guid((int)json["id"]!, 0x5A1, 0x4B2, [0x8C, 1, 2, 3, 4, 5, 6, 7]).ToString();
        _schemas[guid] = (string)JsonNode.Parse(asked)!["schema"]!;
        json["guid"] = guid;
        return json.ToJsonString();
    }
}
