using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Sluice.Inference.Models;

/// <summary>
/// SHA-256 that a machine without OpenSSL computes too. .NET's own hands the work to the system's libssl and ends the process where
/// there is none, as in an image that holds the C library and our published folder only. OpenSSL is used where it is found: it is some
/// five times as fast, which a start notices.
/// </summary>
internal static class Sha256
{
    private const int BlockBytes = 64;

    private static readonly bool HasOpenSsl = NativeLibrary.TryLoad("libssl.so.3", out _) || NativeLibrary.TryLoad("libssl.so.1.1", out _);

    /// <summary>FIPS 180-4, 4.2.2: the fractions of the cube roots of the first 64 primes.</summary>
    private static readonly uint[] RoundConstants =
    [
        0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
        0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
        0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
        0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
        0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
        0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
        0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
        0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
    ];

    /// <summary>The 32 bytes of a stream's hash, from where it stands to its end.</summary>
    /// <exception cref="IOException">The stream cannot be read.</exception>
    public static byte[] Of(Stream content) => HasOpenSsl ? SHA256.HashData(content) : Managed(content);

    public static byte[] Of(byte[] content) => Of(new MemoryStream(content, writable: false));

    internal static byte[] Managed(Stream content)
    {
        Span<uint> state = [0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19];
        byte[] buffer = new byte[256 * BlockBytes];
        long total = 0;
        int read;
        do
        {
            read = content.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
            total += read;
            for (int at = 0; at + BlockBytes <= read; at += BlockBytes) AddBlock(state, buffer.AsSpan(at, BlockBytes));
        }
        while (read == buffer.Length);

        // A bit 1, zeros, and the length in bits as 8 bytes, so that all is a whole number of blocks (5.1.1).
        int left = read % BlockBytes;
        Span<byte> last = stackalloc byte[2 * BlockBytes];
        last.Clear();
        buffer.AsSpan(read - left, left).CopyTo(last);
        last[left] = 0x80;
        last = last[..(left < BlockBytes - 8 ? BlockBytes : 2 * BlockBytes)];
        BinaryPrimitives.WriteInt64BigEndian(last[^8..], total * 8);
        for (int at = 0; at < last.Length; at += BlockBytes) AddBlock(state, last.Slice(at, BlockBytes));

        byte[] hash = new byte[32];
        for (int i = 0; i < state.Length; i++) BinaryPrimitives.WriteUInt32BigEndian(hash.AsSpan(4 * i), state[i]);
        return hash;
    }

    /// <summary>FIPS 180-4, 6.2.2.</summary>
    private static void AddBlock(Span<uint> state, ReadOnlySpan<byte> block)
    {
        Span<uint> w = stackalloc uint[64];
        for (int t = 0; t < 16; t++) w[t] = BinaryPrimitives.ReadUInt32BigEndian(block[(4 * t)..]);
        for (int t = 16; t < w.Length; t++)
        {
            uint x = w[t - 15], y = w[t - 2];
            w[t] = w[t - 16] + w[t - 7]
                + (BitOperations.RotateRight(x, 7) ^ BitOperations.RotateRight(x, 18) ^ (x >> 3))
                + (BitOperations.RotateRight(y, 17) ^ BitOperations.RotateRight(y, 19) ^ (y >> 10));
        }

        uint a = state[0], b = state[1], c = state[2], d = state[3], e = state[4], f = state[5], g = state[6], h = state[7];
        for (int t = 0; t < w.Length; t++)
        {
            uint one = h + RoundConstants[t] + w[t] + ((e & f) ^ (~e & g))
                + (BitOperations.RotateRight(e, 6) ^ BitOperations.RotateRight(e, 11) ^ BitOperations.RotateRight(e, 25));
            uint two = ((a & b) ^ (a & c) ^ (b & c))
                + (BitOperations.RotateRight(a, 2) ^ BitOperations.RotateRight(a, 13) ^ BitOperations.RotateRight(a, 22));
            (h, g, f, e, d, c, b, a) = (g, f, e, d + one, c, b, a, one + two);
        }

        state[0] += a;
        state[1] += b;
        state[2] += c;
        state[3] += d;
        state[4] += e;
        state[5] += f;
        state[6] += g;
        state[7] += h;
    }
}
