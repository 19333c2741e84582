using System.Buffers;
using Sluice.Schemas;

namespace Sluice.Worker.Documents;

/// <summary>How a label is written as the value of its record. Thread-safe.</summary>
internal interface ILabelFormat
{
    /// <summary>Appends the whole value.</summary>
    void Write(Prediction prediction, IBufferWriter<byte> output);
}

/// <summary>Avro behind Confluent's header.</summary>
/// <param name="schemaId">The registry's id of <c>prediction.avsc</c>.</param>
internal sealed class AvroLabels(int schemaId) : ILabelFormat
{
    /// <inheritdoc/>
    public void Write(Prediction prediction, IBufferWriter<byte> output)
    {
        WireHeader.Write(output, schemaId);
        prediction.Write(output);
    }
}

/// <summary>One JSON object, as <c>prediction.schema.json</c> has it. Nothing stands before it, and no registry is needed.</summary>
internal sealed class JsonLabels : ILabelFormat
{
    /// <inheritdoc/>
    public void Write(Prediction prediction, IBufferWriter<byte> output) => PredictionJson.Write(prediction, output);
}
