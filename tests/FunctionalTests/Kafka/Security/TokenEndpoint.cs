using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace FunctionalTests.Kafka.Security;

/// <summary>Gives whoever knows the client's secret a token (OAuth 2.0, client credentials; RFC 6749 section 4.4), signed with a key of
/// its own.</summary>
internal sealed class TokenEndpoint : IAsyncDisposable
{
    public const string ClientId = "worker", ClientSecret = "oidc-s3cret-Zq9x", Audience = "kafka";

    private const string KeyId = "of-the-test";
    private readonly RSA _key = RSA.Create(2048);
    private readonly WebApplication _server;
    private int _given;

    private TokenEndpoint(string folder)
    {
        string file = Path.Combine(folder, "keys.json");
        RSAParameters key = _key.ExportParameters(includePrivateParameters: false);
        File.WriteAllText(file, JsonSerializer.Serialize(new
        {
            keys = new[]
            {
                new { kty = "RSA", use = "sig", alg = "RS256", kid = KeyId, n = Base64Url.EncodeToString(key.Modulus),
                    e = Base64Url.EncodeToString(key.Exponent) },
            },
        }));
        Keys = new Uri(file);
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        builder.Logging.ClearProviders();
        _server = builder.Build();
        _server.Run(AnswerAsync);
    }

    /// <summary>Where tokens are asked for.</summary>
    public string Url => $"{_server.Urls.Single()}/token";

    /// <summary>The file of the key that a broker knows its tokens by (RFC 7517).</summary>
    public Uri Keys { get; }

    /// <summary>How many tokens were given.</summary>
    public int Given => Volatile.Read(ref _given);

    public static async Task<TokenEndpoint> StartAsync(string folder)
    {
        TokenEndpoint endpoint = new(folder);
        await endpoint._server.StartAsync();
        return endpoint;
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _key.Dispose();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        string expected = "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{ClientId}:{ClientSecret}"));
        context.Response.ContentType = "application/json";
        if (context.Request.Headers.Authorization.ToString() != expected)
        {
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            await context.Response.WriteAsync("""{"error":"invalid_client"}""");
            return;
        }

        IFormCollection form = await context.Request.ReadFormAsync();
        string token = CreateToken(isForged: form["scope"] == "forged");
        Interlocked.Increment(ref _given);
        await context.Response.WriteAsync($$"""{"access_token":"{{token}}","token_type":"Bearer","expires_in":3600}""");
    }

    private string CreateToken(bool isForged)
    {
        using RSA another = RSA.Create(2048);
        long now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        string text = $$"""{"alg":"RS256","typ":"JWT","kid":"{{KeyId}}"}""";
        string claims = $$"""{"iss":"test","sub":"{{ClientId}}","aud":"{{Audience}}","iat":{{now}},"exp":{{now + 3600}},"scope":"kafka"}""";
        string signed = $"{Encode(text)}.{Encode(claims)}";
        byte[] signature = (isForged ? another : _key).SignData(
            Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        return $"{signed}.{Base64Url.EncodeToString(signature)}";

        static string Encode(string part) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(part));
    }
}
