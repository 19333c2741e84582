using System.Net.Http.Headers;
using System.Text;
using Polly;
using Polly.Retry;
using Polly.Timeout;
using Sluice.Worker.Configuration;
using Sluice.Worker.Wording;

namespace Sluice.Worker.Documents.Registry;

/// <summary>Requests to the registry with time-outs and retries. Thread-safe.</summary>
/// <remarks>
/// Bounded on every side: an attempt by <see cref="RegistryOptions.Timeout"/> (a body that drips counts), an answer by
/// <see cref="RegistryOptions.MaxAnswerBytes"/>, their number by <see cref="RegistryOptions.Attempts"/>, and attempts at one time by
/// <see cref="RequestTurns"/>, to wait for which does not count as waiting for an answer. Redirects are not followed, since they would
/// carry the password to another host.
/// </remarks>
internal sealed class RegistryHttp : IDisposable
{
    private const string MediaType = "application/vnd.schemaregistry.v1+json";

    private readonly HttpClient _http;
    private readonly Uri _root;
    private readonly int _attempts;
    private readonly Redaction _redaction;
    private readonly BearerToken? _token;
    private readonly ResiliencePipeline<RegistryAnswer> _retries, _timeout;
    private readonly RequestTurns _turns = new();

    public RegistryHttp(RegistryOptions options, TimeProvider time, Redaction redaction)
    {
        _redaction = redaction;
        _root = new Uri(options.Url.EndsWith('/') ? options.Url : options.Url + "/", UriKind.Absolute);
        _attempts = options.Attempts;
        _http = new HttpClient(RegistryTls.CreateHandler(options, RequestTurns.MostAtOnce))
        {
            MaxResponseContentBufferSize = options.MaxAnswerBytes,
            Timeout = Timeout.InfiniteTimeSpan,
        };
        _http.DefaultRequestHeaders.Accept.Add(new MediaTypeWithQualityHeaderValue(MediaType));
        _http.DefaultRequestHeaders.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json", 0.9));
        _http.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("sluice", "1.0"));
        if (options.User is { } user)
        {
            string token = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{options.Password}"));
            _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", token);
        }

