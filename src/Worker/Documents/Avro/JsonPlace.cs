using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Sluice.Worker.Documents.Avro;

/// <summary>Where in a schema's JSON the parser stands; owned by one parser.</summary>
internal sealed class JsonPlace
{
    private readonly List<(string? Name, int Index)> _steps = [];

    public void Enter(string name) => _steps.Add((name, 0));

    public void Enter(int index) => _steps.Add((null, index));

    public void Leave() => _steps.RemoveAt(_steps.Count - 1);

    /// <summary>As JSONPath: <c>$.fields[2].type</c>; the middle of a very deep one is left out.</summary>
    public override string ToString()
    {
        const int ends = 12;
        var text = new StringBuilder("$");
        for (int i = 0; i < _steps.Count; i++)
        {
            if (i == ends && _steps.Count > 2 * ends)
            {
                i = _steps.Count - ends;
                text.Append(" ... ");
            }

            (string? name, int index) = _steps[i];
            if (name is null) text.Append(CultureInfo.InvariantCulture, $"[{index}]");
            else text.Append('.').Append(name);
        }

        return text.ToString();
    }

    /// <summary>An exception that ends with this place.</summary>
    public AvroSchemaException Refuse(string what) => new($"{what}, at {this}.");

    /// <summary>The attribute <paramref name="name"/> of <paramref name="json"/>, which stands here.</summary>
    public JsonElement Attribute(JsonElement json, string name) =>
        json.TryGetProperty(name, out JsonElement value) ? value : throw Refuse($"\"{name}\" is missing");

    /// <summary>The attribute <paramref name="name"/>, which must be a string.</summary>
    public string Text(JsonElement json, string name) => Attribute(json, name) is { ValueKind: JsonValueKind.String } text
        ? text.GetString()!
        : throw Refuse($"\"{name}\" is {json.GetProperty(name).ValueKind}; it must be a string");

    /// <summary>The attribute <paramref name="name"/>, which must be an array.</summary>
    public JsonElement List(JsonElement json, string name) => Attribute(json, name) is { ValueKind: JsonValueKind.Array } list
        ? list
        : throw Refuse($"\"{name}\" is {json.GetProperty(name).ValueKind}; it must be an array");

    /// <summary>
    /// The whole number <paramref name="name"/>, <paramref name="absent"/> where it is not there, null where it is something else.
    /// </summary>
    public static int? Number(JsonElement json, string name, int? absent)
    {
        if (!json.TryGetProperty(name, out JsonElement value)) return absent;
        return value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int number) ? number : null;
    }
}
