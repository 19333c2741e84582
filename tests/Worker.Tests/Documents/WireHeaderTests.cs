using System.Buffers;
using System.Text.Json;
using Sluice.Worker.Documents;
using Worker.Tests.Schemas;

namespace Worker.Tests.Documents;

public sealed class WireHeaderTests
{
    [Fact]
    public void Every_frame_of_the_vectors_is_split_or_refused()
    {
        int good = 0, bad = 0;
        foreach (JsonElement line in Vectors.Lines("confluent/frames.jsonl"))
        {
            byte[] framed = Vectors.Bytes(line, "hex_framed");
            WireHeaderResult result = WireHeader.Read(framed, out int id, out ReadOnlySpan<byte> payload);
            if (line.TryGetProperty("error", out _))
            {
                Assert.NotEqual(WireHeaderResult.Ok, result);
                bad++;
                continue;
            }

            Assert.Equal(WireHeaderResult.Ok, result);
            Assert.Equal(line.GetProperty("schema_id").GetInt32(), id);
            Assert.Equal(Vectors.Bytes(line, "hex_payload"), payload.ToArray());
            good++;
        }

        Assert.Equal((20, 13), (good, bad));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(42)]
    [InlineData(int.MaxValue)]
    public void A_written_header_is_read_back(int id)
    {
        var output = new ArrayBufferWriter<byte>();
        WireHeader.Write(output, id);
        output.Write<byte>([7]);
        Assert.Equal(WireHeaderResult.Ok, WireHeader.Read(output.WrittenSpan, out int read, out ReadOnlySpan<byte> payload));
        Assert.Equal(id, read);
        Assert.Equal([7], payload.ToArray());
    }

    [Fact]
    public void An_id_of_2_to_the_31_is_negative_and_refused() =>
        Assert.Equal(WireHeaderResult.NegativeId, WireHeader.Read([0, 0x80, 0, 0, 0], out _, out _));
}
