using Sluice.Worker.Wording;

namespace Sluice.Worker.Documents.Avro;

/// <summary>
/// A schema, or a request made of one, that cannot stand: says what is wrong, where in the schema's JSON, and what would do.
/// </summary>
/// <param name="message">That, in whole sentences.</param>
/// <param name="inner">What led to it.</param>
/// <param name="isLimit">Whether the schema is well, and passes a limit of this reader.</param>
internal sealed class AvroSchemaException(string message, Exception? inner = null, bool isLimit = false)
    : Exception(ForeignText.OneLine(message, ForeignText.Message), inner)
{
    public bool IsLimit => isLimit;
}
