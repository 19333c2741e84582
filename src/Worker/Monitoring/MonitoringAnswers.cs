using System.Buffers;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using Sluice.Worker.Observability;

namespace Sluice.Worker.Monitoring;

/// <summary>What is answered on the port of metrics. Thread-safe.</summary>
internal sealed class MonitoringAnswers(WorkerMetrics metrics, MetricsReading reading, WorkerHealth health) : IDisposable
{
    private const string PrometheusType = "text/plain; version=0.0.4; charset=utf-8";
    private const string OpenMetricsType = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    private const string JsonType = "application/json; charset=utf-8";
    private const string Paths = "There are /metrics, /health/live and /health/ready.\n";

    private readonly SemaphoreSlim _turn = new(1); // readings are one at a time

    /// <summary>Answers a request.</summary>
    public Task AnswerAsync(HttpContext context)
    {
        (HttpRequest request, HttpResponse response) = (context.Request, context.Response);
        if (!HttpMethods.IsGet(request.Method) && !HttpMethods.IsHead(request.Method))
        {
            response.Headers.Allow = "GET, HEAD";
            return TextAsync(context, StatusCodes.Status405MethodNotAllowed, "Ask with GET.\n");
        }

        return request.Path.Value switch
        {
            "/metrics" => MetricsAsync(context),
            "/health/live" => HealthAsync(context, report => report.IsLive, "live"),
            "/health/ready" => HealthAsync(context, report => report.IsReady, "ready"),
            _ => TextAsync(context, StatusCodes.Status404NotFound, Paths),
        };
    }

    public void Dispose() => _turn.Dispose();

    /// <summary>Whether a list of what is accepted puts OpenMetrics before Prometheus's text; a tie, which Prometheus does not offer, and a
    /// list that cannot be read go to the latter.</summary>
    internal static bool WantsOpenMetrics(IList<string> accept)
    {
        if (!MediaTypeHeaderValue.TryParseList(accept, out IList<MediaTypeHeaderValue>? types)) return false;
        double open = Best(types, type => type.MediaType.Equals("application/openmetrics-text", StringComparison.OrdinalIgnoreCase)
            && type.Parameters.All(one => !one.Name.Equals("version", StringComparison.OrdinalIgnoreCase)
                || one.Value.Value is "1.0.0" or "0.0.1"));
        return open > Best(types, type => type.MediaType.Equals("text/plain", StringComparison.OrdinalIgnoreCase));
    }

    private static double Best(IList<MediaTypeHeaderValue> types, Func<MediaTypeHeaderValue, bool> of) =>
        types.Where(of).Select(type => type.Quality ?? 1).DefaultIfEmpty(0).Max();

    private async Task MetricsAsync(HttpContext context)
    {
        bool openMetrics = WantsOpenMetrics(context.Request.Headers.Accept!);
        using MemoryStream text = new();
        await _turn.WaitAsync(context.RequestAborted);
        try
        {
            metrics.Read(reading.Into);
            await metrics.WriteAsync(text, openMetrics, context.RequestAborted);
        }
        finally
        {
            _turn.Release(); // a slow client makes nobody wait: it is sent to from a copy
        }

        await SendAsync(context, StatusCodes.Status200OK, openMetrics ? OpenMetricsType : PrometheusType,
            text.GetBuffer().AsMemory(0, (int)text.Length));
    }

    private Task HealthAsync(HttpContext context, Func<HealthReport, bool> isWell, string word)
    {
        HealthReport report = health.Report;
        bool well = isWell(report);
        ArrayBufferWriter<byte> json = new();
        using (Utf8JsonWriter writer = new(json)) Write(writer, report, well ? word : $"not {word}");
        return SendAsync(context, well ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable, JsonType, json.WrittenMemory);
    }

    private static void Write(Utf8JsonWriter writer, HealthReport report, string status)
    {
        writer.WriteStartObject();
        writer.WriteString("status", status);
        writer.WriteStartArray("reasons");
        foreach (HealthReason reason in report.Reasons)
        {
            writer.WriteStartObject();
            writer.WriteString("reason", reason.Name);
            writer.WriteString("detail", reason.Detail);
            if (reason.Partition is { } partition)
            {
                writer.WriteString("topic", partition.Topic);
                writer.WriteNumber("partition", partition.Partition);
            }

            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static Task TextAsync(HttpContext context, int status, string text) =>
        SendAsync(context, status, "text/plain; charset=utf-8", Encoding.UTF8.GetBytes(text));

    private static async Task SendAsync(HttpContext context, int status, string type, ReadOnlyMemory<byte> body)
    {
        HttpResponse response = context.Response;
        (response.StatusCode, response.ContentType, response.ContentLength) = (status, type, body.Length);
        response.Headers.CacheControl = "no-store";
        if (!HttpMethods.IsHead(context.Request.Method)) await response.Body.WriteAsync(body, context.RequestAborted);
    }
}
