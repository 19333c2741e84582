using Sluice.Worker.Wording;

namespace Sluice.Worker.Documents.Avro;

/// <summary>
/// A schema, or a request made of one, that cannot stand: says what is wrong, where in the schema's JSON, and what would do.
/// </summary>
internal sealed class AvroSchemaException(string message, Exception? inner = null)
    : Exception(ForeignText.OneLine(message, ForeignText.Message), inner);
