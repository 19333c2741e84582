using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;

namespace Worker.Tests.Documents.Registry;

/// <summary>An HTTP server on loopback that answers as the test says.</summary>
internal sealed class ScriptedServer : IAsyncDisposable
{
    private readonly WebApplication _server;
    private int _requests;

    public ScriptedServer()
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(options => options.Listen(IPAddress.Loopback, 0));
        _server = builder.Build();
        _server.Run(AnswerAsync);
        _server.Start();
        Address = _server.Urls.Single() + "/";
    }

    /// <summary>Thrown in the place of an answer: the connection breaks off.</summary>
    public sealed class BreakOff : Exception;

    public string Address { get; }

    public int Requests => Volatile.Read(ref _requests);

    /// <summary>Status and body of the n-th request, from 1.</summary>
    public Func<int, (int Status, string Body)> Answer { get; set; } = _ => (200, "{}");

    /// <summary>Status and body for a path, where it is not the number of the request that counts.</summary>
    public Func<string, Task<(int Status, string Body)>>? AnswerTo { get; set; }

    /// <summary>The paths that were asked for, oldest first.</summary>
    public ConcurrentQueue<string> Paths { get; } = new();

    /// <summary>Whether a request gets a first byte and then nothing until it is given up.</summary>
    public bool Hang { get; set; }

    public string? Location { get; set; }

    public string? LastAuthorization { get; private set; }

    public string? LastPath { get; private set; }

    public async ValueTask DisposeAsync()
    {
        await _server.StopAsync(new CancellationToken(canceled: true));
        await _server.DisposeAsync();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        int number = Interlocked.Increment(ref _requests);
        LastAuthorization = context.Request.Headers.Authorization;
        string path = LastPath = context.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpRequestFeature>()!.RawTarget;
        Paths.Enqueue(path);
        if (Hang)
        {
            await context.Response.WriteAsync("{", context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
            return;
        }

        int status;
        string body;
        try
        {
            (status, body) = AnswerTo is null ? Answer(number) : await AnswerTo(path);
        }
        catch (BreakOff)
        {
            context.Abort();
            return;
        }

        context.Response.StatusCode = status;
        if (Location is not null)
            context.Response.Headers.Location = Location;
        await context.Response.WriteAsync(body);
    }
}
