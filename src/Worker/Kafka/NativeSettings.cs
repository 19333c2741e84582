using System.Runtime.InteropServices;
using System.Text;

namespace Sluice.Worker.Kafka;

/// <summary>Settings as librdkafka holds them for one client, rd_kafka_conf_t of rdkafka.h: what Confluent.Kafka does not ask of them. One
/// thread.</summary>
internal sealed partial class NativeSettings : IDisposable
{
    private const int TextBytes = 512; // of refusals and of values
    private const int Ok = 0, Unknown = -2; // RD_KAFKA_CONF_OK and RD_KAFKA_CONF_UNKNOWN of rd_kafka_conf_res_t

    private nint _handle;

    /// <summary>The defaults.</summary>
    /// <exception cref="InvalidOperationException">No build of the library loads on this system.</exception>
    public NativeSettings()
    {
        NativeClient.Load();
        _handle = rd_kafka_conf_new();
    }

    /// <summary>For entries that take a rd_kafka_conf_t.</summary>
    public nint Handle => _handle;

    /// <summary>A setting's value, in ASCII; empty where there is none or it is longer than 511 bytes.</summary>
    public string Value(string name)
    {
        byte[] value = new byte[TextBytes];
        nuint size = TextBytes;
        return rd_kafka_conf_get(_handle, name, value, ref size) == Ok ? TextOf(value) : "";
    }

    /// <summary>Sets one; null when it is taken.</summary>
    /// <returns>What librdkafka has against it; empty text where it knows no such setting.</returns>
    public string? Set(string name, string value)
    {
        byte[] error = new byte[TextBytes];
        return rd_kafka_conf_set(_handle, name, value, error, TextBytes) switch
        {
            Ok => null,
            Unknown => "",
            _ => TextOf(error),
        };
    }

    /// <summary>Keeps the client from writing to standard error.</summary>
    public void Silence() => rd_kafka_conf_set_log_cb(_handle, 0);

    /// <summary>A client has taken them over: they go with it.</summary>
    public void TakenOver() => _handle = 0;

    public void Dispose()
    {
        if (_handle != 0) rd_kafka_conf_destroy(_handle);
        _handle = 0;
    }

    private static string TextOf(byte[] text) => Encoding.UTF8.GetString(text).TrimEnd('\0');

    [LibraryImport(NativeClient.Name)]
    private static partial nint rd_kafka_conf_new();

    [LibraryImport(NativeClient.Name, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int rd_kafka_conf_get(nint configuration, string name, [Out] byte[] value, ref nuint size);

    [LibraryImport(NativeClient.Name, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int rd_kafka_conf_set(nint configuration, string name, string value, [Out] byte[] error, nuint errorSize);

    [LibraryImport(NativeClient.Name)]
    private static partial void rd_kafka_conf_set_log_cb(nint configuration, nint callback);

    [LibraryImport(NativeClient.Name)]
    private static partial void rd_kafka_conf_destroy(nint configuration);
}
