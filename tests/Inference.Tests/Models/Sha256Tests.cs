using System.Security.Cryptography;
using Sluice.Inference.Models;

namespace Inference.Tests.Models;

public sealed class Sha256Tests
{
    [Fact]
    public void It_equals_the_system_s_for_every_length_around_its_blocks_and_buffers() =>
        Assert.All(Enumerable.Range(0, 260).Concat(Enumerable.Range(16_383 - 70, 140)).Append(100_003), length =>
        {
            byte[] content = new byte[length];
            new Random(length).NextBytes(content);
            Assert.Equal(SHA256.HashData(content), Sha256.Managed(new MemoryStream(content)));
            Assert.Equal(SHA256.HashData(content), Sha256.Of(content));
        });

    [Fact]
    public void It_reads_a_stream_that_gives_little_at_a_time() =>
        Assert.Equal(
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
            Convert.ToHexStringLower(Sha256.Managed(new OneByte("abc"u8.ToArray()))));

    private sealed class OneByte(byte[] content) : MemoryStream(content)
    {
        public override int Read(byte[] buffer, int offset, int count) => base.Read(buffer, offset, Math.Min(count, 1));

        public override int Read(Span<byte> buffer) => base.Read(buffer[..Math.Min(buffer.Length, 1)]);
    }
}
