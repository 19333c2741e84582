using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace FunctionalTests.Kafka.Security;

/// <summary>An authority that the test makes, and PEM files of what it signs.</summary>
/// <param name="folder">Where the files go.</param>
/// <param name="name">Of the authority, and of its file.</param>
internal sealed class CertificateFiles(string folder, string name) : IDisposable
{
    private readonly X509Certificate2 _authority = CreateAuthority(name);

    /// <summary>The authority's own certificate.</summary>
    public string Authority => Write($"{name}.pem", _authority.ExportCertificatePem());

    /// <summary>A certificate that is signed by the authority, and its key: two files, and one that holds both.</summary>
    /// <param name="subject">Whom it is of, and how its files are called.</param>
    /// <param name="hosts">Names or addresses of hosts that it is good for.</param>
    public (string Certificate, string Key, string Both) Sign(string subject, params string[] hosts)
    {
        using RSA key = RSA.Create(2048);
        var request = new CertificateRequest($"CN={subject}", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        foreach (string host in hosts)
            if (IPAddress.TryParse(host, out IPAddress? address)) names.AddIpAddress(address);
            else names.AddDnsName(host);
        if (hosts.Length > 0) request.CertificateExtensions.Add(names.Build());
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        using X509Certificate2 signed = request.Create(_authority, now.AddDays(-1), now.AddDays(7), RandomNumberGenerator.GetBytes(8));
        string certificate = signed.ExportCertificatePem(), secret = key.ExportPkcs8PrivateKeyPem();
        return (Write($"{subject}.pem", certificate), Write($"{subject}.key", secret), Write($"{subject}-both.pem",
            $"{secret}\n{certificate}\n{_authority.ExportCertificatePem()}"));
    }

    public void Dispose() => _authority.Dispose();

    private static X509Certificate2 CreateAuthority(string name)
    {
        using RSA key = RSA.Create(2048);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        return request.CreateSelfSigned(TimeProvider.System.GetUtcNow().AddDays(-1), TimeProvider.System.GetUtcNow().AddDays(30));
    }

    private string Write(string file, string text)
    {
        string path = Path.Combine(folder, file);
        File.WriteAllText(path, text);
        return path;
    }
}
