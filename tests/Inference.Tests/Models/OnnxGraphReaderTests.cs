using System.Text;
using Sluice.Inference.Models;

namespace Inference.Tests.Models;

public sealed class OnnxGraphReaderTests
{
    [Fact]
    public void Reads_what_a_graph_says_of_itself()
    {
        OnnxGraphReader graph = OnnxGraphReader.Parse(Sample());

        Assert.Equal("mail", graph.Metadata["id"]);
        Assert.Equal("ids: Int32[?,3]", Assert.Single(graph.Inputs).ToString());
        Assert.Equal("logits: Float[]", Assert.Single(graph.Outputs).ToString());
        GraphNode node = Assert.Single(graph.Nodes);
        Assert.Equal(("product", "MatMulInteger"), (node.Name, node.Operator));
        Assert.Equal(["ids", "w"], node.Inputs);
        Assert.Equal(["logits"], node.Outputs);
        StoredTensor inline = graph.Tensors["v"], external = graph.Tensors["w"];
        Assert.Equal([1, 2, 3], inline.Inline.ToArray());
        Assert.Equal((TensorType.Int8, "weights.bin", 4096L, 6L), (external.Type, external.File, external.Offset, external.Bytes));
        Assert.Equal([2L, 3L], external.Shape);
    }

    [Fact]
    public void Every_truncation_is_an_error_and_nothing_else()
    {
        byte[] whole = Sample();
        for (int length = 0; length < whole.Length; length++)
        {
            try
            {
                OnnxGraphReader.Parse(whole.AsSpan(0, length));
            }
            catch (InvalidDataException)
            {
            }
        }
        Assert.Throws<InvalidDataException>(() => OnnxGraphReader.Parse([]));
        Assert.Throws<InvalidDataException>(() => OnnxGraphReader.Parse(whole.AsSpan(0, whole.Length - 1)));
    }

    [Fact]
    public void Mutated_bytes_are_read_or_refused_and_nothing_else()
    {
        var random = new Random(20240607);
        byte[] whole = Sample();
        for (int round = 0; round < 50_000; round++)
        {
            byte[] mutated = [.. whole];
            for (int hits = random.Next(1, 5); hits > 0; hits--)
                mutated[random.Next(mutated.Length)] = (byte)random.Next(256);
            try
            {
                OnnxGraphReader.Parse(mutated);
            }
            catch (InvalidDataException)
            {
            }
        }
    }

    [Fact]
    public void A_length_past_the_end_is_refused_before_anything_is_allocated()
    {
        byte[] hostile = [0x3A, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F];
        Assert.Contains("past the end", Assert.Throws<InvalidDataException>(() => OnnxGraphReader.Parse(hostile)).Message,
            StringComparison.Ordinal);
    }

    /// <summary>A model with one node, an inline and an external tensor. Field numbers are those of onnx.proto.</summary>
    private static byte[] Sample()
    {
        byte[] node = [.. Text(1, "ids"), .. Text(1, "w"), .. Text(2, "logits"), .. Text(3, "product"), .. Text(4, "MatMulInteger")];
        byte[] inline = [.. Number(1, 3), .. Number(2, 3), .. Text(8, "v"), .. Field(9, [1, 2, 3])];
        byte[] external =
        [
            .. Field(1, [2, 3]), .. Number(2, 3), .. Text(8, "w"), .. Field(13, Entry("location", "weights.bin")),
            .. Field(13, Entry("offset", "4096")), .. Field(13, Entry("length", "6")), .. Number(14, 1),
        ];
        byte[] shape = [.. Field(1, Text(2, "T")), .. Field(1, Number(1, 3))];
        byte[] input = [.. Text(1, "ids"), .. Field(2, Field(1, [.. Number(1, 6), .. Field(2, shape)]))];
        byte[] output = [.. Text(1, "logits"), .. Field(2, Field(1, Number(1, 1)))];
        byte[] graph = [.. Field(1, node), .. Field(5, inline), .. Field(5, external), .. Field(11, input), .. Field(12, output)];
        return [.. Number(1, 8), .. Field(7, graph), .. Field(14, Entry("id", "mail"))];
    }

    private static byte[] Entry(string key, string value) => [.. Text(1, key), .. Text(2, value)];

    private static byte[] Text(int field, string text) => Field(field, Encoding.UTF8.GetBytes(text));

    private static byte[] Number(int field, int value) => [(byte)(field << 3), .. Varint(value)];

    private static byte[] Field(int field, byte[] content) => [(byte)(field << 3 | 2), .. Varint(content.Length), .. content];

    private static byte[] Varint(int value) => value < 128 ? [(byte)value] : [(byte)(value | 0x80), .. Varint(value >> 7)];
}
