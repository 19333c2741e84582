using Microsoft.AspNetCore.Http;

namespace FunctionalTests;

/// <summary>Stands before a registry: passes requests on, answers some itself or never, 503 to all of them while it is down, and 401
/// to those without the token that it asks for.</summary>
internal sealed class SwitchedRegistry : IAsyncDisposable
{
    private readonly LoopbackServer _server;
    private readonly HttpClient _client = new();
    private readonly Uri _behind;
    private int _refused;
    private volatile bool _down;
    private volatile string? _token;

    private SwitchedRegistry(Uri behind)
    {
        _behind = behind;
        _server = new LoopbackServer(PassAsync);
    }

    public Uri Url => _server.Url;

    /// <summary>What is answered to a path in the registry's place: status and body, or null to pass the request on.</summary>
    public Func<string, (int Status, string Body)?> Instead { get; set; } = _ => null;

    /// <summary>Paths that are never answered.</summary>
    public Func<string, bool> Hangs { get; set; } = _ => false;

    /// <summary>The one token that is taken, others and none being answered with 401; null where none is asked for.</summary>
    public string? Token { get => _token; set => _token = value; }

    /// <summary>Requests answered with 503 or 401.</summary>
    public int Refused => Volatile.Read(ref _refused);

    public static async Task<SwitchedRegistry> StartAsync(Uri behind)
    {
        SwitchedRegistry registry = new(behind);
        await registry._server.StartAsync();
        return registry;
    }

    public void Down() => _down = true;

    public void Up() => _down = false;

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _client.Dispose();
    }

    private async Task PassAsync(HttpContext context)
    {
        if (_down)
        {
            Interlocked.Increment(ref _refused);
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            return;
        }

        if (Hangs(context.Request.Path.Value!))
        {
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
            return;
        }

        if (_token is { } token && context.Request.Headers.Authorization != $"Bearer {token}")
        {
            Interlocked.Increment(ref _refused);
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            await context.Response.WriteAsync("""{"error_code":401,"message":"The token is out of date"}""");
            return;
        }

        if (Instead(context.Request.Path.Value!) is (int status, string body))
        {
            context.Response.StatusCode = status;
            await context.Response.WriteAsync(body);
            return;
        }

        using HttpRequestMessage request = new(new HttpMethod(context.Request.Method),
            new Uri(_behind, context.Request.Path.Value!.TrimStart('/') + context.Request.QueryString));
        if (context.Request.ContentType is { } type)
        {
            request.Content = new StreamContent(context.Request.Body);
            request.Content.Headers.TryAddWithoutValidation("Content-Type", type);
        }

        using HttpResponseMessage answer = await _client.SendAsync(request);
        context.Response.StatusCode = (int)answer.StatusCode;
        await answer.Content.CopyToAsync(context.Response.Body);
    }
}
