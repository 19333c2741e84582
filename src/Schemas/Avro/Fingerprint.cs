using System.Security.Cryptography;
using System.Text;

namespace Sluice.Schemas.Avro;

/// <summary>Fingerprints of a canonical form.</summary>
/// <remarks>Avro 1.12 specification, "Schema Fingerprints": over the UTF-8 bytes of <see cref="CanonicalForm"/>.</remarks>
internal static class Fingerprint
{
    private const ulong Empty = 0xc15d_213a_a4d7_a795;
    private static readonly ulong[] Table = [.. Enumerable.Range(0, 256).Select(Entry)];

    /// <summary>CRC-64-AVRO, the 64-bit Rabin fingerprint; single-object encoding writes it little-endian.</summary>
    public static ulong Crc64(string canonical)
    {
        ulong fingerprint = Empty;
        foreach (byte b in Encoding.UTF8.GetBytes(canonical))
            fingerprint = (fingerprint >> 8) ^ Table[(byte)(fingerprint ^ b)];
        return fingerprint;
    }

    /// <summary>SHA-256, 32 bytes.</summary>
    public static byte[] Sha256(string canonical) => SHA256.HashData(Encoding.UTF8.GetBytes(canonical));

    private static ulong Entry(int index)
    {
        ulong entry = (ulong)index;
        for (int bit = 0; bit < 8; bit++) entry = (entry >> 1) ^ (Empty & (0 - (entry & 1)));
        return entry;
    }
}
