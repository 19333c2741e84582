using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Sluice.Inference.Models;

namespace Sluice.Worker.Documents.Registry;

/// <summary>Connections to the registry: whose certificate is believed, and with which one the worker shows who it is.</summary>
internal static class RegistryTls
{
    /// <summary>Bytes of one file of certificates or keys at most; all authorities of a machine take some 200 thousand.</summary>
    public const int MostBytes = 4 * 1024 * 1024;

    /// <summary>Reads the files that the options name; they were checked by <see cref="RegistryOptionsRules"/>.</summary>
    /// <param name="options">Names the files.</param>
    /// <param name="connections">At one time.</param>
    public static SocketsHttpHandler CreateHandler(RegistryOptions options, int connections)
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            MaxConnectionsPerServer = connections,
            PooledConnectionLifetime = TimeSpan.FromMinutes(5), // so that a moved name is noticed
        };
        if (options.CaFile is { Length: > 0 } file)
        {
            var policy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                RevocationMode = X509RevocationMode.NoCheck,
            };
            policy.CustomTrustStore.ImportFromPemFile(file);
            handler.SslOptions.CertificateChainPolicy = policy;
        }

        if (options.ClientCertFile is { Length: > 0 } certFile)
            handler.SslOptions.ClientCertificateContext = ClientCertificate(certFile, options.ClientKeyFile);
        return handler;
    }

    /// <summary>Why a PEM file gives no certificate to believe in, or null.</summary>
    public static string? FaultOfCaFile(string file)
    {
        try
        {
            if (FaultOfKind(file) is { } unfit) return unfit;
            var certificates = new X509Certificate2Collection();
            certificates.ImportFromPemFile(file);
            return certificates.Count > 0 ? null : "holds no PEM certificate.";
        }
        catch (Exception failure) when (IsOfAFile(failure))
        {
            return $"cannot be read: {failure.Message}";
        }
    }

    /// <summary>Why two PEM files give no certificate of the worker's, or null. Shows nothing of what is in them.</summary>
    public static string? FaultOfClientFiles(string certFile, string? keyFile)
    {
        try
        {
            if ((FaultOfKind(certFile) ?? (string.IsNullOrEmpty(keyFile) ? null : FaultOfKind(keyFile))) is { } unfit) return unfit;
            using X509Certificate2 certificate = X509Certificate2.CreateFromPemFile(certFile, OrNull(keyFile));
            return null;
        }
        catch (Exception failure) when (IsOfAFile(failure))
        {
            return failure is CryptographicException or ArgumentException
                ? "without a PEM certificate and its private key, or with an encrypted key, which the worker cannot open."
                : "cannot be read: a file is not there, or the worker may not read it.";
        }
    }

    // Before it is opened: reading of a FIFO may wait for ever. What is not there, reading tells.
    private static string? FaultOfKind(string file) => FileStamp.Of(file) switch
    {
        { Kind: not FileStamp.RegularFile and var kind } => $"cannot be read: expected {FileStamp.RegularFile}, found {kind}.",
        { Bytes: > MostBytes and var bytes } => $"cannot be read: {bytes} bytes, more than {MostBytes}; name the PEM file alone.",
        _ => null,
    };

    // The certificates behind the first lead to an authority that the registry knows, and are sent along.
    private static SslStreamCertificateContext ClientCertificate(string certFile, string? keyFile)
    {
        var chain = new X509Certificate2Collection();
        chain.ImportFromPemFile(certFile);
        return SslStreamCertificateContext.Create(X509Certificate2.CreateFromPemFile(certFile, OrNull(keyFile)), chain, offline: true);
    }

    private static string? OrNull(string? file) => string.IsNullOrEmpty(file) ? null : file;

    private static bool IsOfAFile(Exception failure) =>
        failure is IOException or UnauthorizedAccessException or ArgumentException or CryptographicException;
}
