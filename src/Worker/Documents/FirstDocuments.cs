using Microsoft.Extensions.Logging;
using Sluice.Worker.Observability;

namespace Sluice.Worker.Documents;

/// <summary>Tells once what the first documents of a run have not that is set, since a mistyped path that may be absent leaves no other
/// trace; and where texts look like something else. Thread-safe; costs a look at one field afterwards.</summary>
/// <remarks>What Avro's schemas have not they tell themselves (events 330 and 332).</remarks>
internal sealed class FirstDocuments
{
    /// <summary>So many documents without a field are enough to ask about it.</summary>
    public const int Enough = 200;

    /// <summary>So many texts that begin as a frame does are enough: hardly anybody's text begins with such bytes.</summary>
    public const int EnoughFramed = 20;

    private readonly Named?[] _wanted; // by their places; null for one that is not told of
    private readonly bool[] _has; // whether a document had one there; only ever set
    private readonly int _enough;
    private readonly ILogger<FirstDocuments> _logger;
    private int _documents, _framed;

    /// <param name="input">Valid settings.</param>
    /// <param name="output">Valid settings.</param>
    /// <param name="logger">Told of it.</param>
    public FirstDocuments(InputOptions input, OutputOptions output, ILogger<FirstDocuments> logger)
    {
        _logger = logger;
        _enough = input.Format switch { InputFormat.Json => Enough, InputFormat.Text => EnoughFramed, _ => 0 };
        _wanted = input.Format == InputFormat.Json ? Wanted(input, output) : [];
        _has = new bool[_wanted.Length];
    }

    private sealed record Named(string Setting, string Path);

    /// <summary>Looks at a document.</summary>
    /// <param name="value">The record's whole value.</param>
    /// <param name="fields">What was found in it.</param>
    public void Add(ReadOnlySpan<byte> value, DocumentFields fields)
    {
        if (Volatile.Read(ref _documents) >= _enough) return;
        for (int place = 0; place < _has.Length; place++)
            if (fields[place].State == FieldState.Present) Volatile.Write(ref _has[place], true);
        if (Preamble.LooksFramed(value)) Interlocked.Increment(ref _framed);
        if (Interlocked.Increment(ref _documents) == _enough) Tell();
    }

    private static Named?[] Wanted(InputOptions input, OutputOptions output) =>
    [
        .. input.TextFields.Select(path => input.OptionalFields.Contains(path)
            ? new Named($"{InputOptions.Section}:{nameof(InputOptions.OptionalFields)}", path) : null),
        .. output.CopyFields.Select(path => new Named($"{OutputOptions.Section}:{nameof(OutputOptions.CopyFields)}", path)),
        input.NamesId ? new Named($"{InputOptions.Section}:{nameof(InputOptions.IdField)}", input.IdField) : null,
    ];

    private void Tell()
    {
        if (_wanted.Length == 0)
        {
            if (Volatile.Read(ref _framed) == _enough) Log.TextsLookFramed(_logger, _enough);
            return;
        }

        string[] absent = [.. _wanted.Where((wanted, place) => wanted is not null && !Volatile.Read(ref _has[place]))
            .Select(wanted => $"{wanted!.Path} ({wanted.Setting})")];
        if (absent.Length > 0) Log.DocumentsLackFields(_logger, _enough, string.Join(", ", absent));
    }
}
