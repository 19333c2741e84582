using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.Logging;
using Sluice.Worker.Documents.Registry;

namespace FunctionalTests.Registry;

/// <summary>
/// With an authority of one's own set, a registry is believed only if its certificate is of that authority, of this host and of today
/// (docs/decisions/0006-own-registry-client.md).
/// </summary>
public sealed class RegistryTlsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sluice-tls-").FullName;
    private readonly X509Certificate2 _authority = CreateAuthority();

    [Fact]
    public async Task A_registry_with_a_certificate_of_the_authority_is_believed() =>
        Assert.Equal("\"string\"", await AskAsync(Certificate(_authority, "localhost")));

    [Fact]
    public async Task A_certificate_of_another_host_is_not_believed() => await RefusedAsync(Certificate(_authority, "elsewhere.example"));

    [Fact]
    public async Task A_certificate_whose_time_is_over_is_not_believed() =>
        await RefusedAsync(Certificate(_authority, "localhost", days: -1));

    /// <summary>The same issuer's name and key identifier, another key: only the signature tells.</summary>
    [Fact]
    public async Task A_forged_certificate_is_not_believed()
    {
        using X509Certificate2 impostor = CreateAuthority();
        await RefusedAsync(Certificate(impostor, "localhost"));
    }

    [Fact]
    public async Task A_registry_that_asks_for_a_certificate_is_shown_the_worker_s()
    {
        using X509Certificate2 own = Certificate(_authority, "worker");
        string file = Path.Combine(_folder, "worker.pem"), key = Path.Combine(_folder, "worker.key");
        await File.WriteAllTextAsync(file, own.ExportCertificatePem() + "\n" + _authority.ExportCertificatePem());
        using (RSA secret = own.GetRSAPrivateKey()!) await File.WriteAllTextAsync(key, secret.ExportPkcs8PrivateKeyPem());
        RegistryOptions options = new() { ClientCertFile = file, ClientKeyFile = key };
        Assert.Equal("\"string\"", await AskAsync(Certificate(_authority, "localhost"), options, own.Thumbprint));
        await Assert.ThrowsAnyAsync<RegistryUnavailableException>(() =>
            AskAsync(Certificate(_authority, "localhost"), clientThumbprint: own.Thumbprint));
    }

    public void Dispose()
    {
        _authority.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task RefusedAsync(X509Certificate2 certificate)
    {
        RegistryUnavailableException refused = await Assert.ThrowsAsync<RegistryUnavailableException>(() => AskAsync(certificate));
        Assert.Contains("certificate", refused.Message, StringComparison.OrdinalIgnoreCase);
    }

    private async Task<string> AskAsync(X509Certificate2 certificate, RegistryOptions? options = null, string? clientThumbprint = null)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel =>
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(https =>
        {
            https.ServerCertificate = certificate;
            https.ServerCertificateChain = [_authority]; // sent along, as an impostor can: it is public
            if (clientThumbprint is null) return;
            https.ClientCertificateMode = ClientCertificateMode.RequireCertificate;
            https.ClientCertificateValidation = (shown, _, _) => shown.Thumbprint == clientThumbprint;
        })));
        builder.Logging.ClearProviders();
        await using WebApplication server = builder.Build();
        server.Run(context => context.Response.WriteAsync("{\"schema\":\"\\\"string\\\"\"}"));
        await server.StartAsync();
        string file = Path.Combine(_folder, "authority.pem");
        await File.WriteAllTextAsync(file, _authority.ExportCertificatePem());
        int port = new Uri(server.Urls.Single()).Port;
        using var client = new RegistryClient((options ?? new RegistryOptions()) with
        {
            Url = $"https://localhost:{port}",
            CaFile = file,
            Attempts = 1,
        });
        return (await client.GetSchemaAsync(7)).Text;
    }

    private static X509Certificate2 CreateAuthority()
    {
        using RSA key = RSA.Create(2048);
        var request = new CertificateRequest("CN=Test authority", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        return request.CreateSelfSigned(TimeProvider.System.GetUtcNow().AddDays(-30), TimeProvider.System.GetUtcNow().AddDays(30));
    }

    private static X509Certificate2 Certificate(X509Certificate2 authority, string host, int days = 7)
    {
        using RSA key = RSA.Create(2048);
        var request = new CertificateRequest($"CN={host}", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(host);
        request.CertificateExtensions.Add(names.Build());
        using X509Certificate2 signed = request.Create(authority, TimeProvider.System.GetUtcNow().AddDays(-14),
            TimeProvider.System.GetUtcNow().AddDays(days), RandomNumberGenerator.GetBytes(8));
        using X509Certificate2 whole = signed.CopyWithPrivateKey(key);
        return X509CertificateLoader.LoadPkcs12(whole.Export(X509ContentType.Pfx), null);
    }
}
