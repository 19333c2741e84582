using System.Globalization;
using System.Text;

namespace Sluice.Schemas.Avro;

/// <summary>The Parsing Canonical Form: equal for schemas that read the same bytes in the same way.</summary>
/// <remarks>Avro 1.12 specification, "Parsing Canonical Form for Schemas". Names are ASCII, so nothing needs an escape.</remarks>
internal static class CanonicalForm
{
    /// <summary>The form of <paramref name="schema"/>; a named type is written out where it stands first and named after that.</summary>
    public static string Of(Schema schema)
    {
        var text = new StringBuilder();
        Append(text, schema, []);
        return text.ToString();
    }

    private static void Append(StringBuilder text, Schema schema, HashSet<Schema> written)
    {
        switch (schema)
        {
            case UnionSchema union:
                AppendList(text, union.Branches, (branch) => Append(text, branch, written));
                break;
            case ArraySchema array:
                text.Append("{\"type\":\"array\",\"items\":");
                Append(text, array.Items, written);
                text.Append('}');
                break;
            case MapSchema map:
                text.Append("{\"type\":\"map\",\"values\":");
                Append(text, map.Values, written);
                text.Append('}');
                break;
            case NamedSchema named when written.Add(named):
                AppendDefinition(text, named, written);
                break;
            default:
                text.Append('"').Append(schema.TypeName).Append('"');
                break;
        }
    }

    private static void AppendDefinition(StringBuilder text, NamedSchema schema, HashSet<Schema> written)
    {
        text.Append("{\"name\":\"").Append(schema.TypeName).Append("\",\"type\":\"").Append(Schema.KindName(schema.Kind)).Append("\",");
        switch (schema)
        {
            case RecordSchema record:
                text.Append("\"fields\":");
                AppendList(text, record.Fields, field =>
                {
                    text.Append("{\"name\":\"").Append(field.Name).Append("\",\"type\":");
                    Append(text, field.Type, written);
                    text.Append('}');
                });
                break;
            case EnumSchema @enum:
                text.Append("\"symbols\":");
                AppendList(text, @enum.Symbols, symbol => text.Append('"').Append(symbol).Append('"'));
                break;
            case FixedSchema @fixed:
                text.Append(CultureInfo.InvariantCulture, $"\"size\":{@fixed.Size}");
                break;
        }

        text.Append('}');
    }

    private static void AppendList<T>(StringBuilder text, IReadOnlyList<T> items, Action<T> append)
    {
        text.Append('[');
        for (int i = 0; i < items.Count; i++)
        {
            if (i > 0) text.Append(',');
            append(items[i]);
        }

        text.Append(']');
    }
}
