using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Sluice.Worker.Configuration;
using Sluice.Worker.Faults;
using Sluice.Worker.Observability;
using Sluice.Worker.Wording;

namespace Sluice.Worker.Monitoring;

/// <summary>Answers HTTP on <see cref="MetricsOptions.Port"/>, from before the start's first step until after the last one has stopped;
/// nowhere where the port is 0.</summary>
/// <remarks>Kestrel's server alone, without a host of its own: no environment variable and no other setting changes it, and nobody needs
/// OpenSSL. Its threads are the pool's; no step waits for it, and who reads slowly, asks for too much or says nothing for
/// <see cref="RequestTime"/> is cut off: silent connections keep probes out, for there may be <see cref="MostConnections"/>.</remarks>
internal sealed class MonitoringServer(MetricsOptions options, MonitoringAnswers answers, TimeProvider time,
    ILogger<MonitoringServer> logger) : IHostedService, IDisposable
{
    private const int MostConnections = 64;

    private static readonly TimeSpan RequestTime = TimeSpan.FromSeconds(5), StopTime = TimeSpan.FromSeconds(1);

    private readonly RepeatedWarning _failed = new(time, TimeSpan.FromSeconds(60));
    private KestrelServer? _server;

    /// <summary>Begins to answer.</summary>
    /// <exception cref="PortException">Nobody can listen there.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (!options.IsOn) return;
        KestrelServerOptions kestrel = new() { AddServerHeader = false };
        kestrel.Limits.MaxConcurrentConnections = MostConnections;
        kestrel.Limits.MaxRequestBodySize = 0;
        kestrel.Limits.MaxRequestHeadersTotalSize = 16 * 1024;
        kestrel.Limits.RequestHeadersTimeout = RequestTime; // from a request's first byte on
        kestrel.Limits.KeepAliveTimeout = RequestTime; // before it; who asks once in a while connects anew
        Listen(kestrel);
        // Kestrel's own words are of single connections, and of a busy machine: nothing that anybody could act on.
        _server = new KestrelServer(Options.Create(kestrel), new SocketTransportFactory(
            Options.Create(new SocketTransportOptions { IOQueueCount = 1 }), NullLoggerFactory.Instance), NullLoggerFactory.Instance);
        try
        {
            await _server.StartAsync(new Application(AnswerAsync), cancellationToken);
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            throw new PortException(options, e);
        }

        Log.MonitoringStarted(logger, $"http://{options.Host}:{options.Port}");
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_server is null) return;
        using CancellationTokenSource soon = new(StopTime, time);
        await _server.StopAsync(soon.Token);
    }

    public void Dispose() => _server?.Dispose();

    private void Listen(KestrelServerOptions kestrel)
    {
        if (options.Host == MetricsOptions.AnyHost) kestrel.ListenAnyIP(options.Port, Http1);
        else if (options.Host == MetricsOptions.LoopbackHost) kestrel.ListenLocalhost(options.Port, Http1);
        else kestrel.Listen(IPAddress.Parse(options.Host), options.Port, Http1);

        static void Http1(ListenOptions listen) => listen.Protocols = HttpProtocols.Http1;
    }

    [SuppressMessage("Design", "CA1031", Justification = "Whatever a request meets, the worker goes on and says so.")]
    private async Task AnswerAsync(HttpContext context)
    {
        try
        {
            await answers.AnswerAsync(context);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // Nobody waits for it any more.
        }
        catch (Exception e)
        {
            if (!context.Response.HasStarted) context.Response.StatusCode = StatusCodes.Status500InternalServerError;
            if (_failed.ShouldLog(out long suppressed))
                Log.MonitoringFailed(logger, ForeignText.OneLine(context.Request.Path.Value ?? ""),
                    ForeignText.OneLine(e.ToString(), ForeignText.Message), suppressed);
        }
    }

    /// <summary>Kestrel's view of what answers.</summary>
    private sealed class Application(RequestDelegate answer) : IHttpApplication<HttpContext>
    {
        public HttpContext CreateContext(IFeatureCollection contextFeatures) => new DefaultHttpContext(contextFeatures);

        public Task ProcessRequestAsync(HttpContext context) => answer(context);

        public void DisposeContext(HttpContext context, Exception? exception)
        {
        }
    }
}

/// <summary>Nobody can listen where metrics should be.</summary>
internal sealed class PortException(MetricsOptions options, Exception cause)
    : Exception($"Sluice:Metrics:Port is {options.Port} on Sluice:Metrics:Host '{options.Host}', where nobody can listen: "
        + $"{(cause.InnerException ?? cause).Message.TrimEnd('.')}. Give a port that is free, or 0 for none.", cause);
