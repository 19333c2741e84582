using System.Runtime.InteropServices;
using System.Text;

namespace Sluice.Worker.Kafka;

/// <summary>What the loaded librdkafka can do for security: it depends on which of the package's builds this system could load.</summary>
internal static partial class ClientFeatures
{
    private const int Ok = 0; // RD_KAFKA_CONF_OK of rd_kafka_conf_res_t, rdkafka.h
    private const string Kerberos = "sasl_gssapi";

    private static readonly string[] OfSecurity = ["ssl", Kerberos, "sasl_plain", "sasl_scram", "sasl_oauthbearer", "oidc"];

    /// <summary>Version and features in one line, or why there are none.</summary>
    public static string Describe()
    {
        try
        {
            string version = NativeClient.Load();
            return Describe(version, BuiltIn());
        }
        catch (Exception e) when (e is InvalidOperationException or DllNotFoundException)
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

    private static string BuiltIn()
    {
        nint configuration = rd_kafka_conf_new();
        try
        {
            byte[] value = new byte[512];
            nuint size = (nuint)value.Length;
            bool isThere = rd_kafka_conf_get(configuration, "builtin.features", value, ref size) == Ok;
            return isThere ? Encoding.ASCII.GetString(value).TrimEnd('\0') : "";
        }
        finally
        {
            rd_kafka_conf_destroy(configuration);
        }
    }

    [LibraryImport(NativeClient.Name)]
    private static partial nint rd_kafka_conf_new();

    [LibraryImport(NativeClient.Name, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int rd_kafka_conf_get(nint configuration, string name, [Out] byte[] value, ref nuint size);

    [LibraryImport(NativeClient.Name)]
    private static partial void rd_kafka_conf_destroy(nint configuration);
}
