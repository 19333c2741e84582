using System.Globalization;
using System.Text;

namespace Sluice.Schemas.Avro;

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

    /// <summary><paramref name="text"/> in quotes and short enough for a message.</summary>
    public static string Quote(string text) => text.Length <= 80 ? $"\"{text}\"" : $"\"{text.AsSpan(0, 80)}...\"";
}
