using System.Text;
using System.Text.Json;

namespace Sluice.Schemas.Avro;

/// <summary>Schema text in, schema types out.</summary>
/// <remarks>
/// Strict, as the Avro 1.12 specification is: names are ASCII and defined before they are used, defaults fit their types, nothing follows the schema.
/// A union's default may be of any branch, as the specification has it since 1.12. Nesting is limited by <see cref="AvroLimits.SchemaDepth"/>.
/// </remarks>
internal static class SchemaParser
{
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = AvroLimits.SchemaDepth };

    /// <summary>Parses a whole schema text.</summary>
    /// <exception cref="AvroSchemaException">The text is no JSON or no schema; the message says what is wrong and where.</exception>
    public static Schema Parse(string text)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(Encoding.UTF8.GetBytes(text), Options);
            return Build(document.RootElement);
        }
        catch (JsonException exception)
        {
            throw NotJson(exception);
        }
    }

    /// <summary>Parses a schema that stands in a larger JSON document.</summary>
    /// <exception cref="AvroSchemaException">The element is no schema; the message says what is wrong and where.</exception>
    public static Schema Parse(JsonElement element) => Parse(element.GetRawText());

    private static Schema Build(JsonElement root)
    {
        try
        {
            var parse = new SchemaParse();
            Schema schema = new SchemaReader(parse).Read(root);
            parse.SettleDefaults();
            return schema;
        }
        catch (InvalidOperationException exception)
        {
            // JsonElement documents this one for a string with half a surrogate pair.
            throw new AvroSchemaException("The schema holds a string with half a surrogate pair.", exception);
        }
    }

    private static AvroSchemaException NotJson(JsonException exception) => new(
        $"The schema is no JSON that can be read (nesting is limited to {AvroLimits.SchemaDepth}), at line {exception.LineNumber + 1}, byte {exception.BytePositionInLine + 1}.", exception);
}
