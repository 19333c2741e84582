namespace Sluice.Inference.Models;

/// <summary>
/// What an ONNX file says of itself, read without loading it into a session: onnx.proto, messages ModelProto, GraphProto, NodeProto,
/// TensorProto, ValueInfoProto.
/// </summary>
/// <param name="Metadata">metadata_props.</param>
/// <param name="Inputs">Declared inputs.</param>
/// <param name="Outputs">Declared outputs.</param>
/// <param name="Nodes">Operators of the main graph.</param>
/// <param name="Tensors">Initializers by name.</param>
internal sealed record OnnxGraphReader(
    IReadOnlyDictionary<string, string> Metadata,
    IReadOnlyList<TensorSpec> Inputs,
    IReadOnlyList<TensorSpec> Outputs,
    IReadOnlyList<GraphNode> Nodes,
    IReadOnlyDictionary<string, StoredTensor> Tensors)
{
    /// <summary>Reads a whole file's bytes.</summary>
    /// <exception cref="InvalidDataException">The bytes are no ONNX model; the message says where they stop making sense.</exception>
    public static OnnxGraphReader Parse(ReadOnlySpan<byte> model)
    {
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
        OnnxGraphReader? graph = null;
        var reader = new ProtoReader(model);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 7: graph = ParseGraph(reader.Bytes(), metadata); break;
                case 14: AddEntry(reader.Bytes(), metadata); break;
                default: reader.Skip(); break;
            }
        }
        return graph ?? throw new InvalidDataException("the model has no graph");
    }

    private static OnnxGraphReader ParseGraph(ReadOnlySpan<byte> message, Dictionary<string, string> metadata)
    {
        List<TensorSpec> inputs = [], outputs = [];
        List<GraphNode> nodes = [];
        var tensors = new Dictionary<string, StoredTensor>(StringComparer.Ordinal);
        var reader = new ProtoReader(message);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1: nodes.Add(ParseNode(reader.Bytes())); break;
                case 5:
                    StoredTensor tensor = ParseTensor(reader.Bytes());
                    tensors[tensor.Name] = tensor;
                    break;
                case 11: inputs.Add(ParseValue(reader.Bytes())); break;
                case 12: outputs.Add(ParseValue(reader.Bytes())); break;
                default: reader.Skip(); break;
            }
        }
        return new OnnxGraphReader(metadata, inputs, outputs, nodes, tensors);
    }

    private static GraphNode ParseNode(ReadOnlySpan<byte> message)
    {
        string name = "", kind = "";
        List<string> inputs = [], outputs = [];
        var reader = new ProtoReader(message);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1: inputs.Add(reader.Text()); break;
                case 2: outputs.Add(reader.Text()); break;
                case 3: name = reader.Text(); break;
                case 4: kind = reader.Text(); break;
                default: reader.Skip(); break;
            }
        }
        return new GraphNode(name, kind, inputs, outputs);
    }

    private static StoredTensor ParseTensor(ReadOnlySpan<byte> message)
    {
        string name = "";
        TensorType type = TensorType.Undefined;
        List<long> shape = [];
        byte[] inline = [];
        var external = new Dictionary<string, string>(StringComparer.Ordinal);
        var reader = new ProtoReader(message);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1: reader.Integers(shape); break;
                case 2: type = (TensorType)reader.Integer(); break;
                case 8: name = reader.Text(); break;
                case 9: inline = reader.Bytes().ToArray(); break;
                case 13: AddEntry(reader.Bytes(), external); break;
                default: reader.Skip(); break;
            }
        }
        return external.TryGetValue("location", out string? file)
            ? new StoredTensor(name, type, shape, file, Number(external, "offset"), Number(external, "length"), default)
            : new StoredTensor(name, type, shape, null, 0, inline.Length, inline);
    }

    private static TensorSpec ParseValue(ReadOnlySpan<byte> message)
    {
        string name = "";
        TensorType type = TensorType.Undefined;
        List<long> shape = [];
        var reader = new ProtoReader(message);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1: name = reader.Text(); break;
                case 2: type = ParseType(reader.Bytes(), shape); break;
                default: reader.Skip(); break;
            }
        }
        return new TensorSpec(name, type, shape);
    }

    /// <summary>TypeProto.tensor_type: element type, and the shape's sizes into <paramref name="shape"/>.</summary>
    private static TensorType ParseType(ReadOnlySpan<byte> message, List<long> shape)
    {
        TensorType type = TensorType.Undefined;
        var reader = new ProtoReader(message);
        while (reader.Next())
        {
            if (reader.Field != 1)
            {
                reader.Skip();
                continue;
            }
            var tensor = new ProtoReader(reader.Bytes());
            while (tensor.Next())
            {
                switch (tensor.Field)
                {
                    case 1: type = (TensorType)tensor.Integer(); break;
                    case 2: ParseShape(tensor.Bytes(), shape); break;
                    default: tensor.Skip(); break;
                }
            }
        }
        return type;
    }

    private static void ParseShape(ReadOnlySpan<byte> message, List<long> shape)
    {
        var reader = new ProtoReader(message);
        while (reader.Next())
        {
            if (reader.Field != 1)
            {
                reader.Skip();
                continue;
            }
            long size = -1;
            var dimension = new ProtoReader(reader.Bytes());
            while (dimension.Next())
            {
                if (dimension.Field == 1)
                    size = dimension.Integer();
                else
                    dimension.Skip();
            }
            shape.Add(size);
        }
    }

    private static void AddEntry(ReadOnlySpan<byte> message, Dictionary<string, string> into)
    {
        string key = "", value = "";
        var reader = new ProtoReader(message);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1: key = reader.Text(); break;
                case 2: value = reader.Text(); break;
                default: reader.Skip(); break;
            }
        }
        into[key] = value;
    }

    private static long Number(Dictionary<string, string> external, string key) =>
        !external.TryGetValue(key, out string? text) ? 0
        : long.TryParse(text, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out long number)
            ? number
            : throw new InvalidDataException($"external data's {key} is '{text}', not a number of bytes");
}
