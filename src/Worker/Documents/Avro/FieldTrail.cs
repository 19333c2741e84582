using System.Globalization;
using System.Text;
using Sluice.Worker.Wording;

namespace Sluice.Worker.Documents.Avro;

/// <summary>The way from a failing value up to the top, collected while the calls return, so that success pays nothing for it.</summary>
/// <remarks>
/// Keeps the innermost and the outermost steps; a payload may nest a thousand deep, but nobody reads a path of that length.
/// </remarks>
internal sealed class FieldTrail
{
    private const int Innermost = 12;
    private const int Outermost = 12;

    private readonly List<Segment> _inner = new(Innermost);
    private readonly Queue<Segment> _outer = new(Outermost);
    private int _left;

    private readonly record struct Segment(string? Name, int Index);

    /// <summary>Adds the record field that holds what was added before.</summary>
    public void InField(string name) => Add(new Segment(name, 0));

    /// <summary>Adds the array item that holds what was added before.</summary>
    public void InItem(int index) => Add(new Segment(null, index));

    private void Add(Segment segment)
    {
        if (_inner.Count < Innermost)
        {
            _inner.Add(segment);
            return;
        }

        if (_outer.Count == Outermost)
        {
            _outer.Dequeue();
            _left++;
        }

        _outer.Enqueue(segment);
    }

    /// <summary>The path from the top, such as <c>mail.recipients[2]</c>.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        foreach (Segment segment in _outer.Reverse()) Append(text, segment);
        if (_left > 0) text.Append(CultureInfo.InvariantCulture, $"...({_left} more)...");
        for (int i = _inner.Count - 1; i >= 0; i--) Append(text, _inner[i]);
        return text.ToString();
    }

    private static void Append(StringBuilder text, Segment segment)
    {
        if (segment.Name is not string name) text.Append(CultureInfo.InvariantCulture, $"[{segment.Index}]");
        else text.Append(text.Length == 0 ? "" : ".").Append(ForeignText.OneLine(name));
    }
}
