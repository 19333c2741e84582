using System.Text.Json;

namespace Sluice.Schemas.Avro;

/// <summary>Definitions of named types: records with their fields, enums, fixed.</summary>
internal sealed class DefinitionReader(SchemaParse parse, SchemaReader schemas)
{
    public RecordSchema Record(JsonElement json)
    {
        SchemaName name = Name(json);
        string outer = parse.Namespace;
        parse.Namespace = name.Namespace;
        var record = new RecordSchema(name, Aliases(json));
        parse.Define(record);
        record.Complete(Fields(json));
        parse.Namespace = outer;
        return record;
    }

    public EnumSchema Enum(JsonElement json)
    {
        SchemaName name = Name(json);
        JsonElement list = JsonAttributes.List(json, "symbols", parse.Place) ?? throw parse.Place.Refuse("The enum has no \"symbols\"");
        string[] symbols = Symbols(list);
        int? fallback = null;
        if (JsonAttributes.Text(json, "default", parse.Place) is string symbol)
        {
            fallback = Array.IndexOf(symbols, symbol);
            if (fallback < 0) throw parse.Place.Refuse($"The default {JsonPlace.Quote(symbol)} is none of the enum's symbols");
        }

        var schema = new EnumSchema(name, AliasesIn(json, name.Namespace), symbols, fallback);
        parse.Define(schema);
        return schema;
    }

    public FixedSchema Fixed(JsonElement json)
    {
        SchemaName name = Name(json);
        if (!json.TryGetProperty("size", out JsonElement size)) throw parse.Place.Refuse("The fixed has no \"size\"");
        if (size.ValueKind != JsonValueKind.Number || !size.TryGetInt32(out int bytes) || bytes < 0)
            throw parse.Place.Refuse($"The size {JsonPlace.Quote(size.GetRawText())} is no whole number from 0 to {int.MaxValue}");
        var schema = new FixedSchema(name, AliasesIn(json, name.Namespace), bytes, JsonAttributes.Logical(json, SchemaKind.Fixed, bytes));
        parse.Define(schema);
        return schema;
    }

    private SchemaName Name(JsonElement json)
    {
        string text = JsonAttributes.Text(json, "name", parse.Place) ?? throw parse.Place.Refuse("The definition has no \"name\"");
        string? space = JsonAttributes.Text(json, "namespace", parse.Place);
        if (!string.IsNullOrEmpty(space) && !text.Contains('.') && !SchemaName.IsNamespace(space)) throw parse.Place.Refuse($"The namespace {JsonPlace.Quote(space)} is not made of names");
        if (!SchemaName.TryParse(text, space ?? parse.Namespace, out SchemaName name)) throw parse.Place.Refuse(NotAName(text));
        if (PrimitiveSchema.KindOf(name.Simple) is not null) throw parse.Place.Refuse($"{JsonPlace.Quote(name.Full)} is named like a primitive type");
        return name;
    }

    private SchemaName[] Aliases(JsonElement json) => AliasesIn(json, parse.Namespace);

    private SchemaName[] AliasesIn(JsonElement json, string space) => JsonAttributes.Strings(json, "aliases", parse.Place, text =>
        SchemaName.TryParse(text, space, out SchemaName name) ? name : throw parse.Place.Refuse(NotAName(text)));

    private string[] Symbols(JsonElement list)
    {
        var symbols = new string[list.GetArrayLength()];
        var seen = new HashSet<string>(symbols.Length, StringComparer.Ordinal);
        int count = 0;
        foreach (JsonElement element in list.EnumerateArray())
        {
            string symbol = element.ValueKind == JsonValueKind.String ? element.GetString()! : throw parse.Place.Refuse($"A symbol is {element.ValueKind}; it must be a string");
            if (!SchemaName.IsSimple(symbol)) throw parse.Place.Refuse(NotAName(symbol));
            if (!seen.Add(symbol)) throw parse.Place.Refuse($"The symbol {JsonPlace.Quote(symbol)} stands twice");
            symbols[count++] = symbol;
        }

        return symbols;
    }

    private RecordField[] Fields(JsonElement json)
    {
        JsonElement list = JsonAttributes.List(json, "fields", parse.Place) ?? throw parse.Place.Refuse("The record has no \"fields\"");
        var fields = new RecordField[list.GetArrayLength()];
        var seen = new HashSet<string>(fields.Length, StringComparer.Ordinal);
        parse.Place.Enter("fields");
        int position = 0;
        foreach (JsonElement element in list.EnumerateArray())
        {
            parse.Place.Enter(position);
            RecordField field = Field(element, position);
            if (!seen.Add(field.Name)) throw parse.Place.Refuse($"The field {JsonPlace.Quote(field.Name)} stands twice");
            fields[position++] = field;
            parse.Place.Leave();
        }

        parse.Place.Leave();
        return fields;
    }

    private RecordField Field(JsonElement json, int position)
    {
        if (json.ValueKind != JsonValueKind.Object) throw parse.Place.Refuse($"A field is {json.ValueKind}; it must be an object");
        string name = JsonAttributes.Text(json, "name", parse.Place) ?? throw parse.Place.Refuse("The field has no \"name\"");
        if (!SchemaName.IsSimple(name)) throw parse.Place.Refuse(NotAName(name));
        if (JsonAttributes.Text(json, "order", parse.Place) is string order and not ("ascending" or "descending" or "ignore"))
            throw parse.Place.Refuse($"The order {JsonPlace.Quote(order)} is none of ascending, descending, ignore");
        string[] aliases = JsonAttributes.Strings(json, "aliases", parse.Place, text => SchemaName.IsSimple(text) ? text : throw parse.Place.Refuse(NotAName(text)));
        var field = new RecordField(name, schemas.Child(json, "type"), position, aliases);
        if (json.TryGetProperty("default", out JsonElement fallback)) parse.Defer(field, fallback);
        return field;
    }

    private static string NotAName(string text) => $"{JsonPlace.Quote(text)} is no name (letters, digits and underscores, no digit first)";
}
