namespace Sluice.Worker.Kafka;

/// <summary>What the loaded librdkafka can do for security: it depends on which of the package's builds this system could load.</summary>
internal static class ClientFeatures
{
    private const string Kerberos = "sasl_gssapi";

    private static readonly string[] OfSecurity = ["ssl", Kerberos, "sasl_plain", "sasl_scram", "sasl_oauthbearer", "oidc"];

    /// <summary>Version and features in one line, or why there are none.</summary>
    public static string Describe()
    {
        try
        {
            using NativeSettings settings = new();
            return Describe(NativeClient.Load(), settings.Value("builtin.features"));
        }
        catch (DllNotFoundException e)
        {
            return $"librdkafka does not load: {e.Message}";
        }
    }

    /// <param name="version">librdkafka's.</param>
    /// <param name="builtIn">Its setting <c>builtin.features</c>: names with commas between them.</param>
    internal static string Describe(string version, string builtIn)
    {
        string[] there = [.. OfSecurity.Intersect(builtIn.Split(',', StringSplitOptions.TrimEntries))];
        string without = there.Contains(Kerberos) ? "" : $"; without {Kerberos} (Kerberos)";
        return $"librdkafka {version} with {(there.Length == 0 ? "no security" : string.Join(", ", there))}{without}";
    }
}
