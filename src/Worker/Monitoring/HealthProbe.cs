using Sluice.Worker.Wording;

namespace Sluice.Worker.Monitoring;

/// <summary>Asks a worker how it is, from beside it: for a container's health check, where the image holds no other program that could.
/// </summary>
internal static class HealthProbe
{
    private const int MostBytes = 64 * 1024;

    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(4);

    /// <summary>Asks, and prints what is answered.</summary>
    /// <param name="address">Where: an http address of <c>/health/live</c> or <c>/health/ready</c>.</param>
    /// <param name="output">Gets the answer.</param>
    /// <param name="errors">Gets why there is none.</param>
    /// <param name="stop">Ends the wait.</param>
    /// <returns>0 where the answer is 200; 1 where it is another, or none within 4 s.</returns>
    public static async Task<int> AskAsync(string address, TextWriter output, TextWriter errors, CancellationToken stop)
    {
        if (!Uri.TryCreate(address, UriKind.Absolute, out Uri? uri) || uri.Scheme != Uri.UriSchemeHttp)
        {
            await errors.WriteLineAsync($"'{address}' is no http address. Give one such as http://127.0.0.1:9464/health/ready.");
            return ExitCodes.Failed;
        }

        using SocketsHttpHandler direct = new() { UseProxy = false, AllowAutoRedirect = false };
        using HttpClient client = new(direct) { Timeout = Bound, MaxResponseContentBufferSize = MostBytes };
        try
        {
            using HttpResponseMessage answer = await client.GetAsync(uri, stop);
            await output.WriteLineAsync(ForeignText.OneLine(await answer.Content.ReadAsStringAsync(stop), MostBytes));
            return answer.StatusCode == System.Net.HttpStatusCode.OK ? 0 : ExitCodes.Failed;
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException && !stop.IsCancellationRequested)
        {
            await errors.WriteLineAsync($"{uri} gives no answer: {ForeignText.OneLine(e.Message, ForeignText.Message)}");
            return ExitCodes.Failed;
        }
    }
}