        if (options.BearerTokenFile is { Length: > 0 } file) _token = new BearerToken(file, redaction);
        _retries = CreateRetries(options, time);
        _timeout = new ResiliencePipelineBuilder<RegistryAnswer> { TimeProvider = time }.AddTimeout(options.Timeout).Build();
    }

    /// <summary>Takes out of the registry's words what must not be shown, the tokens that were sent last among it.</summary>
    public Redaction Redaction => _token?.Redaction ?? _redaction;

    /// <summary>Sends one request, again and again while the failure may pass.</summary>
    /// <param name="method">GET, POST or DELETE.</param>
    /// <param name="path">Relative to the base address, already escaped.</param>
    /// <param name="json">The body, or null for none.</param>
    /// <param name="cancellation">Ends the waiting at once.</param>
    /// <param name="isOnce">Whether one attempt is enough.</param>
    /// <returns>An answer with status 200..499 save 408 and 429.</returns>
    /// <exception cref="UnusableAnswerException">The answer is larger than <see cref="RegistryOptions.MaxAnswerBytes"/>, or each attempt
    /// failed in a way that may be of this request alone.</exception>
    /// <exception cref="RegistryUnavailableException">No such answer within the attempts: nothing can be reached there.</exception>
    public async Task<RegistryAnswer> SendAsync(HttpMethod method, string path, byte[]? json, CancellationToken cancellation,
        bool isOnce = false)
    {
        var address = new Uri(_root, path);
        int attempts = isOnce ? 1 : _attempts;
        RegistryAnswer answer;
        try
        {
            answer = isOnce
                ? await AttemptAsync(method, address, json, cancellation)
                : await _retries.ExecuteAsync(async token => await AttemptAsync(method, address, json, token), cancellation);
        }
        catch (HttpRequestException failure) when (failure.HttpRequestError == HttpRequestError.ConfigurationLimitExceeded)
        {
            string found = $"The schema registry at {_root} answers {method} {Shown(path)} with more than "
                + $"Sluice:Registry:MaxAnswerBytes ({_http.MaxResponseContentBufferSize}).";
            throw new UnusableAnswerException($"{found} Raise it, or correct Sluice:Registry:Url.", found,
                RegistryFaults.RaiseMaxAnswerBytes, cause: failure);
        }
        catch (Exception failure) when (failure is HttpRequestException or TimeoutRejectedException or IOException)
        {
            string reason = Reason(failure).TrimEnd('.');
            string silent = $"The schema registry at {_root} did not answer in {attempts} attempt{(attempts == 1 ? "" : "s")}: {reason}. "
                + "Is it running, and is Sluice:Registry:Url right?";
            throw IsOfTheConnection(failure) ? new RegistryUnavailableException(silent, failure)
                : new UnusableAnswerException(silent, $"The schema registry at {_root} does not answer {method} {Shown(path)}: {reason}.",
                    requests: attempts, cause: failure, mayPass: true) { Hangs = failure is TimeoutRejectedException };
        }

        if (!answer.IsTransient) return answer;
        string failed = $"on {method} {Shown(path)}: {answer.Summary(Redaction)}";
        string message = $"The schema registry at {_root} failed {(attempts == 1 ? "once" : $"{attempts} times")} {failed}";
        throw new UnusableAnswerException(message, $"The schema registry at {_root} failed {failed}", requests: attempts,
            mayPass: answer.MayPass);
    }

    public void Dispose() => _http.Dispose();

    private Task<RegistryAnswer> AttemptAsync(HttpMethod method, Uri address, byte[]? json, CancellationToken cancellation) =>
        _turns.TakeAsync(address.AbsolutePath,
            async () => await _timeout.ExecuteAsync(async token => await SendOnceAsync(method, address, json, token), cancellation),
            cancellation);

    private async Task<RegistryAnswer> SendOnceAsync(HttpMethod method, Uri address, byte[]? json, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(method, address);
        if (_token is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _token.Read());
        if (json is not null)
        {
            request.Content = new ByteArrayContent(json);
            request.Content.Headers.ContentType = new MediaTypeHeaderValue(MediaType);
        }

        using HttpResponseMessage response = await _http.SendAsync(request, HttpCompletionOption.ResponseContentRead, cancellation);
        byte[] body = await response.Content.ReadAsByteArrayAsync(cancellation);
        return new RegistryAnswer(response.StatusCode, body, response.Headers.RetryAfter?.Delta, response.Headers.Location);
    }

    private static ResiliencePipeline<RegistryAnswer> CreateRetries(RegistryOptions options, TimeProvider time)
    {
        TimeSpan longest = options.MaxRetryDelay;
        var builder = new ResiliencePipelineBuilder<RegistryAnswer> { TimeProvider = time };
        if (options.Attempts > 1)
        {
            builder.AddRetry(new RetryStrategyOptions<RegistryAnswer>
            {
                MaxRetryAttempts = options.Attempts - 1,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                Delay = options.RetryDelay,
                MaxDelay = longest,
                ShouldHandle = new PredicateBuilder<RegistryAnswer>()
                    .Handle<HttpRequestException>(failure => failure.HttpRequestError != HttpRequestError.ConfigurationLimitExceeded)
                    .Handle<IOException>()
                    .Handle<TimeoutRejectedException>()
                    .HandleResult(answer => answer.IsTransient),
                DelayGenerator = arguments =>
                    ValueTask.FromResult(arguments.Outcome.Result?.RetryAfter is { } asked && asked > TimeSpan.Zero
                        ? (asked < longest ? asked : longest) : (TimeSpan?)null),
            });
        }

        return builder.Build();
    }

    // Nobody there, or nobody who is trusted: that is of every request.
    private static bool IsOfTheConnection(Exception failure) => failure is HttpRequestException
    {
        HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError
            or HttpRequestError.ProxyTunnelError or HttpRequestError.UserAuthenticationError or HttpRequestError.VersionNegotiationError,
    };

    // It may hold the name of a subject, which is of whoever registered it.
    private string Shown(string path) =>
        ForeignText.OneLine(Redaction.Clean(Uri.UnescapeDataString(path)), ForeignText.Message);

    // It may quote what came in place of an answer.
    private string Reason(Exception failure)
    {
        string words = failure is HttpRequestException { InnerException: { } inner }
            && !failure.Message.Contains(inner.Message, StringComparison.Ordinal)
            ? $"{failure.Message} ({inner.Message})"
            : failure.Message;
        return ForeignText.OneLine(Redaction.Clean(words), ForeignText.Message);
    }
}
