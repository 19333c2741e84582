using System.Diagnostics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Sluice.Worker.Documents.Registry;

namespace Worker.Tests.Documents.Registry;

/// <summary>Tokens and certificates from files.</summary>
public sealed class CredentialTests : IAsyncDisposable
{
    private const string Token = "eyJhbGciOi.t0p-s3cret.Zq9x_", Next = "eyJhbGciOi.n3xt-0ne.Pw7y_";

    private readonly string _folder = Directory.CreateTempSubdirectory("sluice-credentials-").FullName;
    private readonly ScriptedServer _server = new() { Answer = _ => (200, """{"schema":"\"int\""}""") };

    [Fact]
    public async Task A_token_is_sent_and_one_that_was_renewed_with_the_next_request()
    {
        string file = Write("token", $"{Token}\n");
        using RegistryClient client = new(Options(file));
        await client.GetSchemaAsync(1);
        Assert.Equal($"Bearer {Token}", _server.LastAuthorization);
        Write("token", Next);
        await client.GetSchemaAsync(2);
        Assert.Equal($"Bearer {Next}", _server.LastAuthorization);
        File.Delete(file);
        RegistryUnavailableException failure = await Assert.ThrowsAsync<RegistryUnavailableException>(() => client.GetSchemaAsync(3));
        Assert.Contains("Sluice:Registry:BearerTokenFile names a file that is not there", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_registry_that_repeats_a_token_is_told_without_it_also_when_it_was_renewed()
    {
        using RegistryClient client = new(Options(Write("token", Token)));
        foreach (string said in new[] { Token, $"{Token} is not {Next}" })
        {
            _server.Answer = _ => (401, $$"""{"error_code":401,"message":"{{said}}"}""");
            string message = (await Assert.ThrowsAnyAsync<RegistryUnavailableException>(() => client.GetSchemaAsync(9))).Message;
            Assert.Contains("***", message, StringComparison.Ordinal);
            Assert.DoesNotContain("s3cret", message, StringComparison.Ordinal);
            Assert.DoesNotContain("n3xt", message, StringComparison.Ordinal);
            Assert.Contains("Sluice:Registry:BearerTokenFile", message, StringComparison.Ordinal);
            Write("token", Next);
        }
    }

    [Theory]
    [InlineData("", "without a token")]
    [InlineData(" \r\n\t", "without a token")]
    [InlineData("two tokens", "more than a token")]
    [InlineData("one\ntwo", "more than a token")]
    [InlineData("tökn", "more than a token")]
    [InlineData("LONG", "more than 16384 bytes")]
    public void A_file_without_one_token_is_refused_and_not_shown(string content, string words)
    {
        string file = Write("s3cret-path", content == "LONG" ? new string('x', BearerToken.MostBytes + 1) : content);
        string fault = Assert.Single(RegistryOptionsRules.Faults(Options(file)));
        Assert.StartsWith("Sluice:Registry:BearerTokenFile names a file ", fault, StringComparison.Ordinal);
        Assert.Contains(words, fault, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret-path", fault, StringComparison.Ordinal);
        Assert.Null(BearerToken.TryRead(Write("most", new string('x', BearerToken.MostBytes)), out _));
    }

    [Theory]
    [InlineData("/no/such/t0p-s3cret")]
    [InlineData("a\0b")]
    [InlineData("/")]
    public void A_file_that_cannot_be_read_is_named_by_its_setting(string file)
    {
        string fault = Assert.Single(RegistryOptionsRules.Faults(Options(file)));
        Assert.StartsWith("Sluice:Registry:BearerTokenFile names a file that ", fault, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", fault, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_a_user_and_a_token_one_is_refused() => Assert.Contains("Sluice:Registry:BearerTokenFile and Sluice:Registry:User",
        Assert.Single(RegistryOptionsRules.Faults(Options(Write("token", Token)) with { User = "anna", Password = "x" })),
        StringComparison.Ordinal);

    [Fact]
    public void A_certificate_s_key_may_stand_in_its_own_file_or_beside_it()
    {
        (string certificate, string key) = Create();
        string both = Write("both.pem", certificate + "\n" + key);
        Assert.Empty(Faults(Write("cert.pem", certificate), Write("key.pem", key)));
        Assert.Empty(Faults(both, null));
        using RegistryClient client = new(Options(null) with { ClientCertFile = both });
    }

    [Fact]
    public void Files_that_give_no_certificate_with_its_key_are_refused()
    {
        (string certificate, string key) = Create();
        string file = Write("cert.pem", certificate), ofAnother = Write("other.pem", Create().Key), lone = Write("key.pem", key);
        using ECDsa secret = ECDsa.Create();
        string encrypted = Write("encrypted.pem", secret.ExportEncryptedPkcs8PrivateKeyPem("p", new PbeParameters(
            PbeEncryptionAlgorithm.Aes128Cbc, HashAlgorithmName.SHA256, 1)));
        foreach (string? other in new[] { null, ofAnother, encrypted, file, "/no/such/t0p-s3cret" })
        {
            string fault = Assert.Single(Faults(file, other));
            Assert.StartsWith($"Sluice:Registry:ClientCertFile '{file}' ", fault, StringComparison.Ordinal);
            Assert.DoesNotContain("s3cret", fault, StringComparison.Ordinal);
        }

        Assert.Contains("ClientKeyFile is set without", Assert.Single(Faults(null, lone)), StringComparison.Ordinal);
        Assert.Single(Faults("/no/such/file", null));
    }

    /// <summary>Whoever opens a FIFO waits for a writer.</summary>
    [Fact]
    public async Task What_is_no_file_is_refused_and_not_opened()
    {
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        string fifo = Path.Combine(_folder, "fifo"), file = Write("cert.pem", Create().Certificate);
        using (Process made = Process.Start("mkfifo", [fifo])) await made.WaitForExitAsync(cancellation);
        RegistryOptions[] all =
        [
            new() { BearerTokenFile = fifo }, new() { CaFile = fifo }, new() { ClientCertFile = fifo },
            new() { ClientCertFile = file, ClientKeyFile = fifo }, new() { CaFile = _folder },
        ];
        foreach (RegistryOptions options in all)
        {
            IReadOnlyList<string> faults = await Task.Run(() => RegistryOptionsRules.Faults(options), cancellation)
                .WaitAsync(TimeSpan.FromSeconds(30), cancellation);
            Assert.Contains(options.CaFile == _folder ? "a folder" : "a FIFO", Assert.Single(faults), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_file_that_is_too_large_for_certificates_is_refused()
    {
        string file = Write("large.pem", "");
        using (FileStream large = new(file, FileMode.Open)) large.SetLength(RegistryTls.MostBytes + 1L);
        foreach (RegistryOptions options in new RegistryOptions[] { new() { CaFile = file }, new() { ClientCertFile = file } })
        {
            Assert.Contains($"{RegistryTls.MostBytes + 1} bytes, more than {RegistryTls.MostBytes}",
                Assert.Single(RegistryOptionsRules.Faults(options)), StringComparison.Ordinal);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private static (string Certificate, string Key) Create()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using X509Certificate2 certificate = new CertificateRequest("CN=worker", key, HashAlgorithmName.SHA256)
            .CreateSelfSigned(TimeProvider.System.GetUtcNow().AddDays(-1), TimeProvider.System.GetUtcNow().AddDays(1));
        return (certificate.ExportCertificatePem(), key.ExportPkcs8PrivateKeyPem());
    }

    private static IReadOnlyList<string> Faults(string? certificate, string? key) =>
        RegistryOptionsRules.Faults(new RegistryOptions { ClientCertFile = certificate, ClientKeyFile = key });

    private RegistryOptions Options(string? tokenFile) => new() { Url = _server.Address, Attempts = 1, BearerTokenFile = tokenFile };

    private string Write(string name, string content)
    {
        string path = Path.Combine(_folder, name);
        File.WriteAllText(path, content);
        return path;
    }
}
