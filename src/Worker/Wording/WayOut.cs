using System.Diagnostics;

namespace Sluice.Worker.Wording;

/// <summary>What can be done about a document that cannot be labelled, as whoever finds the fault knows it. Immutable.</summary>
internal sealed record WayOut
{
    /// <summary>Characters of its words at most; a message has as many left for what was found as this leaves.</summary>
    public const int Longest = 150;

    /// <param name="words">The end of a sentence, without its full stop; at most <see cref="Longest"/> characters of our own.</param>
    /// <param name="likely">The setting that is likely wrong where nearly all documents end so; null where none is, and the documents, the
    /// registry or a topic have to be mended.</param>
    public WayOut(string words, Setting? likely)
    {
        if (words.Length > Longest) throw new UnreachableException($"'{words}' is longer than {Longest} characters. This is a bug.");
        (Words, Likely) = (words, likely);
    }

    /// <summary>What to do, as the end of a sentence.</summary>
    public string Words { get; }

    /// <summary>The setting that is likely wrong, or null.</summary>
    public Setting? Likely { get; }
}
