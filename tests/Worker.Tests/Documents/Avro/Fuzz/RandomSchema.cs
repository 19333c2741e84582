using System.Globalization;
using System.Text;

namespace Worker.Tests.Documents.Avro.Fuzz;

/// <summary>
/// Schema texts at random: all types, nested up to four deep, with references back to names defined before, recursion through unions,
/// aliases and namespaces.
/// </summary>
internal sealed class RandomSchema(Random random)
{
    private const int Deepest = 4;
    private static readonly string[] Primitives = ["null", "boolean", "int", "long", "float", "double", "bytes", "string"];

    private readonly List<string> _defined = [];
    private readonly StringBuilder _text = new();

    /// <summary>The text of one schema; the same for the same state of <paramref name="random"/>.</summary>
    public static string Text(Random random)
    {
        var schema = new RandomSchema(random);
        schema.Any(0);
        return schema._text.ToString();
    }

    private void Any(int depth)
    {
        if (depth >= Deepest)
        {
            Primitive();
            return;
        }

        switch (random.Next(10))
        {
            case 0 or 1:
                Primitive();
                break;
            case 2:
                Holder("array", "items", depth);
                break;
            case 3:
                Holder("map", "values", depth);
                break;
            case 4:
                Union(depth);
                break;
            case 5 when _defined.Count > 0:
                _text.Append('"').Append(_defined[random.Next(_defined.Count)]).Append('"');
                break;
            case 6:
                Definition("enum", Name("E"), "\"symbols\":[\"A\",\"B\",\"C\"]");
                break;
            case 7:
                Definition("fixed", Name("F"), string.Create(CultureInfo.InvariantCulture, $"\"size\":{random.Next(6)}"));
                break;
            default:
                RecordOf(depth);
                break;
        }
    }

    private void Primitive() => _text.Append('"').Append(Primitives[random.Next(Primitives.Length)]).Append('"');

    private void Holder(string type, string attribute, int depth)
    {
        _text.Append(CultureInfo.InvariantCulture, $"{{\"type\":\"{type}\",\"{attribute}\":");
        Any(depth + 1);
        _text.Append('}');
    }

    private void Union(int depth)
    {
        _text.Append('[');
        string[] branches = [.. Primitives.OrderBy(_ => random.Next()).Take(random.Next(1, 4)).Select(p => $"\"{p}\"")];
        _text.AppendJoin(',', branches);
        if (random.Next(2) == 0)
        {
            _text.Append(',');
            RecordOf(depth + 1);
        }

        _text.Append(']');
    }

    private void RecordOf(int depth)
    {
        string name = Name("R");
        _text.Append("{\"type\":\"record\",\"name\":\"").Append(name).Append("\",\"fields\":[");
        int fields = random.Next(5);
        for (int i = 0; i < fields; i++)
        {
            _text.Append(CultureInfo.InvariantCulture, $"{(i > 0 ? "," : "")}{{\"name\":\"f{i}\",\"type\":");
            if (random.Next(8) == 0) _text.Append("[\"null\",\"").Append(name).Append("\"],\"default\":null");
            else Any(depth + 1);
            _text.Append('}');
        }

        _text.Append("]}");
        _defined.Add(name);
    }

    private void Definition(string type, string name, string rest)
    {
        _text.Append(CultureInfo.InvariantCulture, $"{{\"type\":\"{type}\",\"name\":\"{name}\",{rest}}}");
        _defined.Add(name);
    }

    // Full names throughout: a reference then means the same wherever it stands.
    private string Name(string prefix) =>
        string.Create(CultureInfo.InvariantCulture, $"{(random.Next(2) == 0 ? "a.b." : "c.")}{prefix}{_text.Length}");
}
